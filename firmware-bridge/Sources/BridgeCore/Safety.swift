/// Which relay may be where: the one place that decides. Pure: the clock comes from outside, the shell drives its pins
/// to `relays` after every call.
///
/// unconfigured → configured → armed → tripped → armed. A relay is away from its safe level only while armed, with a
/// heartbeat that lives, for no longer than its time.
public struct Safety: Sendable {
    public private(set) var state = BridgeState.unconfigured
    public private(set) var tripCause: Cause
    /// 0xFFFF when no relay was the reason.
    public private(set) var tripRelay = UInt16.max
    public private(set) var tripCount: UInt16 = 0
    public private(set) var tripClock: UInt32 = 0
    public private(set) var heartbeat: UInt16 = 0
    /// 0 while nothing is sealed.
    public private(set) var sealedCRC: UInt16 = 0
    /// As the host writes it; in force once sealed.
    public private(set) var draft = Configuration()

    private var sealed: Configuration
    private var wanted: UInt16
    private var beatAt: UInt32 = 0
    private var leftSafeAt = InlineArray<16, UInt32>(repeating: 0)
    private let relayCount: Int
    private let bootCount: UInt16

    public init(relays: Int, boot: Boot) {
        relayCount = relays
        bootCount = boot.count
        tripCause = boot.cause
        sealed = Configuration(safeLevels: boot.safeLevels & BoardIdentity.mask(relays))
        wanted = sealed.safeLevels
    }

    /// Levels every relay must have now.
    public var relays: UInt16 { state == .armed ? wanted : sealed.safeLevels }

    /// The levels that hold when nothing else does; they outlive a warm reset.
    public var safeLevels: UInt16 { sealed.safeLevels }

    /// Milliseconds until the heartbeat is overdue; 0 while not armed.
    public func beatLeft(at now: UInt32) -> UInt16 {
        let gone = now &- beatAt
        guard state == .armed, gone < UInt32(sealed.heartbeatTimeout) else { return 0 }
        return sealed.heartbeatTimeout - UInt16(truncatingIfNeeded: gone)
    }

    // MARK: what time does

    /// Every millisecond, from the tick interrupt: it works while the main loop hangs.
    public mutating func tick(at now: UInt32) {
        guard state == .armed else { return }
        if now &- beatAt >= UInt32(sealed.heartbeatTimeout) { return trip(.heartbeat, at: now) }
        if let relay = overdueRelay(at: now) { trip(.relayTime, relay: relay, at: now) }
    }

    private func overdueRelay(at now: UInt32) -> UInt16? {
        var away = wanted ^ sealed.safeLevels
        while away != 0 {
            let relay = away.trailingZeroBitCount
            if now &- leftSafeAt[relay] >= UInt32(sealed.longestOn(relay: relay)) &* 1000 { return UInt16(relay) }
            away &= away &- 1
        }
        return nil
    }

    /// Once a second: memory that was damaged must not decide over relays, and must be written anew.
    public mutating func checkMemory(at now: UInt32) {
        guard state == .armed, sealed.crc != sealedCRC else { return }
        trip(.configuration, at: now)
        state = .unconfigured
        sealedCRC = 0
    }

    /// The first cause stays until somebody arms.
    mutating func trip(_ cause: Cause, relay: UInt16 = .max, at now: UInt32) {
        guard state != .tripped else { return }
        if state != .unconfigured { state = .tripped }
        tripCause = cause
        tripRelay = relay
        tripCount &+= 1
        tripClock = now
        wanted = sealed.safeLevels
    }

    // MARK: what the host does

    mutating func configure(word index: Int, _ value: UInt16) {
        draft[word: index] = value
        state = .unconfigured
        sealedCRC = 0
    }

    /// Takes the draft into force; relays go to its safe levels.
    mutating func seal(_ crc: UInt16) -> Refusal? {
        if state == .armed { return .notNow }
        guard crc == draft.crc, draft.isValid(relays: relayCount) else { return .illegalValue }
        sealed = draft
        wanted = sealed.safeLevels
        sealedCRC = crc
        state = .configured
        return nil
    }

    /// Repeating the order that armed it changes nothing; it does not beat.
    mutating func arm(_ order: ArmOrder, at now: UInt32) -> Refusal? {
        if state == .unconfigured { return .notNow }
        guard order == ArmOrder(bootCount: bootCount, sealedCRC: sealedCRC, tripCount: tripCount) else { return .illegalValue }
        if state == .armed { return nil }
        state = .armed
        tripCause = .none
        tripRelay = .max
        wanted = sealed.safeLevels
        beatAt = now
        return nil
    }

    mutating func beat(_ value: UInt16, at now: UInt32) {
        guard value != heartbeat else { return }
        heartbeat = value
        beatAt = now
    }

    /// Whether `drive` would obey.
    func refusal(of levels: UInt16) -> Refusal? {
        if state != .armed { return .notNow }
        return (levels ^ sealed.safeLevels) & ~sealed.movable == 0 ? nil : .illegalValue
    }

    mutating func drive(_ levels: UInt16, at now: UInt32) -> Refusal? {
        if let refused = refusal(of: levels) { return refused }
        var leaving = (levels ^ sealed.safeLevels) & ~(wanted ^ sealed.safeLevels)
        wanted = levels
        while leaving != 0 {
            leftSafeAt[leaving.trailingZeroBitCount] = now
            leaving &= leaving &- 1
        }
        return nil
    }
}
