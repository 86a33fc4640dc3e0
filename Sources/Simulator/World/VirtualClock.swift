import Quantities

/// The wall clock of the machine: it may be stepped, lose its setting, or never have had one.
struct VirtualClock {
    private let startUnix: Int64
    /// Against true time.
    private(set) var offset = Duration.zero
    private(set) var trust = ClockTrust.synced

    init(startUnix: Int64) {
        self.startUnix = startUnix
    }

    func wall(at now: Instant) -> WallTime {
        WallTime(unixNanoseconds: startUnix &* 1_000_000_000 &+ (now + offset).nanoseconds, trust: trust)
    }

    mutating func step(by duration: Duration) { offset += duration }

    mutating func holdOver() { if trust == .synced { trust = .heldOver } }

    /// Woken without a battery: 1970, and nobody may believe it.
    mutating func loseSetting(at now: Instant) {
        offset = .zero - .seconds(startUnix) - (now - .start)
        trust = .unset
    }

    /// It goes on as it went, and nobody vouches for it any more.
    mutating func loseTrust() { trust = .unset }

    mutating func synchronize() {
        offset = .zero
        trust = .synced
    }
}
