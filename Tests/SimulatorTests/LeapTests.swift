import Control
import ProcessImage
import Quantities
import Scan
import Simulator
import Site
import Testing
import Foundation

/// A world that leaps over what rests against the same world scan by scan.
@Suite struct LeapTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func world(_ site: Site, from unix: Int64, lease: Duration) -> World {
        let usual = FieldLayout(guessedFrom: site.scan)
        return World(plan: site.scan, layout: usual.leased(for: lease), seed: 1, startUnix: unix, isWatched: false)
    }

    /// Monday 2026-06-01 05:30 at the farm: an hour and a half of nothing, then an hour of the morning's dose.
    private static let early: Int64 = 1_780_263_000

    @Test func `the morning's dose and its water are the same with and without leaps, and the leaps are worth it`() throws {
        let site = try Site.load(path: Self.root.appendingPathComponent("configs/example-fertigation.yaml").path)
        let late = Self.early + 70 * 60
        let leaping = Self.world(site, from: late, lease: .minutes(5)), stepping = Self.world(site, from: late, lease: .minutes(5))
        var ends: [RunOutcome] = []
        leaping.onRecord = { if case .ledger(.runEnded(_, let outcome, _, _, _, _), _) = $0.body { ends.append(outcome) } }
        leaping.leap(for: .minutes(80))
        stepping.run(for: .minutes(80))
        #expect(ends == [.completed, .completed])
        for channel in site.tables.channels.indices.map({ ChannelIndex($0) }) {
            let (one, other) = (leaping.plant.given(by: channel).liters, stepping.plant.given(by: channel).liters)
            #expect(other > 1 && abs(one / other - 1) < 0.02, "\(site.tables.channels[channel.offset].tag): \(one) and \(other) L")
        }
        let (one, other) = (leaping.plant.metered(SourceIndex(0)).liters, stepping.plant.metered(SourceIndex(0)).liters)
        #expect(other > 8000 && abs(one / other - 1) < 0.01, "\(one) and \(other) L")
        #expect(leaping.scans < stepping.scans / 3, "\(leaping.scans) and \(stepping.scans) scans")
    }

    @Test func `a start that is due while everything rests is made within its second`() throws {
        let site = try Site.load(path: Self.root.appendingPathComponent("configs/example-fertigation.yaml").path)
        let world = Self.world(site, from: Self.early, lease: .minutes(5))
        var started: Int64?
        world.onRecord = { if case .ledger(.occurrence, _) = $0.body { started = started ?? $0.wall.unixSeconds } }
        world.leap(for: .minutes(95))
        let due = Self.early + 90 * 60
        #expect(started == due)
    }

    @Test func `a given climate is what the station shows: its range, its rain, its wind`() throws {
        let day = PlantDay(minimum: .celsius(10), maximum: .celsius(20), wind: .metersPerSecond(3), rain: .millimeters(7))
        let first = try #require(CivilDate(year: 2026, month: 6, day: 1))
        let site = try Site.load(path: Self.root.appendingPathComponent("configs/example-season-24.yaml").path)
        let usual = FieldLayout(guessedFrom: site.scan)
        let start = site.tables.clock.unixSeconds(date: first, time: .midnight)
        let world = World(plan: site.scan, layout: usual.leased(for: .minutes(5)), seed: 1, startUnix: start,
                          climate: PlantClimate(first: first, days: [day]), isWatched: false)
        let temperature = try #require(site.tables.point(tag: "weather.temperature")), rain = try #require(site.tables.point(tag: "weather.rain"))
        var seen: [Double] = [], fallen = 0.0
        for hour in 1...24 {
            world.leap(for: .hours(1))
            seen.append(world.plant.trueValue(of: temperature))
            if hour == 12 { fallen = world.plant.trueValue(of: rain) }
        }
        #expect(abs((seen.min() ?? 0) - 10) < 0.3 && abs((seen.max() ?? 0) - 20) < 0.3, "\(seen)")
        #expect(abs(fallen - 7) < 0.2, "\(fallen) mm")
    }
}
