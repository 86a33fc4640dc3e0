public import ProcessImage

/// One line or connection with the devices on it.
public struct BusPlan: Sendable {
    public enum Transport: Sendable, Hashable {
        case serial(path: String, SerialSettings)
        case tcp(host: String, port: UInt16)
        /// RTU frames through a serial-to-Ethernet converter.
        case rtuOverTCP(host: String, port: UInt16)
    }

    public let tag: String
    public let transport: Transport
    public let devices: [DevicePlan]

    public init(tag: String, transport: Transport, devices: [DevicePlan]) {
        self.tag = tag
        self.transport = transport
        self.devices = devices
    }
}

public struct SerialSettings: Sendable, Hashable {
    public enum Parity: String, Sendable, CaseIterable { case none, even, odd }

    /// Range: 1200 … 115 200.
    public let baud: Int
    public let parity: Parity
    public let stopBits: Int

    public init(baud: Int, parity: Parity, stopBits: Int = 1) {
        self.baud = baud
        self.parity = parity
        self.stopBits = stopBits
    }

    /// One character on the wire: start, 8 data, parity, stop.
    public var characterTime: Duration {
        .nanoseconds(Int64(1e9 * Double(9 + stopBits + (parity == .none ? 0 : 1)) / Double(baud)))
    }
}

/// What one model of device allows on the wire; from its profile.
public struct ReadRules: Sendable, Hashable {
    /// Range: 1 … 125.
    public let registersAtMost: Int
    /// Whether registers nobody asked for may be read along to save a request.
    public let gapsAllowed: Bool
    /// Quiet time the device needs between an answer and the next request.
    public let pause: Duration
    /// How long an answer may take.
    public let timeout: Duration
    /// Requests made again before a poll counts as failed. Range: 0 … 5.
    public let retries: Int

    public init(registersAtMost: Int = 125, gapsAllowed: Bool = true, pause: Duration = .zero,
                timeout: Duration = .milliseconds(500), retries: Int = 1) {
        self.registersAtMost = registersAtMost
        self.gapsAllowed = gapsAllowed
        self.pause = pause
        self.timeout = timeout
        self.retries = retries
    }
}

public struct DevicePlan: Sendable {
    public let index: DeviceIndex
    public let tag: String
    /// Range: 0 … 255.
    public let unit: UInt8
    public let rules: ReadRules
    public let points: [RegisterPoint]
    public let outputs: [RegisterOutput]
    public let setpoints: [RegisterSetpoint]
    /// Whether the device answers: a digital point this bus keeps.
    public let online: PointIndex
    /// A read that must have been made once before values count (sensors that start measuring on request).
    public let wakeRead: WakeRead?

    public struct WakeRead: Sendable, Hashable {
        public let table: RegisterTable
        public let address: UInt16
        public let count: Int
        public init(table: RegisterTable, address: UInt16, count: Int) {
            self.table = table
            self.address = address
            self.count = count
        }
    }

    public init(index: DeviceIndex, tag: String, unit: UInt8, rules: ReadRules, points: [RegisterPoint],
                outputs: [RegisterOutput], setpoints: [RegisterSetpoint] = [], online: PointIndex, wakeRead: WakeRead? = nil) {
        self.index = index
        self.tag = tag
        self.unit = unit
        self.rules = rules
        self.points = points
        self.outputs = outputs
        self.setpoints = setpoints
        self.online = online
        self.wakeRead = wakeRead
    }
}

public enum RegisterTable: String, Sendable, CaseIterable {
    case coil, discrete, input, holding
}

/// How a value lies in registers.
public struct RegisterType: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case bit
        case unsigned(bits: Int)
        case signed(bits: Int)
        case float(bits: Int)
        /// ASCII, two characters a register; never a number.
        case string(registers: Int)
    }

    /// Order of the bytes of a 32-bit value as they come over the wire, A the most significant.
    public enum Order: String, Sendable, CaseIterable { case abcd = "ABCD", badc = "BADC", cdab = "CDAB", dcba = "DCBA" }

    public let kind: Kind
    public let order: Order

    public init(_ kind: Kind, order: Order = .abcd) {
        self.kind = kind
        self.order = order
    }

    public var registers: Int {
        switch kind {
        case .bit: 1
        case .unsigned(let bits), .signed(let bits), .float(let bits): max(bits / 16, 1)
        case .string(let registers): registers
        }
    }
}

/// One point of a device: where it lies, how it is read, what it means.
public struct RegisterPoint: Sendable {
    public let point: PointIndex
    public let table: RegisterTable
    /// On the wire, from 0.
    public let address: UInt16
    public let type: RegisterType
    /// One bit of the register, 0 the least; `nil`: the whole.
    public let bit: Int?
    /// A field of bits, applied before scale.
    public let mask: UInt64?
    public let scale: Double
    public let offset: Double
    /// Raw values by which the device says "no value".
    public let sentinels: [UInt64]
    /// In the point's unit; outside it the reading is bad.
    public let range: ClosedRange<Double>?
    public let every: Duration

    public init(point: PointIndex, table: RegisterTable, address: UInt16, type: RegisterType, bit: Int? = nil,
                mask: UInt64? = nil, scale: Double = 1, offset: Double = 0, sentinels: [UInt64] = [],
                range: ClosedRange<Double>? = nil, every: Duration) {
        self.point = point
        self.table = table
        self.address = address
        self.type = type
        self.bit = bit
        self.mask = mask
        self.scale = scale
        self.offset = offset
        self.sentinels = sentinels
        self.range = range
        self.every = every
    }
}

/// An output that is a coil or a register of a device, read back after each write.
public struct RegisterOutput: Sendable {
    public let output: OutputIndex
    /// `.coil` or `.holding`.
    public let table: RegisterTable
    public let address: UInt16
    public let on: UInt16
    public let off: UInt16
    public let safe: OutputLevel
    /// Written again this often while away from the safe state, so that a relay's own watchdog stays content.
    public let renewEvery: Duration

    public init(output: OutputIndex, table: RegisterTable, address: UInt16, on: UInt16 = 1, off: UInt16 = 0,
                safe: OutputLevel, renewEvery: Duration = .seconds(1)) {
        self.output = output
        self.table = table
        self.address = address
        self.on = on
        self.off = off
        self.safe = safe
        self.renewEvery = renewEvery
    }
}

/// A set-point that is one value of a device, in one holding register or several.
public struct RegisterSetpoint: Sendable {
    public let setpoint: SetpointIndex
    /// On the wire, from 0.
    public let address: UInt16
    public let type: RegisterType
    /// value = number in the registers × scale + offset.
    public let scale: Double
    public let offset: Double
    /// In the set-point's unit.
    public let safe: Double
    /// Whether the device shows what it was told.
    public let isReadable: Bool
    /// Written again this often while away from its safe value, so that the device's own time-out stays content.
    public let renewEvery: Duration
    /// While the value changes it is written this often at most; the safe value at once.
    public let changeEvery: Duration

    /// - Precondition: the registers can hold the safe value.
    public init(setpoint: SetpointIndex, address: UInt16, type: RegisterType, scale: Double = 1, offset: Double = 0, safe: Double,
                isReadable: Bool = true, renewEvery: Duration = .seconds(1), changeEvery: Duration = .milliseconds(250)) {
        precondition(scale != 0 && type.raw(of: (safe - offset) / scale) != nil)
        self.setpoint = setpoint
        self.address = address
        self.type = type
        self.scale = scale
        self.offset = offset
        self.safe = safe
        self.isReadable = isReadable
        self.renewEvery = renewEvery
        self.changeEvery = changeEvery
    }
}
