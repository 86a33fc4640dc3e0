import Control
import Language
import ProcessImage
import Quantities

/// A dosing channel as it was read.
struct ChannelDraft {
    let label: Label
    let entry: Entry
    let unit: DosingUnitIndex
    let tank: TankIndex?
    let output: OutputIndex?
    let drive: ChannelDrive
    let rate: ChannelRate
    let meter: PointIndex?
    let leak: Volume
    let ceilings: DoseCeilings
}

extension SiteReader {
    private static let channelKeys = ["name", "tank", "output", "gives", "speed", "least", "cycle", "least-on", "least-off", "stroke",
                                      "on", "off", "meter", "leak", "at-most"]

    func readChannels(_ unit: Fields, _ index: DosingUnitIndex) {
        let due = Phrase(zh: "写上每条施肥通道，如 channels: { A: { tank: T-A, output: D-A, gives: 300 L/h, at-most: { per-m3: 12 L, per-day: 300 L } } }。",
                         en: "Describe each channel, such as channels: { A: { tank: T-A, output: D-A, gives: 300 L/h, at-most: { per-m3: 12 L, per-day: 300 L } } }.")
        guard let entry = unit.required("channels", due) else { return }
        let items = entry.tagged().filter { claim(tag: $0.tag, at: $0.entry) }
        if items.count > Limits.channelsPerUnitMax {
            entry.refuse(Phrase(zh: "有 \(items.count) 条施肥通道，一台水肥机最多 \(Limits.channelsPerUnitMax) 条。", en: "has \(items.count) channels; at most \(Limits.channelsPerUnitMax) are possible."),
                         Phrase(zh: "请减少。", en: "Leave some out."))
        }
        for (tag, entry) in items.prefix(Limits.channelsPerUnitMax) {
            guard let fields = entry.fields(Self.channelKeys) else { continue }
            channels.append(channel(label(tag, fields), entry, fields, index))
        }
    }

    private func channel(_ label: Label, _ entry: Entry, _ fields: Fields, _ unit: DosingUnitIndex) -> ChannelDraft {
        let outputDue = Phrase(zh: "写上驱动它的输出（is: doser）。", en: "Name the output (is: doser) that drives it.")
        let output = fields.required("output", outputDue).flatMap { self.output($0, .doser) }
        if let output, let other = channels.first(where: { $0.output == output }) {
            fields["output"]?.refuse(Phrase(zh: "输出 \(outputs[output.offset].tag) 已属于施肥通道 \(other.label.tag)（第 \(other.entry.line) 行）。",
                                            en: "output \(outputs[output.offset].tag) already drives channel \(other.label.tag) (line \(other.entry.line))."),
                                     Phrase(zh: "一条施肥通道一路输出。", en: "Give each channel an output of its own."))
        }
        let tank = fields.required("tank", Phrase(zh: "写上母液桶。", en: "Name its stock tank.")).flatMap { self.tank($0) }
        let (drive, rate) = drive(entry, fields, output)
        let meter = fields["meter"].flatMap { dosingMeter($0) }
        if fields["leak"] != nil, fields["meter"] == nil {
            fields["leak"]?.refuse(Phrase(zh: "没有计量表，漏肥无从知道。", en: "without a meter nobody sees a leak."), Phrase(zh: "写上 meter，或删去 leak。", en: "Name its meter, or remove leak."))
        }
        let leak: Volume = fields["leak"]?.quantity("1 mL", "10 L", guess: "mL") ?? max((meter?.step ?? .zero) * 10, .liters(0.05))
        return ChannelDraft(label: label, entry: entry, unit: unit, tank: tank, output: output, drive: drive, rate: rate,
                            meter: meter?.total, leak: leak, ceilings: ceilings(fields, tank))
    }

    private func tank(_ entry: Entry) -> TankIndex? {
        guard let tag = entry.text() else { return nil }
        if let index = tanks.firstIndex(where: { $0.label.tag == tag }) { return TankIndex(index) }
        entry.refuse(Phrase(zh: "没有母液桶 \(quoted(tag))。", en: "\(quoted(tag)) is not a stock tank of this site."),
                     choices(tanks.map(\.label.tag), insteadOf: tag, zh: "母液桶", en: "tanks"))
        return nil
    }

    /// A channel of one unit by its tag.
    func channel(_ tag: String, _ entry: Entry, of unit: DosingUnitIndex?) -> ChannelIndex? {
        let index = channels.firstIndex { $0.label.tag == tag && (unit == nil || $0.unit == unit) }
        if let index { return ChannelIndex(index) }
        let known = channels.filter { unit == nil || $0.unit == unit }.map(\.label.tag)
        entry.refuse(Phrase(zh: "没有施肥通道 \(quoted(tag))。", en: "\(quoted(tag)) is not a channel here."),
                     choices(known, insteadOf: tag, zh: "施肥通道", en: "channels"))
        return nil
    }

    // MARK: How it is moved

    private func drive(_ entry: Entry, _ fields: Fields, _ output: OutputIndex?) -> (ChannelDrive, ChannelRate) {
        switch (fields["gives"], fields["stroke"]) {
        case (let gives?, nil):
            for key in ["on", "off"] { fields[key]?.refuseForeign("stroke") }
            let flow: Flow = gives.quantity("0.01 L/h", "100 m3/h", guess: "L/h") ?? .litersPerHour(100)
            guard let speed = fields["speed"] else {
                fields["least"]?.refuseForeign("speed")
                return (duty(fields), .flow(flow))
            }
            for key in ["least-on", "least-off"] {
                fields[key]?.refuse(Phrase(zh: "变频泵没有这一项。", en: "a pump on a drive has no such time."), Phrase(zh: "删去它。", en: "Remove it."))
            }
            return (byDrive(speed, fields, output) ?? duty(fields), .flow(flow))
        case (nil, let stroke?):
            for key in ["speed", "least", "cycle", "least-on", "least-off"] { fields[key]?.refuseForeign("gives") }
            let volume: Volume = stroke.quantity("0.01 mL", "1 L", guess: "mL") ?? .liters(0.001)
            return (strokes(fields, output), .stroke(volume))
        default:
            entry.refuse(Phrase(zh: "动作时给多少，gives 与 stroke 写一个。", en: "what it gives when it is moved is told by one of gives and stroke."),
                         Phrase(zh: "阀或开停泵写 gives: 300 L/h；计量泵写每冲程 stroke: 1.2 mL。没有标定过就写铭牌值，再 tidegate calibrate channel。",
                                en: "A valve, or a pump that is on or off: gives: 300 L/h. A metering pump: stroke: 1.2 mL. Take the nameplate's, then: tidegate calibrate channel."))
            return (duty(fields), .flow(.litersPerHour(100)))
        }
    }

    /// The pump's drive has a set-point that belongs to the same output, and begins at 0: what is off stands.
    private func byDrive(_ entry: Entry, _ fields: Fields, _ output: OutputIndex?) -> ChannelDrive? {
        let least = fields["least"]?.fraction("5 %", "100 %") ?? .percent(20)
        let cycle = fields["cycle"]?.duration("5 s", "60 s", guess: "s") ?? .seconds(10)
        guard let tag = entry.text() else { return nil }
        let own = setpoints.enumerated().filter { _, setpoint in
            output != nil && setpoint.definition.output == output && setpoint.definition.kind != .opening
        }
        guard let found = own.first(where: { $0.element.definition.tag == tag }) else {
            entry.refuse(Phrase(zh: "\(quoted(tag)) 不是这路输出的转速给定。", en: "\(quoted(tag)) does not set the speed of this channel's output."),
                         own.isEmpty ? Phrase(zh: "在 outputs 里加一项 is: speed（或 rate）、of: 这路输出。", en: "Add an item with is: speed (or rate) and of: this output to outputs.")
                             : choices(own.map(\.element.definition.tag), insteadOf: tag, zh: "给定", en: "set-points"))
            return nil
        }
        guard found.element.definition.range.lowerBound >= 0 else {
            entry.refuse(Phrase(zh: "\(tag) 的范围不从 0 起。", en: "the range of \(tag) does not begin at 0."),
                         Phrase(zh: "把范围写成 0 .. 最大。", en: "Write it from 0 to the greatest."))
            return nil
        }
        return .speed(SetpointShare(SetpointIndex(found.offset), found.element.definition), least: least, cycle: cycle)
    }

    private func duty(_ fields: Fields) -> ChannelDrive {
        let cycle = fields["cycle"]?.duration("1 s", "60 s", guess: "s") ?? .seconds(5)
        let on = fields["least-on"]?.duration("0 ms", "10 s", guess: "ms") ?? .milliseconds(300)
        let off = fields["least-off"]?.duration("0 ms", "10 s", guess: "ms") ?? .milliseconds(300)
        guard on + off > cycle else { return .duty(cycle: cycle, leastOn: on, leastOff: off) }
        let entry = fields["cycle"] ?? fields["least-on"] ?? fields.owner
        entry.refuse(Phrase(zh: "最短开、关合计 \((on + off).text)，超过一个周期 \(cycle.text)。", en: "least times of \((on + off).text) together are longer than the cycle of \(cycle.text)."),
                     Phrase(zh: "加长 cycle，或缩短 least-on、least-off。", en: "Make cycle longer, or least-on and least-off shorter."))
        return .duty(cycle: .seconds(5), leastOn: .milliseconds(300), leastOff: .milliseconds(300))
    }

    /// The scan moves the contact, so nothing is shorter than a scan; a relay on a bus answers too late for strokes.
    private func strokes(_ fields: Fields, _ output: OutputIndex?) -> ChannelDrive {
        let on = fields["on"]?.duration("20 ms", "10 s", guess: "ms") ?? max(.milliseconds(200), period)
        let off = fields["off"]?.duration("20 ms", "60 s", guess: "ms") ?? max(.milliseconds(300), period)
        for (key, time) in [("on", on), ("off", off)] where time < period {
            (fields[key] ?? fields.owner).refuse(
                Phrase(zh: "\(time.text) 短于一次扫描 \(period.text)，脉冲会丢。", en: "\(time.text) is shorter than a scan of \(period.text): strokes would be lost."),
                Phrase(zh: "写长一些，或缩短顶层的 scan。", en: "Make it longer, or shorten scan at the top."))
        }
        if let output, case .device = outputs[output.offset].place {
            fields["output"]?.refuse(Phrase(zh: "\(outputs[output.offset].tag) 在总线继电器上，脉冲跟不上也数不准。", en: "\(outputs[output.offset].tag) is a relay on a bus, too slow and too loose for strokes."),
                                     Phrase(zh: "接到板的输出线或安全桥上。", en: "Wire it to a line of the board or of a safety bridge."))
        }
        return .pulses(on: on, off: off)
    }

    /// A meter of the site by its tag, or a running total of a device.
    private func dosingMeter(_ entry: Entry) -> (total: PointIndex, step: Volume)? {
        if case .word(let tag) = entry.value, let meter = meters[tag], let total = meter.total {
            return (total, meter.step ?? .zero)
        }
        guard let point = point(entry), measures(entry, point, .volume) else { return nil }
        guard points[point.offset].isCounter else {
            entry.refuse(Phrase(zh: "\(points[point.offset].tag) 不是累计量。", en: "\(points[point.offset].tag) is no running total."),
                         Phrase(zh: "写肥液表的标识，或它的累计测点。", en: "Name the stock's meter, or its running total."))
            return nil
        }
        return (point, .zero)
    }

    // MARK: Ceilings

    private func ceilings(_ fields: Fields, _ tank: TankIndex?) -> DoseCeilings {
        let due = Phrase(zh: "写上用量上限，如 at-most: { per-m3: 12 L, per-run: 60 L, per-day: 300 L }。探头失灵、程序写错时靠它兜底。",
                         en: "Give its ceilings, such as at-most: { per-m3: 12 L, per-run: 60 L, per-day: 300 L }. They hold when a probe fails or a program is wrong.")
        guard let entry = fields.required("at-most", due),
              let own = entry.fields(["per-m3", "per-run", "per-hour", "per-day"]) else { return .none }
        let inWater: Volume? = own.required("per-m3", due)?.quantity("0.01 mL", "200 L", guess: "L")
        let perDay: Volume? = own.required("per-day", due)?.quantity("1 mL", "100 m3", guess: "L")
        let reaction = tank.map { tanks[$0.offset].reaction }
        let perHour: Volume? = reaction == .acid || reaction == .base
            ? own.required("per-hour", Phrase(zh: "酸、碱还要写每小时上限，如 per-hour: 5 L。", en: "Acid and alkali have a ceiling for an hour too, such as per-hour: 5 L."))?
                .quantity("1 mL", "100 m3", guess: "L")
            : own["per-hour"]?.quantity("1 mL", "100 m3", guess: "L")
        let perRun: Volume? = own["per-run"]?.quantity("1 mL", "100 m3", guess: "L")
        if let perDay, let more = [perRun, perHour].compactMap(\.self).max(), more > perDay {
            own["per-day"]?.refuse(Phrase(zh: "每日上限 \(perDay.stockText.zh) 比每次或每小时的还少。", en: "\(perDay.stockText.en) in a day is less than in a run or an hour."),
                                   Phrase(zh: "核对这几个上限。", en: "Check these ceilings."))
        }
        return DoseCeilings(inWater: inWater.map { Fraction(base: $0.base) }, perRun: perRun, perHour: perHour, perDay: perDay)
    }

    // MARK: Plans

    func channelPlans(_ tables: SiteTables) -> [ChannelPlan] {
        channels.compactMap { channel in
            guard let output = channel.output, let tank = channel.tank else { return nil }
            return ChannelPlan(unit: channel.unit, output: output, drive: channel.drive, rate: channel.rate,
                               reaction: tanks[tank.offset].reaction,
                               meter: channel.meter.flatMap { tables.quantity($0) }, tank: tank, ceilings: channel.ceilings)
        }
    }
}

extension Entry {
    fileprivate func refuseForeign(_ key: String) {
        refuse(Phrase(zh: "只和 \(key) 一起用。", en: "belongs to a channel with \(key)."), Phrase(zh: "删去它。", en: "Remove it."))
    }
}
