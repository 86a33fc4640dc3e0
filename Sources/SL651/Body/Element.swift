import Bytes

/// What is measured, by its guide byte. Source: SL 651-2014, table C.1; `FFxx` are a user's own.
public struct ElementID: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt16

    public init(_ guide: UInt8) { rawValue = UInt16(guide) }
    public init(own extra: UInt8) { rawValue = 0xFF00 | UInt16(extra) }

    var bytes: [UInt8] { rawValue > 0xFF ? high(rawValue) : [UInt8(rawValue)] }

    /// Twelve bytes of rain in 0.1 mm, one for each five minutes of an hour.
    public static let rainOfHour = ElementID(0xF4)
    /// Twelve levels in cm above the station's base, one for each five minutes of an hour.
    public static let levelsOfHour = ElementID(0xF5)
    public static let soilMoisture10 = ElementID(0x10)
    public static let rainTotal = ElementID(0x26)
    public static let flow = ElementID(0x27)
    public static let supplyVoltage = ElementID(0x38)
    public static let level = ElementID(0x39)
    public static let state = ElementID(0x45)

    /// Bits or sets, not decimal numbers.
    var isPlainBytes: Bool { (0xF4...0xFD).contains(rawValue) || rawValue == 0x45 }
}

/// The two bytes before an element's data: what it is, how many bytes follow, how many digits stand behind the point.
public struct ElementHeader: Hashable, Sendable {
    public let id: ElementID
    /// 0 … 31.
    public let size: Int
    /// 0 … 7.
    public let decimals: Int

    public init(_ id: ElementID, size: Int, decimals: Int) {
        self.id = id
        self.size = min(max(size, 0), 31)
        self.decimals = min(max(decimals, 0), 7)
    }

    /// As table C.1 defines it; `nil` for what it does not have.
    public init?(_ id: ElementID) {
        guard let row = ElementTable.row(of: id) else { return nil }
        self.init(id, size: row.size, decimals: row.decimals)
    }

    var bytes: [UInt8] { id.bytes + [UInt8(size << 3 | decimals)] }
}

/// What an element's data say.
public enum Value: Hashable, Sendable {
    case number(FixedPoint)
    /// The station has none: every byte FF, or `M`.
    case missing
    /// Bits, sets, text: what is no decimal number.
    case bytes([UInt8])

    init(_ data: ArraySlice<UInt8>, _ header: ElementHeader) {
        if !header.id.isPlainBytes {
            if !data.isEmpty, data.allSatisfy({ $0 == 0xFF }) {
                self = .missing
                return
            }
            if !data.isEmpty, let number = FixedPoint(packed: data, decimals: header.decimals) {
                self = .number(number)
                return
            }
        }
        self = .bytes(Array(data))
    }

    /// `size` bytes; a number that does not fit is sent as missing, never cut.
    func packed(_ header: ElementHeader) -> [UInt8] {
        let none = [UInt8](repeating: 0xFF, count: header.size)
        switch self {
        case .missing: return none
        case .number(let number): return number.packed(size: header.size) ?? none
        case .bytes(let bytes): return bytes.count == header.size ? bytes : none
        }
    }

    var text: String {
        switch self {
        case .missing: "M"
        case .number(let number): number.text
        case .bytes(let bytes): String(decoding: hexText(bytes), as: UTF8.self)
        }
    }
}

/// One measured value in a report.
public struct Element: Hashable, Sendable {
    public let header: ElementHeader
    public let value: Value

    public init(_ header: ElementHeader, _ value: Value) {
        self.header = header
        self.value = value
    }

    /// A value as table C.1 wants it written: `nil` for what the table does not have or bytes that are no number.
    /// A number with more digits than the table allows, or none, is sent as missing.
    ///
    /// - Parameter decimals: in place of those of the table.
    public init?(_ id: ElementID, _ value: Double?, decimals: Int? = nil) {
        guard let row = ElementTable.row(of: id), !id.isPlainBytes else { return nil }
        let decimals = decimals ?? row.decimals
        let number = value.flatMap { FixedPoint($0, decimals: decimals, digits: row.digits) }
        // The sign is a byte of its own. Source: SL 651-2014, 6.6.3.3.
        let sign = number.map { $0.digits < 0 } == true ? 1 : 0
        header = ElementHeader(id, size: row.size + sign, decimals: decimals)
        self.value = number.map(Value.number) ?? .missing
    }
}
