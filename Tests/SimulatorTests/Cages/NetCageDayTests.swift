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

    @Test func `while nothing fails every cage gets its kilograms, no rule is broken and nothing is told`() {
        let world = World(Farm())
        let seen = CageDiary()
        world.onRecord = { seen.note($0) }
        world.run(for: .minutes(390))
        #expect(world.violations.all == [], "\(world.violations.all.first.map { "\($0)" } ?? "")")
        for cage in 0..<5 {
            let fed = world.evidence.cages[cage].fed
            #expect(abs(fed - Farm.ration * 2 / 3) < 0.4 && fed <= Farm.ration * 2 / 3 + 1e-9, "cage \(cage) got \(fed) kg")
        }
        #expect(seen.ended == [.completed: 10] && seen.faults == 0, "\(seen.ended), \(seen.faults)")
        #expect(world.evidence.lines.allSatisfy { $0.inPipe < 1e-6 })
    }

    /// Half as much again, or eight seconds longer: a quantum too much at the very end, and no more.
    @Test(arguments: [LineTrouble.doserFast, .doserRunsOn])
    func `a weighed doser that gives more than it is told gives no meal more than its kilograms`(trouble: LineTrouble) {
        let world = World(Farm())
        world.begin(.feeding(.line(FeedLineIndex(0), trouble)))
        world.run(for: .hours(1))
        let meal = Farm.ration / 3, once = trouble == .doserRunsOn ? 0.64 : 0.1
        for cage in 0..<2 { #expect(world.evidence.cages[cage].fed <= meal + once, "\(world.evidence.cages[cage].fed) kg") }
        #expect(world.violations.all == [], "\(world.violations.all.first.map { "\($0)" } ?? "")")
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

    func last(_ kind: EventKind) -> Instant? { events.last { $0.kind == kind }?.at }
    func first(_ kind: EventKind) -> Instant? { events.first { $0.kind == kind }?.at }
    func count(_ kind: EventKind) -> Int { events.count { $0.kind == kind } }
}
