import Control
import Language
import ProcessImage
import Quantities

/// A feed line as it was read.
struct FeedLineDraft {
    struct Air {
        let pressure: PointIndex
        let still: Pressure
        let low: Pressure
        let blocked: Pressure
        let temperature: PointIndex?
        let hottest: Temperature
    }

    let label: Label
    let entry: Entry
    let plan: FeedLinePlan
    let blower: OutputIndex?
    let doser: OutputIndex?
    let spreader: OutputIndex?
    /// Of each outlet, in order; none: one cage.
    let outlets: [(drive: OutputIndex, mark: PointIndex)]
    let air: Air?
    let rate: MassRate
    let hopper: PointIndex?
    let silo: Int?
    /// `nil`: twenty seconds of the doser.
    let quantum: Mass?
}

extension SiteReader {
    private static let lineKeys = [
        "name", "blower", "doser", "spreader", "selector", "air", "silo", "rate", "hopper", "quantum", "select-within", "air-within",
        "air-steady", "air-lost-after", "purge", "purge-at-most", "push", "push-rest", "pushes", "still-within",
    ]
    /// What must be seen in the same second is polled at least this often.
    private static let promptly: Duration = .milliseconds(1500)

    func readFeedLines() {
        for (tag, entry) in items("feed-lines", atMost: Limits.feedLinesMax) {
            guard let fields = entry.fields(Self.lineKeys) else { continue }
            feedLines.append(feedLine(label(tag, fields), entry, fields))
        }
    }

    private func feedLine(_ label: Label, _ entry: Entry, _ fields: Fields) -> FeedLineDraft {
        let doserDue = Phrase(zh: "写上下料的输出（is: feeder），如 doser: DS-1。", en: "Name the output that doses (is: feeder), such as doser: DS-1.")
        let doser = fields.required("doser", doserDue).flatMap { own($0, .feeder, label) }
        let blower = fields["blower"].flatMap { own($0, .blower, label) }
        let spreader = fields["spreader"].flatMap { own($0, .spreader, label) }
        let (selector, outlets) = fields["selector"].map { self.selector($0, label) } ?? (.none, [])
        let air = air(fields)
        if fields["selector"] != nil, fields["blower"] == nil {
            fields.owner.refuse(Phrase(zh: "有分配器却没有风机。", en: "has a selector but no blower."),
                                Phrase(zh: "写上 blower；挂机式投饵机不写 selector。", en: "Name its blower; a feeder that hangs over its cage has no selector."))
        }
        let silo = fields["silo"].flatMap { self.silo($0) }
        return FeedLineDraft(
            label: label, entry: entry, plan: linePlan(fields, selector, max(outlets.count, 1)), blower: blower, doser: doser,
            spreader: spreader, outlets: outlets, air: air, rate: rate(fields, silo), hopper: fields["hopper"].flatMap { weighing($0) },
            silo: silo, quantum: fields["quantum"]?.quantity("10 g", "50 kg", guess: "kg"))
    }

    /// An output that serves this line and nothing else.
    private func own(_ entry: Entry, _ kind: OutputKind, _ line: Label) -> OutputIndex? {
        guard let output = output(entry, kind) else { return nil }
        if let other = feedOutputs[output] {
            entry.refuse(Phrase(zh: "输出 \(outputs[output.offset].tag) 已用于输料线 \(other)。", en: "output \(outputs[output.offset].tag) already serves feed line \(other)."),
                         Phrase(zh: "每条线用自己的输出。", en: "Each line has outputs of its own."))
        }
        feedOutputs[output] = line.tag
        return output
    }

    private func weighing(_ entry: Entry) -> PointIndex? { point(entry).flatMap { measures(entry, $0, .mass) ? $0 : nil } }

    private func silo(_ entry: Entry) -> Int? {
        guard let tag = entry.text() else { return nil }
        if let number = silos.firstIndex(where: { $0.label.tag == tag }) { return number }
        entry.refuse(Phrase(zh: "没有料仓 \(quoted(tag))。", en: "\(quoted(tag)) is not a silo of this site."),
                     choices(silos.map(\.label.tag), insteadOf: tag, zh: "料仓", en: "silos"))
        return nil
    }

    // MARK: The selector

    private func selector(_ entry: Entry, _ line: Label) -> (FeedLinePlan.Selector, [(drive: OutputIndex, mark: PointIndex)]) {
        let due = Phrase(zh: "写成 selector: { turns: SL-1, marks: [PX-1, PX-2] }，或 { valves: [FV-1, FV-2], marks: [PX-1, PX-2] }。",
                         en: "Write selector: { turns: SL-1, marks: [PX-1, PX-2] } or { valves: [FV-1, FV-2], marks: [PX-1, PX-2] }.")
        guard let fields = entry.fields(["turns", "valves", "marks"]), let places = fields.required("marks", due)?.list() else {
            return (.rotary, [])
        }
        let marks = places.map { mark($0) }
        var drives: [OutputIndex?]
        let kind: FeedLinePlan.Selector
        switch (fields["turns"], fields["valves"]) {
        case (let turns?, nil):
            kind = .rotary
            drives = Array(repeating: own(turns, .selector, line), count: marks.count)
        case (nil, let valves?):
            kind = .valves
            drives = (valves.list() ?? []).map { own($0, .valve, line) }
        default:
            entry.refuse(Phrase(zh: "turns（旋转分配器）与 valves（每路一个阀）要写其中一个。", en: "is either one that turns or a valve for each outlet."), due)
            return (.rotary, [])
        }
        if drives.count != marks.count || marks.isEmpty || marks.count > Limits.outletsMax {
            entry.refuse(Phrase(zh: "有 \(drives.count) 路阀、\(marks.count) 个位置信号。", en: "has \(drives.count) valves and \(marks.count) marks."),
                         Phrase(zh: "每路一个位置信号，最多 \(Limits.outletsMax) 路。", en: "Each outlet has a mark of its own; at most \(Limits.outletsMax) are possible."))
            drives = []
        }
        return (kind, zip(drives, marks).compactMap { drive, mark in drive.flatMap { drive in mark.map { (drive: drive, mark: $0) } } })
    }

    /// A switch that says that the selector stands at an outlet.
    private func mark(_ entry: Entry) -> PointIndex? {
        guard let point = contact(entry) else { return nil }
        refuseSlow(entry, point)
        return point
    }

    private func refuseSlow(_ entry: Entry, _ point: PointIndex) {
        guard interval(of: point) > Self.promptly else { return }
        entry.refuse(Phrase(zh: "\(points[point.offset].tag) 每 \(Phrase(interval(of: point)).zh) 才读一次，太慢。", en: "\(points[point.offset].tag) is read every \(Phrase(interval(of: point)).en): too slow to steer by."),
                     Phrase(zh: "把设备的 every 改为 1 s。", en: "Set every: 1 s of its device."))
    }

    // MARK: Air

    private func air(_ fields: Fields) -> FeedLineDraft.Air? {
        let due = Phrase(zh: "写上风压，如 air: { pressure: air-1.value, still: 1 kPa, low: 8 kPa, blocked: 30 kPa }。没有风压就不能证明有风，也就不能下料。",
                         en: "Give the pressure behind it, such as air: { pressure: air-1.value, still: 1 kPa, low: 8 kPa, blocked: 30 kPa }. Without it air is never proven, and nothing is dosed.")
        guard fields["blower"] != nil else { return nil }
        let keys = ["pressure", "still", "low", "blocked", "temperature", "hottest"]
        guard let entry = fields.required("air", due), let air = entry.fields(keys), let pressureEntry = air.required("pressure", due),
              let point = point(pressureEntry), measures(pressureEntry, point, .pressure) else { return nil }
        refuseSlow(pressureEntry, point)
        func pressure(_ key: String) -> Pressure? { air.required(key, due)?.quantity("0.01 kPa", "500 kPa", guess: "kPa") }
        guard let still = pressure("still"), let low = pressure("low"), let blocked = pressure("blocked") else { return nil }
        guard still < low, low < blocked else {
            entry.refuse(Phrase(zh: "风压的次序不对。", en: "the pressures are not in order."),
                         Phrase(zh: "应满足 still < low < blocked；blocked 一般为干净管路风压的 1.6 倍。", en: "They keep still < low < blocked; blocked is usually 1.6 times that of the clean pipe."))
            return nil
        }
        let temperature = air["temperature"].flatMap { entry in self.point(entry).flatMap { measures(entry, $0, .temperature) ? $0 : nil } }
        return FeedLineDraft.Air(pressure: point, still: still, low: low, blocked: blocked, temperature: temperature,
                                 hottest: air["hottest"]?.quantity("20 degC", "90 degC", guess: "degC") ?? .celsius(50))
    }

    // MARK: What the doser gives

    /// One rate, or one for each feed: `{ floating-5: 25 g/s, sinking-7: 28 g/s }`.
    private func rate(_ fields: Fields, _ silo: Int?) -> MassRate {
        let due = Phrase(zh: "写上实测下料速度，如 rate: 25 g/s（接一分钟称重）。", en: "Give what it was measured to dose, such as rate: 25 g/s: catch a minute of it and weigh it.")
        guard let entry = fields.required("rate", due) else { return .gramsPerSecond(1) }
        guard case .map(let pairs) = entry.value, !pairs.contains(where: { $0.key == "turn" }) else {
            return rate(entry) ?? .gramsPerSecond(1)
        }
        var found: [Int: MassRate] = [:]
        for (tag, one) in pairs {
            if let feed = feed(one.replacing(tag)), let rate = rate(one) { found[feed] = rate }
        }
        guard let silo, let feed = silos[silo].feed else {
            entry.refuse(Phrase(zh: "按饲料写了下料速度，却不知道用哪种饲料。", en: "has a rate for each feed, but nobody says which feed it gets."),
                         Phrase(zh: "在 silos 里写 feed，并给这条线写 silo。", en: "Give the line its silo, and the silo its feed."))
            return .gramsPerSecond(1)
        }
        if let rate = found[feed] { return rate }
        entry.refuse(Phrase(zh: "料仓里是 \(feeds[feed].label.tag)，没有它的下料速度。", en: "the silo holds \(feeds[feed].label.tag), which has no rate here."),
                     Phrase(zh: "换料后接一分钟称重，写上它的速度。", en: "Catch a minute of it, weigh it, and write its rate."))
        return .gramsPerSecond(1)
    }

    /// `25 g/s`, or what a turn gives: `{ turn: 12 g, speed: 20 rpm }`.
    private func rate(_ entry: Entry) -> MassRate? {
        guard case .map = entry.value else { return entry.quantity("0.1 g/s", "20 kg/min", guess: "g/s") }
        let due = Phrase(zh: "写成 { turn: 12 g, speed: 20 rpm }。", en: "Write { turn: 12 g, speed: 20 rpm }.")
        guard let fields = entry.fields(["turn", "speed"]),
              let turn: Mass = fields.required("turn", due)?.quantity("0.1 g", "10 kg", guess: "g"),
              let speed = fields.required("speed", due)?.base("0.1 rpm", "3000 rpm", guess: "rpm") else { return nil }
        return .kilogramsPerMinute(turn.kilograms * speed)
    }

    // MARK: Times

    private func linePlan(_ fields: Fields, _ selector: FeedLinePlan.Selector, _ outlets: Int) -> FeedLinePlan {
        let usual = FeedLinePlan(selector: .none, outlets: 1)
        func time(_ key: String, _ low: String, _ high: String, _ usual: Duration) -> Duration {
            fields[key]?.duration(low, high, guess: "s") ?? usual
        }
        var steady = time("air-steady", "0 s", "30 s", usual.airSteady)
        let within = time("air-within", "1 s", "2 min", usual.airWithin)
        if steady >= within {
            (fields["air-steady"] ?? fields["air-within"])?.refuse(Phrase(zh: "air-steady 要短于 air-within。", en: "air-steady must be shorter than air-within."),
                                                                   Phrase(zh: "一般为 3 s 与 10 s。", en: "Usual are 3 s and 10 s."))
            steady = .zero
        }
        let purge = time("purge", "5 s", "10 min", usual.purge)
        var most = time("purge-at-most", "10 s", "1 h", max(usual.purgeAtMost, purge * 3))
        if most <= purge {
            fields["purge-at-most"]?.refuse(Phrase(zh: "要长于 purge。", en: "must be longer than purge."), Phrase(zh: "一般为它的三倍。", en: "Usual is three times as long."))
            most = purge * 3
        }
        return FeedLinePlan(
            selector: selector, outlets: outlets, hasBlower: fields["blower"] != nil || selector != .none,
            selectWithin: time("select-within", "1 s", "3 min", usual.selectWithin), airWithin: within, airSteady: steady,
            airLostAfter: time("air-lost-after", "1 s", "1 min", usual.airLostAfter), purge: purge, purgeAtMost: most,
            pushAtMost: time("push", "1 s", "2 min", usual.pushAtMost), pushRest: time("push-rest", "1 s", "10 min", usual.pushRest),
            pushes: fields["pushes"]?.integer(1...20) ?? usual.pushes, stillWithin: time("still-within", "1 s", "5 min", usual.stillWithin))
    }
}
