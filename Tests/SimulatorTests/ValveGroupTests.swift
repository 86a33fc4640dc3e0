import Control
import ProcessImage
import Quantities
import Simulator
import Testing

/// A zone that opens two valves.
@Suite struct `Zones of several valves` {
    private let farm = SampleFarm(isPaired: true)

    private func watering(_ farm: SampleFarm, isProven: Bool = true) -> Story {
        let story = Story(farm, isProven: isProven)
        story.pass(.seconds(2))
        story.water(0, for: .minutes(5))
        return story
    }

    @Test func `its valves open and close together, the pump between them`() {
        let story = watering(farm)
        var pumpWithBoth = true, apart = 0
        for _ in 0..<4_000 {
            story.pass(.milliseconds(100))
            let (one, other) = (story.isOn(farm.valves[0]), story.isOn(farm.valves[2]))
            if one != other { apart += 1 }
            if story.isOn(farm.pump), !(one && other) { pumpWithBoth = false }
        }
        #expect(apart == 0 && pumpWithBoth)
        #expect(story.ends.map(\.outcome) == [.completed])
        #expect(story.world.violations.all == [])
    }

    @Test func `each of them counts for the valves that may be on at once`() {
        let story = watering(SampleFarm(valvesAtOnce: 2, isPaired: true))
        story.water(1, for: .minutes(5))
        story.pass(.minutes(3))
        #expect(story.isOn(farm.valves[0]) && story.isOn(farm.valves[2]) && !story.isOn(farm.valves[1]))
        story.pass(.minutes(10))
        #expect(story.ends.count == 2 && story.world.violations.all == [])
    }

    @Test func `each of them is proven by itself, and the zone waters once all are`() {
        let farm = SampleFarm(requiresProof: true, isPaired: true)
        let story = Story(farm, isProven: false)
        story.pass(.seconds(2))
        func prove(_ output: OutputIndex) {
            story.world.order(.prove(output, for: .seconds(30)))
            story.pass(.minutes(3))
            story.world.order(.confirmProof(output))
            story.pass(.seconds(2))
        }
        prove(farm.master)
        prove(farm.valves[2])
        #expect(story.hasMoved(farm.valves[2]) && !story.hasMoved(farm.valves[0]))
        prove(farm.valves[0])
        prove(farm.pump)
        story.water(0, for: .minutes(2))
        story.pass(.minutes(5))
        #expect(story.ends.last?.outcome == .completed)
    }

    @Test(arguments: UInt64(1)...2) func `it is safe while everything fails, and heals`(seed: UInt64) {
        let slow = SampleFarm(period: .milliseconds(500), isPaired: true)
        let usual = FieldLayout(guessedFrom: slow.plan)
        let layout = FieldLayout(supplies: usual.supplies, holders: usual.holders, lease: .seconds(2))
        let trial = Trial(plan: slow.plan, layout: layout, seed: seed, amount: .many, safety: .hours(1),
                          startUnix: SampleFarm.startUnix + 30 * 60)
        for violation in trial.violations.all.prefix(5) { Issue.record("seed \(seed): \(violation)") }
        for what in trial.unhealed { Issue.record("seed \(seed): \(what)") }
    }
}
