import Control
import Language
import ProcessImage
import Quantities

/// `feeding:` of a schedule: a cage's rations, meals, limits and stock laid over the site's own, read by the site's readers.
extension ScheduleFile {
    static let feedingKeys = ["ration", "meals", "pace", "wait", "lasts", "rest", "slack-water", "priority", "stop", "stock"]

    func cages(over own: Fields) -> Entry? {
        guard let feeding = fields["feeding"] else { return own["cages"] }
        return own["cages"]?.joined(with: feeding) { cage, told in
            guard let said = told.fields(Self.feedingKeys) else { return cage }
            return cage.with(Self.feedingKeys.compactMap { key in
                said[key].map { (key: key, entry: Self.feed(key, $0, over: cage[key])) }
            })
        }
    }

    /// Each limit stays the site's until it is named; so does the most of a day.
    private static func feed(_ key: String, _ told: Entry, over own: Entry?) -> Entry {
        switch (key, own) {
        case ("stop", let own?): own.overlaid(by: told)
        case ("ration", let own?):
            if told["at-most"] == nil, let most = own["at-most"] { told.with([(key: "at-most", entry: most)]) } else { told }
        default: told
        }
    }
}

extension SiteReader {
    /// Of a cage's day no more than the installer allows; of its limits in every part the stricter one.
    /// - Parameter own: the site as its file has it.
    func obeyFeeding(_ feeding: Entry, own: SiteReader) {
        for (tag, entry) in feeding.tagged() {
            guard let number = cages.firstIndex(where: { $0.label.tag == tag }), own.cages.indices.contains(number) else {
                entry.refuse(Phrase(zh: "没有网箱 \(quoted(tag))。", en: "\(quoted(tag)) is not a cage of this site."),
                             choices(cages.map(\.label.tag), insteadOf: tag, zh: "网箱", en: "cages"))
                continue
            }
            if let allowed = schedules.cages, !allowed.contains(CageIndex(number)) {
                entry.refuseBeyond("cages", Phrase(zh: "这个网箱的投喂不归方案管。", en: "the feeding of this cage is not for schedules."))
                continue
            }
            refuseGreater(entry, cages[number].feed, own.cages[number].feed)
            cages[number].gates = stricter(cages[number].gates, own.cages[number].gates, entry)
        }
    }

    private func refuseGreater(_ entry: Entry, _ told: CageFeedDraft?, _ own: CageFeedDraft?) {
        guard let told, let own, told.dayAtMost > own.dayAtMost else { return }
        let most = plain((own.dayAtMost.kilograms * 100).rounded() / 100)
        (entry["ration"] ?? entry).refuse(
            Phrase(zh: "at-most 比站点文件许可的 \(most) kg/day 多。", en: "at-most is more than the site file allows (\(most) kg/day)."),
            Phrase(zh: "写在 \(most) kg/day 以内，或请安装商改站点文件。", en: "Stay within \(most) kg/day, or have the installer change the site file."))
    }

    private func stricter(_ told: [FeedGatePlan], _ own: [FeedGatePlan], _ entry: Entry) -> [FeedGatePlan] {
        for gate in own where !told.contains(where: { $0.kind == gate.kind }) {
            // A limit that could not be read is told already, and has nothing to be compared by.
            if let said = entry["stop"]?[gate.kind.key], report.hasProblem(file: said.file, under: said.path) { continue }
            refuseLooser(gate, entry)
        }
        return told.map { gate in
            guard let before = own.first(where: { $0.kind == gate.kind }) else { return gate }
            if (gate.stop - before.stop) * (gate.kind.isFloor ? 1 : -1) < 0 { refuseLooser(before, entry) }
            return gate.stricter(with: before)
        }
    }

    private func refuseLooser(_ own: FeedGatePlan, _ entry: Entry) {
        let limit = own.stopText
        (entry["stop"]?[own.kind.key] ?? entry["stop"] ?? entry).refuse(
            Phrase(zh: "停喂限值比站点文件的松（站点 \(limit)）。", en: "stops the feed later than the site file does (\(limit))."),
            Phrase(zh: "方案只能更早停喂：写 \(limit) 或更\(own.kind.isFloor ? "高" : "低")。要放宽，请安装商改站点文件。",
                   en: "A schedule may stop it sooner only: write \(limit) or \(own.kind.isFloor ? "more" : "less"). The installer may change the site file."))
    }
}

extension Entry {
    /// What a schedule may not change on this site.
    func refuseBeyond(_ key: String, _ what: Phrase) {
        refuse(what, Phrase(zh: "删去它，或请安装商改站点文件的 schedules.\(key)。", en: "Remove it, or have the installer change schedules.\(key) in the site file."))
    }
}

extension FeedGatePlan {
    /// In every part the one that feeds less.
    fileprivate func stricter(with other: FeedGatePlan) -> FeedGatePlan {
        let isFloor = kind.isFloor
        func worse(_ one: Double, _ two: Double) -> Double { isFloor ? max(one, two) : min(one, two) }
        let stop = worse(self.stop, other.stop)
        let reduces = [reduce, other.reduce].compactMap(\.self).filter { isFloor ? $0 > stop : $0 < stop }
        return FeedGatePlan(
            cage: cage, kind, stop: stop, resume: worse(resume, other.resume), reduce: isFloor ? reduces.max() : reduces.min(),
            least: min(least, other.least), stopAfter: min(stopAfter, other.stopAfter), resumeAfter: max(resumeAfter, other.resumeAfter),
            isLatching: isLatching || other.isLatching, whenBlind: min(whenBlind, other.whenBlind))
    }
}
