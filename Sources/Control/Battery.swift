public import ProcessImage
public import Quantities

/// How a site on a battery gives things up as it empties: the camera and the like first, then how often it asks its devices, then
/// the uplink. Never aeration, alarms or what holds water and feed back.
///
/// Source: the battery stages of flight controllers (PX4: warning, critical, emergency), each with its own answer.
public struct BatteryPlan: Sendable {
    /// V.
    public let voltage: GaugePoint
    /// Below each of them, falling, its stage stands. V.
    public let saving: Double
    public let low: Double
    public let critical: Double
    /// Below for so long; above, by `back`, for ten times as long.
    public let after: Duration
    /// A stage ends so much above its limit: a battery that is relieved recovers a little. V.
    public let back: Double
    public let noOlderThan: Duration
    /// On while there is enough, off from `saving` on.
    public let sheds: [OutputIndex]

    public init(voltage: GaugePoint, saving: Double, low: Double, critical: Double, after: Duration = .seconds(60), back: Double = 0.4,
                noOlderThan: Duration = .minutes(3), sheds: [OutputIndex] = []) {
        precondition(saving > low && low > critical && critical > 0 && back > 0 && after > .zero)
        self.voltage = voltage
        self.saving = saving
        self.low = low
        self.critical = critical
        self.after = after
        self.back = back
        self.noOlderThan = noOlderThan
        self.sheds = sheds
    }

    /// V; of `normal`, none.
    func limit(of stage: PowerStage) -> Double {
        switch stage {
        case .normal: .infinity
        case .saving: saving
        case .low: low
        case .critical: critical
        }
    }
}

/// Watches the battery. What cannot be read changes nothing: nothing is shed, and nothing taken back, for a loose wire.
public struct BatteryControl: ~Copyable {
    private let plan: BatteryPlan?
    private let sheds: Dense<ShedNumber, OutputIndex>
    public private(set) var stage = PowerStage.normal
    private var below = Sustained()
    private var above = Sustained()

    public init(_ plan: BatteryPlan?) {
        self.plan = plan
        sheds = Dense(plan?.sheds ?? [])
    }

    /// - Returns: whether the stage has changed.
    public mutating func step(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) -> Bool {
        guard let plan else { return false }
        let was = stage
        if let volts = image.base(of: plan.voltage, noOlderThan: plan.noOlderThan).value { look(volts, plan, at: image.now, &records) }
        for number in 0..<sheds.count {
            demands[sheds[number]] = Demand(stage == .normal ? .on : .off, because: stage == .normal ? .idle : .interlock(.batterySaved))
        }
        return stage != was
    }

    /// One stage at a time, each after its time.
    private mutating func look(_ volts: Double, _ plan: BatteryPlan, at now: Instant, _ records: inout RecordBuffer) {
        let next = PowerStage(rawValue: stage.rawValue + 1)
        if below.look(next.map { volts < plan.limit(of: $0) } ?? false, for: plan.after, at: now) != nil, let next {
            enter(next)
            records.event(Event(.batteryFalls, .site, value: volts, limit: plan.limit(of: next)))
        }
        let isBack = stage != .normal && volts > plan.limit(of: stage) + plan.back
        if above.look(isBack, for: plan.after * 10, at: now) != nil, let before = PowerStage(rawValue: stage.rawValue &- 1) {
            records.event(Event(.batteryRises, .site, value: volts, limit: plan.limit(of: stage)))
            enter(before)
        }
    }

    private mutating func enter(_ stage: PowerStage) {
        self.stage = stage
        (below, above) = (Sustained(), Sustained())
    }
}

struct ShedNumber: DenseIndex {
    let rawValue: UInt16
}
