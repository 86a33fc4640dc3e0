import Foundation
import Language
import Quantities
import Site
import Testing
@testable import tidegate

/// What a document comes to in its season, as text, as JSON and as a page.
@Suite struct ScheduleSimulateTests {
    private static func shipped(_ file: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(file).path
    }

    private static let site = shipped("configs/example-fertigation.yaml")
    private static let table = shipped("configs/schedules/season-shouguang-12.yaml")
    private static let fields = shipped("configs/example-season-24.yaml")

    private struct Report: Decodable {
        struct Zone: Decodable {
            let tag: String
            let runs: Int
            let volumeM3: Double
            let areaM2: Double
            let nutrients: Nutrients?
            let dailyM3: [Double]
        }
        struct Nutrients: Decodable { let nitrogenKg, phosphateKg, potashKg: Double }
        struct Recipe: Decodable {
            let tag: String
            let runs: Int
            let stockL: [String: Double]
            let nutrients: Nutrients
        }
        struct Motor: Decodable {
            let tag: String
            let hours: Double
            let hoursByHourOfDay: [Double]
        }
        let days: Int
        let zones: [Zone]
        let recipes: [Recipe]
        let motors: [Motor]
    }

    private static func report(_ arguments: String...) async throws -> Report {
        let said = await tidegate(["schedule", "simulate"] + arguments + ["--json"])
        #expect(said.status == .ok, "\(said.out)\(said.err)")
        return try JSONDecoder().decode(Report.self, from: Data(said.out.utf8))
    }

    @Test func `two days of a stage give the quota and the nutrients that its table says, and the books agree`() async throws {
        let report = try await Self.report(Self.table, "--site", Self.site, "--from", "2026-04-08", "--days", "2")
        let recipe = try #require(report.recipes.first)
        #expect(report.days == 2 && report.recipes.count == 1 && recipe.tag == "swelling-mix" && recipe.runs == 2)
        for zone in report.zones {
            let mu = zone.areaM2 * 3 / 2000, nutrients = try #require(zone.nutrients)
            #expect(zone.runs == 1 && abs(zone.volumeM3 / mu - 6) < 0.15, "\(zone.volumeM3 / mu) m3/mu")
            #expect(abs(zone.dailyM3.reduce(0, +) - zone.volumeM3) < 0.01)
            let each = [nutrients.nitrogenKg, nutrients.phosphateKg, nutrients.potashKg].map { $0 / mu }
            for (given, due) in zip(each, [0.48, 0.39, 1.22]) { #expect(abs(given - due) < 0.03, "\(each) kg/mu") }
        }
        let stock = try #require(recipe.stockL["A"])
        #expect(abs(stock - 2 * 25.1 * 1.6) < 2, "\(stock) L")
        let pump = try #require(report.motors.first { $0.tag == "P-1" })
        #expect(pump.hours > 1 && abs(pump.hoursByHourOfDay.reduce(0, +) - pump.hours) < 0.01 && pump.hoursByHourOfDay[12] == 0)
    }

    @Test(arguments: Language.allCases)
    func `the page is one file that fetches nothing, in the language of the console, drawn for a desk and for a phone`(language: Language) async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-page-\(UUID().uuidString).html")
        defer { try? FileManager.default.removeItem(at: file) }
        let said = await tidegate("schedule", "simulate", Self.table, "--site", Self.site, "--from", "2026-04-08", "--days", "1", "--html", file.path,
                                  language: language)
        #expect(said.status == .ok && said.out.contains(file.path))
        let page = try String(contentsOf: file, encoding: .utf8)
        for absent in ["http", "<script", "<link", "url(", "NaN", "inf"] { #expect(!page.contains(absent), "\(absent)") }
        let drawings = page.components(separatedBy: "<svg class=\"desk\"").count - 1
        #expect(drawings >= 4 && page.components(separatedBy: "<svg class=\"phone\"").count - 1 == drawings)
        #expect(page.contains(language == .chinese ? "lang=\"zh-CN\"" : "lang=\"en\"") && page.contains("prefers-color-scheme:dark") && page.contains("@media print"))
        #expect(page.contains(language == .chinese ? "累计施肥（折纯）" : "nutrients so far"))
    }

    @Test func `names from a file stay text on the page`() {
        #expect(HTML.element("p", "<b onclick=\"x\">&") == "<p>&lt;b onclick=&quot;x&quot;&gt;&amp;</p>")
    }

    @Test func `shifts and a full source make zones wait, and it is said for whom`() async {
        let weather = Self.shipped("configs/weather/made-up-2026.csv")
        let said = await tidegate("season", Self.fields, "--weather", weather, "--days", "10", language: .english)
        let waits = said.lines.filter { $0.contains("waits for the shift before it") }
        #expect(waits.contains { $0.contains("cotton 7, cotton 8") && $0.contains("cotton 2, cotton 4, cotton 6") }, "\(said.out)")
    }

    @Test func `weather of another year is put on the same days, and days that it lacks are refused`() async throws {
        let rows = (1...20).map { "2024-04-\(String(format: "%02d", $0)),24,12,\($0 == 9 ? 6 : 0)" }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-weather-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try (["date,tmax,tmin,rain_mm"] + rows).joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        let fits = await tidegate("schedule", "simulate", Self.table, "--site", Self.site, "--weather", file.path, "--from", "2026-04-09", "--days", "1")
        #expect(fits.status == .ok, "\(fits.err)")
        let short = await tidegate("schedule", "simulate", Self.table, "--site", Self.site, "--weather", file.path, "--from", "2026-04-09", "--days", "30")
        #expect(short.status == .wrongUse && short.err.contains("the weather reaches from 2026-04-01 to 2026-04-20"), "\(short.err)")
        let both = await tidegate("schedule", "simulate", Self.table, "--site", Self.site, "--weather", file.path, "--typical")
        #expect(both.status == .wrongUse && both.err.contains("both given"))
    }
}
