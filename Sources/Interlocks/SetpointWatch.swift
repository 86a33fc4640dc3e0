public import ProcessImage
import Quantities

/// What must hold of a set-point, whatever control asks for.
public struct SetpointGuard: Sendable {
    public let definition: SetpointDefinition
    /// Whether the device that holds it answers; `nil`: it always does.
    public let reach: DigitalPoint?

    public init(_ definition: SetpointDefinition, reach: DigitalPoint? = nil) {
        self.definition = definition
        self.reach = reach
    }
}

/// What the interlocks keep of a set-point's definition.
struct SetpointRule: BitwiseCopyable {
    let least: Double
    let most: Double
    let safe: Double
    let risePerSecond: Double
    let fallPerSecond: Double
    let output: OutputIndex?
    let point: PointIndex
    let reach: DigitalPoint?

    init(_ plan: SetpointGuard) {
        least = plan.definition.range.lowerBound
        most = plan.definition.range.upperBound
        safe = plan.definition.safe
        risePerSecond = plan.definition.risePerSecond
        fallPerSecond = plan.definition.fallPerSecond
        output = plan.definition.output
        point = plan.definition.point
        reach = plan.reach
    }

    /// Within the range, and no further from where it was than it may go in the time.
    func permitted(_ wanted: Double, from value: Double, in time: Duration) -> Double {
        let seconds = time.seconds
        let bounded = min(max(wanted, least), most)
        return min(max(bounded, value - fallPerSecond * seconds), value + risePerSecond * seconds)
    }
}

/// One set-point as it was permitted last, and how the field answered.
struct SetpointWatch: BitwiseCopyable {
    var value: Double
    var hold: Cause?
    /// Its device holds something else than it was told.
    var differs = Sustained()
    var isNumber = true
    var leaseExpired = false
}

/// Set-points are bounded, move slowly, and are safe whenever the output they belong to is not on with everybody's leave.
extension Interlocks {
    /// A scan that was held up gives a set-point no more time to move than this.
    private static var longestStep: Duration { .seconds(1) }

    mutating func watchSetpoints(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<setpoints.count {
            let setpoint = SetpointIndex(number)
            let feedback = image.feedback(of: setpoint)
            let subject = Subject.point(setpoints[setpoint].point)
            if let held = setpointWatch[setpoint].differs.look(feedback.agrees == false, for: readbackDelay, at: image.now) {
                latch(.setpointReadback, subject, &records, duration: held)
            }
            if feedback.leaseExpired, !setpointWatch[setpoint].leaseExpired { records.event(Event(.leaseExpired, subject)) }
            setpointWatch[setpoint].leaseExpired = feedback.leaseExpired
        }
    }

    /// An output whose set-point cannot be told anything stays off: nobody knows at what speed it would run.
    mutating func holdForSetpoints(_ image: borrowing InputImage) {
        for number in 0..<setpoints.count {
            let rule = setpoints[number]
            if let output = rule.output, !isReached(rule, image) { holds[output] = .interlock(.unreachable) }
        }
    }

    mutating func permitSetpoints(_ demands: borrowing Demands, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let time = min(max(image.now - setpointsMovedAt, .zero), Self.longestStep)
        setpointsMovedAt = image.now
        for number in 0..<setpoints.count {
            let setpoint = SetpointIndex(number)
            let verdict = judge(setpoint, demands[setpoint], in: time, image, &records)
            setpointWatch[setpoint].value = verdict.value
            permitted[setpoint] = verdict
        }
    }

    private mutating func judge(_ setpoint: SetpointIndex, _ demand: SetpointDemand, in time: Duration,
                                _ image: borrowing InputImage, _ records: inout RecordBuffer) -> PermittedSetpoint {
        let rule = setpoints[setpoint]
        noteNumber(setpoint, demand.value.isFinite, demand.cause, &records)
        setpointWatch[setpoint].hold = hold(of: setpoint, image)
        let refusal = setpointWatch[setpoint].hold ?? (demand.value.isFinite ? nil : .interlock(.notANumber))
        if let refusal { return PermittedSetpoint(value: rule.safe, cause: refusal, isRefused: demand.value != rule.safe) }
        let value = rule.permitted(demand.value, from: setpointWatch[setpoint].value, in: time)
        return PermittedSetpoint(value: value, cause: demand.cause, isRefused: value != demand.value)
    }

    /// The worst that keeps it at its safe value; the output it belongs to has been judged before.
    private func hold(of setpoint: SetpointIndex, _ image: borrowing InputImage) -> Cause? {
        let rule = setpoints[setpoint]
        if trips.stands(TripSlot(0)) { return .trip(trips.id(TripSlot(0))) }
        if stop.holdsAll { return .interlock(.emergencyStop) }
        let trip = TripID(.setpointReadback, .point(rule.point))
        if trips.stands(trip) { return .trip(trip) }
        if !isReached(rule, image) { return .interlock(.unreachable) }
        guard let output = rule.output else { return nil }
        let owner = permitted[output]
        return owner.level.isOn && !owner.isRefused ? holds[output] : owner.cause
    }

    /// The device's own limits say when its word that it answers is too old.
    private func isReached(_ rule: SetpointRule, _ image: borrowing InputImage) -> Bool {
        rule.reach.map { image.isOn($0, noOlderThan: .hours(1)) == .known(true) } ?? true
    }

    private mutating func noteNumber(_ setpoint: SetpointIndex, _ isNumber: Bool, _ cause: Cause, _ records: inout RecordBuffer) {
        if !isNumber, setpointWatch[setpoint].isNumber {
            records.event(Event(.setpointNotANumber, .point(setpoints[setpoint].point), because: cause))
        }
        setpointWatch[setpoint].isNumber = isNumber
    }

    /// What control is to know of a set-point in the next scan.
    public func verdict(of setpoint: SetpointIndex) -> SetpointVerdict {
        let output = setpoints[setpoint].output
        return SetpointVerdict(value: setpointWatch[setpoint].value, hold: setpointWatch[setpoint].hold,
                               lacksProof: output.map { requiresProof && !isProven[$0] } ?? false)
    }

    /// The point that shows what is permitted of a set-point.
    public func point(of setpoint: SetpointIndex) -> PointIndex { setpoints[setpoint].point }
}
