import ProcessImage
import Quantities
import Simulator
import Testing

/// From a cabinet nobody has tried to a farm that waters.
@Suite("Scenarios: commissioning")
struct CommissioningScenarios {
    private let farm = SampleFarm(requiresProof: true)

    private func prove(_ story: Story, _ output: OutputIndex) {
        story.world.order(.prove(output, for: .seconds(20)))
        story.pass(.seconds(25))
        #expect(story.hasMoved(output), "\(output)")
        story.pass(.seconds(60))
        story.world.order(.confirmProof(output))
        story.pass(.seconds(1))
    }

    @Test func `nothing starts by hand or by program before it is proven, and each output is proven by itself`() {
        let story = Story(farm, after: 59 * 60, isProven: false)
        story.pass(.seconds(2))
        story.water(0, for: .minutes(1))
        story.pass(.minutes(3))
        #expect(story.count(.runRefused) >= 2 && story.ends.allSatisfy { $0.outcome == .notStarted })
        #expect(story.ends.first?.cause == .interlock(.notProven))
        #expect(story.moved.isEmpty)

        prove(story, farm.master)
        prove(story, farm.valves[0])
        #expect(!story.hasMoved(farm.pump), "a valve alone is proven dry")
        prove(story, farm.pump)
        #expect(story.world.plant.metered(SourceIndex(0)).cubicMeters > 0.03, "a pump is proven with the water of a zone")
        story.water(0, for: .minutes(1))
        story.pass(.minutes(3))
        #expect(story.ends.last?.outcome == .completed)
        story.water(1, for: .minutes(1))
        story.pass(.minutes(1))
        #expect(story.ends.last?.outcome == .completed && !story.hasMoved(farm.valves[1]), "the next zone has to be proven too")
        prove(story, farm.valves[1])
        story.world.crash()
        story.pass(.seconds(2))
        story.world.startProcess()
        story.pass(.seconds(2))
        story.water(1, for: .minutes(1))
        story.pass(.minutes(3))
        #expect(story.ends.last?.zone == ZoneIndex(1) && story.ends.last?.outcome == .completed)
        #expect(story.world.violations.all == [])
    }

    @Test func `a stop ends a proof at once, and no run begins beside one`() {
        let story = Story(farm, isProven: false)
        story.pass(.seconds(2))
        story.world.order(.prove(farm.master, for: .minutes(4)))
        story.pass(.seconds(5))
        #expect(story.isOn(farm.master))
        story.water(0, for: .minutes(1))
        story.world.order(.stopAll)
        story.pass(.seconds(1))
        #expect(!story.isOn(farm.master) && story.ends.isEmpty)
    }
}
