import ArgumentParser
import Foundation
import Language
import LocalAPI

struct Calibrate: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "calibrate", abstract: Phrase(
            zh: "标定一个分区的流量，或关阀余水和阀门开关时间，或一条肥路",
            en: "measure a zone's flow, what comes after its stop and how long its valve takes, or a dosing channel").said,
            discussion: Phrase(
                zh: "单独灌几分钟，量出新值，与现用的并排显示；valve 再和旁边一个空闲分区同灌一次，量阀门开、关各用多久。加 --accept 才采用并保存。例：tidegate calibrate flow 东一区。肥路用量筒：tidegate calibrate channel A，问一句、动一会儿、读量筒、算新值。",
                en: "Waters the zone alone for some minutes and shows what was found beside what is in use; valve waters it once more beside a free zone, to see how long its valve takes to open and to close. Only --accept keeps it. Example: tidegate calibrate flow east-1. A channel is measured with a cylinder: tidegate calibrate channel A asks, moves it for a while, and takes what the cylinder shows.").said)
    }

    @Argument(help: .said(zh: "flow 流量，valve 关阀余水与开关时间，channel 肥路", en: "flow, valve, or channel", valueName: Phrase(zh: "标定什么", en: "what")))
    var what: String

    @Argument(help: .said(zh: "分区或肥路的标签或名称", en: "tag or name of the zone or channel", valueName: Phrase(zh: "对象", en: "subject")))
    var zone: String

    @Option(name: .customLong("for"), help: .said(zh: "肥路动作多久，至多 5 分钟（缺省 30s）", en: "how long a channel is on, at most 5 min (default: 30s)",
                                                  valueName: Phrase(zh: "时长", en: "time")))
    var time: TimeSpan?

    @Option(help: .said(zh: "计量泵打多少次，至多 1000（缺省 100）", en: "strokes of a metering pump, at most 1000 (default: 100)", valueName: Phrase(zh: "次数", en: "count")))
    var strokes: Int?

    @Flag(help: .said(zh: "采用并保存量出的值", en: "keep what is found"))
    var accept = false

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    /// It may have to wait for the water of others.
    private static let endsWithin: TimeInterval = 3600

    func run() throws {
        if what == "channel" {
            return try CylinderTest(channel: zone, time: time, strokes: strokes, controller: controller).run(json: common.json)
        }
        guard ["flow", "valve"].contains(what) else {
            throw Refused(.wrongUse, code: "bad-what", Phrase(zh: "只能标定 flow、valve 或 channel", en: "what is measured is flow, valve or channel"),
                          remedy: Phrase(zh: "例：tidegate calibrate flow 东一区", en: "Example: tidegate calibrate flow east-1"))
        }
        try giveStep(CommandRequest(.calibrate, zone: zone, what: what), controller, json: common.json)
        let found = try waitForEnd()
        if accept { try giveStep(CommandRequest(.acceptCalibration, zone: zone), controller, json: common.json) }
        if common.json { return try say(json: found) }
        Calibrate.lines(found, what, isKept: accept).forEach { say($0) }
    }

    private func waitForEnd() throws -> ZoneReply {
        let deadline = Date().addingTimeInterval(Self.endsWithin)
        while true {
            pause(.seconds(1))
            let reply: ZonesReply = try controller.client.get("zones")
            let state = reply.zones.first { $0.zone.isNamed(zone) }
            if let state, state.phase == "idle" || state.phase == "tripped" {
                if state.proposedFlowM3h != nil || state.proposedOverrunM3 != nil { return state }
                throw Refused(.failed, code: "nothing-found", Phrase(zh: "没有量出结果", en: "nothing was found"),
                              remedy: Phrase(zh: "看原因：tidegate why \(zone)", en: "See why: tidegate why \(zone)"))
            }
            guard Date() < deadline else {
                throw Refused(.failed, code: "too-long", Phrase(zh: "等了一小时还没完", en: "it did not end within an hour"),
                              remedy: Phrase(zh: "看它在等什么：tidegate status", en: "See what it waits for: tidegate status"))
            }
        }
    }

    private static func travel(_ zone: ZoneReply) -> String {
        guard let opens = zone.proposedOpensSeconds, let closes = zone.proposedClosesSeconds else {
            return Phrase(zh: "  阀门开关时间没有量出，原因见 tidegate log", en: "  how long the valve takes was not measured; tidegate log says why").said
        }
        let (open, close) = (Format.number(opens, decimals: 0, unit: "s"), Format.number(closes, decimals: 0, unit: "s"))
        let written = Format.number(zone.travelSeconds, decimals: 0, unit: "s")
        let isShort = max(opens, closes) > zone.travelSeconds + 1
        let advice = isShort ? Phrase(zh: "；请把 travel 改大", en: "; set a longer travel") : Phrase(verbatim: "")
        return Phrase(zh: "  阀门打开 \(open)，关闭 \(close)（站点文件 travel \(written)）", en: "  the valve opens in \(open) and closes in \(close) (travel in the site file: \(written))").said + advice.said
    }

    static func lines(_ zone: ZoneReply, _ what: String, isKept: Bool) -> [String] {
        let isFlow = what == "flow"
        let old = isFlow ? Format.number(zone.learnedFlowM3h ?? zone.nominalFlowM3h, decimals: 2, unit: "m3/h")
            : Format.number(zone.overrunM3 * 1000, decimals: 0, unit: "L")
        let new = isFlow ? Format.number(zone.proposedFlowM3h, decimals: 2, unit: "m3/h")
            : Format.number(zone.proposedOverrunM3.map { $0 * 1000 }, decimals: 0, unit: "L")
        let name = isFlow ? Phrase(zh: "流量", en: "flow") : Phrase(zh: "关阀余水", en: "water after the stop")
        var lines = ["\(zone.zone.name.phrase.said)  \(name.said): " + Phrase(zh: "现用 \(old)，量得 \(new)", en: "in use \(old), found \(new)").said]
        if !isFlow { lines.append(travel(zone)) }
        if !isKept {
            lines.append(Phrase(zh: "  没有采用。要采用，加 --accept 再标定一次", en: "  Not kept. To keep it, calibrate again with --accept").said)
        }
        return lines
    }
}
