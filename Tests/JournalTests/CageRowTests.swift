import Foundation
import Journal
import ProcessImage
import Quantities
import Testing

@Suite struct CageRowTests {
    private let cage = CageIndex(0), line = FeedLineIndex(0)
    private let monday = CivilDate(year: 2026, month: 11, day: 23) ?? CivilDate(daysSinceEpoch: 0)

    @Test func `a new life takes over meals with what was about to be given, stock, the pipe that owes a purge, and locks`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        let old = MealID(cage: cage, date: monday.adding(days: -5), number: 0), done = MealID(cage: cage, date: monday, number: 0)
        let open = MealID(cage: cage, date: monday, number: 1), missed = MealID(cage: cage, date: monday, number: 2)
        for row: MealRow in [
            .started(old, planned: .kilograms(9)), .ended(old, .completed, given: .kilograms(9)),
            .started(done, planned: .kilograms(20)), .quantum(done, given: .zero, intent: .kilograms(1)), .ended(done, .short, given: .kilograms(0.75)),
            .started(open, planned: .kilograms(10)), .quantum(open, given: .zero, intent: .kilograms(1)), .quantum(open, given: .kilograms(1), intent: .kilograms(0.5)),
            .ended(missed, .missed, given: .zero),
        ] { feed.ledger(.feedMeal(row)) }
        feed.ledger(.feedStock(cage, CageStock(count: 1000, mean: .grams(300))))
        feed.ledger(.feedStock(cage, CageStock(count: 990, mean: .grams(301))))
        feed.ledger(.feedPipe(line, loadedAt: 3))
        let last = feed.ledger(.feedLock(cage, isLocked: true, command: 7))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(restored.meals == [
            BookedMeal(meal: done, planned: .kilograms(20), given: .kilograms(0.75), outcome: .short),
            BookedMeal(meal: open, planned: .kilograms(10), given: .kilograms(1.5)),
            BookedMeal(meal: missed, outcome: .missed),
        ])
        #expect(restored.stocks.count == 1 && restored.stocks.first?.stock == CageStock(count: 990, mean: .kilograms(0.301)))
        #expect(restored.loadedLines.count == 1 && restored.loadedLines.first?.outlet == 3 && restored.lockedCages == [cage])
    }

    @Test func `a pipe that was blown clean owes nothing, and a released cage is free`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        feed.ledger(.feedPipe(line, loadedAt: 3))
        feed.ledger(.feedLock(cage, isLocked: true, command: 7))
        feed.ledger(.feedPipe(line, loadedAt: nil))
        let last = feed.ledger(.feedLock(cage, isLocked: false, command: 8))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(restored.loadedLines.isEmpty && restored.lockedCages.isEmpty && restored.meals.isEmpty)
    }

    @Test func `after a ledger was lost every cage is locked, over the next restart too, until it is released`() throws {
        let folder = try Folder()
        let first = Journal.started(in: folder)
        var feed = Feed(first)
        let stock = feed.ledger(.feedStock(cage, CageStock(count: 1000, mean: .grams(300))))
        #expect(eventually { first.port.ledgerDurableThrough == stock })
        #expect(first.stop())
        try DamageTests.Damage.header.apply(to: folder.file("ledger.db"))
        let second = Journal.started(in: folder)
        #expect(!second.restore().ledgerIsComplete && second.restore().lockedCages == [cage])
        #expect(second.stop())
        let third = Journal.started(in: folder)
        #expect(third.restore().lockedCages == [cage])
        var next = Feed(third)
        let release = next.ledger(.feedLock(cage, isLocked: false, command: 8))
        #expect(eventually { third.port.ledgerDurableThrough == release })
        #expect(third.stop())
        #expect(Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore().lockedCages.isEmpty)
    }
}
