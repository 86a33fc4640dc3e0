public import ProcessImage
public import Quantities

/// The pool whose level the gate keeps, as an integrator with a delay: A dh/dt = q(t − τ) − q out.
public struct CanalPool: Sendable, BitwiseCopyable {
    /// Of its surface. Range: above 0.
    public let area: Area
    /// From a move of the gate to the first change of the level at the gauge.
    public let delay: Duration

    public init(area: Area, delay: Duration) {
        precondition(area.base > 0 && delay >= .zero)
        self.area = area
        self.delay = delay
    }
}

/// What holds a gate where it is, whatever the water does.
public struct GateLocks: Sendable, BitwiseCopyable {
    public let ice: DateRange?
    public let silt: DateRange?
    /// On when the water carries too much silt; unknown counts as on.
    public let siltWhen: DigitalPoint?

    public init(ice: DateRange? = nil, silt: DateRange? = nil, siltWhen: DigitalPoint? = nil) {
        self.ice = ice
        self.silt = silt
        self.siltWhen = siltWhen
    }
}

/// How often and how far a gate may move, and how fast the level may fall. Usual on canals:
/// deadband and least move 1 … 2 cm, rest 5 … 15 min, fall at most 0.15 m/h and 0.3 m/day lest the banks slough.
public struct GateManners: Sendable, BitwiseCopyable {
    public let deadband: Length
    public let leastMove: Length
    public let rest: Duration
    /// In any 24 h. Range: 1 … `Limits.gateMovesMax`.
    public let movesPerDay: Int
    public let fallPerHour: Length
    public let fallPerDay: Length

    public init(deadband: Length = .meters(0.015), leastMove: Length = .meters(0.02), rest: Duration = .minutes(10),
                movesPerDay: Int = 48, fallPerHour: Length = .meters(0.15), fallPerDay: Length = .meters(0.3)) {
        precondition((1...Limits.gateMovesMax).contains(movesPerDay) && rest > .zero)
        precondition(deadband.base >= 0 && leastMove.base > 0 && fallPerHour.base > 0 && fallPerDay.base > 0)
        self.deadband = deadband
        self.leastMove = leastMove
        self.rest = rest
        self.movesPerDay = movesPerDay
        self.fallPerHour = fallPerHour
        self.fallPerDay = fallPerDay
    }
}

/// A canal gate: what it keeps, what it sees, how it moves.
public struct GatePlan: Sendable, BitwiseCopyable {
    public let goal: GateGoal
    public let raise: OutputIndex
    public let lower: OutputIndex
    /// The opening, from 0 (closed).
    public let position: PointOf<Length>
    public let upstream: PointOf<Length>
    /// `nil`: the gate always flows freely.
    public let downstream: PointOf<Length>?
    /// `nil`: by the gate's equation alone.
    public let flow: PointOf<Flow>?
    public let gate: UnderflowGate
    /// The most flow it is ever asked for.
    public let flowMax: Flow
    public let pool: CanalPool
    public let manners: GateManners
    public let locks: GateLocks
    /// What people may order of it.
    public let orders: GateBounds
    /// A reading older than this is not known.
    public let noOlderThan: Duration

    /// - Parameter orders: `nil`: what is usual.
    /// - Precondition: who keeps the downstream level sees it.
    public init(goal: GateGoal, raise: OutputIndex, lower: OutputIndex, position: PointOf<Length>, upstream: PointOf<Length>,
                downstream: PointOf<Length>? = nil, flow: PointOf<Flow>? = nil, gate: UnderflowGate, flowMax: Flow, pool: CanalPool,
                manners: GateManners = GateManners(), locks: GateLocks = GateLocks(), orders: GateBounds? = nil,
                noOlderThan: Duration = .seconds(30)) {
        if case .downstream = goal { precondition(downstream != nil) }
        precondition(flowMax.base > 0)
        self.goal = goal
        self.raise = raise
        self.lower = lower
        self.position = position
        self.upstream = upstream
        self.downstream = downstream
        self.flow = flow
        self.gate = gate
        self.flowMax = flowMax
        self.pool = pool
        self.manners = manners
        self.locks = locks
        self.orders = orders ?? .usual(goal, gate, flowMax)
        self.noOlderThan = noOlderThan
    }

    /// Whether anybody sees the level that must not fall fast.
    var watchesLevel: Bool { raisingLowers || downstream != nil }

    /// Whether driving up makes the level that is watched fall.
    var raisingLowers: Bool { if case .upstream = goal { true } else { false } }
}

extension GateGoal {
    var isLevel: Bool { if case .flow = self { false } else { true } }
}

extension GateBounds {
    /// 30 cm about its own level, and every flow and opening that it can have.
    public static func usual(_ goal: GateGoal, _ gate: UnderflowGate, _ flowMax: Flow) -> GateBounds {
        let around = Length.meters(0.3)
        let level: (least: Length, most: Length)? = switch goal {
        case .downstream(let level), .upstream(let level): (least: max(level - around, .meters(0.05)), most: level + around)
        case .flow: nil
        }
        return GateBounds(level: level, flow: (least: .zero, most: flowMax), opening: (least: .zero, most: .meters(gate.most)))
    }
}
