import Control
import Language
import Quantities

/// A schedule document: YAML in the form of a site file, with a head and the site file's own sections.
struct ScheduleFile {
    static let keys = ["schedule", "site", "version", "valid", "author", "remarks", "programs", "recipes", "set-points",
                       "feeding", "crops", "expect"]
    /// Who knows a site file looks for them here too.
    private static let installers = (
        keys: SiteReader.keys.filter { !keys.contains($0) } + ["interlocks", "limits", "alarms", "channels", "pumps", "valves", "sensors"],
        what: Phrase(zh: "方案不能改这一项：它由安装商写在站点文件里。", en: "a schedule cannot change this: the installer sets it in the site file."),
        remedy: Phrase(zh: "删去它。", en: "Remove it."))
    static let versionMax = 999_999_999
    private static let daysMax = 400

    let head: ScheduleHead
    let fields: Fields

    /// Reports what is wrong; `nil` when the bytes are no document at all.
    /// - Parameter tellsTags: whether what is no tag is told here; not where the site is known, which says more of it.
    init?(_ bytes: [UInt8], file: String, report: Report, tellsTags: Bool = true) {
        let root = Entry.root(of: bytes, file: file, report: report)
        guard let fields = root?.fields(Self.keys, elsewhere: Self.installers) else { return nil }
        self.fields = fields
        let zones = Self.zones(fields, tellsTags)
        head = ScheduleHead(
            schedule: fields.required("schedule", Phrase(zh: "写上方案名，如 schedule: tomato-spring。", en: "Name it, such as schedule: tomato-spring."))?.tag() ?? "",
            site: fields.required("site", Phrase(zh: "写上站点标识，如 site: shouguang-07。", en: "Name the site it is for, such as site: shouguang-07.")).flatMap { tellsTags ? $0.tag() : $0.text() } ?? "",
            version: fields.required("version", Phrase(zh: "写上版本号，比上一版大 1。", en: "Give its number: one more than the last."))?.integer(1...Self.versionMax) ?? 1,
            valid: Self.days(fields), zones: zones, author: fields["author"]?.text(), remarks: fields["remarks"]?.text())
        _ = fields.required("programs", Phrase(zh: "写上灌溉程序，如 programs: { morning: … }；不灌水就写 programs: {}。", en: "Write the programs, such as programs: { morning: … }; programs: {} where nothing is watered."))
    }

    private static func days(_ fields: Fields) -> ClosedRange<CivilDate> {
        let nothing = CivilDate(daysSinceEpoch: 0)
        let due = Phrase(zh: "写成 valid: 2026-03-01 .. 2026-06-30。", en: "Write valid: 2026-03-01 .. 2026-06-30.")
        guard let entry = fields.required("valid", due), let text = entry.text() else { return nothing...nothing }
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3, words[1] == "..", let first = CivilDate(text: words[0]), let last = CivilDate(text: words[2]) else {
            entry.refuse(Phrase(zh: "“\(quoted(text))”不是起止日期。", en: "\"\(quoted(text))\" is not a stretch of dates."), due)
            return nothing...nothing
        }
        guard first <= last else {
            entry.refuse(Phrase(zh: "末日在首日之前。", en: "the last day is before the first."), Phrase(zh: "把两个日期对调。", en: "Change the two round."))
            return nothing...nothing
        }
        if Int(last.daysSinceEpoch) - Int(first.daysSinceEpoch) >= daysMax {
            entry.refuse(Phrase(zh: "有效期超过 \(daysMax) 天。", en: "is valid for more than \(daysMax) days."),
                         Phrase(zh: "一季签一份，到期换新。", en: "Sign one a season, and a new one after it."))
        }
        return first...last
    }

    /// Read as in a site file: programs and recipes in place of the site's own, feeding and crops laid over its cages and zones where
    /// it lets them.
    func sections(over own: Fields) -> [String: Entry] {
        let allowed = own["schedules"]?["may-change"]?.phrases() ?? []
        func mayChange(_ part: String) -> Bool { allowed.contains { if case .word(part) = $0.value { true } else { false } } }
        var sections: [String: Entry] = [:]
        for key in ["programs", "recipes"] { sections[key] = fields[key] }
        if mayChange("feeding") { sections["cages"] = cages(over: own) }
        if mayChange("crops") { sections["zones"] = zones(over: own) }
        return sections
    }

    /// Names alone; whether the site has such zones and cages, and what is no tag at all, is told where the site is known.
    private static func zones(_ fields: Fields, _ tellsTags: Bool) -> [String] {
        var tags: Set<String> = []
        for key in ["set-points", "feeding", "crops"] { fields[key].map { collect($0, tellsTags, into: &tags) } }
        for (_, program) in fields["programs"]?.map() ?? [] {
            guard case .map(let pairs) = program.value else { continue }
            for (key, entry) in pairs where key == "zones" || key == "shifts" { collect(entry, tellsTags, into: &tags) }
        }
        return tags.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func collect(_ entry: Entry, _ tellsTags: Bool, into tags: inout Set<String>) {
        switch entry.value {
        case .word(let text): if tellsTags ? entry.tag() != nil : Entry.isTag(text) { tags.insert(text) }
        case .list(let entries): for inner in entries { collect(inner, tellsTags, into: &tags) }
        case .map(let pairs):
            let items = tellsTags ? entry.tagged() : pairs.map { (tag: $0.key, entry: $0.entry) }
            for (tag, _) in items where Entry.isTag(tag) { tags.insert(tag) }
        }
    }
}

/// A document that is to stand in for a site's own programs: its bytes, and what it is called in its refusals.
public struct ScheduleText: Sendable {
    /// What a schedule may say of a cage.
    public static let feedingKeys = ScheduleFile.feedingKeys

    public let file: String
    public let bytes: [UInt8]

    public init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }
}
