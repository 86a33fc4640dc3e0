import Foundation
import GRDB
import Journal
import ProcessImage
import Quantities
import Testing

private let stockA = ChannelIndex(0), stockB = ChannelIndex(1)
private let tankA = TankIndex(0)
private let flowering = RecipeIndex(0)

private func dose(_ run: UInt64, _ channel: ChannelIndex, planned: Double, intended: Double = 0, commanded: Double = 0, metered: Double? = nil) -> DoseSoFar {
    DoseSoFar(run: RunID(rawValue: run), zone: east, channel: channel, planned: .liters(planned), intended: .liters(intended),
              commanded: .liters(commanded), metered: metered.map { .liters($0) })
}

private func hour(_ channel: ChannelIndex, _ hour: Int64, _ litres: Double) -> DoseHour {
    DoseHour(channel: channel, hour: hour, volume: .liters(litres))
}

/// What was dosed, over a restart and over a migration.
@Suite struct DoseRowTests {
    private let now = sixOClock / 3600

    @Test func `litres and kilograms of each dose, by zone and recipe, and by batch with what calibrations drew`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var feed = Feed(journal)
        feed.ledger(.dosePlanned(dose(1, stockA, planned: 10), flowering, batch: 7))
        feed.ledger(.dosePlanned(dose(1, stockB, planned: 10), flowering, batch: 8))
        feed.ledger(.doseIntent(dose(1, stockA, planned: 10, intended: 5), hour(stockA, now, 5)))
        feed.ledger(.doseEnded(dose(1, stockA, planned: 10, intended: 10, commanded: 10, metered: 9.8), hour(stockA, now, 10), .completed, .dosing(.given)))
        feed.ledger(.doseEnded(dose(1, stockB, planned: 10, intended: 10, commanded: 10), hour(stockB, now, 10), .completed, .dosing(.given)))
        feed.pass(.minutes(10))
        feed.ledger(.dosePlanned(dose(2, stockA, planned: 1), nil, batch: 7))
        let last = feed.ledger(.doseEnded(dose(2, stockA, planned: 1, intended: 1, commanded: 1), hour(stockA, now, 11), .completed, .dosing(.given)))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        let rows = try journal.doses(from: sixOClock - 60, to: sixOClock + 3600)
        #expect(rows.map(\.channel) == ["A", "A", "B"] && rows.map(\.recipe) == [nil, "flowering", "flowering"])
        #expect(rows.map(\.given.liters) == [1, 9.8, 10] && rows[1].endCause?.code == "dosing:given")
        let zones = try journal.doseSums(by: .zone, from: 0, to: .max / 2000)
        #expect(zones.map(\.key) == ["east-1"] && zones.map(\.doses) == [2])
        let zone = try #require(zones.first)
        #expect(abs(zone.stock.liters - 19.8) < 1e-9 && abs(zone.nitrogen.kilograms - 0.294) < 1e-9 && abs(zone.potash.kilograms - 0.588) < 1e-9)
        #expect(try journal.doseSums(by: .recipe, from: 0, to: .max / 2000).map(\.key) == ["flowering"])
        let batches = try journal.doseSums(by: .batch, from: 0, to: .max / 2000)
        #expect(batches.map(\.key) == ["7", "8"] && abs((batches.first?.product.kilograms ?? 0) - 2.16) < 1e-9)
    }

    @Test func `a run that a restart cut off counts all that may have been given, and is not begun again by its rows`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        feed.ledger(.flushOwed(FlushDebt(zone: east, recipe: flowering, run: RunID(rawValue: 3), volume: .liters(600))))
        feed.ledger(.dosePlanned(dose(3, stockA, planned: 8), flowering, batch: 7))
        let last = feed.ledger(.doseIntent(dose(3, stockA, planned: 8, intended: 3, commanded: 2.5), hour(stockA, now, 3)))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        let next = Journal.started(in: folder)
        defer { next.stop() }
        let restored = next.restore()
        #expect(restored.openDoses == [dose(3, stockA, planned: 8, intended: 3, commanded: 2.5)])
        #expect(restored.doseHours == [hour(stockA, now, 3)] && restored.flushDebts.map(\.volume) == [.liters(600)])
        #expect(next.live.snapshot().doseBooks.flushDebts.map(\.zone) == [east])
        var again = Feed(next)
        let row = again.ledger(.doseEnded(dose(3, stockA, planned: 8, intended: 3, commanded: 3), hour(stockA, now, 3), .interrupted, .dosing(.ledger)))
        #expect(eventually { next.port.ledgerDurableThrough == row })
        let rows = try next.doses(from: 0, to: .max / 2000)
        #expect(rows.map(\.given.liters) == [3] && rows.map(\.outcome) == [.interrupted] && rows.map(\.recipe) == ["flowering"])
    }

    @Test func `tanks, calibrations, tuned loops and debts come back with a new life; a paid debt does not`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        let first = ChannelCalibration(rate: .flow(.litersPerHour(240)), at: sixOClock, drift: .percent(0), command: 3)
        let second = ChannelCalibration(rate: .flow(.litersPerHour(252)), at: sixOClock + 60, drift: .percent(5), command: 9)
        let strokes = ChannelCalibration(rate: .stroke(.liters(0.0021)), at: 0, drift: .percent(-4), command: 10)
        let model = LoopModel(gain: -0.4, lag: .seconds(7), deadTime: .milliseconds(9_500))
        feed.ledger(.tank(tankA, TankState(left: .liters(480), batch: 7)))
        feed.ledger(.tank(tankA, TankState(left: .liters(470), batch: 7)))
        feed.ledger(.channelCalibrated(stockA, first))
        feed.ledger(.channelCalibrated(stockB, strokes))
        feed.pass(.minutes(1))
        feed.ledger(.channelCalibrated(stockA, second))
        feed.ledger(.loopTuned(DosingUnitIndex(0), .ph, model, command: 11))
        feed.ledger(.flushOwed(FlushDebt(zone: east, recipe: nil, run: RunID(rawValue: 1), volume: .liters(300))))
        feed.ledger(.flushPaid(east))
        let owed = FlushDebt(zone: ZoneIndex(1), recipe: flowering, run: RunID(rawValue: 2), volume: .liters(400), waitsForPerson: true)
        let last = feed.ledger(.flushOwed(owed))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(try journal.calibrations(channel: "A").map(\.calibration) == [second, first])
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(restored.tanks.map(\.state) == [TankState(left: .liters(470), batch: 7)])
        #expect(restored.calibrations.first { $0.channel == stockA }?.calibration == second)
        let stroke = try #require(restored.calibrations.first { $0.channel == stockB }?.calibration)
        #expect(stroke.at == 0 && stroke.rate == .stroke(.liters(0.0021)))
        #expect(restored.loopModels.map(\.model) == [model] && restored.loopModels.map(\.loop) == [.ph])
        #expect(restored.flushDebts == [owed])
    }

    @Test func `a channel that a run is calibrated by twice has two rows`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var feed = Feed(journal)
        for litres in [0.4, 0.5] {
            feed.ledger(.dosePlanned(dose(5, stockA, planned: litres), nil, batch: 0))
            feed.ledger(.doseEnded(dose(5, stockA, planned: litres, intended: litres, commanded: litres), hour(stockA, now, 0.9), .completed, .dosing(.given)))
        }
        let last = feed.ledger(.flushPaid(east))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(try journal.doses(from: 0, to: .max / 2000).map(\.given.liters) == [0.5, 0.4])
    }

    @Test func `hours reach a day back, those of a clock that was not set until a day of one that is has passed`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        var memory = Restored()
        func book(_ row: DoseHour) {
            memory.apply(dosing: .doseIntent(dose(1, stockA, planned: 1), row))
            feed.ledger(.doseIntent(dose(1, stockA, planned: 1), row))
        }
        book(hour(stockA, now - 40, 1))
        book(hour(stockA, 2, 4))
        book(hour(stockA, now - 20, 2))
        book(hour(stockA, now, 3))
        let first = feed.ledger(.flushPaid(east))
        #expect(eventually { journal.port.ledgerDurableThrough == first })
        #expect(journal.stop())
        let next = Journal.started(in: folder)
        #expect(Set(next.restore().doseHours) == [hour(stockA, 2, 4), hour(stockA, now - 20, 2), hour(stockA, now, 3)])
        #expect(Set(memory.doseHours).isSuperset(of: next.restore().doseHours))
        var later = Feed(next)
        later.ledger(.doseIntent(dose(2, stockA, planned: 1), hour(stockA, now + 30, 1)))
        let last = later.ledger(.flushPaid(east))
        #expect(eventually { next.port.ledgerDurableThrough == last })
        #expect(next.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(restored.doseHours == [hour(stockA, now + 30, 1)])
    }

    @Test func `a ledger from before dosing is taken over with all it holds`() throws {
        let folder = try Folder()
        let old = Journal.started(in: folder)
        var feed = Feed(old)
        let last = feed.ledger(.runStarted(RunID(rawValue: 5), east, .program(morning), planned: .time(.minutes(10))))
        #expect(eventually { old.port.ledgerDurableThrough == last })
        #expect(old.stop())
        try DatabaseQueue(path: folder.file("ledger.db")).write { database in
            for table in ["doses", "doseHours", "flushDebts", "tanks", "calibrations", "loopModels"] { try database.execute(sql: "DROP TABLE \(table)") }
            try database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'dosing'")
        }
        let journal = Journal.started(in: folder)
        defer { journal.stop() }
        #expect(journal.restore().ledgerIsComplete && journal.restore().openRuns.map(\.run) == [RunID(rawValue: 5)])
        var next = Feed(journal)
        let row = next.ledger(.tank(tankA, TankState(left: .liters(100), batch: 1)))
        #expect(eventually { journal.port.ledgerDurableThrough == row })
        #expect(try journal.doses(from: 0, to: .max / 2000).isEmpty)
    }

    @Test func `a dose of a channel that the site has no more is ended with what was intended`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        feed.ledger(.dosePlanned(dose(1, stockB, planned: 4), flowering, batch: 0))
        let last = feed.ledger(.doseIntent(dose(1, stockB, planned: 4, intended: 2), hour(stockB, now, 2)))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        let less = SiteTables(site: greenhouse.site, clock: greenhouse.clock, points: greenhouse.points, outputs: greenhouse.outputs,
                              zones: greenhouse.zones, channels: [Label(tag: "A")])
        let next = Journal.started(in: folder, tables: less)
        defer { next.stop() }
        #expect(next.restore().openDoses.isEmpty && next.restore().doseHours.isEmpty)
        #expect(try next.doses(from: 0, to: .max / 2000).map(\.given.liters) == [2])
    }

    /// A row may not be in one and not in the other: what a restart finds on disk is what the memory beside it holds.
    @Test(arguments: 0..<8)
    func `the memory beside the ledger and the ledger agree after any rows`(seed: Int) throws {
        var random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: UInt64) -> UInt64 {
            random ^= random << 13; random ^= random >> 7; random ^= random << 17
            return random % bound
        }
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        var memory = Restored()
        var last: UInt64 = 0
        for number in 0..<120 {
            let channel = ChannelIndex(Int(next(2))), run = next(3) + 1, litres = Double(next(90)) / 10
            let so = dose(run, channel, planned: 9, intended: litres, commanded: litres / 2, metered: next(2) == 0 ? nil : litres / 2)
            let booked = hour(channel, now - Int64(next(20)), litres)
            let entry: LedgerEntry = switch next(7) {
            case 0: .dosePlanned(dose(run, channel, planned: 9), flowering, batch: 1)
            case 1: .doseIntent(so, booked)
            case 2: .doseEnded(so, booked, .stopped, .dosing(.stoppedByHand))
            case 3: .flushOwed(FlushDebt(zone: ZoneIndex(Int(next(2))), recipe: nil, run: RunID(rawValue: run), volume: .liters(litres)))
            case 4: .flushPaid(ZoneIndex(Int(next(2))))
            case 5: .tank(TankIndex(Int(next(2))), TankState(left: .liters(litres), batch: UInt64(number)))
            default: .channelCalibrated(channel, ChannelCalibration(rate: .flow(.litersPerHour(litres + 1)), at: sixOClock, drift: .zero, command: UInt64(number)))
            }
            // A plan for a dose that goes on is no row that control writes; nor is its end for one that was never begun.
            if case .dosePlanned = entry, memory.openDoses.contains(where: { $0.run == so.run && $0.channel == channel }) { continue }
            memory.apply(dosing: entry)
            last = feed.ledger(entry)
            feed.pass(.seconds(1))
        }
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(Set(restored.openDoses) == Set(memory.openDoses) && Set(restored.doseHours) == Set(memory.doseHours))
        #expect(Set(restored.flushDebts) == Set(memory.flushDebts))
        #expect(Dictionary(uniqueKeysWithValues: restored.tanks.map { ($0.tank, $0.state) }) == Dictionary(uniqueKeysWithValues: memory.tanks.map { ($0.tank, $0.state) }))
        #expect(Set(restored.calibrations.map(\.calibration.command)) == Set(memory.calibrations.map(\.calibration.command)))
    }
}

/// A child doses and is killed with -9 at a moment of its own: what it was allowed to give is on disk.
@Suite(.serialized) struct DoseCrashTests {
    @Test(arguments: [101, 217, 450, 900])
    func `no quantum that was allowed is missing after kill -9, and the flush it owes stands`(milliseconds: Int) async throws {
        let folder = try Folder()
        let path = folder.path
        let result = await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, milliseconds = milliseconds as Int] in
            DosingChild.write(into: path, dyingAfter: milliseconds)
        }
        #expect(result != nil)
        let acknowledged = try Child.acknowledged(in: path)
        let journal = Journal.started(in: folder)
        defer { journal.stop() }
        let restored = journal.restore()
        #expect(restored.ledgerIsComplete && acknowledged > 2)
        let open = try #require(restored.openDoses.first)
        // Row n + 2 allows n mL.
        #expect(open.intended.liters * 1000 >= Double(acknowledged) - 2 - 1e-6 && restored.openDoses.count == 1)
        #expect(restored.doseHours.map(\.volume) == [open.intended] && restored.flushDebts.map(\.zone) == [east])
    }
}

private enum DosingChild {
    static func write(into path: String, dyingAfter milliseconds: Int) {
        Child.run(into: path, dyingAfter: milliseconds) { number, feed in
            if number == 0 {
                feed.ledger(.flushOwed(FlushDebt(zone: east, recipe: flowering, run: RunID(rawValue: 1), volume: .liters(500))))
                feed.ledger(.dosePlanned(dose(1, stockA, planned: 100), flowering, batch: 1))
            } else {
                let intended = Double(number) / 1000
                feed.ledger(.doseIntent(dose(1, stockA, planned: 100, intended: intended), hour(stockA, sixOClock / 3600, intended)))
            }
        }
    }
}
