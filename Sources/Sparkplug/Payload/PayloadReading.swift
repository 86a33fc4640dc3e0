/// How much of a message from outside is read. What is larger is refused before any of it is read.
public struct PayloadLimits: Sendable {
    public var bytes: Int
    public var metrics: Int

    public init(bytes: Int, metrics: Int) {
        self.bytes = bytes
        self.metrics = metrics
    }

    /// A command names a handful of metrics.
    public static let command = PayloadLimits(bytes: 65_536, metrics: 256)
}

extension Payload {
    /// Reads a message. Fields that Tidegate does not know are skipped; of a field that comes twice the last counts.
    public init(decoding bytes: [UInt8], within limits: PayloadLimits) throws(PayloadError) {
        guard bytes.count <= limits.bytes else { throw .tooLarge }
        self.init()
        var reader = ProtobufReader(bytes[...])
        while let field = try reader.next() {
            switch field.number {
            case 1: timestamp = try field.content.integer()
            case 2:
                guard metrics.count < limits.metrics else { throw .tooLarge }
                metrics.append(try Metric(decoding: try field.content.run()))
            case 3: sequence = try field.content.integer()
            default: break
            }
        }
    }
}

extension Metric {
    init(decoding bytes: ArraySlice<UInt8>) throws(PayloadError) {
        self.init()
        var isNull = false
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.content.text()
            case 2: alias = try field.content.integer()
            case 3: timestamp = try field.content.integer()
            case 4: datatype = try field.content.integer32()
            case 5: isHistorical = try field.content.boolean()
            case 7: isNull = try field.content.boolean()
            case 9: properties = try MetricProperties(decoding: try field.content.run())
            case 10...19: value = try WireValue(field)
            default: break
            }
        }
        if isNull { value = nil }
    }
}

extension WireValue {
    fileprivate init(_ field: ProtobufReader.Field) throws(PayloadError) {
        switch field.number {
        case 10: self = .int(try field.content.integer32())
        case 11: self = .long(try field.content.integer())
        case 12: self = .float(try field.content.float())
        case 13: self = .double(try field.content.double())
        case 14: self = .boolean(try field.content.boolean())
        case 15: self = .string(try field.content.text())
        default: self = .unread
        }
    }
}

extension MetricProperties {
    /// Keys and values stand apart and belong together by their order.
    init(decoding bytes: ArraySlice<UInt8>) throws(PayloadError) {
        self.init()
        var keys: [String] = []
        var values: [ArraySlice<UInt8>] = []
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: keys.append(try field.content.text())
            case 2: values.append(try field.content.run())
            default: break
            }
        }
        guard keys.count == values.count else { throw .malformed }
        for (key, value) in zip(keys, values) { try take(key, value) }
    }

    private mutating func take(_ key: String, _ value: ArraySlice<UInt8>) throws(PayloadError) {
        guard key == Self.qualityKey || key == Self.unitKey else { return }
        var reader = ProtobufReader(value)
        while let field = try reader.next() {
            switch (key, field.number) {
            case (Self.qualityKey, 3): quality = MetricQuality(rawValue: try field.content.integer32())
            case (Self.unitKey, 8): unit = try field.content.text()
            default: break
            }
        }
    }
}
