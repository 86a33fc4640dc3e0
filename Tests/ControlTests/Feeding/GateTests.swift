@testable import Control
import ProcessImage
import Quantities
import Testing

/// One cage with a probe of everything, and every gate.
private final class Cage {
    var image: InputImage
    var senses: CageSenses
    var gates: FeedGates
    var seconds = 0
    var shown: [Double] = [8, 19, 31, 0.2, 0.4, 4, 0, 0.02]
    /// Per probe: what it does wrong.
    var wrong: (Int, Wrong)?

    enum Wrong: String, CaseIterable { case silent, stale, notANumber, stuck, outOfRange, swapped }

    static let points: [(String, String, SeaQuantity, Double, Double, Double)] = [
        ("oxygen", "mg/L", .oxygen, 0, 25, 6), ("water", "degC", .temperature, -2, 40, 3), ("salt", "psu", .salinity, 5, 40, 5),
        ("current", "m/s", .current, 0, 3, 0.8), ("waves", "m", .waves, 0, 15, 2.5), ("wind", "m/s", .wind, 0, 60, 20),
        ("sulfide", "mg/L", .sulfide, 0, 1, 0.5), ("uneaten", "ratio", .uneaten, 0, 1, 0.9),
    ]

    static func plans(uneatenBlind: Double = 0) -> [FeedGatePlan] {
        let cage = CageIndex(0)
        return [FeedGatePlan(cage: cage, .oxygen, stop: 4, resume: 5.5, reduce: 5), FeedGatePlan(cage: cage, .saturation, stop: 0.5, resume: 0.6),
                FeedGatePlan(cage: cage, .warmth, stop: 27, resume: 26, reduce: 24), FeedGatePlan(cage: cage, .cold, stop: 6, resume: 7),
                FeedGatePlan(cage: cage, .current, stop: 0.75, resume: 0.65, reduce: 0.4, least: 0.5), FeedGatePlan(cage: cage, .waves, stop: 1.5, resume: 1.2),
                FeedGatePlan(cage: cage, .wind, stop: 13.8, resume: 11), FeedGatePlan(cage: cage, .sulfide, stop: 0.003, resume: 0.001, isLatching: true),
                FeedGatePlan(cage: cage, .uneaten, stop: 0.1, resume: 0.05, reduce: 0.05, least: 0.5, stopAfter: .seconds(90), resumeAfter: .minutes(20), whenBlind: uneatenBlind)]
    }

    init(_ plans: [FeedGatePlan] = Cage.plans()) {
        let points = Self.points.map { PointDefinition(label: Label(tag: $0.0), unit: Unit(symbol: $0.1) ?? Unit.all[0], uncertainAfter: .hours(20), badAfter: .hours(30)) }
        let tables = SiteTables(site: Label(tag: "cage"), clock: .shanghai, points: points, outputs: [])
        image = InputImage(tables: tables)
        let probes = Self.points.enumerated().compactMap { number, point in
            tables.gauge(PointIndex(number)).map { SeaProbePlan(cage: CageIndex(0), point.2, $0, low: point.3, high: point.4, leap: point.5, stuckAfter: .hours(1), noOlderThan: .seconds(120)) }
        }
        precondition(probes.count == Self.points.count)
        senses = CageSenses(probes, cages: 1)
        gates = FeedGates(plans, cages: 1)
    }

    var verdict: GateVerdict { gates[CageIndex(0)] }

    func run(_ time: Int) {
        for _ in 0..<time {
            seconds += 1
            image.begin(now: Instant(nanoseconds: Int64(seconds) * 1_000_000_000), wall: WallTime(unixSeconds: 1_780_279_200, trust: .synced))
            for probe in shown.indices { show(probe) }
            senses.look(image)
            gates.step(senses, at: image.now)
        }
    }

    private func show(_ probe: Int) {
        // A live probe's last digit moves.
        let live = shown[probe] + (seconds % 2 == 0 ? 1e-5 : 0)
        func good(_ value: Double) -> Reading { .good(value, at: image.now) }
        guard let wrong, wrong.0 == probe else { return image.latch(good(live), at: PointIndex(probe)) }
        switch wrong.1 {
        case .silent: image.latch(.bad(.noAnswer, at: image.now), at: PointIndex(probe))
        case .stale: break
        case .notANumber: image.latch(good(.nan), at: PointIndex(probe))
        case .stuck: image.latch(good(shown[probe]), at: PointIndex(probe))
        case .outOfRange: image.latch(good(Self.points[probe].4 + 1), at: PointIndex(probe))
        // What another probe on the same line shows.
        case .swapped: image.latch(good(probe == 0 ? 19 : probe == 1 ? 8 : probe == 2 ? 8 : probe == 3 ? 2 : probe == 4 ? 8 : probe == 5 ? 31 : probe == 6 ? 0.9 : 0.95), at: PointIndex(probe))
        }
    }
}

@Suite struct FeedGateTests {
    @Test func `gates open once everything has been well for a quarter of an hour, not before`() {
        let cage = Cage()
        cage.run(14 * 60)
        #expect(cage.verdict.share == 0)
        cage.run(7 * 60)
        #expect(cage.verdict == GateVerdict())
    }

    /// Every gate's input × every way it can fail; the feeder stands within two scans of the time it takes to know.
    @Test(arguments: 0..<8, Cage.Wrong.allCases.map(\.rawValue))
    func `an input that cannot be believed stops the feed, whichever it is and however it fails`(probe: Int, how: String) throws {
        let wrong = try #require(Cage.Wrong(rawValue: how))
        let cage = Cage()
        cage.run(25 * 60)
        #expect(cage.verdict.share == 1)
        cage.wrong = (probe, wrong)
        let delay = switch wrong {
        case .stale: 120
        case .stuck: 3600
        default: 0
        }
        if delay > 0 {
            cage.run(delay - 2)
            #expect(cage.verdict.share == 1, "\(wrong) is not told before it can be")
            cage.run(4)
        } else { cage.run(2) }
        #expect(cage.verdict.share == 0, "\(Cage.points[probe].0) \(wrong)")
        #expect(cage.verdict.reason?.isBlind == true, "\(Cage.points[probe].0) \(wrong): \(String(describing: cage.verdict.reason))")
        // And it takes as long to come back.
        cage.wrong = nil
        cage.run(14 * 60)
        #expect(cage.verdict.share == 0)
        cage.run(18 * 60)
        #expect(cage.verdict.share == 1, "\(Cage.points[probe].0) \(wrong): \(cage.verdict)")
    }

    /// Probe, value beyond its stop, reason.
    @Test(arguments: [(0, 3.9, FeedReason.oxygenLow, 30), (1, 27.1, .tooWarm, 30), (1, 5.9, .tooCold, 30), (3, 0.76, .current, 30), (4, 1.6, .waves, 30),
                      (5, 14.0, .wind, 30), (7, 0.11, .uneaten, 90)])
    func `each gate stops after its dwell and resumes only beyond its own limit for its time`(probe: Int, value: Double, reason: FeedReason, dwell: Int) {
        let cage = Cage()
        cage.shown[1] = value == 27.1 ? 25.5 : value == 5.9 ? 7.5 : 19
        cage.run(25 * 60)
        let before = cage.shown[probe]
        #expect(cage.verdict.share > 0)
        cage.shown[probe] = value
        cage.run(dwell - 1)
        #expect(cage.verdict.share > 0, "no gust stops a meal")
        cage.run(3)
        #expect(cage.verdict.share == 0 && cage.verdict.reason == reason, "\(cage.verdict)")
        cage.shown[probe] = before
        cage.run(14 * 60)
        #expect(cage.verdict.share == 0)
        cage.run(11 * 60)
        #expect(cage.verdict.share > 0)
    }

    @Test func `between stop and resume it stays as it was`() {
        let cage = Cage()
        cage.run(25 * 60)
        cage.shown[0] = 4.5
        cage.run(3600)
        #expect(cage.verdict.share > 0 && cage.verdict.reason == .oxygenLow, "reduced, not stopped")
        #expect(abs(cage.verdict.share - 0.65) < 0.001, "halfway from 5 to 4: halfway from 1 to 0.3")
        cage.shown[0] = 3.9
        cage.run(40)
        #expect(cage.verdict.share == 0)
        cage.shown[0] = 5.4
        cage.run(3600)
        #expect(cage.verdict.share == 0, "5.4 is not 5.5")
        cage.shown[0] = 5.6
        cage.run(15 * 60 + 2)
        #expect(cage.verdict.share == 1)
    }

    @Test func `saturation stops where oxygen alone would not: warm water that is half full`() {
        let cage = Cage([FeedGatePlan(cage: CageIndex(0), .saturation, stop: 0.7, resume: 0.75)])
        cage.shown[0] = 6.2
        cage.shown[1] = 10
        cage.run(20 * 60)
        // 6.2 mg/L is 67 % at 10 °C and 31 psu, and 92 % at 26 °C.
        #expect(cage.verdict.share == 0 && cage.verdict.reason == .saturationLow)
        let warm = Cage([FeedGatePlan(cage: CageIndex(0), .saturation, stop: 0.7, resume: 0.75)])
        warm.shown[0] = 6.2
        warm.shown[1] = 26
        warm.run(20 * 60)
        #expect(warm.verdict.share == 1)
    }

    @Test func `hydrogen sulfide stays a stop until a person releases it, and not while it is there`() {
        let cage = Cage()
        cage.run(25 * 60)
        cage.shown[6] = 0.004
        cage.run(40)
        #expect(cage.verdict.reason == .sulfide && cage.verdict.share == 0)
        cage.gates.release(CageIndex(0))
        cage.run(60)
        #expect(cage.verdict.share == 0)
        cage.shown[6] = 0
        cage.run(40 * 60)
        #expect(cage.verdict.share == 0)
        cage.gates.release(CageIndex(0))
        cage.run(2)
        #expect(cage.verdict.share == 1)
    }

    @Test func `a camera that sees nothing may be ordered to count for four fifths, and nothing else may`() {
        let cage = Cage(Cage.plans(uneatenBlind: 0.8))
        cage.run(25 * 60)
        cage.wrong = (7, .silent)
        cage.run(2)
        #expect(cage.verdict == GateVerdict(share: 0.8, reason: .uneatenUnknown))
    }
}

@Suite struct CageBookTests {
    private let stock = CageStock(count: 12_000, mean: .grams(350))

    private func after(_ change: StockChange) -> CageStock? { try? stock.after(change).get() }
    private func refusal(_ change: StockChange) -> StockRefusal? { if case .failure(let refused) = stock.after(change) { refused.why } else { nil } }

    @Test func `feed grows the fish by its conversion, and a sample says what they really weigh`() throws {
        let grown = try #require(after(.grown(by: .kilograms(50.4), conversion: 1.4)))
        #expect(abs(grown.mean.grams - 353) < 1e-9 && grown.count == 12_000)
        #expect(after(.sampled(count: 50, mean: .grams(412))) == CageStock(count: 12_000, mean: .grams(412)))
    }

    @Test func `the dead leave with what they weighed, and transfers carry theirs`() throws {
        let plain = try #require(after(.died(count: 100, mean: nil)))
        #expect(plain == CageStock(count: 11_900, mean: .grams(350)))
        let small = try #require(after(.died(count: 100, mean: .grams(200))))
        #expect(abs(small.biomass.kilograms - (4200 - 20)) < 1e-9 && small.mean > stock.mean)
        let mixed = try #require(after(.movedIn(CageStock(count: 4000, mean: .grams(150)))))
        #expect(mixed.count == 16_000 && abs(mixed.mean.grams - 300) < 1e-9)
        #expect(after(.movedOut(count: 12_000))?.count == 0)
    }

    @Test func `what cannot be is refused by its reason, and nothing is booked`() {
        #expect(refusal(.sampled(count: 4, mean: .grams(360))) == .tooFewWeighed)
        #expect(refusal(.sampled(count: 50, mean: .grams(3500))) == .leapsFromBook && refusal(.sampled(count: 50, mean: .grams(35))) == .leapsFromBook)
        #expect(refusal(.died(count: 12_001, mean: nil)) == .moreThanThereAre && refusal(.movedOut(count: 1e9)) == .moreThanThereAre)
        #expect(refusal(.died(count: 11_999, mean: .kilograms(2))) == .moreThanThereAre, "they would weigh more than all")
        for wrong in [Double.nan, .infinity, -1] {
            #expect(refusal(.died(count: wrong, mean: nil)) != nil && refusal(.grown(by: Mass(base: wrong), conversion: 1.4)) == .notANumber)
            #expect(refusal(.stocked(CageStock(count: wrong, mean: .grams(1)))) == .notANumber && refusal(.sampled(count: 50, mean: Mass(base: wrong))) == .notANumber)
        }
        let empty = CageStock(count: 0, mean: .grams(350))
        guard case .failure(let refused) = empty.after(.sampled(count: 50, mean: .grams(360))) else { return #expect(Bool(false)) }
        #expect(refused.why == .nothingStocked)
    }

    @Test func `a gate that is shut while its water is well again says that it waits, unless another is really wrong`() {
        let cage = Cage()
        cage.run(30)
        #expect(cage.verdict.share == 0 && cage.verdict.reason == .settling, "a controller begins closed")
        cage.run(1800)
        #expect(cage.verdict.share == 1)
        cage.shown[0] = 3
        cage.run(60)
        #expect(cage.verdict.reason == .oxygenLow)
        cage.shown[0] = 8
        cage.run(60)
        #expect(cage.verdict.share == 0 && cage.verdict.reason == .settling)
        cage.shown[5] = 20
        cage.run(60)
        #expect(cage.verdict.reason == .wind)
    }
}
