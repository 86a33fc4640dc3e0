import Control
import Language
import ProcessImage
import Quantities

/// A quota as it was read.
struct QuotaDraft {
    let label: Label
    let plan: QuotaPlan
}

extension SiteReader {
    private static let quotaForms = PhraseForms(
        what: Phrase(zh: "用水指标", en: "a quota"), forms: ["180 m3/mu per season", "40 m3 per day", "600 m3 per month", "5000 m3 per year"],
        vocabulary: ["per", "day", "month", "season", "year", "m3", "m3/mu", "mm"])

    /// Of the whole site and of each zone.
    func readQuotas() {
        let season = fields["season"].flatMap { $0.dateRange() }
        let area = zones.reduce(Area.zero) { $0 + ($1.area ?? .zero) }
        let hasAllAreas = zones.allSatisfy { $0.area != nil }
        for entry in fields["quota"]?.phrases() ?? [] {
            add(quota(entry, nil, hasAllAreas ? area : nil, season, label), entry)
        }
        for (number, zone) in zones.enumerated() {
            for entry in zone.quota?.phrases() ?? [] {
                add(quota(entry, ZoneIndex(number), zone.area, season, zone.label), entry)
            }
        }
    }

    private func add(_ quota: QuotaDraft?, _ entry: Entry) {
        guard let quota else { return }
        guard quotas.count < Limits.quotasMax else {
            return entry.refuse(Phrase(zh: "用水指标超过 \(Limits.quotasMax) 个。", en: "the site has more than \(Limits.quotasMax) quotas."),
                                Phrase(zh: "请减少。", en: "Leave some out."))
        }
        quotas.append(quota)
    }

    private func quota(_ entry: Entry, _ zone: ZoneIndex?, _ area: Area?, _ season: DateRange?, _ owner: Label) -> QuotaDraft? {
        guard let text = entry.text() else { return nil }
        guard let (measure, per) = Self.parts(of: text) else {
            entry.refuse(text, as: Self.quotaForms) { Self.parts(of: $0) != nil }
            return nil
        }
        guard let period = period(per, season, entry), let limit = volume(entry.replacing(measure), area) else { return nil }
        let name = Phrase(zh: "{name}{per}", en: "{name} per {per}").filled(["name": owner.name, "per": Self.periodName(per)])
        return QuotaDraft(label: Label(tag: "\(owner.tag)-\(per)", name: name),
                          plan: QuotaPlan(zone: zone, limit: limit, period: period))
    }

    /// Such as `180 m3/mu` and `season`.
    private static func parts(of text: String) -> (measure: String, per: String)? {
        var words = PhraseWords(text)
        guard let measure = words.takeMeasure(), words.take("per"), let per = words.takeWord(), words.isEmpty,
              ["day", "month", "season", "year"].contains(per) else { return nil }
        return (measure, per)
    }

    private static func periodName(_ name: String) -> Phrase {
        switch name {
        case "day": Phrase(zh: "每日", en: "day")
        case "month": Phrase(zh: "每月", en: "month")
        case "season": Phrase(zh: "每季", en: "season")
        default: Phrase(zh: "每年", en: "year")
        }
    }

    private func period(_ name: String, _ season: DateRange?, _ entry: Entry) -> QuotaPlan.Period? {
        switch name {
        case "day": return .day
        case "month": return .month
        case "year": return .year
        default:
            if let season { return .season(season) }
            if fields["season"] == nil {
                entry.refuse(Phrase(zh: "没有写灌溉季的起止。", en: "the season is not given."),
                             Phrase(zh: "在文件顶层写 season: 03-01 .. 10-31。", en: "Write season: 03-01 .. 10-31 at the top of the file."))
            }
            return nil
        }
    }

    private func volume(_ entry: Entry, _ area: Area?) -> Volume? {
        guard let text = entry.text() else { return nil }
        let symbol = String(text.drop { $0.isNumber || $0 == "." || $0 == "-" || $0 == " " })
        guard Unit(symbol: symbol)?.dimension == .length else { return entry.quantity("1 L", "100000000 m3", guess: "m3") }
        guard let depth: Depth = entry.quantity("0.1 mm", "10000 mm", guess: "m3/mu") else { return nil }
        guard let area else {
            entry.refuse(Phrase(zh: "没有面积，无法按方每亩算。", en: "there is no area to reckon a depth with."),
                         Phrase(zh: "给分区写上 area，或直接写 m3。", en: "Give the zones an area, or write m3."))
            return nil
        }
        return depth.volume(on: area)
    }
}
