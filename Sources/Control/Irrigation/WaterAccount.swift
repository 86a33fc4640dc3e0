import ProcessImage
import Quantities

/// What has flowed at one source since the scan before.
struct SourceState: BitwiseCopyable {
    /// The first in the queue, and what those before it take: made anew by `admit`.
    var head: ZoneIndex?
    var load = Load()

    /// Pump and master valve have been on all the way since; `nil`: they are not.
    var drivenSince: Instant?
    var flow: Flow?
    var meter = MeterWatch()
    /// Measured since the scan before; `nil`: there is no meter to tell.
    var measured: Volume?
    /// Zones whose valve is open, and the sum of their nominal flows (`nil`: one has none).
    var open = Load()
}

/// The running total of a water meter, made safe: a reset, a wrap or a wild number gives nothing instead of nonsense.
struct MeterWatch: BitwiseCopyable {
    private var last: Volume?
    private var changed = Instant.never

    /// No source of ours gives more; a total that grows faster is not believed.
    private static let mostFlow = Flow.cubicMetersPerHour(2000)
    /// Meters count in steps of at most this.
    private static let largestStep = Volume.cubicMeters(1)

    /// - Returns: what has flowed since the total was read last; `nil` when the meter says nothing now.
    mutating func difference(_ total: Volume?, at now: Instant) -> Volume? {
        guard let total else {
            last = nil
            return nil
        }
        guard let before = last else {
            last = total
            changed = now
            return .zero
        }
        guard total != before else { return .zero }
        let possible = Self.mostFlow.volume(over: now - changed) + Self.largestStep
        last = total
        changed = now
        let difference = total - before
        return difference > .zero && difference <= possible ? difference : .zero
    }
}

/// Time and volume of each run. Time is the image's `now` alone; volume is the meter's, and nominal flow × time without.
extension IrrigationControl {
    /// The meters' own limits say when a reading is too old; this bounds what they may allow.
    private static var meterNoOlderThan: Duration { .minutes(2) }
    private static var progressEvery: Duration { .seconds(10) }

    mutating func account(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<sources.count { measure(SourceIndex(number), image) }
        for number in 0..<zones.count { look(at: ZoneIndex(number), image) }
        for number in 0..<zones.count where zones[number].hand != nil { credit(ZoneIndex(number), image, &records) }
        lastScan = image.now
    }

    private mutating func measure(_ source: SourceIndex, _ image: borrowing InputImage) {
        let plan = sourcePlans[source]
        sources[source].drivenSince = drivenSince(plan, image)
        sources[source].open = Load()
        sources[source].flow = nil
        if let point = plan.flow { sources[source].flow = image.value(of: point, noOlderThan: Self.meterNoOlderThan).value }
        guard let point = plan.total else { return }
        let total = image.value(of: point, noOlderThan: Self.meterNoOlderThan).value
        sources[source].measured = sources[source].meter.difference(total, at: image.now)
    }

    private func drivenSince(_ plan: SourcePlan, _ image: borrowing InputImage) -> Instant? {
        var since = Instant.never
        if let pump = plan.pump {
            let verdict = image.verdict(of: pump)
            guard verdict.level.isOn else { return nil }
            since = verdict.since
        }
        if let master = plan.masterValve {
            let verdict = image.verdict(of: master)
            guard verdict.isOn(for: plan.masterTravel, at: image.now) else { return nil }
            since = max(since, verdict.since + plan.masterTravel)
        }
        return since
    }

    /// What stood in the field since the scan before.
    private mutating func look(at zone: ZoneIndex, _ image: borrowing InputImage) {
        let plan = zonePlans[zone]
        let source = sourcePlans[plan.source]
        let valve = image.verdict(of: plan.valve)
        zones[zone].trip = trip(valve) ?? source.pump.flatMap { trip(image.verdict(of: $0)) }
            ?? source.masterValve.flatMap { trip(image.verdict(of: $0)) }
        zones[zone].openSince = valve.isOn(for: plan.travel, at: image.now) ? valve.since + plan.travel : nil
        zones[zone].waterSince = nil
        if let open = zones[zone].openSince {
            sources[plan.source].open.add(plan.nominalFlow)
            if let driven = sources[plan.source].drivenSince { zones[zone].waterSince = max(open, driven) }
        }
    }

    private func trip(_ verdict: Verdict) -> TripID? {
        if case .trip(let id) = verdict.hold { id } else { nil }
    }

    private mutating func credit(_ zone: ZoneIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard zones[zone].openSince != nil else {
            zones[zone].flow = nil
            return
        }
        let share = share(of: zone)
        let time = zones[zone].waterSince.map { image.now - max($0, lastScan) } ?? .zero
        let given = volume(zone, share: share, over: time)
        zones[zone].hand?.watered += time
        zones[zone].hand?.volume += given
        balance.give(given, to: zone, at: image.now)
        zones[zone].flow = sources[zonePlans[zone].source].flow.map { $0 * share }
        guard zones[zone].waterSince != nil, let run = zones[zone].hand else { return }
        zones[zone].thirstySince = image.now
        if let flow = zones[zone].flow { watchSettling(zone, flow, image.now, &records) }
        guard image.now >= zones[zone].progressDue else { return }
        zones[zone].progressDue = image.now + Self.progressEvery
        records.ledger(.runProgress(run.id, watered: run.watered, volume: run.volume))
    }

    private mutating func watchSettling(_ zone: ZoneIndex, _ flow: Flow, _ now: Instant, _ records: inout RecordBuffer) {
        var settling = zones[zone].settling
        if let settled = settling.settled(flow, at: now) {
            records.event(Event(.flowSettled, .zone(zone), value: settled.base))
        }
        zones[zone].settling = settling
    }

    /// The zone's part of what its source gives: by nominal flow, or in equal parts where one is not known.
    private func share(of zone: ZoneIndex) -> Double {
        let open = sources[zonePlans[zone].source].open
        guard let nominal = zonePlans[zone].nominalFlow, let sum = open.flow, sum > .zero else {
            return 1 / Double(max(open.count, 1))
        }
        return nominal / sum
    }

    private func volume(_ zone: ZoneIndex, share: Double, over time: Duration) -> Volume {
        if let measured = sources[zonePlans[zone].source].measured { return measured * share }
        return zonePlans[zone].nominalFlow?.volume(over: time) ?? .zero
    }
}
