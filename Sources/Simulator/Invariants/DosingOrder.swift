import Interlocks
import ProcessImage
import Quantities
import Scan

/// 10. Stock goes only into water that is proven in the image of the very scan, through a zone's valve that has been open, and
/// with a flow that has been there, for the time of clear water before it.
struct DosingOrder: Invariant {
    let number = 10
    let rule = "nothing is dosed but into proven water that has flowed clear first"
    /// By output: since when it has been on. By unit: since when its flow has been proven.
    private var onSince: [Instant?]
    private var provenSince: [Instant?]
    private var water: [MeteredWater]
    private var life = 0
    /// By zone: its valve and its further ones.
    private let valves: [[Int]]

    init(_ plan: ScanPlan) {
        onSince = plan.tables.outputs.map { _ in nil }
        provenSince = plan.interlocks.dosing.units.map { _ in nil }
        water = plan.interlocks.dosing.units.map { _ in MeteredWater() }
        valves = plan.interlocks.zones.enumerated().map { number, zone in
            [zone.valve.offset] + plan.interlocks.followers.filter { $0.zone.offset == number }.map(\.valve.offset)
        }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard evidence.isScan else { return }
        if evidence.life != life { self = DosingOrder(evidence.plan) }
        life = evidence.life
        for output in onSince.indices { onSince[output] = evidence.committed[output].isOn ? onSince[output] ?? evidence.now : nil }
        for (number, unit) in evidence.plan.interlocks.dosing.units.enumerated() {
            let passed = water[number].take(unit, evidence)
            let isProven = evidence.isFlowProven(unit) && passed.uncounted <= unit.slack.base + 1e-9
            provenSince[number] = isProven ? provenSince[number] ?? evidence.now : nil
        }
        for channel in evidence.plan.interlocks.dosing.channels where evidence.isOn(channel) { check(channel, evidence, &violations) }
    }

    private func check(_ channel: ChannelGuard, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let tag = evidence.tag(channel.output.offset)
        let unit = evidence.plan.interlocks.dosing.units[channel.unit.offset]
        let source = evidence.plan.interlocks.sources[unit.source.offset]
        guard let since = provenSince[channel.unit.offset],
              [source.pump, source.masterValve].compactMap(\.self).allSatisfy({ evidence.committed[$0.offset].isOn }) else {
            return violations.report(number, evidence, "\(tag) doses and no flow is proven")
        }
        let zones = evidence.plan.interlocks.zones
        let open = zones.indices.filter { zones[$0].source == unit.source }.compactMap { openFor($0, evidence) }
        guard let longest = open.max(), longest >= .zero else {
            return violations.report(number, evidence, "\(tag) doses and no zone is open")
        }
        if longest < unit.preFlush || evidence.now - since < unit.preFlush {
            violations.report(number, evidence, "\(tag) doses before clear water has flowed for its time")
        }
    }
}

extension DosingOrder {
    /// For how long every valve of a zone has been open, its further ones too; `nil`: one of them is not on.
    private func openFor(_ zone: Int, _ evidence: Evidence) -> Duration? {
        let times = valves[zone].map { valve in
            onSince[valve].map { evidence.now - $0 - evidence.plan.tables.outputs[valve].travel }
        }
        return times.contains(nil) ? nil : times.compactMap(\.self).min()
    }
}

/// Water that has passed a dosing unit by the readings of its meter, and what its flow has shown since the count last moved.
struct MeteredWater {
    private var total: Double?
    private(set) var uncounted = 0.0
    private var lookedAt: Instant?

    /// m3 since the look before.
    mutating func take(_ unit: DosingUnitGuard, _ evidence: Evidence) -> (passed: Double, uncounted: Double) {
        let elapsed = lookedAt.map { (evidence.now - $0).seconds } ?? 0
        lookedAt = evidence.now
        let flow = evidence.plan.interlocks.sources[unit.source.offset].flow
        let shown = flow.flatMap { evidence.base($0.index, noOlderThan: unit.flowNoOlderThan) }.map { max($0, 0) * elapsed / 3600 } ?? 0
        guard let point = unit.total else { return (shown, 0) }
        uncounted += shown
        let limit = evidence.plan.interlocks.sources[unit.source.offset].flowNoOlderThan
        guard let now = evidence.base(point.index, noOlderThan: limit) else { return (0, uncounted) }
        defer { total = now }
        guard let last = total, last != now else { return (0, uncounted) }
        uncounted = 0
        return (max(now - last, 0), 0)
    }
}

extension Evidence {
    func isOn(_ channel: ChannelGuard) -> Bool { committed[channel.output.offset].isOn }

    /// A good and fresh reading in the base unit of its point.
    func base(_ point: PointIndex, noOlderThan limit: Duration) -> Double? {
        let reading = readings[point.offset]
        guard reading.quality == .good, now - reading.takenAt <= limit, reading.recorded.isFinite else { return nil }
        return plan.tables.points[point.offset].unit.toBase(reading.recorded)
    }

    func isFlowProven(_ unit: DosingUnitGuard) -> Bool {
        if let contact = unit.flowSwitch, isOn(contact, noOlderThan: unit.flowNoOlderThan) != true { return false }
        guard let flow = plan.interlocks.sources[unit.source.offset].flow else { return true }
        return base(flow.index, noOlderThan: unit.flowNoOlderThan).map { $0 >= unit.leastFlow.base } ?? false
    }
}
