internal import Quantities

/// Modbus RTU on a serial line, or through a converter: no numbers protect an answer, so silence must.
struct RTUFraming: Framing {
    /// Silence is waited for no longer than this; a line that never falls silent is not spoken on.
    private static let silenceWithin: Duration = .milliseconds(300)
    /// After something went wrong USB adapters may still hold bytes back for this long.
    private static let silenceAfterFault: Duration = .milliseconds(20)

    private let characterTime: Duration
    /// Silence between two frames: 3.5 characters, and 1.75 ms above 19 200 baud.
    private let silence: Duration
    private var lastByteAt = Instant.never
    /// Whose proper answer was the last thing on the line: it heard nothing of that itself.
    private var lastSpoke: UInt8?
    private var quiet: [UInt8: Instant] = [:]
    private var owed: Set<UInt8> = []

    let mustReopen = false
    let staleAnswers: UInt64 = 0

    /// - Parameter characterTime: zero where a converter keeps the silences.
    init(characterTime: Duration) {
        self.characterTime = characterTime
        silence = characterTime == .zero ? .zero : max(characterTime * 7 / 2, .microseconds(1750))
    }

    func quietUntil(_ unit: UInt8) -> Instant { quiet[unit] ?? .never }

    mutating func exchange(_ request: ModbusRequest, unit: UInt8, timeout: Duration, pause: Duration,
                           over wire: Wire) -> Received {
        let before = lastSpoke == unit ? pause : max(silence, pause)
        lastSpoke = nil
        if let failed = settle(before, until: quietUntil(unit), wire) { return failed }
        let frame = RTUFrame(unit: unit, pdu: request.pdu).bytes
        if let fault = wire.write(frame) { return .disconnected(fault) }
        let onTheWire = characterTime * (frame.count + request.answerLength + 3)
        let outcome = RTUReceiver(characterTime: characterTime).receive(
            request, of: unit, until: SystemClock.now() + timeout + onTheWire, read: wire.read)
        lastByteAt = SystemClock.now()
        note(outcome, unit, timeout)
        if case .garbled = outcome { _ = settle(max(silence, RTUFraming.silenceAfterFault), until: .never, wire) }
        return outcome
    }

    /// Without an answer, one may still be on its way: the unit is left alone for as long again. An answer that follows a
    /// timeout may be the late one, and then its own is still on its way.
    private mutating func note(_ outcome: Received, _ unit: UInt8, _ timeout: Duration) {
        switch outcome {
        case .noAnswer, .garbled:
            owed.insert(unit)
            quiet[unit] = SystemClock.now() + timeout
        case .answer where owed.remove(unit) != nil:
            quiet[unit] = SystemClock.now() + timeout
        case .answer: lastSpoke = unit
        case .disconnected: break
        }
    }

    /// Throws input away until the line has been silent for `silence`, and until `moment`. What should not have come must
    /// be followed by the whole silence.
    /// - Returns: why the line cannot be spoken on.
    private mutating func settle(_ silence: Duration, until moment: Instant, _ wire: Wire) -> Received? {
        var silence = silence
        let begun = SystemClock.now()
        let atMost = max(begun, moment) + RTUFraming.silenceWithin + silence
        while true {
            let calm = max(lastByteAt + silence, moment)
            switch wire.read(until: calm) {
            case .bytes:
                lastByteAt = SystemClock.now()
                silence = max(silence, self.silence)
                if lastByteAt > atMost { return .garbled(.noise) }
            case .lost(let fault): return .disconnected(fault)
            case .nothing: if SystemClock.now() >= calm { return nil }
            }
        }
    }
}
