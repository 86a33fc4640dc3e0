public import ProcessImage
public import Quantities

/// One gate's way.
struct GateState: BitwiseCopyable {
    var loop: GateLoop
    var stand = GateStand()
    var move: GateMove?
    /// When the last move ended; the first scan counts as one.
    var stopped: Instant?
    var looked = Instant.never
    var reason = GateReason.settled
    /// What the interlocks have against the way it would go.
    var hold: Cause?
    /// The opening it is to have, m.
    var target: Double?
    var sight: GateSight?
    /// How far the level fell before this life is not known, and the first level has not been seen yet.
    var isPastUnknown = false
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
    let plans: Dense<GateIndex, GatePlan>
    let clock: LocalClock
    var states: Dense<GateIndex, GateState>
    private var falls: FallWatch
    private var moves: MoveWatch
    /// The local day on which gates that people hold were told last.
    var toldHoldsOn: CivilDate?
    private var hasBegun = false
    private var restored: GatesPast

    /// - Parameter restored: what people ordered that stands, and how the gates moved and their levels fell before this life.
    public init(_ plans: [GatePlan], clock: LocalClock, restored: Restored = Restored()) {
        self.plans = Dense(plans)
        self.clock = clock
        states = Dense(plans.map { plan in
            var state = GateState(loop: GateLoop(plan, plan.goal))
            state.isPastUnknown = !restored.ledgerIsComplete
            return state
        })
        falls = FallWatch(count: plans.count)
        moves = MoveWatch(count: plans.count)
        self.restored = GatesPast(restored)
    }

    public var gateCount: Int { plans.count }

    /// What the gate does, or why it holds.
    public func reason(of gate: GateIndex) -> GateReason { states[gate].reason }

    /// One scan.
    public mutating func step(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) {
        beginIfFirst(image.now, &records)
        obey(image, &records)
        tendOrders(image, &records)
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
        states[gate].sight = sight
        let level = sight.flatMap { watchedLevel(gate, $0) }
        note(level, gate, now, &records)
        if states[gate].stand.order?.kind == .gateHold { return hold(gate, .heldByHand, now) }
        guard let sight, blind == nil else { return hold(gate, blind ?? .positionUnknown, now) }
        if let lock = lock(gate, image) { return hold(gate, lock, now) }
        if let move = states[gate].move { return follow(move, gate, sight, image, &records) }
        guard now - states[gate].looked >= GateLoop.step else { return states[gate].reason }
        let elapsed = now - states[gate].looked
        states[gate].looked = now
        let target = target(gate, sight, level, over: elapsed)
        states[gate].target = target
        return begin(gate, target, sight, level, image, &records)
    }

    private mutating func hold(_ gate: GateIndex, _ reason: GateReason, _ now: Instant) -> GateReason {
        if states[gate].move != nil { stop(gate, now) }
        states[gate].loop.rest()
        states[gate].target = nil
        return reason
    }

    mutating func stop(_ gate: GateIndex, _ now: Instant) {
        states[gate].move = nil
        states[gate].stopped = now
    }

    // MARK: Seeing

    /// - Returns: what is seen, and what of it is missing for what the gate is to keep.
    private func look(_ gate: GateIndex, _ image: borrowing InputImage) -> (sight: GateSight?, blind: GateReason?) {
        let plan = plans[gate]
        guard let opening = image.value(of: plan.position, noOlderThan: plan.noOlderThan).value else { return (nil, .positionUnknown) }
        let upstream = image.value(of: plan.upstream, noOlderThan: plan.noOlderThan).value
        let sight = GateSight(opening: opening.meters, upstream: upstream?.meters,
                              downstream: plan.downstream.flatMap { image.value(of: $0, noOlderThan: plan.noOlderThan).value }?.meters,
                              metered: plan.flow.flatMap { image.value(of: $0, noOlderThan: plan.noOlderThan).value }?.cubicMetersPerSecond)
        // An opening that a person ordered needs no level.
        guard let goal = goal(of: gate) else { return (sight, nil) }
        if sight.upstream == nil || (plan.downstream != nil && sight.downstream == nil) { return (sight, .levelUnknown) }
        if case .flow = goal, plan.flow != nil, sight.metered == nil { return (sight, .flowUnknown) }
        return (sight, nil)
    }

    /// The level that must not fall fast: the one that the gate keeps by its plan; of one that keeps a flow, the one below it.
    private func watchedLevel(_ gate: GateIndex, _ sight: GateSight) -> Double? {
        if case .upstream = plans[gate].goal { sight.upstream } else { sight.downstream }
    }

    private mutating func note(_ level: Double?, _ gate: GateIndex, _ now: Instant, _ records: inout RecordBuffer) {
        if let level, states[gate].isPastUnknown {
            states[gate].isPastUnknown = false
            falls.presume(level + plans[gate].manners.fallPerHour.meters, gate)
        }
        guard falls.note(gate, level, at: now), let level else { return }
        records.ledger(.gateLevel(gate, .meters(level)))
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

    /// The opening the gate should have: a person's, or its flow by the loop and its opening by the equation.
    private mutating func target(_ gate: GateIndex, _ sight: GateSight, _ level: Double?, over elapsed: Duration) -> Double {
        let plan = plans[gate]
        guard let goal = goal(of: gate), let upstream = sight.upstream else { return orderedOpening(gate) ?? sight.opening }
        let flow = plan.gate.flow(opening: sight.opening, upstream: upstream, downstream: sight.downstream)
        let isBound = flow >= plan.flowMax.cubicMetersPerSecond
        var measured = sight.metered
        var floor = -Double.greatestFiniteMagnitude
        if goal.isLevel, let level {
            let smooth = states[gate].loop.look(at: level)
            measured = smooth
            floor = falls.highest(gate, smooth).day - plan.manners.fallPerDay.meters * GateLoop.fallShare
        }
        let asked = states[gate].loop.flow(measured: measured, floor: floor, now: flow, over: elapsed, isBound: isBound)
        return plan.gate.opening(for: asked, upstream: upstream, downstream: sight.downstream)
    }

    /// Begins a move if it is worth one and may be. A person's new order waits for no rest and for no more moves to be left: it
    /// is one move, and it is counted.
    private mutating func begin(_ gate: GateIndex, _ target: Double, _ sight: GateSight, _ level: Double?,
                                _ image: borrowing InputImage, _ records: inout RecordBuffer) -> GateReason {
        let (plan, now) = (plans[gate], image.now)
        let way = target - sight.opening
        let isEnd = target == 0 || target == plan.gate.most
        states[gate].hold = nil
        guard abs(way) >= (isEnd ? plan.manners.leastMove.meters / 2 : plan.manners.leastMove.meters) else {
            states[gate].stand.isFresh = false
            return .settled
        }
        if !states[gate].stand.isFresh {
            guard now - (states[gate].stopped ?? now) >= plan.manners.rest else { return .resting }
            if moves.isUsedUp(gate, most: plan.manners.movesPerDay, at: now) { return .movesUsedUp }
        }
        let isRaise = way > 0
        if isRaise == plan.raisingLowers, let against = mayNotLower(gate, level) { return against }
        states[gate].hold = image.verdict(of: isRaise ? plan.raise : plan.lower).hold
        guard states[gate].hold == nil else { return .blocked }
        states[gate].stand.isFresh = false
        moves.note(gate, at: now)
        records.ledger(.gateMoved(gate))
        states[gate].move = GateMove(isRaise: isRaise, target: target, from: sight.opening, since: now)
        return .moving
    }

    /// A level that falls fast already, or that nobody sees, is not lowered.
    private func mayNotLower(_ gate: GateIndex, _ level: Double?) -> GateReason? {
        guard let level else { return plans[gate].watchesLevel ? .levelUnknown : nil }
        let (highest, manners) = (falls.highest(gate, level), plans[gate].manners)
        let isFast = highest.hour - level >= manners.fallPerHour.meters * GateLoop.fallShare
            || highest.day - level >= manners.fallPerDay.meters * GateLoop.fallShare
        return isFast ? .falling : nil
    }

    /// A move ends where it was to, or where the interlocks stop it.
    private mutating func follow(_ move: GateMove, _ gate: GateIndex, _ sight: GateSight, _ image: borrowing InputImage,
                                 _ records: inout RecordBuffer) -> GateReason {
        let isThere = move.isRaise ? sight.opening >= move.target : sight.opening <= move.target
        states[gate].hold = image.verdict(of: move.isRaise ? plans[gate].raise : plans[gate].lower).hold
        guard isThere || states[gate].hold != nil else { return .moving }
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

    /// For screens.
    public func status(of gate: GateIndex, at now: Instant) -> GateStatus {
        let (plan, state) = (plans[gate], states[gate])
        let rest = state.move == nil ? state.stopped.map { plan.manners.rest - (now - $0) } : nil
        let flow = state.sight.flatMap { sight in
            sight.upstream.map { plan.gate.flow(opening: sight.opening, upstream: $0, downstream: sight.downstream) }
        }
        return GateStatus(reason: state.reason, hold: state.hold, setpoint: state.loop.setpoint.map { .meters($0) },
                          target: (state.move?.target ?? state.target).map { .meters($0) },
                          flow: flow.map { .cubicMetersPerSecond($0) }, restLeft: max(rest ?? .zero, .zero),
                          movesLastHour: moves.count(gate, within: .hours(1), at: now),
                          movesLastDay: moves.count(gate, within: .hours(24), at: now))
    }

    // MARK: The life before

    private mutating func beginIfFirst(_ now: Instant, _ records: inout RecordBuffer) {
        guard !hasBegun else { return }
        hasBegun = true
        for order in restored.orders { takeUp(order, &records) }
        for move in restored.moves where move.gate.offset < plans.count { moves.note(move.gate, at: now + (.zero - move.age)) }
        for past in restored.levels where past.gate.offset < plans.count { falls.restore(past.gate, past.level.meters, age: past.age) }
        restored = GatesPast(Restored())
    }
}

/// What of an earlier life is about gates; let go at the first scan. (Outside of the control: see `Recorder`.)
struct GatesPast {
    let orders: [StandingOrder]
    let moves: [(gate: GateIndex, age: Duration)]
    let levels: [(gate: GateIndex, level: Length, age: Duration)]

    init(_ restored: Restored) {
        orders = restored.standing.filter(\.kind.isOfGate)
        moves = restored.gateMoves
        levels = restored.gateLevels
    }
}
