import Control
import Language
public import ProcessImage
public import Quantities

/// What signed schedules may change on a site, within what, and who has the last word: the installer's, in the site file.
public struct ScheduleLimits: Sendable, Hashable {
    /// A section of a schedule.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        case programs, recipes
        case setpoints = "set-points"
        case feeding, crops
    }

    /// Somebody of the site agrees on the spot before one is put in force.
    public var needsApproval = false
    public var parts: Set<Part> = [.programs, .recipes, .setpoints]
    /// Zones its programs may water, and cages it may say the feeding of; `nil`: all.
    public var zones: Set<ZoneIndex>?
    public var cages: Set<CageIndex>?
    /// Local times between which its programs water, the second not included; over midnight where the first is the later.
    public var hours: Hours?
    /// A zone's water at one start.
    public var longestRun: Duration?
    /// What a recipe may ask the mix to be, and of a channel on the land, as a depth.
    public var conductivity: Conductivity?
    public var acidity: ClosedRange<Double>?
    public var dose: Depth?

    public struct Hours: Sendable, Hashable {
        public let from: TimeOfDay
        public let until: TimeOfDay

        func includes(_ time: TimeOfDay) -> Bool {
            from < until ? time >= from && time < until : time >= from || time < until
        }
    }

    /// Of a site that says nothing about schedules.
    public static let usual = ScheduleLimits()
}

extension SiteReader {
    /// `schedules:`, read when zones and cages are known.
    func readSchedules() {
        guard let entry = self.fields["schedules"],
              let fields = entry.fields(["approval", "may-change", "zones", "cages", "hours", "run", "ec", "ph", "dose"]) else { return }
        var limits = ScheduleLimits.usual
        limits.needsApproval = fields["approval"]?.word(["required": true, "not-required": false]) ?? false
        limits.parts = fields["may-change"].map { parts($0) } ?? limits.parts
        limits.zones = fields["zones"].map { indexes($0, zones.map(\.label.tag), zh: "分区", en: "zones") { ZoneIndex($0) } }
        limits.cages = fields["cages"].map { indexes($0, cages.map(\.label.tag), zh: "网箱", en: "cages") { CageIndex($0) } }
        limits.hours = fields["hours"]?.dayStretch().map { ScheduleLimits.Hours(from: $0.from, until: $0.until) }
        limits.longestRun = fields["run"]?.duration("1 min", "24 h", guess: "h")
        limits.conductivity = fields["ec"]?.quantity("0.2 mS/cm", "6 mS/cm", guess: "mS/cm")
        limits.acidity = fields["ph"].flatMap { acidity($0) }
        limits.dose = fields["dose"].flatMap { areaDose($0) }
        schedules = limits
    }

    private func areaDose(_ entry: Entry) -> Depth? {
        if case .perArea(let depth) = DosePhrases(strength: nil).mode(entry) { return depth }
        guard !entry.isBroken else { return nil }
        entry.refuse(Phrase(zh: "这里按亩限制。", en: "is a limit for each mu."), Phrase(zh: "写成 25 L/mu。", en: "Write 25 L/mu."))
        return nil
    }

    private func parts(_ entry: Entry) -> Set<ScheduleLimits.Part> {
        let words: KeyValuePairs<String, ScheduleLimits.Part> = [
            "programs": .programs, "recipes": .recipes, "set-points": .setpoints, "feeding": .feeding, "crops": .crops,
        ]
        return Set(entry.phrases().compactMap { $0.word(words) })
    }

    private func indexes<Index: Hashable>(_ entry: Entry, _ tags: [String], zh: String, en: String, _ make: (Int) -> Index) -> Set<Index> {
        Set(entry.phrases().compactMap { word -> Index? in
            guard let tag = word.text() else { return nil }
            if let number = tags.firstIndex(of: tag) { return make(number) }
            word.refuse(Phrase(zh: "没有 \(quoted(tag))。", en: "there is no \(quoted(tag)) on this site."), choices(tags, insteadOf: tag, zh: zh, en: en))
            return nil
        })
    }

    private func acidity(_ entry: Entry) -> ClosedRange<Double>? {
        guard let range = entry.range() else { return nil }
        if range.lowerBound >= 4, range.upperBound <= 8.5 { return range }
        entry.refuse(Phrase(zh: "pH 应在 4 .. 8.5 之间。", en: "a pH is between 4 and 8.5 here."), Phrase(zh: "写成 5.5 .. 7。", en: "Write 5.5 .. 7."))
        return nil
    }
}

extension Entry {
    /// Such as `22:00 .. 06:00`.
    func dayStretch() -> (from: TimeOfDay, until: TimeOfDay)? {
        guard let word = text() else { return nil }
        let ends = word.split(separator: " ")
        if ends.count == 3, ends[1] == "..", let from = TimeOfDay(text: String(ends[0])),
           let until = TimeOfDay(text: String(ends[2])), from != until {
            return (from, until)
        }
        refuse(Phrase(zh: "“\(quoted(word))”不是一段时间。", en: "\"\(quoted(word))\" is not a stretch of the day."),
               Phrase(zh: "写成 00:00 .. 06:00。", en: "Write 00:00 .. 06:00."))
        return nil
    }
}
