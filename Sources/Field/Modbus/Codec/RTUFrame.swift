import Bytes

/// One Modbus RTU frame: unit, PDU, CRC.
///
/// A frame ends where function code and byte count say, never where a CRC happens to fit: a proper beginning of a frame
/// has a fitting CRC whenever its last byte equals the low byte of the CRC so far, once in 256 times; a read that splits
/// there looks like a random fault.
public struct RTUFrame: Hashable, Sendable {
    public let unit: UInt8
    public let pdu: [UInt8]

    public init(unit: UInt8, pdu: [UInt8]) {
        self.unit = unit
        self.pdu = pdu
    }

    public var bytes: [UInt8] {
        var bytes = [unit] + pdu
        let crc = crc16(bytes)
        bytes.append(UInt8(crc & 0xFF))
        bytes.append(UInt8(crc >> 8))
        return bytes
    }

    /// Cuts an answer of known shape off received bytes, as the client that sent `request` to `unit`.
    ///
    /// - Returns: `.broken` as soon as unit, function, byte count or CRC cannot belong to the answer awaited.
    public static func cutAnswer(from stream: inout [UInt8], of unit: UInt8, to request: ModbusRequest) -> Cut<RTUFrame> {
        guard let first = stream.first else { return .needsMore }
        guard first == unit else { return .broken(.wrongUnit(first)) }
        guard stream.count > 1 else { return .needsMore }
        if stream[1] == request.function.rawValue | 0x80 { return cut(from: &stream, pduLength: 2) }
        guard stream[1] == request.function.rawValue else { return .broken(.wrongFunction(stream[1])) }
        let length = request.answerLength
        if request.answerHasByteCount, stream.count > 2, Int(stream[2]) != length - 2 { return .broken(.wrongLength) }
        return cut(from: &stream, pduLength: length)
    }

    /// Cuts a request off received bytes, as a device on the line.
    ///
    /// - Returns: `.broken` for function codes whose length is not known: the line must fall silent before the next.
    public static func cutRequest(from stream: inout [UInt8]) -> Cut<RTUFrame> {
        guard stream.count > 1 else { return .needsMore }
        switch requestLength(stream[1...]) {
        case .known(let length): return cut(from: &stream, pduLength: length)
        case .needsMore: return .needsMore
        case .unknownFunction: return .broken(.wrongFunction(stream[1]))
        }
    }

    private static func cut(from stream: inout [UInt8], pduLength: Int) -> Cut<RTUFrame> {
        let length = pduLength + 3
        guard pduLength <= ModbusLimits.pduAtMost else { return .broken(.wrongLength) }
        guard stream.count >= length else { return .needsMore }
        let crc = UInt16(stream[length - 2]) | UInt16(stream[length - 1]) << 8
        guard crc16(stream[..<(length - 2)]) == crc else { return .broken(.wrongCRC) }
        let frame = RTUFrame(unit: stream[0], pdu: Array(stream[1..<length - 2]))
        stream.removeFirst(length)
        return .frame(frame)
    }
}

/// Length of a PDU as its first bytes tell.
enum PDULength: Equatable {
    case known(Int)
    case needsMore
    case unknownFunction
}

func requestLength(_ pdu: ArraySlice<UInt8>) -> PDULength {
    guard let code = pdu.first else { return .needsMore }
    switch FunctionCode(rawValue: code) {
    case .readCoils, .readDiscreteInputs, .readHoldingRegisters, .readInputRegisters, .writeSingleCoil,
         .writeSingleRegister: return .known(5)
    case .writeMultipleCoils, .writeMultipleRegisters: return counted(pdu, at: 5)
    case .readWriteMultipleRegisters: return counted(pdu, at: 9)
    case nil: return .unknownFunction
    }
}

func answerLength(_ pdu: ArraySlice<UInt8>) -> PDULength {
    guard let code = pdu.first else { return .needsMore }
    if code & 0x80 != 0 { return .known(2) }
    switch FunctionCode(rawValue: code) {
    case .readCoils, .readDiscreteInputs, .readHoldingRegisters, .readInputRegisters, .readWriteMultipleRegisters:
        return counted(pdu, at: 1)
    case .writeSingleCoil, .writeSingleRegister, .writeMultipleCoils, .writeMultipleRegisters: return .known(5)
    case nil: return .unknownFunction
    }
}

/// The byte at `offset` counts the bytes after it.
private func counted(_ pdu: ArraySlice<UInt8>, at offset: Int) -> PDULength {
    guard pdu.count > offset else { return .needsMore }
    return .known(offset + 1 + Int(pdu[pdu.startIndex + offset]))
}

extension ModbusRequest {
    var answerHasByteCount: Bool {
        switch self {
        case .read, .readWrite: true
        case .writeCoil, .writeRegister, .writeCoils, .writeRegisters: false
        }
    }
}
