import ArgumentParser
import Foundation
import Glibc
import Language
import Quantities
import Sparkplug
import Uplink

struct ScheduleStatus: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "status", abstract: Phrase(zh: "经服务器看各网关的方案到哪一步", en: "how gateways stand with their schedules, by the broker").said,
            discussion: Phrase(zh: "看的是网关最近一次报给服务器的；不在线的也看得到。什么也不送。", en: "As each gateway said last; also of those without a link now. Sends nothing.").said)
    }

    @Argument(help: .said(zh: "网关名，缺省同站点标识", en: "gateways; each has the name of its site unless told otherwise", valueName: Phrase(zh: "网关", en: "gateway")))
    var gateways: [String] = []

    @Option(help: .said(zh: "站点名单，一行一个：站点 [网关名]", en: "sites, a line each: SITE [GATEWAY]", valueName: Phrase(zh: "文件", en: "file")))
    var sites: String?

    @OptionGroup var broker: BrokerOptions
    @OptionGroup var common: CommonOptions

    /// What the broker keeps comes at once; longer than this it has nothing.
    private static let patience: Duration = .seconds(10)
    private static let afterOpening: Duration = .seconds(2)

    func run() throws {
        let listed = try sites.map { try SiteList($0).lines.map(\.gateway) } ?? []
        let names = try gateways.map { try gatewayName($0) } + listed
        guard !names.isEmpty, Set(names).count == names.count else {
            throw Refused(.wrongUse, code: "gateway", Phrase(zh: "没有写要看哪些网关，或写了两次", en: "no gateway is named, or one is named twice"),
                          remedy: Phrase(zh: "写上网关名，或用 --sites 名单。", en: "Name gateways, or give a list with --sites."))
        }
        let link = try broker.link(names.map { PushTarget(gateway: $0, document: nil) })
        link.start()
        defer { link.stop(within: .seconds(1)) }
        listen(link)
        let session = link.session
        if let fault = session.fault { throw Refused(.notReachable, code: "broker", fault.words, remedy: fault.remedy) }
        if common.json { return try say(json: session.rows.map(StandingJSON.init)) }
        show(session.rows)
    }

    private func listen(_ link: PushLink) {
        let end = ContinuousClock.now + Self.patience
        var enough: ContinuousClock.Instant?
        while ContinuousClock.now < min(end, enough ?? end) {
            poll(nil, 0, 50)
            let session = link.session
            if session.fault != nil || session.rows.allSatisfy({ $0.standing != nil }) { return }
            if enough == nil, session.isOpen { enough = ContinuousClock.now + Self.afterOpening }
        }
    }

    private func show(_ rows: [PushRow]) {
        var table = Table([.text(zh: "网关", en: "gateway"), .text(zh: "报于", en: "as of"), .text(zh: "在用", en: "in force"), .text(zh: "等着的", en: "waiting"),
                           .text(zh: "最近一次", en: "said last")])
        for row in rows {
            let name = Table.Cell(row.target.gateway.text)
            guard let standing = row.standing else {
                table.add(name, Table.Cell("–"), Table.Cell("–"), Table.Cell("–"), Table.Cell(Phrase(zh: "从没报过", en: "it has never said anything")))
                continue
            }
            table.add(name, Table.Cell(standing.age.said), Table.Cell(standing.inForce), Table.Cell(standing.staged?.words.said ?? "–"),
                      Table.Cell(standing.last.map { $0.text.oneLine.said } ?? "–"))
        }
        table.lines.forEach { say($0) }
    }
}

extension DocumentStanding {
    /// How long ago it was said, if both clocks are right.
    fileprivate var age: Phrase {
        let span = Format.span(Date().timeIntervalSince1970 - Double(at))
        return Phrase(zh: "\(span)前", en: "\(span) ago")
    }

    fileprivate var inForce: Phrase {
        if keys == nil { return Phrase(zh: "未登记信任表", en: "trusts nobody yet") }
        return active?.words ?? Phrase(zh: "基本程序", en: "base programs")
    }
}

extension DocumentStanding.Slot {
    fileprivate var words: Phrase {
        let wait = waitsForApproval ? Phrase(zh: "，等批准", en: ", for approval") : Phrase(verbatim: "")
        return Phrase(zh: "\(version)（\(first) .. \(last)\(wait.zh)）", en: "\(version) (\(first) .. \(last)\(wait.en))")
    }
}

/// What `schedule status --json` prints of a gateway; the keys are stable.
struct StandingJSON: Encodable {
    struct Slot: Encodable {
        let version: Int
        let first: String
        let last: String
        let waitsForApproval: Bool
        let document: String

        init(_ slot: DocumentStanding.Slot) {
            (version, first, last) = (slot.version, slot.first, slot.last)
            (waitsForApproval, document) = (slot.waitsForApproval, slot.document)
        }
    }

    let gateway: String
    /// Seconds since 1970, by the gateway's clock; absent: it has never said anything.
    let at: Int64?
    let keys: Int?
    let newest: Int?
    let staged: Slot?
    let active: Slot?
    let lastGood: Slot?
    let last: [String: String]?

    init(_ row: PushRow) {
        let standing = row.standing
        gateway = row.target.gateway.text
        (at, keys, newest) = (standing?.at, standing?.keys, standing?.newest)
        (staged, active, lastGood) = (standing?.staged.map(Slot.init), standing?.active.map(Slot.init), standing?.lastGood.map(Slot.init))
        last = standing?.last.map { ["step": $0.step.rawValue, "zh": $0.text.zh, "en": $0.text.en] }
    }
}
