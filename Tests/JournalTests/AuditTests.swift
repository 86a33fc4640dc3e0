import Foundation
import GRDB
@testable import Journal
import ProcessImage
import Quantities
import Testing

@Suite struct AuditTests {
    /// Vectors of FIPS 180-4's examples, and a length of more than two blocks.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        (String(repeating: "a", count: 200), "c2a908d98f5df987ade41b5fce213067efbcc21ef2240212a41e54b5e7c28ae5"),
    ])
    func `the hash is SHA-256`(text: String, hex: String) {
        #expect(SHA256.hash(Array(text.utf8)).map { String(format: "%02x", $0) }.joined() == hex)
    }

    private func folderWithCommands() throws -> Folder {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        var feed = Feed(journal)
        for zone in ["east-1", "east-2", "west-1"] {
            let id = journal.nextCommandID()
            #expect(journal.noteCommand(id, author: "老张", text: "run \(zone) for 10 min"))
            #expect(eventually { try journal.audit().first?.command == id })
            let done = feed.ledger(.commandDone(id, zone == "west-1" ? .refusedBusy : .done))
            #expect(eventually { journal.port.ledgerDurableThrough == done })
        }
        #expect(journal.stop())
        return folder
    }

    @Test func `a command is told with its author, words and outcome`() throws {
        let journal = Journal.started(in: try folderWithCommands())
        defer { journal.stop() }
        let rows = try journal.audit()
        #expect(rows.map(\.text) == ["run west-1 for 10 min", "run east-2 for 10 min", "run east-1 for 10 min"])
        #expect(rows.map(\.outcome) == [.refusedBusy, .done, .done])
        #expect(rows.allSatisfy { $0.author == "老张" && $0.done != nil })
        #expect(try journal.checkAudit() == .intact(rows: 6))
    }

    @Test(arguments: [
        ("UPDATE audit SET author = '老李' WHERE sequence = 3", 3),
        ("UPDATE audit SET outcome = 1 WHERE sequence = 6", 6),
        ("DELETE FROM audit WHERE sequence = 4", 4),
        ("DELETE FROM audit WHERE sequence = 1", 1),
        ("DELETE FROM audit WHERE sequence > 5", 6),
    ] as [(String, Int64)])
    func `a changed or missing row shows`(sql: String, at: Int64) throws {
        let folder = try folderWithCommands()
        try DatabaseQueue(path: folder.file("ledger.db")).write { try $0.execute(sql: sql) }
        let journal = Journal.started(in: folder)
        defer { journal.stop() }
        #expect(try journal.checkAudit() == .broken(at: at))
    }

    @Test func `numbers of commands grow over a restart that was not in order`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder)
        let first = journal.nextCommandID()
        journal.noteCommand(first, author: "test", text: "stop all")
        #expect(eventually { try journal.audit().count == 1 })
        let last = (0..<50).map { _ in journal.nextCommandID() }.max() ?? 0
        let other = Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick)
        #expect(other.nextCommandID() > last)
        journal.stop()
    }
}
