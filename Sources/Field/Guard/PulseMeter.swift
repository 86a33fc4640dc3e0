import Quantities

/// The guard's pulse count of one meter as volume and flow. Pure.
///
/// - Total: `each` × all pulses, and it never goes back: a guard that starts again counts from 0, so what it had counted
///   before is kept beside it.
/// - Rate: `each / max(interval, elapsed)`, where `interval` is the mean time between the pulses of the last two reports
///   that had any, by the moments of their edges, and `elapsed` the time since the last pulse. So when pulses stop, the
///   rate falls as the longest time a pulse could still be hiding in, and after `silence` it is 0. Until two pulses have
///   been seen it is 0.
struct PulseMeter: Sendable {
    /// Longest time between pulses that still counts as flow.
    static let silence: Duration = .minutes(10)

    private let each: Volume
    private var incarnation: UInt64?
    private var count: UInt64 = 0
    private var earlier: UInt64 = 0
    private var lastPulse = Instant.never
    private var interval: Duration?

    init(each: Volume) {
        self.each = each
    }

    var total: Volume { each * (Double(earlier) + Double(count)) }

    func rate(at now: Instant) -> Flow {
        guard let interval else { return .zero }
        let apart = max(interval, now - lastPulse)
        guard apart > .zero, apart <= PulseMeter.silence else { return .zero }
        return .cubicMetersPerHour(each.cubicMeters * 3600 / apart.seconds)
    }

    /// Takes over what the guard reports.
    mutating func report(count reported: UInt64, last: Instant, incarnation: UInt64) {
        if self.incarnation != incarnation { begin(incarnation, isFirst: self.incarnation == nil, reported, last) }
        guard reported > count else { return }
        if lastPulse > .never {
            interval = .nanoseconds(max((last - lastPulse).nanoseconds, 0) / Int64(clamping: reported - count))
        }
        count = reported
        lastPulse = last
    }

    /// Of the first guard the count is taken as it is; of every later one from 0.
    private mutating func begin(_ incarnation: UInt64, isFirst: Bool, _ reported: UInt64, _ last: Instant) {
        self.incarnation = incarnation
        earlier &+= count
        count = isFirst ? reported : 0
        lastPulse = isFirst ? last : .never
        interval = nil
    }
}
