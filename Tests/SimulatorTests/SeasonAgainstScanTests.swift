import Agronomy
import Control
import ProcessImage
import Quantities
import Scan
import Simulator
import Testing

/// A season at the desk against the scan itself, second by second before the plant: the same site, the same two days and a half.
///
/// Without a station both go by the averages. What the desk leaves out is told in docs/simulator.md: the plant's zones take 3 to 6 %
/// more or less than nominal, its valves travel and its pump comes up.
@Suite("Season against scan")
struct SeasonAgainstScanTests {
    private struct Reason: Hashable, CustomStringConvertible {
        let date: Int32
        let program: Int
        let number: UInt8
        let zone: Int
        let step: UInt8
        let matter: Matter
        let effect: Finding.Effect

        var description: String { "day \(date), program \(program), zone \(zone), step \(step): \(matter) \(effect)" }
    }

    /// What one of both did.
    private final class Told {
        private(set) var reasons: [Reason: Double] = [:]
        private var zones: [RunID: ZoneIndex] = [:]
        private(set) var ends: [RunID: (zone: Int, outcome: RunOutcome, watered: Duration, volume: Double)] = [:]
        private(set) var days: [Int32: [Int: WaterDay]] = [:]

        func note(_ body: Record.Body) {
            guard case .ledger(let entry, _) = body else { return }
            switch entry {
            case .finding(let start, let zone, let step, let finding):
                reasons[Reason(date: start.date.daysSinceEpoch, program: start.program.offset, number: start.number, zone: zone.offset,
                               step: step, matter: finding.matter, effect: finding.effect)] = finding.value
            case .runStarted(let run, let zone, _, _): zones[run] = zone
            case .runEnded(let run, let outcome, let watered, let volume, _, _):
                if let zone = zones[run] { ends[run] = (zone.offset, outcome, watered, volume.cubicMeters) }
            case .runProgress(let run, let watered, let volume, _):
                if let end = ends[run] { ends[run] = (end.zone, end.outcome, watered, volume.cubicMeters) }
            case .waterDay(let zone, let day): days[day.date.daysSinceEpoch, default: [:]][zone.offset] = day
            default: break
            }
        }

        func runs(of zone: Int) -> [(outcome: RunOutcome, watered: Duration, volume: Double)] {
            ends.filter { $0.value.zone == zone }.sorted { $0.key < $1.key }.map { ($0.value.outcome, $0.value.watered, $0.value.volume) }
        }
    }

    private static let begin = CivilDate(year: 2026, month: 6, day: 2) ?? CivilDate(daysSinceEpoch: 0)

    private static func at(_ hour: Int, _ minute: Int = 0) -> StartRule { .times([.clock(TimeOfDay(hour: hour, minute: minute) ?? .midnight)]) }

    /// What the soil lacks; a volume with soaks; a time where the soil is dry enough; a depth under a quota. And half an hour without water.
    private static let farm: SampleFarm = {
        let maize = Crop(
            stages: CropStages(initial: 20, development: 30, middle: 35, late: 20),
            single: CropCoefficients(initial: 0.3, middle: 1.2, end: 0.6), basal: CropCoefficients(initial: 0.15, middle: 1.15, end: 0.5),
            heightInitial: .meters(0.05), heightMaximum: .meters(2.4), rootsInitial: .meters(0.3), rootsMaximum: .meters(1), depletionFraction: 0.55)
        let april = CivilDate(year: 2026, month: 4, day: 1) ?? begin
        let water = WaterPlan(rootZone: RootZone(crop: maize, soil: SoilTexture.loam.soil, rules: RootZoneRules()), planted: april,
                              area: .mu(3), efficiency: .percent(90), wetted: 0.4, content: .percent(22))
        let averages = Array(repeating: MonthAverage(et: .millimeters(5), rain: .millimeters(1)), count: 12)
        let programs = [
            ProgramPlan(steps: [.init(zone: ZoneIndex(0), give: .deficit(.init(atMost: .millimeters(8))))], starts: at(5)),
            ProgramPlan(steps: [.init(zone: ZoneIndex(1), give: .fixed(.volume(.cubicMeters(4))))], starts: at(5),
                        soak: SoakRule(run: .minutes(8), rest: .minutes(15))),
            ProgramPlan(steps: [.init(zone: ZoneIndex(2), give: .fixed(.time(.minutes(20))))], starts: at(5, 30),
                        when: [Condition(.depletion, isAbove: true, limit: 0.02)]),
            ProgramPlan(steps: [.init(zone: ZoneIndex(1), give: .depth(.millimeters(1.5)))], starts: at(18)),
        ]
        let dawn = TimeOfDay(hour: 5, minute: 45) ?? .midnight, day = TimeOfDay(hour: 6, minute: 15) ?? .midnight
        return SampleFarm(
            period: .seconds(1), programs: programs, windows: [WaterWindow(.hours(from: dawn, until: day, .everyDay))],
            weather: WeatherPlan(place: Location(latitude: .degrees(36.88), longitude: .degrees(118.74), elevation: .meters(23)), averages: averages),
            water: [water, nil, water], quotas: [QuotaPlan(zone: ZoneIndex(1), limit: .cubicMeters(6), period: .day)])
    }()

    private static func season(days: Int) -> Told {
        let told = Told()
        let ahead = SeasonAhead(plan: farm.plan.control, tables: farm.tables, weather: SeasonWeather(first: begin, days: []))
        ahead.run(from: begin, until: begin.adding(days: days)) { record, _ in told.note(record) }
        return told
    }

    private static func scan(days: Int) -> Told {
        let told = Told()
        let usual = FieldLayout(guessedFrom: farm.plan)
        let first = farm.tables.clock.unixSeconds(date: begin, time: .midnight) - 4
        let world = World(plan: farm.plan, layout: FieldLayout(supplies: usual.supplies, holders: usual.holders, lease: .seconds(2)), seed: 1,
                          startUnix: first)
        world.onRecord = { told.note($0.body) }
        world.run(for: .hours(24 * days) + .seconds(4))
        return told
    }

    @Test func `volumes, reasons and days of a season are those of a scan each second, within 3 % or 60 L`() {
        let (desk, scan) = (Self.season(days: 3), Self.scan(days: 3))
        #expect(Set(desk.reasons.keys) == Set(scan.reasons.keys), "\(Set(desk.reasons.keys).symmetricDifference(scan.reasons.keys))")
        #expect(Set(scan.reasons.keys.map(\.matter)).isSuperset(of: [.deficit, .atMost, .depletion, .quota, .ordered]))
        for (reason, value) in scan.reasons where value.isFinite {
            let foretold = desk.reasons[reason] ?? .nan
            let slack = [.ordered, .quota].contains(reason.matter) ? 0.06 : 0
            #expect(abs(foretold - value) <= max(abs(value) * 0.03, slack), "\(reason): \(foretold) and \(value)")
        }
        for zone in 0..<3 {
            let (ahead, real) = (desk.runs(of: zone), scan.runs(of: zone))
            #expect(ahead.map(\.outcome) == real.map(\.outcome) && !real.isEmpty, "zone \(zone)")
            for (one, other) in zip(ahead, real) where zone < 2 {
                #expect(abs(one.volume - other.volume) <= max(other.volume * 0.03, 0.06), "zone \(zone): \(one.volume) and \(other.volume) m3")
            }
            for (one, other) in zip(ahead, real) where zone == 2 {
                #expect(abs(one.watered.seconds - other.watered.seconds) <= 20, "\(one.watered) and \(other.watered)")
            }
        }
        #expect(desk.days.keys.sorted() == scan.days.keys.sorted())
        for (date, zones) in scan.days {
            for (zone, day) in zones {
                let foretold = desk.days[date]?[zone]?.depletionMillimeters ?? .nan
                #expect(abs(foretold - day.depletionMillimeters) < 0.6, "zone \(zone): \(foretold) and \(day.depletionMillimeters) mm")
            }
        }
    }
}
