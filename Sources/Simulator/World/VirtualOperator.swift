import ProcessImage
import Quantities

/// Somebody on the farm who gives commands now and then, sensible ones and others.
struct VirtualOperator {
    private var random: SeededRandom
    private let zones: Int
    private let programs: Int
    private let units: Int
    private let cages: Int
    private let lines: Int
    /// Mean time between two commands; `nil`: nobody is there.
    private var mean: Duration?
    private(set) var next: Instant
    private var lastID: UInt64 = 0

    init(random: SeededRandom, zones: Int, programs: Int, units: Int, cages: Int, lines: Int, mean: Duration?) {
        self.random = random
        self.zones = zones
        self.programs = programs
        self.units = units
        self.cages = cages
        self.lines = lines
        self.mean = mean
        next = Instant(nanoseconds: .max)
        schedule(after: .start)
    }

    private mutating func schedule(after now: Instant) {
        guard let mean, zones + cages > 0 else { return }
        next = now + mean * random.between(0.05, 1.95)
    }

    /// Nobody gives commands any more.
    mutating func leave() {
        mean = nil
        next = Instant(nanoseconds: .max)
    }

    mutating func command(at now: Instant) -> Command {
        schedule(after: now)
        return make(kind(), at: now)
    }

    mutating func make(_ kind: Command.Kind, at now: Instant) -> Command {
        lastID += 1
        return Command(id: lastID, kind: kind, author: .simulator, expires: now + .seconds(10))
    }

    private mutating func kind() -> Command.Kind {
        if cages > 0, zones == 0 || random.chance(0.5) { return ofCage(CageIndex(random.index(below: cages))) }
        let zone = ZoneIndex(random.index(below: zones))
        if units > 0, random.chance(0.15) { return ofDosing(.dosingUnit(DosingUnitIndex(random.index(below: units)))) }
        switch random.index(below: programs > 0 ? 26 : 20) {
        case 0..<9: return .run(zone, for: .seconds(random.index(below: 1200) + 1))
        case 9..<11: return .stopZone(zone)
        case 11: return .stopAll
        case 12..<14: return .acknowledgeAll
        case 14: return .reset(TripID(.noFlow, .zone(zone)))
        case 20...: return ofProgram(ProgramIndex(random.index(below: programs)), zone)
        default: return .resetAll
        }
    }

    private mutating func ofCage(_ cage: CageIndex) -> Command.Kind {
        switch random.index(below: 20) {
        case 0..<4: return .feed(cage, .grams(random.between(100, 3000)))
        case 4..<6: return .stopFeeding(random.chance(0.5) ? cage : nil)
        case 6..<8: return .lockCage(cage)
        case 8..<12: return .unlockCage(cage)
        case 12: return .silence(cage)
        case 13: return .releaseFeed(cage)
        case 14: return .appetite(cage, random.between(-0.4, 0.3))
        case 15: return .acknowledgeAll
        case 16: return .resetAll
        default: return lines > 0 ? .resetLine(FeedLineIndex(random.index(below: lines)), isEmpty: false) : .stopAll
        }
    }

    private mutating func ofDosing(_ unit: Subject) -> Command.Kind { random.chance(0.5) ? .disableDosing(unit) : .enableDosing(unit) }

    private mutating func ofProgram(_ program: ProgramIndex, _ zone: ZoneIndex) -> Command.Kind {
        let subject = [Subject.site, .program(program), .zone(zone)][random.index(below: 3)]
        return switch random.index(below: 8) {
        case 0: .startProgram(program)
        case 1: .pause(subject, for: .minutes(random.index(below: 60) + 1))
        case 2: .rainDelay(for: .minutes(random.index(below: 60) + 1))
        case 3: .skipNext(program)
        case 4: .adjust(program, .percent(Double(random.index(below: 40) * 10)))
        default: .resume(subject)
        }
    }
}
