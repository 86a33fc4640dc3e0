import ArgumentParser
import Control
import Foundation
import Language
import Schedule
import Site

/// `tidegate schedule …`: an agronomist's desk, and the gateway's folder of schedules.
struct ScheduleCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "schedule",
            abstract: Phrase(zh: "灌溉方案：起草、检查、签名，在网关上收下、退回", en: "schedules: begin, check, sign; take and roll back").said,
            discussion: Phrase(
                zh: "桌面上用 new 到 verify 和 status；网关上用 enroll 到 state，都不需要控制器在运行。方案用站点文件的写法写程序与配方，只能在站点文件的限度之内。签名与信任见 docs/schedule-trust.md。",
                en: "For the desk: new to verify, and status; for the gateway: enroll to state. No controller needs to run. A schedule writes programs and recipes as a site file does, within the limits of the site file. Signatures and trust: docs/schedule-trust.md.").said,
            subcommands: [ScheduleNew.self, ScheduleLint.self, ScheduleExplain.self, ScheduleDiff.self, ScheduleSimulate.self,
                          ScheduleExport.self, ScheduleKey.self, ScheduleSign.self, ScheduleVerify.self, ScheduleEnroll.self,
                          ScheduleTake.self,
                          ScheduleApprove.self, ScheduleDecline.self, ScheduleRollback.self,
                          ScheduleState.self, ScheduleStatus.self])
    }
}

/// The site a schedule is for.
struct ScheduleSiteOptions: ParsableArguments {
    @Option(help: .said(zh: "方案所属的站点文件", en: "the site file it is for", valueName: Phrase(zh: "站点文件", en: "site")))
    var site: String

    @Option(help: .said(zh: "板文件所在目录（缺省：站点文件旁或上一级的 boards）", en: "folder of board files (default: boards beside the site file or its folder)",
                        valueName: Phrase(zh: "目录", en: "folder")))
    var boards: String?

    @Option(help: .said(zh: "设备型号所在目录（缺省：站点文件旁的 profiles）", en: "folder of device profiles (default: profiles beside the site file)",
                        valueName: Phrase(zh: "目录", en: "folder")))
    var profiles: String?

    /// Weather by days, by its name: of the folder `weather` beside the site file.
    func weather(_ name: String) -> SeasonWeather? {
        let folder = URL(fileURLWithPath: site).deletingLastPathComponent().appendingPathComponent("weather")
        return try? SeasonWeather(CSVFile(path: folder.appendingPathComponent(name + ".csv").path))
    }

    /// The site with a schedule in place of its own programs, or by itself.
    func load(_ schedule: ScheduleText? = nil) throws(SiteRefused) -> Site {
        try Site.load(path: site, boards: boards, profiles: profiles, schedule: schedule)
    }
}

/// A file of the desk: a document as it is written, or signed.
struct DeskFile {
    let path: String
    let bytes: [UInt8]
    /// `nil`: not signed yet.
    let envelope: Envelope?

    init(_ path: String) throws {
        self.path = path
        bytes = try tidegate.bytes(ofFile: path)
        envelope = Envelope(bytes)
        if envelope == nil, Envelope.isMeant(by: bytes) {
            throw Refused(.failed, code: "envelope", Phrase(zh: "\(path) 不是完好的签名文件", en: "\(path) is no whole signed document"),
                          remedy: Phrase(zh: "请对方原样重发，或重新签名。", en: "Have it sent again as it is, or sign it anew."))
        }
    }

    /// What was written, signed or not.
    var document: ScheduleText { ScheduleText(file: path, bytes: envelope?.payload ?? bytes) }

    func head() throws(SiteRefused) -> ScheduleHead { try ScheduleHead.read(document.bytes, file: path) }
}
