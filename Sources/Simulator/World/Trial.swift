import Control
import ProcessImage
import Quantities
public import Scan

/// One seed's world from beginning to end. First everything that can go wrong does, and nothing forbidden may happen
/// (safety). Then all is healed, and everything must come right by itself and one reset (liveness).
public struct Trial: Sendable {
    public let seed: UInt64
    public let violations: ViolationLog
    /// What did not come right after the faults had stopped.
    public let unhealed: [String]
    public let scans: UInt64
    public let lives: Int
    public let hash: UInt64

    public var isClean: Bool { violations.count == 0 && unhealed.isEmpty }

    /// Somebody presses a command about this often, in worlds with faults.
    public static let commandsEvery: Duration = .minutes(20)
    /// Points are good again this long after the faults.
    private static let pointsGoodWithin: Duration = .minutes(2)
    /// A well that ran dry needs time.
    private static let recovery: Duration = .minutes(20)
    /// A zone's manual run may have to wait for others this long.
    private static let runDoneWithin: Duration = .hours(3)

    /// - Parameters:
    ///   - safety: how long faults last, in virtual time.
    ///   - startUnix: seconds since 1970 UTC of a right clock at the start.
    public init(plan: ScanPlan, layout: FieldLayout? = nil, seed: UInt64, amount: FaultRates.Amount, safety: Duration,
                startUnix: Int64) {
        let world = World(plan: plan, layout: layout, seed: seed, startUnix: startUnix,
                          faults: FaultRates(amount, seed: seed), commandsEvery: Trial.commandsEvery)
        world.run(for: safety)
        world.heal()
        unhealed = Trial.converge(world)
        self.seed = seed
        violations = world.violations
        scans = world.scans
        lives = world.evidence.life
        hash = world.hash
    }

    private static func converge(_ world: World) -> [String] {
        var wrong: [String] = []
        world.run(for: pointsGoodWithin)
        for (index, reading) in world.evidence.readings.enumerated() where reading.quality != .good {
            wrong.append("\(world.evidence.plan.tables.points[index].tag) is \(reading.quality): \(reading.reason)")
        }
        world.order(.stopAll)
        world.order(.resume(.site))
        for zone in world.evidence.plan.control.zones.indices { world.order(.resume(.zone(ZoneIndex(zone)))) }
        world.run(for: recovery)
        world.order(.resetAll)
        world.run(for: .seconds(10))
        for zone in world.evidence.plan.control.zones.indices {
            if let why = runs(ZoneIndex(zone), in: world) { wrong.append(why) }
        }
        return wrong
    }

    /// A zone is asked to water for half a minute.
    /// - Returns: why it did not, or `nil`.
    private static func runs(_ zone: ZoneIndex, in world: World) -> String? {
        let tag = world.evidence.plan.tables.zones[zone.offset].tag
        let command = world.order(.run(zone, for: .seconds(30)))
        let ended = Ended(command: command)
        world.onRecord = { ended.note($0) }
        defer { world.onRecord = nil }
        let deadline = world.evidence.now + runDoneWithin
        while ended.outcome == nil, world.evidence.now < deadline { world.run(for: .seconds(1)) }
        return ended.outcome == .completed ? nil : "\(tag) did not water: \(ended.outcome.map { "\($0)" } ?? "no end")"
    }

    /// Finds the end of the run that a command began.
    private final class Ended {
        private let command: UInt64
        private(set) var outcome: RunOutcome?
        init(command: UInt64) { self.command = command }

        func note(_ record: Record) {
            switch record.body {
            case .ledger(.runEnded(_, let outcome, _, _, _, .manual(command)), _): self.outcome = outcome
            default: break
            }
        }
    }
}
