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

    init(_ output: OutputIndex, in plan: InterlockPlan) {
        let definition = plan.outputs[output.offset]
        safe = definition.safe
        maximumOn = definition.maximumOn
        travel = definition.travel
        let zone = plan.zones.first { $0.valve == output }
        let fed = plan.sources.first { $0.masterValve == output }
        let source = zone.map { plan.sources[$0.source.offset] }
        pumpAbove = source?.pump ?? fed?.pump
        masterAbove = source?.masterValve
        bridge = plan.bridges.firstIndex { $0.outputs.contains(output) }.map { BridgeNumber($0) }
    }
}

/// One output as it was permitted last, and how the field answered.
struct OutputWatch: BitwiseCopyable {
    var level = OutputLevel.off
    /// Since when it has had this level.
    var since = Instant.start
    /// Since when it has read back other than permitted.
    var differsSince: Instant?
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
        guard let level = feedback.level, level != outputWatch[output].level,
              now - outputWatch[output].since >= outputPlans[output].travel else {
            outputWatch[output].differsSince = nil
            return
        }
        let since = outputWatch[output].differsSince ?? now
        outputWatch[output].differsSince = since
        guard now - since >= readbackDelay else { return }
        latch(.readback, .output(output), &records, duration: now - since)
    }
}
