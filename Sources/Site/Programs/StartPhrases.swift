import Control
import Language
import ProcessImage
import Quantities

/// `start:`: when a program starts.
extension ProgramReader {
    static let startForms = PhraseForms(
        what: Phrase(zh: "启动时间或条件", en: "a start"),
        forms: ["06:00", "sunrise + 30 min", "sunset - 1 h", "every 2 h from 06:00 to 18:00", "finish by 06:00",
                "soil < 24 % until 30 %, between 05:00 and 20:00, rest 2 h, at most 3 a day",
                "radiation 150 J/cm2, at most 20 a day"],
        vocabulary: ConditionPhrases.words + [
            "sunrise", "sunset", "every", "from", "to", "finish", "by", "until", "between", "and", "rest", "at", "most", "a", "day", "h",
            "min", "%", "kPa", "J/cm2", "<", ">", "+", "-", ",",
        ])

    /// One start, or a list of starts by the clock.
    func starts(_ fields: Fields) -> StartRule {
        let due = Phrase(zh: "写成 start: 06:00 或 starts: [06:00, 18:30]（只写其一）。", en: "Write start: 06:00, or starts: [06:00, 18:30], one of the two.")
        if fields["start"] != nil, fields["starts"] != nil {
            fields.owner.refuse(Phrase(zh: "start 与 starts 只能写一个。", en: "start and starts are both given."), due)
            return .times([])
        }
        if let entry = fields["start"], case .word = entry.value, let rule = trigger(entry) { return .trigger(rule) }
        guard let entry = fields["starts"] ?? fields.required("start", due) else { return .times([]) }
        return .times(times(entry))
    }

    private func times(_ entry: Entry) -> [StartTime] {
        var times: [StartTime] = []
        for phrase in entry.phrases() {
            for time in self.times(of: phrase) {
                if times.contains(time) {
                    phrase.refuse(Phrase(zh: "启动时间写了两次。", en: "this start time is given twice."), Phrase(zh: "删掉一个。", en: "Remove one."))
                } else {
                    times.append(time)
                }
            }
        }
        guard times.count > Limits.startsPerProgramMax else { return times }
        entry.refuse(Phrase(zh: "启动时间超过 \(Limits.startsPerProgramMax) 个。", en: "has more than \(Limits.startsPerProgramMax) start times."),
                     Phrase(zh: "分成两个程序。", en: "Divide it into two programs."))
        return []
    }

    private func times(of entry: Entry) -> [StartTime] {
        guard let text = entry.text() else { return [] }
        if let found = plainTimes(text) { return found }
        var words = PhraseWords(text)
        if words.take("every") { return repeated(words, entry, text) }
        for (name, event) in [("sunrise", SunEvent.sunrise), ("sunset", .sunset)] where words.take(name) {
            return sun(event, words, entry, text)
        }
        if isTrigger(text) {
            entry.refuse(Phrase(zh: "门限或辐射启动只能单独写，不能和别的启动列在一起。", en: "a start that a sensor gives stands alone, not in a list."),
                         Phrase(zh: "写成 start: \(text)，其余启动另写一个程序。", en: "Write start: \(text), and the other starts in a program of their own."))
            return []
        }
        refuseStart(text, entry)
        return []
    }

    /// Those that hold no measure and so can not be half right.
    private func plainTimes(_ text: String) -> [StartTime]? {
        var words = PhraseWords(text)
        if words.take("finish by"), let time = TimeOfDay(text: words.text) { return [.finish(by: time)] }
        return TimeOfDay(text: text).map { [.clock($0)] }
    }

    private func refuseStart(_ text: String, _ entry: Entry) {
        if let time = Self.clock(inWords: text) {
            entry.refuse(Phrase(zh: "“\(quoted(text))”不是启动时间。", en: "\"\(quoted(text))\" is not a start."), Phrase(zh: "是不是 \(time)？", en: "Did you mean \(time)?"))
            return
        }
        // One word with a digit in front was meant as a time of day.
        if text.first?.isNumber == true, !text.contains(" ") {
            _ = entry.timeOfDay()
        } else {
            entry.refuse(text, as: Self.startForms) { isStart($0) }
        }
    }

    /// The time that people mean by `7 o'clock`, `7 am`, `早上7点`, `下午3点半`: a guess, never a reading.
    private static func clock(inWords text: String) -> String? {
        let words = text.lowercased(), digits = words.filter(\.isNumber)
        guard ["点", "时", "o'clock", "am", "pm"].contains(where: words.contains), !words.contains("<"), !words.contains(">"),
              digits.count <= 2, words.contains(digits), let hour = Int(digits) else { return nil }
        let isLater = hour < 12 && ["pm", "下午", "晚", "傍晚"].contains(where: words.contains)
        guard let time = TimeOfDay(hour: isLater ? hour + 12 : hour, minute: words.contains("半") ? 30 : 0) else { return nil }
        return time.text
    }

    /// Tried on a report of its own. (The words are mended already, so nothing is guessed at again.)
    private func isStart(_ text: String) -> Bool {
        let report = Report()
        let trial = Entry(file: "", line: 0, path: "", report: report, value: .word(text))
        if isTrigger(text) { _ = trigger(trial) } else { _ = times(of: trial) }
        return report.isClean
    }

    private func sun(_ event: SunEvent, _ rest: PhraseWords, _ entry: Entry, _ text: String) -> [StartTime] {
        var words = rest
        switch words.takeSunOffset(entry) {
        case .offset(let offset): return [.sun(event, offset: offset)]
        case .reported: return []
        case .notUnderstood:
            refuseStart(text, entry)
            return []
        }
    }

    private func repeated(_ rest: PhraseWords, _ entry: Entry, _ text: String) -> [StartTime] {
        var words = rest
        guard let measure = words.takeMeasure(), words.take("from"), let first = words.takeTime(), words.take("to"),
              let last = words.takeTime(), words.isEmpty, first < last else {
            refuseStart(text, entry)
            return []
        }
        guard let every = entry.replacing(measure).duration("1 min", "12 h", guess: "h") else { return [] }
        let seconds = Int(every.components.seconds)
        return stride(from: Int(first.secondsSinceMidnight), through: Int(last.secondsSinceMidnight), by: max(seconds, 60))
            .compactMap { TimeOfDay(hour: $0 / 3600, minute: $0 / 60 % 60, second: $0 % 60) }.map { .clock($0) }
    }

    // MARK: What a sensor gives

    private func isTrigger(_ text: String) -> Bool {
        text.contains("<") || text.contains(">") || text.hasPrefix("radiation ")
    }

    /// `nil`: it is a start by the clock.
    private func trigger(_ entry: Entry) -> Trigger? {
        guard let text = entry.text(), isTrigger(text) else { return nil }
        var words = PhraseWords(text)
        let clauses = TriggerClauses(entry: entry)
        if words.take("radiation"), let measure = words.takeMeasure() {
            let sum: Irradiation? = entry.replacing(measure).quantity("1 J/cm2", "5000 J/cm2", guess: "J/cm2")
            refuseUnmeasured(.radiation, entry)
            return clauses.trigger(.radiation(sum ?? .zero), &words) { refuseStart(text, entry) }
        }
        var phrase = words.takeUntil(["until", ","])
        if !phrase.contains("<"), !phrase.contains(">") { phrase = text }
        guard let condition = ConditionPhrases(reader: self).condition(entry.replacing(phrase)) else {
            return Trigger(.radiation(.zero), rest: .hours(1), atMostADay: 1)
        }
        let until = words.take("until") ? words.takeMeasure().flatMap { limit(of: condition, entry.replacing($0)) } : nil
        checkUntil(condition, until, entry)
        return clauses.trigger(.condition(condition, until: until ?? condition.limit), &words) { refuseStart(text, entry) }
    }

    private func limit(of condition: Condition, _ entry: Entry) -> Double? {
        ConditionPhrases(reader: self).limit(condition.measured, entry)
    }

    /// The value at which the zone has had enough lies on the other side of the limit.
    private func checkUntil(_ condition: Condition, _ until: Double?, _ entry: Entry) {
        guard let until, condition.isAbove ? until > condition.limit : until < condition.limit else { return }
        entry.refuse(Phrase(zh: "until 后的值在启动值的同一侧，永远到不了。", en: "the value after until lies on the wrong side of the one that starts it."),
                     Phrase(zh: "写成 soil < 24 % until 30 %：低于 24 % 启动，回到 30 % 为止。", en: "Write soil < 24 % until 30 %: starts below 24 %, has enough at 30 %."))
    }
}

/// What may follow a trigger: hours of the day, rest, how many a day.
private struct TriggerClauses {
    let entry: Entry

    func trigger(_ kind: Trigger.Kind, _ words: inout PhraseWords, _ refuse: () -> Void) -> Trigger {
        var (from, until) = (TimeOfDay.midnight, TimeOfDay.lastOfDay)
        var rest = Duration.hours(1)
        var count = 4
        while words.take(",") {
            if words.take("between"), let first = words.takeTime(), words.take("and"), let last = words.takeTime(), first < last {
                (from, until) = (first, last)
            } else if words.take("rest"), let measure = words.takeMeasure() {
                rest = entry.replacing(measure).duration("1 min", "168 h", guess: "h") ?? rest
            } else if words.take("at most"), let number = words.takeWord(), words.take("a day") {
                count = entry.replacing(number).integer(1...Limits.startsPerProgramMax) ?? count
            } else {
                break
            }
        }
        if !words.isEmpty { refuse() }
        return Trigger(kind, from: from, until: until, rest: rest, atMostADay: count)
    }
}

extension PhraseWords {
    mutating func takeTime() -> TimeOfDay? { takeWord().flatMap { TimeOfDay(text: $0) } }
}
