import Control
import Interlocks
import ProcessImage
public import Quantities
import Scan

/// Something that must hold in every scan of every world. A checker knows the plans and the evidence, and nothing of the
/// code it checks. Numbers are those of the project's list of invariants.
public protocol Invariant {
    var number: Int { get }
    /// What must hold, in one line.
    var rule: String { get }
    /// After every scan, and after every step of time without one.
    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog)
}

/// One time an invariant did not hold.
public struct Violation: Sendable, Equatable, CustomStringConvertible {
    public let invariant: Int
    public let at: Instant
    public let life: Int
    public let what: String

    public var description: String {
        "invariant \(invariant) at \(at.nanoseconds / 1_000_000) ms, life \(life): \(what)"
    }
}

/// The violations of one world. After the first hundred they are only counted.
public struct ViolationLog: Sendable {
    public private(set) var all: [Violation] = []
    public private(set) var count = 0

    /// Numbers of the invariants that were broken, in order.
    public var broken: [Int] { Set(all.map(\.invariant)).sorted() }

    mutating func report(_ invariant: Int, _ evidence: Evidence, _ what: String) {
        count += 1
        guard all.count < 100 else { return }
        all.append(Violation(invariant: invariant, at: evidence.now, life: evidence.life, what: what))
    }
}

/// A checker of each, for one site.
func invariants(for plan: ScanPlan) -> [any Invariant] {
    [BootSafe(plan), MaximumOn(plan), LeaseHeld(plan), SingleWriter(), FreshInputs(), BadInputAction(plan), NoGhostValue(),
     Permissives(plan), SameScanTrip(), StartLimits(plan), Latched(plan), EmergencyStopHolds(), AtMostOnce(plan), NoBurst(plan),
     MonotonicDurations(plan), TrustedTimeOnly(), WaterBooks(plan), Setpoints(plan)] + invariantsOfDosing(for: plan)
        + invariantsOfFeeding(for: plan)
}

/// None where nothing is dosed.
private func invariantsOfDosing(for plan: ScanPlan) -> [any Invariant] {
    guard !plan.interlocks.dosing.channels.isEmpty else { return [] }
    let ofLines: [any Invariant] = plan.control.fertigation.recipes.isEmpty ? [] : [FlushOwed(plan)]
    return [DosingPermissives(plan), DosingSupervision(plan), DosingOrder(plan), DoseBudget(plan)] + ofLines
}

/// None where there are no cages.
private func invariantsOfFeeding(for plan: ScanPlan) -> [any Invariant] {
    guard !plan.control.feeding.cages.isEmpty else { return [] }
    let ofLines: [any Invariant] = plan.control.feeding.lines.isEmpty
        ? [] : [FeedPermissives(plan), FeedLocks(), FeedOrder(plan), FeedBudget(plan), MealsOnce()]
    let ofWinches: [any Invariant] = plan.control.feeding.depths.isEmpty ? [] : [WinchKept(plan)]
    return [AirHeld(plan)] + ofLines + ofWinches
}

extension Evidence {
    func tag(_ output: Int) -> String { plan.tables.outputs[output].tag }
}
