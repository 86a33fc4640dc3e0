import Interlocks
import ProcessImage
import Quantities
import Scan

/// 9. What the image forbids is not dosed in that very scan: a pressure, a tank, a tray, a pH beyond its cut, a loop without a
/// probe. What it forbids after a time is off by then: a band, probes apart, a probe that does not move, an injector that leaks.
struct DosingSupervision: Invariant {
    let number = 9
    let rule = "what pressure, tanks, trays, probes and injectors forbid is not dosed"

    private struct Probes {
        var outsideSince: Instant?
        var apartSince: Instant?
        /// By probe: what it shows, and for how long of dosing.
        var shown: [Double?] = [nil, nil]
        var unmovedFor: [Duration] = [.zero, .zero]
        var motion: [ProbeMotion]
    }

    private struct Injector {
        var offSince: Instant?
        var closedAt: Double?
        var leaks = false
    }

    private var probes: [Probes]
    private var injectors: [Injector]
    /// By unit: when it was last dosed, and since when without a long break.
    private var dosedAt: [Instant]
    private var dosingSince: [Instant]
    private var life = 0
    private let plan: DosingGuards
    private let period: Duration

    /// A pause between two pulses ends no dosing.
    private static let goesOn: Duration = .seconds(60)
    private static let rests: Duration = .seconds(5)
    /// The window of ten minutes goes on by tenths, and this is its end.
    private static let frozenAfter: Duration = .seconds(11 * 60 + 10)

    init(_ scan: ScanPlan) {
        plan = scan.interlocks.dosing
        period = scan.period
        probes = plan.probes.map { _ in Probes(motion: Array(repeating: ProbeMotion(period: scan.period), count: 2)) }
        injectors = plan.channels.map { _ in Injector() }
        dosedAt = plan.units.map { _ in .never }
        dosingSince = dosedAt
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard evidence.isScan else { return }
        if evidence.life != life {
            self = DosingSupervision(evidence.plan)
            life = evidence.life
        }
        for number in plan.probes.indices { lookAtProbes(number, evidence, &violations) }
        for (number, channel) in plan.channels.enumerated() {
            lookAtInjector(number, channel, evidence, &violations)
            if evidence.isOn(channel) { check(channel, evidence, &violations) }
        }
        for (number, channel) in plan.channels.enumerated() where evidence.isOn(channel) {
            injectors[number].closedAt = nil
            if evidence.now - dosedAt[channel.unit.offset] > Self.goesOn { dosingSince[channel.unit.offset] = evidence.now }
            dosedAt[channel.unit.offset] = evidence.now
        }
    }

    private func isOn(_ unit: DosingUnitIndex, _ evidence: Evidence) -> Bool {
        plan.channels.contains { $0.unit == unit && evidence.isOn($0) }
    }

    private func check(_ channel: ChannelGuard, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let tag = evidence.tag(channel.output.offset)
        let unit = plan.units[channel.unit.offset]
        if let window = unit.pressure {
            let pressure = evidence.base(window.point.index, noOlderThan: window.noOlderThan)
            if !(pressure.map { window.least.base <= $0 && $0 <= window.most.base } ?? false) {
                violations.report(number, evidence, "\(tag) doses at a pressure of \(pressure ?? .nan) kPa")
            }
        }
        if evidence.hasNoStock(channel) { violations.report(number, evidence, "\(tag) doses from an empty tank") }
        if let tray = unit.leakTray, evidence.isOn(tray, noOlderThan: unit.trayNoOlderThan) != false {
            violations.report(number, evidence, "\(tag) doses though its tray is not known to be dry")
        }
        for (kind, needs) in [(ProbeGuard.Kind.conductivity, channel.needsConductivity), (.acidity, channel.needsAcidity)] where needs {
            let known = plan.probes.filter { $0.unit == channel.unit && $0.kind == kind }.flatMap { values($0, evidence) }
            if known.allSatisfy({ $0 == nil }) { violations.report(number, evidence, "\(tag) doses by a probe that nobody can read") }
        }
    }

    private func values(_ rule: ProbeGuard, _ evidence: Evidence) -> [Double?] {
        let factor: Double? = rule.temperature.map { point in
            evidence.base(point.index, noOlderThan: rule.noOlderThan).map { 1 + rule.perDegree.base * ($0 - 25) }
        } ?? 1
        return [rule.first, rule.second].compactMap(\.self).map { probe in
            evidence.base(probe.index, noOlderThan: rule.noOlderThan).flatMap { shown in factor.map { shown / $0 } }
        }
    }

    private mutating func lookAtProbes(_ index: Int, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let rule = plan.probes[index]
        let unit = rule.unit.offset
        let (isOn, values) = (isOn(rule.unit, evidence), values(rule, evidence))
        let isDosing = evidence.now - dosedAt[unit] <= Self.goesOn
        let known = values.compactMap(\.self)
        if isOn, known.contains(where: { !rule.cut.contains($0) }) {
            violations.report(number, evidence, "it doses though \(rule.kind) is beyond its cut")
        }
        let hasArrived = isDosing && evidence.now - dosingSince[unit] >= rule.arrival
        let isOutside = hasArrived && known.contains { !rule.band.contains($0) }
        probes[index].outsideSince = isOutside ? probes[index].outsideSince ?? evidence.now : nil
        let isApart = values.count == 2 && known.count == 2 && abs(known[0] - known[1]) > rule.apart
        probes[index].apartSince = isApart ? probes[index].apartSince ?? evidence.now : nil
        let watched = probes[index]
        let limits = [(watched.outsideSince, rule.bandFor, "out of its band"), (watched.apartSince, rule.apartFor, "apart")]
        for (since, limit, what) in limits {
            guard isOn, let since, evidence.now - since > limit else { continue }
            violations.report(number, evidence, "it doses though \(rule.kind) is \(what)")
        }
        lookForFreeze(index, rule, values, isDosing, isOn, evidence, &violations)
    }

    private mutating func lookForFreeze(_ index: Int, _ rule: ProbeGuard, _ values: [Double?], _ isDosing: Bool, _ isOn: Bool,
                                        _ evidence: Evidence, _ violations: inout ViolationLog) {
        guard rule.resolution > 0 else { return }
        let points = [rule.first, rule.second].compactMap(\.self)
        for (place, value) in values.enumerated() {
            if evidence.records.contains(where: { $0.clears(TripID(.probeFrozen, .point(points[place].index))) }) {
                probes[index].unmovedFor[place] = .zero
            }
            guard let value, isDosing else { continue }
            let isSame = value == probes[index].shown[place]
            probes[index].unmovedFor[place] = isSame ? probes[index].unmovedFor[place] + period : .zero
            probes[index].shown[place] = value
            probes[index].motion[place].add(value, step: rule.resolution * 4, period: period)
            guard isOn, probes[index].unmovedFor[place] > Self.frozenAfter, isBetrayed(index, place, values) else { continue }
            violations.report(number, evidence, "it doses by a frozen probe")
        }
    }

    /// Its twin moves and it does not, or it has none: two that are both still show a still mix. The interlocks look once a minute.
    private func isBetrayed(_ index: Int, _ place: Int, _ values: [Double?]) -> Bool {
        guard values.count == 2, values[1 - place] != nil else { return true }
        return probes[index].motion[1 - place].movingFor > .minutes(2)
    }

    /// From the scan in which the meter shows the leak, pump and master valve are off until somebody resets it.
    private mutating func lookAtInjector(_ index: Int, _ channel: ChannelGuard, _ evidence: Evidence, _ violations: inout ViolationLog) {
        guard let meter = channel.meter else { return }
        if evidence.records.contains(where: { $0.clears(TripID(.injectorLeak, .channel(ChannelIndex(index)))) }) {
            // Judged anew from the scan after the reset, as the interlocks do.
            injectors[index] = Injector(offSince: injectors[index].offSince)
            return
        }
        let wasOff = evidence.scanOfLife > 1 && !evidence.committedBefore[channel.output.offset].isOn
        injectors[index].offSince = wasOff ? injectors[index].offSince ?? evidence.now : nil
        guard let since = injectors[index].offSince, evidence.now - since >= Self.rests + period * 2,
              let reading = evidence.base(meter.total.index, noOlderThan: meter.noOlderThan) else { return }
        injectors[index].closedAt = min(injectors[index].closedAt ?? reading, reading)
        if reading - (injectors[index].closedAt ?? reading) >= meter.leak.base + 1e-9 { injectors[index].leaks = true }
        let source = evidence.plan.interlocks.sources[plan.units[channel.unit.offset].source.offset]
        let line = [source.pump, source.masterValve].compactMap { $0?.offset }
        if injectors[index].leaks, line.contains(where: { evidence.committed[$0].isOn }) {
            violations.report(number, evidence, "water flows past the leaking injector of \(evidence.tag(channel.output.offset))")
        }
    }
}

extension ProbeGuard.Band {
    fileprivate func contains(_ value: Double) -> Bool { value >= least ?? -.infinity && value <= most ?? .infinity }
}
