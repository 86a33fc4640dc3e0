import Control
import Foundation
import Field
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Site

/// What the greenhouse's file comes to, defaults included.
@Suite struct GreenhousePlanTests {
    let site: Site

    init() throws { site = try load(Project.path("configs/example-drip-greenhouse.yaml")) }

    @Test func `every device point, device, input, meter and the guard is a point`() {
        let tags = site.tables.points.map(\.tag)
        for tag in ["soil-a.moisture", "soil-a.online", "weather.rain", "main-flow.flow", "LS-1", "ES-1", "FT-101.flow", "FT-101.total",
                    "guard.online"] { #expect(tags.contains(tag), "\(tag)") }
        #expect(Set(tags).count == tags.count)
        #expect(site.scan.deviceOnline.count == site.tables.devices.count)
    }

    @Test func `a point is uncertain after three intervals and bad after ten`() throws {
        let point = try #require(site.tables.points.first { $0.tag == "soil-a.moisture" })
        #expect(point.uncertainAfter == .seconds(30) && point.badAfter == .seconds(100))
        #expect(point.unit.symbol == "%" && point.decimals == 1)
    }

    @Test func `the well has its pump, master valve, meter and limits`() throws {
        let source = try #require(site.scan.control.sources.first)
        #expect(source.pump == site.tables.output(tag: "P-1") && source.masterValve == site.tables.output(tag: "MV-1"))
        #expect(source.capacity == .cubicMetersPerHour(30) && source.flow != nil && source.total != nil)
        let watch = try #require(site.scan.interlocks.sources.first)
        // Two pulses of 10 L a minute are 1.2 m3/h, more than 3 % of 30 m3/h.
        #expect(watch.leakFlow == .cubicMetersPerHour(1.2) && watch.burstFactor == 1.3)
        #expect(watch.dryWhen != nil && site.scan.interlocks.emergencyStop != nil)
    }

    @Test func `zones expect a fifth of their flow within half a minute`() throws {
        let zone = try #require(site.scan.interlocks.zones.first)
        #expect(abs((zone.leastFlow?.base ?? 0) - 2.4) < 1e-9 && zone.flowWithin == .seconds(30))
        #expect(site.tables.zone(named: "东一区") == ZoneIndex(0))
    }

    @Test func `programs keep their zones' order, amounts, starts, conditions and what becomes of a missed start`() throws {
        let morning = site.scan.control.programs[0]
        let rule = AmountRule.deficit(.init(atMost: .millimeters(6), otherwise: .millimeters(4)))
        #expect(morning.zones.map(\.offset) == [0, 1, 2, 3] && morning.steps.allSatisfy { $0.give == rule })
        #expect(morning.when == [Condition(.depletion, isAbove: true, limit: 0.2)])
        #expect(morning.starts == .times([.sun(.sunrise, offset: .minutes(30))]) && morning.days == .everyDay)
        #expect(morning.missed == .catchUp(within: .hours(3)) && morning.unless == [Condition(.soil, isAbove: true, limit: 0.32)])
        let noon = site.scan.control.programs[1]
        guard case .trigger(let trigger) = noon.starts else { throw Unexpected() }
        #expect(trigger.kind == .condition(Condition(.soil, isAbove: false, limit: 0.22), until: 0.25))
        #expect(trigger.rest == .hours(2) && trigger.atMostADay == 2 && noon.days == .weekdays(0b001_0101))
        #expect(noon.missed == .skip && noon.ifUnknown == .skip)
    }

    private struct Unexpected: Error {}

    @Test func `the soil bus takes the factory rate of its probes, and its port lies in the run directory`() throws {
        let bus = try #require(site.field.buses.first { $0.tag == "soil" })
        #expect(bus.transport == .serial(path: "RS485-1", SerialSettings(baud: 4800, parity: .none)))
        #expect(bus.devices.map(\.unit) == [3, 4, 5, 6])
        let share = try #require(bus.lineShare)
        #expect(share > 0.03 && share < 0.15)
    }

    @Test func `the guard holds every line's lease, and knows the emergency stop`() {
        #expect(site.leases.allSatisfy { $0 == .guardProcess })
        #expect(site.field.lines.inputs.filter(\.isEmergencyStop).map(\.address.name) == ["D2"])
        #expect(site.field.lines.outputs.map(\.tag) == ["P-1", "MV-1", "V-1", "V-2", "V-3", "V-4"])
    }

    @Test func `places with summer time get their changes, China none`() throws {
        #expect(site.tables.clock.changes.isEmpty && site.tables.clock.firstOffset == 8 * 3600)
        let text = try String(contentsOfFile: Project.path("configs/example-drip-greenhouse.yaml"), encoding: .utf8)
        let berlin = try Project.site(text.replacing("Asia/Shanghai", with: "Europe/Berlin")).tables.clock
        // 2026-06-01 and 2026-12-01, noon UTC.
        #expect(berlin.offset(at: 1_780_315_200) == 7200 && berlin.offset(at: 1_796_126_400) == 3600)
        #expect(berlin.changes.count == 80)
    }
}
