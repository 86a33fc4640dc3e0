import Control
import ProcessImage
import Quantities
import Scan
import Simulator
import Testing

/// What people order of a canal gate, and what stays when the controller begins anew.
@Suite struct CanalOrderTests {
    @Test func `a level that a person orders is kept for its time, and the site's own after that`() {
        let canal = Canal()
        canal.run(.hours(1))
        #expect(canal.order(.level(.meters(1.35)), for: .hours(12)) == .done)
        canal.run(.hours(11))
        #expect(abs(canal.level - 1.35) <= 0.03, "\(canal.level)")
        canal.run(.hours(37))
        #expect(abs(canal.level - 1.2) <= 0.03, "\(canal.level)")
        #expect(canal.events.count { $0.kind == .gateLevelOrdered } == 1 && canal.events.count { $0.kind == .gateReleased } == 1)
        #expect(canal.restored.standing.isEmpty)
    }

    @Test func `a flow that a person orders is given by the meter`() {
        let canal = Canal()
        canal.run(.hours(1))
        #expect(canal.order(.flow(.cubicMetersPerSecond(3))) == .done)
        canal.run(.hours(4))
        let flow = canal.cycle.field.plant.trueValue(of: Canal.meter)
        #expect(abs(flow - 3) <= 0.15, "\(flow) m3/s")
    }

    @Test func `an opening that a person orders is gone to at once, stayed at whatever the water does, and needs no level`() {
        let canal = Canal()
        canal.cycle.field.silent = [Canal.upstream, Canal.downstream]
        canal.run(.minutes(1))
        #expect(canal.causes(.gateBlind) == [.gate(.levelUnknown)])
        #expect(canal.order(.level(.meters(1.3))) == .queued, "a level can not be kept unseen")
        #expect(canal.order(.opening(.meters(0.8))) == .done)
        canal.run(.minutes(4))
        #expect(abs(canal.opening - 0.8) < 0.02, "\(canal.opening)")
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
        canal.run(.hours(3))
        #expect(abs(canal.opening - 0.8) < 0.02 && canal.moves == 1)
        #expect(canal.order(.opening(.meters(0.3))) == .done)
        canal.run(.hours(1))
        #expect(abs(canal.opening - 0.8) < 0.02, "what lowers the level needs the level")
        canal.cycle.field.silent = []
        canal.run(.minutes(10))
        #expect(abs(canal.opening - 0.3) < 0.02, "\(canal.opening)")
    }

    @Test func `a person's order waits for no rest, once`() {
        let canal = Canal(manners: GateManners(rest: .hours(2)))
        canal.run(.minutes(1))
        #expect(canal.order(.opening(.meters(0.8))) == .done)
        canal.run(.minutes(5))
        let first = canal.opening
        #expect(abs(first - 0.8) < 0.02)
        canal.order(.freeGate(Canal.gate))
        canal.run(.hours(1))
        #expect(canal.opening == first, "the loop rests")
    }

    @Test func `a hold ends a move in the same scan, is told each day it stands, and ends when it is taken back`() {
        let canal = Canal()
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
        while !canal.isMoving { canal.run(.seconds(1)) }
        #expect(canal.order(.hold) == .done)
        #expect(!canal.isMoving)
        let held = canal.opening
        canal.run(.hours(50))
        #expect(canal.opening == held && canal.events.count { $0.kind == .gateHoldStands } == 2)
        #expect(canal.order(.freeGate(Canal.gate)) == .done && canal.order(.freeGate(Canal.gate)) == .refusedNothingToDo)
        canal.run(.hours(1))
        #expect(canal.opening != held)
    }

    @Test func `an order out of range, of a gate that is not there, or with an end and no clock changes nothing`() {
        let canal = Canal()
        canal.run(.minutes(1))
        for order in [GateOrder.level(.meters(2)), .level(Length(base: .nan)), .flow(.cubicMetersPerSecond(-1)), .flow(.cubicMetersPerSecond(7)),
                      .opening(.meters(1.6)), .opening(Length(base: .infinity))] {
            #expect(canal.order(order) == .refusedRange, "\(order)")
        }
        #expect(canal.order(.setGate(GateIndex(7), .hold, for: nil)) == .refusedNothingToDo)
        canal.trust = .unset
        #expect(canal.order(.level(.meters(1.3))) == .refusedClock && canal.order(.hold) == .done)
        let flow = Canal(.flow(.cubicMetersPerSecond(2)))
        flow.run(.minutes(1))
        #expect(flow.order(.level(.meters(1))) == .refusedRange)
        canal.run(.hours(1))
        #expect(canal.moves == 0)
    }

    @Test func `locks and the speed with which the level may fall stand above a person's order`() {
        let ice = Canal(locks: true, at: Canal.newYear)
        ice.run(.minutes(1))
        #expect(ice.order(.opening(.meters(1))) == .queued)
        ice.run(.hours(3))
        #expect(ice.moves == 0 && !ice.isMoving)
        let shut = Canal()
        shut.run(.hours(1))
        shut.order(.opening(.meters(0)), for: .hours(30))
        shut.run(.minutes(10))
        shut.order(.level(.meters(0.9)), for: .hours(30))
        shut.run(.hours(20))
        #expect(shut.mostFall(withinMinutes: 24 * 60) <= 0.35, "\(shut.mostFall(withinMinutes: 24 * 60))")
    }

    @Test func `a restart keeps what a person ordered, to its end, and forgets no move`() {
        let before = Canal(manners: GateManners(movesPerDay: 6))
        before.run(.hours(1))
        before.order(.level(.meters(1.3)), for: .hours(10))
        before.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
        before.run(.hours(5))
        let moves = before.moves
        #expect(moves > 2)
        let after = Canal(manners: GateManners(movesPerDay: 6), at: before.unix, restored: before.restored)
        after.run(.minutes(30))
        #expect(after.restored.standing.isEmpty, "no row anew")
        after.cycle.field.plant.setExchange(.cubicMetersPerHour(4.5 * 3600), ofGate: Canal.gate)
        after.run(.hours(4))
        #expect(after.moves + moves <= 6, "\(moves) and \(after.moves)")
        #expect(!after.events.contains { $0.kind == .gateReleased })
        after.run(.hours(2))
        #expect(after.events.count { $0.kind == .gateReleased } == 1, "it ends when it was to end")
    }

    @Test func `a restart does not let the level fall once more, and neither does a ledger that was lost`() {
        let fallen = Canal(.downstream(.meters(0.7)), from: .downstream(.meters(1.2)))
        fallen.run(.hours(12))
        let first = fallen.mostFall(withinMinutes: 24 * 60)
        #expect(first > 0.15)
        let after = Canal(.downstream(.meters(0.7)), from: .downstream(.meters(fallen.level)), at: fallen.unix, restored: fallen.restored)
        after.run(.hours(10))
        #expect(first + after.mostFall(withinMinutes: 24 * 60) <= 0.31, "\(first) and \(after.mostFall(withinMinutes: 24 * 60))")
        var unknown = Restored()
        unknown.ledgerIsComplete = false
        let lost = Canal(.downstream(.meters(0.7)), from: .downstream(.meters(1.2)), restored: unknown)
        lost.run(.minutes(59))
        #expect(lost.moves == 0)
        lost.run(.hours(3))
        #expect(lost.moves > 0)
    }

    @Test func `an order that the site file allows no more is ended at the start`() {
        var restored = Restored()
        restored.standing = [StandingOrder(.level(.meters(1.9)), Canal.gate, until: .max, command: 3)]
        let canal = Canal(restored: restored)
        canal.run(.minutes(1))
        #expect(canal.cycle.records.rows.contains { if case .standingEnded(.gateLevel, .gate(Canal.gate)) = $0.entry { true } else { false } })
        canal.run(.hours(6))
        #expect(abs(canal.level - 1.2) <= 0.03)
    }
}
