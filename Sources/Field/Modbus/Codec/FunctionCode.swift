/// The function codes we speak. Source: Modbus Application Protocol V1.1b3, §6.
public enum FunctionCode: UInt8, Sendable, CaseIterable {
    case readCoils = 1
    case readDiscreteInputs = 2
    case readHoldingRegisters = 3
    case readInputRegisters = 4
    case writeSingleCoil = 5
    case writeSingleRegister = 6
    case writeMultipleCoils = 15
    case writeMultipleRegisters = 16
    case readWriteMultipleRegisters = 23

    /// The code that reads a table.
    public init(reading table: RegisterTable) {
        self = switch table {
        case .coil: .readCoils
        case .discrete: .readDiscreteInputs
        case .holding: .readHoldingRegisters
        case .input: .readInputRegisters
        }
    }
}

/// Why a device refuses a request. Codes the specification does not know are kept: devices invent their own.
public struct ModbusException: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let illegalFunction = ModbusException(rawValue: 1)
    public static let illegalAddress = ModbusException(rawValue: 2)
    public static let illegalValue = ModbusException(rawValue: 3)
    public static let deviceFailure = ModbusException(rawValue: 4)
    public static let acknowledge = ModbusException(rawValue: 5)
    public static let busy = ModbusException(rawValue: 6)
    public static let negativeAcknowledge = ModbusException(rawValue: 7)
    public static let memoryParity = ModbusException(rawValue: 8)
    public static let gatewayPathUnavailable = ModbusException(rawValue: 10)
    /// The gateway's own word for "the device behind me did not answer".
    public static let gatewayNoAnswer = ModbusException(rawValue: 11)
}

/// What the protocol allows in one request.
public enum ModbusLimits {
    public static let bitsReadAtMost = 2000
    public static let registersReadAtMost = 125
    public static let bitsWrittenAtMost = 1968
    public static let registersWrittenAtMost = 123
    /// Of function 23.
    public static let registersReadWrittenAtMost = 121
    /// Bytes of a PDU.
    public static let pduAtMost = 253
}

extension RegisterTable {
    /// Coils and discrete inputs hold bits, the others 16-bit registers.
    public var isBits: Bool { self == .coil || self == .discrete }

    /// Most entries one request may read.
    public var readAtMost: Int { isBits ? ModbusLimits.bitsReadAtMost : ModbusLimits.registersReadAtMost }
}
