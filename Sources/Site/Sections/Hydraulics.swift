import Control
import Language
import ProcessImage
public import Quantities

/// A filter of a source as it was read.
struct FilterDraft {
    let entry: Entry
    let flush: [OutputIndex]
    let contact: PointIndex?
    let before: PointIndex?
    let after: PointIndex?
    let limit: Pressure
    let sustained: Duration
    let every: Duration?
    let delay: Duration
    let time: Duration
    let dwell: Duration
    let lockout: Duration
    let mostPerHour: Int
    let flow: Flow?
}

/// How a source comes back, as it was read.
struct RecoveryDraft {
    let most: Volume?
    let rest: Duration
    let level: PointIndex?
    let stop: Length
    let start: Length
}

/// What bounds the site and its sources beside the flow: valves, power, recovery, filters, zones that exclude each other.
extension SiteReader {
    func readSupply() {
        valvesAtOnce = fields["valves-at-once"]?.integer(1...Limits.zonesMax)
        power = fields["power"]?.quantity("10 W", "10000 kW", guess: "kW")
    }

    func checkPower(_ entry: Entry?, _ drawn: Power?) {
        guard let entry, let drawn, let power, drawn > power else { return }
        entry.refuse(Phrase(zh: "\(drawn.text) 超过全站供电 power: \(power.text)，这台泵永远启动不了。",
                            en: "\(drawn.text) is more than the site's power of \(power.text); its pump could never start."),
                     Phrase(zh: "核对两个功率。", en: "Check both figures."))
    }

    // MARK: Recovery

    func recovery(_ entry: Entry) -> RecoveryDraft? {
        guard let fields = entry.fields(["most", "rest", "level", "stop", "start"]) else { return nil }
        let due = Phrase(zh: "写成 { most: 20 m3, rest: 2 h }，或 { level: 测点, stop: 1 m, start: 2.5 m }。",
                         en: "Write { most: 20 m3, rest: 2 h }, or { level: POINT, stop: 1 m, start: 2.5 m }.")
        guard fields["most"] != nil || fields["level"] != nil else {
            entry.refuse(Phrase(zh: "没有写何时停歇。", en: "does not say when the source rests."), due)
            return nil
        }
        let most: Volume? = fields["most"]?.quantity("1 L", "100000 m3", guess: "m3")
        let rest = most == nil ? nil : fields.required("rest", due)?.duration("1 min", "7 day", guess: "h")
        let level = fields["level"].flatMap { measured($0, .length) }
        guard fields["level"] != nil else { return RecoveryDraft(most: most, rest: rest ?? .zero, level: nil, stop: .zero, start: .zero) }
        let stop: Length = fields.required("stop", due)?.quantity("0 m", "1000 m", guess: "m") ?? .zero
        let start: Length = fields.required("start", due)?.quantity("0 m", "1000 m", guess: "m") ?? stop + .meters(1)
        if start <= stop {
            (fields["start"] ?? entry).refuse(
                Phrase(zh: "恢复水位 \(start.text) 不高于停泵水位 \(stop.text)。", en: "the level to start at, \(start.text), is not above the one to stop at, \(stop.text)."),
                Phrase(zh: "恢复水位写高一些。", en: "Set a higher start."))
            return nil
        }
        return RecoveryDraft(most: most, rest: rest ?? .zero, level: level, stop: stop, start: start)
    }

    // MARK: Filters

    func filter(_ entry: Entry) -> FilterDraft? {
        guard let fields = entry.fields(["flush", "difference", "before", "after", "limit", "sustained", "every", "delay", "time",
                                         "dwell", "lockout", "at-most", "flow"]) else { return nil }
        let due = Phrase(zh: "写上各滤芯的冲洗阀，如 flush: [F-1, F-2]。", en: "Name the flush valve of each element, such as flush: [F-1, F-2].")
        let flush = (fields.required("flush", due)?.list() ?? []).compactMap { output($0, .flushValve) }
        let draft = FilterDraft(
            entry: entry, flush: flush, contact: fields["difference"].flatMap { contact($0) },
            before: fields["before"].flatMap { pressure($0) }, after: fields["after"].flatMap { pressure($0) },
            limit: fields["limit"]?.quantity("1 kPa", "1000 kPa", guess: "kPa") ?? .kilopascals(40),
            sustained: fields["sustained"]?.duration("1 s", "10 min", guess: "s") ?? .seconds(10),
            every: fields["every"].map { $0.isNone ? nil : $0.duration("10 min", "168 h", guess: "h") } ?? .hours(4),
            delay: fields["delay"]?.duration("0 s", "30 min", guess: "s") ?? .seconds(60),
            time: fields["time"]?.duration("5 s", "10 min", guess: "s") ?? .seconds(90),
            dwell: fields["dwell"]?.duration("1 s", "10 min", guess: "s") ?? .seconds(20),
            lockout: fields["lockout"]?.duration("1 min", "24 h", guess: "min") ?? .minutes(10),
            mostPerHour: fields["at-most"]?.integer(1...20) ?? 3, flow: fields["flow"]?.quantity("0.01 m3/h", "10000 m3/h", guess: "m3/h"))
        checkFilter(draft, fields)
        return flush.isEmpty || flush.count > Limits.filterElementsMax ? nil : draft
    }

    private func pressure(_ entry: Entry) -> PointIndex? {
        point(entry).flatMap { measures(entry, $0, .pressure) ? $0 : nil }
    }

    private func checkFilter(_ filter: FilterDraft, _ fields: Fields) {
        if (fields["before"] == nil) != (fields["after"] == nil) {
            filter.entry.refuse(Phrase(zh: "before 与 after 要一起写。", en: "before and after are given together."),
                                Phrase(zh: "写上过滤器前后两个压力测点。", en: "Name the pressure before and the one after the filter."))
        }
        if filter.every == nil, filter.contact == nil, filter.before == nil {
            filter.entry.refuse(Phrase(zh: "没有任何反冲洗条件。", en: "nothing would ever start a wash."),
                                Phrase(zh: "写 difference: 触点、before 与 after，或 every: 4 h。", en: "Write difference: CONTACT, before and after, or every: 4 h."))
        }
        if filter.flush.count > Limits.filterElementsMax {
            filter.entry.refuse(Phrase(zh: "有 \(filter.flush.count) 只冲洗阀，最多 \(Limits.filterElementsMax) 只。", en: "has \(filter.flush.count) flush valves; at most \(Limits.filterElementsMax) are possible."),
                                Phrase(zh: "分成几个水源。", en: "Divide them between several sources."))
        }
        for valve in filter.flush where outputs[valve.offset].definition.maximumOn < filter.time {
            let output = outputs[valve.offset].definition
            filter.entry.refuse(
                Phrase(zh: "冲洗 \(filter.time.text)，超过阀 \(output.tag) 的最长开启 \(output.maximumOn.text)。", en: "a flush of \(filter.time.text) is longer than \(output.tag) may be open (\(output.maximumOn.text))."),
                Phrase(zh: "缩短 time，或加大 outputs.\(output.tag).at-most。", en: "Shorten time, or raise outputs.\(output.tag).at-most."))
        }
        for valve in filter.flush where sources.contains(where: { $0.filter?.flush.contains(valve) == true })
            || filter.flush.count(where: { $0 == valve }) > 1 {
            filter.entry.refuse(Phrase(zh: "冲洗阀 \(outputs[valve.offset].tag) 用了两次。", en: "flush valve \(outputs[valve.offset].tag) is used twice."),
                                Phrase(zh: "每个滤芯一只阀。", en: "Give each element a valve of its own."))
        }
    }

    // MARK: Zones that exclude each other

    /// Bits of the groups each zone is in.
    func readExclusions() {
        guard let entry = fields["exclusive"], let groups = entry.map() else { return }
        guard groups.count <= 64 else {
            return entry.refuse(Phrase(zh: "有 \(groups.count) 组，最多 64 组。", en: "has \(groups.count) groups; at most 64 are possible."),
                                Phrase(zh: "合并一些组。", en: "Merge some of them."))
        }
        for (number, (_, group)) in groups.enumerated() {
            guard let entries = group.list() else { continue }
            let members = entries.compactMap { exclusiveZone($0) }
            if entries.count < 2 || members.count == entries.count && Set(members).count < 2 {
                group.refuse(Phrase(zh: "互斥组至少要有两个不同的分区。", en: "a group has at least two different zones."),
                             Phrase(zh: "写成 [分区甲, 分区乙]。", en: "Write [ZONE, OTHER-ZONE]."))
            }
            for zone in members { exclusions[zone, default: 0] |= 1 << UInt64(number) }
        }
    }

    private func exclusiveZone(_ entry: Entry) -> Int? {
        guard let tag = entry.text() else { return nil }
        if let zone = zones.firstIndex(where: { $0.label.tag == tag }) { return zone }
        entry.refuse(Phrase(zh: "\(quoted(tag)) 不是本站的分区。", en: "\(quoted(tag)) is not a zone of this site."),
                     choices(zones.map(\.label.tag), insteadOf: tag, zh: "分区", en: "zones"))
        return nil
    }
}

extension Power {
    /// As it is written in a site file, such as `7.5 kW`.
    public var text: String { "\(plain((kilowatts * 1000).rounded() / 1000)) kW" }
}

extension Length {
    /// As it is written in a site file, such as `2.5 m`.
    var text: String { "\(plain((meters * 1000).rounded() / 1000)) m" }
}
