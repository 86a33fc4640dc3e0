import Foundation
import Journal
import Language
import ProcessImage
import Quantities
import Testing

@Suite struct JournalTests {
    @Test func `what the scan records is on the live screen`() throws {
        let journal = Journal.started(in: try Folder())
        defer { journal.stop() }
        var feed = Feed(journal)
        feed.sample(12.5)
        feed.push(.output(valve, .on, .program(morning)))
        feed.push(.zone(east, ZoneStatus(phase: .watering, cause: .program(morning))))
        feed.push(.alarm(AlarmID(.deviceLost, .device(DeviceIndex(0))), .unacknowledged))
        feed.push(.event(Event(.deviceLost, .device(DeviceIndex(0)), duration: .seconds(30))))
        #expect(eventually { journal.live.snapshot().alarms.first?.event != nil })
        let live = journal.live.snapshot()
        #expect(live.readings[flow.offset].recorded == 12.5)
        #expect(live.outputs[valve.offset].level == .on)
        #expect(live.zones[east.offset].status.phase == .watering)
        #expect(live.alarms.first?.state == .unacknowledged)
        feed.pass(.seconds(1))
        feed.push(.alarm(AlarmID(.deviceLost, .device(DeviceIndex(0))), .normal))
        #expect(eventually { journal.live.snapshot().alarms.isEmpty })
    }

    @Test func `a reader sees one history before and after the flush and after a restart`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        for number in 0..<50 {
            feed.sample(Double(number) / 4)
            feed.pass(.milliseconds(100))
        }
        #expect(eventually { try journal.samples(of: "FT-101.flow").count == 50 })
        #expect(journal.stop())
        let next = Journal.started(in: folder)
        defer { next.stop() }
        #expect(eventually { try next.samples(of: "FT-101.flow").count == 50 })
        let rows = try next.samples(of: "FT-101.flow")
        #expect(rows.first?.unixMilliseconds == sixOClock * 1000)
        #expect(rows.map { $0.value ?? -1 } == (0..<50).map { Double($0) / 4 })
        #expect(throws: QueryRefused.unknownTag("nonsense")) { try next.samples(of: "nonsense") }
    }

    @Test func `a new life takes over runs, occurrences, trips, alarms and numbers`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        let today = CivilDate(year: 2026, month: 11, day: 23) ?? CivilDate(daysSinceEpoch: 0)
        let occurrence = Occurrence(program: morning, date: today, number: 0)
        let trip = TripID(.noFlow, .zone(east))
        feed.ledger(.occurrence(occurrence, .started))
        feed.ledger(.runStarted(RunID(rawValue: 7), east, .program(morning), planned: .volume(.liters(1500))))
        feed.ledger(.runProgress(RunID(rawValue: 7), watered: .seconds(90), volume: .liters(300), isEstimated: true))
        feed.push(.alarm(AlarmID(.tripNoFlow, .zone(east)), .acknowledged))
        let last = feed.ledger(.tripLatched(trip))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        let command = journal.nextCommandID()
        #expect(journal.stop())
        let next = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick)
        let restored = next.restore()
        #expect(restored.ledgerIsComplete)
        #expect(restored.decided == [occurrence])
        #expect(restored.trips == [trip])
        #expect(restored.nextRun == RunID(rawValue: 8))
        #expect(restored.openRuns == [.init(run: RunID(rawValue: 7), zone: east, planned: .volume(.liters(1500)), watered: .seconds(90),
                                              volume: .liters(300), isEstimated: true)])
        #expect(restored.alarms.map(\.state) == [.acknowledged])
        #expect(next.nextCommandID() > command)
        #expect(next.lastWall?.unixSeconds == sixOClock)
    }

    @Test func `a new life knows the starts of the last hour and how often meters report`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        let pump = OutputIndex(1)
        var feed = Feed(journal)
        feed.ledger(.motorStarted(pump))
        feed.pass(.seconds(2000))
        feed.ledger(.motorStarted(pump))
        feed.pass(.seconds(2000))
        feed.ledger(.meterReports(SourceIndex(0), every: .seconds(120)))
        let last = feed.ledger(.meterReports(SourceIndex(0), every: .seconds(300)))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(restored.motorStarts == [.init(output: pump, age: .seconds(2000))])
        #expect(restored.meterReports.map(\.every) == [.seconds(300)])
    }

    @Test func `a new life knows what was booked for dosing in the last day, and no more`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        feed.ledger(.doseBooked(ChannelIndex(0), east, .liters(3)))
        feed.pass(.hours(20))
        feed.ledger(.doseBooked(ChannelIndex(1), east, .liters(2)))
        feed.pass(.hours(6))
        let last = feed.ledger(.doseBooked(ChannelIndex(0), east, .liters(1)))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore()
        #expect(restored.bookedIsComplete && restored.bookedDoses == [
            .init(channel: ChannelIndex(1), zone: east, volume: .liters(2), age: .hours(6)),
            .init(channel: ChannelIndex(0), zone: east, volume: .liters(1), age: .zero),
        ])
    }

    @Test func `a proof outlives a restart, with who gave it, and not a changed wiring`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        let command = journal.nextCommandID()
        journal.noteCommand(command, author: "lao-wang", text: "confirm-proof V-1: flow 0 to 11.8 m3/h")
        let last = feed.ledger(.outputProven(valve, command: command))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.live.snapshot().proven == [true, false])
        #expect(journal.stop())
        let next = Journal.started(in: folder)
        #expect(next.restore().proven == [valve])
        let proof = try #require(try next.proofs().first)
        #expect(proof.output == valve && proof.author == "lao-wang" && proof.text.hasSuffix("11.8 m3/h"))
        #expect(next.stop())
        let rewired = greenhouse.outputs.map {
            OutputDefinition(label: $0.label, kind: $0.kind, safe: $0.safe, maximumOn: $0.maximumOn, wiring: "R9 gpiochip0:9 active-low")
        }
        let tables = SiteTables(site: greenhouse.site, clock: .shanghai, points: greenhouse.points, outputs: rewired,
                                zones: greenhouse.zones, sources: greenhouse.sources, programs: greenhouse.programs, devices: greenhouse.devices)
        #expect(Journal(folder: folder.path, tables: tables, plan: Journal.quick).restore().proven == [])
    }
}
