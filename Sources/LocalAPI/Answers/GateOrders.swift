import Language
import ProcessImage
import Quantities

/// Orders about canal gates. What is out of range is refused here with its range; control refuses it once more.
extension Orders {
    func ofGate(_ request: CommandRequest) throws -> Order {
        let gate = try gate(request.subject)
        let about = context.tables.name(of: .gate(gate))
        if request.what == "auto" { return Order(kind: .freeGate(gate), about: about) }
        let order = try order(request, context.gates[gate.offset].bounds)
        return Order(kind: .setGate(gate, order, for: try span(request.forSeconds) ?? order.usualTime), about: about)
    }

    private func gate(_ name: String?) throws -> GateIndex {
        let name = try given(name, "subject")
        if let gate = context.tables.gate(named: name) { return gate }
        throw Answer.unknown(Phrase(zh: "闸门", en: "gate"), code: "unknown-gate", name, among: context.tables.gates.map(\.tag))
    }

    private func order(_ request: CommandRequest, _ bounds: GateBounds) throws -> GateOrder {
        switch request.what {
        case "level":
            guard let range = bounds.level else {
                throw Answer.refused(400, "gate-keeps-flow", Phrase(
                    zh: "这座闸门控制的是流量，不能定水位", en: "this gate keeps a flow, so no level can be ordered"),
                    Phrase(zh: "改写 flow 或 opening", en: "Order a flow or an opening"))
            }
            return .level(try within(request.levelM, range.least.meters, range.most.meters, "m", key: "levelM") { .meters($0) })
        case "flow":
            let (least, most) = (bounds.flow.least.cubicMetersPerSecond, bounds.flow.most.cubicMetersPerSecond)
            return .flow(try within(request.flowM3s, least, most, "m3/s", key: "flowM3s") { .cubicMetersPerSecond($0) })
        case "opening":
            let (least, most) = (bounds.opening.least.meters, bounds.opening.most.meters)
            return .opening(try within(request.openingM, least, most, "m", key: "openingM") { .meters($0) })
        case "hold": return .hold
        default:
            throw Answer.refused(400, "bad-what", Phrase(zh: "what 只可取 level、flow、opening、hold、auto",
                                                         en: "what is level, flow, opening, hold or auto"))
        }
    }

    /// The number as a quantity; one hair beyond its bounds, as rounding makes it, is at them.
    private func within<Q: Quantity>(_ number: Double?, _ least: Double, _ most: Double, _ unit: String, key: String,
                                     _ quantity: (Double) -> Q) throws -> Q {
        guard let number else { throw Answer.refused(400, "missing-\(key)", Phrase(zh: "缺少 \(key)", en: "\(key) is missing")) }
        guard number >= least - 1e-9, number <= most + 1e-9 else {
            let (low, high) = (Phrase(least, decimals: 2).en, Phrase(most, decimals: 2).en)
            throw Answer.refused(400, "gate-range", Phrase(
                zh: "须在 \(low) 到 \(high) \(unit) 之间（站点文件 gates 的 orders）", en: "must be between \(low) and \(high) \(unit) (orders of the gate in the site file)"))
        }
        return quantity(min(max(number, least), most))
    }
}

extension SiteTables {
    /// By tag, or by a display name as people type it.
    func gate(named text: String) -> GateIndex? {
        gates.firstIndex { $0.isNamed(text) }.map { GateIndex($0) }
    }
}

extension GateOrder {
    /// `nil`: until it is taken back.
    var usualTime: Duration? { self == .hold ? nil : Limits.gateOrderUsual }

    /// For the audit, such as `level 1.2 m`.
    var asTyped: String {
        switch self {
        case .level(let level): "level \(level.meters) m"
        case .flow(let flow): "flow \(flow.cubicMetersPerSecond) m3/s"
        case .opening(let opening): "opening \(opening.meters) m"
        case .hold: "hold"
        }
    }

    /// What becomes of it, for whoever gave it.
    func done(for time: Duration?) -> Phrase {
        let text = switch self {
        case .level: Phrase(zh: "{about} 水位改按 {value} 控制，{time}后恢复站点设定", en: "{about} keeps {value} for {time}, then its own set-point again")
        case .flow: Phrase(zh: "{about} 流量改按 {value} 控制，{time}后恢复站点设定", en: "{about} gives {value} for {time}, then its own set-point again")
        case .opening: Phrase(zh: "{about} 开到 {value} 停住，{time}后恢复自动", en: "{about} goes to {value} and stays for {time}, then it is controlled again")
        case .hold where time == nil: Phrase(zh: "{about} 停在原位，直到 tidegate gate {about} auto", en: "{about} stays where it is until tidegate gate {about} auto")
        case .hold: Phrase(zh: "{about} 停在原位 {time}", en: "{about} stays where it is for {time}")
        }
        return text.filled(["value": shown, "time": Phrase(time ?? .zero)])
    }

    /// Its number with its unit.
    var shown: Phrase {
        switch self {
        case .level(let level): Phrase(verbatim: Phrase(level.meters, decimals: 2).en + " m")
        case .flow(let flow): Phrase(verbatim: Phrase(flow.cubicMetersPerSecond, decimals: 2).en + " m3/s")
        case .opening(let opening): Phrase(verbatim: Phrase(opening.meters * 100, decimals: 1).en + " cm")
        case .hold: Phrase(verbatim: "")
        }
    }
}

extension Command.Kind {
    var isOfGate: Bool {
        switch self {
        case .setGate, .freeGate: true
        default: false
        }
    }
}
