import ArgumentParser
import Field
import Foundation
import Language
import Schedule
import Site

/// `tidegated`: the controller.
@main
struct Tidegated: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidegated",
        abstract: "The controller: polls the field, runs the scan, keeps the records, serves the local API.",
        discussion: "控制器：轮询现场、执行扫描、记账、提供本地接口。日常操作请用 tidegate 命令。")

    @Argument(help: ArgumentHelp("the site file", valueName: "site"))
    var site: String

    @Option(name: .customLong("run"), help: ArgumentHelp(
        "folder of sockets and the guard's line table; serial ports named without / lie in it", valueName: "folder"))
    var runFolder = "/run/tidegate"

    @Option(name: .customLong("data"), help: ArgumentHelp("folder of ledger and journal", valueName: "folder"))
    var dataFolder = "/var/lib/tidegate"

    @Option(help: ArgumentHelp("who, besides the owner, may use the socket", valueName: "group"))
    var group: String?

    @Option(help: ArgumentHelp("where sticks with schedules are mounted; default /media, /run/media and /mnt", valueName: "folder"))
    var sticks: [String] = []

    @Flag(help: ArgumentHelp("the simulated farm in place of the field: no line, port or host of the site is touched"))
    var plant = false

    func run() throws {
        RealtimeThread.spareMemory()
        let inForce = InForce(folder: dataFolder + "/schedules", base: try checkedSite()) { SystemClock(lastKnown: $0).wall() }
        for answer in inForce.answers { complain(answer.text[.ofProcess]) }
        let daemon = Daemon(inForce, runFolder: runFolder, dataFolder: dataFolder, group: group, sticks: sticks, onPlant: plant)
        daemon.run()
    }

    /// A site with problems is never started: they are told, and the process ends with 2.
    private func checkedSite() throws -> Site {
        do throws(SiteRefused) {
            return try Site.load(path: site)
        } catch {
            FileHandle.standardError.write(Data((error.text(in: .ofProcess) + "\n").utf8))
            throw ExitCode(2)
        }
    }
}
