import Control
import Language
import ProcessImage
import Quantities

/// Channels that belong together are all used, in their shares: the guard would stop an unequal dose.
extension SiteReader {
    func checkTogether(_ recipe: RecipePlan, _ entry: Entry) {
        let group = dosingUnits[recipe.unit.offset].together
        let used = group.compactMap { member in
            recipe.parts.first { $0.channel == member.channel }
                .map { Member(tag: channels[member.channel.offset].label.tag, share: member.share, mode: $0.mode) }
        }
        guard let first = used.first else { return }
        let rule = "dosing.\(dosingUnits[recipe.unit.offset].label.tag).together"
        if used.count < group.count {
            let missing = group.map { channels[$0.channel.offset].label.tag }.filter { tag in !used.contains { $0.tag == tag } }
            entry.refuse(Phrase(zh: "缺了 \(missing.joined(separator: "、"))，而它要和 \(first.tag) 一起用。", en: "leaves out \(missing.joined(separator: ", ")), which belongs together with \(first.tag)."),
                         entry.either(Phrase(zh: "补上", en: "Add it"), orChange: rule))
            return
        }
        for other in used.dropFirst() { compare(other, first, rule, entry) }
    }

    private struct Member {
        let tag: String
        let share: Double
        let mode: DoseMode
    }

    private func compare(_ other: Member, _ first: Member, _ rule: String, _ entry: Entry) {
        let place = entry["channels"]?[other.tag] ?? entry
        let wanted = other.share / first.share, times = plain((wanted * 100).rounded() / 100)
        guard other.mode.goes == first.mode.goes else {
            func said(_ member: Member) -> Phrase {
                let written = entry["channels"]?[member.tag]?.word ?? ""
                return Phrase(zh: "\(member.tag)（\(quoted(written))）\(member.mode.goes.zh)", en: "\(member.tag) (\(quoted(written))) goes by \(member.mode.goes.en)")
            }
            let share = times == "1" ? Phrase(zh: "两个一样多", en: "as much of one as of the other")
                : Phrase(zh: "\(other.tag) 是 \(first.tag) 的 \(times) 倍", en: "\(times) × \(first.tag) of \(other.tag)")
            place.refuse(Phrase(zh: "\(first.tag)、\(other.tag) 要一起用，可 \(said(first).zh)，\(said(other).zh)。",
                                en: "\(first.tag) and \(other.tag) belong together, but \(said(first).en) and \(said(other).en)."),
                         Phrase(zh: "两个用同一种单位写；站点文件 \(rule) 规定\(share.zh)。", en: "Write both in one unit; \(rule) of the site file wants \(share.en)."))
            return
        }
        guard let base = first.mode.size, let size = other.mode.size, abs(size / base / wanted - 1) > 0.02 else { return }
        let here = plain((size / base * 100).rounded() / 100)
        place.refuse(Phrase(zh: "这里 \(other.tag) 是 \(first.tag) 的 \(here) 倍，站点文件 \(rule) 规定的是 \(times) 倍。",
                            en: "\(other.tag) is \(here) × \(first.tag) here, and \(rule) of the site file wants \(times) ×."),
                     Phrase(zh: "两处写成一样；比例不对，运行时会当成 A、B 不匀，停止施肥。", en: "Make them alike, or the dose is taken for unequal and stopped."))
    }
}

extension DoseMode {
    /// How much compared with another of the same kind; `nil` for a loop of its own.
    fileprivate var size: Double? {
        switch self {
        case .quantity(let volume): volume.base
        case .perArea(let depth): depth.base
        case .time(let time): time.seconds
        case .ratio(let ratio): ratio.base
        case .ec(let share): share
        case .ph: nil
        }
    }

    /// What it goes by.
    fileprivate var goes: Phrase {
        switch self {
        case .quantity: Phrase(zh: "按次给", en: "the run")
        case .perArea: Phrase(zh: "按面积给", en: "the area")
        case .time: Phrase(zh: "按时间给", en: "time")
        case .ratio: Phrase(zh: "按水量给", en: "the water")
        case .ec: Phrase(zh: "按 EC 给", en: "the EC")
        case .ph: Phrase(zh: "按 pH 给", en: "the pH")
        }
    }
}
