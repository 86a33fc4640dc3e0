@testable import Control
import ProcessImage
import Testing

@Suite("The sequence of a dosed run") struct DoseSequenceTests {
    private static let reasons: [DosingReason] = [
        .idle, .preWater, .dosing, .flushing, .calibrating, .noFlow, .otherZone, .backwash, .held, .ledger, .probesDisagree, .blind, .oldMix,
    ]

    /// Every state with every input: 13 × 4096.
    @Test func `stock is given only while everything that must hold does`() {
        let must: DoseInputs = [.hasRun, .flows, .isBooked]
        let mustNot: DoseInputs = [.anyBefore, .anyAfter, .foreign, .backwash, .held, .disagree, .blind, .oldMix, .isStopped]
        for reason in Self.reasons {
            for raw in UInt16(0)..<(1 << 12) {
                let inputs = DoseInputs(rawValue: raw)
                let next = DoseSequence.next(after: reason, inputs)
                #expect((next == .dosing) == (inputs.isSuperset(of: must) && inputs.isDisjoint(with: mustNot)))
                #expect((next == .idle) == !inputs.contains(.hasRun))
            }
        }
    }

    @Test func `a run that is stopped or in its flush gets clear water, whatever else is so`() {
        for reason in Self.reasons {
            for raw in UInt16(0)..<(1 << 12) {
                let inputs = DoseInputs(rawValue: raw)
                guard inputs.contains(.hasRun), !inputs.isDisjoint(with: [.isStopped, .anyAfter]) else { continue }
                #expect(DoseSequence.next(after: reason, inputs) == .flushing)
            }
        }
    }

    @Test func `what is waited for is told: a pause names one thing that is missing`() {
        let missing: [(DoseInputs, DosingReason)] = [
            (.foreign, .otherZone), (.backwash, .backwash), (.held, .held), (.disagree, .probesDisagree), (.blind, .blind), (.oldMix, .oldMix),
        ]
        for (input, reason) in missing {
            #expect(DoseSequence.next(after: .dosing, [.hasRun, .flows, .isBooked, input]) == reason && reason.isPause)
        }
        #expect(DoseSequence.next(after: .dosing, [.hasRun, .isBooked]) == .noFlow)
        #expect(DoseSequence.next(after: .dosing, [.hasRun, .flows]) == .ledger)
        #expect(DoseSequence.next(after: .idle, [.hasRun, .anyBefore, .flows]) == .preWater)
        #expect(DoseSequence.next(after: .dosing, [.hasRun, .anyBefore, .flows, .isBooked]) == .otherZone)
    }
}
