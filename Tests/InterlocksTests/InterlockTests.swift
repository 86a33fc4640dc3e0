import Interlocks
import ProcessImage
import Quantities
import Testing

struct DeadHeadTests {
    @Test func `A pump starts only against valves that have travelled`() {
        let bench = Bench()
        let all: [OutputIndex: OutputLevel] = [Bench.valve: .on, Bench.master: .on, Bench.pump: .on]
        bench.scan(all)
        #expect(bench.isRefused(Bench.pump) && bench.cause(Bench.pump) == .interlock(.deadHead))
        bench.now = bench.now + .milliseconds(7900)
        bench.scan(all)
        #expect(!bench.level(Bench.pump).isOn)
        bench.now = bench.now + .milliseconds(100)
        bench.scan(all)
        #expect(bench.level(Bench.pump).isOn && !bench.isRefused(Bench.pump))
    }

    @Test func `A pump stops in the scan in which its last valve closes, and goes on while another is open`() {
        let bench = Bench()
        bench.run()
        bench.scan([Bench.master: .on, Bench.pump: .on])
        #expect(!bench.level(Bench.pump).isOn)

        let two = Bench()
        for _ in 0..<3 {
            two.scan([Bench.valve: .on, Bench.other: .on, Bench.master: .on, Bench.pump: .on])
            two.now = two.now + .seconds(10)
        }
        two.scan([Bench.other: .on, Bench.master: .on, Bench.pump: .on])
        #expect(two.level(Bench.pump).isOn)
    }
}

struct MaximumOnTests {
    @Test func `An output is safe again no later than one scan after its maximum, and stays so until reset`() {
        let bench = Bench()
        for second in 0...601 {
            bench.scan([Bench.valve: .on])
            #expect(bench.level(Bench.valve).isOn == (second < 600), "after \(second) s")
            bench.now = bench.now + .seconds(1)
        }
        bench.scan([Bench.valve: .on], commands: [.reset(TripID(.maximumOn, .output(Bench.valve)))])
        #expect(bench.level(Bench.valve).isOn && bench.count(.tripReset) == 1)
    }

    @Test func `An aerator may be on for ever and off for its maximum`() {
        let bench = Bench()
        bench.scan()
        bench.now = bench.now + .hours(100)
        bench.scan()
        #expect(bench.standing.isEmpty && bench.level(Bench.aerator).isOn)
        bench.scan([Bench.aerator: .off])
        #expect(!bench.level(Bench.aerator).isOn)
        bench.now = bench.now + Bench.maximumOn
        bench.scan([Bench.aerator: .off])
        #expect(bench.level(Bench.aerator).isOn && bench.count(.tripMaximumOn) == 1)
    }
}

struct ReadbackTests {
    @Test func `A pump that reads on when told off trips after the delay; one scan of difference does not`() {
        let bench = Bench()
        bench.scan(reads: [Bench.pump: .on])
        bench.now = bench.now + .seconds(1)
        bench.scan()
        for _ in 0..<4 {
            bench.now = bench.now + .seconds(1)
            bench.scan(reads: [Bench.pump: .on])
        }
        #expect(bench.count(.tripReadback) == 1)
    }

    @Test func `A valve has its travel before its answer counts, and takes pump and master with it`() {
        let bench = Bench()
        for second in 0..<20 {
            bench.scan([Bench.valve: .on, Bench.other: .on, Bench.master: .on, Bench.pump: .on], reads: [Bench.valve: .off])
            #expect(bench.count(.tripReadback) == (second >= 11 ? 1 : 0), "after \(second) s")
            bench.now = bench.now + .seconds(1)
        }
        #expect(!bench.level(Bench.pump).isOn && !bench.level(Bench.master).isOn && bench.level(Bench.other).isOn)
    }
}

struct MissingMeterTests {
    @Test func `A meter that fails in a burst neither clears nor invents it`() {
        let bench = Bench()
        bench.run()
        let on: [OutputIndex: OutputLevel] = [Bench.valve: .on, Bench.master: .on, Bench.pump: .on]
        for second in 0..<40 {
            bench.scan(on, flow: second % 2 == 0 ? .good(20, at: bench.now) : .bad(.noAnswer, at: bench.now))
            bench.now = bench.now + .seconds(1)
        }
        #expect(bench.count(.tripBurst) == 1)

        let blind = Bench()
        blind.run()
        for _ in 0..<120 {
            blind.scan(on, flow: .bad(.noAnswer, at: blind.now))
            blind.now = blind.now + .seconds(1)
        }
        #expect(blind.standing.isEmpty && blind.level(Bench.pump).isOn && blind.count(.pointBad) == 1)
    }
}

struct RestoredTripTests {
    @Test func `A trip of an earlier life holds from the first scan, without being told again`() {
        let bench = Bench(restoring: [TripID(.noFlow, .zone(ZoneIndex(0)))])
        bench.scan([Bench.valve: .on, Bench.other: .on])
        #expect(!bench.level(Bench.valve).isOn && bench.level(Bench.other).isOn && bench.events.isEmpty)
        #expect(bench.cause(Bench.valve) == .trip(TripID(.noFlow, .zone(ZoneIndex(0)))))
    }

    @Test func `A trip of a thing the site no longer has is let go`() {
        let bench = Bench(restoring: [TripID(.noFlow, .zone(ZoneIndex(200))), TripID(.burst, .site)])
        bench.scan([Bench.valve: .on])
        #expect(bench.level(Bench.valve).isOn && bench.standing.isEmpty)
    }
}
