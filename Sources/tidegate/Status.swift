import ArgumentParser
import Language
import LocalAPI

struct Status: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "status", abstract: Phrase(
            zh: "一屏看全场：时钟、扫描、各分区、告警", en: "the whole site on one screen: clock, scan, zones, alarms").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: StatusReply = try controller.client.get("status")
        if common.json { return try say(json: reply) }
        StatusScreen(reply).lines.forEach { say($0) }
    }
}

/// The screen of `status` and `watch`.
struct StatusScreen {
    let reply: StatusReply

    init(_ reply: StatusReply) { self.reply = reply }

    var lines: [String] {
        header + zones + gates + cages + dosing + Programs.standing(reply.standing) + links + alarmLines
    }

    /// A site may be a canal alone.
    private var zones: [String] {
        reply.zones.isEmpty && !(reply.gates.isEmpty && reply.cages.isEmpty) ? []
            : [""] + ZoneTable(zones: reply.zones, now: reply.time).lines
    }

    private var gates: [String] {
        reply.gates.isEmpty ? [] : [""] + GateTable(gates: reply.gates, now: reply.time).lines
    }

    private var cages: [String] {
        guard !reply.cages.isEmpty else { return [] }
        let isFed = reply.cages.contains { $0.feeding != nil }
        return [""] + CageTable(cages: reply.cages).lines + (isFed ? [""] + FeedTable(cages: reply.cages, now: reply.time).lines : [])
    }

    private var links: [String] {
        reply.links.isEmpty ? [] : [""] + LinkTable(links: reply.links).lines
    }

    private var dosing: [String] {
        let units = reply.dosing.flatMap { DosingScreen.headlines($0) }.map { " " + $0 }
        return units.isEmpty ? [] : [""] + units
    }

    /// Site, clock, scan, records, alarms: in one line where there is room.
    private var header: [String] {
        let now = "\(Format.weekday(reply.time)) \(Format.clock(reply.time))"
        let parts = [painted(reply.site.name.phrase.said, .strong) + "  " + now, clock, scan] + records + uplink + [alarmCount]
        guard let width = Console.current.width else { return [parts.joined(separator: "   ")] }
        var lines: [String] = []
        var used = 0
        for part in parts {
            let columns = displayWidth(withoutColour(part))
            if used > 0, used + 3 + columns <= width {
                lines[lines.count - 1] += "   " + part
                used += 3 + columns
            } else {
                lines.append(part)
                used = columns
            }
        }
        return lines
    }

    private var clock: String {
        painted(Phrase(zh: "时钟 ", en: "clock ").said + Words.clock(reply.clock.trust).said, reply.clock.trust == "unset" ? .bad : nil)
    }

    private var scan: String {
        let period = Format.number(reply.scan.periodMilliseconds, decimals: 0, unit: "ms")
        let late = reply.scan.overruns
        let text = late == 0 ? Phrase(zh: "扫描 \(period) 无超时", en: "scan \(period), none late")
            : Phrase(zh: "扫描 \(period) 超时 \(late) 次", en: "scan \(period), \(late) late")
        return painted(text.said, late == 0 ? nil : .warning)
    }

    private var records: [String] {
        if !reply.records.ledgerWritable { return [painted(Phrase(zh: "台账写不进", en: "ledger cannot be written").said, .bad)] }
        if !reply.records.journalWritable { return [painted(Phrase(zh: "历史写不进", en: "history cannot be written").said, .warning)] }
        return []
    }

    private var uplink: [String] {
        guard let uplink = reply.uplink else { return [] }
        let state = uplink.isUp ? Phrase(zh: "上传已连", en: "uplink up") : Phrase(zh: "上传未连", en: "uplink down")
        let waiting = Phrase(zh: "待传 \(uplink.rowsWaiting)", en: "\(uplink.rowsWaiting) waiting")
        return [painted(Phrase(zh: "\(state.zh)，\(waiting.zh)", en: "\(state.en), \(waiting.en)").said, uplink.isUp ? nil : .warning)]
    }

    private var alarmCount: String {
        let count = reply.alarms.count
        let text = Phrase(zh: count == 0 ? "无告警" : "告警 \(count)", en: count == 0 ? "no alarms" : count == 1 ? "1 alarm" : "\(count) alarms")
        return painted(text.said, reply.alarms.map(\.severity).contains("critical") ? .bad : count == 0 ? .good : .warning)
    }

    private var alarmLines: [String] {
        guard !reply.alarms.isEmpty else { return [] }
        let shown = reply.alarms.prefix(5).flatMap { alarm in
            let over = alarm.state == "returned" ? "  " + Words.alarmState(alarm.state).said : ""
            return hung(" ! ", "\(alarm.text.phrase.said)  \(Format.moment(alarm.since, now: reply.time))\(over)")
                .map { painted($0, .of(severity: alarm.severity)) }
        }
        let more = reply.alarms.count > 5 ? ["   " + Phrase(zh: "还有 \(reply.alarms.count - 5) 条：tidegate alarms", en: "\(reply.alarms.count - 5) more: tidegate alarms").said] : []
        return [""] + shown + more
    }
}

/// What each zone does, and why.
struct ZoneTable {
    let zones: [ZoneReply]
    let now: WireTime

    var lines: [String] {
        guard !zones.isEmpty else { return [" " + Phrase(zh: "本站没有分区", en: "this site has no zones").said] }
        var table = Table([
            .text(zh: "分区", en: "zone"), .text(zh: "状态", en: "state"), .text(zh: "时间", en: "time"),
            .text(zh: "水量", en: "water"), .text(zh: "流量", en: "flow"), .text(zh: "原因", en: "why"),
        ])
        for zone in zones { table.rows.append(cells(zone)) }
        return table.lines
    }

    private func cells(_ zone: ZoneReply) -> [Table.Cell] {
        let isBusy = zone.phase != "idle" && zone.phase != "queued"
        let hasRun = isBusy && (zone.plannedSeconds ?? 0) + (zone.plannedM3 ?? 0) > 0
        return [
            Table.Cell(zone.zone.name.phrase.said), Table.Cell(Words.phase(zone.phase), .of(phase: zone.phase)),
            Table.Cell(hasRun ? Format.running(zone.wateredSeconds) + (zone.plannedSeconds.map { "/" + Format.running($0) } ?? "") : ""),
            Table.Cell(hasRun ? water(zone) : ""),
            Table.Cell(isBusy && zone.flowM3h != nil ? Format.number(zone.flowM3h, decimals: 1, unit: "m3/h") : ""),
            Table.Cell(why(zone)),
        ]
    }

    /// `5.10/10.40 m3`; with ≈ where some of it is estimated.
    private func water(_ zone: ZoneReply) -> String {
        let planned = zone.plannedM3.map { "/" + Format.number($0, decimals: 2) } ?? ""
        return "\(zone.isEstimated ? "≈" : "")\(Format.number(zone.volumeM3, decimals: 2))\(planned) m3"
    }

    private func why(_ zone: ZoneReply) -> String {
        guard zone.phase == "idle" else { return zone.why.phrase.said }
        let next = zone.nextStart.map { Format.moment($0, now: now) }.map { Phrase(zh: "下次 \($0)", en: "next \($0)").said }
        return [ZoneTable.owes(zone), zone.skipped?.phrase.said, next].compactMap(\.self).joined(separator: Phrase(zh: "；", en: "; ").said)
    }
}

extension ZoneTable {
    /// That fertiliser is left in its lines.
    static func owes(_ zone: ZoneReply) -> String? {
        zone.owesFlushM3.map { Format.number($0, decimals: 2, unit: "m3") }.map { Phrase(zh: "欠冲洗 \($0)", en: "owes a flush of \($0)").said }
    }
}

/// The text without the escapes that colour it.
func withoutColour(_ text: String) -> String {
    text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
}
