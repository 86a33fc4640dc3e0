import Agronomy
@testable import Control
import ProcessImage
import Quantities
import Testing

/// Programs that ask the water balance: ten mu of maize on loam, planted on 1 April, weather from the averages.
struct ProgramBalanceTests {
    private static let today = CivilDate(year: 2026, month: 5, day: 20) ?? CivilDate(daysSinceEpoch: 0)
    private static let six = LocalClock.shanghai.unixSeconds(date: today, time: TimeOfDay(hour: 6, minute: 0) ?? .midnight)

    /// Yesterday ended with so much missing of 100 mm; 12 mm evaporated since the last irrigation.
    private func restored(missing: Double) -> Restored {
        var restored = Restored()
        restored.water = [(zone: ZoneIndex(0), day: WaterDay(
            date: Self.today.adding(days: -1), tier: .averages, notes: .none, age: 48, depletion: Float(missing), surface: 0,
            height: 1, roots: 0.8, wetted: 0.4, coefficient: 1, stress: 1, referenceET: 5, cropET: 5, actualET: 5,
            rain: 0, irrigation: 0, lost: 0, available: 100, readily: 55, etSinceIrrigation: 12))]
        return restored
    }

    private func findings(_ give: AmountRule, missing: Double = 40, when: [Condition] = [], stages: UInt8 = 0,
                          ifUnknown: UnknownPolicy = .water) -> (chain: [Finding], ordered: [Amount]) {
        let base = BalanceBench.plan(station: false)
        let program = ProgramPlan(steps: [.init(zone: ZoneIndex(0), give: give)],
                                  starts: .times([.clock(TimeOfDay(hour: 6, minute: 0) ?? .midnight)]), stages: stages, when: when, ifUnknown: ifUnknown)
        let plan = ControlPlan(clock: base.clock, sources: base.sources, zones: base.zones, programs: [program], weather: base.weather, water: base.water)
        let bench = ControlBench(plan, restored: restored(missing: missing))
        for second in -5...2 { bench.step(unixSeconds: Self.six + Int64(second)) }
        return (bench.findings, bench.ordered)
    }

    @Test func `the deficit is given through the zone's efficiency, and told with the depletion that called for it and the tier`() throws {
        let dry = Condition(.depletion, isAbove: true, limit: 0.35)
        let (chain, ordered) = findings(.deficit(.init()), when: [dry])
        #expect(chain.map(\.matter) == [.depletion, .deficit, .ordered] && chain.allSatisfy { $0.matter == .ordered || $0.tier == .averages })
        let deficit = try #require(chain.dropFirst().first)
        #expect(deficit.value > 0.038 && deficit.value < 0.043)
        // Ten mu are 20000/3 m2; 90 % of the water reaches the roots.
        let volume = try #require(ordered.first?.volume)
        #expect(abs(volume.cubicMeters - deficit.value / 0.9 * 20_000 / 3) < 1e-6)
    }

    @Test func `at least and at most hold for what leaves the pipe`() {
        let most = findings(.deficit(.init(atMost: .millimeters(9))))
        #expect(most.chain.map(\.matter) == [.deficit, .atMost, .ordered] && most.ordered.first?.volume?.cubicMeters.rounded() == 60)
        let least = findings(.deficit(.init(atLeast: .millimeters(9))), missing: 2)
        #expect(least.chain.map(\.matter) == [.deficit, .atLeast, .ordered] && least.ordered.first?.volume?.cubicMeters.rounded() == 60)
    }

    @Test func `what evaporated since the last irrigation is given likewise`() {
        let (chain, ordered) = findings(.etSinceIrrigation(.init()))
        #expect(chain.first.map { abs($0.value - 0.012) < 1e-6 } == true)
        #expect(ordered.first?.volume.map { abs($0.cubicMeters - 0.012 / 0.9 * 20_000 / 3) < 1e-3 } == true)
    }

    @Test func `a depletion below its limit skips the zone, and so does a soil that lacks nothing`() {
        let wet = findings(.deficit(.init()), missing: 10, when: [Condition(.depletion, isAbove: true, limit: 0.35)])
        #expect(wet.ordered.isEmpty && wet.chain.map(\.effect) == [.skips] && wet.chain.first?.matter == .depletion)
        #expect(findings(.deficit(.init()), missing: -1).ordered.isEmpty)
    }

    @Test func `a zone is watered in the stages of its crop that are named`() {
        let development = UInt8(1) << CropStage.development.rawValue, middle = UInt8(1) << CropStage.middle.rawValue
        #expect(findings(.deficit(.init()), stages: development).ordered.count == 1)
        let other = findings(.deficit(.init()), stages: middle)
        #expect(other.ordered.isEmpty && other.chain.map(\.matter) == [.stage])
    }
}
