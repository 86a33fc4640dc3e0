import Interlocks
import ProcessImage
import Quantities
import Scan

/// 12. A motor starts no more often in an hour than it may, and rests between two runs, whatever the process does.
struct StartLimits: Invariant {
    let number = 12
    let rule = "a motor starts only so often, and rests in between"
    /// By motor: its starts, and how many of them have their row on the disk. Those without are lost with the process.
    private var starts: [[Instant]]
    private var durable: [Int]
    private var stoppedAt: [Instant?]
    private var life = 0

    init(_ plan: ScanPlan) {
        starts = plan.interlocks.motors.map { _ in [] }
        durable = plan.interlocks.motors.map { _ in 0 }
        stoppedAt = plan.interlocks.motors.map { _ in nil }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        if evidence.life != life {
            life = evidence.life
            for index in starts.indices { starts[index].removeLast(starts[index].count - durable[index]) }
        }
        noteDurable(evidence)
        guard evidence.isScan else { return }
        for (index, motor) in evidence.plan.interlocks.motors.enumerated() {
            let output = motor.output.offset
            let (before, isOn) = (evidence.scanOfLife > 1 && evidence.committedBefore[output].isOn, evidence.committed[output].isOn)
            if before, !isOn { stoppedAt[index] = evidence.now }
            if !before, isOn { noteStart(index, motor, evidence, &violations) }
        }
    }

    private mutating func noteDurable(_ evidence: Evidence) {
        for case .motorStarted(let output) in evidence.durableRows {
            guard let index = evidence.plan.interlocks.motors.firstIndex(where: { $0.output == output }) else { continue }
            durable[index] = min(durable[index] + 1, starts[index].count)
        }
    }

    private mutating func noteStart(_ index: Int, _ motor: MotorGuard, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let tag = evidence.tag(motor.output.offset)
        let old = starts[index].prefix { evidence.now - $0 >= .hours(1) }.count
        starts[index].removeFirst(old)
        durable[index] = max(durable[index] - old, 0)
        starts[index].append(evidence.now)
        if let most = motor.startsPerHour, starts[index].count > most {
            violations.report(number, evidence, "\(tag) started \(starts[index].count) times within an hour")
        }
        if let stopped = stoppedAt[index], evidence.now - stopped < motor.rest {
            violations.report(number, evidence, "\(tag) started \((evidence.now - stopped).seconds) s after it had stopped")
        }
    }
}
