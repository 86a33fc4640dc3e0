internal import Quantities

/// Modbus/TCP: an answer is ours by transaction number, unit, function and length.
struct TCPFraming: Framing {
    /// A half-open connection never answers again: after so many timeouts in a row it is opened anew.
    private static let timeoutsAtMost = 3

    private var transaction: UInt16 = .random(in: 0 ... .max)
    private var stream: [UInt8] = []
    /// The device has returned a transaction number of ours on this connection.
    private var returnsNumbers = false
    private var timeouts = 0
    private(set) var mustReopen = false

    mutating func exchange(_ request: ModbusRequest, unit: UInt8, timeout: Duration, pause: Duration,
                           over wire: Wire) -> ExchangeOutcome {
        if pause > .zero { _ = collect(until: SystemClock.now() + pause, wire) }
        transaction &+= 1
        if let fault = wire.write(TCPFrame(transaction: transaction, unit: unit, pdu: request.pdu).bytes) {
            return .disconnected(fault)
        }
        let deadline = SystemClock.now() + timeout
        while true {
            switch TCPFrame.cut(from: &stream) {
            case .frame(let frame) where frame.transaction == transaction: return outcome(frame, unit, request)
            case .frame: wire.countStale()
            case .broken(let fault):
                mustReopen = true
                return .garbled(fault)
            case .needsMore:
                guard SystemClock.now() < deadline else { return timedOut() }
                if let fault = collect(until: deadline, wire) { return .disconnected(fault) }
            }
        }
    }

    func quietUntil(_ unit: UInt8) -> Instant { .never }

    private mutating func outcome(_ frame: TCPFrame, _ unit: UInt8, _ request: ModbusRequest) -> ExchangeOutcome {
        returnsNumbers = true
        timeouts = 0
        guard frame.unit == unit else { return .garbled(.wrongUnit(frame.unit)) }
        switch ModbusAnswer.decode(pdu: frame.pdu[...], to: request) {
        case .success(let answer): return .answer(answer)
        case .failure(let fault): return .garbled(fault)
        }
    }

    private mutating func timedOut() -> ExchangeOutcome {
        timeouts += 1
        // With half a frame in the stream nobody knows where the next begins.
        mustReopen = !returnsNumbers || !stream.isEmpty || timeouts >= TCPFraming.timeoutsAtMost
        return stream.isEmpty ? .noAnswer : .garbled(.tooShort)
    }

    private mutating func collect(until deadline: Instant, _ wire: Wire) -> LineFault? {
        switch wire.read(until: deadline) {
        case .bytes(let bytes): stream += bytes
        case .nothing: break
        case .lost(let fault): return fault
        }
        return nil
    }
}
