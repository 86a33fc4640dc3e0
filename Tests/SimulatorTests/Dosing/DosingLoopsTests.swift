import Agronomy
@testable import Control
import Foundation
import ProcessImage
import Quantities
@testable import Simulator
import Testing

/// The whole of control on the mixing plant: ten seconds from the injectors to the probes, flow steps of a fifth, stock that is 10 %
/// stronger and water that has 10 % less alkalinity than the site file says.
@Suite("EC and pH of dosed runs") struct DosingLoopsTests {
    static let target = (ec: 2.2, ph: 5.8)

    private static func recipe() -> RecipePlan {
        RecipePlan(unit: DosingFarm.unit, parts: [.init(DosingFarm.channels[0], .ec(share: 1)), .init(DosingFarm.channels[1], .ec(share: 1)),
                                                  .init(DosingFarm.channels[2], .ph)],
                   phases: ThreePhase(before: .percent(10), after: .percent(10)), ec: .mix(.decisiemensPerMeter(target.ec)), ph: .pH(target.ph))
    }

    private struct Deviation {
        var ec = 0.0, ph = 0.0
        mutating func add(_ ec: Double, _ ph: Double) {
            self.ec = max(self.ec, abs(ec))
            self.ph = max(self.ph, abs(ph))
        }
    }

    private func judge(_ name: String, _ form: MixingPlant.Form, _ drive: ChannelDrive) {
        let farm = DosingFarm(recipes: [Self.recipe()], drive: drive, form: form, alkalinity: 4.4)
        farm.plant.channels[0] = DosingChannel(stock: Solution(conductivity: 176), capacity: DosingFarm.capacity[0],
                                               stroke: drive == DosingFarm.pulses ? DosingFarm.stroke.base : nil, tank: 10)
        farm.order(.fertigate(ZoneIndex(0), .volume(.cubicMeters(10)), RecipeIndex(0)))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isDosing })
        var settled = Deviation(), kicked = Deviation(), beyond = Deviation()
        let flows = [1.0, 1.2, 1.0, 0.8, 1.0, 1.2, 0.8]
        var step = 0
        while farm.reason == .dosing || farm.reason == .ledger, step < 21_000 {
            farm.flowFactor = flows[min(step / 3000, 6)]
            farm.turn()
            let ec = farm.plant.shown(0) - Self.target.ec, ph = farm.plant.shown(1) - Self.target.ph
            if step < 3000 {
                beyond.add(max(ec, 0), min(ph, 0))
            } else if step % 3000 >= 600 {
                settled.add(ec, ph)
            } else {
                kicked.add(ec, ph)
            }
            step += 1
        }
        if ProcessInfo.processInfo.environment["TIDEGATE_SHOW_DEVIATIONS"] != nil {
            print("deviation \(name): \(step) scans, settled EC \(settled.ec) pH \(settled.ph), after a step EC \(kicked.ec) pH \(kicked.ph), overshoot EC \(beyond.ec / 1.6) pH \(beyond.ph / 1.8)")
        }
        #expect(step > 15_000)
        #expect(settled.ec <= 0.1 && settled.ph <= 0.2, "settled: \(settled)")
        #expect(beyond.ec < 0.16 && beyond.ph < 0.18, "a tenth of the way from 0.6 to 2.2 mS/cm and from 7.6 to 5.8: \(beyond)")
    }

    @Test func `in the main, by valves in pulses`() { 
        judge("main, valves", .inline(pipe: 0.0333, mixer: 0.02), .duty(cycle: .seconds(2), leastOn: .milliseconds(300), leastOff: .milliseconds(300)))
    }
    @Test func `in the main, by metering pumps`() { judge("main, strokes", .inline(pipe: 0.0333, mixer: 0.005), DosingFarm.pulses) }
    @Test func `in a mixing tank, by valves in pulses`() { judge("tank, valves", .tank(0.1), DosingFarm.duty) }

    @Test func `raw water that is saltier than the recipe gets no feed for EC, and says so once`() {
        let recipe = RecipePlan(unit: DosingFarm.unit, parts: [.init(DosingFarm.channels[0], .ec(share: 1))], ec: .mix(.decisiemensPerMeter(0.5)))
        let farm = DosingFarm(recipes: [recipe])
        farm.order(.fertigate(ZoneIndex(0), .volume(.cubicMeters(4)), RecipeIndex(0)))
        farm.turn(atMost: .minutes(30)) { $0.ledger.count(.runEnded) == 1 }
        #expect(farm.given[0] == 0 && farm.ledger.count(.rawTooSalty) == 1)
        #expect(farm.ledger.count(.notFlushed) == 0 && farm.ledger.rows.contains { if case .flushPaid = $0 { true } else { false } })
    }

    @Test func `alkali raises a pH that is too low, and stops when it is too high`() {
        let recipe = RecipePlan(unit: DosingFarm.unit, parts: [.init(DosingFarm.channels[2], .ph)],
                                phases: ThreePhase(before: .percent(10), after: .percent(10)), ph: .pH(8.3))
        let farm = DosingFarm(recipes: [recipe], form: .tank(0.1), contents: [[.calcium], [.sulfate], []], third: .base)
        farm.order(.fertigate(ZoneIndex(0), .volume(.cubicMeters(10)), RecipeIndex(0)))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isDosing })
        farm.turn(for: .minutes(15))
        #expect(farm.reason == .dosing && abs(farm.plant.shown(1) - 8.3) < 0.2, "pH \(farm.plant.shown(1))")
        let high = RecipePlan(unit: DosingFarm.unit, parts: [.init(DosingFarm.channels[2], .ph)],
                              phases: ThreePhase(before: .percent(10), after: .percent(10)), ph: .pH(7))
        let sweet = DosingFarm(recipes: [high], form: .tank(0.1), contents: [[.calcium], [.sulfate], []], third: .base)
        sweet.order(.fertigate(ZoneIndex(0), .volume(.cubicMeters(10)), RecipeIndex(0)))
        #expect(sweet.turn(atMost: .minutes(20)) { $0.reason == .dosing })
        sweet.turn(for: .minutes(15))
        #expect(sweet.given[2] == 0, "the water has more than it should already: \(sweet.given[2] * 1000) L")
    }

    @Test func `acid waits until the conductivity is in its band`() {
        let farm = DosingFarm(recipes: [Self.recipe()], form: .tank(0.1))
        farm.order(.fertigate(ZoneIndex(0), .volume(.cubicMeters(10)), RecipeIndex(0)))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isOn(DosingFarm.dosers[2]) })
        #expect(abs(farm.plant.shown(0) - Self.target.ec) < 0.15)
    }

    @Test func `acid does not wait for ever for a conductivity that does not come`() {
        let farm = DosingFarm(recipes: [Self.recipe()], form: .tank(0.1))
        for number in 0...1 {
            farm.plant.channels[number] = DosingChannel(stock: Solution(conductivity: 40), capacity: DosingFarm.capacity[number], tank: 10)
        }
        farm.order(.fertigate(ZoneIndex(0), .volume(.cubicMeters(10)), RecipeIndex(0)))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isDosing })
        let since = farm.now
        #expect(farm.turn(atMost: .minutes(10)) { $0.isOn(DosingFarm.dosers[2]) })
        #expect(farm.plant.shown(0) < Self.target.ec - 0.3 && farm.now - since > .seconds(60), "the stock is too weak")
        #expect(farm.turn(atMost: .minutes(10)) { $0.ledger.count(.ecDeviates) == 1 })
    }

    @Test func `a step test finds the process, changes nothing until it is accepted, and needs a person`() {
        let farm = DosingFarm(recipes: [Self.recipe()], form: .tank(0.1))
        farm.order(.fertigate(ZoneIndex(0), .volume(.cubicMeters(16)), RecipeIndex(0)))
        #expect(farm.turn(atMost: .minutes(20)) { $0.isDosing })
        farm.turn(for: .minutes(6))
        let tune = farm.order(.tune(DosingFarm.unit, .ec))
        #expect(farm.turn(atMost: .minutes(20)) { $0.ledger.count(.tuned) + $0.ledger.count(.tuneFailed) > 0 })
        #expect(farm.ledger.outcomes[tune] == .done && farm.ledger.count(.tuned) == 1)
        let found = farm.fertigation.status(of: DosingFarm.unit).proposed
        #expect(found.map { abs($0.gain - 1) < 0.2 && $0.deadTime < .seconds(8) } ?? false, "\(String(describing: found))")
        #expect(abs(farm.plant.shown(0) - Self.target.ec) < 0.5)
        farm.order(.acceptTuning(DosingFarm.unit))
        farm.turn(for: .minutes(5))
        #expect(farm.ledger.count(.tuneAccepted) == 1 && abs(farm.plant.shown(0) - Self.target.ec) < 0.1)
        #expect(farm.ledger.restored(at: farm.now).loopModels.count == 1)
    }
}
