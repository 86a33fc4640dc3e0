import Quantities

/// Why a command was not passed on.
public enum CommandRefusal: UInt8, Hashable, Sendable, CaseIterable {
    /// It had been said before we were there, and the broker kept it.
    case retained = 1
    /// Not a payload, or too large a one.
    case unreadable = 2
    /// A metric that is not in the birth of this node or device.
    case unknownMetric = 3
    case notWritable = 4
    case wrongType = 5
    case outOfRange = 6
    /// It says not when it was given.
    case noTime = 7
    /// Given too long ago, or ahead of our clock by more than that.
    case stale = 8
    /// The same order was there before.
    case seenBefore = 9
    /// Our own clock cannot say how old it is.
    case clockNotTrusted = 10
    /// More orders than anybody gives by hand.
    case tooMany = 11
    /// Node or device is not born, so nobody can know what it would be.
    case notBorn = 12
}

/// Lets each order through at most once, and only while it is young.
///
/// An order's identity is its metric and the moment the host gave it. All that are young are remembered; what is forgotten is
/// older than `oldest`, and nothing that old is let through, whatever becomes of the clock.
struct CommandGate: Sendable {
    static let rememberedMax = 256

    private let longestAge: UInt64
    private var remembered: Set<Identity> = []
    /// Orders up to here do not count: milliseconds since 1970 UTC. `nil`: the clock was never trusted.
    private var oldest: UInt64?

    private struct Identity: Hashable {
        let metric: MetricIndex
        let timestamp: UInt64
    }

    init(longestAge: Duration) {
        self.longestAge = UInt64(max(0, longestAge.nanoseconds / 1_000_000))
    }

    /// What was given before the first look at a trusted clock may have been carried out by an earlier life.
    mutating func look(at wall: WallTime) {
        guard wall.isTrusted else { return }
        let now = wall.milliseconds
        guard let oldest else {
            self.oldest = now
            return
        }
        let young = remembered.filter { $0.timestamp &+ longestAge >= now }
        guard young.count < remembered.count else { return }
        let forgotten = remembered.subtracting(young).map(\.timestamp).max() ?? 0
        self.oldest = max(oldest, forgotten)
        remembered = young
    }

    /// `nil`: it may pass, and never again.
    mutating func refusal(_ metric: MetricIndex, givenAt timestamp: UInt64?, wall: WallTime) -> CommandRefusal? {
        look(at: wall)
        guard wall.isTrusted, let oldest else { return .clockNotTrusted }
        guard let timestamp else { return .noTime }
        let now = wall.milliseconds
        let apart = timestamp > now ? timestamp - now : now - timestamp
        guard apart <= longestAge, timestamp > oldest else { return .stale }
        guard remembered.count < Self.rememberedMax else { return .tooMany }
        return remembered.insert(Identity(metric: metric, timestamp: timestamp)).inserted ? nil : .seenBefore
    }
}
