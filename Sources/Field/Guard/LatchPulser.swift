import Quantities

/// Valves that stay where they are put, each with a line that opens it and a line that closes it by a short pulse.
///
/// One pulse at a time, closing before opening, with a pause in between: such valves live on a capacitor. A close is
/// repeated once, since nobody sees whether the first was strong enough. Where a valve is when its lines are taken nobody
/// knows, so what is to be closed is closed then. Pure, as `GuardState` is.
struct LatchPulser: Sendable {
    struct Valve: Sendable {
        /// Its bit among the table's outputs.
        let output: Int
        let openLine: Int
        let closeLine: Int
        let pulse: Duration
    }

    /// Between two pulses.
    static let pause: Duration = .milliseconds(100)
    /// From a close to its repetition.
    static let repeatAfter: Duration = .seconds(5)

    private struct Pulse: Sendable {
        let valve: Int
        let opens: Bool
        let end: Instant
    }

    private let valves: [Valve]
    /// Where each was put last; `nil`: not known.
    private var isOpen: [Bool?]
    /// When each is closed once more.
    private var repeatAt: [Instant?]
    private var running: Pulse?
    private var freeAt = Instant.never

    init(_ valves: [Valve]) {
        self.valves = valves
        isOpen = valves.map { _ in nil }
        repeatAt = valves.map { _ in nil }
    }

    /// The outputs that are valves of this kind.
    var outputs: UInt64 { valves.reduce(0) { $0 | bit($1.output) } }

    /// Outputs that are open, or may be: from the beginning of an opening pulse to the end of a closing one.
    var open: UInt64 { mask { isOpen[$0] == true } }

    /// Outputs of which it is not known where they are.
    var unknown: UInt64 { mask { isOpen[$0] == nil } }

    private func mask(_ holds: (Int) -> Bool) -> UInt64 {
        valves.indices.reduce(0) { holds($1) ? $0 | bit(valves[$1].output) : $0 }
    }

    /// The lines were taken anew: whatever was known of the valves behind them is not known any more.
    mutating func forget(lines: UInt64, at now: Instant) {
        for (index, valve) in valves.enumerated() where lines & (bit(valve.openLine) | bit(valve.closeLine)) != 0 {
            isOpen[index] = nil
            guard running?.valve == index else { continue }
            running = nil
            freeAt = now + LatchPulser.pause
        }
    }

    /// Goes on to `now`.
    /// - Parameter wanted: by output, whether it is to be open.
    /// - Returns: the lines that are on now: one at most.
    mutating func turn(_ wanted: UInt64, at now: Instant) -> UInt64 {
        if let pulse = running, now >= pulse.end { finish(pulse, at: now) }
        if running == nil, now >= freeAt { begin(wanted, at: now) }
        return running.map { bit($0.opens ? valves[$0.valve].openLine : valves[$0.valve].closeLine) } ?? 0
    }

    private mutating func finish(_ pulse: Pulse, at now: Instant) {
        running = nil
        freeAt = now + LatchPulser.pause
        guard !pulse.opens else { return }
        repeatAt[pulse.valve] = isOpen[pulse.valve] == false ? nil : now + LatchPulser.repeatAfter
        isOpen[pulse.valve] = false
    }

    private mutating func begin(_ wanted: UInt64, at now: Instant) {
        let isWanted = { (index: Int, valves: [Valve]) in wanted & bit(valves[index].output) != 0 }
        let close = valves.indices.first { !isWanted($0, valves) && isOpen[$0] != false }
            ?? valves.indices.first { index in !isWanted(index, valves) && (repeatAt[index].map { $0 <= now } ?? false) }
        if let close { return start(close, opens: false, at: now) }
        guard let next = valves.indices.first(where: { isWanted($0, valves) && isOpen[$0] != true }) else { return }
        isOpen[next] = true
        repeatAt[next] = nil
        start(next, opens: true, at: now)
    }

    private mutating func start(_ valve: Int, opens: Bool, at now: Instant) {
        running = Pulse(valve: valve, opens: opens, end: now + valves[valve].pulse)
    }

    /// Whether something is on, or has to be moved apart from repetitions.
    func isBusy(_ wanted: UInt64) -> Bool {
        running != nil || valves.indices.contains { isOpen[$0] != (wanted & bit(valves[$0].output) != 0) }
    }

    /// When `turn` must be called next; `nil`: nothing is under way.
    func deadline(_ wanted: UInt64) -> Instant? {
        if let running { return running.end }
        return isBusy(wanted) ? freeAt : repeatAt.compactMap(\.self).min()
    }
}
