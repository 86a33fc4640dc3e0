import ProcessImage
import Quantities

struct FilterIndex: DenseIndex {
    let rawValue: UInt16
}

/// A filter's plan as the scan reads it; its flush valves are a part of one flat row.
struct FilterRule: BitwiseCopyable {
    let source: SourceIndex
    let valves: Part
    let contact: DigitalPoint?
    let before: PointOf<Pressure>?
    let after: PointOf<Pressure>?
    let limit: Pressure
    let sustained: Duration
    let every: Duration?
    let delay: Duration
    let flush: Duration
    let dwell: Duration
    let lockout: Duration
    let mostPerHour: Int
    let flow: Flow?

    init(_ plan: FilterPlan, valves: Part) {
        self.valves = valves
        source = plan.source
        contact = plan.contact
        before = plan.before
        after = plan.after
        limit = plan.limit
        sustained = plan.sustained
        every = plan.every
        delay = plan.delay
        flush = plan.flush
        dwell = plan.dwell
        lockout = plan.lockout
        mostPerHour = plan.mostPerHour
        flow = plan.flow
    }
}

/// How far the wash of one filter is, and when the next is due.
struct WashState: BitwiseCopyable {
    /// The element in turn; `nil`: no wash.
    var element: Int?
    /// Its valve is open; else the dwell before it, or after the one before.
    var isFlushing = false
    var since = Instant.never
    var begun = Instant.never
    /// A wash was cut short and begins anew.
    var isOwed = false

    /// Water has flowed all the time since; `nil`: it does not.
    var waterSince: Instant?
    /// Water time since the last whole wash.
    var runTime = Duration.zero
    /// The difference has been too high since.
    var highSince: Instant?
    var lockedUntil = Instant.never
    /// Washes are counted from here for an hour.
    var hourBegan = Instant.never
    var washesInHour = 0
    var isFouled = false

    /// What this wash has taken, and its part that waits for the meter's word.
    var given = Volume.zero
    var reckoned = Volume.zero
    var unheard = Duration.zero

    var isOn: Bool { element != nil }
}

/// Filters wash themselves while water flows: on a pressure difference that lasts, and after so much running time as a
/// backup. One element at a time, a dwell between; their water is booked to nobody's zone.
extension IrrigationControl {
    private static var readingNoOlderThan: Duration { .minutes(1) }

    mutating func watchFilters(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<filters.count {
            let filter = FilterIndex(number)
            let source = filters[filter].source
            washes[filter].forgetOldHour(at: image.now)
            if sources[source].drivenSince != nil, sources[source].open.count > 0 {
                turn(filter, image, &records)
            } else {
                stand(filter, &records)
            }
        }
    }

    /// No water: nothing can be washed, and no difference means anything.
    private mutating func stand(_ filter: FilterIndex, _ records: inout RecordBuffer) {
        washes[filter].waterSince = nil
        washes[filter].highSince = nil
        guard washes[filter].isOn else { return }
        washes[filter].element = nil
        washes[filter].isFlushing = false
        washes[filter].isOwed = true
        records.event(Event(.washCutShort, .source(filters[filter].source)))
    }

    private mutating func turn(_ filter: FilterIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let passed = washes[filter].waterSince.map { image.now - max($0, lastScan) } ?? .zero
        washes[filter].waterSince = washes[filter].waterSince ?? image.now
        washes[filter].runTime += passed
        watchDifference(filter, image)
        if let element = washes[filter].element {
            goOn(filter, element, image.now, &records)
        } else if isDue(filter, at: image.now) {
            begin(filter, image.now, &records)
        }
    }

    /// A reading that is not there is no reason to wash.
    private mutating func watchDifference(_ filter: FilterIndex, _ image: borrowing InputImage) {
        let rule = filters[filter]
        let known = Self.readingNoOlderThan
        var isHigh = rule.contact.map { image.isOn($0, noOlderThan: known) == .known(true) } ?? false
        if let before = rule.before, let after = rule.after, let high = image.value(of: before, noOlderThan: known).value,
           let low = image.value(of: after, noOlderThan: known).value { isHigh = isHigh || high - low >= rule.limit }
        washes[filter].highSince = isHigh ? washes[filter].highSince ?? image.now : nil
    }

    private func isDue(_ filter: FilterIndex, at now: Instant) -> Bool {
        let (rule, wash) = (filters[filter], washes[filter])
        guard let water = wash.waterSince, now - water >= rule.delay else { return false }
        if wash.isOwed { return true }
        if let every = rule.every, wash.runTime >= every { return true }
        guard let high = wash.highSince, now >= wash.lockedUntil, !wash.isFouled else { return false }
        return now - max(high, water + rule.delay) >= rule.sustained
    }

    /// One wash more than an hour may have is not begun for a difference: the filter is fouled, and somebody must look.
    private mutating func begin(_ filter: FilterIndex, _ now: Instant, _ records: inout RecordBuffer) {
        let source = Subject.source(filters[filter].source)
        if washes[filter].washesInHour >= filters[filter].mostPerHour, !washes[filter].isOwed {
            if !washes[filter].isFouled {
                records.event(Event(.filterFouled, source, value: Double(washes[filter].washesInHour + 1),
                                    limit: Double(filters[filter].mostPerHour)))
            }
            washes[filter].isFouled = true
            washes[filter].runTime = .zero
            return
        }
        if washes[filter].washesInHour == 0 { washes[filter].hourBegan = now }
        washes[filter].washesInHour += 1
        washes[filter].element = 0
        washes[filter].isFlushing = true
        washes[filter].since = now
        washes[filter].begun = now
        washes[filter].given = .zero
        records.event(Event(.washStarted, source))
    }

    private mutating func goOn(_ filter: FilterIndex, _ element: Int, _ now: Instant, _ records: inout RecordBuffer) {
        let rule = filters[filter]
        let long = now - washes[filter].since
        if washes[filter].isFlushing {
            guard long >= rule.flush else { return }
            washes[filter].isFlushing = false
            washes[filter].since = now
            if element + 1 == rule.valves.range.count { end(filter, now, &records) }
        } else if long >= rule.dwell {
            washes[filter].element = element + 1
            washes[filter].isFlushing = true
            washes[filter].since = now
        }
    }

    private mutating func end(_ filter: FilterIndex, _ now: Instant, _ records: inout RecordBuffer) {
        washes[filter].element = nil
        washes[filter].isOwed = false
        washes[filter].runTime = .zero
        washes[filter].highSince = nil
        washes[filter].lockedUntil = now + filters[filter].lockout
        let taken = washes[filter].given + washes[filter].reckoned
        records.event(Event(.washEnded, .source(filters[filter].source), value: taken.base, duration: now - washes[filter].begun))
    }

    func demandWashes(_ demands: inout Demands) {
        for number in 0..<filters.count {
            guard let element = washes[number].element, washes[number].isFlushing else { continue }
            let valve = flushValves[filters[number].valves.lower + element]
            demands[valve] = Demand(.on, because: .interlock(.backwash))
        }
    }
}

extension WashState {
    fileprivate mutating func forgetOldHour(at now: Instant) {
        guard washesInHour > 0, now - hourBegan >= .hours(1) else { return }
        washesInHour = 0
        isFouled = false
    }
}
