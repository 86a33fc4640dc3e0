/// What leads a line's air to one of its cages: a barrel that turns past its outlets, or a valve for each.
struct FeedSelector: Sendable {
    enum Kind: Sendable, Hashable, BitwiseCopyable { case single, rotary, valves }

    let kind: Kind
    let outlets: Int
    /// Its drive does nothing.
    var isStuck = false
    /// Of a barrel: in outlets from the first, 0 ..< outlets.
    private var turned = 0.0
    /// Of valves: how far each is open, 0 … 1.
    private var openings: [Double]

    /// Seconds from one outlet to the next, and of a valve's way.
    private static let outletTime = 4.0
    private static let valveTime = 3.0
    /// Outlets beside the middle within which the barrel lets air through and its mark is on.
    private static let mark = 0.12
    private static let open = 0.9

    init(_ kind: Kind, outlets: Int) {
        self.kind = kind
        self.outlets = outlets
        openings = Array(repeating: 0, count: outlets)
    }

    /// - Parameter driven: whether the drive of an outlet has current; of a barrel one drive serves all.
    /// - Returns: whether anything moved.
    mutating func advance(_ seconds: Double, driven: (Int) -> Bool) -> Bool {
        guard !isStuck, kind != .single else { return false }
        if kind == .rotary {
            guard (0..<outlets).contains(where: driven) else { return false }
            turned = (turned + seconds / Self.outletTime).truncatingRemainder(dividingBy: Double(outlets))
            return true
        }
        var moved = false
        for outlet in 0..<outlets {
            let goal = driven(outlet) ? 1.0 : 0
            let way = seconds / Self.valveTime
            let next = openings[outlet] + min(max(goal - openings[outlet], -way), way)
            moved = moved || next != openings[outlet]
            openings[outlet] = next
        }
        return moved
    }

    /// Where the air goes. `nil`: nowhere, it stands between two.
    var outlet: Int? { (0..<outlets).first { isAt($0) } }

    /// Whether an outlet's own switch is on.
    func isAt(_ outlet: Int) -> Bool {
        switch kind {
        case .single: return outlet == 0
        case .valves: return openings[outlet] >= Self.open
        case .rotary:
            let apart = abs(turned - Double(outlet))
            return min(apart, Double(outlets) - apart) <= Self.mark
        }
    }
}
