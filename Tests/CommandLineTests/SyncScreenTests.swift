import Foundation
import Language
import LocalAPI
import Testing
@testable import tidegate

/// `tidegate sync status`, as it is told for a controller's reply.
@Suite struct SyncScreenTests {
    private func lines(_ uplink: String, _ language: Language) throws -> String {
        let reply = #"{"time":"2026-11-23T06:20:00+08:00","uplink":\#(uplink)}"#
        let told = try JSONDecoder().decode(SyncReply.self, from: Data(reply.utf8))
        return speaking(language, width: 80) { SyncStatus.lines(told).joined(separator: "\n") }
    }

    private let away = #"""
        {"isUp":false,"form":"cbor","broker":"mqtt.agri.example","problem":{"zh":"服务器的域名解析不出来","en":"its name cannot be resolved"},"rowsWaiting":61,
         "waiting":[{"stream":"alarms","rows":1},{"stream":"hours","rows":60}],"keptDays":60,"daysLeft":54.7,
         "bytesToday":[{"use":"hours","bytes":14000},{"use":"overhead","bytes":6100}],"budgetBytes":20000,"rowsGivenUp":64}
        """#

    @Test func `a link that is away says why, what waits, for how long there is room, and that the day's bytes are spent`() throws {
        let en = try lines(away, .english), zh = try lines(away, .chinese)
        for text in ["down", "mqtt.agri.example", "nothing acknowledged since the start", "as CBOR, acknowledged once it is stored", "its name cannot be resolved", "alarms", "hours", "60",
                     "55 more days (of 60)", "64 rows of summaries were given up", "today 20.1 kB (of 20 kB a day)", "hours 14 kB  overhead 6.1 kB",
                     "only alarms go up"] { #expect(en.contains(text), "\(text) in\n\(en)") }
        for text in ["未连接", "开机后还没有回执", "格式 CBOR，对方入库后回执", "服务器的域名解析不出来", "报警", "小时汇总", "断网还能全存 55 天（共 60 天）", "今天流量 20.1 kB（每天 20 kB）",
                     "协议开销 6.1 kB", "到午夜前只上传报警"] { #expect(zh.contains(text), "\(text) in\n\(zh)") }
        for line in (en + "\n" + zh).split(separator: "\n") { #expect(displayWidth(String(line)) <= 80, "\(line)") }
    }

    @Test func `a link that is well says so in a line or two, and a site without one says that`() throws {
        let well = #"""
            {"isUp":true,"form":"thingsboard","broker":"127.0.0.1","lastStored":"2026-11-23T06:19:50+08:00","rowsWaiting":0,"waiting":[],
             "keptDays":60,"daysLeft":60,"bytesToday":[],"rowsGivenUp":0}
            """#
        let en = try lines(well, .english), zh = try lines(well, .chinese)
        for text in ["uplink up", "06:19", "ThingsBoard", "counts as stored", "nothing waits"] { #expect(en.contains(text), "\(text) in\n\(en)") }
        #expect(!en.contains("given up"))
        for text in ["已连接", "ThingsBoard 网关遥测，服务器收下即算送到", "没有积压"] { #expect(zh.contains(text), "\(text) in\n\(zh)") }
        let none = try (lines("null", .english), lines("null", .chinese))
        #expect(none.0.contains("nothing goes upstream"))
        #expect(none.1.contains("不上传"))
    }

    @Test func `all that goes over the link is told by what it was for, without records too`() throws {
        let others = #"""
            {"isUp":true,"form":"none","broker":"127.0.0.1","rowsWaiting":0,"waiting":[],"keptDays":0,"rowsGivenUp":0,
             "bytesToday":[{"use":"sparkplug","bytes":31000},{"use":"documents","bytes":2000},{"use":"water-bureau","bytes":900}]}
            """#
        let en = try lines(others, .english), zh = try lines(others, .chinese)
        for text in ["uplink up", "no records go up", "today 33.9 kB", "Sparkplug 31 kB  documents 2 kB  water bureau 900 B"] {
            #expect(en.contains(text), "\(text) in\n\(en)")
        }
        for text in ["已连接", "不上传记录", "Sparkplug 31 kB  方案下发 2 kB  水利上报 900 B"] { #expect(zh.contains(text), "\(text) in\n\(zh)") }
        #expect(!en.contains("acknowledge") && !zh.contains("回执"))
    }
}
