import ProcessImage
import Quantities

/// Who waters next: in the order of asking, a person before any program, as far as the source can give.
extension IrrigationControl {
    /// Orders from here on belong to programs; a person's lie below.
    private static var programOrders: UInt64 { 1 << 63 }

    /// Puts a run in the zone's hand, or behind the one that is there.
    /// - Returns: `false` when the zone has one in hand and one waiting already.
    mutating func enqueue(_ zone: ZoneIndex, _ cause: Cause, for planned: Duration, row: UInt64, _ now: Instant,
                          _ records: inout RecordBuffer) -> Bool {
        guard zones[zone].next == nil else { return false }
        let isManual = if case .manual = cause { true } else { false }
        orders += 1
        let run = Run(id: nextRun, cause: cause, planned: planned, order: isManual ? orders : Self.programOrders + orders,
                      row: row, rowBy: now + patience(for: cause))
        nextRun = RunID(rawValue: nextRun.rawValue &+ 1)
        records.ledger(.runStarted(run.id, zone, cause, planned: planned))
        if zones[zone].hand == nil {
            take(run, zone)
        } else if isManual, zones[zone].phase == .queued, let waiting = zones[zone].hand, !waiting.isManual {
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
    }

    /// How long a program's run waits for its row: as long as the program's start may be late.
    private func patience(for cause: Cause) -> Duration {
        guard case .program(let program) = cause, case .catchUp(let within) = book.rules[program].missed else {
            return .seconds(Self.onTimeWithin)
        }
        return within
    }

    // MARK: Admission

    /// Lets the first in each source's queue open its valve, if it may and fits. One a scan; nobody is overtaken.
    mutating func admit(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        findHeads()
        weighLoads()
        for number in 0..<sources.count {
            guard let zone = sources[number].head, let run = zones[zone].hand else { continue }
            if let trip = zones[zone].trip {
                finishUnstarted(zone, .notStarted, .trip(trip), &records)
            } else if run.row > image.ledgerDurableThrough {
                if image.now >= run.rowBy { finishUnstarted(zone, .notStarted, run.cause, &records) }
            } else if let lacking = unproven(zone, for: run.cause, image) {
                finishUnstarted(zone, .notStarted, lacking, &records)
            } else if rest(of: SourceIndex(number), image) == nil, fits(zone, SourceIndex(number)) {
                start(zone, run, image, &records)
            }
        }
        tellQueued(image, &records)
    }

    private mutating func findHeads() {
        for number in 0..<sources.count { sources[number].head = nil }
        for number in 0..<zones.count {
            guard zones[number].phase == .queued, let run = zones[number].hand else { continue }
            let source = zonePlans[number].source
            if let head = sources[source].head, let first = zones[head].hand, first.order < run.order { continue }
            sources[source].head = ZoneIndex(number)
        }
    }

    /// What the zones that go on watering take. One that will be done by the time the head's valve is open does not
    /// count: so the next opens before the last closes, and the pump goes on.
    private mutating func weighLoads() {
        for number in 0..<sources.count { sources[number].load = Load() }
        for number in 0..<zones.count {
            let source = zonePlans[number].source
            if zones[number].phase == .stopping, zones[number].ending?.isPrompt == true { sources[source].load.isClosing = true }
            guard zones[number].wantsWater, let run = zones[number].hand, let head = sources[source].head else { continue }
            let handover = max(sourcePlans[source].overlap, zonePlans[head].travel)
            if zones[number].phase == .watering, run.planned - run.watered <= handover { continue }
            sources[source].load.add(zonePlans[number].nominalFlow)
        }
    }

    private func fits(_ zone: ZoneIndex, _ source: SourceIndex) -> Bool {
        let load = sources[source].load
        if load.isClosing { return false }
        if load.count == 0 { return true }
        guard let capacity = sourcePlans[source].capacity, let nominal = zonePlans[zone].nominalFlow,
              let used = load.flow else { return false }
        return used + nominal <= capacity
    }

    private mutating func start(_ zone: ZoneIndex, _ run: Run, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        zones[zone].phase = .starting
        zones[zone].isNew = false
        zones[zone].thirstySince = image.now
        zones[zone].settling = FlowSettling()
        records.event(Event(.runStarted, .zone(zone), because: run.cause, duration: run.planned))
        answer(zone, .done, &records)
    }

    /// Tells once of each run that has to wait for the water of others.
    private mutating func tellQueued(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<zones.count {
            guard zones[number].phase == .queued, zones[number].isNew, let run = zones[number].hand,
                  run.row <= image.ledgerDurableThrough else { continue }
            zones[number].isNew = false
            let cause = rest(of: zonePlans[number].source, image) ?? .interlock(.capacity)
            records.event(Event(.runQueued, .zone(ZoneIndex(number)), because: cause))
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

/// What the zones in hand of one source take.
struct Load: BitwiseCopyable {
    var count = 0
    /// `nil`: one of them does not know its flow.
    var flow: Flow? = .zero
    /// A person stopped a zone and its valves are not closed yet.
    var isClosing = false

    mutating func add(_ nominal: Flow?) {
        count += 1
        if let sum = flow, let nominal { flow = sum + nominal } else { flow = nil }
    }
}
