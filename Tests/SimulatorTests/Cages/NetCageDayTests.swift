import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
@testable import Simulator
import Testing

/// The whole controller on the sea, with nothing wrong.
@Suite("A day of net cages") struct NetCageDayTests {
    typealias Farm = NetCageFarm

    @Test func `on a day when nothing fails every cage gets its kilograms, no rule is broken and nothing is told`() {
        let world = World(Farm())
        let seen = CageDiary()
        world.onRecord = { seen.note($0) }
        world.run(for: .hours(14))
        #expect(world.violations.all == [], "\(world.violations.all.first.map { "\($0)" } ?? "")")
        for cage in 0..<5 {
            let fed = world.evidence.cages[cage].fed
            #expect(abs(fed - Farm.ration) < 0.7 && fed <= Farm.ration, "cage \(cage) got \(fed) kg")
        }
        #expect(seen.ended == [.completed: 15] && seen.faults == 0, "\(seen.ended), \(seen.faults)")
        #expect(world.evidence.lines.allSatisfy { $0.inPipe < 1e-6 })
    }
}

/// What a world told of its cages.
final class CageDiary {
    private(set) var ended: [MealOutcome: Int] = [:]
    private(set) var faults = 0
    private(set) var events: [(kind: EventKind, at: Instant)] = []
    private(set) var quanta = 0

    func note(_ record: Record) {
        switch record.body {
        case .ledger(.feedMeal(.ended(_, let outcome, _)), _): ended[outcome, default: 0] += 1
        case .ledger(.feedMeal(.quantum), _): quanta += 1
        case .event(let event):
            events.append((event.kind, record.instant))
            if event.kind == .lineFault { faults += 1 }
        default: break
        }
    }

    func first(_ kind: EventKind) -> Instant? { events.first { $0.kind == kind }?.at }
    func count(_ kind: EventKind) -> Int { events.count { $0.kind == kind } }
}
