import Control
import Interlocks
import Language
import ProcessImage
import Quantities

/// A canal gate as it was read.
struct GateDraft {
    let label: Label
    /// What the site file says, or a schedule in its place.
    var goal: GateGoal?
    let raise: OutputIndex?
    let lower: OutputIndex?
    let position: PointIndex?
    let upstream: PointIndex?
    let downstream: PointIndex?
    let flow: PointIndex?
    let gate: UnderflowGate
    let flowMax: Flow
    let pool: CanalPool
    let manners: GateManners
    let ice: DateRange?
    let silt: DateRange?
    let siltWhen: PointIndex?
    let orders: GateBounds
    let top: PointIndex?
    let bottom: PointIndex?
    let torque: PointIndex?
    let stuckAfter: Duration
}

extension SiteReader {
    private static let gateKeys = [
        "name", "raise", "lower", "position", "keep", "at", "upstream", "downstream", "flow", "width", "opening-max", "coefficient",
        "flow-max", "pool", "deadband", "least-move", "rest", "moves", "fall", "ice", "silt", "silt-when", "orders", "top", "bottom",
        "torque", "stuck-after",
    ]

    func readGates() {
        var owners: [OutputIndex: String] = [:]
        for (tag, entry) in items("gates", atMost: Limits.gatesMax) {
            guard let fields = entry.fields(Self.gateKeys) else { continue }
            let gate = gate(label(tag, fields), fields)
            gates.append(gate)
            for (key, drive) in [("raise", gate.raise), ("lower", gate.lower)] {
                guard let drive else { continue }
                if let other = owners[drive] { refuseSharedDrive(fields[key] ?? entry, outputs[drive.offset].tag, other) }
                owners[drive] = tag
            }
        }
    }

    private func refuseSharedDrive(_ entry: Entry, _ output: String, _ gate: String) {
        entry.refuse(Phrase(zh: "输出 \(output) 已用于闸门 \(gate)。", en: "output \(output) is already a drive of gate \(gate)."),
                     Phrase(zh: "升、降各接一路输出，每座闸门用自己的。", en: "Up and down have an output each, and each gate its own."))
    }

    private func gate(_ label: Label, _ fields: Fields) -> GateDraft {
        let drive = Phrase(zh: "写上升、降两路输出（is: gate）。", en: "Name the outputs (is: gate) that drive it up and down.")
        let seen = Phrase(zh: "写上闸位测点，单位 m，0 为全关。", en: "Name the point that measures its opening in m, 0 when closed.")
        let above = Phrase(zh: "写上闸前水位测点，从闸底板算起。", en: "Name the level above the gate, measured over its sill.")
        let downstream = fields["downstream"].flatMap { measured($0, .length) }
        let (goal, leaf, flowMax) = (goal(fields), leaf(fields), flowMax(fields))
        return GateDraft(
            label: label, goal: goal, raise: fields.required("raise", drive).flatMap { output($0, .gate) },
            lower: fields.required("lower", drive).flatMap { output($0, .gate) },
            position: fields.required("position", seen).flatMap { measured($0, .length) },
            upstream: fields.required("upstream", above).flatMap { measured($0, .length) }, downstream: downstream,
            flow: fields["flow"].flatMap { measured($0, .flow) }, gate: leaf, flowMax: flowMax, pool: pool(fields),
            manners: manners(fields), ice: fields["ice"]?.season(), silt: fields["silt"]?.season(),
            siltWhen: fields["silt-when"].flatMap { contact($0) }, orders: orders(fields, goal, leaf, flowMax), top: fields["top"].flatMap { contact($0) },
            bottom: fields["bottom"].flatMap { contact($0) }, torque: fields["torque"].flatMap { contact($0) },
            stuckAfter: fields["stuck-after"]?.duration("5 s", "10 min", guess: "s") ?? .seconds(30))
    }

    /// What is kept, and at how much.
    private func goal(_ fields: Fields) -> GateGoal? {
        let what = Phrase(zh: "写明保持什么：keep: downstream（闸后水位）、upstream（闸前水位）或 flow（流量）。",
                          en: "Say what it keeps: keep: downstream, upstream (levels) or flow.")
        let much = Phrase(zh: "写上设定值，如 at: 1.20 m 或 at: 2.5 m3/s。", en: "Give the set-point, such as at: 1.20 m or at: 2.5 m3/s.")
        let keep = fields.required("keep", what)?.word(["downstream": 0, "upstream": 1, "flow": 2])
        guard let keep, let at = fields.required("at", much) else { return nil }
        if keep == 0, fields["downstream"] == nil {
            fields.owner.refuse(Phrase(zh: "要保持闸后水位，却没有写闸后水位测点。", en: "is to keep the level below it and names no point that measures it."),
                                Phrase(zh: "写上 downstream: 测点。", en: "Name it in downstream:."))
        }
        if keep == 2 { return at.quantity("0.01 m3/s", "500 m3/s", guess: "m3/s").map { .flow($0) } }
        let level: Length? = at.quantity("0.05 m", "20 m", guess: "m")
        return level.map { keep == 0 ? .downstream($0) : .upstream($0) }
    }

    private func leaf(_ fields: Fields) -> UnderflowGate {
        let wide = Phrase(zh: "写上闸孔净宽，如 width: 3 m。", en: "Give the clear width of the opening, such as width: 3 m.")
        let high = Phrase(zh: "写上最大开度，如 opening-max: 1.5 m。", en: "Give the largest opening, such as opening-max: 1.5 m.")
        return UnderflowGate(width: fields.required("width", wide)?.quantity("0.1 m", "50 m", guess: "m") ?? .meters(1),
                             coefficient: fields["coefficient"]?.number(0.3, 0.9) ?? 0.6,
                             most: fields.required("opening-max", high)?.quantity("0.05 m", "20 m", guess: "m") ?? .meters(1))
    }

    private func flowMax(_ fields: Fields) -> Flow {
        let due = Phrase(zh: "写上设计流量，如 flow-max: 6 m3/s。", en: "Give the design flow, such as flow-max: 6 m3/s.")
        return fields.required("flow-max", due)?.quantity("0.01 m3/s", "500 m3/s", guess: "m3/s") ?? .cubicMetersPerHour(3600)
    }

    private func pool(_ fields: Fields) -> CanalPool {
        let due = Phrase(zh: "写上渠段水面面积与滞后，如 pool: { area: 20000 m2, delay: 5 min }。",
                         en: "Describe the pool whose level it keeps, such as pool: { area: 20000 m2, delay: 5 min }.")
        let pool = fields.required("pool", due)?.fields(["area", "delay"])
        return CanalPool(area: pool?.required("area", due)?.quantity("10 m2", "10000 ha", guess: "m2") ?? .squareMeters(1),
                         delay: pool?.required("delay", due)?.duration("0 s", "6 h", guess: "min") ?? .zero)
    }

    private func manners(_ fields: Fields) -> GateManners {
        let usual = GateManners()
        let fall = fields["fall"]?.fields(["hour", "day"])
        let hour: Length = fall?["hour"]?.quantity("1 cm", "5 m", guess: "m") ?? usual.fallPerHour
        let day: Length = fall?["day"]?.quantity("1 cm", "20 m", guess: "m") ?? max(usual.fallPerDay, hour)
        if day < hour, let entry = fall?["day"] {
            entry.refuse(Phrase(zh: "一天只许降 \(plain(day.meters)) m，比一小时的 \(plain(hour.meters)) m 还少。",
                                en: "\(plain(day.meters)) m in a day is less than the \(plain(hour.meters)) m of an hour."),
                         Phrase(zh: "核对 hour 与 day。", en: "Check hour and day."))
        }
        return GateManners(deadband: fields["deadband"]?.quantity("0 cm", "50 cm", guess: "cm") ?? usual.deadband,
                           leastMove: fields["least-move"]?.quantity("2 mm", "50 cm", guess: "cm") ?? usual.leastMove,
                           rest: fields["rest"]?.duration("1 min", "6 h", guess: "min") ?? usual.rest,
                           movesPerDay: fields["moves"]?.integer(1...Limits.gateMovesMax) ?? usual.movesPerDay,
                           fallPerHour: hour, fallPerDay: day)
    }

    /// What people may order; what is not said is as usual.
    private func orders(_ fields: Fields, _ goal: GateGoal?, _ gate: UnderflowGate, _ flowMax: Flow) -> GateBounds {
        let usual = GateBounds.usual(goal ?? .flow(.zero), gate, flowMax)
        guard let given = fields["orders"]?.fields(["level", "flow", "opening"]) else { return usual }
        if usual.level == nil, goal != nil, let level = given["level"] {
            level.refuse(Phrase(zh: "这座闸门控制的是流量，不能定水位。", en: "this gate keeps a flow, so no level can be ordered."),
                         Phrase(zh: "删去 level，或改 keep。", en: "Remove level, or change keep."))
        }
        let most = "\(plain(flowMax.cubicMetersPerSecond)) m3/s"
        return GateBounds(level: given["level"].flatMap { span($0, "0.05 m", "20 m", guess: "m") } ?? usual.level,
                          flow: given["flow"].flatMap { span($0, "0 m3/s", most, guess: "m3/s") } ?? usual.flow,
                          opening: given["opening"].flatMap { span($0, "0 m", "\(plain(gate.most)) m", guess: "cm") } ?? usual.opening)
    }

    /// A range of a quantity, within bounds.
    private func span<Q: Quantity>(_ entry: Entry, _ low: String, _ high: String, guess: String) -> (least: Q, most: Q)? {
        guard let range = entry.measureRange(guess: guess) else { return nil }
        let (least, most) = (Measure(literal: low), Measure(literal: high))
        guard range.unit.dimension == Q.dimension, range.base.lowerBound >= least.base, range.base.upperBound <= most.base else {
            entry.refuse(Phrase(zh: "\(range.text) 超出范围 \(low) … \(high)。", en: "\(range.text) is outside \(low) … \(high)."),
                         Phrase(zh: "请写范围内的值。", en: "Write a range within this one."))
            return nil
        }
        return (least: Q(base: range.base.lowerBound), most: Q(base: range.base.upperBound))
    }

    // MARK: Plans

    func gatePlans(_ tables: SiteTables) -> [GatePlan] {
        gates.compactMap { gate in
            guard let goal = gate.goal, let raise = gate.raise, let lower = gate.lower,
                  let position: PointOf<Length> = gate.position.flatMap({ tables.quantity($0) }),
                  let upstream: PointOf<Length> = gate.upstream.flatMap({ tables.quantity($0) }) else { return nil }
            return GatePlan(goal: goal, raise: raise, lower: lower, position: position, upstream: upstream,
                            downstream: gate.downstream.flatMap { tables.quantity($0) }, flow: gate.flow.flatMap { tables.quantity($0) },
                            gate: gate.gate, flowMax: gate.flowMax, pool: gate.pool, manners: gate.manners,
                            locks: GateLocks(ice: gate.ice, silt: gate.silt, siltWhen: gate.siltWhen.flatMap { tables.digital($0) }),
                            orders: gate.orders, noOlderThan: max(.seconds(30), slowest(gate) * 3))
        }
    }

    func gateGuards(_ tables: SiteTables) -> [GateGuard] {
        gates.compactMap { gate in
            guard let raise = gate.raise, let lower = gate.lower,
                  let position: PointOf<Length> = gate.position.flatMap({ tables.quantity($0) }) else { return nil }
            return GateGuard(raise: raise, lower: lower, position: position, top: gate.top.flatMap { tables.digital($0) },
                             bottom: gate.bottom.flatMap { tables.digital($0) }, torque: gate.torque.flatMap { tables.digital($0) },
                             stuckAfter: gate.stuckAfter, noOlderThan: max(.seconds(10), slowest(gate) * 3))
        }
    }

    /// How often the slowest of what a gate sees is read.
    private func slowest(_ gate: GateDraft) -> Duration {
        [gate.position, gate.upstream, gate.downstream, gate.flow, gate.siltWhen, gate.top, gate.bottom, gate.torque]
            .compactMap { $0 }.map { interval(of: $0) }.max() ?? .zero
    }
}

extension Entry {
    /// Such as `12-01 .. 02-28`.
    fileprivate func season() -> DateRange? {
        guard let word = text() else { return nil }
        let ends = word.split(separator: " ")
        if ends.count == 3, ends[1] == "..", let first = MonthDay(text: String(ends[0])),
           let last = MonthDay(text: String(ends[2])) { return DateRange(from: first, to: last) }
        refuse(Phrase(zh: "“\(quoted(word))”不是一段日期。", en: "\"\(quoted(word))\" is not a stretch of the year."),
               Phrase(zh: "写成 12-01 .. 02-28（月-日，含首尾）。", en: "Write 12-01 .. 02-28 (month-day, both included)."))
        return nil
    }
}
