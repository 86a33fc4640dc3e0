import ProcessImage
import Quantities

/// A dense number for each guarded motor.
struct MotorIndex: DenseIndex {
    let rawValue: UInt16
}

struct MotorWatch: BitwiseCopyable {
    /// Its protection reports a fault or cannot be read.
    var isUnprotected = false
    var underCurrent = Sustained()
    var isHot = false
    /// See `MotorHeat`. Nothing is known of the life before: it may come from work.
    var heat = 1.0
    var heatedAt = Instant.never
}

extension Interlocks {
    /// Starting currents are let by.
    private static var startingCurrent: Duration { .seconds(10) }

    mutating func watchMotors(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<motors.count {
            let motor = MotorIndex(number)
            watchProtection(motor, image, &records)
            watchThermistor(motor, image, &records)
            watchHeat(motor, image, &records)
            watchCurrent(motor, image, &records)
            watchStarts(motor, image.now, &records)
        }
    }

    /// A fault that is seen latches; a contact that cannot be read holds the motor until it can.
    private mutating func watchProtection(_ motor: MotorIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let contact = motors[motor].faultWhen else { return }
        let fault = image.isOn(contact, noOlderThan: motors[motor].faultNoOlderThan)
        motorWatch[motor].isUnprotected = fault != .known(false)
        guard fault == .known(true) else { return }
        latch(.motorFault, .output(motors[motor].output), &records, because: .interlock(.motorProtection))
    }

    private mutating func watchThermistor(_ motor: MotorIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let contact = motors[motor].hotWhen else { return }
        let isHot = image.isOn(contact, noOlderThan: motors[motor].faultNoOlderThan)
        motorWatch[motor].isHot = isHot != .known(false)
        guard isHot == .known(true) else { return }
        latch(.motorFault, .output(motors[motor].output), &records, because: .interlock(.motorHot))
    }

    /// A running motor whose current is not known keeps the warmth it had.
    private mutating func watchHeat(_ motor: MotorIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let plan = motors[motor].heat, let point = motors[motor].current else { return }
        let elapsed = min(image.now - motorWatch[motor].heatedAt, .seconds(1))
        motorWatch[motor].heatedAt = image.now
        let isRunning = outputWatch[motors[motor].output].level.isOn
        let current = image.value(of: point, noOlderThan: motors[motor].currentNoOlderThan).value
        guard let current = isRunning ? current : .amperes(0), current.amperes.isFinite else { return }
        let load = current.amperes / plan.rated.amperes
        let slowness = isRunning ? 1 : MotorHeat.standingFactor
        motorWatch[motor].heat += (load * load - motorWatch[motor].heat) * elapsed.seconds / (plan.timeConstant.seconds * slowness)
        guard motorWatch[motor].heat > MotorHeat.tripsAt else { return }
        latch(.motorFault, .output(motors[motor].output), &records, because: .interlock(.motorHot))
    }

    /// Whether what its temperature says keeps a motor that tripped from being reset.
    func isTooWarm(_ motor: MotorIndex) -> Bool {
        motorWatch[motor].isHot || (motors[motor].heat != nil && motorWatch[motor].heat > MotorHeat.coolBelow)
    }

    /// A pump without load has run dry; of any other motor the load is gone.
    private mutating func watchCurrent(_ motor: MotorIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let guarded = motors[motor]
        guard let point = guarded.current, let limit = guarded.dryBelow else { return }
        let watch = outputWatch[guarded.output]
        let isRunning = watch.level.isOn && image.now - watch.since >= Self.startingCurrent
        let current = image.value(of: point, noOlderThan: guarded.currentNoOlderThan).value
        let isIdle: Bool? = isRunning ? current.map { $0 < limit } : false
        guard motorWatch[motor].underCurrent.look(isIdle, for: guarded.dryAfter, at: image.now) != nil else { return }
        let cause = Cause.interlock(.underCurrent)
        if let source = outputPlans[guarded.output].pumpOf {
            latch(.dryRun, .source(source), &records, because: cause)
        } else {
            latch(.motorFault, .output(guarded.output), &records, because: cause)
        }
    }

    private mutating func watchStarts(_ motor: MotorIndex, _ now: Instant, _ records: inout RecordBuffer) {
        guard let most = motors[motor].startsPerHour else { return }
        warn(warnings.startsUsedUp(motor), motorStarts.count(motor, at: now) >= most, &records, limit: Double(most))
    }

    /// What keeps a motor from starting; one that runs is not stopped by it.
    func keepsFromStarting(_ motor: MotorIndex, at now: Instant) -> Interlock? {
        let guarded = motors[motor]
        let watch = outputWatch[guarded.output]
        guard !watch.level.isOn else { return nil }
        if let most = guarded.startsPerHour, motorStarts.count(motor, at: now) >= most { return .startsPerHour }
        return now - watch.since < guarded.rest ? .resting : nil
    }

    /// A start is on its way to the ledger before the motor turns, so that a restart does not give it its starts anew.
    mutating func noteStart(of motor: MotorIndex, at now: Instant, _ records: inout RecordBuffer) {
        guard motors[motor].startsPerHour != nil else { return }
        motorStarts.note(motor, at: now)
        records.ledger(.motorStarted(motors[motor].output))
    }
}
