/// A sensor in or over the water of a cage: what it shows follows what is there with a lag, and may be wrong.
struct SeaSensor: Sendable {
    enum Fault: Sendable, Hashable, BitwiseCopyable {
        /// Growth on it: it reads low by a third, and ten times as late.
        case fouled
        /// It reads more by so much each hour.
        case drifting(perHour: Double)
        /// It was hauled up and shows what air would do.
        case inAir(Double)
        /// It gives no number.
        case broken
    }

    /// Seconds.
    let lag: Double
    var fault: Fault? { didSet { drift = 0 } }
    private var follows: Double?
    private var drift = 0.0

    init(lag: Double) { self.lag = lag }

    mutating func advance(_ seconds: Double, there: Double) {
        let slow = fault == .fouled ? lag * 10 : lag
        let before = follows ?? there
        follows = before + (there - before) * seconds / (seconds + slow)
        if case .drifting(let perHour) = fault { drift += perHour * seconds / 3600 }
    }

    var shown: Double {
        let value = follows ?? .nan
        return switch fault {
        case nil: value
        case .fouled: value * 2 / 3
        case .drifting: value + drift
        case .inAir(let air): air
        case .broken: .nan
        }
    }
}
