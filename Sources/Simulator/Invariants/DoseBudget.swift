import Interlocks
import ProcessImage
import Quantities
import Scan

/// 11. No channel gives more than its ceilings in any hour, any day and one run of a zone, nor ahead of its water, counted at the
/// lines themselves, over restarts too; and two that belong together give equally.
struct DoseBudget: Invariant {
    let number = 11
    let rule = "the doses stay within their ceilings over any hour, day and run, and within their water"

    private struct Channel {
        var wasOn = false
        /// What was given of late, oldest first.
        var doses: [(at: Instant, stock: Double)] = []
        var day = 0.0
        var hour = 0.0
        var firstOfDay = 0
        var firstOfHour = 0
        /// When the newest of them began.
        var begunAt = Instant.never
        /// By zone: in its present run, and when it last got some.
        var runs: [Double]
        var lastAt: [Instant]
        /// Ahead of what the water allows.
        var ahead = 0.0
        /// Since its source was closed last, by its own meter; no number when the meter was silent while it dosed.
        var metered = 0.0
        var reading: Double?
    }

    private var channels: [Channel]
    private var water: [MeteredWater]
    private var openedAt: [Instant?]
    /// By source: its valves, the longest that one of them travels, and when one was last ordered open.
    private let valves: [[Int]]
    private let travel: [Duration]
    private var orderedAt: [Instant]
    private var lookedAt = Instant.start
    private let plan: InterlockPlan

    private static let runGap: Duration = .minutes(10)
    /// Doses within so long are remembered as one, given at its end.
    private static let together: Duration = .seconds(10)

    init(_ scan: ScanPlan) {
        plan = scan.interlocks
        channels = plan.dosing.channels.map { _ in
            Channel(runs: scan.interlocks.zones.map { _ in 0 }, lastAt: scan.interlocks.zones.map { _ in .never })
        }
        water = plan.dosing.units.map { _ in MeteredWater() }
        openedAt = plan.zones.map { _ in nil }
        let (zones, flushes, outputs) = (plan.zones, plan.flushes, plan.outputs)
        valves = plan.sources.indices.map { source in
            zones.filter { $0.source.offset == source }.map(\.valve.offset)
                + flushes.filter { $0.source.offset == source }.map(\.valve.offset)
        }
        travel = valves.map { $0.map { outputs[$0].travel }.max() ?? .zero }
        orderedAt = plan.sources.map { _ in .never }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        let elapsed = (evidence.now - lookedAt).seconds
        lookedAt = evidence.now
        for (zone, rule) in plan.zones.enumerated() {
            openedAt[zone] = evidence.physical[rule.valve.offset].isOn ? openedAt[zone] ?? evidence.now : nil
        }
        for number in channels.indices { count(number, elapsed, evidence, &violations) }
        guard evidence.isScan else { return }
        let passed = plan.dosing.units.indices.map { water[$0].take(plan.dosing.units[$0], evidence).passed }
        for number in channels.indices { lookAtWater(number, passed[plan.dosing.channels[number].unit.offset], evidence, &violations) }
        lookAtBalances(evidence, &violations)
    }

    private mutating func count(_ index: Int, _ elapsed: Double, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let rule = plan.dosing.channels[index]
        let isOn = evidence.physical[rule.output.offset].isOn
        let stock: Double = switch rule.rate {
        case .flow(let flow): channels[index].wasOn ? flow.base * elapsed / 3600 : 0
        case .stroke(let stroke): isOn && !channels[index].wasOn ? stroke.base : 0
        }
        channels[index].wasOn = isOn
        guard stock > 0 else { return }
        channels[index].ahead += stock
        remember(stock, index, evidence.now)
        let tag = evidence.tag(rule.output.offset)
        let ceilings = rule.ceilings
        for (given, most, what) in [(channels[index].hour, ceilings.perHour, "an hour"), (channels[index].day, ceilings.perDay, "a day")] {
            if let most, given > most.base + 1e-9 { violations.report(number, evidence, "\(tag) gave \(given * 1000) L in \(what)") }
        }
        share(stock, index, evidence, &violations)
    }

    private mutating func remember(_ stock: Double, _ index: Int, _ now: Instant) {
        let last = channels[index].doses.indices.last
        if let last, last >= channels[index].firstOfHour, now - channels[index].begunAt < Self.together {
            channels[index].doses[last] = (now, channels[index].doses[last].stock + stock)
        } else {
            channels[index].doses.append((now, stock))
            channels[index].begunAt = now
        }
        channels[index].hour += stock
        channels[index].day += stock
        while now - channels[index].doses[channels[index].firstOfHour].at > .hours(1) {
            channels[index].hour -= channels[index].doses[channels[index].firstOfHour].stock
            channels[index].firstOfHour += 1
        }
        while now - channels[index].doses[channels[index].firstOfDay].at > .hours(24) {
            channels[index].day -= channels[index].doses[channels[index].firstOfDay].stock
            channels[index].firstOfDay += 1
        }
        guard channels[index].firstOfDay > 1000 else { return }
        channels[index].doses.removeFirst(channels[index].firstOfDay)
        channels[index].firstOfHour -= channels[index].firstOfDay
        channels[index].firstOfDay = 0
    }

    private mutating func share(_ stock: Double, _ index: Int, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let rule = plan.dosing.channels[index]
        let source = plan.dosing.units[rule.unit.offset].source
        let open = plan.zones.indices.filter { plan.zones[$0].source == source && openedAt[$0] != nil }
        let flows = open.map { plan.zones[$0].nominalFlow?.base }
        let sum = flows.reduce(Double?.some(0)) { sum, flow in sum.flatMap { sum in flow.map { sum + $0 } } }
        for (place, zone) in open.enumerated() {
            let part = sum.flatMap { sum in flows[place].map { $0 / sum } } ?? 1 / Double(open.count)
            if let opened = openedAt[zone], opened - channels[index].lastAt[zone] >= Self.runGap { channels[index].runs[zone] = 0 }
            channels[index].runs[zone] += stock * part
            channels[index].lastAt[zone] = evidence.now
            if let most = rule.ceilings.perRun, channels[index].runs[zone] > most.base + 1e-9 {
                let tag = evidence.tag(rule.output.offset)
                violations.report(number, evidence, "\(tag) gave \(channels[index].runs[zone] * 1000) L to a run")
            }
        }
    }

    /// Over any stretch of water: no more than the water's part, and what the slack allows ahead, and what a lease may let through.
    private mutating func lookAtWater(_ index: Int, _ passed: Double, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let rule = plan.dosing.channels[index]
        guard let ratio = rule.ceilings.inWater?.base else { return }
        channels[index].ahead = max(channels[index].ahead - ratio * passed, 0)
        let lease: Double = switch rule.rate {
        case .flow(let flow): flow.base * 3 / 3600
        case .stroke(let stroke): stroke.base
        }
        let most = ratio * plan.dosing.units[rule.unit.offset].slack.base + lease
        guard channels[index].ahead > most + 1e-9 else { return }
        violations.report(number, evidence, "\(evidence.tag(rule.output.offset)) is \(channels[index].ahead * 1000) L ahead of its water")
        channels[index].ahead = 0
    }

    private mutating func lookAtBalances(_ evidence: Evidence, _ violations: inout ViolationLog) {
        // A watering is over when no valve is ordered open, and the last has travelled.
        for source in valves.indices where valves[source].contains(where: { evidence.committed[$0].isOn }) {
            orderedAt[source] = evidence.now
        }
        for (index, rule) in plan.dosing.channels.enumerated() {
            let source = plan.dosing.units[rule.unit.offset].source
            let isClosed = evidence.now - orderedAt[source.offset] > travel[source.offset]
            let reading = rule.meter.flatMap { evidence.base($0.total.index, noOlderThan: $0.noOlderThan) }
            if isClosed || evidence.scanOfLife == 1 { channels[index].metered = 0 }
            if reading == nil, evidence.isOn(rule) || channels[index].reading != nil { channels[index].metered = .nan }
            if let reading, let last = channels[index].reading, reading > last { channels[index].metered += reading - last }
            channels[index].reading = reading
            let trip = TripID(.doseUnbalanced, .dosingUnit(rule.unit))
            if evidence.records.contains(where: { $0.clears(trip) }) { channels[index].metered = 0 }
        }
        for balance in plan.dosing.balances {
            let (first, second) = (plan.dosing.channels[balance.first.offset], plan.dosing.channels[balance.second.offset])
            guard evidence.isOn(first) || evidence.isOn(second), channels[balance.first.offset].reading != nil,
                  channels[balance.second.offset].reading != nil else { continue }
            let wanted = channels[balance.first.offset].metered * balance.ratio, given = channels[balance.second.offset].metered
            if abs(wanted - given) > balance.least.base + max(wanted, given) * balance.tolerance + 1e-4 {
                violations.report(number, evidence, "two that belong together gave \(wanted * 1000) and \(given * 1000) L: it doses on")
            }
        }
    }
}
