import Agronomy
import CAllocationCounter
@testable import Control
import ProcessImage
import Quantities
@testable import Simulator
import Testing

@Suite("Doses on disk") struct DoseLedgerTests {
    private static let east = ZoneIndex(0)

    @Test func `nothing is given before its row and the debt of its flush are on disk`() {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(8)])
        farm.ledger.delay = .seconds(3)
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), RecipeIndex(0)))
        farm.turn(atMost: .minutes(40)) { farm in
            let open = farm.ledger.restored(at: farm.now)
            for (number, given) in farm.given.enumerated() where given > 0 && farm.isDosing {
                let intended = open.openDoses.first { $0.channel.offset == number }?.intended.base ?? 0
                #expect(intended >= given - 1e-9 && !open.flushDebts.isEmpty)
            }
            return farm.ledger.ended.count == 2
        }
        #expect(farm.ledger.ended.count == 2 && farm.given[0] > 0.01)
    }

    /// Killed in each scan of a dosed run: from before the first row to after the flush.
    @Test func `killed at any step, what was given is in the ledger, is not given again, and the lines are not forgotten`() {
        let scan = Duration.milliseconds(500)
        let untroubled = DosingFarm(recipes: [DosedRunTests.ratio(8)], scan: scan)
        untroubled.order(.fertigate(Self.east, .volume(.cubicMeters(0.8)), RecipeIndex(0)))
        var steps = 0
        untroubled.turn(atMost: .minutes(20)) { farm in
            steps += 1
            return farm.ledger.count(.runEnded) == 1
        }
        #expect(steps > 400)
        for kill in stride(from: 20, to: steps, by: 3) { judge(killedAt: kill, scan) }
    }

    private func judge(killedAt kill: Int, _ scan: Duration) {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(8)], scan: scan)
        farm.ledger.delay = .seconds(1)
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(0.8)), RecipeIndex(0)))
        for _ in 0..<kill { farm.turn() }
        let given = farm.given
        let wasOpen = !farm.ledger.restored(at: farm.now).openDoses.isEmpty
        farm.die()
        farm.turn(for: .minutes(12))
        #expect(farm.given == given, "killed at \(kill): dosed again")
        for number in 0..<2 {
            let booked = farm.ledger.ended.filter { $0.dose.channel.offset == number }.reduce(0) { $0 + $1.dose.commanded.base }
            #expect(booked >= given[number] - 1e-9, "killed at \(kill): \(given[number]) m3 given, \(booked) booked")
        }
        let owed = farm.ledger.restored(at: farm.now)
        #expect(owed.openDoses.isEmpty && owed.flushDebts.isEmpty)
        if wasOpen { #expect(farm.ledger.count(.zoneFlushed) == 1, "killed at \(kill): not flushed") }
    }

    @Test func `the rows of one dose stay few`() {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(5)])
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(12)), RecipeIndex(0)))
        farm.turn(atMost: .hours(2)) { $0.ledger.ended.count == 2 }
        let intents = farm.ledger.rows.count { if case .doseIntent(let dose, _) = $0 { dose.channel.offset == 0 } else { false } }
        #expect((8...64).contains(intents), "\(intents) rows")
    }

    @Test func `a ceiling for one run, one hour and one day ends the dose below it, over restarts too`() {
        for ceilings in [DoseCeilings(perRun: .liters(6)), DoseCeilings(perHour: .liters(6)), DoseCeilings(perDay: .liters(6))] {
            let farm = DosingFarm(recipes: [DosedRunTests.ratio(8)], ceilings: ceilings)
            farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), RecipeIndex(0)))
            #expect(farm.turn(atMost: .minutes(40)) { $0.ledger.count(.runEnded) == 1 })
            #expect(farm.given[0] * 1000 <= 6 && farm.given[0] * 1000 > 5, "\(farm.given[0] * 1000) L")
            #expect(farm.ledger.count(.ceilingReached) >= 1 && farm.ledger.count(.doseStopped) == 1)
        }
    }

    @Test func `what an earlier life gave counts against the ceiling of the day`() {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(8)], ceilings: DoseCeilings(perDay: .liters(12)))
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), RecipeIndex(0)))
        #expect(farm.turn(atMost: .minutes(12)) { $0.given[0] > 0.008 })
        farm.die()
        farm.turn(for: .minutes(15))
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), RecipeIndex(0)))
        farm.turn(for: .minutes(30))
        #expect(farm.given[0] * 1000 <= 12 && farm.given[0] * 1000 > 9.5, "\(farm.given[0] * 1000) L")
    }

    @Test func `in the water no more goes than its ceiling, whatever the recipe asks`() {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(8)], ceilings: DoseCeilings(inWater: Fraction(base: 0.004)))
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), RecipeIndex(0)))
        farm.turn(atMost: .minutes(40)) { $0.ledger.ended.count == 2 }
        #expect(farm.given[0] / 2 < 0.004 && farm.given[0] / 2 > 0.0038)
    }

    // MARK: Calibration

    @Test func `a channel is measured with a cylinder while clear water flows, and counts from then on`() {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(5)])
        let dry = farm.order(.calibrateChannel(DosingFarm.channels[0], for: .seconds(60)))
        farm.turn(for: .seconds(5))
        #expect(farm.ledger.outcomes[dry] == .refusedNoWater && farm.given[0] == 0)
        farm.order(.run(Self.east, .volume(.cubicMeters(3))))
        farm.turn(for: .minutes(1))
        farm.order(.calibrateChannel(DosingFarm.channels[0], for: .seconds(60)))
        #expect(farm.turn(atMost: .minutes(3)) { $0.ledger.count(.channelMoved) == 1 })
        #expect(abs(farm.given[0] - DosingFarm.capacity[0] / 60) < 0.0001)
        farm.order(.acceptCylinder(DosingFarm.channels[0], .liters(3)))
        farm.turn(for: .seconds(2))
        #expect(farm.ledger.count(.channelCalibrated) == 1)
        guard case .flow(let flow) = farm.fertigation.status(of: DosingFarm.channels[0]).rate else { return #expect(Bool(false)) }
        #expect(abs(flow.base - 0.18) < 0.001)
        #expect(farm.turn(atMost: .minutes(20)) { $0.ledger.count(.zoneFlushed) == 1 }, "the stock it gave is rinsed")
        farm.die()
        #expect(farm.fertigation.status(of: DosingFarm.channels[0]).rate == .flow(flow))
    }

    @Test func `a metering pump gives as many strokes as are asked for the cylinder`() {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(5)], drive: DosingFarm.pulses)
        farm.order(.run(Self.east, .volume(.cubicMeters(3))))
        farm.turn(for: .minutes(1))
        farm.order(.calibrateStrokes(DosingFarm.channels[0], 100))
        #expect(farm.turn(atMost: .minutes(3)) { $0.ledger.count(.channelMoved) == 1 })
        #expect(abs(farm.given[0] * 1000 - 1) < 1e-9)
        #expect(farm.fertigation.status(of: DosingFarm.channels[0]).calibrated?.strokes == 100)
    }

    @Test func `one channel after another is calibrated in the same clear water, each with one row of its dose`() {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(5)])
        farm.order(.run(Self.east, .volume(.cubicMeters(3))))
        farm.turn(for: .minutes(1))
        for (number, channel) in DosingFarm.channels.prefix(2).enumerated() {
            farm.order(.calibrateChannel(channel, for: .seconds(30)))
            farm.turn(for: .seconds(10))
            let halfway = farm.fertigation.status(of: channel).calibrated
            #expect(halfway?.isOver == false && halfway.map { $0.on > .seconds(5) } == true, "a screen can tell how far it is")
            #expect(farm.turn(atMost: .minutes(2)) { $0.ledger.count(.channelMoved) == number + 1 })
            farm.turn(for: .seconds(2))
        }
        #expect(farm.ledger.ended.count == 2 && farm.given[0] > 0.0015 && farm.given[1] > 0.0015)
    }

    // MARK: Too short, and ahead

    @Test func `a run that is too short is extended, left without its dose, or skipped, as the program says`() {
        let pipes = PipeNeeds(fill: .cubicMeters(0.3), advance: .seconds(300))
        for (choice, water) in [(TooShort.extend, 2.3), (.clearWater, 1.5), (.skip, 0)] {
            let step = ProgramPlan.Step(zone: Self.east, give: .fixed(.volume(.cubicMeters(1.5))))
            let program = ProgramPlan(steps: [step], starts: .times([.clock(DosingFarm.at(6, 1))]),
                                      recipe: ProgramRecipe(RecipeIndex(0), tooShort: choice))
            let farm = DosingFarm(recipes: [DosedRunTests.ratio(5)], programs: [program], pipes: pipes)
            var passed = 0.0
            farm.turn(atMost: .minutes(20)) { farm in
                passed += farm.flowNow / 36_000
                return false
            }
            #expect(abs(passed - water) < 0.1, "\(choice): \(passed) m3")
            #expect(farm.ledger.count(.runExtended) == (choice == .extend ? 1 : 0) && farm.ledger.count(.doseLeftOut) == (choice == .clearWater ? 1 : 0))
            #expect(farm.ledger.count(.zoneSkipped) == (choice == .skip ? 1 : 0) && (farm.given[0] > 0) == (choice == .extend))
        }
    }

    @Test func `the plan of tomorrow tells the stock of each run`() {
        let step = ProgramPlan.Step(zone: Self.east, give: .fixed(.volume(.cubicMeters(4))))
        let program = ProgramPlan(steps: [step], starts: .times([.clock(DosingFarm.at(7, 0))]), recipe: ProgramRecipe(RecipeIndex(0)))
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(5)], programs: [program])
        farm.turn(for: .seconds(5))
        let runs = PlanAhead(plan: farm.plan, tables: farm.tables, control: farm.irrigation, image: farm.image).runs(for: .hours(3))
        #expect(runs.count == 1 && runs.first?.recipe == RecipeIndex(0))
        #expect(runs.first?.doses.map(\.stock.liters) == [10, 10])
    }

    @Test func `once warm, scans of a dosed run take no memory`() {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(8)])
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), RecipeIndex(0)))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isDosing })
        let before = allocations_of_this_thread()
        for _ in 0..<200 { farm.scanAlone() }
        #expect(allocations_of_this_thread() - before == 0)
    }
}
