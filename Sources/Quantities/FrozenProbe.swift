/// Notices a probe that shows the same number for ever: while something is dosed, the mix is never so even that the last digit
/// does not move. Control and interlocks each have their own. Where two probes look at one mix, stillness that both show is the
/// mix's own, in a stirred tank above all: then one is frozen when the other moves.
///
/// It is frozen when the standard deviation over ten minutes of dosing is less than the probe's least step. The window goes on by
/// tenths, so it is told within eleven minutes. Time without dosing does not count.
public struct FrozenProbe: Sendable, BitwiseCopyable {
    /// Least step of the probe's number (LSB).
    public let resolution: Double
    public let window: Duration

    public private(set) var isFrozen = false
    /// It moves by more than its last digit: a twin that does not is frozen. Between the two nobody can say.
    public private(set) var isMoving = false
    private var parts: InlineArray<10, Scatter>
    private var part = 0
    private var full = 0
    private var inPart = Duration.zero
    /// Values are summed as differences from it, so that no digit is lost.
    private var reference: Double?

    private static let count = 10

    public init(resolution: Double, window: Duration = .minutes(10)) {
        precondition(resolution > 0 && window > .zero)
        self.resolution = resolution
        self.window = window
        parts = InlineArray(repeating: Scatter())
    }

    /// - Parameter value: `nil` without a usable reading, which is another fault and leaves this as it is.
    public mutating func step(_ value: Double?, isDosing: Bool, over elapsed: Duration) -> Bool {
        guard isDosing, elapsed > .zero, let value, value.isFinite else { return isFrozen }
        let origin = reference ?? value
        reference = origin
        parts[part].add(value - origin)
        inPart += elapsed
        if inPart * Self.count >= window { close() }
        return isFrozen
    }

    private mutating func close() {
        full = min(full + 1, Self.count)
        if full == Self.count {
            var all = Scatter()
            for number in 0..<Self.count { all.add(parts[number]) }
            isFrozen = all.variance < resolution * resolution
            isMoving = all.variance >= resolution * resolution * 4
        }
        part = (part + 1) % Self.count
        parts[part] = Scatter()
        inPart = .zero
    }
}

/// Count, sum and sum of squares of some numbers.
public struct Scatter: Sendable, BitwiseCopyable {
    public private(set) var count = 0.0
    private var sum = 0.0
    private var squares = 0.0

    public init() {}

    public mutating func add(_ value: Double) {
        count += 1
        sum += value
        squares += value * value
    }

    public mutating func add(_ other: Scatter) {
        count += other.count
        sum += other.sum
        squares += other.squares
    }

    public var mean: Double { count > 0 ? sum / count : 0 }
    public var variance: Double { count > 0 ? max(squares / count - mean * mean, 0) : 0 }
}
