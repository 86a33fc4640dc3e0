import ProcessImage
import Quantities

/// How far the flow of a group may be from the sum of its zones before one of them may be bad.
struct Room: BitwiseCopyable {
    /// `nil`: no zone of the group is watched that way.
    var least: Flow?
    var after = Duration.zero
    /// Some zone of the group is closed for it, not only told.
    var stops = false

    mutating func add(_ room: Flow, _ limit: FlowLimit) {
        least = min(least ?? room, room)
        after = max(after, limit.after)
        stops = stops || limit.stops
    }
}

/// The zones of a source that are open or moving, and what they take together when all is well.
struct Group: BitwiseCopyable {
    var count = 0
    /// `nil`: of one of them it is not known.
    var usual: Flow? = .zero
    /// A filter washes: what it takes is nobody's.
    var isFlushing = false
    var low = Room()
    var high = Room()

    mutating func add(_ zone: ZoneGuard, usual flow: Flow?) {
        count += 1
        guard let flow, let sum = usual else {
            usual = nil
            return
        }
        usual = sum + flow
        if let limit = zone.lowFlow { low.add(flow * (1 - limit.part), limit) }
        if let limit = zone.highFlow { high.add(flow * (limit.part - 1), limit) }
    }
}

/// A source whose zones water one at a time, because together they took what they should not.
struct Apart: BitwiseCopyable {
    let since: Instant
    /// What they took of the sum of what they take alone.
    let ratio: Double
    /// One was found that is bad.
    var isExplained = false
}

/// Zones that water together. The meter tells their sum and not whose flow it is: where the sum is wrong, people are told of
/// the group, and where the site closes a zone for it, the group is taken apart. Its zones then water one at a time until each was
/// seen alone: its own limits name the bad one and close it (DOMAIN §2), and the rest go on.
extension Interlocks {
    /// A pump and a main give a group a little less than the sum: a difference of less than this part says nothing. Of a group that is
    /// only told of, what it really takes is never found out, so twice as much is let by.
    private static var slack: Double { 0.1 }
    /// What a group was found to take of the sum, with every zone well alone, is believed down to this.
    private static var shareBand: ClosedRange<Double> { 0.6...1 }
    /// Who has not watered by then is not waited for.
    private static var apartAtMost: Duration { .hours(24) }

    mutating func watchGroup(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        let watch = sourceWatch[source]
        let group = watch.group
        let isSettled = group.count > 1 && !group.isFlushing && watch.shouldFlow && now - watch.settledAt >= Self.settling
        guard let sum = group.usual, sum > .zero else { return endGroup(source, now, &records) }
        let expected = sum * watch.groupShare
        let slack = group.low.stops ? Self.slack : Self.slack * 2
        let least = expected - max(group.low.least ?? .zero, expected * slack)
        let isLow: Bool? = isSettled && group.low.least != nil ? watch.flow.map { $0 < least } : false
        let lowFor = sourceWatch[source].groupLow.look(isLow, for: max(group.low.after, patience(source)), at: now)
        let most = expected + max(group.high.least ?? .zero, expected * Self.slack)
        let isHigh: Bool? = isSettled && group.high.least != nil ? isAbove(most, source, now) : false
        let highFor = sourceWatch[source].groupHigh.look(isHigh, for: group.high.after, at: now)
        tellGroup(source, low: lowFor, least, high: highFor, most, &records)
        if lowFor != nil && group.low.stops || highFor != nil && group.high.stops { takeApart(source, now) }
    }

    private mutating func endGroup(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        _ = sourceWatch[source].groupLow.look(false, at: now)
        _ = sourceWatch[source].groupHigh.look(false, at: now)
        tellGroup(source, low: nil, .zero, high: nil, .zero, &records)
    }

    private mutating func tellGroup(_ source: SourceIndex, low: Duration?, _ least: Flow, high: Duration?, _ most: Flow,
                                    _ records: inout RecordBuffer) {
        let flow = sourceWatch[source].flow?.base ?? .nan
        warn(warnings.groupLow(source), low != nil, &records, value: flow, limit: least.base, duration: low ?? .zero)
        warn(warnings.groupHigh(source), high != nil, &records, value: flow, limit: most.base, duration: high ?? .zero)
    }

    // MARK: Apart

    private mutating func takeApart(_ source: SourceIndex, _ now: Instant) {
        guard sourceWatch[source].apart == nil, let flow = sourceWatch[source].flow, let sum = sourceWatch[source].group.usual
        else { return }
        sourceWatch[source].apart = Apart(since: now, ratio: flow / sum)
        for number in 0..<zones.count where zones[number].source == source && outputWatch[zones[number].valve].level.isOn {
            zoneWatch[number].isSuspect = true
            zoneWatch[number].wellAlone = Sustained()
        }
    }

    /// After the zones' own limits were looked at: who was seen alone is no suspect any more.
    mutating func watchApart(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        if let apart = sourceWatch[source].apart {
            var areLeft = false
            for number in 0..<zones.count where zones[number].source == source && zoneWatch[number].isSuspect {
                lookAlone(ZoneIndex(number), now)
                areLeft = areLeft || zoneWatch[number].isSuspect
            }
            if !areLeft || now - apart.since >= Self.apartAtMost { endApart(source, &records) }
        }
        warn(warnings.apart(source), sourceWatch[source].apart != nil, &records)
    }

    private mutating func lookAlone(_ zone: ZoneIndex, _ now: Instant) {
        let guarded = zones[zone], source = guarded.source
        if isFoundBad(zone) {
            zoneWatch[zone].isSuspect = false
            sourceWatch[source].apart?.isExplained = true
            return
        }
        let watch = sourceWatch[source]
        let isAlone = watch.group.count == 1 && watch.shouldFlow && outputWatch[guarded.valve].level.isOn
        let isWell: Bool? = isAlone ? watch.flow.map { isWithinLimits($0, zone) } : false
        let delay = max(guarded.lowFlow?.after ?? .zero, guarded.highFlow?.after ?? .zero, patience(source)) + Self.settling
        if zoneWatch[zone].wellAlone.look(isWell, for: delay, at: now) != nil { zoneWatch[zone].isSuspect = false }
    }

    private func isFoundBad(_ zone: ZoneIndex) -> Bool {
        warnings.stands(warnings.lowFlow(zone)) || trips.stands(TripID(.lowFlow, .zone(zone)))
            || trips.stands(TripID(.highFlow, .zone(zone))) || trips.stands(TripID(.noFlow, .zone(zone)))
    }

    private func isWithinLimits(_ flow: Flow, _ zone: ZoneIndex) -> Bool {
        guard let usual = zoneWatch[zone].usual else { return true }
        let guarded = zones[zone]
        return flow >= usual * (guarded.lowFlow?.part ?? 0) && flow <= usual * (guarded.highFlow?.part ?? .infinity)
    }

    /// Every zone was well alone: then together they take less, or more, by the pump and the main, and that is known from now on.
    private mutating func endApart(_ source: SourceIndex, _ records: inout RecordBuffer) {
        guard let apart = sourceWatch[source].apart else { return }
        sourceWatch[source].apart = nil
        var areLeft = false
        for number in 0..<zones.count where zones[number].source == source {
            areLeft = areLeft || zoneWatch[number].isSuspect
            zoneWatch[number].isSuspect = false
        }
        guard !areLeft, !apart.isExplained else { return }
        sourceWatch[source].groupShare = min(max(apart.ratio, Self.shareBand.lowerBound), Self.shareBand.upperBound)
        records.event(Event(.zonesWellAlone, .source(source), value: apart.ratio * 100))
    }

    /// Called once everything is permitted: of a source that is taken apart one zone stays open, the one that was, and the
    /// others are held.
    mutating func keepApart() {
        for number in 0..<sources.count where sourceWatch[number].apart != nil {
            let source = SourceIndex(number)
            guard let keeper = openZone(of: source, thatWasOn: true) ?? openZone(of: source, thatWasOn: false) else { continue }
            for other in 0..<zones.count where zones[other].source == source && ZoneIndex(other) != keeper {
                let valve = zones[other].valve
                holds[valve] = holds[valve] ?? .interlock(.apart)
                if isPermittedOn(valve) { refuse(valve, because: .interlock(.apart)) }
            }
        }
    }

    private func openZone(of source: SourceIndex, thatWasOn wasOn: Bool) -> ZoneIndex? {
        for number in 0..<zones.count where zones[number].source == source && isPermittedOn(zones[number].valve) {
            if !wasOn || outputWatch[zones[number].valve].level.isOn { return ZoneIndex(number) }
        }
        return nil
    }
}
