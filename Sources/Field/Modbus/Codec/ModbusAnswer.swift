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
        var reader = ByteReader(pdu)
        guard let code = reader.byte() else { return .failure(.tooShort) }
        if code == request.function.rawValue | 0x80 {
            guard let exception = reader.byte() else { return .failure(.tooShort) }
            return reader.remaining == 0 ? .success(.refused(ModbusException(rawValue: exception))) : .failure(.wrongLength)
        }
        guard code == request.function.rawValue else { return .failure(.wrongFunction(code)) }
        guard pdu.count == request.answerLength else { return .failure(.wrongLength) }
        return decode(&reader, pdu, request)
    }

    private static func decode(_ reader: inout ByteReader, _ pdu: ArraySlice<UInt8>,
                               _ request: ModbusRequest) -> Result<ModbusAnswer, FrameFault> {
        switch request {
        case .read(let table, let span) where table.isBits:
            guard reader.byte().map(Int.init) == byteCount(ofBits: span.count),
                  let bits = reader.bits(span.count) else { return .failure(.wrongLength) }
            return .success(.bits(bits))
        case .read(_, let span), .readWrite(let span, _, _):
            guard reader.byte().map(Int.init) == span.count * 2,
                  let words = reader.words() else { return .failure(.wrongLength) }
            return .success(.registers(words))
        case .writeCoil, .writeRegister, .writeCoils, .writeRegisters:
            // The confirmation is the request's own function, address and value or count.
            return pdu.elementsEqual(request.pdu.prefix(5)) ? .success(.written) : .failure(.wrongEcho)
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

extension ModbusRequest {
    /// Bytes of the answer's PDU when it is not a refusal. A refusal has 2.
    public var answerLength: Int {
        switch self {
        case .read(let table, let span): 2 + (table.isBits ? byteCount(ofBits: span.count) : span.count * 2)
        case .readWrite(let span, _, _): 2 + span.count * 2
        case .writeCoil, .writeRegister, .writeCoils, .writeRegisters: 5
        }
    }
}
