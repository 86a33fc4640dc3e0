import Sparkplug
import Testing

@Suite("Payload of a Sparkplug message")
struct PayloadTests {
    /// Written by protobuf 7.36 for Python with the descriptor that pysparkplug 0.6.1 ships. Its property set has a key more.
    private static let foreign = """
        0880d0dfb4ab3312390a046666c3bc102a1880d0dfb4ab33200328014a1e0a075175616c6974790a056f746865721205080318f4031205080c42017850ffffff\
        ff0f12070a016e200a380118ff01220175
        """

    @Test func `a message that another implementation wrote is read whole`() throws {
        var late = Metric(name: "ffü", alias: 42, timestamp: SampleFarm.born, datatype: 3, value: .int(.max))
        late.isHistorical = true
        late.properties.quality = .stale
        let read = try Payload(decoding: bytes(hexadecimal: Self.foreign), within: .command)
        #expect(read == Payload(timestamp: SampleFarm.born, metrics: [late, Metric(name: "n", datatype: 10)], sequence: 255))
    }

    @Test func `data by alias takes the bytes that protobuf takes`() {
        let data = Payload(timestamp: SampleFarm.born, metrics: [Metric(alias: 4, timestamp: SampleFarm.born, value: .double(12.5))], sequence: 3)
        #expect(hexadecimal(data.encoded()) == "0880d0dfb4ab33121210041880d0dfb4ab336900000000000029401803")
    }

    @Test func `what is written is read as it was`() throws {
        for payload in [SampleFarm.nodeBirth, SampleFarm.deviceBirth, SampleFarm.deviceData, SampleFarm.nodeDeath] {
            #expect(try Payload(decoding: payload.encoded(), within: .command) == payload)
        }
    }

    @Test func `thousands of drawn messages come back equal to the bit`() throws {
        var random = Seeded(20_261_128)
        for _ in 0..<3000 {
            let payload = Payload.drawn(&random)
            let read = try Payload(decoding: payload.encoded(), within: .command)
            #expect(read == payload)
            guard read == payload else { return }
        }
    }

    @Test func `a value belongs to one type only`() {
        let values: [MetricValue] = [.int32(-1), .int64(.min), .double(1.5), .boolean(true), .string("开"), .dateTime(milliseconds: 9)]
        for value in values {
            for type in MetricType.allCases {
                let isSameOnWire = Set([type, value.type]) == [.int64, .dateTime]
                if type == value.type { #expect(MetricValue(value.wire, as: type) == value) }
                else if !isSameOnWire { #expect(MetricValue(value.wire, as: type) == nil) }
            }
        }
        #expect(MetricValue(.int(.max), as: .int32) == .int32(-1))
        #expect(MetricValue(.int(1), as: .double) == nil)
        #expect(MetricValue(.float(1), as: .double) == nil)
        #expect(MetricValue(.unread, as: .string) == nil)
    }

    @Test func `what is not known is skipped, and what comes last counts`() throws {
        // uuid (4), body (5), an unknown field 1000; then the sequence twice.
        let bytes: [UInt8] = [0x22, 1, 0x61, 0x2A, 2, 0, 0, 0xC5, 0x3E, 1, 2, 3, 4, 0x18, 4, 0x18, 5]
        #expect(try Payload(decoding: bytes, within: .command) == Payload(sequence: 5))
    }

    @Test func `a metric that is null has no value`() throws {
        let metric = Metric(name: "flow", alias: 4, timestamp: 1, datatype: 10)
        let read = try Payload(decoding: Payload(metrics: [metric]).encoded(), within: .command)
        #expect(read.metrics.first?.value == nil)
        // is_null together with a value: the flag wins.
        let both: [UInt8] = [0x12, 4, 0x38, 1, 0x70, 1]
        #expect(try Payload(decoding: both, within: .command).metrics == [Metric()])
    }
}

extension Payload {
    static func drawn(_ random: inout Seeded) -> Payload {
        let metrics = (0..<random.below(6)).map { _ in Metric.drawn(&random) }
        return Payload(timestamp: random.chance(80) ? random.next() : nil, metrics: metrics, sequence: random.chance(80) ? random.next() : nil)
    }
}

extension Metric {
    static func drawn(_ random: inout Seeded) -> Metric {
        let values: [WireValue?] = [
            nil, .int(UInt32(truncatingIfNeeded: random.next())), .long(random.next()), .double(Double(random.next())),
            .float(Float(random.below(1000)) / 7), .boolean(random.chance(50)), .string(["", "flow", "流量", "\u{0}a"][random.below(4)]),
        ]
        var metric = Metric(name: random.chance(50) ? "zone \(random.below(99))" : nil, alias: random.chance(50) ? random.next() : nil,
                            timestamp: random.chance(80) ? random.next() : nil,
                            datatype: random.chance(50) ? UInt32(random.below(40)) : nil, value: values[random.below(values.count)])
        metric.isHistorical = random.chance(30)
        metric.properties.quality = random.chance(50) ? MetricQuality.allCases[random.below(3)] : nil
        metric.properties.unit = random.chance(30) ? "m³/h" : nil
        return metric
    }
}
