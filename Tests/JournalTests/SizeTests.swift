@testable import Journal
import Quantities
import Testing

/// What a sample costs, by kind of signal: bytes are the same on every machine.
@Suite struct SizeTests {
    /// Ten minutes of a signal polled each second; recorded where it changed, and once a minute.
    private func bytesPerPoll(_ signal: (Int) -> Int64) -> Double {
        var samples: [KeptSample] = []
        for second in 0..<600 {
            let number = signal(second)
            guard number != samples.last?.number || second % 60 == 0 else { continue }
            samples.append(KeptSample(at: 1_795_384_800_000 + Int64(second) * 1000, number: number, state: .good))
        }
        let run = Block(samples[...], window: 1_795_384_800, scan: 100).run
        return Double(run.times.count + run.states.count + run.numbers.count) / 600
    }

    @Test func `a sample costs what its signal says and hardly more`() {
        var random = Seeded(state: 3)
        #expect(bytesPerPoll { _ in 2_200 } < 0.03)
        #expect(bytesPerPoll { 2_200 + Int64($0 / 10) } < 0.25)
        #expect(bytesPerPoll { 1_000_000 + Int64($0) * 7 } < 1.05)
        let noisy = bytesPerPoll { _ in 5_000 + Int64(random.next() % 1_000) - 500 }
        #expect(noisy < 2.05)
    }

    @Test func `a steady cadence costs a few bytes for all, whatever the scan's period`() {
        let samples = (0..<600).map { KeptSample(at: 1_795_384_800_000 + Int64($0) * 1000, number: Int64($0), state: .good) }
        for scan in [1, 10, 100, 1_000] as [Int64] {
            let block = Block(samples[...], window: 1_795_384_800, scan: scan)
            #expect(block.tick == 1_000 && block.run.times.count <= 4 && block.run.states.isEmpty)
        }
    }
}
