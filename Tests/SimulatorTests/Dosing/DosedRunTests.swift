import Agronomy
@testable import Control
import Foundation
import ProcessImage
import Quantities
@testable import Simulator
import Testing

@Suite("Dosed runs") struct DosedRunTests {
    static let east = ZoneIndex(0)
    static let west = ZoneIndex(1)
    static let recipe = RecipeIndex(0)

    static func ratio(_ litersPerCubicMeter: Double) -> RecipePlan {
        RecipePlan(unit: DosingFarm.unit, parts: [.init(DosingFarm.channels[0], .ratio(Fraction(base: litersPerCubicMeter / 1000))),
                                                  .init(DosingFarm.channels[1], .ratio(Fraction(base: litersPerCubicMeter / 1000)))])
    }

    static func quantity(_ liters: Double) -> RecipePlan {
        RecipePlan(unit: DosingFarm.unit, parts: [.init(DosingFarm.channels[0], .quantity(.liters(liters))),
                                                  .init(DosingFarm.channels[1], .quantity(.liters(liters)))])
    }

    @Test func `water, stock, water by quarters, and the lines are clear at the end`() {
        let farm = DosingFarm(recipes: [Self.ratio(5)])
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), Self.recipe))
        var reasons: [DosingReason] = []
        var water = 0.0, dosedFrom: Double?, dosedTo = 0.0
        farm.turn(atMost: .minutes(40)) { farm in
            water += farm.flowNow / 36_000
            if farm.isDosing {
                dosedFrom = dosedFrom ?? water
                dosedTo = water
            }
            if reasons.last != farm.reason, farm.reason != .ledger { reasons.append(farm.reason) }
            return water > 1 && farm.flowNow == 0 && farm.reason == .idle
        }
        #expect(reasons.filter { $0 != .noFlow } == [.preWater, .dosing, .flushing, .idle])
        #expect(abs((dosedFrom ?? 0) - 1) < 0.05 && abs(dosedTo - 3) < 0.05, "dosed from \(dosedFrom ?? 0) to \(dosedTo) of 4 m3")
        #expect(farm.ledger.count(.zoneFlushed) == 1 && farm.ledger.count(.notFlushed) == 0)
        #expect(farm.ledger.ended.count == 2 && farm.ledger.ended.allSatisfy { $0.outcome == .completed })
        for ended in farm.ledger.ended { #expect(abs(ended.dose.commanded.liters - 10) < 0.2, "\(ended.dose.commanded.liters) L of 10") }
    }

    /// The issue's own figure: within 1 % of the ratio over a run, at any flow.
    @Test(arguments: 0..<6) func `a ratio is kept within one per cent over a run whatever the flow does`(seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: 3)
        let isPulses = seed % 2 == 0
        let litersPerCubicMeter = random.between(1, 7)
        let farm = DosingFarm(recipes: [Self.ratio(litersPerCubicMeter)], drive: isPulses ? DosingFarm.pulses : DosingFarm.duty)
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(8)), Self.recipe))
        var next = 0, dosed = 0.0
        for step in 0..<72_000 where farm.ledger.ended.count < 2 {
            if step >= next {
                farm.flowFactor = random.between(0.5, 1.6)
                next = step + 50 + random.index(below: 600)
            }
            farm.turn()
            if farm.reason == .dosing { dosed += farm.flowNow / 36_000 }
        }
        for ended in farm.ledger.ended {
            let ratio = ended.dose.commanded.base / (dosed * litersPerCubicMeter / 1000)
            #expect(abs(ratio - 1) < 0.01, "\(ended.dose.commanded.liters) L into \(dosed) m3 at \(litersPerCubicMeter) L/m3")
            show("ratio seed \(seed) \(isPulses ? "pulses" : "valve") \(litersPerCubicMeter) L/m3: \(ratio)")
        }
        #expect(abs(dosed - 4) < 0.05)
    }

    @Test func `a quantity is given in full, and both stocks alike, though the flow changes`() {
        let farm = DosingFarm(recipes: [Self.quantity(20)])
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(6)), Self.recipe))
        farm.turn(for: .minutes(12))
        farm.flowFactor = 0.7
        farm.turn(atMost: .hours(1)) { $0.ledger.ended.count == 2 }
        let liters = farm.given.prefix(2).map { $0 * 1000 }
        #expect(liters.allSatisfy { abs($0 - 20) < 0.25 }, "\(liters)")
        #expect(farm.ledger.count(.doseShort) == 0)
    }

    @Test func `stock stops in the very scan in which the flow is gone, and goes on when it is steady again`() {
        let farm = DosingFarm(recipes: [Self.ratio(8)])
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), Self.recipe))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isDosing })
        farm.flowFactor = 0.1
        farm.turn()
        #expect(!farm.isDosing && farm.reason == .noFlow)
        farm.turn(for: .seconds(20))
        #expect(!farm.isDosing)
        farm.flowFactor = 1
        farm.turn(for: .seconds(3))
        #expect(!farm.isDosing, "flow must be steady first")
        farm.turn(for: .seconds(6))
        #expect(farm.reason == .dosing && farm.ledger.count(.doseGoesOn) == 1)
    }

    @Test func `one channel that is held stops the other in the same scan, and the dose after its patience`() {
        let farm = DosingFarm(recipes: [Self.ratio(8)])
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(8)), Self.recipe))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isOn(DosingFarm.dosers[0]) && $0.isOn(DosingFarm.dosers[1]) })
        farm.held[DosingFarm.dosers[0]] = .interlock(.unreachable)
        farm.turn()
        #expect(!farm.isDosing && farm.reason == .held)
        farm.turn(for: .seconds(125))
        #expect(farm.reason == .flushing && farm.ledger.count(.doseStopped) == 1)
        farm.held = [:]
        farm.turn(for: .minutes(2))
        #expect(!farm.isDosing, "a dose that was given up is not taken up again")
        farm.turn(atMost: .hours(1)) { $0.flowNow == 0 }
        #expect(farm.ledger.count(.zoneFlushed) == 1 && farm.ledger.ended.allSatisfy { $0.outcome == .tripped })
    }

    @Test func `a channel whose meter counts less than it is told stops all, with an alarm until the run is over`() {
        let farm = DosingFarm(recipes: [Self.ratio(8)])
        farm.meterFactor[1] = 0.5
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(8)), Self.recipe))
        #expect(farm.turn(atMost: .minutes(30)) { $0.ledger.count(.channelFault) == 1 })
        farm.turn()
        #expect(!farm.isDosing && farm.fertigation.status(of: DosingFarm.unit).stop == .channelFault)
        #expect(farm.given[0] < 0.003, "found within two litres and a half")
    }

    @Test func `a disabled channel is off within one scan, after a restart too, until it is enabled`() {
        let farm = DosingFarm(recipes: [Self.ratio(8)])
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), Self.recipe))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isDosing })
        farm.order(.disableDosing(.channel(DosingFarm.channels[1])))
        farm.turn()
        #expect(!farm.isDosing)
        farm.turn(for: .minutes(1))
        farm.die()
        farm.turn(for: .minutes(1))
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), Self.recipe))
        farm.turn(for: .minutes(25))
        #expect(farm.ledger.count(.doseStarted) == 1, "disabled, nothing begins")
        farm.order(.enableDosing(.channel(DosingFarm.channels[1])))
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), Self.recipe))
        #expect(farm.turn(atMost: .minutes(40)) { $0.isDosing })
    }

    @Test func `an empty tank ends the dose before air is drawn`() {
        let farm = DosingFarm(recipes: [Self.ratio(8)])
        farm.order(.setTank(TankIndex(0), .liters(9)))
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(4)), Self.recipe))
        #expect(farm.turn(atMost: .minutes(20)) { $0.fertigation.status(of: DosingFarm.unit).stop == .tankEmpty })
        #expect(abs(farm.given[0] * 1000 - 4) < 0.1 && farm.ledger.count(.tankLow) == 1)
        #expect(abs((farm.fertigation.status(of: DosingFarm.channels[0]).tankLeft?.liters ?? 0) - 5) < 0.1)
    }

    @Test func `two probes that disagree, and one that is silent, hold the dose`() {
        let recipe = RecipePlan(unit: DosingFarm.unit, parts: [.init(DosingFarm.channels[0], .ec(share: 1))], ec: .mix(.decisiemensPerMeter(1.5)))
        let farm = DosingFarm(recipes: [recipe], twoProbes: true)
        farm.order(.fertigate(Self.east, .volume(.cubicMeters(8)), Self.recipe))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isDosing })
        farm.ecOffset = 0.5
        farm.turn(for: .seconds(9))
        #expect(farm.isDosing, "stock comes in portions, and no two probes follow alike")
        farm.turn(for: .seconds(2))
        #expect(!farm.isDosing && farm.reason == .probesDisagree)
        farm.ecOffset = 0
        farm.turn(for: .seconds(30))
        #expect(farm.reason == .dosing)
        let alone = DosingFarm(recipes: [recipe])
        alone.order(.fertigate(Self.east, .volume(.cubicMeters(8)), Self.recipe))
        #expect(alone.turn(atMost: .minutes(20)) { $0.isDosing })
        alone.ecAnswers = false
        alone.turn()
        #expect(!alone.isDosing && alone.reason == .blind)
    }

    /// Figures of the tests, where somebody asks for them.
    private func show(_ text: String) {
        if ProcessInfo.processInfo.environment["TIDEGATE_SHOW_DEVIATIONS"] != nil { print("deviation \(text)") }
    }
}
