import Sparkplug

/// Messages of a small farm, as a node sends them.
enum SampleFarm {
    static let born: UInt64 = 1_764_000_000_000

    static let nodeBirth: Payload = {
        var rebirth = Metric(name: "Node Control/Rebirth", timestamp: born, datatype: 11, value: .boolean(false))
        var bdSeq = Metric(name: "bdSeq", alias: 1, timestamp: born, datatype: 4, value: .long(7))
        var alarms = Metric(name: "alarms", alias: 2, timestamp: born, datatype: 3, value: MetricValue.int32(-3).wire)
        var site = Metric(name: "site", alias: 3, timestamp: born, datatype: 12, value: .string("寿光七号棚"))
        rebirth.properties.quality = nil
        bdSeq.properties.quality = .good
        alarms.properties.quality = .good
        site.properties.quality = .good
        return Payload(timestamp: born, metrics: [rebirth, bdSeq, alarms, site], sequence: 0)
    }()

    static let deviceBirth: Payload = {
        var flow = Metric(name: "flow", alias: 4, timestamp: born - 40, datatype: 10, value: .double(12.345_678_9))
        flow.properties = MetricProperties(quality: .good, unit: "m³/h")
        var pressure = Metric(name: "pressure", alias: 5, timestamp: born, datatype: 10)
        pressure.properties = MetricProperties(quality: .bad, unit: "bar")
        var total = Metric(name: "total", alias: 6, timestamp: born, datatype: 4, value: MetricValue.int64(-9_000_000_000).wire)
        total.properties.unit = "L"
        let started = Metric(name: "started", alias: 7, timestamp: born, datatype: 13, value: .long(born - 3_600_000))
        return Payload(timestamp: born, metrics: [flow, pressure, total, started], sequence: 1)
    }()

    static let deviceData: Payload = {
        var flow = Metric(alias: 4, timestamp: born + 1000, value: .double(-0.0))
        flow.properties.quality = .stale
        var past = Metric(alias: 4, timestamp: born - 60_000, value: .double(.leastNonzeroMagnitude))
        past.isHistorical = true
        return Payload(timestamp: born + 1001, metrics: [flow, past], sequence: 255)
    }()

    static let nodeDeath = Payload(metrics: [Metric(name: "bdSeq", datatype: 4, value: .long(7))])
}

/// SplitMix64 (G. Steele, D. Lea, C. Flood, 2014), so that a seed means the same everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
