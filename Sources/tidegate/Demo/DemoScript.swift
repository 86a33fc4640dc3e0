import Foundation
import Glibc
import Language
import LocalAPI
import Quantities

/// The demo without a person: each step does something to the farm and looks whether what must follow did follow.
final class DemoScript {
    private let farm: DemoFarm
    private let limit: Duration
    private let clock = ContinuousClock()
    private let began: ContinuousClock.Instant
    private var failed = 0

    init(farm: DemoFarm, within limit: Duration) {
        self.farm = farm
        self.limit = limit
        began = clock.now
    }

    /// - Returns: whether every step held, within the time given.
    func play() throws -> Bool {
        pollsGood()
        let (short, long) = try twoZones()
        order(CommandRequest(.run, zone: short, forSeconds: 12))
        order(CommandRequest(.run, zone: long, forSeconds: 300))
        aDeviceIsCut()
        waterFlows(short)
        runIsOnRecord(short)
        controllerDies(in: long)
        runIsAccountedFor(long)
        guardDies()
        let took = clock.now - began
        step(took <= limit, Phrase(zh: "全程 \(text(took))，限 \(text(limit))", en: "took \(text(took)) of \(text(limit))"))
        say(failed == 0 ? Phrase(zh: "全部成立", en: "everything held")
                        : Phrase(zh: "\(failed) 项不成立；日志在 \(farm.folder.path)", en: "\(failed) did not hold; logs are in \(farm.folder.path)"))
        return failed == 0
    }

    // MARK: Steps

    private func pollsGood() {
        let (isGood, took) = timed(.seconds(20)) { try self.farm.badPoints().isEmpty }
        let count = (try? (farm.controller.get("points") as PointsReply).points.count) ?? 0
        step(isGood, Phrase(zh: "轮询正常：\(count) 个测点全部读到，启动后 \(text(took))",
                            en: "polls are good: all \(count) points read, \(text(took)) after the start"))
    }

    private func waterFlows(_ zone: String) {
        let (flows, _) = timed(.seconds(25)) { (try self.zone(zone).flowM3h ?? 0) > 1 }
        let flow = (try? self.zone(zone).flowM3h) ?? nil
        step(flows, Phrase(zh: "手动灌溉 \(zone)：阀、主阀、泵依次启动，实测流量 \(number(flow)) m3/h",
                           en: "manual run of \(zone): valve, master valve and pump started in order, measured flow \(number(flow)) m3/h"))
    }

    private func runIsOnRecord(_ zone: String) {
        let (ended, _) = timed(.seconds(20)) { try self.latestRun(of: zone)?.outcome == "completed" }
        let run = (try? latestRun(of: zone)) ?? nil
        step(ended && (run?.volumeM3 ?? 0) > 0,
             Phrase(zh: "记录在案：\(zone) 灌了 \(number(run?.wateredSeconds)) s、\(number(run.map { $0.volumeM3 * 1000 })) L",
                    en: "on record: \(zone) got \(number(run.map { $0.volumeM3 * 1000 })) L in \(number(run?.wateredSeconds)) s"))
    }

    private func aDeviceIsCut() {
        guard let device = farm.quickestDevice else {
            return step(false, Phrase(zh: "没有设备可断", en: "there is no device to cut"))
        }
        _ = try? farm.plant.ask("fault device \(device) silent")
        let (isBad, took) = timed(.seconds(15)) { try self.points(of: device).allSatisfy { $0.quality == "bad" } }
        let others = (try? otherPoints(than: device)) ?? []
        let good = others.count { $0.quality == "good" }
        step(isBad && good == others.count && !others.isEmpty,
             Phrase(zh: "切断设备 \(device)：\(text(took)) 后其测点变坏，其余 \(good)/\(others.count) 个照常",
                    en: "device \(device) cut: its points were bad after \(text(took)), \(good) of \(others.count) others stayed good"))
        _ = try? farm.plant.ask("clear all")
    }

    private func controllerDies(in zone: String) {
        let (waters, _) = timed(.seconds(15)) { try self.zone(zone).phase == "watering" && (self.zone(zone).volumeM3) > 0 }
        guard waters, let valve = try? self.zone(zone).valve, let process = farm.children.processID(of: "tidegated") else {
            return step(false, Phrase(zh: "\(zone) 没有开始灌溉", en: "\(zone) did not start watering"))
        }
        kill(process, SIGKILL)
        let (isSafe, took) = timed(.seconds(5)) { try self.farm.plant.state().outputs[valve] == "off" }
        step(isSafe && took <= .seconds(1),
             Phrase(zh: "灌溉中 kill -9 控制器：\(text(took)) 后守护进程关闭 \(valve)（限 1 s）",
                    en: "controller killed (kill -9) in a run: the guard closed \(valve) after \(text(took)) (limit 1 s)"))
    }

    private func runIsAccountedFor(_ zone: String) {
        let (isBack, took) = timed(.seconds(15)) { try self.latestRun(of: zone)?.outcome == "interrupted" }
        let run = (try? latestRun(of: zone)) ?? nil
        step(isBack, Phrase(zh: "控制器 \(text(took)) 后重新运行；中断的灌溉入账：\(number(run?.wateredSeconds)) s、\(number(run.map { $0.volumeM3 * 1000 })) L，不重复",
                            en: "controller back after \(text(took)); the run is accounted for as interrupted: \(number(run?.wateredSeconds)) s, \(number(run.map { $0.volumeM3 * 1000 })) L, not repeated"))
    }

    private func guardDies() {
        guard let process = farm.children.processID(of: "tidegate-guard") else {
            return step(false, Phrase(zh: "守护进程不在", en: "the guard is not there"))
        }
        kill(process, SIGKILL)
        let (isBack, took) = timed(.seconds(10)) {
            let now = self.farm.children.processID(of: "tidegate-guard")
            return try now != nil && now != process && self.farm.badPoints().isEmpty
        }
        let isSafe = (try? farm.plant.state().outputs.values.allSatisfy { $0 == "off" }) ?? false
        step(isBack && isSafe, Phrase(zh: "kill -9 守护进程：\(text(took)) 后重启并恢复，输出全部安全",
                                      en: "guard killed (kill -9): restarted and good again after \(text(took)), every output safe"))
    }

    // MARK: Looking

    /// One for a short run that ends, one for a long run that is cut.
    private func twoZones() throws -> (short: String, long: String) {
        let reply: ZonesReply = try farm.controller.get("zones")
        let tags = reply.zones.map(\.zone.tag)
        guard tags.count >= 2 else {
            throw Refused(.failed, code: "too-few-zones", Phrase(zh: "演示需要至少两个分区", en: "the demo needs two zones at least"))
        }
        return (tags[0], tags[1])
    }

    private func zone(_ tag: String) throws -> ZoneReply {
        let reply: ZonesReply = try farm.controller.get("zones")
        guard let zone = reply.zones.first(where: { $0.zone.tag == tag }) else { throw NoSuchZone() }
        return zone
    }

    private func latestRun(of zone: String) throws -> RunReply? {
        let reply: RunsReply = try farm.controller.get("runs")
        return reply.runs.filter { $0.zone.tag == zone }.max { $0.run < $1.run }
    }

    private func points(of device: String) throws -> [PointReply] {
        let reply: PointsReply = try farm.controller.get("points")
        return reply.points.filter { $0.device == device && !$0.isDigital }
    }

    private func otherPoints(than device: String) throws -> [PointReply] {
        let reply: PointsReply = try farm.controller.get("points")
        return reply.points.filter { $0.device != device && $0.point.tag != "\(device).online" }
    }

    private func order(_ request: CommandRequest) {
        let reply = try? farm.controller.post("commands", request) as CommandReply
        guard reply?.results.allSatisfy({ $0.state != "refused" }) == true else {
            return step(false, Phrase(zh: "命令被拒绝", en: "the command was refused"))
        }
    }

    // MARK: Saying

    private func timed(_ limit: Duration, _ isSo: () throws -> Bool) -> (held: Bool, took: Duration) {
        let start = clock.now
        let held = farm.until(limit, isSo)
        return (held, clock.now - start)
    }

    private func step(_ held: Bool, _ what: Phrase) {
        if !held { failed += 1 }
        say((held ? painted("ok    ", .good) : painted("FAIL  ", .bad)) + what.said)
    }

    private func text(_ duration: Duration) -> String {
        duration < .seconds(1) ? "\(Int((duration.seconds * 1000).rounded())) ms" : "\(number(duration.seconds)) s"
    }

    private func number(_ value: Double?) -> String { Format.number(value, decimals: 1) }
}

private struct NoSuchZone: Error {}
