@testable import Control
import ProcessImage
import Quantities
import Testing

/// Who waters when: capacity, priority, shifts, exclusions, limits, soak, holds.
struct QueueTests {
    /// Seconds in which each zone's valve was on.
    private func openings(_ bench: HydraulicBench, for seconds: Int) -> [[Int]] {
        var on = bench.plan.zones.map { _ in [Int]() }
        bench.onStep = { bench in
            for (zone, plan) in bench.plan.zones.enumerated() where bench.isOn(plan.valve) { on[zone].append(bench.second) }
        }
        bench.run(for: seconds)
        return on
    }

    @Test func `Higher priority goes first, and a person before all`() {
        let bench = HydraulicBench.well(zones: [10, 10, 10, 10])
        bench.program(0, .time(.minutes(1)))
        bench.program(1, .time(.minutes(1)), priority: 2)
        bench.program(2, .time(.minutes(1)), priority: 9)
        bench.order(RunOrder(zone: ZoneIndex(3), amount: .time(.minutes(1)), cause: .manual(7)))
        let first = openings(bench, for: 600).map { $0.first ?? .max }
        #expect(first[3] < first[2] && first[2] < first[0] && first[0] < first[1], "\(first)")
    }

    @Test func `A smaller run passes one that does not fit yet, but only for half an hour`() {
        let bench = HydraulicBench.well(zones: [20, 25, 8, 8], capacity: 30)
        bench.program(0, .time(.hours(2)))
        bench.program(1, .time(.minutes(5)))
        bench.program(2, .time(.minutes(5)))
        bench.run(for: 60)
        #expect(bench.status(2).phase == .watering && bench.status(1).phase == .queued)
        #expect(bench.status(1).cause == .interlock(.capacity))
        bench.run(for: 1800)
        bench.program(3, .time(.minutes(5)))
        bench.run(for: 600)
        #expect(bench.status(3).phase == .queued, "nobody passes any more")
        bench.runUntilDone(within: 3 * 3600)
        #expect(bench.ended.values.allSatisfy { $0.outcome == .completed } && bench.ended.count == 4)
    }

    @Test func `Who has waited for two hours goes before every program`() {
        let bench = HydraulicBench.well(zones: [10, 10, 10])
        bench.program(0, .time(.minutes(1)), priority: 0)
        var next = 1
        bench.onStep = { bench in
            guard bench.status(0).phase == .queued, bench.status(next).phase == .idle else { return }
            bench.program(next, .time(.minutes(10)), priority: 9)
            next = next == 1 ? 2 : 1
        }
        bench.program(1, .time(.minutes(10)), priority: 9)
        bench.run(for: 4 * 3600)
        #expect(bench.end(of: 0).first?.outcome == .completed)
    }

    @Test func `Zones of a shift open together, and shifts go one after another`() {
        let bench = HydraulicBench.well(zones: [10, 10, 10, 10], capacity: 40)
        for (zone, shift) in [(0, 1), (1, 1), (2, 2), (3, 2)] as [(Int, UInt16)] { bench.program(zone, .time(.minutes(5)), shift: shift) }
        let on = openings(bench, for: 900)
        #expect(on[0].first == on[1].first && on[2].first == on[3].first)
        let overlap = Set(on[0]).intersection(on[2]).count
        #expect(overlap >= 10 && overlap <= 16, "the next shift opens for the overlap: \(overlap) s")
        #expect(bench.ended.values.allSatisfy { $0.outcome == .completed && $0.watered >= .minutes(5) } && bench.ended.count == 4)
    }

    @Test func `A shift waits until all of it fits; one that never fits goes zone by zone`() {
        let bench = HydraulicBench.well(zones: [20, 10, 10, 30], capacity: 30)
        bench.program(0, .time(.minutes(10)))
        bench.run(for: 30)
        bench.program(1, .time(.minutes(2)), shift: 1)
        bench.program(2, .time(.minutes(2)), shift: 1)
        bench.run(for: 60)
        #expect(bench.status(1).phase == .queued && bench.status(2).phase == .queued)
        bench.runUntilDone(within: 3600)
        bench.program(1, .time(.minutes(2)), shift: 2)
        bench.program(3, .time(.minutes(2)), shift: 2)
        bench.runUntilDone(within: 3600)
        #expect(bench.ended.count == 5 && bench.ended.values.allSatisfy { $0.outcome == .completed })
    }

    @Test func `Zones that exclude each other are never open together, not even to hand over`() {
        let bench = HydraulicBench.well(zones: [10, 10, 10], capacity: 30, exclusion: [1, 1, 2])
        for zone in 0..<3 { bench.program(zone, .time(.minutes(5))) }
        let on = openings(bench, for: 1200)
        #expect(Set(on[0]).isDisjoint(with: on[1]) && !Set(on[0]).isDisjoint(with: on[2]))
        #expect((on[1].first ?? 0) - (on[0].last ?? .max) >= 4, "shut first, and travelled")
        #expect(bench.ended.count == 3)
    }

    @Test func `No more valves than the site's limit, handing over or not`() {
        let bench = HydraulicBench.well(zones: [5, 5, 5, 5, 5], capacity: 100, valvesAtOnce: 2)
        for zone in 0..<5 { bench.program(zone, .time(.minutes(3))) }
        var most = 0
        bench.onStep = { bench in most = max(most, bench.plan.zones.count { bench.isOn($0.valve) }) }
        bench.run(for: 60)
        #expect(bench.status(2).cause == .interlock(.valvesAtOnce))
        bench.runUntilDone(within: 3600)
        #expect(most == 2 && bench.ended.count == 5)
    }

    @Test func `Soak: equal cycles, rests no shorter than asked, and the rest is filled by another zone`() {
        let bench = HydraulicBench.well(zones: [10, 10])
        bench.program(0, .time(.minutes(25)), soak: SoakRule(run: .minutes(10), rest: .minutes(20)))
        bench.program(1, .time(.minutes(30)))
        let on = openings(bench, for: 2 * 3600)
        let gaps = zip(on[0], on[0].dropFirst()).map { $1 - $0 }.filter { $0 > 1 }
        #expect(gaps.count == 2 && gaps.allSatisfy { $0 >= 1200 + 4 }, "25 min in cycles of at most 10: three, \(gaps)")
        #expect(!Set(on[1]).isDisjoint(with: on[0].first!...on[0].last!), "the other zone waters while this one soaks")
        let run = bench.end(of: 0).first
        #expect(run?.outcome == .completed && (run?.watered ?? .zero) >= .minutes(25))
        #expect((run?.watered ?? .zero) < .minutes(26))
        #expect(bench.count(.runRests) == 2 && bench.count(.runGoesOn) == 2)
    }

    @Test func `A soak goes on over a person's run of the same zone, and a trip in it ends the run with its shortfall`() {
        let bench = HydraulicBench.well(zones: [10])
        bench.program(0, .time(.minutes(20)), soak: SoakRule(run: .minutes(10), rest: .minutes(30)))
        bench.run(for: 700)
        #expect(bench.status(0).phase == .resting && bench.status(0).cause == .interlock(.soak))
        bench.order(RunOrder(zone: ZoneIndex(0), amount: .time(.minutes(1)), cause: .manual(3), obeysWindows: false))
        bench.run(for: 200)
        #expect(bench.end(of: 0).map(\.outcome) == [.completed], "the person's")
        bench.run(for: 600)
        #expect(bench.status(0).phase == .resting, "the soak is not over")
        bench.holds[OutputIndex(1)] = .trip(TripID(.noFlow, .zone(ZoneIndex(0))))
        bench.run(for: 5)
        #expect(bench.end(of: 0).map(\.outcome).sorted { $0.rawValue < $1.rawValue } == [.completed, .tripped])
        #expect(bench.count(.timeShort) == 1)
    }

    @Test func `A stop in a rest ends the run`() {
        let bench = HydraulicBench.well(zones: [10])
        bench.program(0, .time(.minutes(20)), soak: SoakRule(run: .minutes(10), rest: .minutes(30)))
        bench.run(for: 700)
        bench.send(.stopAll)
        bench.run(for: 2)
        #expect(bench.end(of: 0).map(\.outcome) == [.stopped] && bench.status(0).phase == .idle)
    }

    @Test func `A pump that may not start yet is waited for, with that cause`() {
        let bench = HydraulicBench.well(zones: [10])
        bench.holds[OutputIndex(0)] = .interlock(.maximumOn)
        bench.program(0, .time(.minutes(5)))
        bench.run(for: 300)
        #expect(bench.status(0).phase == .queued && bench.status(0).cause == .interlock(.maximumOn) && !bench.isOn(OutputIndex(1)))
        bench.holds = [:]
        bench.runUntilDone(within: 900)
        #expect(bench.end(of: 0).map(\.outcome) == [.completed])
    }

    @Test func `Water held back in a run lets it rest and go on`() {
        let bench = HydraulicBench.well(zones: [10])
        bench.program(0, .time(.minutes(10)))
        bench.run(for: 200)
        bench.holds[OutputIndex(0)] = .interlock(.suctionLevel)
        bench.run(for: 200)
        #expect(bench.status(0).phase == .resting && !bench.isOn(OutputIndex(1)))
        bench.holds = [:]
        bench.runUntilDone(within: 1800)
        let run = bench.end(of: 0).first
        #expect(run?.outcome == .completed && run?.watered ?? .zero >= .minutes(10))
    }
}

struct RecoveryTests {
    @Test func `A well that may give 2 m3 rests for an hour, and the run goes on then`() {
        let bench = HydraulicBench.well(zones: [12], recovery: { _ in Recovery(most: .cubicMeters(2), rest: .hours(1)) })
        bench.program(0, .time(.minutes(15)))
        bench.run(for: 700)
        #expect(bench.status(0).phase == .resting && bench.status(0).cause == .interlock(.recovery) && !bench.isOn(OutputIndex(0)))
        #expect(abs(bench.metered[0] - 2) < 0.1)
        bench.run(for: 3000)
        #expect(bench.status(0).phase == .resting)
        bench.runUntilDone(within: 3600)
        #expect(bench.end(of: 0).first?.outcome == .completed)
    }

    private func well(_ restored: Restored) -> HydraulicBench {
        let bench = HydraulicBench.well(zones: [12], recovery: { _ in Recovery(most: .cubicMeters(2), rest: .hours(1)) }, restored: restored)
        bench.program(0, .time(.minutes(15)))
        return bench
    }

    @Test func `What a well has given is told ahead of what flows, and from then a new life goes on`() {
        let bench = well(Restored())
        bench.run(for: 400)
        let told = bench.drawn.last?.volume.cubicMeters ?? 0
        #expect(bench.drawn.last?.isQuiet == false && told > bench.metered[0] && told < bench.metered[0] + 0.15)
        bench.run(for: 400)
        #expect(bench.status(0).phase == .resting && bench.drawn.last?.isQuiet == true)
        #expect(abs((bench.drawn.last?.volume.cubicMeters ?? 0) - bench.metered[0]) < 0.01)

        var restored = Restored()
        restored.drawn = [Restored.Drawn(source: SourceIndex(0), volume: .cubicMeters(1.5))]
        let next = well(restored)
        next.run(for: 300)
        #expect(next.status(0).phase == .resting && abs(next.metered[0] - 0.5) < 0.1)
    }

    @Test func `The time a well has stood before a restart counts as far as it is known, and a lost ledger counts as drawn down`() {
        var rested = Restored()
        rested.drawn = [Restored.Drawn(source: SourceIndex(0), volume: .cubicMeters(2), quietFor: .minutes(59))]
        let known = well(rested)
        known.run(for: 30)
        #expect(known.status(0).phase == .queued)
        known.run(for: 60)
        #expect(known.status(0).phase == .watering && known.drawn.contains { $0.volume == .zero && $0.isQuiet })

        var lost = Restored()
        lost.ledgerIsComplete = false
        let unknown = well(lost)
        unknown.run(for: 3500)
        #expect(unknown.status(0).phase == .queued && unknown.status(0).cause == .interlock(.recovery))
        unknown.run(for: 200)
        #expect(unknown.status(0).phase == .watering)
    }

    @Test func `A level with start and stop, and one that is not known counts as low`() {
        let level = HydraulicBench.point("level", "m")
        let point = PointIndex(2)
        let bench = HydraulicBench.well(zones: [12], recovery: { tables in
            Recovery(level: tables.quantity(point), stop: .meters(1), start: .meters(3))
        }, extra: [level])
        bench.program(0, .time(.minutes(10)))
        bench.run(for: 60)
        #expect(bench.status(0).cause == .interlock(.recovery), "never read")
        var seen: [Bool] = []
        for value in [2.0, 3.1, 2.0, 0.9, 2.0, 3.1] {
            bench.readings[point] = value
            bench.run(for: 40)
            seen.append(bench.status(0).phase == .watering)
        }
        #expect(seen == [false, true, true, false, false, true])
    }
}
