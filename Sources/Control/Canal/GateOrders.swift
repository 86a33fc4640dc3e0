import ProcessImage
import Quantities

/// What a person ordered of a gate.
struct GateStand: BitwiseCopyable {
    var order: StandingOrder?
    /// When it is over: counted without the wall clock, once that has told how long it is to go. `nil`: not told yet, or never.
    var ends: Instant?
    /// Nothing has been done for it yet.
    var isFresh = false
}

/// Orders of people, each within what the site allows. They take the place of the set-point alone: readings, locks, the speed with
/// which the level may fall, and every interlock stand above them.
extension CanalControl {
    /// A command about something else is left alone.
    mutating func obey(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<image.commandCount {
            let command = image.command(number)
            let outcome: CommandOutcome
            switch command.kind {
            case .setGate(let gate, let order, let time): outcome = set(gate, order, for: time, command.id, image, &records)
            case .freeGate(let gate): outcome = gate.offset < plans.count && free(gate, &records) ? .done : .refusedNothingToDo
            default: continue
            }
            records.ledger(.commandDone(command.id, outcome))
        }
    }

    private mutating func set(_ gate: GateIndex, _ wanted: GateOrder, for time: Duration?, _ command: UInt64,
                              _ image: borrowing InputImage, _ records: inout RecordBuffer) -> CommandOutcome {
        guard gate.offset < plans.count else { return .refusedNothingToDo }
        guard plans[gate].orders.allow(wanted) else { return .refusedRange }
        let time = time ?? (wanted == .hold ? nil : Limits.gateOrderUsual)
        // An end by the clock needs a clock.
        guard time == nil || image.wall.isTrusted else { return .refusedClock }
        let until = time.map { image.wall.unixSeconds &+ $0.components.seconds } ?? .max
        let order = StandingOrder(wanted, gate, until: until, command: command)
        if let before = states[gate].stand.order, before.kind != order.kind {
            records.ledger(.standingEnded(before.kind, before.subject))
        }
        records.ledger(.standing(order))
        records.event(Event(order.kind.began, .gate(gate), because: .manual(command), value: wanted.shown, duration: time ?? .zero))
        if states[gate].move != nil { stop(gate, image.now) }
        states[gate].stand = GateStand(order: order, ends: time.map { image.now + $0 }, isFresh: true)
        turnLoop(gate)
        return isHeld(gate) ? .queued : .done
    }

    /// It obeys, and can not do anything for now.
    private func isHeld(_ gate: GateIndex) -> Bool {
        let isHold = states[gate].stand.order?.kind == .gateHold
        return !isHold && (states[gate].reason.isLock || states[gate].reason.isBlind || states[gate].reason == .blocked)
    }

    /// - Returns: whether there was an order to end.
    private mutating func free(_ gate: GateIndex, _ records: inout RecordBuffer) -> Bool {
        guard let order = states[gate].stand.order else { return false }
        records.ledger(.standingEnded(order.kind, order.subject))
        records.event(Event(.gateReleased, .gate(gate)))
        states[gate].stand = GateStand()
        turnLoop(gate)
        return true
    }

    /// The loop begins anew from what the gate gives now.
    private mutating func turnLoop(_ gate: GateIndex) {
        states[gate].loop = GateLoop(plans[gate], goal(of: gate) ?? plans[gate].goal)
        states[gate].target = nil
        states[gate].hold = nil
        states[gate].looked = .never
    }

    /// Of an earlier life. What the site file allows no more is ended.
    mutating func takeUp(_ order: StandingOrder, _ records: inout RecordBuffer) {
        guard case .gate(let gate) = order.subject, gate.offset < plans.count, let wanted = order.gateOrder else { return }
        states[gate].stand.order = order
        if plans[gate].orders.allow(wanted) { turnLoop(gate) } else { _ = free(gate, &records) }
    }

    // MARK: As time goes

    /// Ends what ran out, and tells each day what has no end.
    mutating func tendOrders(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<plans.count {
            let gate = GateIndex(number)
            guard let order = states[gate].stand.order, order.until != .max else { continue }
            if states[gate].stand.ends == nil, image.wall.isTrusted {
                let left = min(max(order.until - image.wall.unixSeconds, 0), Limits.pauseMax.components.seconds)
                states[gate].stand.ends = image.now + .seconds(left)
            }
            if let ends = states[gate].stand.ends, image.now >= ends { _ = free(gate, &records) }
        }
        tellHolds(image, &records)
    }

    private mutating func tellHolds(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard image.wall.isTrusted else { return }
        let today = clock.local(unixSeconds: image.wall.unixSeconds).date
        guard today != toldHoldsOn else { return }
        toldHoldsOn = today
        for number in 0..<plans.count {
            guard let order = states[number].stand.order, order.until == .max else { continue }
            records.event(Event(.gateHoldStands, order.subject, because: .manual(order.command)))
        }
    }

    // MARK: What it is to do

    /// What the gate keeps now; `nil`: an opening, or nothing.
    func goal(of gate: GateIndex) -> GateGoal? {
        let own = plans[gate].goal
        switch states[gate].stand.order?.gateOrder {
        case nil: return own
        case .level(let level):
            if case .upstream = own { return .upstream(level) }
            return .downstream(level)
        case .flow(let flow): return .flow(flow)
        case .opening, .hold: return nil
        }
    }

    /// m
    func orderedOpening(_ gate: GateIndex) -> Double? {
        if case .opening(let opening) = states[gate].stand.order?.gateOrder { opening.meters } else { nil }
    }
}

extension GateOrder {
    /// As its event tells it.
    fileprivate var shown: Double {
        switch self {
        case .level(let level): level.meters
        case .flow(let flow): flow.cubicMetersPerSecond
        case .opening(let opening): opening.meters * 100
        case .hold: .nan
        }
    }
}
