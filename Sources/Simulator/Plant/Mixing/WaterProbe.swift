/// A probe in the mix: what it shows follows what is there with a lag, and may be wrong in all the ways of its kind.
struct WaterProbe: Sendable {
    enum Kind: Sendable, Hashable, BitwiseCopyable {
        /// mS/cm at 25 °C: the probe compensates by itself.
        case conductivity
        case pH

        fileprivate func amount(in solution: Solution) -> Double { self == .conductivity ? solution.conductivity : solution.pH }
    }

    enum Fault: Sendable, Hashable, BitwiseCopyable {
        /// It shows what it showed.
        case stuck
        /// A layer on it, 0 … 1: conductivity reads low by that part, pH lies nearer to 7, and both are up to ten times as slow.
        case fouled(Double)
        /// It reads more by so much each hour.
        case drifting(perHour: Double)
        /// It stands in air.
        case dry
        /// It gives no number.
        case broken
    }

    let kind: Kind
    /// Seconds.
    let lag: Double
    var fault: Fault? { didSet { drift = 0 } }

    /// What stood around it last, and how much of its kind that is: a pH is much work, and water at rest needs it once.
    private var around: Solution
    private var there: Double
    private var follows: Double
    private var drift = 0.0
    private var stuckAt: Double

    init(_ kind: Kind, lag: Double, in solution: Solution) {
        self.kind = kind
        self.lag = lag
        around = solution
        there = kind.amount(in: solution)
        follows = there
        stuckAt = follows
    }

    mutating func advance(_ seconds: Double, in solution: Solution) {
        if solution != around { (around, there) = (solution, kind.amount(in: solution)) }
        follows += (there - follows) * seconds / (seconds + lag * slowness)
        if case .drifting(let perHour) = fault { drift += perHour * seconds / 3600 }
        if fault != .stuck { stuckAt = shown }
    }

    /// What it shows.
    var shown: Double {
        switch fault {
        case nil: follows
        case .stuck: stuckAt
        case .fouled(let part): kind == .conductivity ? follows * (1 - part) : 7 + (follows - 7) * (1 - part)
        case .drifting: follows + drift
        case .dry: kind == .conductivity ? 0 : 7
        case .broken: .nan
        }
    }

    private var slowness: Double {
        if case .fouled(let part) = fault { 1 + 9 * part } else { 1 }
    }
}
