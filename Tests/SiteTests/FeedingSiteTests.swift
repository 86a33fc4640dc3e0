import Agronomy
import Control
import Foundation
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Site

/// Feed lines, silos, and what cages make of them.
@Suite struct FeedingSiteTests {
    private static let head = """
        site: feeding
        place: { latitude: 37.93, longitude: 120.74, elevation: 0 m, time-zone: Asia/Shanghai }
        board: simulated
        emergency-stop: none
        buses:
          sea: { modbus: tcp, host: 127.0.0.1 }
        devices:
          air: { profile: generic-pressure, bus: sea, unit: 1, every: 500 ms }
          do-1: { profile: fldbh-505a, bus: sea, unit: 3, every: 30 s }
          weather: { profile: cwt-weather, bus: sea, unit: 5, every: 10 s, skip: [pm25, pm10, noise] }
        outputs:
          BL-1: { line: R1, is: blower, safe: off, at-most: 3 h }
          DS-1: { line: R2, is: feeder, safe: off, at-most: 1 h }
          SL-1: { line: R3, is: selector, safe: off, at-most: 2 min }
          DS-2: { line: R4, is: feeder, safe: off, at-most: 1 h }
        feed-lines:
          north:
            doser: DS-1
            blower: BL-1
            selector: { turns: SL-1, marks: [D1, D2] }
            air: { pressure: air.pressure, still: 0.5 kPa, low: 6 kPa, blocked: 24 kPa }
            rate: { turn: 12 g, speed: 50 rpm }
          single: { doser: DS-2, rate: 5 g/s, quantum: 100 g }

        """

    private func load(_ cages: String, from head: String = Self.head) throws -> Site {
        try Project.site(head + "cages:\n" + cages)
    }

    private static let fed = "oxygen: do-1.oxygen, temperature: do-1.temperature, salinity: 31 psu, ration: { fixed: 10 kg/day, at-most: 12 kg/day }"

    @Test func `the example has six cages on two lines, each with its outlet, its meals, its gates and its guards`() throws {
        let site = try Site.load(path: Project.path("configs/example-net-cage.yaml"), boards: Project.path("boards"), profiles: Project.path("configs/profiles"))
        let feeding = site.scan.control.feeding
        #expect(feeding.cages.count == 6 && feeding.lines.count == 2 && feeding.silos.count == 2 && feeding.outlets.count == 6)
        #expect(feeding.cages.map { $0.feed?.line.offset } == [0, 0, 0, 1, 1, 1] && feeding.cages.map { $0.feed?.outlet } == [0, 1, 2, 0, 1, 2])
        for cage in 0..<6 {
            let gates = feeding.gates.filter { $0.cage.offset == cage }
            #expect(Set(gates.map(\.kind)) == [.oxygen, .warmth, .cold, .wind])
            #expect(gates.first { $0.kind == .oxygen }?.stop == 4.5)
        }
        let wind = try #require(feeding.gates.first { $0.kind == .wind })
        #expect(wind.stop == 13.8 && wind.reduce == 10.8 && wind.resume == 8)
        #expect(abs(feeding.lines[0].rate.gramsPerSecond - 80) < 1e-9 && abs(feeding.lines[1].rate.gramsPerSecond - 90) < 1e-9, "by the feed of each silo")
        let meals = try #require(feeding.cages[0].feed?.meals)
        #expect(meals.count == 2 && meals.dayAtMost == .kilograms(80) && abs(meals.quantum.kilograms - 1.6) < 1e-9)
        #expect(meals[0].time == .sun(.sunrise, offset: .hours(1)) && meals[1].time == .daylight(0.9))
        #expect(feeding.slack.isEmpty)
        let interlocks = site.scan.interlocks
        #expect(interlocks.feeds.count == 2 && interlocks.selectors.count == 2 && interlocks.cageContacts.count == 1)
        // Doser, blower and selector of a line, for each of its cages.
        #expect(interlocks.cages.count == 18 && interlocks.cages.allSatisfy { $0.servesWhen != nil })
    }

    @Test func `a feeder that hangs over its cage has no blower, no selector, and one guard that always stands`() throws {
        let site = try load("  a: { line: single, \(Self.fed), meals: [{ at: 06:30 }] }\n")
        let feeding = site.scan.control.feeding
        #expect(!feeding.lines[1].plan.hasBlower && feeding.lines[1].plan.selector == .none)
        #expect(feeding.cages[0].feed?.meals.quantum == .grams(100))
        let guarded = site.scan.interlocks.cages
        #expect(guarded.map(\.output) == [OutputIndex(3)] && guarded[0].servesWhen == nil)
        // What nobody feeds by, no interlock guards.
        #expect(site.scan.interlocks.feeds.count == 1)
    }

    @Test func `what a doser gives may be told by its turns`() throws {
        let site = try load("  a: { line: north, outlet: 1, \(Self.fed) }\n")
        #expect(abs(site.scan.control.feeding.lines[0].rate.gramsPerSecond - 10) < 1e-9)
    }

    @Test func `limits come from the site, then the species, then what is usual`() throws {
        let limits = "stop: { oxygen: 4.5 mg/L, saturation: 60 %, wind: { at: 12 m/s, resume: 9 m/s, resume-after: 40 min } }"
        let site = try load("  a: { line: north, outlet: 1, species: sebastes-schlegelii, wind: weather.wind-speed, \(limits), \(Self.fed) }\n")
        let gates = site.scan.control.feeding.gates
        func gate(_ kind: FeedGateKind) throws -> FeedGatePlan { try #require(gates.first { $0.kind == kind }) }
        let oxygen = try gate(.oxygen), cold = try gate(.cold), warm = try gate(.warmth), wind = try gate(.wind)
        #expect(oxygen.stop == 4.5 && oxygen.reduce == 5 && oxygen.resume == 6, "as far above it as the species resumes")
        #expect(try gate(.saturation).stop == 0.6 && abs(gate(.saturation).resume - 0.7) < 1e-12)
        #expect(cold.stop == 6 && cold.resume == 7 && cold.reduce == 10 && warm.stop == 27 && warm.resume == 26 && warm.reduce == 24)
        #expect(wind.stop == 12 && wind.resume == 9 && wind.resumeAfter == .minutes(40) && wind.reduce == nil)
        #expect(gates.allSatisfy { $0.whenBlind == 0 })
    }

    @Test func `who does not measure oxygen must write so, and is told`() throws {
        #expect(throws: SiteRefused.self) { try load("  a: { line: single, temperature: do-1.temperature, ration: { fixed: 1 kg/day, at-most: 1 kg/day } }\n") }
        let site = try load("  a: { line: single, temperature: do-1.temperature, ration: { fixed: 1 kg/day, at-most: 1 kg/day }, stop: { oxygen: not-measured } }\n")
        #expect(site.scan.control.feeding.gates.allSatisfy { $0.kind != .oxygen })
        #expect(site.notices.contains { $0.what.en.contains("not measured") })
    }

    @Test func `a tide table gives the moments of slack water, in local time`() throws {
        let table = try String(contentsOfFile: Project.path("configs/tides/made-up-2026.csv"), encoding: .utf8)
        let moments = table.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let site = try load("  a: { line: single, \(Self.fed), meals: [{ at: 06:30 }], slack-water: yes }\n", from: Self.head + "tides: made-up-2026\n")
        let slack = site.scan.control.feeding.slack
        #expect(slack.count == moments.count && slack.count > 1400)
        #expect(slack.first.map { LocalClock.shanghai.local(unixSeconds: $0).time } == TimeOfDay(hour: 2, minute: 17))
        #expect(site.scan.control.feeding.cages[0].feed?.meals.seeksSlack == true)
    }

    @Test func `an aerator that would stay off when the controller dies is refused`() throws {
        let text = Self.head.replacing("outputs:\n", with: "outputs:\n  AE-9: { device: relay, output: relay-1, is: aerator, safe: on, at-most: 12 h }\n")
            .replacing("devices:\n", with: "devices:\n  relay: { profile: wp8025adam, bus: sea, unit: 9, every: 2 s }\n")
        let refused = try #require(throws: SiteRefused.self) { try load("  a: { oxygen: do-1.oxygen }\n", from: text) }
        #expect(refused.problems.contains { $0.what.en.contains("nobody switches an aerator on") && $0.what.zh.contains("没有谁来开") })
    }

    @Test func `a submersible cage has its winch, its limits, the water beside it, and guards of its own`() throws {
        let head = Self.head.replacing("outputs:\n", with: """
            outputs:
              WS-1: { line: R7, is: winch, safe: off, at-most: 1 h }
              WR-1: { line: R8, is: winch, safe: off, at-most: 1 h }

            """).replacing("devices:\n", with: """
            devices:
              d-1: { profile: qdy30a, bus: sea, unit: 20, every: 1 s, points: { value: { unit: m, scale: 0.01 } } }
              t-5: { profile: fldbh-505a, bus: sea, unit: 21, every: 30 s }
              t-40: { profile: fldbh-505a, bus: sea, unit: 22, every: 30 s }

            """)
        let profile = "profile: [ { at: 5 m, temperature: t-5.temperature, oxygen: t-5.oxygen }, { at: 40 m, temperature: t-40.temperature, oxygen: t-40.oxygen } ]"
        let depth = "depth: { position: d-1.value, sink: WS-1, rise: WR-1, shallowest: 4 m, deepest: 50 m, warmest: 16 degC, least-oxygen: 7 mg/L, \(profile) }"
        let site = try load("  a: { oxygen: do-1.oxygen, \(depth) }\n", from: head)
        let plan = try #require(site.scan.control.feeding.depths.first)
        #expect(plan.shallowest == .meters(4) && plan.deepest == .meters(50) && plan.asks && plan.settle == .hours(6))
        #expect(site.scan.control.feeding.depthProbes.map(\.depth.meters) == [5, 40])
        #expect(site.scan.interlocks.winches.count == 1 && site.scan.interlocks.cages.count == 2)
        let wrong = depth.replacing("deepest: 50 m", with: "deepest: 3 m").replacing("at: 40 m", with: "at: 4 m")
        let refused = try #require(throws: SiteRefused.self) { try load("  a: { oxygen: do-1.oxygen, \(wrong) }\n", from: head) }
        let said = refused.text(in: .english)
        #expect(said.contains("shallowest lies above deepest") && said.contains("from the shallowest to the deepest"), "\(said)")
    }

    @Test func `a battery gives up cameras and lamps only, and its stages fall`() throws {
        let head = Self.head.replacing("outputs:\n", with: """
            outputs:
              CAM-1: { line: R7, is: other, safe: on, at-most: 100 h }

            """).replacing("devices:\n", with: """
            devices:
              ups: { profile: generic-battery, bus: sea, unit: 30, every: 10 s }

            """)
        let battery = "battery: { voltage: ups.voltage, saving: 24.4 V, low: 23.6 V, critical: 23 V, sheds: [CAM-1] }\n"
        let plan = try #require(try load("  a: { oxygen: do-1.oxygen }\n", from: head + battery).scan.control.battery)
        #expect(plan.saving == 24.4 && plan.critical == 23 && plan.sheds == [OutputIndex(0)])
        let wrong = battery.replacing("low: 23.6 V", with: "low: 25 V").replacing("[CAM-1]", with: "[CAM-1, BL-1, CAM-2]")
        let said = try #require(throws: SiteRefused.self) { try load("  a: { oxygen: do-1.oxygen }\n", from: head + wrong) }.text(in: .english)
        for text in ["saving > low > critical", "BL-1 is a blower: it is not given up", "CAM-2 is not an output"] { #expect(said.contains(text), "\(said)") }
    }
}
