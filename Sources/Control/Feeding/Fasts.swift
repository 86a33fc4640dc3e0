import ProcessImage
import Quantities

/// The fasts of one cage: of each kind the newest stands.
struct Fasts: BitwiseCopyable {
    private var booked = InlineArray<6, FeedFast?>(repeating: nil)

    mutating func set(_ fast: FeedFast) { booked[Int(fast.kind.rawValue)] = fast }

    /// - Returns: whether there was one.
    mutating func end(_ kind: FastKind) -> Bool {
        defer { booked[Int(kind.rawValue)] = nil }
        return booked[Int(kind.rawValue)] != nil
    }

    /// The one that holds now.
    func holding(_ wall: WallTime) -> FastKind? {
        for number in booked.indices {
            if let fast = booked[number], fast.includes(wall) { return fast.kind }
        }
        return nil
    }
}
