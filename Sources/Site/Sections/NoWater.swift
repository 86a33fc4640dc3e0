import Control
import Language
import ProcessImage
import Quantities

/// A no-water window as it was read.
struct WindowDraft {
    let label: Label
    let plan: WaterWindow
}

extension SiteReader {
    private static let windowKeys = ["name", "from", "until", "days", "when", "calm", "if-unknown", "then"]

    /// Times and conditions in which no program waters: tariff, wind, frost.
    func readWindows() {
        let conditions = ConditionPhrases(reader: ProgramReader(scope: programScope()))
        let due = Phrase(zh: "写 from: 08:00 与 until: 11:00，或 when: wind > 4 m/s。", en: "Write from: 08:00 and until: 11:00, or when: wind > 4 m/s.")
        for (tag, entry) in items("no-water", atMost: Limits.windowsMax) {
            guard let fields = entry.fields(Self.windowKeys) else { continue }
            let kind: WaterWindow.Kind?
            if let when = fields["when"] {
                if let from = fields["from"] ?? fields["until"] {
                    from.refuse(Phrase(zh: "时间与 when 只能写一种。", en: "hours and when are both given."), due)
                }
                let calm = fields["calm"]?.duration("0 s", "24 h", guess: "min") ?? .minutes(10)
                kind = condition(when, conditions).map { .condition($0, calm: calm) }
            } else {
                kind = hours(fields, due)
            }
            guard let kind else { continue }
            let plan = WaterWindow(kind, ifUnknown: fields["if-unknown"]?.word(["water": .water, "skip": .skip]) ?? .water,
                                   endsRuns: fields["then"]?.word(["rest": false, "end": true]) ?? false)
            windows.append(WindowDraft(label: label(tag, fields), plan: plan))
        }
    }

    private func hours(_ fields: Fields, _ due: Phrase) -> WaterWindow.Kind? {
        let (from, until) = (fields.required("from", due)?.timeOfDay(), fields.required("until", due)?.timeOfDay())
        guard let from, let until else { return nil }
        return .hours(from: from, until: until, ProgramReader(scope: programScope()).days(fields["days"]))
    }

    /// A window is of the whole site, so it can not ask for what each zone has of its own.
    private func condition(_ entry: Entry, _ phrases: ConditionPhrases) -> Condition? {
        guard let condition = phrases.condition(entry) else { return nil }
        switch condition.measured {
        case .depletion, .soil:
            entry.refuse(Phrase(zh: "停灌时段管全站，不能用各分区自己的\(condition.measured.matter.name.zh)。",
                                en: "a window is of the whole site and can not ask for the \(condition.measured.matter.name.en) of a zone."),
                         Phrase(zh: "写在程序的 when 或 unless 里，或直接写测点名。", en: "Put it into a program's when or unless, or name a point."))
            return nil
        default: return condition
        }
    }
}

extension Entry {
    /// Such as `06:00`.
    func timeOfDay() -> TimeOfDay? {
        guard let word = text() else { return nil }
        if let time = TimeOfDay(text: word) { return time }
        let meant = TimeOfDay(text: "0" + word) == nil ? "06:00" : "0" + word
        refuse(Phrase(zh: "“\(quoted(word))”不是时刻。", en: "\"\(quoted(word))\" is not a time of day."),
               Phrase(zh: "写成 \(meant)（00:00 至 23:59）。", en: "Write \(meant) (00:00 to 23:59)."))
        return nil
    }
}
