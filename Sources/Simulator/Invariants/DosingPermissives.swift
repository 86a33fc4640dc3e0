import Interlocks
import ProcessImage
import Quantities
import Scan

/// 8. No two channels that exclude each other, without clear water between them; none during a backwash, none that a person has
/// disabled, none whose partner has no stock, and no pulse longer than it may be.
struct DosingPermissives: Invariant {
    let number = 8
    let rule = "nothing is dosed that must not meet, nor while a filter is washed, nor what is disabled"
    private var water: [MeteredWater]
    /// By channel: m3 since it was last on, none known before this life; since when it is on.
    private var clear: [Double]
    private var onSince: [Instant?]
    private var off: Set<Subject> = []
    private var durablyOff: Set<Subject> = []
    private var life = 0

    init(_ plan: ScanPlan) {
        water = plan.interlocks.dosing.units.map { _ in MeteredWater() }
        clear = plan.interlocks.dosing.channels.map { _ in 0 }
        onSince = plan.interlocks.dosing.channels.map { _ in nil }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        noteOrders(evidence)
        guard evidence.isScan else { return }
        if evidence.life != life { beginLife(evidence) }
        let dosing = evidence.plan.interlocks.dosing
        let passed = dosing.units.indices.map { water[$0].take(dosing.units[$0], evidence).passed }
        for (number, channel) in dosing.channels.enumerated() {
            clear[number] = evidence.isOn(channel) ? clear[number] : clear[number] + passed[channel.unit.offset]
        }
        for pair in dosing.exclusions { check(pair, dosing, evidence, &violations) }
        for (number, channel) in dosing.channels.enumerated() {
            onSince[number] = evidence.isOn(channel) ? onSince[number] ?? evidence.now : nil
            guard evidence.isOn(channel) else { continue }
            clear[number] = 0
            check(channel, number, dosing, evidence, &violations)
        }
    }

    private mutating func beginLife(_ evidence: Evidence) {
        let kept = durablyOff
        self = DosingPermissives(evidence.plan)
        (off, durablyOff, life) = (kept, kept, evidence.life)
    }

    /// What people ordered holds from the next scan on; over a restart only what came to the disk.
    private mutating func noteOrders(_ evidence: Evidence) {
        for order in evidence.dosingOrders {
            switch order {
            case .disableDosing(let subject): off.insert(subject)
            case .enableDosing(let subject): off.remove(subject)
            default: continue
            }
        }
        for row in evidence.durableRows {
            switch row {
            case .standing(let order) where order.kind == .dosingOff: durablyOff.insert(order.subject)
            case .standingEnded(.dosingOff, let subject): durablyOff.remove(subject)
            default: continue
            }
        }
    }

    private func check(_ pair: ExclusionGuard, _ dosing: DosingGuards, _ evidence: Evidence, _ violations: inout ViolationLog) {
        for (one, other) in [(pair.first, pair.second), (pair.second, pair.first)] where evidence.isOn(dosing.channels[one.offset]) {
            let isOtherOn = evidence.isOn(dosing.channels[other.offset])
            if isOtherOn || clear[other.offset] < pair.flush.base - 1e-9 {
                let tags = [one, other].map { evidence.tag(dosing.channels[$0.offset].output.offset) }
                violations.report(number, evidence, "\(tags[0]) doses where \(tags[1]) is not flushed out")
            }
        }
    }

    private func check(_ channel: ChannelGuard, _ index: Int, _ dosing: DosingGuards, _ evidence: Evidence,
                       _ violations: inout ViolationLog) {
        let tag = evidence.tag(channel.output.offset)
        let source = dosing.units[channel.unit.offset].source
        if evidence.plan.interlocks.flushes.contains(where: { $0.source == source && evidence.committed[$0.valve.offset].isOn }) {
            violations.report(number, evidence, "\(tag) doses while a filter is washed")
        }
        if off.contains(.channel(ChannelIndex(index))) || off.contains(.dosingUnit(channel.unit)) {
            violations.report(number, evidence, "\(tag) doses though it is disabled")
        }
        if let longest = channel.longestPulse, let since = onSince[index], evidence.now - since > longest + evidence.plan.period {
            violations.report(number, evidence, "\(tag) is on for longer than a pulse may be")
        }
        for balance in dosing.balances {
            let pair = [balance.first, balance.second].map { dosing.channels[$0.offset] }
            guard pair[0].unit == channel.unit, let empty = pair.first(where: { evidence.hasNoStock($0) }) else { continue }
            violations.report(number, evidence, "\(tag) doses though \(evidence.tag(empty.output.offset)) has nothing to give")
        }
    }
}

extension Evidence {
    /// A tank that reads empty, or whose level or float is not known.
    func hasNoStock(_ channel: ChannelGuard) -> Bool {
        guard let tank = channel.tank else { return false }
        let isLow = tank.level.map { base($0.index, noOlderThan: tank.noOlderThan).map { $0 <= tank.least } ?? true } ?? false
        let isEmpty = tank.emptyWhen.map { isOn($0, noOlderThan: tank.noOlderThan) != false } ?? false
        return isLow || isEmpty
    }
}
