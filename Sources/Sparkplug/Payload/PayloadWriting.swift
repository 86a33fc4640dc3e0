extension Payload {
    public func encoded() -> [UInt8] {
        var writer = ProtobufWriter()
        if let timestamp { writer.integer(1, timestamp) }
        for metric in metrics { writer.message(2, metric.write) }
        if let sequence { writer.integer(3, sequence) }
        return writer.bytes
    }
}

extension Metric {
    func write(_ writer: inout ProtobufWriter) {
        if let name { writer.text(1, name) }
        if let alias { writer.integer(2, alias) }
        if let timestamp { writer.integer(3, timestamp) }
        if let datatype { writer.integer(4, UInt64(datatype)) }
        if isHistorical { writer.boolean(5, true) }
        if value == nil { writer.boolean(7, true) }
        if !properties.isEmpty { writer.message(9, properties.write) }
        value?.write(&writer)
    }
}

extension WireValue {
    /// `unread` leaves nothing: what was not read cannot be written.
    func write(_ writer: inout ProtobufWriter) {
        switch self {
        case .int(let value): writer.integer(10, UInt64(value))
        case .long(let value): writer.integer(11, value)
        case .float(let value): writer.float(12, value)
        case .double(let value): writer.double(13, value)
        case .boolean(let value): writer.boolean(14, value)
        case .string(let value): writer.text(15, value)
        case .unread: break
        }
    }
}

extension MetricProperties {
    static let qualityKey = "Quality"
    static let unitKey = "engUnit"

    /// Keys first, then as many values in the same order.
    func write(_ writer: inout ProtobufWriter) {
        if quality != nil { writer.text(1, Self.qualityKey) }
        if unit != nil { writer.text(1, Self.unitKey) }
        if let quality {
            writer.message(2) { value in
                value.integer(1, UInt64(MetricType.int32.rawValue))
                value.integer(3, UInt64(quality.rawValue))
            }
        }
        if let unit {
            writer.message(2) { value in
                value.integer(1, UInt64(MetricType.string.rawValue))
                value.text(8, unit)
            }
        }
    }
}
