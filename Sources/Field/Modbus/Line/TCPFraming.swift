internal import Quantities

/// Modbus/TCP for one thread that waits: the rules are those of `TCPTransactions`.
struct TCPFraming: Framing {
    private var transactions = TCPTransactions()
    private var frame: [UInt8] = []

    var mustReopen: Bool { transactions.mustReopen }
    var staleAnswers: UInt64 { transactions.staleAnswers }

    mutating func exchange(_ request: ModbusRequest, unit: UInt8, timeout: Duration, pause: Duration,
                           over wire: Wire) -> Received {
        if pause > .zero {
            switch wire.read(until: SystemClock.now() + pause) {
            case .bytes(let bytes): _ = transactions.receive(bytes[...])
            case .nothing: break
            case .lost(let fault): return .disconnected(fault)
            }
        }
        transactions.ask(request, unit: unit, into: &frame)
        if let fault = wire.write(frame) { return .disconnected(fault) }
        let deadline = SystemClock.now() + timeout
        while true {
            switch wire.read(until: deadline) {
            case .bytes(let bytes): if let outcome = transactions.receive(bytes[...]) { return outcome }
            case .nothing: break
            case .lost(let fault): return .disconnected(fault)
            }
            guard SystemClock.now() < deadline else { return transactions.timedOut() }
        }
    }

    func quietUntil(_ unit: UInt8) -> Instant { .never }
}
