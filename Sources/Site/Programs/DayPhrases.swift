import Control
import Language
import Quantities

/// `days:` and `dates:`: which days a program may start on.
extension ProgramReader {
    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let words = weekdays + ["odd", "even"]
    private static let due = Phrase(
        zh: "星期写 mon, tue, wed, thu, fri, sat, sun；odd 是单日（1、3、5 … 号），even 是双日。",
        en: "Weekdays are mon, tue, wed, thu, fri, sat, sun; odd and even are dates: the 1st, 3rd … and the 2nd, 4th … of a month.")

    func days(_ entry: Entry?) -> DayRule {
        var rule = DayRule.everyDay
        guard let entry else { return rule }
        if case .word = entry.value, let text = entry.text() {
            if !read(text, into: &rule) { refuseDays(text, entry) }
            return rule
        }
        var mask: UInt8 = 0
        for word in entry.list() ?? [] {
            guard let text = word.text() else { continue }
            if let day = Self.weekdays.firstIndex(of: text) {
                mask |= 1 << UInt8(day)
            } else if !read(text, into: &rule) {
                let guess = Self.guess(text) ?? nearest(to: text, among: Self.words)
                word.refuse(Phrase(zh: "看不懂“\(quoted(text))”是哪一天。", en: "\"\(quoted(text))\" is not a day of the week."),
                            Self.due.then(guess.map { Phrase(zh: "是不是 \($0)？", en: "Did you mean \($0)?") }))
            }
        }
        if mask != 0 { rule.weekdays = mask }
        return rule
    }

    /// Days as people write them elsewhere: a guess for the second line, never a reading.
    private static let usualDays = [
        "周一": "mon", "周二": "tue", "周三": "wed", "周四": "thu", "周五": "fri", "周六": "sat", "周日": "sun", "星期一": "mon", "星期二": "tue",
        "星期三": "wed", "星期四": "thu", "星期五": "fri", "星期六": "sat", "星期日": "sun", "星期天": "sun", "monday": "mon", "tuesday": "tue",
        "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat", "sunday": "sun", "mondays": "mon", "tuesdays": "tue",
        "wednesdays": "wed", "thursdays": "thu", "fridays": "fri", "saturdays": "sat", "sundays": "sun",
        "周末": "sat, sun", "weekend": "sat, sun", "weekends": "sat, sun",
        "工作日": "mon, tue, wed, thu, fri", "weekdays": "mon, tue, wed, thu, fri",
    ]
    private static let usualRules = [
        "daily": "every day", "每天": "every day", "每日": "every day", "单日": "odd days", "双日": "even days",
        "隔天": "every 2 days from 2026-03-01",
    ]

    /// What several days in words most likely are, as they are written here; `nil`: no guess.
    private static func guess(_ text: String) -> String? {
        if let rule = usualRules[text.lowercased()] { return rule }
        let words = text.lowercased().split { " ,，、;；/".contains($0) }.map(String.init).filter { !["and", "和", "on"].contains($0) }
        let days = words.compactMap { usualDays[$0] ?? (weekdays.contains($0) ? $0 : nil) }
        return days.isEmpty || days.count < words.count ? nil : "[\(days.joined(separator: ", "))]"
    }

    /// A rule that is no weekday; several may hold together.
    private func read(_ text: String, into rule: inout DayRule) -> Bool {
        switch text {
        case "every day": return true
        case "odd", "odd days": rule.parity = .odd
        case "even", "even days": rule.parity = .even
        default:
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 5, words[0] == "every", words[2] == "days", words[3] == "from",
                  let count = decimal(words[1]), let whole = Int(exactly: count), (1...366).contains(whole),
                  let first = CivilDate(text: words[4]) else { return false }
            rule.interval = Int32(whole)
            rule.firstDay = first
        }
        return true
    }

    private func refuseDays(_ text: String, _ entry: Entry) {
        let guess = Self.guess(text).map { Phrase(zh: "是不是 \($0)？", en: "Did you mean \($0)?") }
        entry.refuse(Phrase(zh: "“\(quoted(text))”不是日期规则。", en: "\"\(quoted(text))\" is not a rule for days."), guess ??
                     Phrase(zh: "写 every day、[mon, wed, fri]、odd days、even days 或 every 2 days from 2026-03-01。",
                            en: "Write every day, [mon, wed, fri], odd days, even days, or every 2 days from 2026-03-01."))
    }

    /// One stretch of dates, or a list of them.
    func dates(_ entry: Entry?) -> [DateRange] {
        guard let entry else { return [] }
        let ranges = entry.phrases().compactMap { $0.dateRange() }
        guard ranges.count > Self.datesMax else { return ranges }
        entry.refuse(Phrase(zh: "日期段超过 \(Self.datesMax) 个。", en: "has more than \(Self.datesMax) stretches of dates."),
                     Phrase(zh: "请合并。", en: "Join some."))
        return []
    }

    private static let datesMax = 12
}

extension Entry {
    /// `03-01 .. 06-30` of every year, also over New Year, or `2026-03-01 .. 2026-06-30`.
    func dateRange() -> DateRange? {
        guard let text = text() else { return nil }
        let parts = text.split(separator: " ").map(String.init)
        if parts.count == 3, parts[1] == ".." {
            if let first = MonthDay(text: parts[0]), let last = MonthDay(text: parts[2]) {
                return DateRange(from: first, to: last)
            }
            if let first = CivilDate(text: parts[0]), let last = CivilDate(text: parts[2]), first <= last {
                return DateRange(from: first, to: last)
            }
        }
        refuse(Phrase(zh: "“\(quoted(text))”不是日期段。", en: "\"\(quoted(text))\" is not a stretch of dates."),
               Phrase(zh: "写 03-01 .. 06-30（每年，可跨元旦）或 2026-03-01 .. 2026-06-30。",
                      en: "Write 03-01 .. 06-30 (of every year, also over New Year) or 2026-03-01 .. 2026-06-30."))
        return nil
    }
}

extension MonthDay {
    /// Such as `03-01`: a day that some year has.
    init?(text: String) {
        guard let (_, month, day) = CivilDate(text: "2024-" + text)?.components else { return nil }
        self.init(month: month, day: day)
    }
}
