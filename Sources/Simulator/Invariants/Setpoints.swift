import ProcessImage
import Quantities
import Scan

/// 46. Every set-point that is handed to the field is a number in its range, is no further from the one before than it may
/// go in the time unless it is the safe value, and is safe while the output it belongs to is off.
struct Setpoints: Invariant {
    let number = 46
    let rule = "a set-point is in its range, moves no faster than it may, and is safe while its output is off"
    private var lookedAt = Instant.start
    private var isBroken: [Bool]

    init(_ plan: ScanPlan) { isBroken = plan.tables.setpoints.map { _ in false } }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        guard evidence.isScan else { return }
        let passed = (evidence.now - lookedAt).seconds
        lookedAt = evidence.now
        for (index, setpoint) in evidence.plan.tables.setpoints.enumerated() {
            let wrong = whatIsWrong(setpoint, index, in: passed, evidence)
            if let wrong, !isBroken[index] { violations.report(number, evidence, "\(setpoint.tag) \(wrong)") }
            isBroken[index] = wrong != nil
        }
    }

    private func whatIsWrong(_ setpoint: SetpointDefinition, _ index: Int, in seconds: Double, _ evidence: Evidence) -> String? {
        let value = evidence.committedValues[index]
        let before = evidence.scanOfLife == 1 ? setpoint.safe : evidence.committedValuesBefore[index]
        guard value.isFinite, setpoint.range.contains(value) else { return "is \(value)" }
        guard value != setpoint.safe else { return nil }
        if let output = setpoint.output, !evidence.committed[output.offset].isOn { return "is \(value) though its output is off" }
        let change = value - before
        let isTooFast = change > setpoint.risePerSecond * seconds + 1e-9 || -change > setpoint.fallPerSecond * seconds + 1e-9
        return isTooFast ? "went from \(before) to \(value) in \(seconds) s" : nil
    }
}
