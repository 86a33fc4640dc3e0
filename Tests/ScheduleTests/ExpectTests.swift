import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Testing
@testable import Schedule
@testable import Site

/// What a schedule's writer expects of it is tried, and what does not come true is told with what was found and what was expected.
@Suite struct ExpectTests {
    private static func tomatoes(_ expect: String) -> String {
        """
        schedule: spring
        site: shouguang-12
        version: 1
        valid: 2026-03-01 .. 2026-06-30
        programs:
          morning: { zones: { east: 4 m3, west: 15 min }, start: "07:00", days: [mon, wed, fri] }
        expect:
          - \(expect)

        """
    }

    private static func cages(_ expect: String, _ feed: String = "ration: { table: sebastes-schlegelii, at-most: 60 kg/day }, stock: { count: 24000, mean: 210 g }") -> String {
        """
        schedule: s
        site: changdao-deck-2
        version: 1
        valid: 2026-03-20 .. 2026-06-10
        programs: {}
        feeding: { cage-1: { \(feed) } }
        expect:
          - \(expect)

        """
    }

    private func unmet(_ text: String, _ weather: (String) -> SeasonWeather? = { _ in nil }) throws -> [Problem] {
        try Project.load(text).unmetExpectations(weather)
    }

    // 2 March 2026 is a Monday.
    @Test("what comes true is not a word", arguments: [
        "{ on: 2026-03-02, then: { east: about 4 m3, west: 1.8 m3 .. 2.2 m3 } }",
        "{ on: 2026-03-03, then: { east: nothing, west: at most 0 m3 } }",
        "{ on: 2026-03-02, days: 7, then: { east: 11.8 m3 .. 12.2 m3, west: at least 5 m3 } }",
        "{ on: 2026-03-02, given: { tmax: 30 degC, tmin: 20 degC, rain: 5 mm }, then: { east: at least 3.6 mm } }",
    ])
    func met(_ expect: String) throws {
        #expect(try unmet(Self.tomatoes(expect)) == [])
    }

    @Test func `what does not is told with its line, the found and the expected, in both languages`() throws {
        let told = try unmet(Self.tomatoes("{ name: Monday, on: 2026-03-02, then: { east: 5 m3 .. 6 m3, west: nothing } }"))
        #expect(told.map(\.line) == [8, 8] && told.map(\.key) == ["expect[0].then.east", "expect[0].then.west"])
        let first = try #require(told.first)
        #expect(first.what.en.hasPrefix("“Monday” 2026-03-02: 4.0") && first.what.en.hasSuffix(" m3 found, 5.00 … 6.00 m3 expected."))
        #expect(first.what.zh.hasPrefix("“Monday” 2026-03-02：得 4.0") && first.what.zh.hasSuffix(" m3，应为 5.00 … 6.00 m3。"))
        #expect(told[1].what.en.hasSuffix("found, nothing expected."))
    }

    @Test func `why there was no water is told with it, and a weather makes the difference`() throws {
        let text = """
            schedule: s
            site: dongying-24
            version: 1
            valid: 2026-05-01 .. 2026-09-30
            programs:
              cotton: { zones: [cotton-1], start: "20:00", when: depletion > 40 %, give: 10 mm }
            expect:
              - { on: 2026-07-01, given: { tmax: 34 degC, tmin: 22 degC, sun: 26 MJ/m2, wind: 2 m/s, depletion: 60 % }, then: { cotton-1: about 10 mm } }
              - { on: 2026-07-01, given: { tmax: 24 degC, tmin: 20 degC, rain: 30 mm, depletion: 10 % }, then: { cotton-1: about 10 mm } }

            """
        let site = try Site.load(path: Project.path("configs/example-season-24.yaml"), schedule: ScheduleText(file: "s", bytes: Array(text.utf8)))
        let told = site.unmetExpectations { _ in nil }
        #expect(told.map(\.line) == [9])
        let why = try #require(told.first)
        #expect(why.remedy.en.hasPrefix("Why there was no water: ") && why.remedy.en.contains("40"))
    }

    @Test func `of a cage it is the day's ration by table, stock and water, as its limits reduce it`() throws {
        #expect(try unmet(Self.cages("{ given: { water: 14 degC, oxygen: 8 mg/L, wind: 3 m/s }, then: { cage-1: at most 60 kg } }")) == [])
        #expect(try unmet(Self.cages("{ given: { water: 14 degC }, then: { cage-1: at least 20 kg } }")) == [])
        #expect(try unmet(Self.cages("{ given: { water: 14 degC, wind: 14 m/s }, then: { cage-1: nothing } }")) == [])
        #expect(try unmet(Self.cages("{ given: { water: 14 degC, oxygen: 4 mg/L }, then: { cage-1: nothing } }")) == [])
        #expect(try unmet(Self.cages("{ days: 3, then: { cage-1: 75 kg .. 75 kg } }", "ration: { fixed: 25 kg/day }")) == [])
        let blind = try unmet(Self.cages("{ then: { cage-1: at most 60 kg } }"))
        #expect(blind.first?.what.en == "its ration cannot be told." && blind.first?.remedy.en.contains("water: 16 degC") == true)
    }

    @Test func `a weather file that is not there, or has not the days, is told`() throws {
        let text = Self.tomatoes("{ on: 2026-03-02, weather: wet-spring, then: { east: about 4 m3 } }")
        let told = try unmet(text)
        #expect(told.first?.what.en == "there is no weather wet-spring, or it does not have 2026-03-02.")
    }

    @Test("what cannot be read is refused", arguments: [
        ("{ on: 2027-01-01, then: { east: nothing } }", "is no day of valid:"), ("{ then: { north: nothing } }", "is not a zone or cage"),
        ("{ then: { east: much } }", "is not what comes of it"), ("{ given: { rain: 3 mm }, then: { east: nothing } }", "means nothing without tmax and tmin"),
        ("{ given: { tmax: 10 degC, tmin: 20 degC }, then: { east: nothing } }", "is above tmax"), ("{ days: 40, then: { east: nothing } }", "40 is outside 1 … 31"),
        ("{ weather: a, given: { tmax: 10 degC, tmin: 2 degC }, then: { east: nothing } }", "a weather file is named as well"), ("{ on: 2026-03-02 }", "then: is missing"),
        ("{ then: { east: 5 m3 .. 4 m3 } }", "what comes of it"), ("{ then: { east: 5 } }", "5 has no unit"),
    ])
    func refused(_ expect: String, _ said: String) throws {
        let refused = try #require(throws: SiteRefused.self) { try Project.load(Self.tomatoes(expect)) }
        #expect(refused.text(in: .english).contains(said), "\(refused.text(in: .english))")
    }
}
