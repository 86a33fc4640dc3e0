import Field
import Language
import ProcessImage
import Quantities

/// A contact on a line of the board.
struct InputDraft {
    let tag: String
    let lineName: String
    let point: PointIndex
}

/// What measures the water of a source.
struct Meter {
    let flow: PointIndex
    let total: PointIndex?
    /// How often the flow is known anew.
    let every: Duration
    /// How often the meter itself reports; `nil`: not known. A contact tells each pulse.
    let reports: Duration?
    /// Of one pulse, if it has any.
    let step: Volume?

    /// The least flow it can tell from none, if that is known: two pulses a minute.
    var leastFlow: Flow? { step.map { Flow(base: $0.base * 120) } }
}

extension SiteReader {
    /// How often the guard tells the state of its lines at least; its points go stale after three times, bad after ten.
    static let lineInterval: Duration = .milliseconds(500)

    func readInputs() {
        for (tag, entry) in items("inputs", atMost: 256) {
            guard let fields = entry.fields(["line", "name", "signal", "range"]),
                  let line = fields.required("line", Phrase(zh: "写上板上的线。", en: "Name a line of the board.")) else { continue }
            if fields["signal"] != nil || fields["range"] != nil { addSignal(line, label: label(tag, fields), fields) }
            else { _ = addInput(line, label: label(tag, fields)) }
        }
    }

    private func addInput(_ entry: Entry, label: Label) -> PointIndex? {
        guard let line = claimLine(entry) else { return nil }
        if case .analogue(let whole) = line.direction {
            entry.refuse(Phrase(zh: "线 \(line.address.name) 是模拟输入。", en: "line \(line.address.name) is an analogue input."),
                         Phrase(zh: "在 inputs: 下写明量程，如 { line: \(line.address.name), signal: \(whole.text), range: 0 .. 3 m }。",
                                en: "Say under inputs: what it measures, such as { line: \(line.address.name), signal: \(whole.text), range: 0 .. 3 m }."))
            return nil
        }
        guard case .input(let debounce) = line.direction else {
            entry.refuse(Phrase(zh: "线 \(line.address.name) 不是输入线。", en: "line \(line.address.name) is not an input."),
                         Phrase(zh: "换一条输入线：\(inputNames)。", en: "Use an input line: \(inputNames)."))
            return nil
        }
        let point = addPoint(label.tag, name: label.name, unit: .one, every: SiteReader.lineInterval, isDigital: true)
        inputs.append(InputDraft(tag: label.tag, lineName: line.address.name, point: point))
        if line.bridge == nil {
            inputLines.append(InputLine(address: line.address, pull: line.pull, use: .level(point, debounce: debounce)))
        } else {
            addBridgeInput(line, .level(point, activeLow: line.address.activeLow))
        }
        return point
    }

    /// An analogue input of a bridge: a part of the signal stands for a range of the point's unit.
    private func addSignal(_ entry: Entry, label: Label, _ fields: Fields) {
        guard let line = claimLine(entry) else { return }
        guard case .analogue(let whole) = line.direction else {
            let names = lineNames { if case .analogue = $0 { true } else { false } }
            entry.refuse(Phrase(zh: "线 \(line.address.name) 不是模拟输入；signal 与 range 只用于模拟输入。",
                                en: "line \(line.address.name) is no analogue input; signal and range belong to one."),
                         choices(names, insteadOf: line.address.name, zh: "模拟输入", en: "analogue inputs"))
            return
        }
        let due = Phrase(zh: "写上信号两端对应的值，如 range: 0 .. 3 m。", en: "Give the values at both ends of the signal, such as range: 0 .. 3 m.")
        guard let range = fields.required("range", due)?.measureRange(guess: "m"),
              let signal = signal(fields["signal"], within: whole) else { return }
        let span = range.high - range.low
        let point = addPoint(label.tag, name: label.name, unit: range.unit, decimals: span > 200 ? 0 : span > 20 ? 1 : 2,
                             every: BridgeInput.signalEvery)
        addBridgeInput(line, .signal(point, SignalScale(signal: signal, values: range.low...range.high)))
    }

    /// The signal as parts of the converter's full scale.
    private func signal(_ entry: Entry?, within whole: MeasureRange) -> ClosedRange<Double>? {
        guard let entry else { return 0...1 }
        guard let given = entry.measureRange(guess: whole.unit.symbol) else { return nil }
        let (base, full) = (given.base, whole.base)
        guard given.unit.dimension == whole.unit.dimension, base.lowerBound >= full.lowerBound,
              base.upperBound <= full.upperBound else {
            entry.refuse(Phrase(zh: "\(given.text) 超出该输入的 \(whole.text)。", en: "\(given.text) is not within the \(whole.text) of this input."),
                         Phrase(zh: "换一路输入，或核对变送器的输出。", en: "Use another input, or look at what the transmitter gives."))
            return nil
        }
        let span = full.upperBound - full.lowerBound
        return (base.lowerBound - full.lowerBound) / span...(base.upperBound - full.lowerBound) / span
    }

    private var inputNames: String {
        lineNames { if case .input = $0 { true } else { false } }.joined(separator: ", ")
    }

    /// An on/off point: an input by tag or line, a line not yet in use (which becomes an input under the line's name),
    /// or an on/off point of a device.
    func contact(_ entry: Entry) -> PointIndex? {
        guard let name = entry.text() else { return nil }
        if let input = inputs.first(where: { $0.tag == name || $0.lineName == name }) { return input.point }
        if board?.line(name) != nil { return addInput(entry, label: Label(tag: name)) }
        guard let index = pointByTag[name] else {
            if board == nil { return nil }
            return refuseContact(entry, name)
        }
        if points[index.offset].isDigital { return index }
        entry.refuse(Phrase(zh: "\(name) 不是开关量。", en: "\(name) is not on or off."),
                     Phrase(zh: "换一个开关量测点或输入线。", en: "Use a contact, or an on/off point."))
        return nil
    }

    private func refuseContact(_ entry: Entry, _ name: String) -> PointIndex? {
        let lines = lineNames { if case .input = $0 { true } else { false } }
        entry.refuse(Phrase(zh: "没有输入 \(quoted(name))。", en: "\(quoted(name)) is no input of this site."),
                     choices(inputs.map(\.tag) + lines, insteadOf: name, zh: "输入", en: "inputs"))
        return nil
    }

    /// The emergency stop is a line of the board, so that the guard sees it without the controller.
    func readEmergencyStop() {
        guard let entry = fields["emergency-stop"] else {
            fields.owner.notice(Phrase(zh: "没有急停。", en: "there is no emergency stop."),
                                Phrase(zh: "有水泵的站点建议接急停并写 emergency-stop: 线名。",
                                       en: "Wire one and write emergency-stop: LINE."))
            return
        }
        if case .word("none") = entry.value { return }
        guard let point = contact(entry) else { return }
        if isOnBridge(point) {
            entry.refuse(Phrase(zh: "急停接在安全桥上，控制器死机时输出守护看不到它。", en: "an emergency stop on a safety bridge is not seen by the guard when the controller dies."),
                         Phrase(zh: "接到板自己的输入线上，线圈回路里的急停触点照旧。", en: "Wire it to an input line of the board itself; its contact in the coils' circuit stays as it is."))
            return
        }
        guard let index = inputLines.firstIndex(where: { $0.use.point == point }) else {
            entry.refuse(Phrase(zh: "急停必须直接接在板的输入线上。", en: "an emergency stop must be wired to an input line of the board."),
                         Phrase(zh: "写上输入线的名字。", en: "Name an input line."))
            return
        }
        let line = inputLines[index]
        inputLines[index] = InputLine(address: line.address, pull: line.pull, use: line.use, isEmergencyStop: true)
        emergencyStop = point
    }
}

extension InputLine.Use {
    fileprivate var point: PointIndex {
        switch self {
        case .level(let point, _): point
        case .pulses(let total, _, _, _, _): total
        }
    }
}

extension SiteReader {
    func readMeters() {
        for (tag, entry) in items("meters", atMost: 64) {
            guard let fields = entry.fields(["pulses", "each", "flow", "total", "reports", "name"]) else { continue }
            if fields["pulses"] != nil { meters[tag] = pulseMeter(label(tag, fields), fields) }
            else if let flow = fields["flow"] { meters[tag] = deviceMeter(flow, fields) }
            else {
                entry.refuse(Phrase(zh: "要写明水表从哪里来。", en: "does not say where it is read."),
                             Phrase(zh: "脉冲表写 pulses: 线名 与 each: 10 L；总线表写 flow: 设备.测点。",
                                    en: "Write pulses: LINE and each: 10 L, or flow: DEVICE.POINT."))
            }
        }
    }

    private func pulseMeter(_ label: Label, _ fields: Fields) -> Meter? {
        let due = Phrase(zh: "写上每个脉冲的水量，如 each: 10 L。", en: "Give the volume of one pulse, such as each: 10 L.")
        let each: Volume = fields.required("each", due)?.quantity("0.001 L", "100 m3", guess: "L") ?? .liters(10)
        guard let entry = fields["pulses"], let line = claimLine(entry) else { return nil }
        guard case .count(let edge, let debounce) = line.direction else {
            let names = lineNames { if case .count = $0 { true } else { false } }
            entry.refuse(Phrase(zh: "线 \(line.address.name) 不能计脉冲。", en: "line \(line.address.name) cannot count pulses."),
                         choices(names, insteadOf: line.address.name, zh: "计数线", en: "counting lines"))
            return nil
        }
        let (flow, total) = addMeterPoints(label, each)
        if line.bridge == nil {
            inputLines.append(InputLine(address: line.address, pull: line.pull,
                                        use: .pulses(total: total, rate: flow, edge: edge, each: each, debounce: debounce)))
        } else {
            addBridgeInput(line, .pulses(total: total, rate: flow, each: each))
        }
        return Meter(flow: flow, total: total, every: SiteReader.lineInterval, reports: reports(fields) ?? SiteReader.lineInterval,
                     step: each)
    }

    /// The total shows every pulse; what is dosed by the millilitre is shown in litres.
    private func addMeterPoints(_ label: Label, _ each: Volume) -> (flow: PointIndex, total: PointIndex) {
        let isFine = each < .liters(1)
        let flow = addPoint("\(label.tag).flow", name: Phrase(zh: label.name.zh + " 流量", en: label.name.en + " flow"),
                            unit: isFine ? .litersPerHour : .cubicMetersPerHour, decimals: 1, every: SiteReader.lineInterval)
        let total = addPoint("\(label.tag).total", name: Phrase(zh: label.name.zh + " 累计", en: label.name.en + " total"),
                             unit: isFine ? .liters : .cubicMeters, decimals: max(2, digits(of: isFine ? each.liters : each.cubicMeters)),
                             every: SiteReader.lineInterval, isCounter: true)
        return (flow, total)
    }

    /// A meter on a bus: its points are the device's own.
    private func deviceMeter(_ flow: Entry, _ fields: Fields) -> Meter? {
        guard let flowPoint = point(flow), measures(flow, flowPoint, .flow) else { return nil }
        var total: PointIndex?
        if let entry = fields["total"], let found = point(entry), measures(entry, found, .volume) { total = found }
        return Meter(flow: flowPoint, total: total, every: interval(of: flowPoint), reports: reports(fields), step: nil)
    }

    private func reports(_ fields: Fields) -> Duration? { fields["reports"]?.duration("1 s", "1 h", guess: "min") }

    func interval(of point: PointIndex) -> Duration {
        for device in devices {
            if let register = device.points.first(where: { $0.point == point }) { return register.every }
        }
        return SiteReader.lineInterval
    }

    /// A point that measures this.
    func measured(_ entry: Entry, _ dimension: Dimension) -> PointIndex? {
        point(entry).flatMap { measures(entry, $0, dimension) ? $0 : nil }
    }

    func measures(_ entry: Entry, _ point: PointIndex, _ dimension: Dimension) -> Bool {
        let unit = points[point.offset].unit
        if unit.dimension == dimension { return true }
        entry.refuse(Phrase(zh: "\(points[point.offset].tag) 的单位是 \(unit.symbol)，这里要的不是这种量。",
                            en: "\(points[point.offset].tag) is measured in \(unit.symbol), which is not what is due here."),
                     Phrase(zh: "换一个测点。", en: "Use another point."))
        return false
    }
}
