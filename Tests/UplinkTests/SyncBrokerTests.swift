import Foundation
import Glibc
import Quantities
import Sparkplug
import Synchronization
import Testing
@testable import Uplink

/// A receiver in Python on a database of its own.
final class PythonReceiver {
    private let script: URL
    private let database: URL
    private var process: Process?

    init(_ folder: URL) throws {
        script = try #require(Bundle.module.url(forResource: "receiver", withExtension: "py", subdirectory: "Fixtures"))
        database = folder.appendingPathComponent("office.db")
    }

    func start(_ broker: RealBroker) throws {
        let process = Process()
        process.executableURL = try interpreter()
        process.arguments = [script.path, "\(broker.port)", database.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
    }

    func kill() {
        guard let process else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// What is stored, a row a line.
    func list() throws -> [String] {
        let (process, output) = (Process(), Pipe())
        process.executableURL = try interpreter()
        process.arguments = [script.path, "--list", database.path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func interpreter() throws -> URL {
        let found = python
        return try #require(found)
    }

    deinit { kill() }
}

/// A gateway's disk: rows and marks that outlive every link.
private final class Ledger: Sendable {
    struct Books {
        var rows: [String: [UInt64: SyncRow]] = [:]
        var heads: [String: UInt64] = [:]
        var marks: [String: UInt64] = [:]
        var gaps: [SyncGap] = []
    }

    let books = Mutex(Books())

    func commit(_ stream: String, _ values: [SyncValue]) -> UInt64 {
        books.withLock { $0.commit(stream, values) }
    }

    func link(_ broker: RealBroker) throws -> SyncLink {
        var room = OutboxSettings()
        room.patience = .seconds(1)
        room.rowsPerParcel = 40
        room.rowsMax = 1500
        let (heads, marks) = books.withLock { ($0.heads, $0.marks) }
        var outbox = Outbox(marks: marks, room)
        for (stream, head) in heads { outbox.committed(stream, through: head) }
        var settings = SyncSettings()
        settings.encoding = .json
        settings.firstRest = .milliseconds(200)
        settings.longestRest = .milliseconds(400)
        settings.keepInterval = .milliseconds(20)
        let ports = SyncLink.Ports(read: { [self] part in
            books.withLock { books in
                SyncBlock(stream: part.stream, columns: part.stream == "gaps" ? SyncGap.columns : ["number", "share", "text"],
                          rows: part.ids.compactMap { books.rows[part.stream]?[$0] })
            }
        }, keep: { [self] marks in
            books.withLock { $0.marks = marks }
        }, giveUp: { [self] gap, marks in
            books.withLock { books in
                books.marks = marks
                books.gaps.append(gap)
                return books.commit("gaps", gap.values)
            }
        }, report: { _ in })
        let link = SyncLink(outbox, gateway: try #require(TopicName("gate-7")), store: "5f0c", settings, brokers: [broker.address],
                            clientName: "gate-7-sync", keepAlive: 5, ports)
        link.start()
        return link
    }
}

extension Ledger.Books {
    mutating func commit(_ stream: String, _ values: [SyncValue]) -> UInt64 {
        let id = heads[stream, default: 0] + 1
        heads[stream] = id
        rows[stream, default: [:]][id] = SyncRow(id: id, milliseconds: 1_764_000_000_000 + Int64(id), values: values)
        return id
    }
}

@Suite("The sync stream at a real mosquitto, with a receiver in Python",
       .enabled(if: RealBroker.isHere != nil, "skipped: mosquitto is not installed"),
       .enabled(if: python != nil, "skipped: python3 has no pysparkplug, which brings paho"))
struct SyncBrokerTests {
    /// Broker, receiver and link die again and again, in an order drawn from the seed, while rows are written; the link begins anew
    /// with the marks that are on its disk.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `after broker, receiver and gateway have died again and again, every row is in the database once, equal to the bit`(seed: UInt64) throws {
        var random = Seeded(seed)
        let broker = try RealBroker()
        let receiver = try PythonReceiver(broker.folder)
        let ledger = Ledger()
        try broker.start()
        try receiver.start(broker)
        var link = try ledger.link(broker)
        for _ in 0..<12 {
            for _ in 0..<60 {
                let stream = SyncStream.all[random.below(SyncStream.all.count)]
                guard stream != .gaps else { continue }
                let values: [SyncValue] = [.integer(Int64(bitPattern: random.next())), SyncValue(Double(random.below(1000)) / 7), .text("东一\"\n")]
                link.committed(stream.name, through: ledger.commit(stream.name, values))
            }
            switch random.below(4) {
            case 0:
                broker.kill()
                try broker.start()
            case 1:
                receiver.kill()
                try receiver.start(broker)
            case 2:
                #expect(link.stop(within: .seconds(10)))
                link = try ledger.link(broker)
            default: let waiting = link.outbox.waiting; eventually("something arrives") { link.outbox.waiting < waiting || waiting == 0 }
            }
        }
        eventually("all is stored") { link.outbox.waiting == 0 }
        #expect(link.stop(within: .seconds(10)))
        try check(receiver.list(), ledger.books.withLock { $0 })
    }

    /// Rows that were given up are missing, and nothing else; of how things are, only the newest must be there.
    private func check(_ stored: [String], _ books: Ledger.Books) throws {
        let lines = Set(stored)
        #expect(lines.count == stored.count)
        for (stream, rows) in books.rows {
            for row in rows.values.sorted(by: { $0.id < $1.id }) {
                let isNeeded = stream == "state" ? row.id == books.heads[stream] : !books.gaps.contains { $0.stream == stream && $0.ids.contains(row.id) }
                let line = "\(stream) " + String(decoding: SyncEncoding.json.encode(row.tree), as: UTF8.self)
                if isNeeded { #expect(lines.contains(line)) }
            }
        }
        let committed = books.rows.flatMap { stream, rows in
            rows.values.map { "\(stream) " + String(decoding: SyncEncoding.json.encode($0.tree), as: UTF8.self) }
        }
        #expect(lines.isSubset(of: committed))
    }

    @Test func `a day without a link, then more rows than there is room for: what is given up is told, all else arrives`() throws {
        let broker = try RealBroker()
        let receiver = try PythonReceiver(broker.folder)
        let ledger = Ledger()
        let link = try ledger.link(broker)
        for number in 0..<1400 { link.committed("minutes", through: ledger.commit("minutes", [.integer(Int64(number)), .null, .null])) }
        for number in 0..<300 { link.committed("runs", through: ledger.commit("runs", [.integer(Int64(number)), .null, .null])) }
        eventually("rows are given up") { !ledger.books.withLock(\.gaps.isEmpty) }
        try broker.start()
        try receiver.start(broker)
        eventually("all is stored") { link.outbox.waiting == 0 }
        #expect(link.stop(within: .seconds(10)))
        let books = ledger.books.withLock { $0 }
        let stored = try receiver.list()
        try check(stored, books)
        let given = books.gaps.reduce(0) { $0 + $1.rows }
        #expect(given >= 200 && stored.count { $0.hasPrefix("minutes ") } == 1400 - given && stored.count { $0.hasPrefix("gaps ") } == books.gaps.count)
    }
}
