import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Site

/// Phrases of programs, each read for what it means.
@Suite struct ProgramPhraseTests {
    private static let head = """
        site: phrases
        place: { latitude: 36.88, longitude: 118.74, elevation: 23 m, time-zone: Asia/Shanghai }
        board: simulated
        emergency-stop: none
        season: 03-01 .. 10-31
        buses:
          soil: { modbus: rtu, port: RS485-1 }
        devices:
          soil-a: { profile: cwt-soil-thc, bus: soil, unit: 3 }
        outputs:
          P-1: { line: R1, is: pump, safe: off, at-most: 8 h }
          V-1: { line: R2, is: valve, safe: closed, at-most: 2 h, travel: 8 s }
          V-2: { line: R3, is: valve, safe: closed, at-most: 2 h, travel: 8 s }
        water:
          well: { pump: P-1, capacity: 30 m3/h }
        zones:
          east-1: { valve: V-1, flow: 12 m3/h, area: 2 mu, soil: soil-a.moisture, quota: [180 m3/mu per season, 40 m3 per day] }
          east-2: { valve: V-2, flow: 12 m3/h, area: 2 mu, soil: soil-a.moisture }
        no-water:
          peak: { from: 08:00, until: 11:00, days: [mon, fri], then: end }
          wet: { when: soil-a.moisture > 40 %, calm: 5 min, if-unknown: skip }

        """

    private func site(_ program: String) throws -> Site {
        let text = Self.head + "programs:\n  p:\n" + program.split(separator: "\n").map { "    \($0)\n" }.joined()
        return try Project.site(text)
    }

    private func program(_ text: String) throws -> ProgramPlan { try site(text).scan.control.programs[0] }

    private func at(_ hour: Int, _ minute: Int = 0) -> TimeOfDay { TimeOfDay(hour: hour, minute: minute) ?? .midnight }

    @Test("whether the zones of a program water together is told as control does it", arguments: [
        ("zones: { east-1: 10 min }", nil), ("zones: { east-1: 10 min, east-2: 10 min }", "all together"),
        ("shifts: [[east-1], [east-2]]\ngive: 10 min", "one shift after the other, the zones of a shift together"),
    ])
    func order(_ zones: String, _ said: String?) throws {
        let site = try site(zones + "\nstart: 06:00")
        let words = ProgramWords(site.tables, site.scan.control)
        #expect(words.order(site.scan.control.programs[0])?.en == said)
    }

    @Test func `zones that a source cannot carry together are told to follow each other`() throws {
        func order(_ capacity: String) throws -> String? {
            let text = Self.head.replacing("capacity: 30 m3/h", with: capacity) + "programs:\n  p: { zones: { east-1: 10 min, east-2: 10 min }, start: 06:00 }\n"
            let site = try Project.site(text)
            return ProgramWords(site.tables, site.scan.control).order(site.scan.control.programs[0])?.en
        }
        #expect(try order("capacity: 20 m3/h") == "one after the other, in this order")
        #expect(try order("capacity: 30 m3/h, zones-at-once: 1") == "one after the other, in this order")
        #expect(try order("capacity: 24 m3/h") == "all together")
    }

    @Test func `starts by the clock, the sun, at intervals, to be done by a time`() throws {
        let plan = try program("zones: { east-1: 10 min }\nstart: [06:00, sunrise, sunrise + 30 min, sunset-1 h, every 2 h from 09:00 to 14:00, finish by 05:30]")
        #expect(plan.starts == .times([
            .clock(at(6)), .sun(.sunrise, offset: .zero), .sun(.sunrise, offset: .minutes(30)), .sun(.sunset, offset: .minutes(-60)),
            .clock(at(9)), .clock(at(11)), .clock(at(13)), .finish(by: at(5, 30)),
        ]))
    }

    @Test func `a threshold with its clauses, and with none`() throws {
        let full = try program("zones: { east-1: 10 min }\nstart: \"soil < 24 % until 30 %, between 05:00 and 20:00, rest 2 h, at most 3 a day\"")
        let dry = Condition(.soil, isAbove: false, limit: 0.24)
        #expect(full.starts == .trigger(Trigger(.condition(dry, until: 0.3), from: at(5), until: at(20), rest: .hours(2), atMostADay: 3)))
        let bare = try program("zones: { east-1: 10 min }\nstart: soil<24 %")
        #expect(bare.starts == .trigger(Trigger(.condition(dry, until: 0.24), rest: .hours(1), atMostADay: 4)))
    }

    @Test func `amounts by their units`() throws {
        let plan = try program("zones: { east-1: 4 mm, east-2: 6 m3/mu }\nstart: 06:00")
        let depths = plan.steps.map { step -> Double in
            if case .depth(let depth) = step.give { depth.millimeters } else { 0 }
        }
        #expect(zip(depths, [4, 9]).allSatisfy { abs($0 - $1) < 1e-9 })
        let volume = try program("zones: [east-1, east-2]\ngive: 3 m3\nstart: 06:00")
        #expect(volume.steps.map(\.give) == Array(repeating: .fixed(.volume(.cubicMeters(3))), count: 2))
        let shifts = try program("shifts: [[east-1, east-2], [east-1]]\ngive: 10 min\nstart: 06:00")
        #expect(shifts.steps.map(\.shift) == [1, 1, 2] && shifts.steps.map(\.zone.offset) == [0, 1, 0])
    }

    @Test func `days combine, dates go over New Year`() throws {
        let plan = try program("zones: { east-1: 10 min }\nstart: 06:00\ndays: [mon, fri, odd, every 2 days from 2026-03-02]\ndates: [11-15 .. 02-15, 2026-06-01 .. 2026-06-30]")
        #expect(plan.days == DayRule(weekdays: 0b001_0001, every: 2, from: CivilDate(year: 2026, month: 3, day: 2) ?? .init(daysSinceEpoch: 0), parity: .odd))
        #expect(plan.dates.map(\.text) == ["11-15 .. 02-15", "2026-06-01 .. 2026-06-30"])
    }

    @Test func `conditions of zones and points, and what becomes of unknown ones`() throws {
        let plan = try program("zones: { east-1: 10 min }\nstart: 06:00\nwhen: soil < 24 %\nunless: [soil-a.temperature < 3 degC]\nif-unknown: skip\nno-water: [wet]")
        #expect(plan.when == [Condition(.soil, isAbove: false, limit: 0.24)] && plan.ifUnknown == .skip && plan.windows == 0b10)
        #expect(plan.unless.first?.measured.matter == .point && plan.unless.first?.limit == 3)
    }

    @Test func `adjust, soak, priority and missed`() throws {
        let plan = try program("zones: { east-1: 30 min }\nstart: 06:00\nadjust: { jun: 120 %, jul: 130 % }\nsoak: { run: at most 8 min, rest: 20 min }\npriority: 9\nmissed: catch up within 3 h")
        #expect(plan.byMonth.map(\.percent) == [100, 100, 100, 100, 100, 120, 130, 100, 100, 100, 100, 100])
        #expect(plan.soak == SoakRule(run: .minutes(8), rest: .minutes(20)) && plan.priority == 9 && plan.missed == .catchUp(within: .hours(3)))
    }

    @Test func `quotas and windows of the site`() throws {
        let control = try site("zones: { east-1: 10 min }\nstart: 06:00").scan.control
        #expect(control.quotas.map { ($0.limit.cubicMeters).rounded() } == [360, 40] && control.quotas.map(\.zone) == [ZoneIndex(0), ZoneIndex(0)])
        #expect(control.windows.map(\.endsRuns) == [true, false] && control.windows.map(\.ifUnknown) == [.water, .skip])
        #expect(control.windows.first?.kind == .hours(from: at(8), until: at(11), .weekdays(0b001_0001)))
    }

    @Test func `rules are told in both languages`() throws {
        let site = try site("zones: { east-1: 4 mm }\nstart: [sunset - 1 h]\nwhen: soil < 24 %\ndays: [mon, odd]")
        let words = ProgramWords(site.tables, site.scan.control)
        let plan = site.scan.control.programs[0]
        #expect(words.starts(plan) == Phrase(zh: "日落前 1 小时", en: "1 h before sunset"))
        #expect(words.gives(plan.steps[0]) == Phrase(zh: "4.0 mm（5.33 m3）", en: "4.0 mm (5.33 m3)"))
        #expect(words.limits(plan) == Phrase(zh: "周一，单日，须 土壤含水量 < 24 %，不明的条件不算",
                                             en: "Mon, odd days, when soil moisture < 24 %, an unknown condition does not count"))
    }
}
