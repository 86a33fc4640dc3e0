import Foundation
import GRDB
import Journal
import ProcessImage
import Quantities
import Testing

@Suite struct WaterLedgerTests {
    private let monday = CivilDate(year: 2026, month: 11, day: 23) ?? CivilDate(daysSinceEpoch: 0)

    private func day(_ date: CivilDate, depletion: Float) -> WaterDay {
        WaterDay(date: date, tier: .stationPartly, notes: .probe.with(.stationFailed), age: 74, depletion: depletion, surface: 3.25,
                 height: 0.71, roots: 0.43, wetted: 0.4, coefficient: 0.93, stress: 1, referenceET: 3.1, cropET: 3.0,
                 actualET: 2.9, rain: 0.5, irrigation: 4.5, lost: 0.2, available: 55.9, readily: 22.4, etSinceIrrigation: 8.7)
    }

    private func hour(_ number: Int32, rain: Float) -> WeatherHour {
        var hour = WeatherHour(hour: number)
        hour.minutes.temperature = 60
        hour.minutes.rain = 58
        (hour.temperatureMinimum, hour.temperatureMaximum, hour.humidityMaximum, hour.rain) = (-3.5, 4.25, 0.81, rain)
        return hour
    }

    @Test func `what a meter counted on a day goes on after a restart, and is told by source and day beside what no zone got`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        let well = SourceIndex(0)
        feed.ledger(.metered(Metered(source: well, date: monday.adding(days: -1), volume: .liters(9000))))
        feed.ledger(.waterUsed(WaterUsed(source: well, date: monday, use: .backwash, volume: .liters(300))))
        feed.ledger(.metered(Metered(source: well, date: monday, volume: .liters(1000))))
        let last = feed.ledger(.metered(Metered(source: well, date: monday, volume: .liters(2500))))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        var today = SourceDay(source: "well", date: monday)
        today.metered = .liters(2500)
        today.used = [.backwash: .liters(300)]
        #expect(try journal.sourceDays(from: monday) == [today])
        #expect(try journal.sourceDays(from: monday.adding(days: -9)).map(\.metered) == [.liters(9000), .liters(2500)])
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(restored.metered == [Metered(source: well, date: monday, volume: .liters(2500))])
    }

    @Test func `a new life takes over hours, each zone's newest day, and the water given since`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        feed.ledger(.runStarted(RunID(rawValue: 1), east, .program(morning), planned: .time(.minutes(10))))
        feed.ledger(.runEnded(RunID(rawValue: 1), .completed, watered: .minutes(10), volume: .liters(2000), isEstimated: false, .program(morning)))
        feed.ledger(.weatherHour(hour(498_718, rain: 0.5)))
        feed.ledger(.weatherHour(hour(498_718, rain: 1.5)))
        feed.ledger(.weatherHour(hour(498_719, rain: 0)))
        feed.ledger(.waterDay(east, day(monday.adding(days: -2), depletion: 9)))
        feed.ledger(.waterDay(east, day(monday.adding(days: -1), depletion: 12.345678)))
        // The first row of a day stands, whatever comes later.
        feed.ledger(.waterDay(east, day(monday.adding(days: -1), depletion: 99)))
        feed.pass(.hours(2))
        feed.ledger(.runStarted(RunID(rawValue: 2), east, .program(morning), planned: .time(.minutes(10))))
        let last = feed.ledger(.runProgress(RunID(rawValue: 2), watered: .minutes(2), volume: .liters(400), isEstimated: false))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(try journal.waterDays(zone: "east-1", from: monday.adding(days: -7)).count == 2)
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(restored.weather == [hour(498_718, rain: 1.5), hour(498_719, rain: 0)])
        #expect(restored.water.count == 1 && restored.water.first?.zone == east)
        #expect(restored.water.first?.day == day(monday.adding(days: -1), depletion: 12.345678), "bit for bit")
        #expect(restored.given == [GivenWater(zone: east, date: monday, volume: .liters(2400))], "the run that was cut off counts as far as it was booked")
    }

    @Test func `a ledger from before the water balance is taken over with its runs`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        let last = feed.ledger(.runStarted(RunID(rawValue: 5), east, .program(morning), planned: .time(.minutes(10))))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        try DatabaseQueue(path: folder.file("ledger.db")).write { database in
            try database.execute(sql: "DROP TABLE weatherHours; DROP TABLE waterDays; DELETE FROM grdb_migrations WHERE identifier = 'water balance'")
        }
        let next = Journal.started(in: folder)
        defer { next.stop() }
        #expect(next.restore().ledgerIsComplete && next.restore().openRuns.map(\.run) == [RunID(rawValue: 5)])
        var feedAgain = Feed(next)
        let row = feedAgain.ledger(.waterDay(east, day(monday, depletion: 5)))
        #expect(eventually { next.port.ledgerDurableThrough == row })
        #expect(try next.waterDays(from: monday).map(\.zone) == ["east-1"])
    }

    @Test func `what a well has given is taken over, and its rest as far as the clock was known`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        feed.ledger(.sourceDrawn(SourceIndex(0), .cubicMeters(3), isQuiet: false))
        feed.pass(.minutes(1))
        let flowing = feed.ledger(.sourceDrawn(SourceIndex(0), .cubicMeters(3.5), isQuiet: false))
        #expect(eventually { journal.port.ledgerDurableThrough == flowing })
        #expect(journal.stop())
        let cut = Journal.started(in: folder)
        #expect(cut.restore().drawn == [Restored.Drawn(source: SourceIndex(0), volume: .cubicMeters(3.5))], "it flowed to the end")
        var next = Feed(cut)
        next.pass(.minutes(5))
        next.ledger(.sourceDrawn(SourceIndex(0), .cubicMeters(3.2), isQuiet: true))
        next.pass(.minutes(20))
        let later = next.ledger(.commandDone(1, .done))
        #expect(eventually { cut.port.ledgerDurableThrough == later })
        #expect(cut.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore().drawn
        #expect(restored == [Restored.Drawn(source: SourceIndex(0), volume: .cubicMeters(3.2), quietFor: .minutes(20))])
    }
}
