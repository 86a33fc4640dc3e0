/// The requests and answers of one TCP connection. Pure: bytes in, bytes and outcomes out, time-outs told from outside.
///
/// An answer is ours by transaction number, unit, function and length; anything else is counted and thrown away. After a
/// timeout the connection may go on only if the device has shown that it returns the number.
struct TCPTransactions {
    /// A half-open connection never answers again: after so many timeouts in a row it is opened anew.
    private static let timeoutsAtMost = 3

    private var transaction: UInt16 = .random(in: 0 ... .max)
    private var awaited: (request: ModbusRequest, unit: UInt8)?
    /// The beginning of a frame whose end has not come. Never much longer than a frame.
    private var rest: [UInt8] = []
    /// The device has returned a transaction number of ours on this connection.
    private var returnsNumbers = false
    private var timeouts = 0
    /// The connection may still bring an answer that could be mistaken, or frames can no longer be told apart: it must
    /// not be used again.
    private(set) var mustReopen = false
    private(set) var staleAnswers: UInt64 = 0

    /// Puts the frame of the next request into `frame`, and awaits its answer.
    mutating func ask(_ request: ModbusRequest, unit: UInt8, into frame: inout [UInt8]) {
        transaction &+= 1
        awaited = (request, unit)
        frame.removeAll(keepingCapacity: true)
        frame.append(words: transaction, 0)
        frame.append(word: 0)
        frame.append(unit)
        request.append(to: &frame)
        frame[5] = UInt8(truncatingIfNeeded: frame.count - 6)
    }

    /// Takes what came.
    /// - Returns: what became of the request, or `nil`: its answer is still awaited.
    mutating func receive(_ bytes: ArraySlice<UInt8>) -> Received? {
        guard !rest.isEmpty else { return look(through: bytes) }
        let whole = rest + bytes
        rest.removeAll(keepingCapacity: true)
        return look(through: whole[...])
    }

    private mutating func look(through bytes: ArraySlice<UInt8>) -> Received? {
        var stream = bytes
        while true {
            switch TCPSlice.find(in: stream) {
            case .frame(let frame):
                stream = stream[frame.pdu.endIndex...]
                guard let asked = awaited, frame.transaction == transaction else { staleAnswers &+= 1; continue }
                rest.append(contentsOf: stream)
                return outcome(frame, asked.unit, asked.request)
            case .broken(let fault):
                mustReopen = true
                awaited = nil
                return .garbled(fault)
            case .needsMore:
                rest.append(contentsOf: stream)
                return nil
            }
        }
    }

    private mutating func outcome(_ frame: TCPSlice, _ unit: UInt8, _ request: ModbusRequest) -> Received {
        awaited = nil
        returnsNumbers = true
        timeouts = 0
        guard frame.unit == unit else { return .garbled(.wrongUnit(frame.unit)) }
        switch ReceivedAnswer.check(frame.pdu, to: request) {
        case .success(let answer): return .answer(answer)
        case .failure(let fault): return .garbled(fault)
        }
    }

    /// The answer did not come in time.
    mutating func timedOut() -> Received {
        awaited = nil
        timeouts += 1
        // With half a frame in the stream nobody knows where the next begins.
        mustReopen = !returnsNumbers || !rest.isEmpty || timeouts >= TCPTransactions.timeoutsAtMost
        return rest.isEmpty ? .noAnswer : .garbled(.tooShort)
    }
}
