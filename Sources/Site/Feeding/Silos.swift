import Control
import Language
import ProcessImage
import Quantities

/// A feed as it was read: what a doser gives in its time depends on it.
struct FeedDraft {
    let label: Label
    let pellet: Length?
}

/// A silo as it was read.
struct SiloDraft {
    let label: Label
    let plan: SiloPlan
    let weight: PointIndex?
    /// Number in `SiteReader.feeds`; `nil`: nobody has said.
    let feed: Int?
}

extension SiteReader {
    func readFeeds() {
        for (tag, entry) in items("feeds", atMost: Limits.feedsMax) {
            guard let fields = entry.fields(["name", "pellet"]) else { continue }
            feeds.append(FeedDraft(label: label(tag, fields), pellet: fields["pellet"]?.quantity("0.1 mm", "40 mm", guess: "mm")))
        }
    }

    func readSilos() {
        for (tag, entry) in items("silos", atMost: Limits.silosMax) {
            guard let fields = entry.fields(["name", "capacity", "low", "weight", "feed"]) else { continue }
            silos.append(silo(label(tag, fields), fields))
        }
    }

    private func silo(_ label: Label, _ fields: Fields) -> SiloDraft {
        let due = Phrase(zh: "写上装满多少，如 capacity: 2 t。", en: "Say what it holds when it is full, such as capacity: 2 t.")
        let capacity: Mass = fields.required("capacity", due)?.quantity("1 kg", "500 t", guess: "kg") ?? .kilograms(1000)
        var low: Mass = fields["low"]?.quantity("0 kg", "500 t", guess: "kg") ?? capacity * 0.1
        if low >= capacity, let entry = fields["low"] {
            entry.refuse(Phrase(zh: "不少于整仓，永远在报警。", en: "is no less than the whole silo: it would always be low."),
                         Phrase(zh: "写成两三天的用量。", en: "Give what two or three days take."))
            low = .zero
        }
        let weight = fields["weight"].flatMap { entry in point(entry).flatMap { measures(entry, $0, .mass) ? $0 : nil } }
        return SiloDraft(label: label, plan: SiloPlan(capacity: capacity, low: low), weight: weight,
                         feed: fields["feed"].flatMap { feed($0) })
    }

    func feed(_ entry: Entry) -> Int? {
        guard let tag = entry.text() else { return nil }
        if let number = feeds.firstIndex(where: { $0.label.tag == tag }) { return number }
        entry.refuse(Phrase(zh: "没有饲料 \(quoted(tag))。", en: "\(quoted(tag)) is not a feed of this site."),
                     choices(feeds.map(\.label.tag), insteadOf: tag, zh: "饲料", en: "feeds"))
        return nil
    }

    func siloPlans(_ tables: SiteTables) -> [SiloPlan] {
        silos.map { SiloPlan(capacity: $0.plan.capacity, low: $0.plan.low, weight: $0.weight.flatMap { tables.quantity($0) }) }
    }
}
