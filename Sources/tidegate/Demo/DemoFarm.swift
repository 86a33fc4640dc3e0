import Field
import Foundation
import Language
import LocalAPI
import Quantities
import Site

/// Plant, guard and controller of the demo, with one site, in one folder.
struct DemoFarm {
    let folder: URL
    let site: String
    let speed: Double
    let children: Children

    var socket: String { folder.appendingPathComponent("tidegate.sock").path }
    var controller: ControllerClient { ControllerClient(path: socket) }
    var plant: PlantClient { PlantClient(path: folder.appendingPathComponent("plant.sock").path) }

    /// Marks a folder as the demo's own, so that only such a one is ever emptied.
    private static let marker = ".tidegate-demo"

    init(folder: URL, site: String, speed: Double) throws {
        self.folder = folder
        self.site = site
        self.speed = speed
        children = Children(runDirectory: folder)
        try prepare()
    }

    /// The plant first, so that the devices are there; the guard before the controller, so that the lines are safe first.
    func start() throws {
        try children.start("tidegate-plant", [site, folder.path, "--speed", "\(speed)"], restarting: false)
        try children.start("tidegate-guard", [folder.path], restarting: true)
        try children.start("tidegated", [site, "--run", folder.path, "--data", folder.appendingPathComponent("data").path, "--plant"],
                           restarting: true)
    }

    func end() { children.endAll() }

    /// Waits until every point has a good reading.
    func waitUntilGood(within limit: Duration) throws {
        let isGood = until(limit) { try badPoints().isEmpty }
        guard !isGood else { return }
        let bad = (try? badPoints()) ?? []
        throw Refused(.failed, code: "not-good",
            Phrase(zh: "\(Int(limit.seconds)) s 内没有全部读到：\(bad.joined(separator: "、"))；日志在 \(folder.path)",
                   en: "not everything was read within \(Int(limit.seconds)) s: \(bad.joined(separator: ", ")); logs are in \(folder.path)"))
    }

    func badPoints() throws -> [String] {
        let reply: PointsReply = try controller.get("points")
        return reply.points.filter { $0.quality != "good" }.map(\.point.tag)
    }

    /// The device that is polled most often: its loss shows first.
    var quickestDevice: String? {
        let devices = (try? Site.load(path: site))?.field.buses.flatMap(\.devices) ?? []
        return devices.min { $0.interval < $1.interval }?.tag
    }

    /// Asks again and again until it is so, or the time is up. Not being able to ask counts as not so.
    /// - Returns: whether it became so.
    func until(_ limit: Duration, _ isSo: () throws -> Bool) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while clock.now < end {
            if let answer = try? isSo(), answer { return true }
            pause(.milliseconds(20))
        }
        return false
    }

    private func prepare() throws {
        let files = FileManager.default
        let marker = folder.appendingPathComponent(DemoFarm.marker)
        if files.fileExists(atPath: folder.path) {
            let isOurs = files.fileExists(atPath: marker.path)
            let isEmpty = (try? files.contentsOfDirectory(atPath: folder.path).isEmpty) ?? false
            guard isOurs || isEmpty else {
                throw Refused(.wrongUse, code: "folder-in-use",
                    Phrase(zh: "\(folder.path) 里已有别的东西", en: "\(folder.path) holds something else"),
                    remedy: Phrase(zh: "用 --run 指定空目录", en: "Name an empty folder with --run"))
            }
            if let connection = try? connectedUnixSocket(socket) {
                close(connection)
                throw Refused(.failed, code: "already-running",
                    Phrase(zh: "演示已经在 \(folder.path) 运行", en: "a demo is already running in \(folder.path)"),
                    remedy: Phrase(zh: "用 tidegate watch 看它，或用 --run 另开目录", en: "Look at it with tidegate watch, or use another folder with --run"))
            }
            try files.removeItem(at: folder)
        }
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: marker)
    }
}

extension DevicePlan {
    fileprivate var interval: Duration { points.map(\.every).min() ?? .seconds(3600) }
}
