import BridgeCore
import Field
import ProcessImage
import Quantities
import Simulator

/// A safety bridge on a pseudo terminal: the bridge's own core, its relays and inputs joined to the farm.
final class BridgeTwin: Pollable {
    /// A bridge with every channel the protocol has room for.
    private static let identity = BoardIdentity(.twin, relays: 16, inputs: 16, counters: 8, analogues: 8)
    /// The heartbeat is looked at this often at least.
    private static let pace: Duration = .milliseconds(5)
    /// Later than any gateway waits.
    private static let slowDelay: Duration = .seconds(3)

    var descriptor: Int32 { master.raw }

    private let plan: BridgePlan
    private let farm: Farm
    private let master: Descriptor
    private let slave: Descriptor
    private let began: Instant
    private var line: BridgeLine
    private var trains: [PulseTrain?]

    init(_ plan: BridgePlan, of farm: Farm, link: String, at now: Instant) throws(NotOpened) {
        self.plan = plan
        self.farm = farm
        began = now
        let boot = Boot(count: 1, cause: .powerOn, safeLevels: 0)
        line = BridgeLine(BridgeServer(identity: BridgeTwin.identity, boot: boot), address: plan.unit)
        trains = plan.inputs.map { if case .pulses(_, _, let each) = $0.use { PulseTrain(each: each) } else { nil } }
        let (master, slave, path) = try openPseudoTerminal()
        self.master = master
        self.slave = slave
        try makeLink(at: link, to: path)
    }

    func isReady(at now: Instant, in loop: EventLoop) {
        guard case .bytes(let bytes) = master.read() else { return }
        tick(at: now)
        for byte in bytes where line.receive(byte, at: line.server.clock) { send(reply, in: loop, at: now) }
        drive()
    }

    private var reply: [UInt8] { (0..<line.reply.count).map { line.reply[$0] } }

    private func send(_ reply: [UInt8], in loop: EventLoop, at now: Instant) {
        if farm.isAt(.deviceSilent(plan.index)) { return }
        let bytes = farm.isAt(.deviceGarbage(plan.index)) ? garbled(reply, .rtu) : reply
        guard farm.isAt(.deviceSlow(plan.index)) else { return master.send(bytes) }
        loop.later(at: now + BridgeTwin.slowDelay) { [master] in master.send(bytes) }
    }

    /// Lets the bridge see the farm, and the farm the relays.
    /// - Returns: how long nothing needs it.
    func turn(at now: Instant) -> Duration {
        tick(at: now)
        for (index, input) in plan.inputs.enumerated() { show(input, index) }
        drive()
        return BridgeTwin.pace
    }

    private func tick(at now: Instant) {
        line.server.tick(at: UInt32(truncatingIfNeeded: (now - began).nanoseconds / 1_000_000))
    }

    private func show(_ input: BridgeInput, _ index: Int) {
        switch input.use {
        case .level(let point, let activeLow):
            let bit: UInt16 = 1 << UInt16(truncatingIfNeeded: input.number)
            let isHigh = (farm.plant.value(of: point) != 0) != activeLow
            line.server.inputs.digital = line.server.inputs.digital & ~bit | (isHigh ? bit : 0)
        case .signal(let point, let scale):
            line.server.inputs[analogue: input.number] = scale.word(of: farm.plant.value(of: point))
        case .pulses(let total, _, _):
            let unit = farm.tables.points[total.offset].unit
            let volume = Volume(base: unit.toBase(farm.plant.value(of: total)))
            for isClosed in trains[index]?.levels(until: volume) ?? [] where isClosed {
                line.server.inputs.count(input.number, at: line.server.clock)
            }
        }
    }

    private func drive() {
        for relay in plan.relays {
            let level = relay.level(in: line.server.relays)
            if farm.plant.levels[relay.output.offset] != level { farm.plant.set(level, of: relay.output) }
        }
    }
}
