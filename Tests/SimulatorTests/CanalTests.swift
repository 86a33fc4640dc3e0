import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Simulator
import Testing

@Suite struct CanalTests {
    @Test func `the level below a gate comes back into its deadband after the offtakes take a third more, and stays`() {
        let canal = Canal()
        canal.run(.hours(6))
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(3.2 * 3600), ofGate: Canal.gate)
        canal.run(.hours(24))
        let last = canal.levels.suffix(12 * 60)
        let worst = last.map { abs($0 - 1.2) }.max() ?? 1
        #expect(worst <= 0.03, "\(worst) m")
        #expect(abs(canal.level - 1.2) <= 0.015, "\(canal.level)")
        #expect(canal.moves > 0 && canal.moves < 60)
    }

    @Test func `the level above a gate comes back into its deadband after a step of inflow`() {
        let canal = Canal(.upstream(.meters(1.8)))
        canal.run(.hours(6))
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(3 * 3600), ofGate: Canal.gate)
        canal.run(.hours(24))
        let worst = canal.levels.suffix(12 * 60).map { abs($0 - 1.8) }.max() ?? 1
        #expect(worst <= 0.03, "\(worst) m")
    }

    @Test func `a gate that keeps a flow gives it by its meter, though its equation is a tenth off`() {
        let canal = Canal(.flow(.cubicMetersPerHour(2.4 * 3600)))
        canal.run(.hours(6))
        let flow = canal.cycle.field.plant.trueValue(of: Canal.meter)
        #expect(abs(flow - 2.4) <= 0.05 * 2.4, "\(flow) m3/s")
    }

    @Test func `a gate moves no more often than it may in 24 h, and rests between two moves`() {
        let canal = Canal(manners: GateManners(rest: .minutes(5), movesPerDay: 6))
        for hour in 0..<24 {
            canal.cycle.field.plant.setExchange(.cubicMetersPerHour((hour % 2 == 0 ? 4 : 1.5) * 3600), ofGate: Canal.gate)
            canal.run(.hours(1))
        }
        #expect(canal.moves == 6)
    }

    @Test func `a set-point far below lets the level fall no faster than 0.15 m in an hour and 0.3 m in a day`() {
        let low = Canal(.downstream(.meters(0.5)), from: .downstream(.meters(1.2)))
        low.run(.hours(30))
        let (hour, day) = (low.mostFall(withinMinutes: 60), low.mostFall(withinMinutes: 24 * 60))
        #expect(hour <= 0.15 && day <= 0.3, "\(hour) m in an hour, \(day) m in a day")
        #expect(1.2 - low.level > 0.2, "it falls at all: \(low.level)")
    }

    @Test func `a gate whose level, position or flow is lost holds where it is, with both drives off, and says so`() {
        for (lost, reason) in [(Canal.upstream, GateReason.levelUnknown), (Canal.downstream, .levelUnknown), (Canal.position, .positionUnknown)] {
            let canal = Canal()
            canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
            while !canal.isMoving { canal.run(.seconds(1)) }
            canal.cycle.field.silent = [lost]
            canal.run(.seconds(2))
            let held = canal.opening
            #expect(!canal.isMoving && held > 0.1)
            canal.run(.hours(3))
            #expect(canal.opening == held)
            #expect(canal.causes(.gateBlind) == [.gate(reason)])
            #expect(canal.cycle.records.alarms.contains { $0.0 == AlarmID(.gateBlind, .gate(Canal.gate)) && $0.1 == .unacknowledged })
            canal.cycle.field.silent = []
            canal.run(.hours(1))
            #expect(canal.opening != held && canal.causes(.gateReleased).count == 1)
        }
        let canal = Canal(.flow(.cubicMetersPerHour(3 * 3600)))
        canal.cycle.field.silent = [Canal.meter]
        canal.run(.hours(1))
        #expect(canal.moves == 0 && canal.causes(.gateBlind) == [.gate(.flowUnknown)])
    }

    @Test func `in the ice period, with silt, or without a trusted clock to tell, a gate does not move`() {
        let ice = Canal(locks: true, at: Canal.newYear)
        let silt = Canal(locks: true)
        silt.cycle.field.forced = [Canal.silt: 1]
        let mute = Canal(locks: true)
        mute.cycle.field.silent = [Canal.silt]
        let unset = Canal(locks: true)
        unset.trust = .unset
        for (canal, reason) in [(ice, GateReason.ice), (silt, .silt), (mute, .silt), (unset, .dateUnknown)] {
            canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
            canal.run(.hours(2))
            #expect(canal.moves == 0 && canal.causes(.gateHeld) == [.gate(reason)])
        }
        let free = Canal(locks: true)
        free.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
        free.run(.hours(2))
        #expect(free.moves > 0)
    }

    @Test func `a gate that is driven and does not move trips within its time, holds, and is controlled again after a reset`() {
        let canal = Canal()
        canal.cycle.field.plant.begin(.valveStuckClosed(Canal.raise))
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
        canal.run(.hours(2))
        let trip = TripID(.gateStuck, .gate(Canal.gate))
        #expect(canal.events.count { $0.kind == .tripGateStuck } == 1 && !canal.isMoving)
        #expect(canal.events.first { $0.kind == .tripGateStuck }.map { $0.duration >= .seconds(30) && $0.duration < .seconds(33) } == true)
        canal.cycle.field.plant.endAllFaults()
        let before = canal.opening
        canal.run(.hours(1))
        #expect(canal.opening == before)
        #expect(canal.inbox.offer(Command(id: 1, kind: .reset(trip), author: .localOperator, expires: .notDue)))
        canal.run(.hours(1))
        #expect(canal.opening > before)
    }

    @Test func `the torque switch stops the way it came from and leaves the other free`() {
        let canal = Canal()
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(4 * 3600), ofGate: Canal.gate)
        while !canal.isMoving { canal.run(.seconds(1)) }
        canal.cycle.field.forced = [Canal.torque: 1]
        canal.run(.seconds(2))
        #expect(!canal.isMoving && canal.events.contains { $0.kind == .gateTorque })
        canal.cycle.field.forced = [:]
        let held = canal.opening
        canal.run(.hours(1))
        #expect(canal.opening == held, "upwards stays shut until it has been driven down")
        canal.cycle.field.plant.setExchange(.cubicMetersPerHour(0.5 * 3600), ofGate: Canal.gate)
        canal.run(.hours(3))
        #expect(canal.opening < held)
    }
}
