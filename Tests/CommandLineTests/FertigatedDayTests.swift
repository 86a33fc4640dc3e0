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
    private static let example = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("configs/example-fertigation.yaml").path
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

    @Test func `the example's morning is dosed without a pause: what the meters count is what was ordered, and what went in`() throws {
        let site = try Site.load(path: Self.example)
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
}
