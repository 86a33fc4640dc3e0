/// The types in which Tidegate publishes metrics, by their numbers in Sparkplug 3.0, section 6.4.16.
public enum MetricType: UInt32, Hashable, Sendable, CaseIterable {
    case int32 = 3
    case int64 = 4
    case double = 10
    case boolean = 11
    case string = 12
    /// A moment in milliseconds since 1970 UTC.
    case dateTime = 13
}

/// A value together with its type.
public enum MetricValue: Hashable, Sendable {
    case int32(Int32)
    case int64(Int64)
    case double(Double)
    case boolean(Bool)
    case string(String)
    case dateTime(milliseconds: UInt64)

    public var type: MetricType {
        switch self {
        case .int32: .int32
        case .int64: .int64
        case .double: .double
        case .boolean: .boolean
        case .string: .string
        case .dateTime: .dateTime
        }
    }

    public var wire: WireValue {
        switch self {
        case .int32(let value): .int(UInt32(bitPattern: value))
        case .int64(let value): .long(UInt64(bitPattern: value))
        case .double(let value): .double(value)
        case .boolean(let value): .boolean(value)
        case .string(let value): .string(value)
        case .dateTime(let milliseconds): .long(milliseconds)
        }
    }

    /// What the wire means when a birth has said the type; `nil`: it is another type's.
    public init?(_ wire: WireValue, as type: MetricType) {
        switch (type, wire) {
        case (.int32, .int(let bits)): self = .int32(Int32(bitPattern: bits))
        case (.int64, .long(let bits)): self = .int64(Int64(bitPattern: bits))
        case (.double, .double(let value)): self = .double(value)
        case (.boolean, .boolean(let value)): self = .boolean(value)
        case (.string, .string(let value)): self = .string(value)
        case (.dateTime, .long(let milliseconds)): self = .dateTime(milliseconds: milliseconds)
        default: return nil
        }
    }

    /// The number of a type that has one.
    var number: Double? {
        switch self {
        case .int32(let value): Double(value)
        case .int64(let value): Double(value)
        case .double(let value): value
        case .boolean, .string, .dateTime: nil
        }
    }
}
