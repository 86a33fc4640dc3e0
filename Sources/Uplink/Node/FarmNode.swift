import Journal
import ProcessImage
import Quantities
import Sparkplug

/// A farm as a Sparkplug node: what it says of a snapshot, and what an order to it means.
struct FarmNode: Sendable {
    let plan: NodePlan
    /// By `MetricIndex`.
    private let metrics: [NodeMetric]
    /// By their order in the plan.
    private let devices: [NodeDevice]
    private var past = PastValues()

    init(_ sheet: FarmSheet, lastOrder: @escaping @Sendable () -> LastOrder) throws(NodePlanError) {
        let own = sheet.ofSite(lastOrder: lastOrder)
        devices = sheet.devices
        metrics = own + devices.flatMap(\.metrics)
        var plans: [DevicePlan] = []
        for device in devices {
            guard let name = TopicName(topicLevel(of: device, among: devices)) else { throw .noName }
            plans.append(DevicePlan(name, device.metrics.map(\.plan)))
        }
        plan = try NodePlan(sheet.name, metrics: own.map(\.plan), devices: plans)
    }

    /// Tells a session how things are, and what they were while nobody listened.
    mutating func tell(_ live: LiveSnapshot, to session: inout Session) {
        guard live.scan > 0 else { return }
        for (number, device) in devices.enumerated() {
            if case .device = device.subject { session.set(device: number, isThere: !live.isLost(device.subject)) }
        }
        for (number, metric) in metrics.enumerated() {
            let told = metric.read(live), index = MetricIndex(rawValue: number)
            if metric.isMeasured { past.note(PastValue(index, told.value, told.quality, at: told.at), isHeard: session.isAlive) }
            session.set(index, told.value, told.quality, at: told.at)
        }
        past.tell(to: &session)
    }

    /// What an order asks of the scan; `nil`: nothing.
    func command(_ order: CommandOrder) -> Command.Kind? { metrics[order.metric.rawValue].order?(order.value) }

    /// For the audit, such as `east-1 Run 10.0 min`.
    func text(of order: CommandOrder) -> String {
        let unit = metrics[order.metric.rawValue].plan.unit.map { " " + $0 } ?? ""
        return name(of: order.metric) + " " + order.value.text + unit
    }

    func subject(of metric: MetricIndex) -> Subject { plan.device(of: metric).map { devices[$0].subject } ?? .site }

    func name(of metric: MetricIndex) -> String {
        guard let device = plan.device(of: metric) else { return plan.metrics[metric.rawValue].name }
        return plan.devices[device].text + " " + plan.metrics[metric.rawValue].name
    }
}

/// Its tag. A zone and a probe may share one: then all but the first have their kind before it.
private func topicLevel(of device: NodeDevice, among devices: [NodeDevice]) -> String {
    let first = devices.first { $0.tag.lowercased() == device.tag.lowercased() }
    guard let first, first.subject != device.subject else { return device.tag }
    return device.subject.kind + " " + device.tag
}

extension Subject {
    /// Of what a node has devices for.
    fileprivate var kind: String {
        switch self {
        case .zone: "zone"
        case .gate: "gate"
        case .dosingUnit: "dosing unit"
        case .cage: "cage"
        default: "device"
        }
    }
}

extension LiveSnapshot {
    fileprivate func isLost(_ device: Subject) -> Bool {
        alarms.contains { $0.id == AlarmID(.deviceLost, device) && ($0.state == .unacknowledged || $0.state == .acknowledged) }
    }
}

extension MetricValue {
    fileprivate var text: String {
        switch self {
        case .int32(let number): "\(number)"
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .boolean(let isTrue): "\(isTrue)"
        case .string(let text): text
        case .dateTime(let milliseconds): "\(milliseconds)"
        }
    }
}
