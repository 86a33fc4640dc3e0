import Interlocks
import ProcessImage
import Quantities
import Scan

/// 14. A latched trip holds its outputs until a person resets it, and no restart clears one that was on the disk.
struct Latched: Invariant {
    let number = 14
    let rule = "a trip holds until it is reset, over restarts"
    private var standing: [TripID] = []
    private var durable: [TripID] = []
    private var life = 0
    private let held: [TripID: [Int]]
    /// By source: since when its level has been seen not to be low; `nil`: it is low or not known.
    private var wetSince: [Instant?]

    init(_ plan: ScanPlan) {
        held = Latched.heldOutputs(plan.interlocks)
        wetSince = plan.interlocks.sources.map { _ in nil }
    }

    /// What each trip must keep at its safe state.
    private static func heldOutputs(_ plan: InterlockPlan) -> [TripID: [Int]] {
        var held: [TripID: [Int]] = [TripID(.emergencyStop, .site): Array(plan.outputs.indices)]
        for (index, source) in plan.sources.enumerated() {
            let subject = Subject.source(SourceIndex(index))
            held[TripID(.dryRun, subject)] = [source.pump].compactMap { $0?.offset }
            held[TripID(.leak, subject)] = [source.pump, source.masterValve].compactMap { $0?.offset }
            held[TripID(.pressureDecay, subject)] = [source.pump, source.masterValve].compactMap { $0?.offset }
            held[TripID(.burst, subject)] = [source.pump, source.masterValve].compactMap { $0?.offset }
            held[TripID(.overPressure, subject)] = [source.pump].compactMap { $0?.offset }
        }
        for (index, zone) in plan.zones.enumerated() {
            for kind in [TripKind.noFlow, .lowFlow, .highFlow] { held[TripID(kind, .zone(ZoneIndex(index)))] = [zone.valve.offset] }
            let source = plan.sources[zone.source.offset]
            let others = plan.zones.filter { $0.source == zone.source }.map(\.valve.offset)
            held[TripID(.stuckValve, .zone(ZoneIndex(index)))] = [source.pump, source.masterValve].compactMap { $0?.offset } + others
        }
        for index in plan.outputs.indices {
            held[TripID(.motorFault, .output(OutputIndex(index)))] = [index]
            held[TripID(.maximumOn, .output(OutputIndex(index)))] = [index]
            held[TripID(.readback, .output(OutputIndex(index)))] = [index]
        }
        return held.merging(heldByDosing(plan)) { first, _ in first }
    }

    private static func heldByDosing(_ plan: InterlockPlan) -> [TripID: [Int]] {
        var held: [TripID: [Int]] = [:]
        for unit in plan.dosing.units.indices {
            let dosers = plan.dosing.channels.filter { $0.unit.offset == unit }.map(\.output.offset)
            for kind in [TripKind.doseConductivity, .doseAcidity, .leakTray, .doseUnbalanced] {
                held[TripID(kind, .dosingUnit(DosingUnitIndex(unit)))] = dosers
            }
            let source = plan.sources[plan.dosing.units[unit].source.offset]
            for (index, channel) in plan.dosing.channels.enumerated() where channel.unit.offset == unit {
                held[TripID(.overdose, .channel(ChannelIndex(index)))] = dosers
                let line = [source.pump, source.masterValve].compactMap { $0?.offset }
                held[TripID(.injectorLeak, .channel(ChannelIndex(index)))] = dosers + line
            }
            for point in plan.dosing.probes.filter({ $0.unit.offset == unit }).flatMap({ [$0.first, $0.second].compactMap { $0 } }) {
                held[TripID(.probeFrozen, .point(point.index))] = dosers
            }
        }
        return held
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        if evidence.life != life {
            life = evidence.life
            standing = durable
        }
        lookAtLevels(evidence)
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
            case nil where command == 0 && mayRetry(trip, evidence): break
            default: violations.report(number, evidence, "\(trip.kind) was cleared and nobody had reset it")
            }
        default: break
        }
    }

    private mutating func lookAtLevels(_ evidence: Evidence) {
        guard evidence.isScan else { return }
        for (index, source) in evidence.plan.interlocks.sources.enumerated() {
            let isWet = source.dryWhen.map { evidence.isOn($0, noOlderThan: source.dryNoOlderThan) == false } ?? false
            wetSince[index] = isWet ? wetSince[index] ?? evidence.now : nil
        }
    }

    /// A dry run ends by itself where the site allows it, once there has been water for so long.
    private func mayRetry(_ trip: TripID, _ evidence: Evidence) -> Bool {
        guard trip.kind == .dryRun, case .source(let source) = trip.subject, let since = wetSince[source.offset],
              let retry = evidence.plan.interlocks.sources[source.offset].dryRetry else { return false }
        return evidence.now - since >= retry.after
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
