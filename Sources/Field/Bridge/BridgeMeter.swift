internal import Quantities

/// A counter of a bridge as volume and flow, in the bridge's own time. Pure.
///
/// Counts wrap at 2³² and begin anew when the bridge does; a jump that no meter can make begins anew too, so that the total
/// never goes back and never leaps.
struct BridgeMeter {
    /// No meter's contact closes more often; and so many may have come in the moment between two looks.
    private static let pulsesPerSecondMax: UInt64 = 10_000
    private static let pulsesAtOnceMax: UInt64 = 1_000

    private var pulses: PulseMeter
    private var count: UInt64 = 0
    private var raw: UInt32?
    private var seenAt = Instant.start
    private var life: UInt64 = 0

    init(each: Volume) {
        pulses = PulseMeter(each: each)
    }

    var total: Volume { pulses.total }

    /// At the moment of the last look.
    var flow: Flow { pulses.rate(at: seenAt) }

    mutating func look(_ counter: BridgeLive.Counter, of live: BridgeLive, isSameLife: Bool) {
        let now = live.ownTime
        if !isSameLife || !follow(counter.count, at: now) { begin(counter.count, isNewLife: !isSameLife) }
        raw = counter.count
        seenAt = now
        pulses.report(count: count, last: now - live.ago(counter.lastEdge), incarnation: life)
    }

    private mutating func follow(_ count: UInt32, at now: Instant) -> Bool {
        guard let raw else { return false }
        let step = UInt64(count &- raw)
        let seconds = UInt64(max((now - seenAt).nanoseconds, 0) / 1_000_000_000)
        guard step <= seconds * BridgeMeter.pulsesPerSecondMax + BridgeMeter.pulsesAtOnceMax else { return false }
        self.count += step
        return true
    }

    /// The count of the first look is taken as it is; of a bridge that began anew all that it has counted is new.
    private mutating func begin(_ count: UInt32, isNewLife: Bool) {
        if raw == nil {
            self.count = UInt64(count)
        } else if isNewLife {
            life += 1
            self.count = UInt64(count)
        }
    }
}

extension BridgeLive {
    /// Milliseconds since the bridge's start without a wrap: the seconds tell how often the clock has wrapped.
    var ownTime: Instant {
        let coarse = Int64(uptime) * 1000
        let fine = Int64(Int32(bitPattern: clock &- UInt32(truncatingIfNeeded: coarse)))
        return .start + .milliseconds(coarse + fine)
    }

    /// How long before this look the bridge's clock showed so much.
    func ago(_ clock: UInt32) -> Duration { .milliseconds(Int64(self.clock &- clock)) }
}

extension Instant {
    fileprivate static func - (instant: Instant, duration: Duration) -> Instant { instant + (.zero - duration) }
}
