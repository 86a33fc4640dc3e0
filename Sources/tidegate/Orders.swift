import ArgumentParser
import Language
import LocalAPI
import Quantities

/// Sends one order and says what became of it.
func give(_ request: CommandRequest, _ controller: ControllerOptions, json: Bool) throws {
    let reply: CommandReply = try controller.client.post("commands", request)
    if json { try say(json: reply) } else { reply.lines.forEach { say($0) } }
    if reply.isRefused { throw ExitCode(ExitStatus.failed.rawValue) }
}

/// Sends one order of several: what became of it is told beside the result of the whole, unless it ends here.
func giveStep(_ request: CommandRequest, _ controller: ControllerOptions, json: Bool) throws {
    let reply: CommandReply = try controller.client.post("commands", request)
    if json, reply.isRefused { try say(json: reply) } else { reply.lines.forEach { remark($0, json: json) } }
    if reply.isRefused { throw ExitCode(ExitStatus.failed.rawValue) }
}

extension CommandReply {
    fileprivate var isRefused: Bool { results.contains { $0.state == "refused" || $0.state == "expired" } }
    fileprivate var lines: [String] { results.flatMap(told) }
}

private func told(_ result: CommandReply.Result) -> [String] {
    let colour: Colour? = switch result.state {
    case "done": .good
    case "queued", "accepted": .warning
    default: .bad
    }
    let spite = result.against.isEmpty || result.state != "done" ? [] : ["  " + Phrase(zh: "越过了：", en: "In spite of:").said]
    return [painted(result.text.phrase.said, colour)] + spite + result.against.flatMap { hung("  - ", $0.phrase.said) }
        + (result.remedy.map { hung("  ", $0.phrase.said) } ?? [])
}

struct Run: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "run", abstract: Phrase(
            zh: "手动灌溉一个分区", en: "water one zone by hand").said,
            discussion: Phrase(zh: "例：tidegate run 东一区 --for 10m", en: "Example: tidegate run east-1 --for 10m").said)
    }

    @Argument(help: .said(zh: "分区的标签或名称", en: "tag or name of the zone", valueName: Phrase(zh: "分区", en: "zone")))
    var zone: String

    @Option(name: .customLong("for"), help: .said(
        zh: "多长时间，如 10m、90s、1h30m、10分钟；至多 24 小时", en: "how long, such as 10m, 90s, 1h30m; at most 24 h",
        valueName: Phrase(zh: "时长", en: "time")))
    var time: TimeSpan?

    @Option(help: .said(
        zh: "或按水量，如 5m3、800L", en: "or how much, such as 5m3, 800L", valueName: Phrase(zh: "水量", en: "volume")))
    var volume: WaterVolume?

    @Option(help: .said(zh: "带肥：配方的标签或名称", en: "with fertiliser: tag or name of a recipe", valueName: Phrase(zh: "配方", en: "recipe")))
    var recipe: String?

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        guard (time == nil) != (volume == nil) else {
            throw Refused(.wrongUse, code: "time-or-volume", Phrase(
                zh: "--for 时长 与 --volume 水量，须写一个、只写一个", en: "give --for TIME or --volume VOLUME, one of the two"),
                          remedy: Phrase(zh: "例：--for 10m", en: "Example: --for 10m"))
        }
        if let time, time.duration < .seconds(1) || time.duration > .hours(24) {
            throw Refused(.wrongUse, code: "duration-range", Phrase(zh: "时长须在 1 秒到 24 小时之间", en: "the time must be between 1 s and 24 h"),
                          remedy: Phrase(zh: "例：--for 10m", en: "Example: --for 10m"))
        }
        let request = CommandRequest(.run, zone: zone, forSeconds: time?.duration.seconds, volumeM3: volume?.volume.cubicMeters,
                                     recipe: recipe)
        try give(request, controller, json: common.json)
    }
}

struct Stop: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "stop", abstract: Phrase(
            zh: "停一个分区，或全部停", en: "stop one zone, or everything").said,
            discussion: Phrase(zh: "按次序关：先泵后阀。磁盘写不进时也有效。", en: "Closes in order, pump before valves. Works while the disk hangs.").said)
    }

    @Argument(help: .said(zh: "分区的标签或名称", en: "tag or name of the zone", valueName: Phrase(zh: "分区", en: "zone")))
    var zone: String?

    @Flag(help: .said(zh: "全部分区", en: "every zone"))
    var all = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        try oneOf(zone, all)
        let request = zone.map { CommandRequest(.stop, zone: $0) } ?? CommandRequest(.stopAll)
        try give(request, controller, json: common.json)
    }
}

struct Ack: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "ack", abstract: Phrase(
            zh: "确认告警：已看到", en: "acknowledge an alarm: somebody has seen it").said)
    }

    @Argument(help: .said(zh: "告警编号，或它所指的分区、设备、测点", en: "id of the alarm, or what it is about",
                          valueName: Phrase(zh: "告警", en: "alarm")))
    var alarm: String?

    @Flag(help: .said(zh: "全部告警", en: "every alarm"))
    var all = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        try oneOf(alarm, all)
        let request = alarm.map { CommandRequest(.acknowledge, subject: $0) } ?? CommandRequest(.acknowledgeAll)
        try give(request, controller, json: common.json)
    }
}

struct Reset: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "reset", abstract: Phrase(
            zh: "复位跳停或输料线故障，使其可再启动", en: "clear a latched trip or a feed line's fault, so that it may start again").said,
            discussion: Phrase(zh: "原因还在时不予复位。急停复位：tidegate reset site", en: "Refused while the cause is still there. After an emergency stop: tidegate reset site").said)
    }

    @Argument(help: .said(zh: "分区、水源、输出、输料线的标签或名称，或告警编号", en: "tag or name of a zone, source, output or feed line, or an alarm's id",
                          valueName: Phrase(zh: "对象", en: "subject")))
    var subject: String?

    @Flag(help: .said(zh: "所有跳停项", en: "every trip"))
    var all = false

    @Flag(help: .said(zh: "输料线：看过，管里没有料", en: "of a feed line: somebody looked, and its pipe is empty"))
    var empty = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        try oneOf(subject, all)
        let request = subject.map { CommandRequest(.reset, subject: $0, isEmpty: empty ? true : nil) } ?? CommandRequest(.resetAll)
        try give(request, controller, json: common.json)
    }
}

/// Exactly one of a name and `--all`.
private func oneOf(_ name: String?, _ all: Bool) throws {
    guard (name == nil) == all else {
        throw Refused(.wrongUse, code: "usage",
            name == nil ? Phrase(zh: "请写名称，或写 --all", en: "name one, or say --all")
                : Phrase(zh: "名称与 --all 只能写一个", en: "either a name or --all, not both"))
    }
}
