public import ProcessImage

/// The sequence of one feed line, as a pure value: state + sight + wish → state + order.
///
///     idle ──▶ selecting ──▶ starting ──▶ feeding ──▶ purging ──▶ coasting ──▶ idle
///                position      air          doser       doser off,   blower off,
///                proven        proven       may turn    air clean    pipe still
///
/// Air that is too high in `starting`, `feeding` or `purging` leads to `blocked` (pushes with rests) and, given up, to `faulted`, which
/// a person resets. Never: the selector moves under air or feed; the doser turns without proven position and air; the blower is
/// taken off with feed in the pipe by this sequence's own will. Where the interlocks take it (emergency stop, motor, a lock), where a
/// blockage or a fault ends a push, the feed stays in the pipe: `isLoaded` says so, is kept over restarts, and before anything
/// else is done the pipe is blown out through the outlet at which it was loaded.
public struct FeedLine: Hashable, Sendable, BitwiseCopyable {
    public private(set) var phase = LinePhase.idle
    /// The outlet it is for, or was.
    public private(set) var outlet: UInt8 = 0
    /// Feed may be in the pipe.
    public private(set) var isLoaded = false
    /// What ends the sequence in `faulted`, once the pipe is empty.
    public private(set) var fault: LineFault?
    /// In this phase; of a purge, without the doser; of a push, of this push or rest.
    private(set) var elapsed = Duration.zero
    /// For how long the air has been in its window, or out of it.
    private(set) var airHeld = Duration.zero
    private(set) var airWasGood = false
    private(set) var pushes: UInt8 = 0
    private(set) var isPushing = false
    /// The valve that is driven; of a selector without valves, none.
    private var driven: UInt8?

    /// - Parameter owing: the outlet at which a line of an earlier life may have left feed in the pipe.
    public init(owing outlet: UInt8? = nil) {
        guard let outlet else { return }
        self.outlet = outlet
        isLoaded = true
    }

    /// A line of whose pipe nothing is known, its ledger being lost: a person looks first. Unless he says that it is empty, it is then
    /// blown out where its selector stands.
    public static var unknown: FeedLine {
        var line = FeedLine(owing: whereItStands)
        (line.phase, line.fault) = (.faulted, .notPurged)
        return line
    }

    private static let whereItStands = UInt8.max

    /// One scan.
    /// - Parameter elapsed: since the scan before.
    public mutating func step(_ sight: LineSight, _ wish: LineWish, _ plan: FeedLinePlan, over elapsed: Duration) -> LineOrder {
        if phase != .idle, phase != .faulted { self.elapsed = min(self.elapsed + elapsed, plan.longest) }
        follow(sight.air, plan, over: elapsed)
        var order = LineOrder()
        switch phase {
        case .idle: rest(sight, wish, plan, &order)
        case .selecting: select(sight, wish, plan, &order)
        case .starting: start(sight, wish, plan, &order)
        case .feeding: feed(sight, wish, plan, &order)
        case .purging: purge(sight, wish, plan, &order)
        case .coasting: coast(sight, plan, &order)
        case .blocked: push(sight, plan, &order)
        case .faulted: break
        }
        steer(&order, sight, plan)
        return order
    }

    /// A person has looked and mended what it was.
    /// - Parameter isEmpty: and the pipe is empty.
    public mutating func reset(isEmpty: Bool = false) {
        if isEmpty { isLoaded = false }
        fault = nil
        go(.idle)
    }

    // MARK: Phases

    private mutating func rest(_ sight: LineSight, _ wish: LineWish, _ plan: FeedLinePlan, _ order: inout LineOrder) {
        // An owed purge comes before any wish, through the outlet that the feed was meant for.
        guard let goal = isLoaded ? owed(sight, plan) : wish.outlet, Int(goal) < plan.outlets, !sight.blowerIsHeld,
              isLoaded || !(sight.doserIsHeld || sight.isHot) else { return }
        if plan.selector == .none || sight.position == .at(goal) {
            begin(.starting, at: goal)
        } else if mayTurn(sight), !isLoaded || plan.selector == .valves {
            begin(.selecting, at: goal)
        }
    }

    /// Where the pipe is to be blown out.
    private func owed(_ sight: LineSight, _ plan: FeedLinePlan) -> UInt8? {
        guard outlet == Self.whereItStands else { return outlet }
        if plan.selector == .none { return 0 }
        if case .at(let outlet) = sight.position { return outlet }
        return nil
    }

    private mutating func select(_ sight: LineSight, _ wish: LineWish, _ plan: FeedLinePlan, _ order: inout LineOrder) {
        guard isLoaded || wish.outlet == outlet, mayTurn(sight) else { return go(.idle) }
        order.outlet = outlet
        if sight.position == .at(outlet) {
            if plan.selector == .rotary { order.outlet = nil }
            begin(.starting, at: outlet)
        } else if elapsed >= plan.selectWithin {
            order.outlet = nil
            stop(.selectorStuck, &order)
        }
    }

    private mutating func start(_ sight: LineSight, _ wish: LineWish, _ plan: FeedLinePlan, _ order: inout LineOrder) {
        hold(&order, plan)
        guard isLoaded || wish.outlet == outlet else { return leave(&order) }
        guard isProven(sight, plan) else { return give(up: .positionLost, &order) }
        guard blow(sight, plan, &order) else { return }
        guard isBlown(sight, plan) else {
            if sight.air == .high, airHeld >= plan.airLostAfter { return block() }
            if elapsed >= plan.airWithin { give(up: .noAir, &order) }
            return
        }
        if isLoaded { beginPurge(&order) } else { go(.feeding) }
    }

    private mutating func feed(_ sight: LineSight, _ wish: LineWish, _ plan: FeedLinePlan, _ order: inout LineOrder) {
        hold(&order, plan)
        guard blow(sight, plan, &order) else { return }
        let isBlown = !plan.hasBlower || sight.air == .good
        if !isBlown, airHeld >= plan.airLostAfter {
            if sight.air == .high { return block() }
            fault = .hoseOff
        }
        if !isProven(sight, plan) { fault = .positionLost }
        if plan.hasBlower, sight.isHot { fault = .hotAir }
        guard fault == nil, wish.outlet == outlet, !sight.doserIsHeld else { return beginPurge(&order) }
        order.doser = wish.doses && isBlown
        if order.doser, plan.hasBlower { isLoaded = true }
    }

    private mutating func purge(_ sight: LineSight, _ wish: LineWish, _ plan: FeedLinePlan, _ order: inout LineOrder) {
        hold(&order, plan)
        guard blow(sight, plan, &order) else { return }
        if plan.hasBlower, sight.air == .high, airHeld >= plan.airLostAfter { return block() }
        // The time begins when the doser is known to stand.
        if sight.doserRuns { elapsed = .zero }
        if elapsed >= plan.purge, !plan.hasBlower || (sight.air == .good && airHeld >= plan.airSteady) {
            isLoaded = false
            order.news = .purged
            // The same cage again, with nothing wrong: no need to stop in between.
            if fault == nil, wish.outlet == outlet, !sight.doserIsHeld, isProven(sight, plan) { return go(.feeding) }
            leave(&order)
        } else if elapsed >= plan.purgeAtMost {
            give(up: fault ?? .notPurged, &order)
        }
    }

    private mutating func coast(_ sight: LineSight, _ plan: FeedLinePlan, _ order: inout LineOrder) {
        hold(&order, plan)
        if !plan.hasBlower || isStill(sight) {
            order.outlet = nil
            if let fault { stop(fault, &order) } else { go(.idle) }
        } else if elapsed >= plan.stillWithin {
            stop(.airStays, &order)
        }
    }

    private mutating func push(_ sight: LineSight, _ plan: FeedLinePlan, _ order: inout LineOrder) {
        hold(&order, plan)
        if sight.blowerIsHeld { return give(up: .blocked, &order) }
        if isPushing {
            if sight.air == .good, airHeld >= plan.airSteady {
                order.blower = true
                return beginPurge(&order)
            }
            if elapsed < plan.pushAtMost {
                order.blower = true
                order.spreader = true
            } else if Int(pushes) >= plan.pushes {
                give(up: .blocked, &order)
            } else {
                (isPushing, elapsed) = (false, .zero)
            }
        } else if elapsed >= plan.pushRest {
            (isPushing, elapsed, pushes) = (true, .zero, pushes + 1)
            order.news = .pushing
        }
    }

    // MARK: What they share

    private func mayTurn(_ sight: LineSight) -> Bool { isStill(sight) && !sight.doserRuns && !sight.selectorIsHeld }

    private func isStill(_ sight: LineSight) -> Bool { sight.air == .still && !sight.blowerRuns }

    private func isProven(_ sight: LineSight, _ plan: FeedLinePlan) -> Bool {
        plan.selector == .none || sight.position == .at(outlet)
    }

    private func isBlown(_ sight: LineSight, _ plan: FeedLinePlan) -> Bool {
        plan.hasBlower ? sight.air == .good && airHeld >= plan.airSteady : elapsed >= plan.airWithin
    }

    /// Whatever the sequence wants, the selector turns, and a valve moves, only while the pipe is still: under air it stays
    /// as it is.
    private mutating func steer(_ order: inout LineOrder, _ sight: LineSight, _ plan: FeedLinePlan) {
        let mayMove = isStill(sight) && !order.blower && !order.doser && (order.outlet == nil || !sight.doserRuns)
        switch plan.selector {
        case .none: order.outlet = nil
        case .rotary: if !mayMove { order.outlet = nil }
        case .valves:
            if !mayMove { order.outlet = driven }
            driven = order.outlet
        }
    }

    /// Valves are held open from their proof until the pipe is still.
    private func hold(_ order: inout LineOrder, _ plan: FeedLinePlan) {
        if plan.selector == .valves { order.outlet = outlet }
    }

    /// Blows, and says whether it may; when it is taken away the line coasts, and owes what is in the pipe.
    private mutating func blow(_ sight: LineSight, _ plan: FeedLinePlan, _ order: inout LineOrder) -> Bool {
        if sight.blowerIsHeld, plan.hasBlower {
            if isLoaded { order.news = .purgeOwed }
            go(.coasting)
            return false
        }
        order.blower = plan.hasBlower
        order.spreader = true
        return true
    }

    private mutating func beginPurge(_ order: inout LineOrder) {
        order.doser = false
        order.news = .purgeBegan
        go(.purging)
    }

    private mutating func block() {
        go(.blocked)
        (isPushing, pushes) = (true, 1)
    }

    /// The blower goes off in this scan; a fault stands once the pipe is still.
    private mutating func give(up why: LineFault, _ order: inout LineOrder) {
        fault = why
        leave(&order)
    }

    private mutating func leave(_ order: inout LineOrder) {
        order.blower = false
        order.spreader = false
        go(.coasting)
    }

    private mutating func stop(_ why: LineFault, _ order: inout LineOrder) {
        fault = why
        order.news = .fault(why)
        go(.faulted)
    }

    private mutating func begin(_ phase: LinePhase, at outlet: UInt8) {
        self.outlet = outlet
        go(phase)
    }

    private mutating func go(_ next: LinePhase) {
        phase = next
        elapsed = .zero
        if next == .starting || next == .coasting { (airHeld, airWasGood) = (.zero, false) }
        if next == .idle || next == .faulted { (pushes, isPushing) = (0, false) }
    }

    private mutating func follow(_ air: LineAir, _ plan: FeedLinePlan, over elapsed: Duration) {
        guard phase != .idle, phase != .faulted, phase != .selecting, phase != .coasting else { return }
        let isGood = air == .good
        airHeld = isGood == airWasGood ? min(airHeld + elapsed, plan.longest) : .zero
        airWasGood = isGood
    }
}
