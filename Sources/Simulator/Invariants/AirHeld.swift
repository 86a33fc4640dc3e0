import Control
import ProcessImage
import Quantities
import Scan

/// 16. Aerators run while oxygen is low or cannot be told, more of them while it stays low; pure oxygen is shut where there is too
/// much or nobody knows; the siren sounds in its time.
struct AirHeld: Invariant {
    let number = 16
    let rule = "air is on where oxygen is low or unknown, and the siren sounds in its time"

    private struct Stage {
        /// Scans in a row.
        var wrongFor = 0
    }

    private struct Cage {
        var lowSince: Instant?
        var emergencySince: Instant?
        var blindSince: Instant?
        var shortSince: Instant?
        var quietUntil = Instant.never
        /// Of the water itself.
        var reallyLowSince: Instant?
        /// A probe has leapt: control doubts it for a while.
        var leaptAt = Instant.never
    }

    private var stages: [Stage]
    private var cages: [Cage]
    private var last: [Double?]
    /// Outputs that the interlocks hold: an emergency stop silences the siren as everything else.
    private var held: Set<OutputIndex> = []
    private var life = 0

    /// How long a doubted probe is doubted, and how late a probe may tell what the water has.
    private static let doubt: Duration = .minutes(10)
    private static let lag: Duration = .minutes(3)
    private static let silence: Duration = .minutes(15)
    /// mg/L by which a healthy probe may differ.
    private static let accuracy = 0.3

    init(_ plan: ScanPlan) {
        stages = plan.control.feeding.stages.map { _ in Stage() }
        cages = plan.control.feeding.cages.map { _ in Cage() }
        last = plan.control.feeding.probes.map { _ in nil }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        for case .silence(let cage) in evidence.cageOrders {
            cages[cage.offset].quietUntil = evidence.now + Self.silence + evidence.plan.period * 20
        }
        lookAtWater(evidence, &violations)
        guard evidence.isScan else { return }
        if evidence.life != life {
            self = AirHeld(evidence.plan)
            life = evidence.life
        }
        noteLeaps(evidence)
        noteHolds(evidence)
        for cage in cages.indices { look(CageIndex(cage), evidence, &violations) }
    }

    private mutating func noteLeaps(_ evidence: Evidence) {
        for (number, probe) in evidence.plan.control.feeding.probes.enumerated() where probe.quantity == .oxygen {
            let value = evidence.shown(probe)
            if let value, let before = last[number], abs(value - before) > probe.leap { cages[probe.cage.offset].leaptAt = evidence.now }
            last[number] = value ?? last[number]
        }
    }

    private mutating func noteHolds(_ evidence: Evidence) {
        for record in evidence.records {
            guard case .output(let output, _, let cause) = record.body else { continue }
            if cause.isRefusal { held.insert(output) } else { held.remove(output) }
        }
    }

    /// What the water really has, where no probe of the cage lies: whatever else fails, its air has current.
    private mutating func lookAtWater(_ evidence: Evidence, _ violations: inout ViolationLog) {
        let feeding = evidence.plan.control.feeding
        for number in cages.indices {
            let cage = CageIndex(number)
            guard let stage = feeding.stages.first(where: { $0.cage == cage && !$0.isPureOxygen }) else { continue }
            let isLow = evidence.cages[number].oxygen < stage.on.base - Self.accuracy && !evidence.isLying(aboutCage: cage)
            cages[number].reallyLowSince = isLow ? cages[number].reallyLowSince ?? evidence.now : nil
            guard let since = cages[number].reallyLowSince, evidence.now - since > Self.lag,
                  !evidence.physical[stage.output.offset].isOn else { continue }
            let tag = evidence.tag(stage.output.offset)
            violations.report(self.number, evidence, "\(tag) is off in water of \(evidence.cages[number].oxygen) mg/L")
            cages[number].reallyLowSince = nil
        }
    }

    private mutating func look(_ cage: CageIndex, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let feeding = evidence.plan.control.feeding
        let shown = evidence.probes(.oxygen, cage).map { evidence.shown($0) }
        let known = shown.compactMap { $0 }
        let isBlind = shown.isEmpty || known.count < shown.count
        let isDoubted = evidence.now - cages[cage.offset].leaptAt <= Self.doubt + evidence.plan.period * 2
        for (number, stage) in feeding.stages.enumerated() where stage.cage == cage && stage.isPureOxygen {
            let isTooMuch = known.isEmpty || (!isDoubted && (known.max() ?? 0) > stage.off.base)
            stages[number].wrongFor = isTooMuch && isOn(stage, evidence) ? stages[number].wrongFor + 1 : 0
            report(number, stage, "is open where oxygen is enough, or unknown", evidence, &violations)
        }
        for (number, stage) in feeding.stages.enumerated() where stage.cage == cage && !stage.isPureOxygen {
            let isNeeded = isBlind || (known.min() ?? 0) < stage.on.base
            stages[number].wrongFor = isNeeded && !isOn(stage, evidence) ? stages[number].wrongFor + 1 : 0
            report(number, stage, "is off where oxygen is low, or unknown", evidence, &violations)
        }
        let least = isBlind || isDoubted ? nil : known.min()
        escalate(cage, least, evidence, &violations)
        sound(cage, least, isBlind: isBlind, evidence, &violations)
    }

    private func isOn(_ stage: AerationStage, _ evidence: Evidence) -> Bool { evidence.committed[stage.output.offset].isOn }

    /// Once, when it has been wrong for longer than a scan takes to see it.
    private func report(_ number: Int, _ stage: AerationStage, _ what: String, _ evidence: Evidence, _ violations: inout ViolationLog) {
        guard stages[number].wrongFor == 3 else { return }
        violations.report(self.number, evidence, "\(evidence.tag(stage.output.offset)) \(what)")
    }

    /// One stage more for each of its delays; all of them in an emergency.
    private mutating func escalate(_ cage: CageIndex, _ least: Double?, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let plan = evidence.plan.control.feeding.cages[cage.offset].aeration, period = evidence.plan.period
        let all = evidence.plan.control.feeding.stages.filter { $0.cage == cage }, aerators = all.filter { !$0.isPureOxygen }
        let isLow = least.map { $0 < all.first?.on.base ?? 0 } ?? false
        cages[cage.offset].lowSince = isLow ? cages[cage.offset].lowSince ?? evidence.now : nil
        guard let least, let since = cages[cage.offset].lowSince else { return cages[cage.offset].shortSince = nil }
        let passed = max((evidence.now - since - period * 4).seconds, 0)
        let due = least < plan.emergency.base ? aerators.count : min(aerators.count, 1 + Int(passed / plan.escalateAfter.seconds))
        let on = aerators.count { isOn($0, evidence) }
        guard on < due else { return cages[cage.offset].shortSince = nil }
        let short = cages[cage.offset].shortSince ?? evidence.now
        cages[cage.offset].shortSince = short
        guard evidence.now - short > period * 4 else { return }
        violations.report(number, evidence, "cage \(cage.offset) has \(on) of \(due) stages on at \(least) mg/L")
        cages[cage.offset].shortSince = evidence.now + .minutes(10)
    }

    private mutating func sound(_ cage: CageIndex, _ least: Double?, isBlind: Bool, _ evidence: Evidence,
                                _ violations: inout ViolationLog) {
        let plan = evidence.plan.control.feeding.cages[cage.offset].aeration
        guard let siren = plan.siren else { return }
        let isDire = least.map { $0 < plan.emergency.base } ?? false
        cages[cage.offset].emergencySince = isDire ? cages[cage.offset].emergencySince ?? evidence.now : nil
        cages[cage.offset].blindSince = isBlind ? cages[cage.offset].blindSince ?? evidence.now : nil
        let slack = evidence.plan.period * 4
        let isDue = cages[cage.offset].emergencySince.map { evidence.now - $0 > plan.sirenAfter + slack } ?? false
            || cages[cage.offset].blindSince.map { evidence.now - $0 > plan.blindSirenAfter + slack } ?? false
        guard isDue, evidence.now > cages[cage.offset].quietUntil, !evidence.committed[siren.offset].isOn,
              !held.contains(siren) else { return }
        violations.report(number, evidence, "\(evidence.tag(siren.offset)) is silent")
        cages[cage.offset].quietUntil = evidence.now + .minutes(10)
    }
}
