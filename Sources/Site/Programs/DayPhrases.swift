import Control
import Language
import Quantities

/// `days:` and `dates:`: which days a program may start on.
extension ProgramReader {
    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let words = weekdays + ["odd", "even"]

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
                word.refuse(Phrase(zh: "“\(quoted(text))”不是星期几。", en: "\"\(quoted(text))\" is not a day of the week."),
                            choices(Self.words, insteadOf: Self.usualDays[text] ?? text, zh: "可用的值", en: "days"))
            }
        }
        if mask != 0 { rule.weekdays = mask }
        return rule
    }

    /// Days as people write them elsewhere: a guess for the second line, never a reading.
    private static let usualDays = [
        "周一": "mon", "周二": "tue", "周三": "wed", "周四": "thu", "周五": "fri", "周六": "sat", "周日": "sun", "星期一": "mon", "星期二": "tue",
        "星期三": "wed", "星期四": "thu", "星期五": "fri", "星期六": "sat", "星期日": "sun", "星期天": "sun", "monday": "mon", "tuesday": "tue",
        "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat", "sunday": "sun",
    ]

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
        entry.refuse(Phrase(zh: "“\(quoted(text))”不是日期规则。", en: "\"\(quoted(text))\" is not a rule for days."),
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
