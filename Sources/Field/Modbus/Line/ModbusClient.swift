public import Quantities

/// What came of one request.
public enum ExchangeOutcome: Hashable, Sendable {
    case answer(ModbusAnswer)
    case noAnswer
    /// Something came, but not the answer to our request.
    case garbled(FrameFault)
    case disconnected(LineFault)
}

/// What came of one request, with the answer where it was received.
enum Received {
    case answer(ReceivedAnswer)
    case noAnswer
    case garbled(FrameFault)
    case disconnected(LineFault)
}

extension ExchangeOutcome {
    init(_ received: Received, to request: ModbusRequest) {
        self = switch received {
        case .answer(let answer): .answer(ModbusAnswer(answer, to: request))
        case .noAnswer: .noAnswer
        case .garbled(let fault): .garbled(fault)
        case .disconnected(let fault): .disconnected(fault)
        }
    }
}

/// One frame as it went over the wire.
public struct TracedFrame: Sendable, Hashable {
    public let at: Instant
    public let isSent: Bool
    public let bytes: [UInt8]
}

/// Counted since the client was made.
public struct LineCounts: Sendable, Hashable {
    public var requests: UInt64 = 0
    public var answers: UInt64 = 0
    public var timeouts: UInt64 = 0
    public var crcErrors: UInt64 = 0
    /// Other answers that were not ours: wrong unit, function, length or echo.
    public var otherFaults: UInt64 = 0
    public var exceptions: UInt64 = 0
    /// Answers to earlier requests that came late or twice, and were thrown away.
    public var staleAnswers: UInt64 = 0
    /// Time a request or its answer had the line.
    public var busy: Duration = .zero

    public init() {}
}

/// Asks devices on one line or connection, one request at a time. Belongs to one thread.
///
/// A late or second answer is never taken for the next request's. TCP: the transaction number must match, and after a
/// timeout the connection is kept only if the device has shown that it returns the number. RTU: input is thrown away and
/// the line silent before each request; after a timeout the device is left alone for as long again, so that the late
/// answer falls into that time.
public final class ModbusClient {
    public let transport: BusPlan.Transport
    /// Sees every frame sent and every piece received.
    public var onTrace: ((TracedFrame) -> Void)?
    public private(set) var counts = LineCounts()

    private var line: LibModbusLine?
    private var framing: any Framing

    public init(_ transport: BusPlan.Transport) {
        self.transport = transport
        framing = makeFraming(transport)
    }

    public var isConnected: Bool { line != nil }

    /// Opens the line if it is not open.
    public func connect(timeout: Duration) -> LineFault? {
        guard line == nil else { return nil }
        switch LibModbusLine.open(transport, timeout: timeout) {
        case .failure(let fault): return fault
        case .success(let opened):
            line = opened
            framing = makeFraming(transport)
            return nil
        }
    }

    public func close() {
        line = nil
    }

    /// Until when a unit is left alone because answers may still be on their way. On a line of our own: now.
    public func quietUntil(_ unit: UInt8) -> Instant { framing.quietUntil(unit) }

    /// Sends one request and waits for its answer, no longer than `timeout` after the request is out.
    ///
    /// - Parameter pause: quiet time the device needs before a request.
    /// - Returns: `.disconnected` when the line is not open or was lost; it is closed then.
    public func exchange(_ request: ModbusRequest, unit: UInt8, timeout: Duration, pause: Duration = .zero) -> ExchangeOutcome {
        ExchangeOutcome(ask(request, unit: unit, timeout: timeout, pause: pause), to: request)
    }

    func ask(_ request: ModbusRequest, unit: UInt8, timeout: Duration, pause: Duration) -> Received {
        guard let line else { return .disconnected(.closed) }
        let wire = Wire(line: ByteLine(descriptor: line.descriptor, isSocket: !transport.isSerial), client: self)
        let begun = SystemClock.now()
        let stale = framing.staleAnswers
        counts.requests &+= 1
        let outcome = framing.exchange(request, unit: unit, timeout: timeout, pause: pause, over: wire)
        counts.busy += SystemClock.now() - begun
        counts.staleAnswers &+= framing.staleAnswers &- stale
        counts.note(outcome)
        if case .disconnected = outcome { close() }
        if framing.mustReopen { close() }
        return outcome
    }

    /// Listens without sending. For tracing a line somebody else polls.
    /// - Returns: what came until the deadline, or why the line is lost; empty when nothing came.
    public func listen(until deadline: Instant) -> Result<[UInt8], LineFault> {
        guard let line else { return .failure(.closed) }
        switch Wire(line: ByteLine(descriptor: line.descriptor, isSocket: !transport.isSerial), client: self).read(until: deadline) {
        case .bytes(let bytes): return .success(bytes)
        case .nothing: return .success([])
        case .lost(let fault):
            close()
            return .failure(fault)
        }
    }
}

extension LineCounts {
    mutating func note(_ outcome: Received) {
        switch outcome {
        case .answer(let answer):
            answers &+= 1
            if case .refused = answer.kind { exceptions &+= 1 }
        case .noAnswer: timeouts &+= 1
        case .garbled(.wrongCRC): crcErrors &+= 1
        case .garbled: otherFaults &+= 1
        case .disconnected: break
        }
    }
}

/// The bytes of an exchange, seen by the trace.
struct Wire {
    let line: ByteLine
    let client: ModbusClient

    func write(_ bytes: [UInt8]) -> LineFault? {
        client.onTrace?(TracedFrame(at: SystemClock.now(), isSent: true, bytes: bytes))
        return line.write(bytes)
    }

    func read(until deadline: Instant) -> ByteLine.Received {
        let received = line.read(until: deadline)
        if case .bytes(let bytes) = received {
            client.onTrace?(TracedFrame(at: SystemClock.now(), isSent: false, bytes: bytes))
        }
        return received
    }
}

/// How requests and answers lie in the bytes of a line.
protocol Framing {
    mutating func exchange(_ request: ModbusRequest, unit: UInt8, timeout: Duration, pause: Duration,
                           over wire: Wire) -> Received
    /// The connection may still bring an answer that could be mistaken: it must not be used again.
    var mustReopen: Bool { get }
    /// Answers to earlier requests, seen and thrown away.
    var staleAnswers: UInt64 { get }
    func quietUntil(_ unit: UInt8) -> Instant
}

private func makeFraming(_ transport: BusPlan.Transport) -> any Framing {
    switch transport {
    case .tcp: TCPFraming()
    case .serial(_, let settings): RTUFraming(characterTime: settings.characterTime)
    // The converter keeps the silences of its line; how fast that is we do not know.
    case .rtuOverTCP: RTUFraming(characterTime: .zero)
    }
}
