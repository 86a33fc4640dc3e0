internal import ProcessImage
internal import Quantities

/// What one scan committed for one bridge: it travels as a whole, so that no frame ever mixes two scans.
struct BridgeOrder: Mail, Equatable {
    /// Wanted levels of all relays.
    let relays: UInt16
    /// When the scan began.
    let at: Instant
    /// A trip of the bridge or the emergency stop stands.
    let isHeld: Bool

    init(relays: UInt16, at: Instant, isHeld: Bool) {
        self.relays = relays
        self.at = at
        self.isHeld = isHeld
    }

    init(words: MailWords) {
        relays = UInt16(truncatingIfNeeded: words.first)
        at = Instant(nanoseconds: Int64(bitPattern: words.second))
        isHeld = words.third != 0
    }

    var words: MailWords { MailWords(first: UInt64(relays), second: UInt64(bitPattern: at.nanoseconds), third: isHeld ? 1 : 0) }
}
