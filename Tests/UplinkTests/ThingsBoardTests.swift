import Foundation
import Testing
@testable import Uplink

@Suite("ThingsBoard's form, through a real mosquitto to its side in Python",
       .enabled(if: RealBroker.isHere != nil, "skipped: mosquitto is not installed"),
       .enabled(if: python != nil, "skipped: python3 has no pysparkplug, which brings paho"))
struct ThingsBoardTests {
    private static let token = "A1-token"

    /// A broker that lets the token's owner say what a gateway says to ThingsBoard, and nothing else.
    private func broker() throws -> RealBroker {
        let broker = try RealBroker { folder in
            let rules = folder.appendingPathComponent("rules").path
            try "topic read v1/#\nuser \(Self.token)\ntopic write v1/gateway/connect\ntopic write v1/gateway/telemetry\n"
                .write(toFile: rules, atomically: true, encoding: .utf8)
            return "allow_anonymous true\nacl_file \(rules)"
        }
        try broker.start()
        return broker
    }

    @Test func `every value is kept once by device, time and key, over links that are cut and swallow, and none is ever another`() throws {
        let broker = try broker()
        let board = try PythonReceiver(broker.folder, "thingsboard"), link = try BadLink(to: broker.port)
        try board.start(broker)
        eventually("ThingsBoard listens") { board.listens }
        let gateway = TestGateway("闸-7", .thingsBoard)
        try gateway.start(at: Broker(host: "127.0.0.1", port: link.port, login: .init(name: Self.token, password: "")))
        var random = Seeded(7)
        for round in 0..<8 {
            link.be([.cut, .slow, .swallow, .pass][round % 4])
            for _ in 0..<60 {
                let stream = ["state", "alarms", "audit", "runs", "hours"][random.below(5)]
                gateway.commit(stream, [.text("东一"), SyncValue(Double(bitPattern: random.next())), .integer(Int64(random.below(9))), .null],
                               at: 1_764_000_000_000 + Int64(round * 400 + random.below(3)))
            }
            Thread.sleep(forTimeInterval: 0.4)
            if round == 5 {
                gateway.stop()
                try gateway.start(at: Broker(host: "127.0.0.1", port: link.port, login: .init(name: Self.token, password: "")))
            }
        }
        link.be(.pass)
        eventually("all has been taken", within: 60) { gateway.waiting == 0 }
        gateway.stop()
        try check(try board.list(), gateway)
    }

    private func check(_ lines: [String], _ gateway: TestGateway) throws {
        var due: Set<SyncValue> = [], states: Set<SyncValue> = []
        for (stream, rows) in gateway.books.rows {
            for row in rows.values {
                let told = Set(values(of: row, in: stream, of: gateway.name))
                if stream == "state", row.id != gateway.books.heads["state"] { states.formUnion(told) } else { due.formUnion(told) }
            }
        }
        let kept = try lines.map { try SyncEncoding.json.decode(Array($0.utf8), within: SyncLimits(bytes: 10_000)) }
        #expect(due.count > 1000 && due.subtracting(kept).isEmpty && Set(kept).subtracting(due).isSubset(of: states))
        #expect(kept.count == Set(kept).count)
    }

    /// As docs/sync.md says it.
    private func values(of row: SyncRow, in stream: String, of gateway: String) -> [SyncValue] {
        let time = row.milliseconds / 1000 * 1000 + Int64(row.id % 1000)
        let all = [("row_id", .integer(Int64(row.id))), ("row_at", .integer(row.milliseconds))] + zip(TestGateway.columns, row.values)
        return all.filter { $0.1 != .null }.map { .list([.text("\(gateway) \(stream)"), .integer(time), .text($0.0), $0.1]) }
    }
}
