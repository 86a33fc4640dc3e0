extension ModbusRequest {
    /// Reads a request as a device does.
    ///
    /// - Returns: the request, or the exception the specification wants as answer: 1 for a function we do not serve,
    ///   2 for entries past the last address, 3 for counts and values that cannot be.
    public static func decode(pdu: ArraySlice<UInt8>) -> Result<ModbusRequest, RefusedRequest> {
        var reader = ByteReader(pdu)
        guard let code = reader.byte() else { return .failure(RefusedRequest(function: 0, .illegalFunction)) }
        guard let function = FunctionCode(rawValue: code) else {
            return .failure(RefusedRequest(function: code, .illegalFunction))
        }
        guard let request = decode(function, &reader) else {
            return .failure(RefusedRequest(function: code, .illegalValue))
        }
        guard let request = request.value else { return .failure(RefusedRequest(function: code, .illegalAddress)) }
        return request.isWithinLimits ? .success(request) : .failure(RefusedRequest(function: code, .illegalValue))
    }

    /// A request that is well formed; `value` is `nil` when it reaches past the last address.
    private struct WellFormed {
        let value: ModbusRequest?
    }

    private static func decode(_ function: FunctionCode, _ reader: inout ByteReader) -> WellFormed? {
        guard let address = reader.word(), let second = reader.word() else { return nil }
        switch function {
        case .readCoils: return read(.coil, address, second, &reader)
        case .readDiscreteInputs: return read(.discrete, address, second, &reader)
        case .readHoldingRegisters: return read(.holding, address, second, &reader)
        case .readInputRegisters: return read(.input, address, second, &reader)
        case .writeSingleCoil:
            guard reader.remaining == 0, second == 0 || second == 0xFF00 else { return nil }
            return WellFormed(value: .writeCoil(address: address, isOn: second != 0))
        case .writeSingleRegister:
            guard reader.remaining == 0 else { return nil }
            return WellFormed(value: .writeRegister(address: address, value: second))
        case .writeMultipleCoils: return writeCoils(address, Int(second), &reader)
        case .writeMultipleRegisters: return writeRegisters(address, Int(second), &reader)
        case .readWriteMultipleRegisters: return readWrite(address, Int(second), &reader)
        }
    }

    private static func read(_ table: RegisterTable, _ address: UInt16, _ count: UInt16,
                             _ reader: inout ByteReader) -> WellFormed? {
        guard reader.remaining == 0, (1...table.readAtMost).contains(Int(count)) else { return nil }
        return WellFormed(value: RegisterSpan(address: address, count: Int(count)).map { .read(table, $0) })
    }

    private static func writeCoils(_ address: UInt16, _ count: Int, _ reader: inout ByteReader) -> WellFormed? {
        guard (1...ModbusLimits.bitsWrittenAtMost).contains(count), let bytes = reader.byte(),
              Int(bytes) == byteCount(ofBits: count), let values = reader.bits(count) else { return nil }
        let fits = RegisterSpan(address: address, count: count) != nil
        return WellFormed(value: fits ? .writeCoils(address: address, values: values) : nil)
    }

    private static func writeRegisters(_ address: UInt16, _ count: Int, _ reader: inout ByteReader) -> WellFormed? {
        guard let values = registers(count, atMost: ModbusLimits.registersWrittenAtMost, &reader) else { return nil }
        let fits = RegisterSpan(address: address, count: count) != nil
        return WellFormed(value: fits ? .writeRegisters(address: address, values: values) : nil)
    }

    private static func readWrite(_ address: UInt16, _ count: Int, _ reader: inout ByteReader) -> WellFormed? {
        guard (1...ModbusLimits.registersReadAtMost).contains(count),
              let writeAddress = reader.word(), let writeCount = reader.word(),
              let values = registers(Int(writeCount), atMost: ModbusLimits.registersReadWrittenAtMost, &reader)
        else { return nil }
        guard let span = RegisterSpan(address: address, count: count),
              RegisterSpan(address: writeAddress, count: values.count) != nil else { return WellFormed(value: nil) }
        return WellFormed(value: .readWrite(read: span, address: writeAddress, values: values))
    }

    private static func registers(_ count: Int, atMost limit: Int, _ reader: inout ByteReader) -> [UInt16]? {
        guard (1...limit).contains(count), let bytes = reader.byte(), Int(bytes) == count * 2,
              reader.remaining == count * 2 else { return nil }
        return reader.words()
    }
}

/// A request a device cannot serve, with what it answers.
public struct RefusedRequest: Error, Hashable, Sendable {
    public let function: UInt8
    public let exception: ModbusException

    public init(function: UInt8, _ exception: ModbusException) {
        self.function = function
        self.exception = exception
    }

    /// The exception's bytes, without frame.
    public var pdu: [UInt8] { [function | 0x80, exception.rawValue] }
}
