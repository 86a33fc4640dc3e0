internal import ProcessImage
internal import Quantities

/// What must be sent next for one output or set-point on a coil or registers, and what its device says of it. Pure.
struct DrivenRegister {
    /// An output at rest is read back this often: somebody may switch the relay by hand.
    private static let lookEvery: Duration = .seconds(5)

    let plan: Drive
    private let safe: UInt64
    /// What the device last confirmed to have been told; `nil`: it may be anything.
    private var told: UInt64?
    private var toldAt = Instant.never
    private var seen: UInt64?
    private var seenAt = Instant.never
    private var mustLook = false
    /// A new connection: the safe word goes first, whatever is ordered.
    private var mustBeSafeFirst = true

    init(_ plan: Drive) {
        self.plan = plan
        safe = plan.safe
    }

    /// Whether the device holds what it was last told, as far as it was read back.
    var agrees: Bool? {
        guard let told, let seen else { return nil }
        return told == seen
    }

    /// What to send now when `word` is ordered.
    func task(ordered word: UInt64, at now: Instant) -> Drive.Task? {
        if mustBeSafeFirst { return isPaced(now) ? .write(safe) : nil }
        if told != word, now >= changeAt(word) { return .write(word) }
        if let look = lookAt, now >= look { return .readBack }
        if now - toldAt >= plan.renewEvery, word != safe || isSeenOther { return .write(word) }
        return plan.lookAfter != nil && now - seenAt >= DrivenRegister.lookEvery ? .readBack : nil
    }

    /// When `task` will have something, if the order stays.
    func nextTask(ordered word: UInt64) -> Instant {
        if mustBeSafeFirst || told == nil { return toldAt + plan.renewEvery }
        var next = plan.lookAfter == nil ? Instant.notDue : min(lookAt ?? .notDue, seenAt + DrivenRegister.lookEvery)
        if told != word { next = min(next, changeAt(word)) }
        return word != safe || isSeenOther ? min(next, toldAt + plan.renewEvery) : next
    }

    /// Read back, and not what was told. What cannot be read is never other.
    private var isSeenOther: Bool { plan.lookAfter != nil && seen != told }

    /// When another word than was told may be written: safe at once.
    private func changeAt(_ word: UInt64) -> Instant {
        if told == nil { return toldAt + plan.renewEvery }
        return word == safe ? .never : toldAt + plan.changeEvery
    }

    /// When what was written is read back.
    private var lookAt: Instant? {
        guard mustLook, let after = plan.lookAfter else { return nil }
        return seenAt + after
    }

    /// A refused write is tried again no faster than it is renewed.
    private func isPaced(_ now: Instant) -> Bool { now - toldAt >= plan.renewEvery }

    mutating func wrote(_ word: UInt64, at now: Instant) {
        told = word
        toldAt = now
        mustLook = true
        if word == safe { mustBeSafeFirst = false }
    }

    mutating func writeRefused(at now: Instant) {
        told = nil
        toldAt = now
        seen = nil
    }

    /// - Parameter word: as read; `nil` when the device refuses to show it.
    mutating func readBack(_ word: UInt64?, at now: Instant) {
        mustLook = false
        seenAt = now
        seen = word
    }

    /// The device was lost: what it was told may be gone.
    mutating func forget() {
        told = nil
        seen = nil
        toldAt = .never
        seenAt = .never
        mustBeSafeFirst = true
    }
}
