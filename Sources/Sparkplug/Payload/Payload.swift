/// What every message of a Sparkplug node or host carries, but STATE (Sparkplug 3.0, section 6.4; `Payload` of `sparkplug_b.proto`).
///
/// Of the standard's message this is all that Tidegate sends: no data sets, no templates, no files. What it does not know it skips
/// when it reads.
public struct Payload: Hashable, Sendable {
    /// When the message was sent, in milliseconds since 1970 UTC.
    public var timestamp: UInt64?
    public var metrics: [Metric]
    /// Counts the messages of a session. Range: 0 … 255; absent in a death of the node and in commands.
    public var sequence: UInt64?

    public init(timestamp: UInt64? = nil, metrics: [Metric] = [], sequence: UInt64? = nil) {
        self.timestamp = timestamp
        self.metrics = metrics
        self.sequence = sequence
    }
}

/// One value of one metric on the wire.
public struct Metric: Hashable, Sendable {
    /// Absent where the alias says it.
    public var name: String?
    /// The number that a birth gave to the name.
    public var alias: UInt64?
    /// When the value was taken, in milliseconds since 1970 UTC.
    public var timestamp: UInt64?
    /// Of `MetricType`, or one that Tidegate does not know. Absent where the birth has said it.
    public var datatype: UInt32?
    /// The value was true once and is told late.
    public var isHistorical = false
    /// `nil`: there is none (`is_null`).
    public var value: WireValue?
    public var properties = MetricProperties()

    public init(name: String? = nil, alias: UInt64? = nil, timestamp: UInt64? = nil, datatype: UInt32? = nil, value: WireValue? = nil) {
        self.name = name
        self.alias = alias
        self.timestamp = timestamp
        self.datatype = datatype
        self.value = value
    }
}

/// Of a metric's property set, what Tidegate sends and reads.
public struct MetricProperties: Hashable, Sendable {
    /// The property `Quality`.
    public var quality: MetricQuality?
    /// The property `engUnit`, as hosts show it beside the number.
    public var unit: String?

    public init(quality: MetricQuality? = nil, unit: String? = nil) {
        self.quality = quality
        self.unit = unit
    }

    var isEmpty: Bool { quality == nil && unit == nil }
}

/// How far a value may be believed (Sparkplug 3.0, section 6.4.14: no other number is valid).
public enum MetricQuality: UInt32, Hashable, Sendable, CaseIterable {
    case bad = 0
    case good = 192
    case stale = 500
}

/// A value as it stands on the wire. Which type it has only the birth says: −1 of 32 bits and 4 294 967 295 are the same here.
public enum WireValue: Hashable, Sendable {
    case int(UInt32)
    case long(UInt64)
    case float(Float)
    case double(Double)
    case boolean(Bool)
    case string(String)
    /// Bytes, a data set, a template or an extension: there is one, and it was not read.
    case unread
}

public enum PayloadError: Error, Hashable, Sendable {
    /// A field says it is longer than what is there.
    case truncated
    /// Not a protobuf message, or a field of another kind than the standard's.
    case malformed
    /// A text that is not UTF-8.
    case notText
    /// More bytes or metrics than are read.
    case tooLarge
}
