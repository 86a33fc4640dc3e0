import CAllocationCounter
import Control
import ProcessImage
import Quantities
import Testing

@Suite struct CageTests {
    private let first = CageIndex(0), second = CageIndex(1)

    @Test func `two cages on one line get their kilograms one after the other, and nothing is left in the pipe`() {
        let deck = CageDeck()
        deck.run(.minutes(12))
        #expect(abs(deck.sea.given[0] - 2) < 0.1 && abs(deck.sea.given[1] - 2) < 0.1, "\(deck.sea.given)")
        #expect(deck.sea.given.allSatisfy { $0 <= 2 } && deck.sea.inPipe < 1e-6 && deck.sea.harm.isEmpty, "\(deck.sea.harm)")
        #expect(deck.count(.mealEnded) == 2 && deck.count(.lineFault) == 0 && deck.count(.linePurged) == 2)
        deck.run(.minutes(40))
        #expect(deck.sea.total() < 4.001 && deck.count(.mealStarted) == 2, "each meal once")
        #expect(!deck.isOn(CageSea.blower))
    }

    @Test(arguments: [[5, 5], [7, 5], [5, 7]] as [[UInt8]])
    func `where two meals wait for one line the higher priority goes first, and of equals the one that stands first`(priorities: [UInt8]) {
        let deck = CageDeck(CageDeck.plan(priorities: priorities))
        let isSecondFirst = priorities[1] > priorities[0]
        deck.run(.minutes(6))
        let given = deck.sea.given
        #expect(given[isSecondFirst ? 1 : 0] > 0.1 && given[isSecondFirst ? 0 : 1] == 0, "\(given)")
        deck.run(.minutes(6))
        #expect(deck.sea.given.allSatisfy { abs($0 - 2) < 0.1 }, "the other follows: \(deck.sea.given)")
    }

    @Test(arguments: [1, 3, 9]) func `killed at any moment of a meal, what is booked and what was given differ by a quantum, and nothing is given twice`(lag: Int) {
        var worst = 0.0
        for moment in stride(from: 605, to: 900, by: 23) {
            let deck = CageDeck()
            deck.ledger.lag = lag
            for _ in 0..<moment { deck.turn() }
            deck.kill()
            let over = deck.booked - deck.sea.total()
            #expect(over > -1e-6, "given and not booked at \(moment): \(over)")
            #expect(over <= 0.5 + 1e-6, "booked and not given at \(moment): \(over)")
            worst = max(worst, over)
            deck.run(.minutes(12))
            #expect(deck.sea.given.allSatisfy { $0 <= 2 + 1e-9 } && deck.sea.harm.isEmpty, "\(moment): \(deck.sea.given) \(deck.sea.harm)")
            #expect(deck.sea.inPipe < 1e-6, "what lay in the pipe was blown out: \(moment)")
        }
        #expect(worst > 0.05, "a power cut costs a part of a quantum")
    }

    @Test func `a locked cage stops everything that feeds it in the same scan, over a restart too, until somebody on the spot releases it`() {
        let deck = CageDeck()
        while !deck.isOn(CageSea.doser), deck.turns < 2000 { deck.turn() }
        #expect(deck.isOn(CageSea.blower) && deck.sea.position == 0)
        deck.order(.lockCage(first))
        #expect(!deck.isOn(CageSea.doser) && !deck.isOn(CageSea.blower) && !deck.isOn(CageSea.spreader))
        deck.run(.seconds(5))
        #expect(deck.count(.linePurgeOwed) == 1)
        deck.kill()
        deck.run(.minutes(2))
        #expect(!deck.isOn(CageSea.blower) && !deck.isOn(CageSea.drive))
        deck.order(.unlockCage(first), by: .remote)
        deck.run(.seconds(20))
        #expect(deck.ledger.outcomes.contains(.refusedNotPresent) && !deck.isOn(CageSea.blower))
        let before = deck.sea.given[1]
        deck.order(.unlockCage(first))
        deck.run(.seconds(10))
        #expect(deck.isOn(CageSea.blower) && deck.sea.position == 0 && !deck.isOn(CageSea.doser), "the purge that is owed comes first")
        deck.run(.minutes(10))
        #expect(deck.sea.given[1] > before && deck.sea.inPipe < 1e-6 && deck.sea.harm.isEmpty, "and the next cage after it")
    }

    /// Oxygen probe × fault × actuator: feeder, blower, aerator.
    @Test(arguments: ["silent", "stale", "NaN", "out of range", "too low"])
    func `whatever the oxygen probe does wrong, the doser stands and the aerator is on, and the pipe is blown out first`(fault: String) {
        let deck = CageDeck(CageDeck.plan(meals: 5))
        while !deck.isOn(CageSea.doser), deck.turns < 2000 { deck.turn() }
        #expect(!deck.isOn(CageSea.aerator))
        switch fault {
        case "silent": deck.sea.oxygen[0] = nil
        case "stale": deck.sea.isStale = true
        case "NaN": deck.sea.oxygen[0] = .nan
        case "out of range": deck.sea.oxygen[0] = 60
        case "too low": deck.sea.oxygen[0] = 3.9
        default: break
        }
        let delay = fault == "stale" ? 60.0 : fault == "too low" ? 5 : 0
        deck.run(.seconds(Int(delay) + 1))
        deck.turn()
        #expect(!deck.isOn(CageSea.doser), "within two scans of the time it takes to know")
        #expect(deck.isOn(CageSea.aerator))
        let given = deck.sea.total()
        deck.run(.minutes(25))
        #expect(deck.sea.given[0] <= given + 1e-6 && deck.sea.inPipe < 1e-6 && deck.sea.harm.isEmpty, "\(deck.sea.harm)")
        #expect(deck.count(.mealShort) == 1, "told, and not made up for")
        #expect(abs(deck.sea.given[1] - 5) < 0.2, "the other cage is fed")
    }

    @Test func `by hand the gates, the day's limit and the line hold as for every meal`() {
        let deck = CageDeck()
        deck.run(.minutes(2))
        deck.order(.feed(first, .kilograms(6)))
        deck.order(.feed(first, .kilograms(1)))
        deck.order(.feed(second, .kilograms(1)))
        deck.run(.seconds(10))
        #expect(deck.ledger.outcomes == [.refusedDayUsedUp, .done, .refusedBusy])
        deck.order(.stopFeeding(nil))
        deck.sea.oxygen[0] = nil
        deck.run(.minutes(2))
        deck.order(.feed(first, .kilograms(1)))
        deck.run(.seconds(2))
        #expect(deck.ledger.outcomes.suffix(2) == [.done, .refusedCauseStands])
    }

    @Test func `stock is booked by orders, grows by what is fed, and outlives a restart`() throws {
        let deck = CageDeck()
        deck.order(.changeStock(first, .stocked(CageStock(count: 1000, mean: .grams(300)))))
        deck.order(.changeStock(first, .died(count: 10, mean: nil)))
        deck.order(.changeStock(first, .sampled(count: 3, mean: .grams(310))))
        deck.run(.minutes(12))
        #expect(deck.ledger.outcomes == [.done, .done, .refusedStock])
        deck.kill()
        deck.run(.minutes(1))
        let stock = try #require(deck.ledger.statuses[first]?.stock)
        #expect(stock.count == 990 && abs(stock.biomass.kilograms - (297 + 2 / 1.5)) < 0.1, "\(stock)")
    }

    @Test func `the siren sounds when oxygen is dangerously low, with nobody told by network`() {
        let deck = CageDeck()
        deck.run(.minutes(1))
        deck.sea.oxygen[0] = 2.5
        deck.run(.seconds(59))
        #expect(!deck.isOn(CageSea.horn))
        deck.run(.seconds(3))
        #expect(deck.isOn(CageSea.horn) && deck.count(.oxygenEmergency) == 1 && deck.count(.sirenSounds) == 1)
        deck.order(.silence(first))
        deck.run(.seconds(2))
        #expect(!deck.isOn(CageSea.horn))
    }

    @Test func `a thousand scans of a meal allocate nothing`() {
        let deck = CageDeck(CageDeck.plan(meals: 5))
        deck.run(.minutes(5))
        deck.ledger.keeps = false
        deck.ledger.rows.reserveCapacity(10_000)
        while !deck.isOn(CageSea.doser), deck.turns < 2000 { deck.turn() }
        deck.run(.seconds(10))
        let before = allocations_of_this_thread(), fed = deck.sea.given[0]
        for _ in 0..<1000 { deck.turn() }
        #expect(allocations_of_this_thread() == before)
        #expect(deck.sea.given[0] + deck.sea.given[1] > fed + 1, "it was fed meanwhile")
    }
}
