import Quantities
import SL651
import Testing

/// A line that loses frames and answers, comes and goes; a station that is restarted from its memory. Then all is well for a while:
/// every report that was made has been heard, once for each number, and with the content it was made with.
@Suite struct StationChaosTests {
    private struct Content: Hashable {
        let function: Function
        let groups: [UInt8]
    }

    private struct Center {
        /// By number: what it said. The same number with other content would be two reports mixed up.
        var heard: [UInt16: Content] = [:]
        var mixedUp = 0
        var repeats = 0

        mutating func hear(_ frame: Frame, _ message: Message) {
            let content = Content(function: frame.function, groups: Array(frame.body.dropFirst(8)))
            if let before = heard[message.serial] {
                repeats += 1
                if before != content { mixedUp += 1 }
            }
            heard[message.serial] = content
        }
    }

    @Test(arguments: Array(1...20) as [UInt64])
    func `no report is lost and none is doubled, whatever the line does`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bench = Bench(try plan(), [0.2, 0, 12])
        var center = Center()
        var made: Set<Content> = []
        var (isUp, answered) = (true, 0)
        for second in 0..<50_000 {
            let isCalm = second > 45_000
            if isCalm ? !isUp : Int.random(in: 0..<900, using: &random) == 0 {
                isUp = isCalm || !isUp
                if isUp { bench.station.lineIsUp(now: bench.now) } else { bench.station.lineIsDown() }
            }
            if !isCalm, Int.random(in: 0..<2000, using: &random) == 0 {
                let kept = try #require(StationMemory(bench.station.memory.bytes))
                #expect(kept == bench.station.memory)
                bench.station = Station(bench.station.plan, memory: kept)
                if isUp { bench.station.lineIsUp(now: bench.now) }
            }
            if Int.random(in: 0..<900, using: &random) == 0, !isCalm {
                bench.input = StationInput(values: [0.2, .random(in: 0...900, using: &random), 12])
            }
            bench.second()
            made.formUnion(bench.station.memory.reports.map { Content(function: $0.function, groups: $0.groups) })
            for frame in bench.sent[answered...] where isCalm || Int.random(in: 0..<3, using: &random) > 0 {
                let message = try Message(frame)
                center.hear(frame, message)
                guard isCalm || Int.random(in: 0..<3, using: &random) > 0 else { continue }
                try bench.say(frame.function, end: .eot, serial: message.serial)
            }
            answered = bench.sent.count
        }
        #expect(bench.station.memory.reports.isEmpty)
        #expect(Set(center.heard.values) == made)
        #expect(center.heard.count == made.count)
        #expect(center.mixedUp == 0)
        #expect(made.count { $0.function == .timed } == 14, "08:00 to 21:00")
        #expect(made.contains { $0.function == .extra })
        let unanswered = bench.notes.count { if case .unanswered = $0 { true } else { false } }
        #expect(unanswered > 0, "the line was left alone")
        #expect(center.repeats > 0, "answers were lost: the center has heard some twice, under one number")
    }
}
