import Foundation
import Journal
import ProcessImage
import Quantities
import Testing

/// What is known of canal gates over a restart.
@Suite struct GateRowTests {
    private let gate = GateIndex(0)
    private let canal = SiteTables(site: Label(tag: "canal"), clock: .shanghai, points: greenhouse.points, outputs: greenhouse.outputs,
                                   gates: [Label(tag: "gate-3")])

    @Test func `a gate's orders, moves and levels come back with a new life, each with its age`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder, tables: canal)
        var feed = Feed(journal)
        feed.ledger(.gateMoved(gate))
        feed.ledger(.gateLevel(gate, .meters(1.31)))
        feed.ledger(.standing(StandingOrder(.level(.meters(1.3)), gate, command: 4)))
        feed.pass(.minutes(20))
        feed.ledger(.standingEnded(.gateLevel, .gate(gate)))
        let order = StandingOrder(.opening(.meters(0.4)), gate, until: sixOClock + 86_400, command: 5)
        feed.ledger(.standing(order))
        feed.ledger(.gateLevel(gate, .meters(1.25)))
        let last = feed.ledger(.gateMoved(gate))
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.live.snapshot().standing == [order] && order.gateOrder == .opening(.meters(0.4)))
        #expect(journal.stop())
        let restored = Journal(folder: folder.path, tables: canal, plan: Journal.quick).restore()
        #expect(restored.standing == [order])
        #expect(restored.gateMoves.map(\.age) == [.minutes(20), .zero])
        #expect(restored.gateLevels.map(\.level) == [.meters(1.31), .meters(1.25)] && restored.gateLevels.map(\.age) == [.minutes(20), .zero])
    }

    @Test func `no more moves of a gate are kept than can be allowed in a day, and none of a gate that is gone`() throws {
        let folder = try Folder()
        let journal = Journal.started(in: folder, tables: canal)
        var feed = Feed(journal)
        var last: UInt64 = 0
        for _ in 0..<(Limits.gateMovesMax + 20) {
            feed.pass(.minutes(1))
            last = feed.ledger(.gateMoved(gate))
        }
        #expect(eventually { journal.port.ledgerDurableThrough == last })
        #expect(journal.stop())
        #expect(Journal(folder: folder.path, tables: canal, plan: Journal.quick).restore().gateMoves.count == Limits.gateMovesMax)
        #expect(Journal(folder: folder.path, tables: greenhouse, plan: Journal.quick).restore().gateMoves.isEmpty)
    }
}
