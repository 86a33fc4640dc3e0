import ArgumentParser
import Glibc
import Language
import Quantities
import Uplink

struct PushCommand: ParsableCommand {
    enum Goal: String, ExpressibleByArgument {
        case accepted, active
    }

    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "push", abstract: Phrase(zh: "把签过名的方案经服务器送到各网关", en: "send signed schedules to gateways by a broker").said,
            discussion: Phrase(
                zh: "每份文件只送给它自己的站点，服务器替不在线的网关存着。一边送一边列出谁收到、谁收下、谁拒绝（为什么）、谁已启用。再送一遍不要紧：有了的网关不会重做。全收下时退出码 0，否则 1。",
                en: "Each document goes to its own site only, and the broker keeps it for gateways without a link. Shows who has received, accepted, refused (why) and activated it. To push again is harmless: who has it does nothing twice. Exit code 0 when all took it, else 1.").said)
    }

    @Argument(help: .said(zh: "签过名的方案或信任表，一个站点一份", en: "signed schedules or trust files, one for a site", valueName: Phrase(zh: "文件", en: "file")))
    var files: [String]

    @Option(help: .said(zh: "站点名单，一行一个：站点 [网关名]；缺省：文件所属的站点", en: "sites, a line each: SITE [GATEWAY]; default: the documents' own", valueName: Phrase(zh: "文件", en: "file")))
    var sites: String?

    @OptionGroup var broker: BrokerOptions

    @Option(help: .said(zh: "等到 accepted 收下，或 active 启用", en: "waits until accepted, or active", valueName: Phrase(verbatim: "accepted|active")))
    var until = Goal.accepted

    @Option(help: .said(zh: "最多等多久，如 5m", en: "waits no longer than this, such as 5m", valueName: Phrase(zh: "时长", en: "time")))
    var wait = TimeSpan(.seconds(60))

    @OptionGroup var common: CommonOptions

    func run() throws {
        let targets = try pushTargets(try files.map { try PushDocument($0) }, try sites.map { try SiteList($0) })
        let link = try broker.link(targets)
        link.start()
        defer { link.stop(within: .seconds(1)) }
        watch(link)
        let session = link.session
        let ok = session.rows.allSatisfy { isThere($0.stage) }
        if common.json {
            try say(json: PushJSON(session.rows, ok: ok))
        } else {
            PushScreen(session).lines.forEach { say($0) }
        }
        if let fault = session.fault, session.rows.allSatisfy({ $0.stage == .waiting }) {
            throw Refused(.notReachable, code: "broker", fault.words, remedy: fault.remedy)
        }
        if !ok { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private func isThere(_ stage: PushStage) -> Bool { until == .active ? stage == .active : stage.isTaken }

    private func isOver(_ session: PushSession) -> Bool {
        session.rows.allSatisfy { isThere($0.stage) || $0.stage == .refused || $0.stage == .over }
    }

    /// A live table on a terminal, else a line for each step of each gateway.
    private func watch(_ link: PushLink) {
        let end = ContinuousClock.now + wait.duration
        guard !common.json, let screen = LiveTerminal() else { return lines(link, until: end) }
        defer { screen.restore() }
        repeat {
            var console = Console.current
            console.width = screen.columns
            screen.draw(Console.$current.withValue(console) { PushScreen(link.session).lines })
            guard !isOver(link.session), screen.waitForNextTurn() else { return }
        } while ContinuousClock.now < end
    }

    private func lines(_ link: PushLink, until end: ContinuousClock.Instant) {
        var before = link.session.rows.map { _ in PushStage.waiting }
        repeat {
            poll(nil, 0, 100)
            let session = link.session
            if !common.json { PushScreen(session).news(since: before).forEach { say($0) } }
            before = session.rows.map(\.stage)
            if isOver(session) { break }
        } while ContinuousClock.now < end
        if !common.json { say() }
    }
}
