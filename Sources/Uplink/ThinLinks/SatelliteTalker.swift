public import BeiDou
public import Quantities

/// What short messages tell, as their owner knows it. Each may take its time: only this line waits for it.
public struct SatellitePorts: Sendable {
    /// Every alarm that stands and is to be told; `nil`: not known now.
    public var standing: @Sendable () -> [AlarmNews]?
    /// The state of each zone and cage on a day that is over; `nil`: not known now.
    public var days: @Sendable (CivilDate) -> [ZoneDay]?
    public var wall: @Sendable () -> WallTime
    public var report: @Sendable (ThinNews) -> Void

    public init(standing: @escaping @Sendable () -> [AlarmNews]?, days: @escaping @Sendable (CivilDate) -> [ZoneDay]?,
                wall: @escaping @Sendable () -> WallTime, report: @escaping @Sendable (ThinNews) -> Void) {
        (self.standing, self.days, self.wall, self.report) = (standing, days, wall, report)
    }
}

/// When days are told, and what the card must be.
public struct SatelliteManner: Sendable {
    /// Local time at which the day before is told; `nil`: never.
    public let daysAt: TimeOfDay?
    public let clock: LocalClock
    /// `nil`: any.
    public let card: CardNumber?

    public init(daysAt: TimeOfDay?, clock: LocalClock, card: CardNumber?) {
        (self.daysAt, self.clock, self.card) = (daysAt, clock, card)
    }
}

/// A `ShortMessageLink` that is told of alarms and days through its ports.
struct SatelliteTalker: Talker {
    private var link: ShortMessageLink
    private let manner: SatelliteManner
    private let ports: SatellitePorts
    private var mayAskAt = Instant.never

    /// - Parameter life: told with every number where there is no memory of the last life.
    init(_ plan: LinkPlan, _ manner: SatelliteManner, memory: [UInt8]?, life: UInt8, _ ports: SatellitePorts) {
        link = ShortMessageLink(plan, memory: memory.flatMap { LinkMemory($0) } ?? LinkMemory(life: life))
        self.manner = manner
        self.ports = ports
    }

    var memory: LinkMemory { link.memory }
    var memoryBytes: [UInt8] { link.memory.bytes }
    /// Numbers that are given twice would let the center take a new message for an old one.
    static var staleIsWorseThanNone: Bool { true }
    var waiting: Int { link.memory.waiting.count }

    /// Its card has bounds of its own.
    func wantsLine(at now: Instant, isSaving: Bool) -> Bool { true }
    mutating func lineIsUp(now: Instant) {}
    mutating func lineIsDown() {}

    /// What there is to tell is taken in whether or not there is a line.
    mutating func step(now: Instant, wall: WallTime, isUp: Bool) -> [TalkerAction] {
        var actions = tellAlarms(wall) + tellDays(now, wall)
        if isUp { actions += link.step(now: now) }
        return actions.map(carryOut)
    }

    mutating func hear(_ bytes: [UInt8], now: Instant, wall: WallTime) -> [TalkerAction] {
        link.hear(bytes, now: now).flatMap { action -> [TalkerAction] in
            guard case .note(.card(let card, _)) = action, let own = manner.card, card != own else { return [carryOut(action)] }
            return [carryOut(action), .tell(.otherCard(card))]
        }
    }

    private func carryOut(_ action: LinkAction) -> TalkerAction {
        switch action {
        case .send(let bytes): .send(bytes)
        case .note(let note): .tell(.satellite(note))
        }
    }

    private mutating func tellAlarms(_ wall: WallTime) -> [LinkAction] {
        guard let standing = ports.standing() else { return [] }
        return link.tell(standing: standing, unixSeconds: wall.isTrusted ? UInt32(clamping: wall.unixSeconds) : 0)
    }

    /// The day before, once its hour has come. A clock that was set back tells nothing again.
    private mutating func tellDays(_ now: Instant, _ wall: WallTime) -> [LinkAction] {
        guard let at = manner.daysAt, wall.isTrusted else { return [] }
        let local = manner.clock.local(unixSeconds: wall.unixSeconds)
        let due = local.date.adding(days: local.time >= at ? -1 : -2)
        guard link.memory.dayTold.map({ $0 < due }) ?? true, now >= mayAskAt else { return [] }
        guard let days = ports.days(due) else {
            mayAskAt = now + .minutes(1)
            return []
        }
        return link.tell(days, of: due)
    }
}
