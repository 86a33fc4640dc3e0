import ArgumentParser
import Foundation
import Language
import Quantities

/// `tidegate demo`: a farm on this machine, and ways to break it.
struct Demo: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: Phrase(zh: "在本机跑一个模拟农场：看、动手、弄坏", en: "run a simulated farm on this machine: watch it, work it, break it").said,
            discussion: Phrase(zh: "不写子命令即 run；run 的选项：tidegate demo run --help",
                               en: "Without a command it is run; its options: tidegate demo run --help").said,
            subcommands: [DemoRun.self, DemoFault.self, DemoClear.self, DemoState.self],
            defaultSubcommand: DemoRun.self)
    }
}

/// Where the demo keeps its sockets, logs and records.
struct DemoOptions: ParsableArguments {
    @Option(help: .said(zh: "演示用的目录（套接字、日志、记录）；缺省 run", en: "the demo's folder (sockets, logs, records); default: run",
                        valueName: Phrase(zh: "目录", en: "folder")))
    var run: String?

    var folder: URL { URL(fileURLWithPath: run ?? "run") }
    var plant: PlantClient { PlantClient(path: folder.appendingPathComponent("plant.sock").path) }
}

struct DemoRun: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "run",
            abstract: Phrase(zh: "启动模拟农场、守护进程和控制器，显示实时画面（缺省）",
                             en: "start plant, guard and controller, and show the live screen (the default)").said)
    }

    @OptionGroup var common: CommonOptions
    @OptionGroup var demo: DemoOptions

    @Option(help: .said(zh: "站点文件；缺省为示例温室", en: "site file; default: the example greenhouse",
                        valueName: Phrase(zh: "文件", en: "file")))
    var site: String?

    @Option(name: .customLong("for"), help: .said(zh: "运行多久，如 45s；缺省到按 q 为止", en: "how long, such as 45s; default: until q",
                                                  valueName: Phrase(zh: "时长", en: "time")))
    var time: TimeSpan?

    @Flag(help: .said(zh: "不要终端：自动演示一遍，每一步都成立才退出 0", en: "no terminal: show everything by itself; exits 0 only if all held"))
    var script = false

    @Flag(help: .said(zh: "不显示画面，只运行", en: "show nothing, only run"))
    var quiet = false

    @Option(help: .said(zh: "模拟农场的快慢倍数", en: "how many times faster than real the plant goes", valueName: Phrase(zh: "倍数", en: "times")))
    var speed = 1.0

    func run() throws {
        guard (0.01...3600).contains(speed) else {
            throw Refused(.wrongUse, code: "speed", Phrase(zh: "--speed 应在 0.01 到 3600 之间", en: "--speed must be from 0.01 to 3600"))
        }
        let farm = try DemoFarm(folder: demo.folder, site: site ?? Self.greenhouse(), speed: speed)
        try farm.start()
        defer { farm.end() }
        if script {
            guard try DemoScript(farm: farm, within: time?.duration ?? .seconds(45)).play() else { throw ExitCode(1) }
        } else if quiet || isatty(STDOUT_FILENO) == 0 {
            try farm.waitUntilGood(within: .seconds(30))
            say(Phrase(zh: "农场在运行。另开终端：tidegate status", en: "The farm runs. In another terminal: tidegate status"))
            wait(time?.duration)
        } else {
            try farm.waitUntilGood(within: .seconds(30))
            try watch(farm)
        }
    }

    private func watch(_ farm: DemoFarm) throws {
        let time = time.map { ["--for", "\(Int($0.duration.seconds))s"] } ?? []
        try Watch.parse(["--socket", farm.socket] + time).run()
    }

    /// For ever when there is no end: the person ends it with Ctrl-C, which the children notice by their parent's death.
    private func wait(_ duration: Duration?) {
        guard let duration else { while true { pause(.seconds(3600)) } }
        pause(duration)
    }

    /// Beside the source tree the programs were built from, or in the folder one stands in.
    static func greenhouse() -> String {
        let name = "configs/example-drip-greenhouse.yaml"
        var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<5 {
            let candidate = folder.appendingPathComponent(name).path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return name
    }
}

struct DemoFault: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "fault",
            abstract: Phrase(zh: "弄坏一样东西，如 fault device soil-b silent", en: "break something, such as: fault device soil-b silent").said)
    }

    @OptionGroup var demo: DemoOptions
    @Argument(help: .said(zh: "坏什么：device 设备 silent|slow|garbage，valve 阀 stuck-open|stuck-closed，pump 泵 dead，source 水源 empty|burst|meter-stuck，sensor 测点 stuck|noisy，estop pressed",
                          en: "what: device TAG silent|slow|garbage, valve TAG stuck-open|stuck-closed, pump TAG dead, source TAG empty|burst|meter-stuck, sensor TAG stuck|noisy, estop pressed",
                          valueName: Phrase(zh: "故障", en: "fault")))
    var words: [String]

    func run() throws { try demo.plant.order("fault " + words.joined(separator: " ")) }
}

struct DemoClear: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "clear",
            abstract: Phrase(zh: "修好弄坏的东西；不带参数则全部修好", en: "mend what was broken; everything when nothing is named").said)
    }

    @OptionGroup var demo: DemoOptions
    @Argument(help: .said(zh: "同 fault", en: "as for fault", valueName: Phrase(zh: "故障", en: "fault")))
    var words: [String] = []

    func run() throws { try demo.plant.order("clear " + (words.isEmpty ? "all" : words.joined(separator: " "))) }
}

struct DemoState: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "state",
            abstract: Phrase(zh: "模拟农场里真实的水位、流量、阀门开度（JSON）", en: "what really is in the plant: levels, flows, openings (JSON)").said)
    }

    @OptionGroup var demo: DemoOptions

    func run() throws { say(try demo.plant.ask("state")) }
}
