@testable import Control
import ProcessImage
import Quantities
import Testing

/// Volumes: by the meter whatever its pace, less the learned overrun, and reckoned when it fails.
struct DoseTests {
    private func bench(nominal: Double? = 12, real: Double = 12, step: Double = 0.01, every: Int = 1, showsFlow: Bool = true) -> HydraulicBench {
        let bench = HydraulicBench.well(zones: [nominal, nominal], capacity: 30, real: [real, real])
        bench.meters[0] = .init(step: step, every: every, showsFlow: showsFlow)
        return bench
    }

    @Test(arguments: [(0.001, 1, true), (0.01, 1, true), (0.1, 1, true), (1, 1, false), (0.01, 300, false), (0.01, 60, true)])
    func `A meter of any step and pace neither cuts nor overruns a volume`(step: Double, every: Int, showsFlow: Bool) throws {
        let bench = bench(step: step, every: every, showsFlow: showsFlow)
        for _ in 0..<3 {
            bench.program(0, .volume(.cubicMeters(4)))
            bench.runUntilDone(within: 3600)
        }
        bench.run(for: 1200)
        let runs = bench.end(of: 0)
        #expect(runs.count == 3 && runs.allSatisfy { $0.outcome == .completed })
        #expect(abs(bench.given[0] - 12) < 0.3, "4 m3 three times: \(bench.given[0])")
        for run in runs { #expect(abs(run.volume.cubicMeters - 4) < max(0.12, step * 1.01), "\(run)") }
    }

    @Test(arguments: [(0.001, 1), (0.01, 1), (0.1, 60)])
    func `What a meter counted and who got it are told together, and add up`(step: Double, every: Int) throws {
        let bench = bench(step: step, every: every, showsFlow: true)
        bench.program(0, .volume(.cubicMeters(1)))
        bench.program(1, .time(.minutes(4)))
        for _ in 0..<20 {
            bench.run(for: 60)
            let (counted, booked) = (bench.told.last?.volume.cubicMeters ?? 0, bench.booked(0))
            // A part that the meter has not told yet is reckoned: two of its steps at most.
            #expect(abs(counted - booked.zones - booked.beside) <= max(step * 2, 0.02) + 0.4 * Double(every) / 60, "\(counted) \(booked)")
        }
        let booked = bench.booked(0)
        #expect(bench.told.last?.volume.cubicMeters ?? 0 > 1.5 && bench.told.last?.date != nil)
        #expect(abs((bench.told.last?.volume.cubicMeters ?? 0) - booked.zones - booked.beside) < 0.001, "once all is over")
    }

    @Test func `A flow that was told wrong is put right by the meter, report by report, and learned`() throws {
        let bench = bench(nominal: 12, real: 9.6, step: 0.01, every: 300, showsFlow: false)
        bench.program(0, .volume(.cubicMeters(6)))
        bench.runUntilDone(within: 7200)
        bench.run(for: 600)
        #expect(abs(bench.given[0] - 6) < 0.25, "\(bench.given[0])")
        let learned = try #require(bench.learned[ZoneIndex(0)]?.flow)
        #expect(learned.base < 12 && learned.base > 9.6, "drifts by a part of the difference: \(learned.base)")
    }

    @Test func `Learned flow follows run by run and stays within 30 % of the nominal`() {
        let bench = bench(nominal: 12, real: 6)
        for _ in 0..<12 {
            bench.program(0, .time(.minutes(5)))
            bench.runUntilDone(within: 900)
        }
        #expect(abs((bench.status(0).learned.flow?.base ?? 0) - 8.4) < 0.01)
        #expect(bench.count(.flowLearned) >= 1)
    }

    @Test func `What a zone without nominal flow takes is learned, also over a restart`() throws {
        let bench = bench(nominal: nil, real: 7)
        bench.program(0, .time(.minutes(5)))
        bench.runUntilDone(within: 900)
        let learned = try #require(bench.learned[ZoneIndex(0)])
        #expect(abs((learned.flow?.base ?? 0) - 7) < 0.1)
        var restored = Restored()
        restored.learned = [ZoneIndex(0): learned]
        #expect(HydraulicBench.well(zones: [nil], restored: restored).status(0).learned == learned)
    }

    @Test func `Two zones together teach nothing, and share what the meter counts by their flows`() {
        let bench = HydraulicBench.well(zones: [10, 20], capacity: 30)
        bench.program(0, .time(.minutes(10)))
        bench.program(1, .time(.minutes(10)))
        bench.runUntilDone(within: 1800)
        #expect(bench.learned.isEmpty || bench.learned.values.allSatisfy { $0.flow == nil })
        #expect(abs((bench.end(of: 0).first?.volume.cubicMeters ?? 0) - bench.given[0]) < 0.05)
        #expect(abs((bench.end(of: 1).first?.volume.cubicMeters ?? 0) - bench.given[1]) < 0.05)
    }

    @Test func `A meter that stands is told once, and the volume is given by time and learned flow, said to be estimated`() throws {
        let bench = bench()
        bench.meters[0].showsFlow = false
        bench.program(0, .volume(.cubicMeters(2)))
        bench.runUntilDone(within: 3600)
        bench.meters[0].isStuck = true
        bench.program(0, .volume(.cubicMeters(4)))
        bench.runUntilDone(within: 3600)
        let run = try #require(bench.end(of: 0).last)
        #expect(run.outcome == .completed && run.isEstimated && abs(bench.given[0] - 6) < 0.2, "\(run) \(bench.given)")
        #expect(bench.count(.meterSilent) == 1)
        bench.meters[0].isStuck = false
        bench.program(0, .volume(.cubicMeters(2)))
        bench.runUntilDone(within: 3600)
        #expect(bench.count(.meterCounts) == 1 && bench.end(of: 0).last?.outcome == .completed)
    }

    @Test func `A meter that was out of reach tells afterwards what went by, and nothing is booked twice`() {
        let bench = bench()
        bench.program(0, .volume(.cubicMeters(2)))
        bench.runUntilDone(within: 3600)
        bench.meters[0].isSilent = true
        bench.program(0, .volume(.cubicMeters(3)))
        bench.program(1, .volume(.cubicMeters(3)))
        bench.runUntilDone(within: 7200)
        bench.meters[0].isSilent = false
        bench.program(0, .volume(.cubicMeters(1)))
        bench.runUntilDone(within: 3600)
        bench.run(for: 300)
        let booked = bench.booked(0)
        #expect(abs(booked.zones + booked.beside - bench.metered[0]) < 0.1, "\(booked) of \(bench.metered[0])")
    }

    @Test func `A meter that is reset or exchanged in a run gives no wild volume`() throws {
        let bench = bench()
        bench.program(0, .volume(.cubicMeters(4)))
        bench.run(for: 400)
        bench.meters[0].offset = -bench.metered[0]
        bench.run(for: 100)
        bench.meters[0].offset = 1e9
        bench.runUntilDone(within: 3600)
        let run = try #require(bench.end(of: 0).first)
        #expect(run.outcome == .completed && abs(bench.given[0] - 4) < 0.15, "\(run) \(bench.given)")
        #expect(bench.count(.meterReset) == 2)
    }

    @Test func `The overrun of the last closes is taken off the next volume`() throws {
        let bench = HydraulicBench.well(zones: [12, 12], travel: 20)
        for _ in 0..<6 {
            bench.program(0, .volume(.cubicMeters(1)))
            bench.program(1, .volume(.cubicMeters(1)))
            bench.runUntilDone(within: 3600)
        }
        let first = try #require(bench.end(of: 0).first), last = try #require(bench.end(of: 0).last)
        #expect(bench.status(0).learned.overrun > .zero)
        #expect(abs(last.volume.cubicMeters - 1) < abs(first.volume.cubicMeters - 1) || abs(last.volume.cubicMeters - 1) < 0.02)
    }

    @Test func `Water while everything is shut is a leak, and belongs to nobody's zone`() {
        let bench = bench(step: 0.001)
        bench.program(0, .time(.minutes(5)))
        bench.runUntilDone(within: 900)
        bench.run(for: 120)
        bench.meters[0].offset = 0.5
        bench.run(for: 90)
        #expect(bench.used.contains { $0.use == .leak && abs($0.volume.cubicMeters - 0.5) < 0.01 })
    }
}

/// Runs that measure a zone for a person.
struct CalibrationTests {
    @Test func `Flow is measured alone, proposed, and counts once it is accepted`() {
        let bench = HydraulicBench.well(zones: [12, 12], capacity: 30, real: [9, 12])
        bench.program(1, .time(.minutes(10)))
        bench.run(for: 60)
        bench.send(.calibrate(ZoneIndex(0), .flow))
        bench.run(for: 60)
        #expect(bench.status(0).phase == .queued, "it waits until it is alone")
        bench.runUntilDone(within: 3600)
        #expect(abs((bench.status(0).proposed?.flow?.base ?? 0) - 9) < 0.1 && bench.status(0).learned.flow == nil)
        #expect(bench.count(.flowCalibrated) == 1)
        bench.send(.acceptCalibration(ZoneIndex(0)))
        bench.run(for: 2)
        #expect(bench.status(0).learned.flow == bench.learned[ZoneIndex(0)]?.flow && bench.status(0).proposed == nil)
        #expect(abs((bench.status(0).learned.flow?.base ?? 0) - 9) < 0.1)
    }

    /// Both valves take 4 s; what the flow needs beyond that is the bench's step.
    @Test func `How long a valve takes is measured beside a zone that waters evenly, proposed, and recorded once it is accepted`() {
        let bench = HydraulicBench.well(zones: [12, 10, 8], capacity: 24, travel: 4)
        bench.send(.calibrate(ZoneIndex(0), .valve))
        bench.run(for: 60)
        #expect(bench.status(0).phase == .watering && !bench.isOn(OutputIndex(2)), "first alone")
        var wereTogether = false
        bench.onStep = { bench in wereTogether = wereTogether || (bench.isOn(OutputIndex(1)) && bench.isOn(OutputIndex(2))) }
        bench.runUntilDone(within: 1800)
        bench.onStep = nil
        let found = bench.status(0).proposed?.travel
        #expect(wereTogether && bench.count(.overrunCalibrated) == 1 && bench.count(.travelCalibrated) == 1)
        #expect(found.map { $0.opens >= .seconds(4) && $0.opens <= .seconds(8) } == true, "\(String(describing: found))")
        #expect(found.map { $0.closes >= .zero && $0.closes <= .seconds(4) } == true, "the bench's valve lets nothing through once it is told to close")
        bench.send(.acceptCalibration(ZoneIndex(0)))
        bench.run(for: 2)
        #expect(bench.learned[ZoneIndex(0)]?.travel == found && bench.status(0).learned.travel == found)
        #expect(bench.end(of: 1).map(\.outcome) == [.completed] && bench.end(of: 2).isEmpty, "one partner, let go when it is done")
    }

    @Test func `Without a zone that may water beside it only the overrun is measured, and a stop ends a test without a result`() {
        let alone = HydraulicBench.well(zones: [12, 20], capacity: 24)
        alone.send(.calibrate(ZoneIndex(0), .valve))
        alone.runUntilDone(within: 900)
        #expect(alone.count(.travelUnmeasured) == 1 && alone.count(.overrunCalibrated) == 1 && alone.end(of: 1).isEmpty)
        let stopped = HydraulicBench.well(zones: [12, 10], capacity: 24)
        stopped.send(.calibrate(ZoneIndex(0), .valve))
        stopped.run(for: 230)
        stopped.send(.stopAll)
        stopped.runUntilDone(within: 600)
        #expect(stopped.count(.travelCalibrated) == 0 && stopped.count(.travelUnmeasured) == 1 && stopped.status(0).phase == .idle)
    }

    @Test func `What comes after the stop is measured, and a zone without a meter is refused`() {
        let bench = HydraulicBench.well(zones: [12])
        bench.send(.calibrate(ZoneIndex(0), .valve))
        bench.runUntilDone(within: 900)
        #expect(bench.status(0).proposed != nil && bench.count(.overrunCalibrated) == 1)
        let blind = HydraulicBench.well(zones: [12], meter: false)
        blind.send(.calibrate(ZoneIndex(0), .flow))
        blind.run(for: 5)
        #expect(blind.status(0).phase == .idle && blind.planned.isEmpty)
    }
}
