/// What lowers and raises a submersible cage.
struct CageWinch: Sendable {
    /// m below the surface.
    private(set) var depth: Double
    /// It has current, and nothing moves.
    var isJammed = false
    /// m that its rope lets it down at most.
    private let rope: Double

    /// m/s: ten metres in three minutes.
    private static let speed = 0.055

    /// - Parameter rope: longer than it is ever to be let down.
    init(depth: Double, rope: Double) {
        (self.depth, self.rope) = (depth, rope)
    }

    /// Both drives together move nothing.
    mutating func advance(_ seconds: Double, sinks: Bool, rises: Bool) {
        guard sinks != rises, !isJammed else { return }
        depth = min(max(depth + (sinks ? Self.speed : -Self.speed) * seconds, 0), rope)
    }
}
