import Control
import Interlocks
import ProcessImage
import Quantities
import Scan

/// 8. A pump runs only against an open zone valve and an open master valve; open valves together take no more than the
/// source gives, but for the time one zone hands over to the next.
struct Permissives: Invariant {
    let number = 8
    let rule = "a pump runs only against open valves, zones share what the source gives, and no two exclude each other"
    private var deadHeadScans: [Int]
    private var overSince: [Instant?]
    private var isCrowded = false
    private let handover: [Duration]

    init(_ plan: ScanPlan) {
        deadHeadScans = plan.control.sources.map { _ in 0 }
        overSince = plan.control.sources.map { _ in nil }
        handover = plan.control.sources.indices.map { Permissives.handover(SourceIndex($0), plan.control) }
    }

    /// The longest the zones of a source may overlap: travel, overlap, relief, and a little.
    private static func handover(_ source: SourceIndex, _ control: ControlPlan) -> Duration {
        let travels = control.zones.filter { $0.source == source }.map(\.travel)
        let plan = control.sources[source.offset]
        return (travels.max() ?? .zero) * 2 + plan.overlap * 2 + plan.pressureRelief + plan.masterTravel + .seconds(2)
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard evidence.isScan else { return }
        for source in deadHeadScans.indices {
            lookForDeadHead(source, evidence, &violations)
            lookForOverload(source, evidence, &violations)
        }
        lookForCrowd(evidence, &violations)
    }

    /// No two zones that exclude each other, and no more valves than the site allows, in any scan.
    private mutating func lookForCrowd(_ evidence: Evidence, _ violations: inout ViolationLog) {
        var groups: UInt64 = 0
        var (count, clashes) = (0, false)
        for follower in evidence.plan.control.followers where evidence.committed[follower.valve.offset].isOn { count += 1 }
        for zone in evidence.plan.control.zones where evidence.committed[zone.valve.offset].isOn {
            count += 1
            clashes = clashes || groups & zone.exclusion != 0
            groups |= zone.exclusion
        }
        let wasCrowded = isCrowded
        isCrowded = clashes || count > evidence.plan.control.valvesAtOnce ?? .max
        guard isCrowded, !wasCrowded else { return }
        violations.report(number, evidence, clashes ? "zones that exclude each other are open" : "\(count) valves are on")
    }

    private mutating func lookForDeadHead(_ source: Int, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let plan = evidence.plan.control.sources[source]
        guard let pump = plan.pump, evidence.committed[pump.offset].isOn else {
            deadHeadScans[source] = 0
            return
        }
        let hasValve = evidence.plan.control.zones.contains { zone in
            zone.source.offset == source && evidence.committed[zone.valve.offset].isOn
        }
        let hasMaster = plan.masterValve.map { evidence.committed[$0.offset].isOn } ?? true
        deadHeadScans[source] = hasValve && hasMaster ? 0 : deadHeadScans[source] + 1
        if deadHeadScans[source] == 2 { violations.report(number, evidence, "\(evidence.tag(pump.offset)) runs against closed valves") }
    }

    private mutating func lookForOverload(_ source: Int, _ evidence: Evidence, _ violations: inout ViolationLog) {
        guard isOverloaded(source, evidence) else {
            overSince[source] = nil
            return
        }
        let since = overSince[source] ?? evidence.now
        overSince[source] = since
        let long = evidence.now - since
        if long > handover[source], long <= handover[source] + evidence.plan.period {
            violations.report(number, evidence, "open valves take more than source \(source) gives")
        }
    }

    private func isOverloaded(_ source: Int, _ evidence: Evidence) -> Bool {
        var count = 0
        var sum: Flow? = .zero
        for zone in evidence.plan.control.zones
        where zone.source.offset == source && evidence.committed[zone.valve.offset].isOn {
            count += 1
            sum = sum.flatMap { total in zone.nominalFlow.map { total + $0 } }
        }
        guard count > 1 else { return false }
        guard let capacity = evidence.plan.control.sources[source].capacity, let sum else { return true }
        return sum > capacity
    }
}

/// 9. A source seen empty in the image of a scan has its pump off in the outputs of that very scan.
struct SameScanTrip: Invariant {
    let number = 9
    let rule = "what the image forbids is off in the same scan"

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard evidence.isScan else { return }
        for source in evidence.plan.interlocks.sources {
            guard let dry = source.dryWhen, let pump = source.pump, evidence.committed[pump.offset].isOn,
                  evidence.isOn(dry, noOlderThan: source.dryNoOlderThan) == true else { continue }
            violations.report(number, evidence, "\(evidence.tag(pump.offset)) runs though its source is seen empty")
        }
        for motor in evidence.plan.interlocks.motors {
            guard let contact = motor.faultWhen, evidence.committed[motor.output.offset].isOn,
                  evidence.isOn(contact, noOlderThan: motor.faultNoOlderThan) == true else { continue }
            violations.report(number, evidence, "\(evidence.tag(motor.output.offset)) runs though its protection reports a fault")
        }
    }
}
