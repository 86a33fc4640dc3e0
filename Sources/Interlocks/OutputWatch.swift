import ProcessImage
import Quantities

/// What the interlocks keep of an output's definition, and where it lies in the water.
struct OutputRule: BitwiseCopyable {
    let safe: OutputLevel
    let maximumOn: Duration
    let travel: Duration
    /// What must be off when this output is not what it was told to be.
    let pumpAbove: OutputIndex?
    let masterAbove: OutputIndex?
    /// The safety bridge that drives it.
    let bridge: BridgeNumber?
    /// The source whose pump it is.
    let pumpOf: SourceIndex?
    let motor: MotorIndex?
    let reach: DigitalPoint?

    init(_ output: OutputIndex, in plan: InterlockPlan) {
        let definition = plan.outputs[output.offset]
        safe = definition.safe
        maximumOn = definition.maximumOn
        travel = definition.travel
        let follower = plan.followers.first { $0.valve == output }
        let zone = follower.map { plan.zones[$0.zone.offset] } ?? plan.zones.first { $0.valve == output }
        let fed = plan.sources.first { $0.masterValve == output }
        let source = zone.map { plan.sources[$0.source.offset] }
        pumpAbove = source?.pump ?? fed?.pump
        masterAbove = source?.masterValve
        bridge = plan.bridges.firstIndex { $0.outputs.contains(output) }.map { BridgeNumber($0) }
        pumpOf = plan.sources.firstIndex { $0.pump == output }.map { SourceIndex($0) }
        motor = plan.motors.firstIndex { $0.output == output }.map { MotorIndex($0) }
        reach = plan.reach[output.offset]
    }
}

/// One output as it was permitted last, and how the field answered.
struct OutputWatch: BitwiseCopyable {
    var level = OutputLevel.off
    /// Since when it has had this level.
    var since = Instant.start
    /// It has changed its level in this life.
    var hasMoved = false
    /// It reads back other than permitted.
    var differs = Sustained()
    var leaseExpired = false
}

extension Interlocks {
    mutating func watchOutputs(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<outputPlans.count {
            let output = OutputIndex(number)
            let feedback = image.feedback(of: output)
            watchTimeOn(output, image.now, &records)
            watchReadback(output, feedback, image.now, &records)
            if feedback.leaseExpired, !outputWatch[output].leaseExpired {
                records.event(Event(.leaseExpired, .output(output)))
            }
            outputWatch[output].leaseExpired = feedback.leaseExpired
        }
    }

    /// Time away from the safe state, whatever that is: an aerator's safe state is on, and on it may stay for ever.
    private mutating func watchTimeOn(_ output: OutputIndex, _ now: Instant, _ records: inout RecordBuffer) {
        let rule = outputPlans[output]
        guard outputWatch[output].level != rule.safe, now - outputWatch[output].since >= rule.maximumOn else { return }
        latch(.maximumOn, .output(output), &records, limit: rule.maximumOn.seconds, duration: now - outputWatch[output].since)
    }

    /// A level that cannot be read says nothing; one that can and differs must come right within travel and delay.
    private mutating func watchReadback(_ output: OutputIndex, _ feedback: OutputFeedback, _ now: Instant,
                                        _ records: inout RecordBuffer) {
        let hasTravelled = now - outputWatch[output].since >= outputPlans[output].travel
        let differs = hasTravelled && feedback.level.map { $0 != outputWatch[output].level } ?? false
        guard let held = outputWatch[output].differs.look(differs, for: readbackDelay, at: now) else { return }
        latch(.readback, .output(output), &records, duration: held)
    }
}
