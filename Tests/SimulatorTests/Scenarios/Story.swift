import ProcessImage
import Quantities
import Simulator

/// A world with somebody who writes down what it records.
final class Story {
    struct End {
        let zone: ZoneIndex
        let outcome: RunOutcome
        let watered: Duration
        let volume: Volume
        let cause: Cause
    }

    let world: World
    private(set) var events: [Event] = []
    private(set) var ends: [End] = []
    private(set) var standing: Set<TripID> = []
    /// Outputs that were away from their safe state.
    private(set) var moved: Set<OutputIndex> = []
    private(set) var alarms: [AlarmID: AlarmState] = [:]
    private(set) var decisions: [OccurrenceDecision] = []
    private var zoneOfRun: [RunID: ZoneIndex] = [:]

    /// - Parameter seconds: after `SampleFarm.startUnix`, 05:00 at the farm.
    init(_ farm: SampleFarm, layout: FieldLayout? = nil, seed: UInt64 = 1, after seconds: Int64 = 0, startUnix: Int64 = SampleFarm.startUnix,
         isProven: Bool = true) {
        world = World(plan: farm.plan, layout: layout, seed: seed, startUnix: startUnix + seconds, isProven: isProven)
        world.onRecord = { [weak self] in self?.note($0) }
    }

    func water(_ zone: Int, for time: Duration) { world.order(.run(ZoneIndex(zone), for: time)) }

    func pass(_ time: Duration) { world.run(for: time) }

    func reset() {
        world.order(.resetAll)
        pass(.seconds(2))
    }

    func count(_ kind: EventKind) -> Int { events.count { $0.kind == kind } }

    func isOn(_ output: OutputIndex) -> Bool { world.evidence.physical[output.offset].isOn }

    func hasMoved(_ output: OutputIndex) -> Bool { moved.contains(output) }

    func isAlarmed(_ kind: EventKind, _ subject: Subject) -> Bool {
        alarms[AlarmID(kind, subject)].map { $0 == .unacknowledged || $0 == .acknowledged } ?? false
    }

    private func note(_ record: Record) {
        switch record.body {
        case .event(let event): events.append(event)
        case .output(let output, let level, _): if level.isOn { moved.insert(output) }
        case .alarm(let id, let state): alarms[id] = state
        case .ledger(let entry, _): note(entry)
        default: break
        }
    }

    private func note(_ entry: LedgerEntry) {
        switch entry {
        case .runStarted(let run, let zone, _, _): zoneOfRun[run] = zone
        case .runEnded(let run, let outcome, let watered, let volume, _, let cause):
            guard let zone = zoneOfRun[run] else { return }
            ends.append(End(zone: zone, outcome: outcome, watered: watered, volume: volume, cause: cause))
        case .occurrence(_, let decision): decisions.append(decision)
        case .tripLatched(let trip): standing.insert(trip)
        case .tripCleared(let trip, _): standing.remove(trip)
        default: break
        }
    }
}
