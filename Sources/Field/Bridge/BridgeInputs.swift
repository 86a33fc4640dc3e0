public import ProcessImage
internal import Quantities

/// What a bridge's inputs mean to the site. Pure.
struct BridgeInputs {
    /// The points of the inputs, in the order of the readings.
    let points: [PointIndex]
    private let inputs: [BridgeInput]
    private var meters: [Int: BridgeMeter]
    private let scales: [Int: (total: UnitScale, flow: UnitScale)]
    private var last: BridgeLive?
    private var signalsDue = Instant.never

    init(_ inputs: [BridgeInput], tables: SiteTables) {
        self.inputs = inputs
        var points: [PointIndex] = [], meters: [Int: BridgeMeter] = [:], scales: [Int: (total: UnitScale, flow: UnitScale)] = [:]
        for (index, input) in inputs.enumerated() {
            points += input.points
            guard case .pulses(let total, let rate, let each) = input.use else { continue }
            meters[index] = BridgeMeter(each: each)
            scales[index] = (UnitScale(total, .volume, tables), UnitScale(rate, .flow, tables))
        }
        self.points = points
        self.meters = meters
        self.scales = scales
    }

    /// A reading for each of `points`; `nil`: not told this time.
    mutating func readings(_ live: BridgeLive, at now: Instant) -> [Reading?] {
        let isSameLife = last.map(live.isSameLife) ?? true
        last = live
        defer { if now >= signalsDue { signalsDue = now + BridgeInput.signalEvery } }
        return inputs.indices.flatMap { readings($0, live, isSameLife, at: now) }
    }

    /// No value will do: the next one is told at once.
    mutating func lost() { signalsDue = .never }

    private mutating func readings(_ index: Int, _ live: BridgeLive, _ isSameLife: Bool, at now: Instant) -> [Reading?] {
        let input = inputs[index]
        switch input.use {
        case .level(_, let activeLow):
            let isHigh = live.digital >> UInt16(truncatingIfNeeded: input.number) & 1 == 1
            return [.good(isHigh != activeLow ? 1 : 0, at: now)]
        case .signal(_, let scale):
            guard now >= signalsDue else { return [nil] }
            guard live.analogues.indices.contains(input.number), let value = scale.value(of: live.analogues[input.number]) else {
                return [.bad(.sensorFault, at: now)]
            }
            return [.good(value, at: now)]
        case .pulses: return meterReadings(index, live, isSameLife, at: now)
        }
    }

    private mutating func meterReadings(_ index: Int, _ live: BridgeLive, _ isSameLife: Bool, at now: Instant) -> [Reading?] {
        guard live.counters.indices.contains(inputs[index].number), let scale = scales[index] else { return [nil, nil] }
        meters[index]?.look(live.counters[inputs[index].number], of: live, isSameLife: isSameLife)
        guard let meter = meters[index] else { return [nil, nil] }
        return [.good(scale.total.fromBase(meter.total.base), at: now), .good(scale.flow.fromBase(meter.flow.base), at: now)]
    }
}

extension BridgeInput {
    /// As an electrician finds it on the bridge.
    public var channel: String {
        switch use {
        case .level: "input"
        case .pulses: "counter"
        case .signal: "analogue"
        }
    }

    public var points: [PointIndex] {
        switch use {
        case .level(let point, _), .signal(let point, _): [point]
        case .pulses(let total, let rate, _): [total, rate]
        }
    }
}
