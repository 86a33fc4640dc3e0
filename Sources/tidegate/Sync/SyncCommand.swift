import ArgumentParser
import Language
import LocalAPI

/// `tidegate sync`: what goes upstream.
struct SyncCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "sync", abstract: Phrase(zh: "上传得怎样：连接、积压、流量", en: "what goes upstream: link, backlog, traffic").said,
                             subcommands: [SyncStatus.self], defaultSubcommand: SyncStatus.self)
    }
}

/// `tidegate sync status`.
struct SyncStatus: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "status", abstract: Phrase(
            zh: "服务器、最近回执、积压、还能存几天、今天的流量", en: "broker, last acknowledgement, backlog, days of room, bytes of today").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: SyncReply = try controller.client.get("sync")
        if common.json { return try say(json: reply) }
        SyncStatus.lines(reply).forEach { say($0) }
    }

    static func lines(_ reply: SyncReply) -> [String] {
        guard let uplink = reply.uplink else {
            return [Phrase(zh: "本站没有写 uplink，不上传", en: "this site has no uplink section: nothing goes upstream").said]
        }
        let head = [headline(uplink, now: reply.time), form(uplink)] + problem(uplink)
        let records = backlog(uplink) + room(uplink)
        return head + [""] + records + (records.isEmpty ? [] : [""]) + traffic(uplink)
    }

    private static func headline(_ uplink: UplinkReply, now: WireTime) -> String {
        let state = painted(uplink.isUp ? Phrase(zh: "已连接", en: "up").said : Phrase(zh: "未连接", en: "down").said, uplink.isUp ? .good : .warning)
        let head = Phrase(zh: "上传 ", en: "uplink ").said + state + "   " + uplink.broker
        guard uplink.form != noRecords else { return head }
        let last = uplink.lastStored.map { Format.moment($0, now: now) }
        return head + "   " + Phrase(zh: last.map { "最近回执 \($0)" } ?? "开机后还没有回执",
                                     en: last.map { "last acknowledgement \($0)" } ?? "nothing acknowledged since the start").said
    }

    private static let noRecords = "none"

    private static func form(_ uplink: UplinkReply) -> String {
        let form = switch uplink.form {
        case noRecords: Phrase(zh: "不上传记录（sync: off）", en: "no records go up (sync: off)")
        case "thingsboard": Phrase(zh: "格式 ThingsBoard 网关遥测，服务器收下即算送到", en: "as ThingsBoard telemetry: what its broker takes counts as stored")
        case let form: Phrase(zh: "格式 \(form.uppercased())，对方入库后回执", en: "as \(form.uppercased()), acknowledged once it is stored")
        }
        return " " + form.said
    }

    private static func problem(_ uplink: UplinkReply) -> [String] {
        guard let problem = uplink.problem else { return [] }
        return hung(" ", problem.phrase.said).map { painted($0, .warning) }
    }

    private static func backlog(_ uplink: UplinkReply) -> [String] {
        guard uplink.form != noRecords else { return [] }
        guard !uplink.waiting.isEmpty else { return [" " + Phrase(zh: "没有积压", en: "nothing waits").said] }
        var table = Table([.text(zh: "积压", en: "waiting"), .number(zh: "行", en: "rows")])
        for stream in uplink.waiting { table.add(Table.Cell(Words.stream(stream.stream)), Table.Cell("\(stream.rows)")) }
        return table.lines
    }

    private static func room(_ uplink: UplinkReply) -> [String] {
        var lines: [String] = []
        if let left = uplink.daysLeft {
            let days = Format.number(left, decimals: left < 10 ? 1 : 0)
            lines.append(" " + Phrase(zh: "断网还能全存 \(days) 天（共 \(uplink.keptDays) 天）", en: "without a link everything is kept for \(days) more days (of \(uplink.keptDays))").said)
        }
        if uplink.rowsGivenUp > 0 {
            let rows = uplink.rowsGivenUp
            lines.append(painted(" " + Phrase(zh: "开机后放弃了 \(rows) 行汇总，已注明缺口", en: "\(rows) rows of summaries were given up since the start; the gaps are told").said, .warning))
        }
        return lines
    }

    private static func traffic(_ uplink: UplinkReply) -> [String] {
        let sum = uplink.bytesToday.reduce(0) { $0 + $1.bytes }
        let budget = uplink.budgetBytes.map { Phrase(zh: "（每天 \(Format.bytes($0))）", en: " (of \(Format.bytes($0)) a day)").said } ?? ""
        let parts = uplink.bytesToday.filter { $0.bytes > 0 }.sorted { $0.bytes > $1.bytes }
            .map { "\(Words.stream($0.use).said) \(Format.bytes($0.bytes))" }
        let isOver = uplink.budgetBytes.map { sum >= $0 } ?? false
        let head = painted(" " + Phrase(zh: "今天流量 \(Format.bytes(sum))", en: "today \(Format.bytes(sum))").said + budget, isOver ? .warning : nil)
        return [head] + (parts.isEmpty ? [] : hung("   ", parts.joined(separator: "  ")))
            + (isOver ? [painted(" " + Phrase(zh: "已用完：到午夜前只上传报警", en: "used up: until midnight only alarms go up").said, .warning)] : [])
    }
}

extension Words {
    /// What goes upstream, for people.
    static func stream(_ name: String) -> Phrase {
        switch name {
        case "state": Phrase(zh: "现状", en: "state")
        case "alarms": Phrase(zh: "报警", en: "alarms")
        case "gaps": Phrase(zh: "缺口", en: "gaps")
        case "audit": Phrase(zh: "操作记录", en: "audit")
        case "schedules": Phrase(zh: "方案", en: "schedules")
        case "runs": Phrase(zh: "灌溉", en: "runs")
        case "doses": Phrase(zh: "施肥", en: "doses")
        case "meals": Phrase(zh: "投喂", en: "meals")
        case "days": Phrase(zh: "日汇总", en: "days")
        case "hours": Phrase(zh: "小时汇总", en: "hours")
        case "acknowledgements": Phrase(zh: "回执", en: "acknowledgements")
        case "overhead": Phrase(zh: "协议开销", en: "overhead")
        case "sparkplug": Phrase(verbatim: "Sparkplug")
        case "documents": Phrase(zh: "方案下发", en: "documents")
        case "water-bureau": Phrase(zh: "水利上报", en: "water bureau")
        default: Phrase(verbatim: name)
        }
    }
}
