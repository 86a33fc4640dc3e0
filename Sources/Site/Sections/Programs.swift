import Control
import Language
import ProcessImage
import Quantities

extension SiteReader {
    func readPrograms() {
        for (tag, entry) in items("programs", atMost: Limits.programsMax) {
            guard let fields = entry.fields(["name", "zones", "start", "starts", "days", "missed"]) else { continue }
            let runs = runs(fields)
            let plan = ProgramPlan(zones: runs.map(\.zone), durations: runs.map(\.time), starts: starts(fields),
                                   days: days(fields), missed: fields["missed"].flatMap { missed($0) } ?? .skip)
            programs.append((label(tag, fields), plan))
            checkPump(entry, runs)
        }
    }

    private func runs(_ fields: Fields) -> [(zone: ZoneIndex, time: Duration)] {
        let due = Phrase(zh: "写成 zones: { 分区: 30 min, … }。", en: "Write zones: { ZONE: 30 min, … }.")
        guard let pairs = fields.required("zones", due)?.map() else { return [] }
        return pairs.compactMap { tag, entry in
            let time = entry.duration("1 s", "24 h", guess: "min")
            guard let index = zones.firstIndex(where: { $0.label.tag == tag }) else {
                entry.refuse(Phrase(zh: "\(quoted(tag)) 不是本站的分区。", en: "\(quoted(tag)) is not a zone of this site."),
                             choices(zones.map(\.label.tag), insteadOf: tag, zh: "分区", en: "zones"))
                return nil
            }
            guard let time else { return nil }
            checkTime(entry, time, zones[index])
            return (ZoneIndex(index), time)
        }
    }

    /// A run must be long enough for the valve to open, and end before the valve's own limit takes it back.
    private func checkTime(_ entry: Entry, _ time: Duration, _ zone: ZoneDraft) {
        guard let valve = zone.valve.map({ outputs[$0.offset].definition }), zone.source.offset < sources.count else { return }
        let least = max(.seconds(10), valve.travel + .seconds(2))
        if time < least {
            entry.refuse(Phrase(zh: "\(time.text) 短于最小值 \(least.text)。阀 \(valve.tag) 开到位要 \(valve.travel.text)。",
                                en: "\(time.text) is below the minimum of \(least.text). Valve \(valve.tag) needs \(valve.travel.text) to travel."),
                         Phrase(zh: "至少写 \(least.text)，或去掉这个分区。", en: "Set at least \(least.text), or remove the zone."))
        }
        let supply = sources[zone.source.offset]
        let master = supply.master.map { outputs[$0.offset].definition.travel } ?? .zero
        let margin = valve.travel + master + supply.overlap + supply.pressureRelief
        if time + margin > valve.maximumOn {
            entry.refuse(Phrase(zh: "\(time.text) 加上启停 \(margin.text)，超过阀 \(valve.tag) 的最长开启 \(valve.maximumOn.text)。",
                                en: "\(time.text) and \(margin.text) to start and stop are longer than valve \(valve.tag) may be open (\(valve.maximumOn.text))."),
                         Phrase(zh: "缩短灌水时间，或加大 outputs.\(valve.tag).at-most。", en: "Shorten it, or raise outputs.\(valve.tag).at-most."))
        }
    }

    /// The pump runs through the whole program. However many zones run at once, the water they take sets a least time.
    private func checkPump(_ entry: Entry, _ runs: [(zone: ZoneIndex, time: Duration)]) {
        for (index, source) in sources.enumerated() {
            guard let pump = source.pump.map({ outputs[$0.offset].definition }) else { continue }
            let own = runs.filter { zones[$0.zone.offset].source == SourceIndex(index) }
            let least = leastTime(own, source.capacity)
            guard least > pump.maximumOn.seconds else { continue }
            entry.refuse(Phrase(zh: "至少要灌 \(Duration.seconds(Int(least)).text)，超过水泵 \(pump.tag) 的最长运行 \(pump.maximumOn.text)。",
                                en: "takes at least \(Duration.seconds(Int(least)).text), longer than pump \(pump.tag) may run (\(pump.maximumOn.text))."),
                         Phrase(zh: "分成几个程序，或加大 outputs.\(pump.tag).at-most。", en: "Divide the program, or raise outputs.\(pump.tag).at-most."))
        }
    }

    /// Seconds. Zones of unknown flow run alone; the others share the capacity.
    private func leastTime(_ runs: [(zone: ZoneIndex, time: Duration)], _ capacity: Flow?) -> Double {
        runs.reduce(0) { sum, run in
            guard let capacity, let flow = zones[run.zone.offset].flow else { return sum + run.time.seconds }
            return sum + run.time.seconds * min(flow / capacity, 1)
        }
    }

    // MARK: When

    private func starts(_ fields: Fields) -> [TimeOfDay] {
        if let one = fields["start"], fields["starts"] == nil { return [one.timeOfDay()].compactMap { $0 } }
        let due = Phrase(zh: "写成 start: 06:00 或 starts: [06:00, 18:30]（只写其一）。", en: "Write start: 06:00, or starts: [06:00, 18:30], one of the two.")
        guard fields["start"] == nil, let entry = fields.required("starts", due), let entries = entry.list() else {
            if fields["start"] != nil { fields.owner.refuse(Phrase(zh: "start 与 starts 只能写一个。", en: "start and starts are both given."), due) }
            return []
        }
        var seen: [TimeOfDay: Int] = [:]
        for entry in entries {
            guard let time = entry.timeOfDay() else { continue }
            if seen.updateValue(entry.line, forKey: time) != nil {
                entry.refuse(Phrase(zh: "启动时间写了两次。", en: "this start time is given twice."), Phrase(zh: "删掉一个。", en: "Remove one."))
            }
        }
        guard seen.count > Limits.startsPerProgramMax else { return Array(seen.keys) }
        entry.refuse(Phrase(zh: "启动时间超过 \(Limits.startsPerProgramMax) 个。", en: "has more than \(Limits.startsPerProgramMax) start times."),
                     Phrase(zh: "分成两个程序。", en: "Divide it into two programs."))
        return []
    }

    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    private func days(_ fields: Fields) -> DayRule {
        let every = DayRule.weekdays(0b111_1111)
        guard let entry = fields["days"] else { return every }
        if case .list(let entries) = entry.value { return weekdays(entries) }
        guard let text = entry.text(), text != "every day" else { return every }
        let words = text.split(separator: " ").map(String.init)
        if words.count == 5, words[0] == "every", words[2] == "days", words[3] == "from", let count = decimal(words[1]),
           let whole = Int(exactly: count), (1...366).contains(whole), let first = CivilDate(text: words[4]) {
            return .every(whole, from: first)
        }
        entry.refuse(Phrase(zh: "“\(quoted(text))”不是日期规则。", en: "\"\(quoted(text))\" is not a rule for days."),
                     Phrase(zh: "写 every day、[mon, wed, fri] 或 every 2 days from 2026-03-01。",
                            en: "Write every day, [mon, wed, fri], or every 2 days from 2026-03-01."))
        return every
    }

    private func weekdays(_ entries: [Entry]) -> DayRule {
        var mask: UInt8 = 0
        for entry in entries {
            guard let word = entry.text() else { continue }
            if let index = SiteReader.weekdays.firstIndex(of: word) {
                mask |= 1 << UInt8(index)
            } else {
                entry.refuse(Phrase(zh: "“\(quoted(word))”不是星期几。", en: "\"\(quoted(word))\" is not a day of the week."),
                             choices(SiteReader.weekdays, insteadOf: word, zh: "可用的值", en: "days"))
            }
        }
        return .weekdays(mask)
    }

    private func missed(_ entry: Entry) -> MissedPolicy? {
        guard let text = entry.text() else { return nil }
        if text == "skip" { return .skip }
        let prefix = "catch up within "
        guard text.hasPrefix(prefix) else {
            entry.refuse(Phrase(zh: "“\(quoted(text))”不是错过后的做法。", en: "\"\(quoted(text))\" does not say what becomes of a missed start."),
                         Phrase(zh: "写 skip，或 catch up within 3 h。", en: "Write skip, or catch up within 3 h."))
            return nil
        }
        return entry.replacing(String(text.dropFirst(prefix.count))).duration("1 min", "24 h", guess: "h").map { .catchUp(within: $0) }
    }
}

extension CivilDate {
    /// Such as `2026-03-01`.
    fileprivate init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], let numbers = digits(parts) else { return nil }
        self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    }
}

extension Entry {
    /// Such as `06:00`.
    fileprivate func timeOfDay() -> TimeOfDay? {
        guard let word = text() else { return nil }
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        if parts.map(\.utf8.count) == [2, 2], let numbers = digits(parts), let time = TimeOfDay(hour: numbers[0], minute: numbers[1]) {
            return time
        }
        refuse(Phrase(zh: "“\(quoted(word))”不是时刻。", en: "\"\(quoted(word))\" is not a time of day."),
               Phrase(zh: "写成 06:00（00:00 至 23:59）。", en: "Write 06:00 (00:00 to 23:59)."))
        return nil
    }
}

private func digits(_ parts: [Substring]) -> [Int]? {
    let numbers = parts.compactMap { part in part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil }
    return numbers.count == parts.count ? numbers : nil
}
