internal import BridgeCore
internal import ProcessImage
internal import Quantities

/// What must hold before a bridge is armed, in the order in which it is looked at.
enum ArmingCheck: CaseIterable {
    /// It is a bridge of our protocol with the channels we need.
    case identity
    /// What it has in force is the configuration of this site.
    case seal
    /// What it stands at has just been read.
    case freshLook
    /// The scan knows why the relays went safe: a trip is latched, and every output on the bridge is held, before it is armed.
    case causeTold
    /// The scan commits.
    case scanAlive
    /// No trip of the bridge waits for a person, and no emergency stop stands.
    case noTrip
    /// The scan wants every relay at its safe level: nothing moves at the moment of arming.
    case allSafe
}

/// What the caller should tell the scan after an answer.
enum BridgeNews {
    case nothing
    case looked(BridgeLive)
    /// It does not answer, or is none that can be used.
    case lost
}

/// The gateway's side of the talk with one bridge. Pure: moments, orders and answers come from outside.
///
/// ```
/// identify ─▶ look ─▶ armed by another life: stop
///    ▲         ▲  └─▶ another seal: commission
///    │         │  └─▶ every check holds: arm ─▶ look ─▶ beat, look, beat, look …
///    │         └── not armed any more: a trip, a reset ─────┘   │
///    └── silent for a lease ────────────────────────────────────┘
/// ```
///
/// - Each commit of the scan is beaten once at most, and not at all when it is older than `BridgeTiming.orderValid`: a scan
///   that stands still, or a process that was stopped, beats no more.
/// - Beats go before looks, but after two beats without a look it looks.
struct BridgeSession {
    private static let identifyEvery: Duration = .milliseconds(250)
    /// One that was refused is asked this often whether it is another meanwhile.
    private static let refusedEvery: Duration = .seconds(2)
    private static let beatsUnseenMax = 2
    /// So many starts within so long are no accident.
    private static let resets = (atMost: 2, within: Duration.minutes(10))

    let timing: BridgeTiming
    private let plan: BridgePlan
    private let configuration: BridgeConfiguration

    private var order: BridgeOrder?
    private var isIdentified = false
    private var live: BridgeLive?
    private var mustLook = false
    private var lookedAt = Instant.never
    private var heardAt: Instant
    /// From when it may be identified, or commissioned after a refusal.
    private var askAgainAt = Instant.never
    /// The order that armed it in this talk.
    private var armedAs: ArmOrder?
    private var beat: UInt16 = 0
    private var beatAt = Instant.never
    /// When the commit in the last beat was made.
    private var beatenCommit = Instant.never
    private var beatsUnseen = 0
    /// Levels in the last beat.
    private var driven: UInt16
    /// Relays that the bridge took back because nobody beat.
    private(set) var expired: UInt16 = 0

    /// `nil`: not known.
    private(set) var standing: BridgeStanding?
    private var told: BridgeStanding?
    private var toldAt = Instant.never
    private var resetsAt: [Instant] = []

    init(_ plan: BridgePlan, timing: BridgeTiming, at now: Instant) {
        self.plan = plan
        self.timing = timing
        configuration = BridgeConfiguration(plan.configuration(timing))
        driven = plan.safeLevels
        heardAt = now
    }

    mutating func take(_ order: BridgeOrder) { self.order = order }

    // MARK: What to send

    /// The next request, if one is due now. It must be sent at once: a beat's order may be too old a moment later.
    mutating func next(at now: Instant) -> BridgeMessage? {
        guard isIdentified else { return now >= askAgainAt ? .identify : nil }
        guard let live, !(mustLook && !isOurs(live)) else { return .look }
        if isOurs(live) { return nextArmed(live, at: now) }
        if now >= lookedAt + timing.every { return .look }
        if live.state == .armed { return .stop }
        if live.sealedCRC != configuration.crc { return now >= askAgainAt ? .commission(configuration) : nil }
        guard unmet(at: now) == nil else { return nil }
        armedAs = live.armOrder
        beat = UInt16(truncatingIfNeeded: live.clock)
        return .arm(live.armOrder)
    }

    private mutating func nextArmed(_ live: BridgeLive, at now: Instant) -> BridgeMessage? {
        if let order = unbeaten(at: now), beatsUnseen < BridgeSession.beatsUnseenMax,
           order.relays != driven || now >= beatAt + timing.every {
            beat &+= 1
            beatAt = now
            beatenCommit = order.at
            beatsUnseen += 1
            driven = order.relays
            return .beat(beat, relays: order.relays)
        }
        return mustLook || now >= lookedAt + timing.lookEvery ? .look : nil
    }

    private func unbeaten(at now: Instant) -> BridgeOrder? {
        guard let order, order.at > beatenCommit, now - order.at <= timing.orderValid else { return nil }
        return order
    }

    /// When `next` will have something, if nobody takes an order or an answer before.
    func nextMoment(after now: Instant) -> Instant {
        guard isIdentified else { return askAgainAt }
        guard let live, !mustLook else { return now }
        guard isOurs(live) else { return lookedAt + timing.every }
        let look = lookedAt + timing.lookEvery
        return unbeaten(at: now) == nil ? look : min(look, beatAt + timing.every)
    }

    /// Said before a clean end.
    var farewell: BridgeMessage? { live?.state == .armed ? .stop : nil }

    private func isOurs(_ live: BridgeLive) -> Bool { live.state == .armed && armedAs == live.armOrder }

    // MARK: Arming

    /// The first check that does not hold.
    func unmet(at now: Instant) -> ArmingCheck? {
        ArmingCheck.allCases.first { !holds($0, at: now) }
    }

    private func holds(_ check: ArmingCheck, at now: Instant) -> Bool {
        switch check {
        case .identity: isIdentified
        case .seal: live?.sealedCRC == configuration.crc
        case .freshLook: !mustLook && now - lookedAt < timing.every
        case .causeTold: told == standing && scanKnows
        case .scanAlive: order.map { now - $0.at <= timing.orderValid } ?? false
        case .noTrip: order?.isHeld == false
        case .allSafe: order?.relays == plan.safeLevels
        }
    }

    /// A scan that began after the last telling has latched it.
    private var scanKnows: Bool { order.map { $0.at >= toldAt } ?? false }

    /// What to post of the standing now; `nil`: nothing that is sure. One standing after the other: the scan has seen the
    /// last one before it is told another, so it misses none.
    mutating func statement() -> BridgeStanding? {
        if told != standing, told == nil || scanKnows {
            told = standing
            toldAt = .notDue
        }
        return told == standing ? told : nil
    }

    /// The statement has been posted.
    mutating func wasPosted(at now: Instant) {
        if toldAt == .notDue { toldAt = now }
    }

    // MARK: What came of it

    mutating func heard(_ message: BridgeMessage, _ outcome: Received, at now: Instant) -> BridgeNews {
        switch outcome {
        case .answer(let answer):
            heardAt = now
            return take(answer, to: message, at: now)
        case .noAnswer, .garbled: return unheard(at: now)
        case .disconnected: return lose(at: now)
        }
    }

    private mutating func unheard(at now: Instant) -> BridgeNews {
        mustLook = true
        if !isIdentified { askAgainAt = now + BridgeSession.identifyEvery }
        return now - heardAt > timing.lease ? lose(at: now) : .nothing
    }

    /// Its relays are safe by now: nobody beat.
    private mutating func lose(at now: Instant) -> BridgeNews {
        isIdentified = false
        askAgainAt = now + BridgeSession.identifyEvery
        if standing?.needsPerson != true { forgetStanding() }
        return .lost
    }

    private mutating func forgetStanding() {
        standing = nil
        told = nil
    }

    private mutating func take(_ answer: ReceivedAnswer, to message: BridgeMessage, at now: Instant) -> BridgeNews {
        mustLook = true
        switch message {
        case .identify: return meet(answer, at: now)
        case .look: return look(answer, at: now)
        case .commission:
            guard case .refused(.illegalValue) = answer.kind else { break }
            standing = .notCommissioned
            askAgainAt = now + BridgeSession.refusedEvery
        case .arm: if case .refused = answer.kind { armedAs = nil }
        case .beat: if case .written = answer.kind { expired = 0 }
        case .stop: break
        }
        return .nothing
    }

    private mutating func meet(_ answer: ReceivedAnswer, at now: Instant) -> BridgeNews {
        let identity = BridgeIdentity(answer)
        armedAs = nil
        let isOurKind = answer.kind == .registers && identity.protocolVersion == BridgeProtocol.version
        let isServed = plan.isServed(relays: identity.relays, inputs: identity.inputs, counters: identity.counters,
                                     analogues: identity.analogues)
        guard isOurKind, isServed else {
            standing = isOurKind ? .tooFewChannels : .otherProtocol
            askAgainAt = now + BridgeSession.refusedEvery
            return .lost
        }
        isIdentified = true
        return .nothing
    }

    private mutating func look(_ answer: ReceivedAnswer, at now: Instant) -> BridgeNews {
        guard answer.kind == .registers, let seen = BridgeLive(answer) else { return unheard(at: now) }
        if let live, !seen.isSameLife(as: live) { noteReset(at: now) }
        if seen.state != .armed, driven != plan.safeLevels {
            if seen.tripCause == Cause.heartbeat.rawValue { expired = driven ^ plan.safeLevels }
            driven = plan.safeLevels
        }
        live = seen
        mustLook = false
        lookedAt = now
        beatsUnseen = 0
        judge(seen)
        return .looked(seen)
    }

    private mutating func noteReset(at now: Instant) {
        resetsAt = resetsAt.filter { now - $0 < BridgeSession.resets.within } + [now]
    }

    /// What needs a person stays until it is armed, which is after the person.
    private mutating func judge(_ live: BridgeLive) {
        if isOurs(live) {
            if standing == .unsteady { resetsAt = [] }
            standing = .armed
        } else if live.state != .armed, !keepsStanding(live) {
            let isUnsteady = resetsAt.count > BridgeSession.resets.atMost
            standing = isUnsteady ? .unsteady : BridgeStanding(cause: live.tripCause)
        }
    }

    private func keepsStanding(_ live: BridgeLive) -> Bool {
        standing == .notCommissioned ? live.sealedCRC != configuration.crc : standing?.needsPerson == true
    }
}

extension BridgeStanding {
    /// - Parameter cause: of the protocol. None, or one we do not know, is that of a chip that cannot tell why it started.
    init(cause: UInt16) {
        let known = UInt8(exactly: cause).flatMap(BridgeStanding.init(rawValue:))
        self = known.map { $0 == .armed || $0.rawValue > Cause.reset.rawValue ? .reset : $0 } ?? .reset
    }
}
