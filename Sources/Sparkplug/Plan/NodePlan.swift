/// A metric as every birth states it.
public struct MetricPlan: Sendable {
    public let name: String
    public let type: MetricType
    /// As people read it beside the number.
    public let unit: String?
    /// What a command may set; `nil`: it is only told.
    public let writable: Writable?

    public init(_ name: String, _ type: MetricType, unit: String? = nil, writable: Writable? = nil) {
        self.name = name
        self.type = type
        self.unit = unit
        self.writable = writable
    }
}

public enum Writable: Hashable, Sendable {
    case boolean
    /// In the metric's unit, bounds included.
    case number(ClosedRange<Double>)

    func fits(_ type: MetricType) -> Bool {
        switch self {
        case .boolean: type == .boolean
        case .number: type == .int32 || type == .int64 || type == .double
        }
    }

    func permits(_ value: MetricValue) -> Bool {
        switch self {
        case .boolean: return value.type == .boolean
        case .number(let range): return value.number.map(range.contains) ?? false
        }
    }
}

/// Something the node reports on: a zone, a cage, a dosing unit, a device on a bus.
public struct DevicePlan: Sendable {
    public let name: TopicName
    public let metrics: [MetricPlan]

    public init(_ name: TopicName, _ metrics: [MetricPlan]) {
        self.name = name
        self.metrics = metrics
    }
}

public enum NodePlanError: Error, Hashable, Sendable {
    /// Two devices whose names differ in case at most.
    case sameDevice(String)
    /// Two metrics of one owner whose names differ in case at most.
    case sameMetric(String)
    /// A name the standard keeps for itself.
    case reserved(String)
    /// A metric of this type cannot be written so.
    case notWritable(String)
    case noName
    /// More than `NodePlan.metricsMax`.
    case tooMany
}

/// A metric of a plan, counted over the node's own and then those of each device.
public struct MetricIndex: Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
}

/// All that a node will ever report on: fixed while it runs, so that each birth states every metric that can follow.
public struct NodePlan: Sendable {
    public static let metricsMax = 100_000

    public let name: NodeName
    public let devices: [TopicName]
    /// The node's own first.
    public let metrics: [MetricPlan]
    /// Of the node, then of each device: its metrics.
    let owned: [Range<Int>]

    public init(_ name: NodeName, metrics: [MetricPlan], devices: [DevicePlan] = []) throws(NodePlanError) {
        self.name = name
        self.devices = devices.map(\.name)
        let groups = [metrics] + devices.map(\.metrics)
        self.metrics = groups.flatMap(\.self)
        owned = groups.reduce(into: [Range<Int>]()) { ranges, group in
            let start = ranges.last?.upperBound ?? 0
            ranges.append(start..<start + group.count)
        }
        guard self.metrics.count <= Self.metricsMax else { throw .tooMany }
        if let twice = firstTwice(devices.map(\.name.text)) { throw .sameDevice(twice) }
        for group in groups { try check(group) }
    }

    /// A metric of the node (`device` is `nil`) or of a device, by their order in the plan.
    public func index(device: Int? = nil, metric: Int) -> MetricIndex {
        let range = owned[device.map { $0 + 1 } ?? 0]
        precondition((0..<range.count).contains(metric), "no such metric in the plan")
        return MetricIndex(rawValue: range.lowerBound + metric)
    }

    /// Whose it is: its place in `devices`; `nil`: the node's own.
    public func device(of index: MetricIndex) -> Int? {
        let owner = owner(of: index)
        return owner == 0 ? nil : owner - 1
    }

    /// 0 is the node, 1 its first device.
    func owner(of index: MetricIndex) -> Int {
        owned.firstIndex { $0.contains(index.rawValue) } ?? 0
    }

    /// The node's, for a rebirth at least, and those of devices that have something to set.
    var commandTopics: [(topic: String, owner: Int)] {
        let ofDevices = devices.indices.filter { device in owned[device + 1].contains { metrics[$0].writable != nil } }
        return [(name.topic(.command), 0)] + ofDevices.map { (name.topic(.command, of: devices[$0]), $0 + 1) }
    }

    /// The number that stands for the name of a metric in data. One more is left for `bdSeq`; 0 stands for nothing.
    func alias(of index: Int) -> UInt64 { UInt64(index) + 2 }

    func index(alias: UInt64) -> Int? {
        guard alias >= 2, alias - 2 < UInt64(metrics.count) else { return nil }
        return Int(alias - 2)
    }
}

private func check(_ metrics: [MetricPlan]) throws(NodePlanError) {
    if let twice = firstTwice(metrics.map(\.name)) { throw .sameMetric(twice) }
    for metric in metrics {
        if metric.name.isEmpty { throw .noName }
        let lower = metric.name.lowercased()
        if lower == "bdseq" || lower.hasPrefix("node control/") || lower.hasPrefix("device control/") { throw .reserved(metric.name) }
        if let writable = metric.writable, !writable.fits(metric.type) { throw .notWritable(metric.name) }
    }
}

/// The first name that stood before in whatever case.
private func firstTwice(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0.lowercased()).inserted }
}
