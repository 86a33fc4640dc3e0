public import ProcessImage
public import Quantities

/// One gate's way.
struct GateState: BitwiseCopyable {
    var loop: GateLoop
    var move: GateMove?
    /// When the last move ended; the first scan counts as one.
    var stopped: Instant?
    var looked = Instant.never
    var reason = GateReason.settled
    /// The opening it is to have, m.
    var target: Double?
}

/// A move under way: one drive, one end.
struct GateMove: BitwiseCopyable {
    let isRaise: Bool
    let target: Double
    let from: Double
    let since: Instant
}

/// Canal gates: image in, demands out. A gate that does not know what it must know, or is locked, demands neither drive: both
/// are off and it stays where it is. It never closes for want of a reading.
public struct CanalControl: ~Copyable {
    private let plans: Dense<GateIndex, GatePlan>
    private let clock: LocalClock
    private var states: Dense<GateIndex, GateState>
    private var falls: FallWatch
    private var moves: MoveWatch

    public init(_ plans: [GatePlan], clock: LocalClock) {
        self.plans = Dense(plans)
        self.clock = clock
        states = Dense(plans.map { GateState(loop: GateLoop($0)) })
        falls = FallWatch(count: plans.count)
        moves = MoveWatch(count: plans.count)
    }

    public var gateCount: Int { plans.count }

    /// What the gate does, or why it holds.
    public func reason(of gate: GateIndex) -> GateReason { states[gate].reason }

    /// One scan.
    public mutating func step(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) {
        for number in 0..<plans.count {
            let gate = GateIndex(number)
            let was = states[gate].reason
            states[gate].reason = control(gate, image, &records)
            tell(gate, was, &records)
            demand(gate, &demands)
        }
    }

    /// Moves, starts a move, or says why neither.
    private mutating func control(_ gate: GateIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) -> GateReason {
        let now = image.now
        if states[gate].stopped == nil { states[gate].stopped = now }
        let (sight, blind) = look(gate, image)
        guard let sight else {
            falls.note(gate, nil, at: now)
            return hold(gate, blind, now)
        }
        let level = watchedLevel(gate, sight)
        falls.note(gate, level, at: now)
        if let lock = lock(gate, image) { return hold(gate, lock, now) }
        if let move = states[gate].move { return follow(move, gate, sight, image, &records) }
        guard now - states[gate].looked >= GateLoop.step else { return states[gate].reason }
        let elapsed = now - states[gate].looked
        states[gate].looked = now
        let target = target(gate, sight, level, over: elapsed)
        states[gate].target = target
        return begin(gate, target, sight, level, image)
    }

    private mutating func hold(_ gate: GateIndex, _ reason: GateReason, _ now: Instant) -> GateReason {
        if states[gate].move != nil { stop(gate, now) }
        states[gate].loop.rest()
        states[gate].target = nil
        return reason
    }

    private mutating func stop(_ gate: GateIndex, _ now: Instant) {
        states[gate].move = nil
        states[gate].stopped = now
    }

    // MARK: Seeing

    private func look(_ gate: GateIndex, _ image: borrowing InputImage) -> (sight: GateSight?, blind: GateReason) {
        let plan = plans[gate]
        guard let opening = image.value(of: plan.position, noOlderThan: plan.noOlderThan).value else { return (nil, .positionUnknown) }
        guard let upstream = image.value(of: plan.upstream, noOlderThan: plan.noOlderThan).value else { return (nil, .levelUnknown) }
        let downstream = plan.downstream.map { image.value(of: $0, noOlderThan: plan.noOlderThan).value }
        if let downstream, downstream == nil { return (nil, .levelUnknown) }
        let flow = plan.flow.map { image.value(of: $0, noOlderThan: plan.noOlderThan).value }
        if let flow, flow == nil, case .flow = plan.goal { return (nil, .flowUnknown) }
        return (GateSight(opening: opening.meters, upstream: upstream.meters, downstream: (downstream ?? nil)?.meters,
                          metered: (flow ?? nil)?.cubicMetersPerSecond), .levelUnknown)
    }

    /// The level that must not fall fast: the one that is kept; of a gate that keeps a flow, the one below it.
    private func watchedLevel(_ gate: GateIndex, _ sight: GateSight) -> Double? {
        if case .upstream = plans[gate].goal { sight.upstream } else { sight.downstream }
    }

    private func lock(_ gate: GateIndex, _ image: borrowing InputImage) -> GateReason? {
        let locks = plans[gate].locks
        if let contact = locks.siltWhen, image.isOn(contact, noOlderThan: plans[gate].noOlderThan) != .known(false) { return .silt }
        guard locks.ice != nil || locks.silt != nil else { return nil }
        guard image.wall.isTrusted else { return .dateUnknown }
        let today = clock.local(unixSeconds: image.wall.unixSeconds).date
        if let ice = locks.ice, ice.includes(today) { return .ice }
        if let silt = locks.silt, silt.includes(today) { return .silt }
        return nil
    }

    // MARK: Deciding

    /// The opening the gate should have: its flow by the loop, its opening by the equation.
    private mutating func target(_ gate: GateIndex, _ sight: GateSight, _ level: Double?, over elapsed: Duration) -> Double {
        let plan = plans[gate]
        let flow = sight.flow(of: plan.gate)
        let isBound = flow >= plan.flowMax.cubicMetersPerSecond
        var measured = sight.metered
        var floor = -Double.greatestFiniteMagnitude
        if plan.keepsLevel, let level {
            let smooth = states[gate].loop.look(at: level)
            measured = smooth
            floor = falls.highest(gate, smooth).day - plan.manners.fallPerDay.meters * GateLoop.fallShare
        }
        let asked = states[gate].loop.flow(measured: measured, floor: floor, now: flow, over: elapsed, isBound: isBound)
        return plan.gate.opening(for: asked, upstream: sight.upstream, downstream: sight.downstream)
    }

    /// Begins a move if it is worth one and may be.
    private mutating func begin(_ gate: GateIndex, _ target: Double, _ sight: GateSight, _ level: Double?,
                                _ image: borrowing InputImage) -> GateReason {
        let (plan, now) = (plans[gate], image.now)
        let way = target - sight.opening
        let isEnd = target == 0 || target == plan.gate.most
        guard abs(way) >= (isEnd ? plan.manners.leastMove.meters / 2 : plan.manners.leastMove.meters) else { return .settled }
        guard now - (states[gate].stopped ?? now) >= plan.manners.rest else { return .resting }
        if moves.isUsedUp(gate, most: plan.manners.movesPerDay, at: now) { return .movesUsedUp }
        let isRaise = way > 0
        if isRaise == plan.raisingLowers, let level, fallsFast(gate, level) { return .falling }
        guard image.verdict(of: isRaise ? plan.raise : plan.lower).hold == nil else { return .blocked }
        moves.note(gate, at: now)
        states[gate].move = GateMove(isRaise: isRaise, target: target, from: sight.opening, since: now)
        return .moving
    }

    private func fallsFast(_ gate: GateIndex, _ level: Double) -> Bool {
        let highest = falls.highest(gate, level)
        return highest.hour - level >= plans[gate].manners.fallPerHour.meters * GateLoop.fallShare
            || highest.day - level >= plans[gate].manners.fallPerDay.meters * GateLoop.fallShare
    }

    /// A move ends where it was to, or where the interlocks stop it.
    private mutating func follow(_ move: GateMove, _ gate: GateIndex, _ sight: GateSight, _ image: borrowing InputImage,
                                 _ records: inout RecordBuffer) -> GateReason {
        let isThere = move.isRaise ? sight.opening >= move.target : sight.opening <= move.target
        let isBlocked = image.verdict(of: move.isRaise ? plans[gate].raise : plans[gate].lower).hold != nil
        guard isThere || isBlocked else { return .moving }
        stop(gate, image.now)
        records.event(Event(.gateMoved, .gate(gate), value: sight.opening * 100, limit: move.from * 100, duration: image.now - move.since))
        return isThere ? .resting : .blocked
    }

    // MARK: Saying

    private func demand(_ gate: GateIndex, _ demands: inout Demands) {
        let (plan, state) = (plans[gate], states[gate])
        let cause = Cause.gate(state.reason)
        demands[plan.raise] = Demand(state.move?.isRaise == true ? .on : .off, because: cause)
        demands[plan.lower] = Demand(state.move?.isRaise == false ? .on : .off, because: cause)
    }

    /// What keeps a gate from controlling is told when it comes, and once when it is over.
    private func tell(_ gate: GateIndex, _ was: GateReason, _ records: inout RecordBuffer) {
        let reason = states[gate].reason
        guard reason != was else { return }
        if reason.isBlind { records.event(Event(.gateBlind, .gate(gate), because: .gate(reason))) }
        else if reason.isLock { records.event(Event(.gateHeld, .gate(gate), because: .gate(reason))) }
        else if was.isBlind || was.isLock { records.event(Event(.gateReleased, .gate(gate))) }
    }
}
