import Agronomy
import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Schedule
@testable import Site

/// The site file says what a schedule may change, and how far; feeding and crops are laid over the site's own within that.
@Suite struct BoundsTests {
    /// A shipped site with other words about schedules.
    private func load(_ limits: String, _ document: String, of example: String = "fertigation") throws -> Site {
        let folder = try TestFolder(), path = folder.path + ".yaml"
        defer { withExtendedLifetime(folder) {} }
        let lines = try Project.text(of: "configs/example-\(example).yaml").split(separator: "\n", omittingEmptySubsequences: false)
        let text = lines.filter { !$0.hasPrefix("schedules:") }.joined(separator: "\n") + "\nschedules: \(limits)\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try Site.load(path: path, boards: Project.path("boards"), profiles: Project.path("configs/profiles"),
                             schedule: ScheduleText(file: "schedule.yaml", bytes: Array(document.utf8)))
    }

    private static let tomatoes = """
        schedule: spring
        site: shouguang-12
        version: 1
        valid: 2026-03-01 .. 2026-06-30
        recipes:
          flowering: { ec: 2.2 mS/cm, ph: 6.2, channels: { A: 1, B: 1, acid: ph } }
          swelling: { channels: { A: 20 L/mu, B: 20 L/mu } }
        programs:
          morning: { zones: { east: 4 m3, west: 5 m3 }, start: "07:00", recipe: flowering, no-water: none }

        """

    private static func cages(_ feeding: String, cage: String = "cage-1") -> String {
        "schedule: s\nsite: changdao-deck-2\nversion: 1\nvalid: 2026-03-20 .. 2026-06-10\nprograms: {}\nfeeding: { \(cage): { \(feeding) } }\n"
    }

    @Test("each bound of the site file binds", arguments: [
        ("{ may-change: [recipes] }", "programs: schedules may not change programs"), ("{ may-change: [programs] }", "recipes: schedules may not change recipes"),
        ("{ zones: [east] }", "zone west is not for schedules"), ("{ hours: 08:00 .. 18:00 }", "07:00 is outside of the hours 08:00 .. 18:00"),
        ("{ hours: 20:00 .. 06:00 }", "07:00 is outside"), ("{ run: 30 min }", "zone west would be watered for 37 min 30 s at once"),
        ("{ ec: 2.1 mS/cm }", "an EC of 2.2 is more than the 2.1 mS/cm"), ("{ ph: 5.5 .. 6 }", "a pH of 6.2 is outside of 5.5 .. 6"),
        ("{ dose: 15 L/mu }", "20 L on each mu are more than the 15 L"),
    ])
    func binds(_ limits: String, _ said: String) throws {
        let refused = try #require(throws: SiteRefused.self) { try load(limits, Self.tomatoes) }
        #expect(refused.text(in: .english).contains(said), "\(refused.text(in: .english))")
        #expect(refused.problems.allSatisfy { $0.file == "schedule.yaml" })
        _ = try load("{ zones: [east, west], hours: 06:00 .. 18:00, run: 1 h, ec: 2.2 mS/cm, ph: 6 .. 7, dose: 20 L/mu }", Self.tomatoes)
    }

    @Test func `outside of the hours no program of a schedule waters, whatever it says of windows; a sunrise and a sensor wait for them as well`() throws {
        let site = try load("{ hours: 06:00 .. 18:00 }", Self.tomatoes)
        let (windows, program) = (site.scan.control.windows, site.scan.control.programs[0])
        #expect(site.tables.windows.last?.tag == "schedule-hours")
        let window = try #require(windows.last), evening = try #require(TimeOfDay(hour: 18, minute: 0)), morning = try #require(TimeOfDay(hour: 6, minute: 0))
        #expect(window.kind == .hours(from: evening, until: morning, .everyDay))
        #expect(program.windows & 1 << UInt32(windows.count - 1) != 0)
    }

    @Test func `what is computed when it starts is cut to the longest run`() throws {
        let site = try load("{ run: 40 min }", Self.tomatoes)
        #expect(site.scan.control.programs[0].steps.allSatisfy { $0.longest == .minutes(40) })
    }

    @Test("what the site file says of schedules is refused with what to do", arguments: [
        ("{ may-change: [outputs] }", "may-change: \"outputs\" is not a value"), ("{ zones: [north] }", "there is no north on this site"),
        ("{ hours: 08:00 }", "is not a stretch of the day"), ("{ ph: 3 .. 7 }", "a pH is between 4 and 8.5"), ("{ dose: 3 L/m3 }", "is a limit for each mu"),
        ("{ approval: maybe }", "\"maybe\" is not a value"), ("{ run: 30 }", "30 has no unit"), ("{ pumps: all }", "there is no such key"),
    ])
    func refusedLimits(_ limits: String, _ said: String) throws {
        let refused = try #require(throws: SiteRefused.self) { try load(limits, Self.tomatoes) }
        #expect(refused.text(in: .english).contains(said), "\(refused.text(in: .english))")
    }

    // MARK: Feeding

    @Test func `a cage is fed as the schedule says, and nothing that is wired or locked changes`() throws {
        let own = try Site.load(path: Project.path("configs/example-net-cage.yaml"))
        let site = try Project.load(Project.text(of: "configs/schedules/example-changdao-deck-2.yaml"))
        let (before, after) = (own.scan.control.feeding, site.scan.control.feeding)
        #expect(after.cages[0].feed?.meals.count == 3 && after.cages[0].feed?.meals.dayAtMost == .kilograms(60))
        #expect(after.cages[0].stock == CageStock(count: 24_000, mean: .grams(210)))
        #expect(after.cages[4].feed?.meals.dayAtMost == before.cages[4].feed?.meals.dayAtMost)
        #expect("\(after.cages[1])" == "\(before.cages[1])")
        #expect("\(site.scan.interlocks)" == "\(own.scan.interlocks)" && "\(site.field)" == "\(own.field)")
        #expect("\(after.lines)" == "\(before.lines)" && "\(after.probes)" == "\(before.probes)" && "\(after.stages)" == "\(before.stages)")
        #expect(site.tables.outputs == own.tables.outputs && site.tables.cages == own.tables.cages)
    }

    @Test func `of every limit on feeding the stricter part counts, whoever wrote it`() throws {
        let site = try load("{ may-change: [feeding] }", Self.cages("stop: { wind: { at: 12 m/s, resume: 11 m/s, resume-after: 1 min, after: 10 min, least: 90 % } }"), of: "net-cage")
        let wind = try #require(site.scan.control.feeding.gates.first { $0.cage.offset == 0 && $0.kind == .wind })
        #expect(wind.stop == 12 && wind.resume == 8 && wind.reduce == 10.8 && wind.least == 0.3)
        #expect(wind.stopAfter == .minutes(1) && wind.resumeAfter == .minutes(15) && !wind.isLatching)
        let oxygen = try load("{ may-change: [feeding] }", Self.cages("stop: { oxygen: { at: 6 mg/L, latching: yes } }"), of: "net-cage")
        let gate = try #require(oxygen.scan.control.feeding.gates.first { $0.cage.offset == 0 && $0.kind == .oxygen })
        #expect(gate.stop == 6 && gate.resume > 6 && gate.isLatching)
    }

    @Test func `feeding and crops are for schedules only where the site file says so`() throws {
        let feeding = try #require(throws: SiteRefused.self) { try load("{ approval: required }", Self.cages("pace: even"), of: "net-cage") }
        #expect(feeding.text(in: .english).contains("feeding: schedules may not change feeding on this site."))
        let crops = try #require(throws: SiteRefused.self) { try load("{}", Self.wheat("planted: 2026-04-10"), of: "season-24") }
        #expect(crops.text(in: .english).contains("crops: schedules may not change crops on this site."))
    }

    @Test func `feeding is told in words, and what changes of it`() throws {
        let own = try Site.load(path: Project.path("configs/example-net-cage.yaml"))
        let site = try Project.load(Project.text(of: "configs/schedules/example-changdao-deck-2.yaml"))
        let changes = Change.between(own.statements, and: site.statements)
        #expect(changes.map(\.subject.en) == ["cage cage 1 (cage-1)", "cage cage 5 (cage-5)"])
        let lines = try #require(changes.first).lines
        #expect(lines.map(\.en).contains("a day: by the table of Korean rockfish, at most 80.0 kg → by the table of Korean rockfish, at most 60.0 kg"))
        #expect(lines.map(\.en).contains { $0.hasSuffix("→ 1 h after sunrise 40 %, 11:30 30 %, 90 % of daylight 30 %") })
        #expect(lines.map(\.zh).contains { $0.hasPrefix("溶氧低停喂：到 4.5 mg/L 停") && $0.contains("→ 到 5.5 mg/L 停") })
        #expect(changes[1].lines.map(\.en).contains("pace: none → even"))
    }

    // MARK: Crops

    private static func wheat(_ crop: String) -> String {
        "schedule: s\nsite: dongying-24\nversion: 1\nvalid: 2026-03-20 .. 2026-06-10\nprograms: {}\ncrops: { cotton-1: { \(crop) } }\n"
    }

    @Test func `what grows in a zone is the schedule's where it may say so: days and coefficients over those of the crop, another crop whole`() throws {
        let days = try load("{ may-change: [programs, crops] }", Self.wheat("planted: 2026-04-10, stages: { middle: 50 day }, kcb: { middle: 1.05 }"), of: "season-24")
        let plan = try #require(days.scan.control.water[0]), before = try #require(days.scan.control.water[1])
        #expect(plan.planted == CivilDate(text: "2026-04-10") && plan.rootZone.crop.stages.middle == 50)
        #expect(plan.rootZone.crop.stages.initial == before.rootZone.crop.stages.initial && plan.rootZone.crop.basal.middle == 1.05)
        #expect(plan.rootZone.crop.basal.end == before.rootZone.crop.basal.end && plan.rootZone.crop.single == before.rootZone.crop.single)
        let other = try load("{ may-change: [programs, crops] }", Self.wheat("is: summer-maize, planted: 2026-06-15"), of: "season-24")
        #expect(other.crops[0] != days.crops[0])
        #expect(try ScheduleHead.read(Array(Self.wheat("planted: 2026-04-10").utf8), file: "s").zones == ["cotton-1"])
        let refused = try #require(throws: SiteRefused.self) { try load("{ may-change: [programs, crops] }", Self.wheat("is: summer-maize"), of: "season-24") }
        #expect(refused.text(in: .english).contains("planted"))
    }
}
