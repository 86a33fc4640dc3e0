import ProcessImage
import Quantities

/// Who waters next: a person before any program, then by priority, then in the order of asking. Who comes first and does
/// not fit lets smaller ones pass for a while and then nobody, so that every run is served.
extension IrrigationControl {
    /// A run that is held back by others for longer lets nobody pass any more.
    private static var letsPassFor: Duration { .minutes(30) }
    /// A run that is held back by others for longer goes before every program.
    private static var promotedAfter: Duration { .hours(2) }
    /// So many of a source's queue are looked at in a scan.
    private static var lookAhead: Int { 8 }

    /// Puts a run in the zone's hand, or behind the one that is there.
    /// - Returns: `false` when the zone has one in hand and one waiting already.
    mutating func enqueue(_ order: RunOrder, _ now: Instant, _ records: inout RecordBuffer) -> Bool {
        let zone = order.zone
        guard zones[zone].next == nil else { return false }
        orders += 1
        let run = Run(order, id: nextRun, number: orders, at: now)
        nextRun = RunID(rawValue: nextRun.rawValue &+ 1)
        records.ledger(.runStarted(run.id, zone, run.cause, planned: run.planned))
        if zones[zone].hand == nil {
            take(run, zone)
        } else if run.isManual, zones[zone].phase == .queued, let waiting = zones[zone].hand, !waiting.isManual {
            zones[zone].next = waiting
            take(run, zone)
        } else {
            zones[zone].next = run
        }
        return true
    }

    private mutating func take(_ run: Run, _ zone: ZoneIndex) {
        zones[zone].hand = run
        zones[zone].phase = .queued
        zones[zone].isNew = true
        zones[zone].waits = nil
    }

    // MARK: Admission

    /// In each source lets the first that may and fits open its valve; at most one, or one shift, in a scan.
    mutating func admit(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        gatherLoads(image)
        while let source = sourceOfFirst() {
            sources[source].firstRank = .max
            guard admit(source, image, &records) else { break }
        }
        tellQueued(image, &records)
    }

    /// The source whose queue has the first of all that were not looked at yet.
    private func sourceOfFirst() -> SourceIndex? {
        var first: SourceIndex?
        for number in 0..<sources.count where sources[number].firstRank < first.map({ sources[$0].firstRank }) ?? .max {
            first = SourceIndex(number)
        }
        return first
    }

    /// - Returns: whether the sources behind this one may start anything in this scan.
    private mutating func admit(_ source: SourceIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) -> Bool {
        var last: UInt64 = 0
        for _ in 0..<Self.lookAhead {
            guard let zone = inLine(source, after: last), let run = zones[zone].hand else { return true }
            last = run.rank
            switch turn(of: zone, run, image) {
            case .gone(let cause):
                finishUnstarted(zone, run.hasBegun ? .tripped : .notStarted, cause, image.now, &records)
            case .notYet(let cause):
                zones[zone].waits = cause
                zones[zone].hand?.blockedSince = nil
            case .ready:
                guard let cause = obstacle(zone, run, source, image) else {
                    startShift(zone, run, source, image, &records)
                    return true
                }
                if !mayBePassed(zone, cause, at: image.now) { return !cause.isOfSite }
            }
        }
        return true
    }

    /// The first in the source's queue behind a rank.
    private func inLine(_ source: SourceIndex, after rank: UInt64) -> ZoneIndex? {
        var first: ZoneIndex?
        var least = UInt64.max
        for number in zonesOfSource[source].range {
            let zone = zoneList[number]
            guard zones[zone].phase == .queued, let run = zones[zone].hand, run.rank > rank, run.rank < least else { continue }
            first = zone
            least = run.rank
        }
        return first
    }

    /// Notes what holds the run back.
    /// - Returns: whether those behind it may go before it.
    private mutating func mayBePassed(_ zone: ZoneIndex, _ cause: Cause, at now: Instant) -> Bool {
        zones[zone].waits = cause
        let since = zones[zone].hand?.blockedSince ?? now
        zones[zone].hand?.blockedSince = since
        if now - since >= Self.promotedAfter { zones[zone].hand?.promote() }
        return now - since < Self.letsPassFor
    }

    // MARK: Starting

    /// Opens the zone, and with it the others of its shift that fit together.
    private mutating func startShift(_ zone: ZoneIndex, _ run: Run, _ source: SourceIndex, _ image: borrowing InputImage,
                                     _ records: inout RecordBuffer) {
        let together = startsTogether(run, source, image)
        crowd.add(together ?? need(of: zone), power: addedPower(source))
        sources[source].takesPower = true
        guard together != nil else { return start(zone, run, image, &records) }
        for number in zonesOfSource[source].range {
            let other = zoneList[number]
            guard isReady(other, ofShiftOf: run, image), let run = zones[other].hand else { continue }
            start(other, run, image, &records)
        }
    }

    private mutating func start(_ zone: ZoneIndex, _ run: Run, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        zones[zone].phase = .starting
        zones[zone].isNew = false
        zones[zone].waits = nil
        zones[zone].thirstySince = image.now
        zones[zone].settling = FlowSettling()
        zones[zone].hand?.blockedSince = nil
        zones[zone].hand?.hasBegun = true
        let cycle = cycle(of: run, zone)
        zones[zone].hand?.cycleEnds = run.watered + cycle
        tellStart(run, zone, &records)
        answer(zone, .done, &records)
    }

    /// How long it waters before it rests: the cycles that are left are of equal length, none longer than asked.
    private func cycle(of run: Run, _ zone: ZoneIndex) -> Duration {
        guard let soak = run.soak else { return .seconds(Int64.max / 4) }
        let left = timeLeft(run, zone)
        let cycles = max((left.seconds / soak.run.seconds).rounded(.up), 1)
        return cycles > 1 ? min(left / cycles, soak.run) : .seconds(Int64.max / 4)
    }

    private func tellStart(_ run: Run, _ zone: ZoneIndex, _ records: inout RecordBuffer) {
        guard !run.hasBegun else { return records.event(Event(.runGoesOn, .zone(zone), because: run.cause)) }
        switch run.planned {
        case .time(let time): records.event(Event(.runStarted, .zone(zone), because: run.cause, duration: time))
        case .volume(let volume): records.event(Event(.volumeRunStarted, .zone(zone), because: run.cause, value: volume.base))
        }
    }

    /// Tells once of each run that has to wait.
    private mutating func tellQueued(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<zones.count {
            guard zones[number].phase == .queued, zones[number].isNew, let run = zones[number].hand,
                  run.row <= image.ledgerDurableThrough else { continue }
            zones[number].isNew = false
            let cause = zones[number].waits ?? .interlock(.capacity)
            if !run.hasBegun { records.event(Event(.runQueued, .zone(ZoneIndex(number)), because: cause)) }
            answer(ZoneIndex(number), .queued, &records)
        }
    }

    /// Answers the person whose run is in hand.
    mutating func answer(_ zone: ZoneIndex, _ outcome: CommandOutcome, _ records: inout RecordBuffer) {
        guard let command = zones[zone].unanswered else { return }
        zones[zone].unanswered = nil
        records.ledger(.commandDone(command, outcome))
    }
}

extension Cause {
    /// What keeps it back is shared by all sources.
    fileprivate var isOfSite: Bool {
        switch self {
        case .interlock(.valvesAtOnce), .interlock(.power), .interlock(.exclusion): true
        default: false
        }
    }
}
