public import ProcessImage
public import Quantities

/// What may keep a cage from being fed. Raw values are `FeedReason`'s of the same.
public enum FeedGateKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case oxygen = 1
    case saturation = 2
    case warmth = 3
    case cold = 4
    case current = 5
    case waves = 6
    case wind = 7
    case sulfide = 8
    case uneaten = 9

    /// What it looks at.
    public var quantity: SeaQuantity {
        switch self {
        case .oxygen, .saturation: .oxygen
        case .warmth, .cold: .temperature
        case .current: .current
        case .waves: .waves
        case .wind: .wind
        case .sulfide: .sulfide
        case .uneaten: .uneaten
        }
    }

    /// Whether less is worse.
    public var isFloor: Bool { self == .oxygen || self == .saturation || self == .cold }

    var reason: FeedReason { FeedReason(rawValue: rawValue) ?? .stopped }
    var blindness: FeedReason { FeedReason(rawValue: rawValue + 20) ?? .stopped }
}

/// One limit on the feeding of one cage, in the base unit of what it looks at (saturation and uneaten: a part of one).
public struct FeedGatePlan: Sendable, BitwiseCopyable {
    public let cage: CageIndex
    public let kind: FeedGateKind
    /// Feeding ends here.
    public let stop: Double
    /// And begins again no nearer than here.
    public let resume: Double
    /// From here to `stop` the feed falls in a straight line to `least`. `nil`: all or nothing.
    public let reduce: Double?
    public let least: Double
    /// Beyond `stop` for so long; what cannot be read stops at once.
    public let stopAfter: Duration
    /// Better than `resume` for so long without a break.
    public let resumeAfter: Duration
    /// Once stopped it stays so until a person releases it.
    public let isLatching: Bool
    /// What is fed while the signal cannot be read: nothing, but for `uneaten`, where people may order a part instead.
    public let whenBlind: Double

    /// - Precondition: resume and reduce lie on the good side of stop.
    public init(cage: CageIndex, _ kind: FeedGateKind, stop: Double, resume: Double, reduce: Double? = nil, least: Double = 0.3,
                stopAfter: Duration = .seconds(30), resumeAfter: Duration = .minutes(15), isLatching: Bool = false, whenBlind: Double = 0) {
        let sign: Double = kind.isFloor ? 1 : -1
        precondition((resume - stop) * sign > 0 && (reduce.map { ($0 - stop) * sign > 0 } ?? true))
        precondition((0...1).contains(least) && stopAfter >= .zero && resumeAfter >= stopAfter)
        precondition(whenBlind == 0 || (kind == .uneaten && (0...1).contains(whenBlind)))
        self.cage = cage
        self.kind = kind
        self.stop = stop
        self.resume = resume
        self.reduce = reduce
        self.least = least
        self.stopAfter = stopAfter
        self.resumeAfter = resumeAfter
        self.isLatching = isLatching
        self.whenBlind = whenBlind
    }

    /// What is let through at a value. Range: `least` … 1.
    func share(at value: Double) -> Double {
        guard let reduce else { return 1 }
        return min(max(least + (1 - least) * (value - stop) / (reduce - stop), least), 1)
    }
}

/// One limit's memory. It begins closed: what was before is not known, and resuming is as strict as stopping.
struct FeedGate: BitwiseCopyable {
    private(set) var isOpen = false
    private var good = Sustained()
    private var bad = Sustained()
    private var isLatched = false
    private var wasBlind = true
    /// Shut, though the value is good by now.
    private var isSettling = false

    /// - Parameter value: `nil`: it cannot be told.
    /// - Returns: what is let through, 0 … 1.
    mutating func look(_ value: Double?, _ plan: FeedGatePlan, at now: Instant) -> Double {
        guard let value, value.isFinite else { return close() }
        let sign: Double = plan.kind.isFloor ? 1 : -1
        let isBad = (value - plan.stop) * sign < 0
        let isGood = (value - plan.resume) * sign >= 0
        wasBlind = false
        if bad.look(isBad, for: plan.stopAfter, at: now) != nil { shut(plan) }
        if good.look(isGood, for: plan.resumeAfter, at: now) != nil, !isLatched { isOpen = true }
        isSettling = isGood && !isOpen && !isLatched
        return isOpen ? plan.share(at: value) : 0
    }

    /// A person lets it go on, once the cause is gone.
    mutating func release() { isLatched = false }

    private mutating func shut(_ plan: FeedGatePlan) {
        isOpen = false
        isLatched = plan.isLatching
    }

    private mutating func close() -> Double {
        (isOpen, wasBlind) = (false, true)
        (good, bad) = (Sustained(), Sustained())
        return 0
    }

    /// Why it lets nothing through.
    func reason(_ plan: FeedGatePlan) -> FeedReason {
        wasBlind ? plan.kind.blindness : isSettling ? .settling : plan.kind.reason
    }
}

/// What the gates of a cage let through together.
public struct GateVerdict: Equatable, Sendable, BitwiseCopyable {
    /// Part of the ration. Range: 0 … 1.
    public var share = 1.0
    /// Of the gate that lets the least through; `nil`: all of them are wide open.
    public var reason: FeedReason?
}

public struct FeedGateIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// Every cage's gates.
struct FeedGates: ~Copyable {
    private let plans: Dense<FeedGateIndex, FeedGatePlan>
    private var gates: Dense<FeedGateIndex, FeedGate>
    private var verdicts: Dense<CageIndex, GateVerdict>

    init(_ plans: [FeedGatePlan], cages: Int) {
        self.plans = Dense(plans)
        gates = Dense(repeating: FeedGate(), count: plans.count)
        verdicts = Dense(repeating: GateVerdict(), count: cages)
    }

    subscript(cage: CageIndex) -> GateVerdict { verdicts[cage] }

    mutating func step(_ senses: borrowing CageSenses, at now: Instant) {
        for cage in 0..<verdicts.count { verdicts[cage] = GateVerdict() }
        for number in 0..<plans.count {
            let plan = plans[number]
            let value = value(plan, senses)
            var share = gates[number].look(value, plan, at: now)
            if value == nil { share = plan.whenBlind }
            let reason = gates[number].reason(plan), worst = verdicts[plan.cage]
            // Of two that let nothing through, what is wrong now comes before what only has to settle.
            let isWorse = share < worst.share || (share == worst.share && worst.reason == .settling && reason != .settling)
            guard share < 1, isWorse else { continue }
            verdicts[plan.cage] = GateVerdict(share: share, reason: reason)
        }
    }

    /// The worst of the cage's probes, as this gate sees it.
    private func value(_ plan: FeedGatePlan, _ senses: borrowing CageSenses) -> Double? {
        if plan.kind == .saturation { return senses.saturation(of: plan.cage)?.base }
        let seen = senses[plan.cage][plan.kind.quantity]
        return seen.isKnown ? plan.kind.isFloor ? seen.low : seen.high : nil
    }

    mutating func release(_ cage: CageIndex) {
        for number in 0..<plans.count where plans[number].cage == cage { gates[number].release() }
    }
}
