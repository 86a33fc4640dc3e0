@testable import Journal
import ProcessImage
import Quantities
import Testing

/// Who wakes the drain, and who need not wait for it. The journals here are not started: nothing drains by itself.
struct DrainTests {
    @Test func `Whoever asks sees what the last scan left, drained or not`() throws {
        let journal = Journal(folder: try Folder().path, tables: greenhouse, plan: Journal.quick)
        let feed = Feed(journal)
        for value in 1...3000 { feed.sample(Double(value)) }
        #expect(journal.live.snapshot().readings[flow.offset].recorded == 3000)
        #expect(journal.port.dropped == 0)
    }

    @Test func `The bell rings for what somebody waits for, and for a ring half full, and for nothing else`() throws {
        let ring = Ring<Record>(capacity: 16)
        let bell = Bell()
        let port = JournalPort(ring: ring, state: JournalState(), bell: bell)
        func rang(after bodies: [Record.Body]) -> Bool {
            for body in bodies {
                port.push(Record(scan: 1, instant: .start, wall: WallTime(unixSeconds: 0, trust: .unset), body: body))
            }
            port.endScan()
            return bell.wait(atMost: .zero)
        }
        let sample = Record.Body.sample(flow, .neverRead)
        #expect(!rang(after: [sample, .output(valve, .on, .idle), .statistics(ScanStatistics())]))
        #expect(rang(after: [.event(Event(.started, .site))]))
        #expect(!rang(after: [sample]), "a ring counts once")
        #expect(rang(after: [.ledger(.commandDone(1, .done), number: 1)]))
        #expect(!rang(after: [sample]))
        #expect(rang(after: [sample]), "half full")
    }
}
