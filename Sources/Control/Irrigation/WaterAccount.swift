import ProcessImage
import Quantities

/// One source: who draws from it, what has flowed, what its meter says.
struct SourceState: BitwiseCopyable {
    /// What a zone of it needs to open and overlap with the one before.
    let handover: Duration
    /// What its zones in hand take, the first rank in its queue, and whether its pump counts for the site's power: made
    /// anew by `gatherLoads`.
    var load = Load()
    var firstRank = UInt64.max
    var takesPower = false

    /// Pump and master valve have been on all the way since; `nil`: they are not.
    var drivenSince: Instant?
    var flow: Flow?
    var meter = MeterWatch()
    /// Zones whose valve is open, and the sum of their flows (`nil`: one has none); a filter that washes counts as one.
    var open = Load()
    /// Every valve is shut and the pump off since; `nil`: they are not.
    var quietSince: Instant?
    /// The same as far back as the last word of the meter.
    var flowingSince: Instant?
    /// Booked by estimate and not yet told by the meter; its next word is less by this.
    var debt = Volume.zero
    var books: DayBook

    /// Of a pump whose speed is set.
    var drive: DriveState?
    /// The main has more pressure than it may bear, has had it, and has been eased.
    var isOver = false
    var over = Sustained()
    var eased = Sustained()
    var isRelieving = false

    var drawing: Drawing
    /// A valve that is being measured.
    var travelTest: TravelTest?

    init(_ source: SourceIndex, _ plan: ControlPlan, _ restored: Restored) {
        let travels = plan.zones.filter { $0.source == source }.map(\.travel)
        handover = max(plan.sources[source.offset].overlap, travels.max() ?? .zero)
        books = DayBook(restored.waterUsed.filter { $0.source == source }, restored.metered.filter { $0.source == source })
        drive = plan.sources[source.offset].drive.map { DriveState($0) }
        drawing = Drawing(source, most: plan.sources[source.offset].recovery?.most, restored)
    }
}

/// Time and volume of each run. Time is the image's `now` alone. Volume is the meter's; between two of its words it is
/// reckoned from flow and time, and the next word takes the place of what was reckoned.
extension IrrigationControl {
    /// The meters' own limits say when a reading is too old; these bound what they may allow.
    private static var flowNoOlderThan: Duration { .minutes(2) }
    private static var totalNoOlderThan: Duration { .hours(1) }

    mutating func account(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<sources.count { measure(SourceIndex(number), image) }
        for number in 0..<zones.count { look(at: ZoneIndex(number), image) }
        for number in 0..<filters.count where washes[number].isFlushing {
            sources[filters[number].source].open.add(filters[number].flow)
        }
        for number in 0..<zones.count where zones[number].hand != nil { credit(ZoneIndex(number), image, &records) }
        for number in 0..<filters.count where washes[number].isFlushing { credit(FilterIndex(number), image.now) }
        // After the reckoning of the same time: the meter's word takes its place.
        for number in 0..<sources.count { hear(SourceIndex(number), image, &records) }
        for number in 0..<sources.count {
            recover(SourceIndex(number), image, &records)
            watchTravel(SourceIndex(number), image, &records)
        }
        watchFilters(image, &records)
        keepBooks(image, &records)
        lastScan = image.now
    }

    private mutating func measure(_ source: SourceIndex, _ image: borrowing InputImage) {
        let plan = sourcePlans[source]
        sources[source].drivenSince = drivenSince(source, plan, image)
        sources[source].open = Load()
        sources[source].quietSince = sources[source].quietSince ?? image.now
        if let pump = plan.pump, image.verdict(of: pump).level.isOn { sources[source].quietSince = nil }
        sources[source].flow = plan.flow.flatMap { image.value(of: $0, noOlderThan: Self.flowNoOlderThan).value }
    }

    /// A pump whose speed is set gives no water worth the name before the pipes are full.
    private func drivenSince(_ source: SourceIndex, _ plan: SourcePlan, _ image: borrowing InputImage) -> Instant? {
        var since = Instant.never
        if let pump = plan.pump {
            let verdict = image.verdict(of: pump)
            guard verdict.level.isOn else { return nil }
            since = verdict.since
            if let drive = sources[source].drive {
                guard let filled = drive.filledSince else { return nil }
                since = max(since, filled)
            }
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
        let valve = verdict(of: zone, image)
        zones[zone].trip = trip(valve) ?? source.pump.flatMap { trip(image.verdict(of: $0)) }
            ?? source.masterValve.flatMap { trip(image.verdict(of: $0)) }
        zones[zone].openSince = valve.isOn(for: plan.travel, at: image.now) ? valve.since + plan.travel : nil
        zones[zone].isShut = valve.isOff(for: plan.travel, at: image.now)
        zones[zone].waterSince = nil
        if !zones[zone].isShut { sources[plan.source].quietSince = nil }
        if let open = zones[zone].openSince {
            sources[plan.source].open.add(expectedFlow(of: zone))
            if let driven = sources[plan.source].drivenSince { zones[zone].waterSince = max(open, driven) }
        }
    }

    private func trip(_ verdict: Verdict) -> TripID? {
        if case .trip(let id) = verdict.hold { id } else { nil }
    }

    // MARK: The meter's word

    private mutating func hear(_ source: SourceIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let isFlowing = sources[source].drivenSince != nil && sources[source].open.count > 0
        let since = sources[source].flowingSince
        sources[source].flowingSince = isFlowing ? since ?? image.now : nil
        guard let point = sourcePlans[source].total else { return }
        let total = image.value(of: point, noOlderThan: Self.totalNoOlderThan).value
        let hasFlowed = since.map { $0 <= sources[source].meter.changed } ?? false
        switch sources[source].meter.hear(total, at: image.now, isFlowing: hasFlowed) {
        case .nothing: watchSilence(source, image.now, &records)
        case .counted(let volume):
            sources[source].books.count(volume)
            settle(volume, source, image.now, &records)
        case .jumped(let before, let now):
            records.event(Event(.meterReset, .source(source), value: now.base, limit: before.base))
            bookReckoned(source, owes: false, &records)
        }
    }

    // MARK: Between its words

    private mutating func credit(_ zone: ZoneIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let source = zonePlans[zone].source
        if sources[source].open.count != 1 { endLesson(zone, &records) }
        guard zones[zone].openSince != nil else {
            zones[zone].flow = nil
            return
        }
        let share = share(of: expectedFlow(of: zone), source)
        zones[zone].flow = sources[source].flow.map { $0 * share }
        guard let water = zones[zone].waterSince else { return }
        let time = image.now - max(water, lastScan)
        zones[zone].thirstySince = image.now
        zones[zone].hand?.watered += time
        reckon(zone, share, over: time)
        if let flow = zones[zone].flow, isSteady(source, at: image.now) { watchSettling(zone, flow, image.now, &records) }
    }

    /// By what the source's meter shows now, or else by what the zone is known to take.
    private mutating func reckon(_ zone: ZoneIndex, _ share: Double, over time: Duration) {
        let source = zonePlans[zone].source
        let isSilent = sources[source].meter.isSilent
        let shown = sources[source].flow.flatMap { isSilent && $0 <= .zero ? nil : $0 * share }
        let volume = (shown ?? expectedFlow(of: zone) ?? .zero).volume(over: time)
        sources[source].drawing.volume += volume
        if sourcePlans[source].total == nil {
            zones[zone].hand?.counted += volume
            if shown == nil { zones[zone].hand?.isEstimated = true } else { zones[zone].hand?.metered += volume }
            noteLesson(zone)
        } else if isSilent {
            zones[zone].hand?.counted += volume
            zones[zone].hand?.isEstimated = true
            sources[source].debt += volume
        } else {
            zones[zone].hand?.reckoned += volume
            zones[zone].hand?.unheard += time
        }
    }

    private mutating func credit(_ filter: FilterIndex, _ now: Instant) {
        let source = filters[filter].source
        let time = now - max(washes[filter].since, lastScan)
        let share = share(of: filters[filter].flow, source)
        let volume = (sources[source].flow.map { $0 * share } ?? filters[filter].flow ?? .zero).volume(over: time)
        guard sourcePlans[source].total != nil, !sources[source].meter.isSilent else {
            return book(volume, .backwash, filter)
        }
        washes[filter].reckoned += volume
        washes[filter].unheard += time
    }

    mutating func book(_ volume: Volume, _ use: WaterUse, _ filter: FilterIndex) {
        washes[filter].given += volume
        sources[filters[filter].source].books.add(volume, use)
    }

    private mutating func watchSettling(_ zone: ZoneIndex, _ flow: Flow, _ now: Instant, _ records: inout RecordBuffer) {
        if let settled = zones[zone].settling.settled(flow, at: now) {
            records.event(Event(.flowSettled, .zone(zone), value: settled.base))
        }
    }

    /// The part of what a source gives that goes where so much is expected: by expected flow, or in equal parts where one
    /// is not known.
    func share(of flow: Flow?, _ source: SourceIndex) -> Double {
        let open = sources[source].open
        guard let flow, let sum = open.flow, sum > .zero else { return 1 / Double(max(open.count, 1)) }
        return flow / sum
    }

}

/// How far a run is, and how long what is left takes.
extension IrrigationControl {
    /// A volume may take this much longer than its flow says. DOMAIN §2: 1.3.
    private static var guardFactor: Double { 1.3 }
    /// The learned overrun is taken off no more than this part of what was asked.
    private static var overrunAtMost: Double { 0.2 }

    /// What the zone takes when it is alone: learned, else nominal.
    func expectedFlow(of zone: ZoneIndex) -> Flow? { zones[zone].learned.flow ?? zonePlans[zone].nominalFlow }

    /// Whether a volume can be given: measured, or reckoned from flow and time.
    func canTellVolume(_ zone: ZoneIndex) -> Bool {
        let source = sourcePlans[zonePlans[zone].source]
        return expectedFlow(of: zone) != nil || source.total != nil || source.flow != nil
    }

    /// A volume is given when what will still come after the stop makes it full.
    func isGiven(_ run: Run, _ zone: ZoneIndex) -> Bool {
        switch run.planned {
        case .time(let time): return run.watered >= time
        case .volume(let volume):
            return run.volume + min(zones[zone].learned.overrun, volume * Self.overrunAtMost) >= volume
        }
    }

    /// `nil` without a flow to reckon with: how long a volume takes.
    func time(for volume: Volume, _ zone: ZoneIndex) -> Duration? {
        guard let flow = expectedFlow(of: zone), flow > .zero else { return nil }
        return .seconds(min(volume.base / flow.base * 3600, Limits.manualRunMax.seconds))
    }

    /// The guard of a volume: a run that takes longer is ended.
    func longestTime(_ run: Run, _ zone: ZoneIndex) -> Duration {
        guard let volume = run.planned.volume, let time = time(for: volume, zone) else { return Limits.manualRunMax }
        return time * Self.guardFactor + .minutes(1)
    }

    /// Watering time that is left of a run; a volume without a known flow counts as far from its end.
    func timeLeft(_ run: Run, _ zone: ZoneIndex) -> Duration {
        switch run.planned.less(watered: run.watered, volume: run.volume) {
        case .time(let time): time
        case .volume(let volume): time(for: volume, zone) ?? Limits.manualRunMax
        }
    }

    func timeLeftInCycle(_ run: Run, _ zone: ZoneIndex) -> Duration {
        min(timeLeft(run, zone), run.cycleEnds - run.watered)
    }
}
