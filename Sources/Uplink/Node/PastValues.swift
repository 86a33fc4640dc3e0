import Sparkplug

/// What measured values were while no host listened, oldest first: told once it does, marked as history. Bounded, the oldest go first; what
/// must not be lost goes by the sync stream.
struct PastValues: Sendable {
    private static let most = 8_192
    /// In one go, so that the newest values do not wait for long.
    private static let atOnce = 500

    private var newest: [MetricIndex: PastValue] = [:]
    private var kept: [PastValue] = []

    /// - Parameter isHeard: a host gets it anyway.
    mutating func note(_ value: PastValue, isHeard: Bool) {
        let before = newest.updateValue(value, forKey: value.metric)
        guard !isHeard, let before, before.value != value.value || before.quality != value.quality else { return }
        if kept.count == Self.most { kept.removeFirst(Self.most / 8) }
        kept.append(value)
    }

    mutating func tell(to session: inout Session) {
        let part = Array(kept.prefix(Self.atOnce))
        if !part.isEmpty, session.tell(history: part) { kept.removeFirst(part.count) }
    }
}
