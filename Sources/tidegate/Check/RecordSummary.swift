import Foundation
import Language
import ProcessImage
import Quantities
import Site

/// What the site's records cost: days kept, and for each choice of `flush` what it loses and what it wears.
struct RecordSummary {
    private let plan: RecordingPlan
    private let cost: RecordCost

    init(_ site: Site) {
        plan = site.recording
        cost = site.recordCost
    }

    /// Choices worth comparing, the site's own among them.
    private var choices: [Duration] {
        ([.seconds(1), .seconds(10), .seconds(60), .minutes(10)] + [plan.flushEvery]).reduce(into: []) { list, choice in
            if !list.contains(choice) { list.append(choice) }
        }.sorted()
    }

    var kept: Phrase {
        let daily = RecordSummary.bytes(cost.fileBytesPerDay), size = Format.bytes(Int(plan.maximumBytes))
        let days = Int(cost.daysKept(plan))
        let isCut = days < plan.keepSamplesDays
        return Phrase(
            zh: "记录：每天最多 \(daily)，原始值保存 \(days) 天" + (isCut ? "（受 size \(size) 所限，想存 \(plan.keepSamplesDays) 天请调大）" : "")
                + "；每 \(plan.foldEvery.text) 压实一次",
            en: "records: at most \(daily) a day, samples kept for \(days) days"
                + (isCut ? " (bounded by size \(size); more would be needed for \(plan.keepSamplesDays) days)" : "")
                + "; packed every \(plan.foldEvery.text)")
    }

    var wear: Table {
        var table = Table([.text(zh: "刷写 flush", en: "flush"), .number(zh: "断电最多丢", en: "a power cut loses"),
                           .number(zh: "每天写闪存", en: "flash written a day"), .number(zh: "8 GB 卡可用", en: "an 8 GB card lasts")])
        for choice in choices {
            let daily = cost.flashBytesPerDay(flush: choice)
            let isOurs = choice == plan.flushEvery
            let name = isOurs ? Phrase(zh: "\(choice.text)（本站）", en: "\(choice.text) (this site)") : Phrase(verbatim: choice.text)
            table.add(.init(name, isOurs ? .strong : nil), .init(choice.text), .init(RecordSummary.bytes(daily)),
                      .init(RecordSummary.years(daily)))
        }
        return table
    }

    /// Who is told of it, at what cost; `nil`: nobody.
    static func upstream(_ site: Site) -> Phrase? {
        guard let uplink = site.uplink, let broker = uplink.brokers.first else { return nil }
        let budget = uplink.link.budget.map { Format.bytes($0) }
        let kept = uplink.sync.map { sync in
            let most = Format.bytes(sync.bytesKept(of: site.tables))
            return Phrase(zh: "；断网时全部保留 \(sync.keepDays) 天，最多占 \(most)", en: "; without a link everything is kept for \(sync.keepDays) days, \(most) at most")
        } ?? Phrase(zh: "", en: "")
        return Phrase(zh: "上传：\(broker.host)（\(uplink.link.kind.rawValue)" + (budget.map { "，每天最多 \($0)" } ?? "") + "）" + kept.zh,
                      en: "upstream: \(broker.host) by \(uplink.link.kind.rawValue)" + (budget.map { ", at most \($0) a day" } ?? "") + kept.en)
    }

    /// What the last column supposes.
    var supposing: Phrase {
        Phrase(zh: "按每个单元可写 3000 次、卡自身写放大 3 倍估算；每次轮询都算有变化，实际只会更少。",
               en: "Supposing 3,000 writes of each cell and a card that writes three times what it is given; every poll is taken "
                   + "for a change, so it will be less.")
    }

    /// A card of 8 GB that takes 3,000 writes of each cell, of which two in three are its own doing.
    private static func years(_ bytesPerDay: Double) -> Phrase {
        let years = 8e9 * 3_000 / 3 / max(bytesPerDay, 1) / 365
        guard years < 100 else { return Phrase(zh: "100 年以上", en: "over 100 years") }
        let number = String(format: years < 10 ? "%.1f" : "%.0f", years)
        return Phrase(zh: "\(number) 年", en: "\(number) years")
    }

    private static func bytes(_ count: Double) -> String { Format.bytes(Int(count.rounded())) }
}

/// The same for programs; the keys are stable. Bytes a day.
struct RecordsJSON: Encodable {
    let samplesPerDay: Double
    let fileBytesPerDay: Double
    let flashBytesPerDay: Double
    let daysKept: Double

    init(_ site: Site) {
        let (plan, cost) = (site.recording, site.recordCost)
        samplesPerDay = cost.samplesPerDay
        fileBytesPerDay = cost.fileBytesPerDay
        flashBytesPerDay = cost.flashBytesPerDay(flush: plan.flushEvery)
        daysKept = cost.daysKept(plan)
    }
}
