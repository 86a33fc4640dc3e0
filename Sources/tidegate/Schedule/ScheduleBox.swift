import ArgumentParser
import Field
import Foundation
import Language
import LocalAPI
import Quantities
import Schedule
import Site

/// The folder of schedules of the gateway one stands before.
struct ScheduleBoxOptions: ParsableArguments {
    @Option(help: .said(zh: "控制器的数据目录", en: "the controller's data folder", valueName: Phrase(zh: "目录", en: "folder")))
    var data = "/var/lib/tidegate"

    @OptionGroup var site: ScheduleSiteOptions
    @OptionGroup var controller: ControllerOptions

    var folder: String { data + "/schedules" }

    func rules() throws -> ScheduleSite {
        ScheduleSite(try site.load(), boards: site.boards, profiles: site.profiles)
    }

    /// Of a gateway that trusts somebody.
    func acceptance() throws -> Acceptance {
        let found: Acceptance?
        do {
            found = FileManager.default.fileExists(atPath: folder) ? try Acceptance(folder: folder, try rules()) : nil
        } catch let fault as DiskFault {
            throw Refused(.failed, code: "folder", Answer.damaged(fault.what).text,
                          remedy: Phrase(zh: "请安装商重新登记：tidegate schedule enroll。", en: "Have an installer begin anew: tidegate schedule enroll."))
        }
        if let found { return found }
        throw Refused(.failed, code: "nobody-trusted", Phrase(zh: "这台网关还没有登记信任表", en: "this gateway trusts nobody yet"),
                      remedy: Phrase(zh: "先由安装商登记：tidegate schedule enroll。", en: "An installer begins: tidegate schedule enroll."))
    }

    /// The clock of the gateway, believed as far as the controller believes it.
    static func now(_ lastTrusted: WallTime?) -> WallTime { SystemClock(lastKnown: lastTrusted).wall() }
}

extension Answer {
    /// Says it, has the controller note it for log and audit where one runs, and ends the command where it is a refusal.
    func tell(json: Bool, _ controller: ControllerOptions) throws {
        if let note {
            let request = CommandRequest(.scheduleNote, subject: "\(note.reason)", what: "\(note.step)", seen: note.words, count: Double(note.version))
            _ = try? controller.client.post("commands", request) as CommandReply
        }
        if json {
            try say(json: AnswerJSON(ok: !isRefusal, text: WireText(text)))
        } else {
            say(text)
        }
        if isRefusal { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private var isRefusal: Bool {
        switch self {
        case .refused, .nothingWaits, .nothingToReturnTo, .damaged: true
        default: false
        }
    }
}

/// What `schedule take`, `enroll` and `rollback` print with `--json`; the keys are stable.
struct AnswerJSON: Encodable {
    let ok: Bool
    let text: WireText
}

struct ScheduleEnroll: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "enroll", abstract: Phrase(zh: "在网关上登记第一份信任表", en: "begin, on the gateway, with a first trust file").said,
            discussion: Phrase(
                zh: "由站在网关前的安装商做，以控制器的用户身份运行。以前收下的方案与版本号全部作废。",
                en: "For an installer who stands before the gateway, as the controller's user. Schedules and numbers of before are forgotten.").said)
    }

    @Argument(help: .said(zh: "签过名的信任表", en: "the trust file, signed", valueName: Phrase(zh: "文件", en: "file")))
    var trust: String

    @Flag(help: .said(zh: "不问，直接执行", en: "goes on without asking"))
    var yes = false

    @OptionGroup var box: ScheduleBoxOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let (desk, rules) = (try DeskFile(trust), try box.rules())
        if !yes, FileManager.default.fileExists(atPath: box.folder + "/state") {
            try confirm(Phrase(zh: "已收下的方案与版本号都会作废。继续吗？[y/N] ", en: "Schedules and numbers taken before are forgotten. Go on? [y/N] "))
        }
        let begun = try Acceptance.enroll(folder: box.folder, rules, trust: desk.bytes, now: ScheduleBoxOptions.now(nil))
        try Answer.keys(version: begun.standing.keys).tell(json: common.json, box.controller)
    }
}

struct ScheduleTake: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "take", abstract: Phrase(zh: "在网关上收下签过名的方案或信任表", en: "take, on the gateway, a signed schedule or trust file").said,
            discussion: Phrase(
                zh: "逐项查过才存下；到首日、没有分区在灌时，控制器自己换上。以控制器的用户身份运行。被拒绝时退出码 1，现行方案不变。",
                en: "Kept only when every check has passed. The controller puts it in force by itself from its first day on, when nothing runs. Run it as the controller's user. Exit code 1 when it is refused; what runs goes on unchanged.").said)
    }

    @Argument(help: .said(zh: "签过名的文件", en: "the signed file", valueName: Phrase(zh: "文件", en: "file")))
    var file: String

    @OptionGroup var box: ScheduleBoxOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let desk = try DeskFile(file)
        var acceptance = try box.acceptance()
        let answer = acceptance.receive(desk.bytes, .onTheSpot, now: ScheduleBoxOptions.now(acceptance.lastTrusted))
        try answer.tell(json: common.json, box.controller)
    }
}

struct ScheduleRollback: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "rollback", abstract: Phrase(zh: "在网关上退回上一份好的方案", en: "go back, on the gateway, to the last good schedule").said,
            discussion: Phrase(zh: "没有更早的方案，就退回站点文件的基本程序。", en: "To the site file's own programs where there is no earlier one.").said)
    }

    @OptionGroup var box: ScheduleBoxOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        var acceptance = try box.acceptance()
        try acceptance.rollback().tell(json: common.json, box.controller)
    }
}

struct ScheduleState: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "state", abstract: Phrase(zh: "网关上的方案：等着的、启用的、上一份", en: "the gateway's schedules: what waits, runs and ran before").said)
    }

    @OptionGroup var box: ScheduleBoxOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let acceptance = try box.acceptance()
        let standing = acceptance.standing
        if common.json { return try say(json: standing) }
        let base = Phrase(zh: "站点文件的基本程序", en: "the site file's own programs")
        say(Phrase(zh: "启用    \((standing.active?.words ?? base).zh)", en: "active     \((standing.active?.words ?? base).en)"))
        if let staged = standing.staged { say(Phrase(zh: "已存好  \(staged.words.zh)", en: "staged     \(staged.words.en)")) }
        if let last = standing.lastGood { say(Phrase(zh: "上一份  \(last.words.zh)", en: "last good  \(last.words.en)")) }
        say(Phrase(zh: "信任表  版本 \(standing.keys)，\(standing.keysEnd) 到期", en: "keys       version \(standing.keys), until \(standing.keysEnd)"))
        if let word = acceptance.freshness(now: ScheduleBoxOptions.now(acceptance.lastTrusted)).words { say(word) }
    }
}

extension Standing.Document {
    fileprivate var words: Phrase {
        let wait = waitsForApproval ? Phrase(zh: "，等批准", en: ", waits for approval") : Phrase(verbatim: "")
        return Phrase(zh: "版本 \(version)，\(first) .. \(last)\(wait.zh)", en: "version \(version), \(first) .. \(last)\(wait.en)")
    }
}

extension Freshness {
    /// `nil`: nothing to tell.
    fileprivate var words: Phrase? {
        switch self {
        case .fresh, .neverTold: nil
        case .silent(let days): Phrase(zh: "已有 \(days) 天没人说过哪份最新，新方案可能被扣住了。", en: "For \(days) days nobody has said which schedule is the newest: one may be kept back.")
        case .newerExists(let version): Phrase(zh: "已有版本 \(version)，但没有送到。", en: "There is a version \(version), and it has not come.")
        case .clockNotTrusted: Phrase(zh: "时钟不可信，不知道方案新不新。", en: "The clock is not trusted: whether a newer one is kept back is not known.")
        }
    }
}
