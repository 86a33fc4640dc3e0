/// What a device answered to one request.
public enum ModbusAnswer: Hashable, Sendable {
    /// To functions 1 and 2: as many as were asked for.
    case bits([Bool])
    /// To functions 3, 4 and 23.
    case registers([UInt16])
    /// To functions 5, 6, 15 and 16: confirmed with the address, count or value that was written.
    case written
    case refused(ModbusException)

    /// Reads an answer as the client that asked `request`. It must fit the request in function, length and echo.
    public static func decode(pdu: ArraySlice<UInt8>, to request: ModbusRequest) -> Result<ModbusAnswer, FrameFault> {
        ReceivedAnswer.check(pdu, to: request).map { ModbusAnswer($0, to: request) }
    }

    init(_ received: ReceivedAnswer, to request: ModbusRequest) {
        self = switch received.kind {
        case .refused(let exception): .refused(exception)
        case .written: .written
        case .bits: .bits((0..<request.entries).map(received.bit))
        case .registers: .registers((0..<request.entries).map(received.register))
        }
    }

    /// The answer's bytes as a device sends them, without frame.
    public func pdu(to request: ModbusRequest) -> [UInt8] {
        switch self {
        case .bits(let bits):
            var bytes = [request.function.rawValue, UInt8(truncatingIfNeeded: byteCount(ofBits: bits.count))]
            bytes.append(bits: bits)
            return bytes
        case .registers(let words):
            var bytes = [request.function.rawValue, UInt8(truncatingIfNeeded: words.count * 2)]
            bytes.append(words: words)
            return bytes
        case .written: return Array(request.pdu.prefix(5))
        case .refused(let exception): return RefusedRequest(function: request.function.rawValue, exception).pdu
        }
    }
}

/// An answer that fits its request, where it was received: what `ModbusAnswer` is in memory of its own.
struct ReceivedAnswer {
    enum Kind: Hashable {
        case bits, registers, written
        case refused(ModbusException)
    }

    let kind: Kind
    private let pdu: ArraySlice<UInt8>

    /// An answer must fit its request in function, length and echo.
    static func check(_ pdu: ArraySlice<UInt8>, to request: ModbusRequest) -> Result<ReceivedAnswer, FrameFault> {
        var reader = ByteReader(pdu)
        guard let code = reader.byte() else { return .failure(.tooShort) }
        if code == request.function.rawValue | 0x80 {
            guard let exception = reader.byte() else { return .failure(.tooShort) }
            guard reader.remaining == 0 else { return .failure(.wrongLength) }
            return .success(ReceivedAnswer(kind: .refused(ModbusException(rawValue: exception)), pdu: pdu))
        }
        guard code == request.function.rawValue else { return .failure(.wrongFunction(code)) }
        guard pdu.count == request.answerLength else { return .failure(.wrongLength) }
        guard request.answerHasByteCount else {
            // The confirmation is the request's own function, address and value or count.
            return pdu.elementsEqual(request.pdu.prefix(5)) ? .success(ReceivedAnswer(kind: .written, pdu: pdu)) : .failure(.wrongEcho)
        }
        guard reader.byte().map(Int.init) == pdu.count - 2 else { return .failure(.wrongLength) }
        return .success(ReceivedAnswer(kind: request.answersBits ? .bits : .registers, pdu: pdu))
    }

    /// An entry of the answer to a read, from 0; 0 past its end.
    func register(_ index: Int) -> UInt16 {
        let place = pdu.startIndex + 2 + 2 * index
        guard index >= 0, place + 1 < pdu.endIndex else { return 0 }
        return UInt16(pdu[place]) << 8 | UInt16(pdu[place + 1])
    }

    /// An entry of the answer to a read, from 0; off past its end.
    func bit(_ index: Int) -> Bool {
        let place = pdu.startIndex + 2 + index / 8
        guard index >= 0, place < pdu.endIndex else { return false }
        return pdu[place] >> UInt8(index % 8) & 1 == 1
    }
}

extension ModbusRequest {
    /// Entries a read asks for; 0 for a write.
    var entries: Int {
        switch self {
        case .read(_, let span), .readWrite(let span, _, _): span.count
        case .writeCoil, .writeRegister, .writeCoils, .writeRegisters: 0
        }
    }

    fileprivate var answersBits: Bool { if case .read(let table, _) = self { table.isBits } else { false } }

    /// Bytes of the answer's PDU when it is not a refusal. A refusal has 2.
    public var answerLength: Int {
        switch self {
        case .read(let table, let span): 2 + (table.isBits ? byteCount(ofBits: span.count) : span.count * 2)
        case .readWrite(let span, _, _): 2 + span.count * 2
        case .writeCoil, .writeRegister, .writeCoils, .writeRegisters: 5
        }
    }
}
