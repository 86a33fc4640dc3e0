import Quantities

/// When the next timed report is due: at whole hours of the plan, counted from 08:00 local.
struct TimedWatch {
    let hours: Int
    let clock: LocalClock

    /// Whether a report is due; `last` becomes the slot of this moment.
    ///
    /// The first look makes no report. A clock that is set ahead over several slots makes one; one that is set back by a little
    /// makes none again, and one that is set back by more than a slot begins anew.
    func isDue(_ unixSeconds: Int64, last: inout Int64?) -> Bool {
        let shifted = unixSeconds &+ Int64(clock.offset(at: unixSeconds)) &- 8 * 3600
        let slot = shifted / (Int64(hours) * 3600)
        guard let before = last else {
            last = slot
            return false
        }
        if slot > before || slot < before - 1 { last = slot }
        return slot > before
    }
}

/// Which points have changed by more than their bound since they were last told.
struct ExtraWatch {
    private(set) var told: [Double?]
    private(set) var state: UInt32 = 0
    private var last = Instant.never
    private var lastNewState = Instant.never

    init(points: Int) { told = [Double?](repeating: nil, count: points) }

    /// Indices of the points to tell, in their order. A value that is not known is neither told nor remembered; the first that
    /// is known is what changes are counted from.
    mutating func changed(_ plan: StationPlan, _ input: StationInput, now: Instant) -> [Int] {
        var changed: [Int] = []
        for (index, point) in plan.points.enumerated() where index < input.values.count {
            guard let value = input.values[index], value.isFinite else { continue }
            guard let before = told[index] else {
                told[index] = value
                continue
            }
            if let bound = point.extraAt, abs(value - before) >= bound { changed.append(index) }
        }
        return now - last >= plan.extraApart ? changed : []
    }

    /// Whether bits have come since the last report. The first does not wait for the distance from a report of values; one that
    /// comes and goes keeps the distance from itself.
    mutating func hasNewState(_ plan: StationPlan, _ input: StationInput, now: Instant) -> Bool {
        guard input.state & ~state != 0, now - lastNewState >= plan.extraApart else { return false }
        lastNewState = now
        return true
    }

    /// Bits that have gone are forgotten, so that they are told when they come again.
    mutating func forgetCleared(_ bits: UInt32) { state &= bits }

    mutating func told(_ input: StationInput, now: Instant, isExtra: Bool) {
        for (index, value) in input.values.prefix(told.count).enumerated() where value != nil { told[index] = value }
        state = input.state
        if isExtra { last = now }
    }
}

/// Twelve rains and twelve levels of an hour, one each five minutes.
struct HourWatch {
    struct Hour: Equatable {
        /// The moment of its first values, 5 minutes into it.
        let first: Int64
        /// 0.1 mm each; FFH: none.
        let rain: [UInt8]
        /// cm above the base; FFFFH: none.
        let levels: [UInt16]
    }

    private let sets: HourlySets
    private var mark: Int64?
    private var rain = [UInt8](repeating: 0xFF, count: 12)
    private var levels = [UInt16](repeating: 0xFFFF, count: 12)
    private var rainBefore: Double?
    /// Rain that did not fit its five minutes, in 0.1 mm.
    private var carried = 0.0

    init(_ sets: HourlySets) { self.sets = sets }

    /// Looks once each five minutes; the hours that are full. Marks that were missed have no values, and their rain counts
    /// in the next.
    mutating func look(_ unixSeconds: Int64, _ input: StationInput) -> [Hour] {
        let now = unixSeconds / 300
        guard let before = mark, now <= before + 12, now >= before - 12 else {
            begin(now, input)
            return []
        }
        guard now > before else { return [] }
        var hours: [Hour] = []
        for missed in (before + 1)..<now { hours += fill(missed, rain: 0xFF, level: 0xFFFF) }
        hours += fill(now, rain: fallen(input), level: level(input))
        mark = now
        return hours
    }

    private mutating func begin(_ now: Int64, _ input: StationInput) {
        mark = now
        (rainBefore, carried) = (value(sets.rain, input), 0)
        clear()
    }

    private mutating func clear() {
        rain = [UInt8](repeating: 0xFF, count: 12)
        levels = [UInt16](repeating: 0xFFFF, count: 12)
    }

    private mutating func fill(_ mark: Int64, rain fallen: UInt8, level: UInt16) -> [Hour] {
        let index = Int((mark + 11) % 12)
        rain[index] = fallen
        levels[index] = level
        guard index == 11 else { return [] }
        defer { clear() }
        return [Hour(first: (mark - 11) * 300, rain: rain, levels: levels)]
    }

    private func value(_ index: Int?, _ input: StationInput) -> Double? {
        guard let index, index < input.values.count, let value = input.values[index], value.isFinite else { return nil }
        return value
    }

    /// Rain since the last mark with a good count. More than 25.4 mm goes into the next five minutes. Source: table C.1, note e.
    /// A count that went back was set back: nothing is known of these five minutes.
    private mutating func fallen(_ input: StationInput) -> UInt8 {
        guard let total = value(sets.rain, input) else { return 0xFF }
        defer { rainBefore = total }
        guard let before = rainBefore, total >= before, let unit = ElementTable.row(of: .rainTotal)?.unit else { return 0xFF }
        let tenths = (unit.fromBase(total - before) * 10).rounded() + carried
        let told = min(tenths, 254)
        carried = min(tenths - told, 254 * 12)
        return UInt8(told)
    }

    private func level(_ input: StationInput) -> UInt16 {
        guard let meters = value(sets.level, input) else { return 0xFFFF }
        let centimeters = ((meters - sets.levelBase) * 100).rounded()
        return (0...65_534).contains(centimeters) ? UInt16(centimeters) : 0xFFFF
    }
}
