internal import Quantities

/// The times of a bridge, all from the site's lease.
///
/// The relays are safe within the lease of the last commit: the frame that carries a commit leaves no later than
/// `orderValid` after it, has arrived after `wireTime`, and its heartbeat lasts for `heartbeat`. Together that is the lease.
public struct BridgeTiming: Sendable, Hashable {
    public let lease: Duration
    /// An order older than this is not sent any more.
    public let orderValid: Duration
    /// The bridge's heartbeat time-out.
    public let heartbeat: Duration

    /// The least lease with which a bridge's heartbeat outlives one lost exchange.
    public static let leaseMin: Duration = .milliseconds(400)
    /// Scans a lease must span at least.
    public static let scansMin = 4

    /// A beat on the line (13 characters, 1.2 ms), what a serial adapter holds it back, and the bridge's tick.
    static let wireTime: Duration = .milliseconds(10)

    /// - Precondition: `leaseMin` … `Limits.leaseMax`.
    public init(lease: Duration) {
        precondition(lease >= BridgeTiming.leaseMin)
        self.lease = lease
        orderValid = lease / 4
        heartbeat = lease - orderValid - BridgeTiming.wireTime
    }

    /// An order that changes nothing is sent this often at most; a bridge that is not armed is looked at this often.
    var every: Duration { heartbeat / 6 }

    /// While armed each beat is followed by a look; without beats there is one this often.
    var lookEvery: Duration { every * 2 }

    /// How long an answer may take. The bridge drops half a frame after 20 ms of silence, so a repetition finds it ready.
    var answerWithin: Duration { max(.milliseconds(100), orderValid) }
}
