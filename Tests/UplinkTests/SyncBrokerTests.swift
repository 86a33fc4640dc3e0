import Foundation
import Glibc
import Testing
@testable import Uplink

@Suite("The sync stream with deploy/: mosquitto, PostgreSQL and receivers",
       .enabled(if: Office.isHere, "skipped: mosquitto, postgresql, python3-paho-mqtt, python3-psycopg2 or python3-cbor2 is not installed"))
struct SyncBrokerTests {
    private static let seeds: [UInt64] = {
        let first = count("TIDEGATE_CHAOS_FIRST") ?? 1
        return (0..<(count("TIDEGATE_CHAOS_SEEDS") ?? 2)).map { UInt64(first + $0) }
    }()
    private static let rounds = count("TIDEGATE_CHAOS_ROUNDS") ?? 10

    private static func count(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

    @Test(arguments: seeds)
    func `after broker, receiver and gateway have died again and again, every row is in the database once, equal to the bit`(seed: UInt64) throws {
        var chaos = try Chaos(seed: seed)
        for _ in 0..<Self.rounds { try chaos.round() }
        try chaos.end()
    }

    @Test func `a day without a link, then more rows than there is room for: what is given up is told, all else arrives`() throws {
        let office = try Office(gateways: ["gate-7"])
        office.kill("broker")
        let gateway = TestGateway("gate-7", .rows(.json))
        try gateway.start(at: office.address(of: "gate-7"))
        for number in 0..<1400 { gateway.commit("hours", [.text("东一"), .null, .integer(Int64(number)), .null], at: Int64(number)) }
        for number in 0..<300 { gateway.commit("runs", [.text("东一"), .number(0.5), .integer(Int64(number)), .null], at: Int64(number)) }
        eventually("rows are given up") { !gateway.books.gaps.isEmpty }
        try office.up()
        eventually("all is stored", within: 120) { gateway.waiting == 0 }
        gateway.stop()
        try office.check(gateway)
        let given = gateway.books.gaps.reduce(0) { $0 + $1.rows }
        let stored = try office.ask("select count(*) filter (where stream = 'hours'), (select sum(missing) from gaps) from rows").first
        #expect(given >= 200 && stored == ["\(1400 - given)", "\(given)"])
    }

    @Test(.enabled(if: Office.canMount, "skipped: a disk can be mounted by root only"))
    func `a full disk at the database loses no row: what it could not take was not acknowledged`() throws {
        let office = try Office(gateways: ["gate-7"], diskMegabytes: 96)
        let gateway = TestGateway("gate-7", .rows(.cbor))
        try gateway.start(at: office.address(of: "gate-7"))
        gateway.commit("runs", [.text("东一"), .number(1), .null, .null], at: 1)
        eventually("the first row is stored") { gateway.waiting == 0 }
        let ballast = office.folder.appendingPathComponent("database/ballast").path
        #expect(throws: Failed.self) { try run("/bin/dd", ["if=/dev/zero", "of=\(ballast)", "bs=4k"]) }
        for number in Int64(0)..<1200 { gateway.commit("runs", [.text("东一"), .number(1), .integer(number), .text(String(repeating: "水", count: 700))], at: 2) }
        eventually("a receiver has left") { office.words.contains("left: ") }
        let acknowledged = 1200 - gateway.waiting
        try run("/bin/rm", [ballast])
        try office.up()
        eventually("all is stored", within: 120) { gateway.waiting == 0 }
        gateway.stop()
        #expect(acknowledged < 1200)
        try office.check(gateway)
    }

    @Test func `a gateway is heard under its own name only, and a bad batch is set aside once with the reason`() throws {
        let office = try Office(gateways: ["gate-7", "gate-8"], receivers: 1)
        let speaker = try Speaker(office.address(of: "gate-7"))
        let block = SyncBlock(stream: "runs", columns: [], rows: [SyncRow(id: 1, milliseconds: 5, values: [])])
        let good = SyncBatch(gateway: "gate-7", store: "a", blocks: [block])
        let lie = SyncBatch(gateway: "gate-8", store: "a", blocks: good.blocks)
        let future = SyncValue.map([.init("v", .integer(2))])
        let say = { (topic: String, tree: SyncValue) in speaker.say("tidegate/\(topic)/sync/v1/rows", SyncEncoding.cbor.encode(tree)) }
        try eventually("the bad ones are set aside and the good one is stored") {
            say("gate-8", lie.tree)
            say("gate-7", lie.tree)
            say("gate-7", future)
            say("gate-7", good.tree)
            return try office.ask("select 1 from rows").count == 1 && office.ask("select 1 from set_aside where times > 1").count == 2
        }
        #expect(try office.ask("select gateway from stores") == [["gate-7"]])
        #expect(try office.ask("select gateway, reason from set_aside order by reason")
                == [["gate-7", "not of version 1"], ["gate-7", "speaks in the name of another gateway"]])
    }
}
