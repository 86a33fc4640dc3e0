import Interlocks
import ProcessImage
import Scan

/// 14. A latched trip holds its outputs until a person resets it, and no restart clears one that was on the disk.
struct Latched: Invariant {
    let number = 14
    let rule = "a trip holds until it is reset, over restarts"
    private var standing: [TripID] = []
    private var durable: [TripID] = []
    private var life = 0
    private let held: [TripID: [Int]]

    init(_ plan: ScanPlan) { held = Latched.heldOutputs(plan.interlocks) }

    /// What each trip must keep at its safe state.
    private static func heldOutputs(_ plan: InterlockPlan) -> [TripID: [Int]] {
        var held: [TripID: [Int]] = [TripID(.emergencyStop, .site): Array(plan.outputs.indices)]
        for (index, source) in plan.sources.enumerated() {
            let subject = Subject.source(SourceIndex(index))
            held[TripID(.dryRun, subject)] = [source.pump].compactMap { $0?.offset }
            held[TripID(.leak, subject)] = [source.pump, source.masterValve].compactMap { $0?.offset }
            held[TripID(.burst, subject)] = [source.pump, source.masterValve].compactMap { $0?.offset }
        }
        for (index, zone) in plan.zones.enumerated() {
            held[TripID(.noFlow, .zone(ZoneIndex(index)))] = [zone.valve.offset]
        }
        for index in plan.outputs.indices {
            held[TripID(.maximumOn, .output(OutputIndex(index)))] = [index]
            held[TripID(.readback, .output(OutputIndex(index)))] = [index]
        }
        return held
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        if evidence.life != life {
            life = evidence.life
            standing = durable
        }
        for record in evidence.records {
            if case .ledger(let entry, _) = record.body { note(entry, evidence, &violations) }
        }
        for entry in evidence.durableRows { noteDurable(entry) }
        guard evidence.isScan else { return }
        for trip in standing {
            for output in held[trip] ?? [] where evidence.isAway(output, in: evidence.committed) {
                violations.report(number, evidence, "\(evidence.tag(output)) is on though \(trip.kind) stands")
            }
        }
    }

    private mutating func note(_ entry: LedgerEntry, _ evidence: Evidence, _ violations: inout ViolationLog) {
        switch entry {
        case .tripLatched(let trip): if !standing.contains(trip) { standing.append(trip) }
        case .tripCleared(let trip, let command):
            standing.removeAll { $0 == trip }
            switch evidence.resets[command] {
            case .resetAll, .reset(trip): break
            default: violations.report(number, evidence, "\(trip.kind) was cleared and nobody had reset it")
            }
        default: break
        }
    }

    private mutating func noteDurable(_ entry: LedgerEntry) {
        switch entry {
        case .tripLatched(let trip): if !durable.contains(trip) { durable.append(trip) }
        case .tripCleared(let trip, _): durable.removeAll { $0 == trip }
        default: break
        }
    }
}

/// 15. The emergency stop seen pressed: every output is safe in that scan, and nothing moves again until a reset.
struct EmergencyStopHolds: Invariant {
    let number = 15
    let rule = "the emergency stop holds everything until it is reset"
    private var isHeld = false
    private var isDurable = false
    private var life = 0
    private let trip = TripID(.emergencyStop, .site)

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        if evidence.life != life {
            life = evidence.life
            isHeld = isDurable
        }
        for entry in evidence.durableRows {
            if entry.latches(trip) { isDurable = true }
            if entry.clears(trip) { isDurable = false }
        }
        guard evidence.isScan, let stop = evidence.plan.interlocks.emergencyStop else { return }
        let isPressed = evidence.isOn(stop.pressed, noOlderThan: stop.noOlderThan) == true
        if isPressed { isHeld = true }
        if !isPressed, evidence.records.contains(where: { $0.clears(trip) }) { isHeld = false }
        guard isHeld else { return }
        for output in evidence.committed.indices where evidence.isAway(output, in: evidence.committed) {
            violations.report(number, evidence, "\(evidence.tag(output)) is on though the emergency stop holds")
        }
    }
}

extension LedgerEntry {
    func latches(_ trip: TripID) -> Bool { if case .tripLatched(trip) = self { true } else { false } }
    func clears(_ trip: TripID) -> Bool { if case .tripCleared(trip, _) = self { true } else { false } }
}

extension Record {
    func clears(_ trip: TripID) -> Bool {
        if case .ledger(let entry, _) = body { entry.clears(trip) } else { false }
    }
}
