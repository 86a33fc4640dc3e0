import ProcessImage
import Quantities

/// One submersible cage's memory.
struct DepthState: BitwiseCopyable {
    var status = DepthStatus()
    /// What a better depth is waited for with, and since when.
    var candidate: Length?
    var candidateSince = Instant.never
    var restUntil = Instant.never
    /// Where it was when it last got on, and when.
    var progressAt: Length?
    var progressSince = Instant.never
}

struct DepthIndex: DenseIndex {
    let rawValue: UInt16
}

/// Keeps submersible cages where the water is cold and rich enough. Nothing moves without a position that can be read, while people
/// are in the cage, while it is fed, or without a person's word where the plan asks for it. After a restart it stays where it is.
struct DepthControl: ~Copyable {
    private let plans: Dense<DepthIndex, DepthPlan>
    private let probes: [DepthProbe]
    private var states: Dense<DepthIndex, DepthState>

    init(_ plans: [DepthPlan], probes: [DepthProbe]) {
        self.plans = Dense(plans)
        self.probes = probes
        states = Dense(repeating: DepthState(), count: plans.count)
    }

    private func index(of cage: CageIndex) -> Int? {
        for number in 0..<plans.count where plans[number].cage == cage { return number }
        return nil
    }

    /// `nil`: it is no submersible cage.
    func status(of cage: CageIndex) -> DepthStatus? { index(of: cage).map { states[$0].status } }

    // MARK: Orders

    /// A person says where it is to be.
    mutating func order(_ depth: Length, _ cage: CageIndex) -> CommandOutcome {
        guard let number = index(of: cage), depth.base.isFinite else { return .refusedNothingToDo }
        guard depth >= plans[number].shallowest, depth <= plans[number].deepest else { return .refusedRange }
        begin(number, depth)
        return .done
    }

    mutating func accept(_ cage: CageIndex) -> CommandOutcome {
        guard let number = index(of: cage), let proposed = states[number].status.proposed else { return .refusedNothingToDo }
        begin(number, proposed)
        return .done
    }

    mutating func hold(_ cage: CageIndex) -> CommandOutcome {
        guard let number = index(of: cage) else { return .refusedNothingToDo }
        (states[number].status.goal, states[number].status.proposed) = (nil, nil)
        return .done
    }

    private mutating func begin(_ number: Int, _ depth: Length) {
        states[number].status.goal = depth
        states[number].status.proposed = nil
        states[number].candidate = nil
        states[number].status.isStuck = false
        states[number].progressAt = nil
    }

    // MARK: A scan

    /// - Parameter cages: one that is being fed stays where it is.
    mutating func step(_ image: borrowing InputImage, _ cages: borrowing Dense<CageIndex, CageState>,
                       _ demands: inout Demands, _ records: inout RecordBuffer) {
        for number in 0..<plans.count {
            let plan = plans[number], was = states[number].status
            let here = image.value(of: plan.position, noOlderThan: plan.noOlderThan).value
            states[number].status.depth = here
            if let here { consider(number, here, image) }
            drive(number, here, cages[plan.cage].run == nil, image, &demands, &records)
            if was.proposed == nil, let proposed = states[number].status.proposed {
                records.event(Event(.depthProposed, .cage(plan.cage), value: proposed.meters))
            }
        }
    }

    /// What the water says; a person, or the plan's own right, makes a goal of it.
    private mutating func consider(_ number: Int, _ here: Length, _ image: borrowing InputImage) {
        let plan = plans[number]
        guard states[number].status.goal == nil, image.now >= states[number].restUntil else { return }
        guard let better = profile(plan, image).better(than: here, plan) else {
            (states[number].candidate, states[number].status.proposed) = (nil, nil)
            return
        }
        // The water moves: as long as about the same depth is meant, its time goes on.
        if let candidate = states[number].candidate, abs((candidate - better).base) < plan.leastMove.base {
            guard image.now - states[number].candidateSince >= plan.settle else { return }
            if plan.asks { states[number].status.proposed = states[number].status.proposed ?? better } else { begin(number, better) }
        } else {
            (states[number].candidate, states[number].candidateSince) = (better, image.now)
            states[number].status.proposed = nil
        }
    }

    private func profile(_ plan: DepthPlan, _ image: borrowing InputImage) -> DepthProfile {
        var profile = DepthProfile()
        for number in 0..<probes.count where probes[number].cage == plan.cage {
            let probe = probes[number]
            guard let water = image.value(of: probe.temperature, noOlderThan: .minutes(3)).value,
                  let oxygen = image.value(of: probe.oxygen, noOlderThan: .minutes(3)).value else { continue }
            profile.add(probe.depth, water, oxygen)
        }
        return profile
    }

    private mutating func drive(_ number: Int, _ here: Length?, _ mayMove: Bool, _ image: borrowing InputImage, _ demands: inout Demands,
                                _ records: inout RecordBuffer) {
        let plan = plans[number]
        guard let goal = states[number].status.goal, let here, mayMove, !states[number].status.isStuck else {
            states[number].status.isMoving = false
            states[number].progressAt = nil
            return
        }
        if abs((goal - here).base) <= DepthPlan.tolerance.base { return arrive(number, here, image.now, &records) }
        let drive = goal > here ? plan.sink : plan.rise
        // Held, by a lock for one, it is not stuck.
        if image.verdict(of: drive).hold != nil { states[number].progressAt = nil }
        if isStuck(number, here, goal, image.now) {
            states[number].status.isStuck = true
            states[number].status.isMoving = false
            return records.event(Event(.depthStuck, .cage(plan.cage), value: here.meters, limit: goal.meters))
        }
        if !states[number].status.isMoving { records.event(Event(.depthMoving, .cage(plan.cage), value: here.meters, limit: goal.meters)) }
        states[number].status.isMoving = true
        demands[drive] = Demand(.on, because: .feed(.depthMoves))
    }

    private mutating func arrive(_ number: Int, _ here: Length, _ now: Instant, _ records: inout RecordBuffer) {
        states[number].status.goal = nil
        states[number].status.isMoving = false
        states[number].progressAt = nil
        states[number].restUntil = now + plans[number].rest
        records.event(Event(.depthReached, .cage(plans[number].cage), value: here.meters))
    }

    private mutating func isStuck(_ number: Int, _ here: Length, _ goal: Length, _ now: Instant) -> Bool {
        let least = 0.1
        guard let at = states[number].progressAt, (here - at).base * (goal > here ? 1 : -1) < least else {
            (states[number].progressAt, states[number].progressSince) = (here, now)
            return false
        }
        return now - states[number].progressSince >= plans[number].stuckAfter
    }
}
