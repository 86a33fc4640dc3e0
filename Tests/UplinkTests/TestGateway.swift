import Foundation
import Quantities
import Sparkplug
import Synchronization
import Testing
@testable import Uplink

/// A gateway with its disk: rows and marks that outlive every link.
final class TestGateway {
    struct Books {
        var rows: [String: [UInt64: SyncRow]] = [:]
        var heads: [String: UInt64] = [:]
        var marks: [String: UInt64] = [:]
        var gaps: [SyncGap] = []
    }

    private final class Disk: Sendable { let books = Mutex(Books()) }

    static let columns = ["zone", "litres", "number", "share"]

    let name: String
    private let form: SyncForm
    private let disk = Disk()
    private(set) var link: SyncLink?

    init(_ name: String, _ form: SyncForm) { (self.name, self.form) = (name, form) }

    var books: Books { disk.books.withLock { $0 } }
    var waiting: Int { link?.outbox.waiting ?? 0 }

    func commit(_ stream: String, _ values: [SyncValue], at milliseconds: Int64) {
        let id = disk.books.withLock { $0.commit(stream, values, at: milliseconds) }
        link?.committed(stream, through: id)
    }

    /// Impatient and with little room, so that all happens in seconds.
    static let hasty: OutboxSettings = {
        var room = OutboxSettings()
        (room.patience, room.longestPatience) = (.seconds(1), .seconds(4))
        (room.rowsPerParcel, room.rowsMax) = (40, 1500)
        return room
    }()

    /// Begins anew, with what is on its disk.
    func start(at broker: Broker, _ room: OutboxSettings = hasty) throws {
        let disk = disk
        let (heads, marks) = disk.books.withLock { ($0.heads, $0.marks) }
        var outbox = Outbox(marks: marks, room)
        for (stream, head) in heads { outbox.committed(stream, through: head) }
        var settings = SyncSettings()
        settings.form = form
        (settings.dial.patience, settings.dial.firstRest, settings.dial.longestRest) = (.seconds(5), .milliseconds(200), .milliseconds(400))
        settings.keepInterval = .milliseconds(20)
        let ports = SyncLink.Ports(read: { part in
            disk.books.withLock { books in
                SyncBlock(stream: part.stream, columns: part.stream == "gaps" ? SyncGap.columns : Self.columns,
                          rows: part.ids.compactMap { books.rows[part.stream]?[$0] })
            }
        }, keep: { marks in
            disk.books.withLock { $0.marks = marks }
        }, giveUp: { gap, marks in
            disk.books.withLock { books in
                books.marks = marks
                books.gaps.append(gap)
                return books.commit("gaps", gap.values, at: 1_764_000_000_000)
            }
        }, report: { _ in })
        let link = SyncLink(outbox, gateway: try #require(TopicName(name)), store: "5f0c", settings, brokers: [broker],
                            clientName: "\(name)-sync", keepAlive: 5, ports)
        link.start()
        self.link = link
    }

    func stop() {
        guard let link else { return }
        #expect(link.stop(within: .seconds(20)))
        self.link = nil
    }
}

extension TestGateway.Books {
    mutating func commit(_ stream: String, _ values: [SyncValue], at milliseconds: Int64) -> UInt64 {
        let id = heads[stream, default: 0] + 1
        heads[stream] = id
        rows[stream, default: [:]][id] = SyncRow(id: id, milliseconds: milliseconds, values: values)
        return id
    }

    func isGivenUp(_ stream: String, _ id: UInt64) -> Bool { gaps.contains { $0.stream == stream && $0.ids.contains(id) } }
}

extension Office {
    /// That every row of a gateway's disk is in the database once, equal to the bit, but for rows that were given up; of how things are,
    /// the newest; and that the day's water is that of the ledger.
    func check(_ gateway: TestGateway) throws {
        let books = gateway.books
        let name = gateway.name
        let stored = try ask("select stream, id, round(extract(epoch from at) * 1000), data from rows r join stores s on s.number = r.store"
                             + " where gateway = '\(name)'")
        var seen: Set<String> = []
        for fields in stored {
            try #require(fields.count == 4, "\(fields)")
            let (stream, id) = (fields[0], try #require(UInt64(fields[1])))
            #expect(seen.insert("\(stream) \(id)").inserted)
            let row = try #require(books.rows[stream]?[id], "\(name) never wrote \(stream) \(id)")
            let columns = stream == "gaps" ? SyncGap.columns : TestGateway.columns
            let expected = SyncValue.map(zip(columns, row.values).map { SyncValue.Member($0, $1) })
            let data = try SyncEncoding.json.decode(Array(fields[3].utf8), within: SyncLimits(bytes: 10_000))
            // CBOR has doubles as their bits.
            #expect(SyncEncoding.cbor.encode(data) == SyncEncoding.cbor.encode(expected) && fields[2] == "\(row.milliseconds)", "\(fields) \(row)")
        }
        for (stream, rows) in books.rows where stream != "state" {
            for id in rows.keys.sorted() where !books.isGivenUp(stream, id) { #expect(seen.contains("\(stream) \(id)")) }
        }
        let state = try ask("select id from states t join stores s on s.number = t.store where gateway = '\(name)'").first?.first
        #expect(state == books.heads["state"].map { "\($0)" })
        try checkWater(of: name, books)
    }

    private func checkWater(of name: String, _ books: TestGateway.Books) throws {
        let litres = (books.rows["runs"] ?? [:]).values.reduce(0.0) { sum, row in
            if case .number(let litres) = row.values[1] { sum + litres } else { sum }
        }
        let told = try ask("select coalesce(sum(litres), 0) from water_by_zone_and_day where gateway = '\(name)'").first?.first
        #expect(told.flatMap(Double.init) == litres)
    }
}
