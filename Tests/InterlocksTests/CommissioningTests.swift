import Interlocks
import ProcessImage
import Quantities
import Testing

struct CommissioningTests {
    private func bench(proven: [OutputIndex] = [], isComplete: Bool = true) -> Bench {
        var restored = Restored()
        restored.proven = proven
        restored.ledgerIsComplete = isComplete
        return Bench(Bench.plan(requiresProof: true), restored: restored)
    }

    @Test func `An output that nobody has proven stays safe whatever is demanded; one that was proven moves`() {
        let bench = bench(proven: [Bench.master])
        bench.seconds(3, [Bench.valve: .on, Bench.master: .on, Bench.aerator: .off])
        #expect(!bench.level(Bench.valve).isOn && bench.cause(Bench.valve) == .interlock(.notProven))
        #expect(bench.level(Bench.master).isOn && bench.level(Bench.aerator).isOn)
    }

    @Test func `On trial one output moves, no other does, and the trial ends by itself`() {
        let bench = bench()
        bench.scan([Bench.valve: .on, Bench.other: .on], commands: [.prove(Bench.valve, for: .seconds(20))])
        bench.now = bench.now + .seconds(1)
        #expect(bench.level(Bench.valve).isOn && !bench.level(Bench.other).isOn)
        bench.seconds(600, [Bench.valve: .on])
        #expect(!bench.level(Bench.valve).isOn)
    }

    @Test func `On trial every other interlock is in force`() {
        let bench = bench(proven: [Bench.valve, Bench.master])
        bench.scan([Bench.pump: .on], commands: [.prove(Bench.pump, for: .seconds(20))])
        #expect(!bench.level(Bench.pump).isOn && bench.cause(Bench.pump) == .interlock(.deadHead))
        bench.seconds(10)
        #expect(bench.level(Bench.pump).isOn)
        bench.scan(Bench.allOn, stop: .good(1, at: bench.now))
        #expect(!bench.level(Bench.pump).isOn)
    }

    @Test func `Confirmed is what has moved in this life, and it is told to the ledger`() {
        let bench = bench()
        bench.scan(commands: [.confirmProof(Bench.valve)])
        #expect(bench.ledger.contains { if case .commandDone(1, .refusedNothingToDo) = $0 { true } else { false } })
        bench.scan([Bench.valve: .on], commands: [.prove(Bench.valve, for: .seconds(20))])
        bench.now = bench.now + .seconds(1)
        bench.scan(commands: [.confirmProof(Bench.valve)])
        #expect(bench.ledger.contains { if case .outputProven(Bench.valve, command: 1) = $0 { true } else { false } })
        bench.seconds(2, [Bench.valve: .on])
        #expect(bench.level(Bench.valve).isOn && bench.count(.outputProven) == 1)
    }

    @Test func `A ledger that was lost does not leave the farm dry`() {
        let bench = bench(isComplete: false)
        bench.seconds(2, [Bench.valve: .on])
        #expect(bench.level(Bench.valve).isOn)
    }
}
