import ArgumentParser
import Foundation
import Language
import Schedule
import Site

/// Where the site file says `schedules: { approval: required }`, somebody who stands before the gateway has the last word.
struct ScheduleApprove: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "approve", abstract: Phrase(zh: "在网关上批准等着的方案", en: "agree, on the gateway, to the schedule that waits").said,
            discussion: Phrase(
                zh: "先列出它比现在用的改了什么，再问一句。批准后到首日、没有分区在灌时换上。不同意就用 decline。",
                en: "Shows first what it changes of what runs, and asks. Once approved it is put in force from its first day on, when nothing runs. To say no: decline.").said)
    }

    @Argument(help: .said(zh: "等批准的版本号", en: "the version that waits", valueName: Phrase(zh: "版本", en: "version")))
    var version: Int

    @Flag(help: .said(zh: "不问，直接批准", en: "goes on without asking"))
    var yes = false

    @OptionGroup var box: ScheduleBoxOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        if !yes {
            try show(try box.acceptance())
            try confirm(Phrase(zh: "批准版本 \(version) 吗？[y/N] ", en: "Approve version \(version)? [y/N] "))
        }
        var acceptance = try box.acceptance()
        try acceptance.approve(version: version).tell(json: common.json, box.controller)
    }

    /// What changes, in words, between what runs and what waits.
    private func show(_ acceptance: Acceptance) throws {
        guard let waiting = acceptance.stagedDocument, waiting.version == version else { return }
        let now = try box.site.load(acceptance.active)
        let then = try box.site.load(ScheduleText(file: "schedule.yaml", bytes: waiting.document))
        let changes = Change.between(now.statements, and: then.statements)
        if changes.isEmpty { say(Phrase(zh: "没有改动。", en: "Nothing changes.")) }
        for change in changes { change.show(mark: change.kind.mark) }
    }
}

struct ScheduleDecline: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "decline", abstract: Phrase(zh: "在网关上不同意等着的方案，作废它", en: "say no, on the gateway, to the schedule that waits").said,
            discussion: Phrase(
                zh: "现在用的不变；这个版本号不能再用，农艺师改好后要用下一个。", en: "What runs goes on. Its number stays used: the agronomist sends the next one.").said)
    }

    @Argument(help: .said(zh: "存好还没启用的版本号", en: "a version that is kept and not in force yet", valueName: Phrase(zh: "版本", en: "version")))
    var version: Int

    @OptionGroup var box: ScheduleBoxOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        var acceptance = try box.acceptance()
        try acceptance.decline(version: version).tell(json: common.json, box.controller)
    }
}
