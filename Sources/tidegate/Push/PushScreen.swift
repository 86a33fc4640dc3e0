import Language
import LocalAPI
import Sparkplug
import Uplink

/// How far a push has come, for people and for programs.
struct PushScreen {
    let rows: [PushRow]
    let fault: DialFault?

    init(_ session: PushSession) { (rows, fault) = (session.rows, session.fault) }

    /// The table, and above it the connection where there is none.
    var lines: [String] {
        var table = Table([.text(zh: "网关", en: "gateway"), .number(zh: "版本", en: "version"), .text(zh: "到哪一步", en: "came to"),
                           .text(zh: "网关的话", en: "the gateway says")])
        for row in rows {
            table.add(Table.Cell(row.target.gateway.text), Table.Cell(row.target.document.map { "\($0.version)" } ?? ""),
                      Table.Cell(row.stage.words, row.stage.colour), Table.Cell(row.remark.said))
        }
        let trouble = fault.map { [painted(Phrase(zh: " \($0.words.zh)，正在重试", en: " \($0.words.en), trying again").said, .bad)] } ?? []
        return trouble + table.lines + [""] + [" " + summary.said]
    }

    var summary: Phrase {
        func count(_ stages: PushStage...) -> Int { rows.count { stages.contains($0.stage) } }
        let (taken, active, refused) = (count(.accepted, .active), count(.active), count(.refused))
        let waiting = count(.waiting, .kept, .received), over = count(.over)
        var zh = "\(rows.count) 台网关：收下 \(taken)（已启用 \(active)）"
        var en = "\(rows.count) gateway\(rows.count == 1 ? "" : "s"): \(taken) took it (\(active) in force)"
        for (number, words) in [(refused, Phrase(zh: "拒绝", en: "refused it")), (waiting, Phrase(zh: "没回话", en: "said nothing")),
                                (over, Phrase(zh: "不再用", en: "no longer run it"))] where number > 0 {
            zh += "，\(words.zh) \(number)"
            en += ", \(number) \(words.en)"
        }
        return Phrase(zh: zh + "。", en: en + ".")
    }

    /// A line for each row that is not as it was.
    func news(since before: [PushStage]) -> [String] {
        zip(rows, before).filter { $0.stage != $1 }.map { row, _ in
            let head = "\(row.target.gateway.text)  \(row.stage.words.said)"
            let remark = row.remark.said
            return remark.isEmpty ? head : head + "  " + remark
        }
    }
}

extension PushRow {
    /// What the gateway said, in one line.
    var remark: Phrase { text?.oneLine ?? (stage == .kept ? .awaited : Phrase(verbatim: "")) }
}

extension Phrase {
    /// Of a refusal the reason and what to do, without that it is one; its first line only says how far a document came.
    var oneLine: Phrase {
        func joined(_ text: String, _ joint: String) -> String {
            let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
            return (lines.count > 2 ? lines.dropFirst() : lines[...]).joined(separator: joint)
        }
        return Phrase(zh: joined(zh, ""), en: joined(en, " "))
    }

    fileprivate static let awaited = Phrase(zh: "等它上线来取", en: "taken when it has a link")
}

extension PushStage {
    var words: Phrase {
        switch self {
        case .waiting: Phrase(zh: "未送出", en: "not sent")
        case .kept: Phrase(zh: "服务器代存", en: "at the broker")
        case .received: Phrase(zh: "已收到", en: "received")
        case .accepted: Phrase(zh: "已收下", en: "accepted")
        case .refused: Phrase(zh: "拒绝", en: "refused")
        case .active: Phrase(zh: "已启用", en: "in force")
        case .over: Phrase(zh: "不再用", en: "over")
        }
    }

    fileprivate var colour: Colour? {
        switch self {
        case .waiting, .kept: .dim
        case .received: nil
        case .accepted: .water
        case .active: .good
        case .refused, .over: .bad
        }
    }
}

/// What `push --json` prints; the keys are stable.
struct PushJSON: Encodable {
    struct Row: Encodable {
        let gateway: String
        let version: Int?
        let document: String?
        /// `waiting`, `kept`, `received`, `accepted`, `refused`, `active`, `over`.
        let stage: String
        let text: WireText?
    }

    let ok: Bool
    let gateways: [Row]

    init(_ rows: [PushRow], ok: Bool) {
        self.ok = ok
        gateways = rows.map { row in
            Row(gateway: row.target.gateway.text, version: row.target.document?.version, document: row.target.document?.hash,
                stage: row.stage.rawValue, text: row.text.map { WireText($0) })
        }
    }
}
