internal import Quantities
import Synchronization

/// How often durations of each size were seen, for medians and tails over weeks in fixed memory.
///
/// - Range: 0 … 8.6 s; what is longer counts in the last bucket. Buckets are 32 ns wide below 1 us and 1/32 of an octave
///   above, so what is read is at most 3.2 % above what was.
/// - One thread records; any thread reads. Recording allocates nothing and never waits. A reader that comes in between
///   may miss the newest.
///
/// `@unchecked Sendable`: the memory is never replaced, and each of its counts is an atomic.
public final class Histogram: @unchecked Sendable {
    private static let linear = 32
    private static let firstOctave = 10
    private static let octaves = 23
    static let bucketCount = linear + octaves * 32

    private let counts: UnsafeMutablePointer<Atomic<UInt64>>
    private let longest = Atomic<Int64>(0)

    public init() {
        counts = .allocate(capacity: Histogram.bucketCount)
        for bucket in 0..<Histogram.bucketCount { (counts + bucket).initialize(to: Atomic(0)) }
    }

    deinit {
        counts.deinitialize(count: Histogram.bucketCount)
        counts.deallocate()
    }

    /// The one writer's side. Less than nothing counts as nothing.
    public func record(_ duration: Duration) {
        let nanoseconds = max(duration.nanoseconds, 0)
        let bucket = counts + Histogram.bucket(of: nanoseconds)
        bucket.pointee.store(bucket.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
        if nanoseconds > longest.load(ordering: .relaxed) { longest.store(nanoseconds, ordering: .relaxed) }
    }

    /// Everything since the start. Two readings subtracted bucket by bucket are what was between them.
    public func read() -> Spread {
        let seen = (0..<Histogram.bucketCount).map { counts[$0].load(ordering: .relaxed) }
        return Spread(counts: seen, longest: .nanoseconds(longest.load(ordering: .relaxed)))
    }

    static func bucket(of nanoseconds: Int64) -> Int {
        guard nanoseconds >= 1 << firstOctave else { return Int(nanoseconds >> 5) }
        let octave = Int64.bitWidth - 1 - nanoseconds.leadingZeroBitCount
        guard octave < firstOctave + octaves else { return bucketCount - 1 }
        return linear + (octave - firstOctave) * 32 + Int(nanoseconds >> (octave - 5)) & 31
    }

    /// Everything in the bucket is shorter than this.
    static func edge(of bucket: Int) -> Duration {
        guard bucket >= linear else { return .nanoseconds(Int64(bucket + 1) << 5) }
        let (octave, part) = ((bucket - linear) / 32, Int64((bucket - linear) % 32))
        return .nanoseconds((33 + part) << (octave + firstOctave - 5))
    }
}

/// What a histogram had seen at one moment.
public struct Spread: Sendable {
    private let counts: [UInt64]
    /// The longest of all, exactly; zero when nothing was seen.
    public let longest: Duration
    public let count: UInt64

    fileprivate init(counts: [UInt64], longest: Duration) {
        self.counts = counts
        self.longest = longest
        count = counts.reduce(0, &+)
    }

    /// What this part of all (0 … 1) did not exceed, rounded up to the bucket's edge; zero when nothing was seen.
    public func quantile(_ part: Double) -> Duration {
        let wanted = part * Double(count)
        var seen: UInt64 = 0
        for (bucket, number) in counts.enumerated() where number > 0 {
            seen &+= number
            if Double(seen) >= wanted { return min(Histogram.edge(of: bucket), longest) }
        }
        return longest
    }

    /// Buckets that are not empty, by the edge below which their durations are.
    public var buckets: [(below: Duration, count: UInt64)] {
        counts.enumerated().filter { $0.element > 0 }.map { (Histogram.edge(of: $0.offset), $0.element) }
    }
}

/// How the scan keeps its time, since the start of the process.
public struct ScanTimes: Sendable {
    /// From the due moment of a scan to its beginning.
    public let lateness = Histogram()
    /// From the beginning of a scan to its end.
    public let length = Histogram()

    public init() {}
}
