import ProcessImage
import Quantities
import Testing
@testable import Control

@Suite struct FeedBookTests {
    private let wall = WallTime(unixSeconds: 1_780_286_400, trust: .synced)

    @Test func `a fast holds from its beginning until its end, each kind by itself`() {
        var fasts = Fasts()
        let now = wall.unixSeconds
        fasts.set(FeedFast(.netCleaning, from: now - 10, until: now + 10))
        fasts.set(FeedFast(.harvest, from: now + 100, until: now + 200))
        func holding(_ seconds: Int64) -> FastKind? { fasts.holding(WallTime(unixSeconds: now + seconds, trust: .synced)) }
        #expect(holding(0) == .netCleaning && holding(10) == nil && holding(100) == .harvest && holding(200) == nil)
        #expect(fasts.end(.harvest) && !fasts.end(.harvest) && holding(100) == nil)
        fasts.set(FeedFast(.netCleaning, from: now + 50, until: now + 60))
        #expect(holding(0) == nil && holding(55) == .netCleaning, "the newest of a kind stands")
    }

    @Test func `a silo without a scale is kept by the book, and never below nothing`() {
        var book = SiloBook([SiloPlan(capacity: .kilograms(1000), low: .kilograms(100))], restoring: [])
        let silo = SiloIndex(0)
        #expect(book.status(of: silo).holds == nil && book.take(.kilograms(5), from: silo) == nil, "nobody keeps a book of it")
        #expect(book.fill(silo, .kilograms(300)) == .kilograms(300) && book.fill(silo, .kilograms(701)) == nil)
        #expect(book.set(silo, to: .kilograms(120)) == .kilograms(120) && book.set(silo, to: .kilograms(-1)) == nil)
        #expect(book.take(.kilograms(50), from: silo) == .kilograms(70) && book.take(.kilograms(500), from: silo) == .zero)
    }

    @Test func `a silo that runs low is told once, and again only after it was filled`() {
        var book = SiloBook([SiloPlan(capacity: .kilograms(1000), low: .kilograms(100))], restoring: [(silo: SiloIndex(0), holds: .kilograms(101))])
        let tables = SiteTables(site: Label(tag: "s"), clock: .shanghai, points: [], outputs: [])
        let image = InputImage(tables: tables)
        var records = RecordBuffer(capacity: 16)
        func lows() -> Int {
            var count = 0
            for number in 0..<records.count { if case .event(let event) = records[number], event.kind == .siloLow { count += 1 } }
            return count
        }
        book.look(image, &records)
        #expect(lows() == 0 && !book.status(of: SiloIndex(0)).isLow)
        _ = book.take(.kilograms(2), from: SiloIndex(0))
        book.look(image, &records)
        book.look(image, &records)
        #expect(lows() == 1 && book.status(of: SiloIndex(0)).isLow)
        _ = book.set(SiloIndex(0), to: .kilograms(110))
        book.look(image, &records)
        #expect(book.status(of: SiloIndex(0)).isLow, "it trembles about its limit")
        _ = book.set(SiloIndex(0), to: .kilograms(130))
        book.look(image, &records)
        #expect(!book.status(of: SiloIndex(0)).isLow && lows() == 1)
    }
}
