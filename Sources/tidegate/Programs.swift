import ArgumentParser
import Language
import LocalAPI

struct Programs: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "programs", abstract: Phrase(
            zh: "各程序：何时启动、灌多少、有何条件；暂停与用水指标", en: "every program: starts, amounts, conditions; pauses and quotas").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: ProgramsReply = try controller.client.get("programs")
        if common.json { return try say(json: reply) }
        Programs.lines(reply).forEach { say($0) }
    }

    static func lines(_ reply: ProgramsReply) -> [String] {
        guard !reply.programs.isEmpty else { return [Phrase(zh: "本站没有程序", en: "this site has no programs").said] }
        return reply.programs.flatMap { program($0, now: reply.time) } + standing(reply.standing) + quotas(reply.quotas)
    }

    private static func program(_ program: ProgramReply, now: WireTime) -> [String] {
        ProgramSheet(name: program.program.name.phrase, next: program.nextStart.map { Format.moment($0, now: now) },
                     starts: program.starts.phrase, limits: program.limits?.phrase,
                     gives: program.zones.map { ($0.zone.name.phrase, $0.gives.phrase) }, adjusted: adjusted(program)).lines
    }

    private static func adjusted(_ program: ProgramReply) -> Phrase? {
        guard program.percent != 100 || program.skipsNext else { return nil }
        let percent = Format.number(program.percent, decimals: 0)
        var parts: [Phrase] = []
        if program.percent != 100 { parts.append(Phrase(zh: "按 \(percent) % 给水", en: "\(percent) % of its water")) }
        if program.skipsNext { parts.append(Phrase(zh: "下一次不启动", en: "skips its next start")) }
        return Phrase(zh: parts.map(\.zh).joined(separator: "，"), en: parts.map(\.en).joined(separator: ", "))
    }

    /// What stands, for this screen and for `status`.
    static func standing(_ orders: [StandingReply]) -> [String] {
        let shown = orders.filter { $0.kind == "pause" || $0.kind == "rainDelay" }
        guard !shown.isEmpty else { return [] }
        return [""] + shown.map { painted(" ‖ " + $0.text.phrase.said, .warning) }
    }

    private static func quotas(_ quotas: [QuotaReply]) -> [String] {
        guard !quotas.isEmpty else { return [] }
        var table = Table([.text(zh: "用水指标", en: "quota"), .number(zh: "指标 m3", en: "limit m3"), .number(zh: "已用", en: "used"),
                           .number(zh: "剩余", en: "left"), .text(zh: "起算日", en: "since")])
        for quota in quotas {
            let left = Format.number(quota.leftM3, decimals: 1)
            table.add(Table.Cell(quota.quota.name.phrase.said), Table.Cell(Format.number(quota.limitM3, decimals: 1)),
                      Table.Cell(Format.number(quota.usedM3, decimals: 1)), Table.Cell(left, quota.leftM3 <= 0 ? .bad : nil),
                      Table.Cell(quota.since ?? "–"))
        }
        return [""] + table.lines
    }
}
