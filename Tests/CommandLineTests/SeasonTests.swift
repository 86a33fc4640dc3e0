import Agronomy
import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Site
import Testing
@testable import tidegate

@Suite struct SeasonTests {
    private static let configs = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("configs").path
    private static let site = configs + "/example-season-24.yaml"
    private static let weather = configs + "/weather/made-up-2026.csv"

    /// As `tidegate season` plays it, with weather written here: ten days, June on.
    /// - Parameter always: the site without its `when:`, so that zones are watered at every start that nothing speaks against.
    private static func play(always: Bool = false, rain: [Double]) throws -> (SeasonTally, [LedgerEntry], Site) {
        let rows = rain.enumerated().map { "2026-06-\(String(format: "%02d", $0.offset + 1)),31,19,40,80,2.0,24,\($0.element)" }
        let text = (["date,tmax,tmin,rhmin_pct,rhmax_pct,wind_ms,srad,rain_mm"] + rows).joined(separator: "\n")
        let weather = try SeasonWeather(CSVFile(name: "test", bytes: Data(text.utf8)))
        let site = try always ? alwaysWatering() : Site.load(path: Self.site)
        var tally = SeasonTally(site, from: weather.first, days: rain.count), ledger: [LedgerEntry] = []
        let ahead = SeasonAhead(plan: site.scan.control, tables: site.tables, weather: weather)
        ahead.run(from: weather.first, until: weather.first.adding(days: rain.count)) { record, unix in
            tally.note(record, at: unix)
            if case .ledger(let entry, _) = record { ledger.append(entry) }
        }
        return (tally, ledger, site)
    }

    private static func alwaysWatering() throws -> Site {
        let lines = try String(contentsOfFile: site, encoding: .utf8).components(separatedBy: "\n")
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("season-\(UUID().uuidString).yaml").path
        try lines.filter { !$0.contains("when: depletion") }.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try Site.load(path: path, boards: configs + "/../boards", profiles: configs + "/profiles")
    }

    private static let dry = [Double](repeating: 0, count: 10)

    @Test func `a zone's water is the sum of its runs, and each run gives what was ordered`() throws {
        let (tally, rows, _) = try Self.play(always: true, rain: Self.dry)
        var zoneOf: [RunID: ZoneIndex] = [:], sums = [Volume](repeating: .zero, count: 24), completed = 0
        for row in rows {
            if case .runStarted(let run, let zone, _, _) = row { zoneOf[run] = zone }
            guard case .runEnded(let run, let outcome, _, let volume, _, _) = row, let zone = zoneOf[run] else { continue }
            sums[zone.offset] += volume
            if outcome == .completed { completed += 1 }
        }
        #expect(completed > 24)
        #expect(tally.zones.map(\.volume) == sums)
        for decision in tally.decisions where decision.outcome == .completed {
            let ordered = try #require(decision.findings.last { $0.matter == .ordered })
            let error = abs(decision.volume.base - ordered.value) / ordered.value
            #expect(error < 0.005, "\(decision)")
        }
    }

    @Test func `depletion stays within its bounds, and the station's day is the file's again`() throws {
        let (tally, _, site) = try Self.play(rain: [0, 0, 30, 0, 0, 0, 0, 0, 0, 0])
        let first = try #require(tally.zones.first?.water)
        // The day before the first, from averages; then those of the file but for the last, which ends the season.
        #expect(first.count == 10 && first[0].tier == .averages)
        for day in tally.zones.flatMap(\.water) {
            #expect(day.depletionMillimeters >= 0 && day.depletionMillimeters <= day.available)
        }
        let place = try #require(site.scan.control.weather?.place)
        var file = DailyWeather(minimum: .celsius(19), maximum: .celsius(31))
        file.humidityMinimum = .percent(40)
        file.humidityMaximum = .percent(80)
        file.wind = .metersPerSecond(2)
        file.radiation = .megajoulesPerSquareMeter(24)
        let expected = file.referenceET(at: place, dayOfYear: first[5].date.dayOfYear).depth.millimeters
        for day in first.dropFirst() {
            #expect(day.tier == .station)
            let error = abs(Double(day.referenceET) - expected)
            #expect(error < 0.1, "\(day.referenceET) \(expected)")
        }
        #expect(first.map(\.rain) == [first[0].rain, 0, 0, 30, 0, 0, 0, 0, 0, 0])
    }

    @Test func `a rainy week skips starts and says rain`() throws {
        let (dry, _, _) = try Self.play(always: true, rain: Self.dry)
        let (wet, _, _) = try Self.play(always: true, rain: [0, 0, 0, 12, 12, 12, 12, 12, 12, 12])
        func skips(_ tally: SeasonTally, _ matter: Matter) -> Int {
            tally.zones.flatMap(\.skipped).reduce(0) { sum, entry in
                if case .finding(matter, _, _) = entry.key { sum + entry.value } else { sum }
            }
        }
        #expect(skips(dry, .rain) == 0 && skips(dry, .forecastRain) == 0)
        #expect(skips(wet, .rain) >= 24 && skips(wet, .forecastRain) == 0)
        func water(_ tally: SeasonTally) -> Double { tally.zones.map(\.volume.base).reduce(0, +) }
        let most = 0.7 * water(dry)
        #expect(water(wet) < most)
    }

    @Test func `the same season twice is the same to the last bit`() async throws {
        let first = await tidegate("season", Self.site, "--weather", Self.weather, "--days", "10", "--json")
        let second = await tidegate("season", Self.site, "--weather", Self.weather, "--days", "10", "--json")
        #expect(first.status == .ok && first.out == second.out)
        let shorter = await tidegate("season", Self.site, "--weather", Self.weather, "--days", "9", "--json")
        #expect(shorter.out != first.out)
    }

    @Test func `a site without a station takes the weather as its forecast, and is told so`() async throws {
        let path = Self.configs + "/example-field-pivotless-wheat.yaml"
        let english = await tidegate("season", path, "--weather", Self.weather, "--days", "3")
        let chinese = await tidegate("season", path, "--weather", Self.weather, "--days", "3", language: .chinese)
        #expect(english.out.contains("the weather played the forecast"), "\(english.out)\(english.err)")
        #expect(chinese.out.contains("天气表只当预报"))
    }

    @Test func `the plan tells each decision with its numbers, for people and for spreadsheets`() async throws {
        let told = await tidegate("season", Self.site, "--weather", Self.weather, "--days", "8", "--plan", "--lang", "en")
        #expect(told.out.contains("depletion ") && told.out.contains("gives ") && told.out.contains("> 40 %"))
        let table = await tidegate("season", Self.site, "--weather", Self.weather, "--days", "8", "--plan", "--csv")
        let lines = table.out.split(separator: "\n")
        #expect(lines.first == "time,program,zone,volume_m3,outcome,reasons")
        let cotton = 8 * 16, orchard = 4 * 8
        #expect(lines.count == 1 + cotton + orchard)
        let zones = await tidegate("season", Self.site, "--weather", Self.weather, "--days", "8", "--csv")
        #expect(zones.out.split(separator: "\n").count == 25)
    }

    @Test(arguments: [
        (["--days", "0"], "--days must be from 1 to 3650"),
        (["--days", "400"], "the weather reaches from 2026-05-01 to 2026-09-30, and 2026-05-01 to 2027-06-04 was asked for"),
        (["--from", "2026-04-30"], "the weather reaches from 2026-05-01 to 2026-09-30"),
        (["--from", "2027-01-01"], "the weather reaches from 2026-05-01 to 2026-09-30"),
        (["--from", "soon"], "--from is not a date: soon"),
    ])
    func `what cannot be played is refused`(wrong: [String], said: String) async {
        let spoken = await tidegate(["season", Self.site, "--weather", Self.weather] + wrong)
        #expect(spoken.status == .wrongUse && spoken.err.contains(said), "\(spoken.err)")
    }

    @Test(arguments: [("2026-06-01,30,18,0\n2026-06-03,30,18,0", "the days do not follow each other"),
                      ("2026-06-01,30,18,", "there is no value"),
                      ("2026-06-01,18,30,0", "the maximum is below the minimum"), ("", "has no day")])
    func `weather that is not whole is refused with its line`(rows: String, said: String) throws {
        let file = try CSVFile(name: "test", bytes: Data("date,tmax,tmin,rain_mm\n\(rows)".utf8))
        let refused = try #require(throws: Refused.self) { try SeasonWeather(file) }
        #expect(refused.what.en.contains(said))
    }
}
