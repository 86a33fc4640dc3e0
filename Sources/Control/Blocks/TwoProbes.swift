/// Two probes in the same water, and what is made of them.
struct TwoProbes: Hashable, BitwiseCopyable {
    /// Which of two that agree is steered by.
    enum Choice: UInt8, BitwiseCopyable {
        case mean, lower, higher, first
    }

    enum Verdict: Hashable, BitwiseCopyable {
        case agree(Double)
        /// Only one can be read: the loop has no witness.
        case alone(Double)
        /// Farther apart than they may be. One of them is wrong and nobody knows which; the safe one of the two.
        case disagree(Double)
        case none
    }

    /// What is safe for a doser: of two conductivities the higher, of two pH values under acid the lower.
    let choice: Choice
    /// Usually 0.3 mS/cm or 0.4 pH.
    let tolerance: Double

    init(_ choice: Choice, tolerance: Double) {
        precondition(tolerance >= 0)
        self.choice = choice
        self.tolerance = tolerance
    }

    /// - Parameters: `nil`, or a number that is none, is a probe that cannot be read.
    func judge(_ first: Double?, _ second: Double?) -> Verdict {
        let first = first.flatMap { $0.isFinite ? $0 : nil }, second = second.flatMap { $0.isFinite ? $0 : nil }
        guard let first, let second else { return (first ?? second).map { .alone($0) } ?? .none }
        let chosen = switch choice {
        case .mean: first + (second - first) / 2
        case .lower: min(first, second)
        case .higher: max(first, second)
        case .first: first
        }
        return abs(first - second) <= tolerance ? .agree(chosen) : .disagree(chosen)
    }
}
