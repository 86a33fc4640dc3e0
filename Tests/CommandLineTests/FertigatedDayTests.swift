import Foundation
import ProcessImage
import Quantities
import Scan
import Simulator
import Site
import Testing
@testable import tidegate

/// The example of a fertigation unit, from its file to the stock in the water: what `tidegate simulate` runs.
@Suite struct FertigatedDayTests {
    private static let configs = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("configs")
    private static let example = configs.appendingPathComponent("example-fertigation.yaml")
    /// Monday 2026-06-01 06:50 at the farm.
    private static let beforeBreakfast: Int64 = 1_780_267_800

    private final class Seen {
        var doses: [(dose: DoseSoFar, outcome: RunOutcome)] = []
        var events: [EventKind] = []
        var ends: [RunOutcome] = []

        func note(_ record: Record) {
            switch record.body {
            case .ledger(.doseEnded(let dose, _, let outcome, _), _): doses.append((dose, outcome))
            case .ledger(.runEnded(_, let outcome, _, _, _, _), _): ends.append(outcome)
            case .event(let event): events.append(event.kind)
            default: break
            }
        }
    }

    /// The example, or the same with stock A by a pump on a drive beside the valve of stock B.
    private static func site(driven: Bool) throws -> Site {
        guard driven else { return try Site.load(path: example.path) }
        var text = try String(contentsOf: example, encoding: .utf8)
        for (old, new) in [
            ("  ec-raw: {", "  drive-a: { profile: delta-vfd, bus: probes, unit: 9, every: 1 s }\n  ec-raw: {"),
            ("  D-B: { line", "  VFD-A: { register: drive-a.frequency, is: speed, of: D-A, range: 0 .. 50 Hz, safe: 0 Hz, ramp: 25 Hz/s }\n  D-B: { line"),
            ("output: D-A, gives: 150 L/h, cycle: 2 s,", "output: D-A, gives: 150 L/h, speed: VFD-A, least: 10 %,"),
        ] {
            #expect(text.contains(old))
            text = text.replacingOccurrences(of: old, with: new)
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-\(UUID().uuidString).yaml")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Site.load(path: file.path, boards: configs.appendingPathComponent("../boards").path, profiles: configs.appendingPathComponent("profiles").path)
    }

    @Test(arguments: [false, true])
    func `the example's morning is dosed without a pause: what the meters count is what was ordered, and what went in`(driven: Bool) throws {
        let site = try Self.site(driven: driven)
        let world = World(plan: site.scan, layout: FieldLayout(of: site), seed: 1, startUnix: Self.beforeBreakfast, faults: .none)
        let seen = Seen()
        world.onRecord = { seen.note($0) }
        world.run(for: .minutes(50))
        #expect(world.violations.all == [] && seen.ends == [.completed, .completed])
        #expect(seen.events.filter { [.dosePaused, .doseRefused, .doseStopped].contains($0) } == [])
        #expect(seen.doses.count == 6 && seen.doses.allSatisfy { $0.outcome == .completed })
        for (tag, isMetered) in [("A", true), ("B", true), ("acid", false)] {
            let channel = ChannelIndex(try #require(site.tables.channels.firstIndex { $0.tag == tag }))
            let doses = seen.doses.map(\.dose).filter { $0.channel == channel }
            let given = world.plant.given(by: channel).liters
            let commanded = doses.reduce(0) { $0 + $1.commanded.liters }
            #expect(doses.count == 2 && given > 1 && abs(commanded / given - 1) < 0.01, "\(tag): \(commanded) L of \(given) L")
            guard isMetered else { continue }
            let metered = doses.reduce(0) { $0 + ($1.metered?.liters ?? .nan) }
            #expect(abs(metered / given - 1) < 0.01, "\(tag): \(metered) L of \(given) L")
        }
    }

    @Test func `a doser is proven into clear water that flows, and into nothing else`() throws {
        let site = try Self.site(driven: false)
        let world = World(plan: site.scan, layout: FieldLayout(of: site), seed: 1, startUnix: Self.beforeBreakfast - 86_400, faults: .none)
        var outcomes: [UInt64: CommandOutcome] = [:], flushed = 0
        world.onRecord = { record in
            if case .ledger(.commandDone(let id, let outcome), _) = record.body { outcomes[id] = outcome }
            if case .ledger(.flushPaid, _) = record.body { flushed += 1 }
        }
        let doser = try #require(site.tables.output(tag: "D-A"))
        world.run(for: .seconds(30))
        let dry = world.order(.prove(doser, for: .seconds(20)))
        world.run(for: .seconds(30))
        #expect(outcomes[dry] == .refusedNoWater && world.plant.given(by: ChannelIndex(0)) == .zero)
        world.order(.run(ZoneIndex(0), .time(.minutes(30))))
        world.run(for: .minutes(1))
        let wet = world.order(.prove(doser, for: .seconds(20)))
        world.run(for: .seconds(40))
        let given = world.plant.given(by: ChannelIndex(0)).liters
        #expect(outcomes[wet] == .done && abs(given - 150.0 / 3600 * 20) < 0.05, "\(given) L")
        let seen = world.order(.confirmProof(doser))
        world.run(for: .minutes(29))
        #expect(outcomes[seen] == .done && flushed >= 1 && world.violations.all == [], "what it gave is rinsed")
    }
}
