import Control
import ProcessImage
import Quantities

/// A gate between two waters, as the simulator has it: a leaf that travels and the pool whose level the gate keeps, an
/// integrator with a delay. The other side stands still. SI; levels over the sill.
struct CanalReach: Sendable {
    private enum Side { case above, below }

    private(set) var opening: Double
    private(set) var upstream: Double
    private(set) var downstream: Double
    /// What else flows into the pool above, or out of the pool below, m3/s.
    var exchange: Double
    var isStuck = false

    private let gate: UnderflowGate
    private let side: Side
    private let area: Double
    /// What the gate lets through arrives, or what enters above arrives, so many steps later.
    private var onTheWay: [Double]
    private var next = 0
    private var sinceStep = 0.0

    /// m/s of the leaf; a screw drive makes some 0.3 m a minute.
    private static let speed = 0.005
    /// s from one place of the delay to the next.
    private static let step = 5.0
    /// The leaf differs from what its plan says of it by so much: control has to find the rest.
    private static let coefficientError = 0.9

    init(_ plan: GatePlan) {
        gate = UnderflowGate(width: .meters(plan.gate.width), coefficient: plan.gate.coefficient * Self.coefficientError,
                             most: .meters(plan.gate.most))
        area = plan.pool.area.squareMeters
        exchange = plan.flowMax.cubicMetersPerHour / 3600 * 0.4
        switch plan.goal {
        case .upstream(let level): (side, upstream, downstream) = (.above, level.meters, level.meters * 0.2)
        case .downstream(let level): (side, upstream, downstream) = (.below, level.meters + 0.8, level.meters)
        case .flow: (side, upstream, downstream) = (.below, 2, 0.8)
        }
        opening = gate.opening(for: exchange, upstream: upstream, downstream: downstream)
        onTheWay = Array(repeating: exchange, count: max(1, Int(plan.pool.delay.seconds / Self.step)))
    }

    /// m3/s under the leaf.
    var flow: Double { gate.flow(opening: opening, upstream: upstream, downstream: downstream) }
    var isOpen: Bool { opening >= gate.most }
    var isClosed: Bool { opening <= 0 }

    mutating func advance(_ seconds: Double, raise: Bool, lower: Bool) {
        if raise != lower, !isStuck { opening = min(max(opening + (raise ? 1 : -1) * Self.speed * seconds, 0), gate.most) }
        sinceStep += seconds
        while sinceStep >= Self.step {
            sinceStep -= Self.step
            turn()
        }
    }

    private mutating func turn() {
        let arriving = onTheWay[next]
        onTheWay[next] = side == .above ? exchange : flow
        next = (next + 1) % onTheWay.count
        let leaving = side == .above ? flow : exchange
        let change = (arriving - leaving) * Self.step / area
        if side == .above { upstream = max(upstream + change, 0) } else { downstream = max(downstream + change, 0) }
    }
}
