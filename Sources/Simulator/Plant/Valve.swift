/// A valve that needs time to travel. `opening` is 0 closed … 1 open.
struct Valve: Sendable {
    enum Jam: Sendable { case none, open, closed }

    private(set) var opening = 0.0
    var jam = Jam.none
    /// Seconds from one end to the other.
    private let travel: Double

    init(travel: Double) {
        self.travel = max(travel, 0.2)
    }

    mutating func advance(_ seconds: Double, isOn: Bool) {
        let wanted: Double = switch jam {
        case .none: isOn ? 1 : 0
        case .open: 1
        case .closed: 0
        }
        let step = seconds / travel
        opening = wanted > opening ? min(opening + step, wanted) : max(opening - step, wanted)
    }
}
