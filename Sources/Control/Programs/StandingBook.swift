import ProcessImage
import Quantities

/// Whether an order stands, and until when.
struct Stand: BitwiseCopyable {
    /// The command that ordered it; 0: it does not stand.
    var command: UInt64 = 0
    /// Seconds since 1970; `.max`: until it is taken back.
    var until = Int64.max

    var stands: Bool { command != 0 }
    func isOver(at unixSeconds: Int64) -> Bool { stands && until <= unixSeconds }
}

struct ProgramStand: BitwiseCopyable {
    var pause = Stand()
    /// The next start does not happen.
    var skip = Stand()
    /// Part of the program's own water. Range: 0.1 … 3.
    var factor = 1.0
}

/// What people ordered that stands: pauses, a rain delay, a start to be skipped, a percentage.
struct StandingBook: ~Copyable {
    private(set) var site = Stand()
    private(set) var rainDelay = Stand()
    private(set) var zones: Dense<ZoneIndex, Stand>
    private(set) var programs: Dense<ProgramIndex, ProgramStand>

    init(zones: Int, programs: Int, restoring orders: [StandingOrder]) {
        self.zones = Dense(repeating: Stand(), count: zones)
        self.programs = Dense(repeating: ProgramStand(), count: programs)
        for order in orders { set(order) }
    }

    mutating func take(from other: borrowing StandingBook) {
        site = other.site
        rainDelay = other.rainDelay
        zones.take(from: other.zones)
        programs.take(from: other.programs)
    }

    mutating func set(_ order: StandingOrder) {
        let stand = Stand(command: max(order.command, 1), until: order.until)
        change(order.kind, order.subject, stand, factor: order.factor)
    }

    /// - Returns: whether there was anything to end.
    mutating func end(_ kind: StandingOrder.Kind, _ subject: Subject) -> Bool {
        guard stands(kind, subject) else { return false }
        change(kind, subject, Stand(), factor: 1)
        return true
    }

    private mutating func change(_ kind: StandingOrder.Kind, _ subject: Subject, _ stand: Stand, factor: Double) {
        switch (kind, subject) {
        case (.rainDelay, _): rainDelay = stand
        case (.pause, .zone(let zone)): if zone.offset < zones.count { zones[zone] = stand }
        case (.pause, .program(let program)): if program.offset < programs.count { programs[program].pause = stand }
        case (.skipNext, .program(let program)): if program.offset < programs.count { programs[program].skip = stand }
        case (.adjust, .program(let program)): if program.offset < programs.count { programs[program].factor = factor }
        case (.pause, _): site = stand
        case (.skipNext, _), (.adjust, _), (.gateLevel, _), (.gateFlow, _), (.gateOpening, _), (.gateHold, _), (.dosingOff, _): break
        }
    }

    private func stands(_ kind: StandingOrder.Kind, _ subject: Subject) -> Bool {
        switch (kind, subject) {
        case (.rainDelay, _): rainDelay.stands
        case (.pause, .zone(let zone)): zone.offset < zones.count && zones[zone].stands
        case (.pause, .program(let program)): program.offset < programs.count && programs[program].pause.stands
        case (.skipNext, .program(let program)): program.offset < programs.count && programs[program].skip.stands
        case (.adjust, .program(let program)): program.offset < programs.count && programs[program].factor != 1
        case (.pause, _): site.stands
        case (.skipNext, _), (.adjust, _), (.gateLevel, _), (.gateFlow, _), (.gateOpening, _), (.gateHold, _), (.dosingOff, _): false
        }
    }

    func factor(of program: ProgramIndex) -> Double { programs[program].factor }

    /// No start of the program is wanted now.
    func isStopped(_ program: ProgramIndex) -> Bool { site.stands || rainDelay.stands || programs[program].pause.stands }

    /// A pause of the zone alone.
    func isPaused(_ zone: ZoneIndex) -> Bool { zones[zone].stands }

    /// A pause or a rain delay, as the reason that a start does not happen.
    func standsAgainst(_ program: ProgramIndex) -> Finding? {
        guard isStopped(program) else { return nil }
        return Finding(site.stands || programs[program].pause.stands ? .paused : .rainDelay, .skips)
    }
}

extension StandingOrder.Kind {
    var began: EventKind {
        switch self {
        case .pause: .pauseBegan
        case .rainDelay: .rainDelayBegan
        case .skipNext: .skipOrdered
        case .adjust: .programAdjusted
        case .gateLevel: .gateLevelOrdered
        case .gateFlow: .gateFlowOrdered
        case .gateOpening: .gateOpeningOrdered
        case .gateHold: .gateHoldOrdered
        case .dosingOff: .dosingDisabled
        }
    }

    var ended: EventKind {
        switch self {
        case .pause: .pauseEnded
        case .rainDelay: .rainDelayEnded
        case .skipNext: .skipTakenBack
        case .adjust: .programAdjusted
        case .gateLevel, .gateFlow, .gateOpening, .gateHold: .gateReleased
        case .dosingOff: .dosingEnabled
        }
    }
}
