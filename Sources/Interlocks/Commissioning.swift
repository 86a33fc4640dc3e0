import ProcessImage
import Quantities

/// One output on trial: it may move though it is not proven, for a bounded time and with every other interlock in force.
struct OnTrial: BitwiseCopyable {
    let output: OutputIndex
    let until: Instant
}

/// No output moves before somebody has seen that it does what its name says: a valve wired the wrong way round is open
/// when it is told to be closed, and nothing else would show it.
extension Interlocks {
    /// On top of the time that was asked for: travel, and the pump that has to come up.
    private static var trialAllowance: Duration { .minutes(2) }

    mutating func answerProofs(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        if let trial, image.now >= trial.until { self.trial = nil }
        for number in 0..<image.commandCount {
            let command = image.command(number)
            switch command.kind {
            case .prove(let output, let time) where output.offset < outputPlans.count:
                trial = OnTrial(output: output, until: image.now + min(time, Limits.proofMax) + Self.trialAllowance)
            case .confirmProof(let output): records.ledger(.commandDone(command.id, confirm(output, command.id, &records)))
            default: continue
            }
        }
    }

    private mutating func confirm(_ output: OutputIndex, _ command: UInt64, _ records: inout RecordBuffer) -> CommandOutcome {
        guard output.offset < outputPlans.count, outputWatch[output].hasMoved else { return .refusedNothingToDo }
        isProven[output] = true
        trial = nil
        records.event(Event(.outputProven, .output(output), because: .manual(command)))
        records.ledger(.outputProven(output, command: command))
        return .done
    }

    func lacksProof(_ output: OutputIndex) -> Bool {
        requiresProof && !isProven[output] && trial?.output != output
    }
}
