/// Consecutive entries of one table. They never reach past the last address.
public struct RegisterSpan: Hashable, Sendable {
    public let address: UInt16
    public let count: Int

    /// `nil` for none at all, or past address 65 535.
    public init?(address: UInt16, count: Int) {
        guard count >= 1, Int(address) + count <= 65_536 else { return nil }
        self.address = address
        self.count = count
    }

    /// Addresses, from 0.
    public var range: Range<Int> { Int(address)..<Int(address) + count }
}

/// One request of a client.
public enum ModbusRequest: Hashable, Sendable {
    /// Functions 1 to 4.
    case read(RegisterTable, RegisterSpan)
    /// Function 5.
    case writeCoil(address: UInt16, isOn: Bool)
    /// Function 6.
    case writeRegister(address: UInt16, value: UInt16)
    /// Function 15.
    case writeCoils(address: UInt16, values: [Bool])
    /// Function 16.
    case writeRegisters(address: UInt16, values: [UInt16])
    /// Function 23: the write happens first.
    case readWrite(read: RegisterSpan, address: UInt16, values: [UInt16])

    public var function: FunctionCode {
        switch self {
        case .read(let table, _): FunctionCode(reading: table)
        case .writeCoil: .writeSingleCoil
        case .writeRegister: .writeSingleRegister
        case .writeCoils: .writeMultipleCoils
        case .writeRegisters: .writeMultipleRegisters
        case .readWrite: .readWriteMultipleRegisters
        }
    }

    /// The bytes of the request, without frame.
    public var pdu: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Appends the bytes of `pdu`. For a single entry or a read it takes no memory that `bytes` does not have already.
    func append(to bytes: inout [UInt8]) {
        bytes.append(function.rawValue)
        switch self {
        case .read(_, let span): bytes.append(words: span.address, UInt16(truncatingIfNeeded: span.count))
        case .writeCoil(let address, let isOn): bytes.append(words: address, isOn ? 0xFF00 : 0)
        case .writeRegister(let address, let value): bytes.append(words: address, value)
        case .writeCoils(let address, let values):
            bytes.append(words: address, UInt16(truncatingIfNeeded: values.count))
            bytes.append(UInt8(truncatingIfNeeded: byteCount(ofBits: values.count)))
            bytes.append(bits: values)
        case .writeRegisters(let address, let values): append(values, at: address, to: &bytes)
        case .readWrite(let read, let address, let values):
            bytes.append(words: read.address, UInt16(truncatingIfNeeded: read.count))
            append(values, at: address, to: &bytes)
        }
    }

    private func append(_ values: [UInt16], at address: UInt16, to bytes: inout [UInt8]) {
        bytes.append(words: address, UInt16(truncatingIfNeeded: values.count))
        bytes.append(UInt8(truncatingIfNeeded: values.count * 2))
        bytes.append(words: values)
    }

    /// Whether the protocol allows this many entries and addresses in one request.
    public var isWithinLimits: Bool {
        switch self {
        case .read(let table, let span): span.count <= table.readAtMost
        case .writeCoil, .writeRegister: true
        case .writeCoils(let address, let values):
            values.count <= ModbusLimits.bitsWrittenAtMost && RegisterSpan(address: address, count: values.count) != nil
        case .writeRegisters(let address, let values):
            values.count <= ModbusLimits.registersWrittenAtMost
                && RegisterSpan(address: address, count: values.count) != nil
        case .readWrite(let read, let address, let values):
            read.count <= ModbusLimits.registersReadAtMost
                && values.count <= ModbusLimits.registersReadWrittenAtMost
                && RegisterSpan(address: address, count: values.count) != nil
        }
    }
}
