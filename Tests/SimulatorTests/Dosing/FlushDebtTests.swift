import Agronomy
@testable import Control
import ProcessImage
import Quantities
@testable import Simulator
import Testing

@Suite("What is owed to the lines") struct FlushDebtTests {
    private static let east = ZoneIndex(0), west = ZoneIndex(1)

    /// A run of 4 m3 that is being dosed.
    private func dosed(scan: Duration = .milliseconds(100)) -> DosingFarm {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(8)], scan: scan)
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), RecipeIndex(0)))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isDosing })
        farm.turn(for: .seconds(30))
        return farm
    }

    private func owes(_ farm: DosingFarm) -> Bool { farm.fertigation.isOwed(Self.east, farm.irrigation) }

    @Test func `a run that a person stops owes its flush, with an alarm, until somebody orders it`() {
        let farm = dosed()
        farm.order(.stopZone(Self.east))
        #expect(farm.turn(atMost: .minutes(1)) { $0.flowNow == 0 })
        farm.turn(for: .minutes(30))
        #expect(farm.flowNow == 0 && owes(farm), "nobody is surprised by water")
        #expect(farm.ledger.count(.notFlushed) == 1 && farm.ledger.count(.flushOrdered) == 0)
        #expect(farm.ledger.restored(at: farm.now).flushDebts.first?.waitsForPerson == true)
        let flush = farm.order(.flush(Self.east))
        #expect(farm.turn(atMost: .minutes(15)) { $0.ledger.count(.zoneFlushed) == 1 })
        #expect(farm.ledger.outcomes[flush] == .done && !owes(farm) && !farm.isDosing)
    }

    @Test func `dosing that is stopped by hand goes on as clear water and owes nothing`() {
        let farm = dosed()
        farm.order(.stopDosing(DosingFarm.unit))
        farm.turn()
        #expect(!farm.isDosing && farm.reason == .flushing)
        farm.turn(atMost: .minutes(40)) { $0.ledger.count(.runEnded) == 1 }
        #expect(farm.ledger.count(.zoneFlushed) == 1 && farm.ledger.count(.notFlushed) == 0)
        #expect(farm.ledger.ended.allSatisfy { $0.outcome == .stopped } && farm.ledger.count(.doseShort) == 2)
    }

    @Test func `after a power cut nothing is dosed again, what was intended counts as given, and clear water comes by itself`() {
        let farm = dosed()
        let given = farm.given
        farm.die()
        farm.turn(for: .seconds(30))
        #expect(owes(farm) && farm.ledger.count(.doseInterrupted) == 2 && farm.flowNow == 0)
        for ended in farm.ledger.ended {
            #expect(ended.outcome == .interrupted && ended.dose.commanded.base >= given[ended.dose.channel.offset] - 1e-9)
        }
        #expect(farm.turn(atMost: .minutes(15)) { $0.ledger.count(.zoneFlushed) == 1 })
        #expect(farm.given == given && farm.ledger.count(.flushOrdered) == 1 && !owes(farm))
    }

    @Test func `a flush whose valve is held shut is told within two minutes, and paid once it opens`() {
        let farm = dosed()
        farm.held[DosingFarm.valves[0]] = .interlock(.unreachable)
        farm.turn(for: .seconds(50))
        #expect(farm.ledger.count(.notFlushed) == 0 && farm.flowNow == 0)
        farm.turn(for: .seconds(30))
        #expect(owes(farm) && farm.ledger.count(.notFlushed) == 1 && !farm.isDosing)
        farm.held = [:]
        #expect(farm.turn(atMost: .minutes(40)) { $0.ledger.count(.zoneFlushed) == 1 })
        #expect(!owes(farm) && farm.ledger.count(.notFlushed) == 1)
    }

    @Test func `clear water that cannot be had is asked for three times, and then waits for a person`() {
        let farm = dosed(scan: .milliseconds(500))
        farm.die()
        farm.held[DosingFarm.valves[0]] = .interlock(.unreachable)
        farm.turn(for: .hours(30))
        #expect(farm.ledger.count(.flushOrdered) <= 3 && owes(farm))
    }

    @Test func `any clear water of the zone pays, and water of another zone does not`() {
        let farm = dosed()
        farm.order(.stopZone(Self.east))
        farm.turn(for: .minutes(1))
        farm.order(.run(Self.west, .volume(.cubicMeters(3))))
        farm.turn(for: .minutes(20))
        #expect(owes(farm))
        farm.order(.run(Self.east, .volume(.cubicMeters(2))))
        #expect(farm.turn(atMost: .minutes(15)) { $0.ledger.count(.zoneFlushed) == 1 })
    }

    @Test func `a run by a program that is interrupted by a window of no water owes and rests, and goes on with its dose`() {
        let farm = dosed()
        farm.held[DosingFarm.valves[0]] = .interlock(.backwash)
        farm.turn(for: .minutes(3))
        #expect(owes(farm) && !farm.isDosing)
        farm.held = [:]
        #expect(farm.turn(atMost: .minutes(5)) { $0.isDosing })
        farm.turn(atMost: .hours(1)) { $0.ledger.count(.zoneFlushed) == 1 }
        #expect(abs(farm.given[0] * 1000 - 16) < 0.4, "\(farm.given[0] * 1000) L into 2 m3")
    }

    // MARK: Sharing the water

    @Test func `two recipes never share the water, nor does clear water with a recipe`() {
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(8), DosedRunTests.ratio(2)])
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(3)), RecipeIndex(0)))
        farm.turn(for: .seconds(30))
        farm.order(.fertigate(Self.west, .volume(.cubicMeters(3)), RecipeIndex(1)))
        var sawWait = false, dosedWithBoth = false
        farm.turn(atMost: .hours(1)) { farm in
            if farm.irrigation.status(of: Self.west).cause == .dosing(.otherWater) { sawWait = true }
            if farm.isDosing, DosingFarm.valves.allSatisfy({ farm.isOn($0) }) { dosedWithBoth = true }
            return farm.ledger.ended.count == 4
        }
        #expect(sawWait && !dosedWithBoth && farm.ledger.ended.count == 4)
        #expect(farm.turn(atMost: .minutes(30)) { $0.ledger.count(.zoneFlushed) == 2 })
    }

    @Test func `zones of one shift share one injection, each with its part of the stock`() {
        let steps = [Self.east, Self.west].map { ProgramPlan.Step(zone: $0, give: .fixed(.volume(.cubicMeters(3))), shift: 1) }
        let program = ProgramPlan(steps: steps, starts: .times([.clock(DosingFarm.at(6, 1))]), recipe: ProgramRecipe(RecipeIndex(0)))
        let farm = DosingFarm(recipes: [DosedRunTests.ratio(4)], programs: [program])
        #expect(farm.turn(atMost: .minutes(40)) { $0.ledger.ended.count == 4 })
        for ended in farm.ledger.ended { #expect(abs(ended.dose.commanded.liters - 6) < 0.2, "\(ended.dose.commanded.liters) of 6 L") }
        #expect(abs(farm.given[0] * 1000 - 12) < 0.3)
        #expect(farm.turn(atMost: .minutes(20)) { $0.ledger.count(.zoneFlushed) == 2 })
    }

    @Test func `acid and chlorine never follow each other without clear water between`() {
        let acid = RecipePlan(unit: DosingFarm.unit, parts: [.init(DosingFarm.channels[0], .ratio(Fraction(base: 0.002)))],
                              phases: ThreePhase(before: .zero, after: .zero))
        let chlorine = RecipePlan(unit: DosingFarm.unit, parts: [.init(DosingFarm.channels[1], .ratio(Fraction(base: 0.002)))],
                                  phases: ThreePhase(before: .zero, after: .zero))
        let farm = DosingFarm(recipes: [acid, chlorine], contents: [[.acid], [.hypochlorite], []])
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(1)), RecipeIndex(0)))
        farm.turn(for: .seconds(20))
        farm.order(.fertigate(Self.west, .volume(.cubicMeters(1)), RecipeIndex(1)))
        var lastAcid = Instant.never, waterSince = 0.0, least = Double.infinity
        farm.turn(atMost: .minutes(40)) { farm in
            if farm.isOn(DosingFarm.dosers[0]) {
                lastAcid = farm.now
                waterSince = 0
            } else {
                waterSince += farm.flowNow / 36_000
            }
            if farm.isOn(DosingFarm.dosers[1]) { least = min(least, waterSince) }
            return farm.ledger.ended.count == 2
        }
        #expect(farm.given[1] > 0 && lastAcid > .never)
        #expect(least > 0.06, "\(least) m3 of clear water between acid and chlorine; the pipe holds 0.033")
    }
}
