import Control
import Quantities
import Scan

/// How often what goes wrong, drawn anew for each seed ("swarm"): some worlds know only dead sensors, some only power
/// cuts, some everything at once. RELIABILITY §0.
public struct FaultRates: Sendable {
    /// Everything that can happen to a world, in a fixed order.
    public enum Kind: Int, Sendable, CaseIterable {
        case deviceSilent, deviceSlow, deviceGarbage, valveStuckOpen, valveStuckClosed, pumpDead, pipeBurst, sourceEmpty
        case meterStuck, emergencyStop, sensorStuck, sensorNoisy
        case crash, powerCut, guardCrash, scanStall, ledgerSlow, ledgerUnwritable
        case clockStep, clockHoldOver, clockLost
        case valveClogged, motorFault, pressureHigh, meterSlow, meterReset, sensorCut, mainSeeps
        case filterFouled, probeTrouble, probesSwapped, tankDry, trayWet
        case injectorLeaking, injectorBlocked, injectorStuckOpen, doseMeterStuck
        case seaSensorTrouble, seaSensorsSwapped, aeratorDead, netFouled, lineTrouble, stagnant, swell, winchJammed

        /// Of net cages.
        var isOfSea: Bool { rawValue >= Kind.seaSensorTrouble.rawValue }
    }

    /// How much of it.
    public enum Amount: String, Sendable, CaseIterable { case none, some, many }

    /// Mean time between two faults of a kind; `nil`: never.
    private var means: [Duration?]

    public static let none = FaultRates(means: Kind.allCases.map { _ in nil })

    private init(means: [Duration?]) {
        self.means = means
    }

    /// Draws which kinds there are and how often.
    public init(_ amount: Amount, seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: 11)
        let range: (low: Double, high: Double) = amount == .many ? (0.2, 4) : (4, 48)
        means = Kind.allCases.map { _ in
            let isThere = random.chance(0.5)
            let hours = random.between(range.low, range.high)
            return isThere && amount != .none ? .nanoseconds(Int64(hours * 3.6e12)) : nil
        }
    }

    /// Only one kind, at one pace: for tests that want to see it.
    public init(only kind: Kind, every mean: Duration) {
        means = Kind.allCases.map { $0 == kind ? mean : nil }
    }

    /// Without what cannot happen on a site: what cannot be, draws no numbers.
    func possible(in plan: ScanPlan) -> FaultRates {
        let feeding = plan.control.feeding
        return FaultRates(means: Kind.allCases.map { kind in
            let isHere = kind == .winchJammed ? !feeding.depths.isEmpty : !kind.isOfSea || !feeding.cages.isEmpty
            return isHere ? self[kind] : nil
        })
    }

    public subscript(kind: Kind) -> Duration? { means[kind.rawValue] }
}
