import ProcessImage
import Quantities

/// Somebody on the farm who gives commands now and then, sensible ones and others.
struct VirtualOperator {
    private var random: SeededRandom
    private let zones: Int
    /// Mean time between two commands; `nil`: nobody is there.
    private var mean: Duration?
    private(set) var next: Instant
    private var lastID: UInt64 = 0

    init(random: SeededRandom, zones: Int, mean: Duration?) {
        self.random = random
        self.zones = zones
        self.mean = mean
        next = Instant(nanoseconds: .max)
        schedule(after: .start)
    }

    private mutating func schedule(after now: Instant) {
        guard let mean, zones > 0 else { return }
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
        let zone = ZoneIndex(random.index(below: zones))
        switch random.index(below: 20) {
        case 0..<9: return .run(zone, for: .seconds(random.index(below: 1200) + 1))
        case 9..<11: return .stopZone(zone)
        case 11: return .stopAll
        case 12..<14: return .acknowledgeAll
        case 14: return .reset(TripID(.noFlow, .zone(zone)))
        default: return .resetAll
        }
    }
}
