import Foundation
import Language
import LiveFarm
import LocalAPI
import Testing
@testable import tidegate

/// A canal gate against a controller that lives.
@Suite(.serialized) struct GateTests {
    @Test func `gates shows level, flow, set-point, opening, moves and what may be ordered, in 80 columns`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            #expect(await eventually { await tidegate(["gates"] + socket).out.contains("near enough") })
            let en = await tidegate(["gates"] + socket, width: 80)
            for text in ["gate-3  gate 3  near enough to the set-point", "the site file: 1.20 m below", "1.20 m below, 2.00 m above", "50.0 cm",
                         "by its equation", "0 this hour, 0 in 24 h, at most 48", "ice period 12-01 .. 02-28",
                         "level 0.90 .. 1.50 m, flow 0.00 .. 6.00 m3/s, opening 0 .. 150 cm"] {
                #expect(en.out.contains(text), "\(text) in\n\(en.out)")
            }
            let zh = await tidegate(["gates"] + socket, language: .chinese, width: 80)
            for text in ["gate-3  三号闸  已在设定值附近", "站点文件：闸后水位 1.20 m", "闸后 1.20 m，闸前 2.00 m", "本小时 0 次"] {
                #expect(zh.out.contains(text), "\(text) in\n\(zh.out)")
            }
            let status = await tidegate(["status"] + socket, width: 80)
            #expect(status.out.contains("gate 3  in place"))
            for line in en.lines + zh.lines + status.lines { #expect(displayWidth(line) <= 80, "\(line)") }
        }
    }

    @Test func `an opening is ordered, gone to, told by why, log and plan, and taken back`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            #expect(await eventually { await tidegate(["gates"] + socket).out.contains("near enough") })
            let order = await tidegate(["gate", "三号闸", "开度", "55", "厘米", "--for", "6h"] + socket, language: .chinese)
            #expect(order.status == .ok && order.out.contains("三号闸 开到 55.0 cm 停住，6 小时后恢复自动"), "\(order.out)\(order.err)")
            #expect(await eventually { await tidegate(["gates"] + socket).out.contains("1 this hour") })
            let shown = await tidegate(["gates"] + socket)
            #expect(shown.out.contains("a person: open 55.0 cm until 12:0"), "\(shown.out)")
            #expect(await eventually { await tidegate(["log"] + socket).out.contains("gate 3 was moved from 50.0 cm to 55") })
            #expect(await tidegate(["log"] + socket).out.contains("gate 3 goes to an opening of 55.0 cm for 6 h"))
            let why = await tidegate(["why", "gate-3"] + socket)
            #expect(why.lines[0].hasPrefix("gate 3 is open by 55") && why.out.contains("by hand at an opening of 55.0 cm until 11-23 12:0"), "\(why.out)")
            #expect(await tidegate(["plan"] + socket).out.contains("gate 3 goes by its own set-point again: 1.20 m below"))
            let auto = await tidegate(["gate", "gate-3", "auto"] + socket)
            #expect(auto.out.contains("gate 3 goes by its own set-point again"))
            #expect(await tidegate(["gates"] + socket).out.contains("the site file: 1.20 m below"))
        }
    }

    @Test(arguments: [
        (["gate-3", "level", "1.2"], "give a length with its unit"), (["gate-3", "level", "2m"], "between 0.90 and 1.50 m"),
        (["gate-3", "flow", "9m3/s"], "between 0.00 and 6.00 m3/s"), (["gate-3", "flow", "30cm"], "give a flow with its unit"),
        (["gate-3", "opening", "200cm"], "between 0.00 and 1.50 m"), (["gate-3", "auto", "1m"], "takes no value"),
        (["gate-3", "up"], "up"), (["gate-4", "hold"], "Did you mean gate-3?"), (["gate-3", "hold", "--for", "5s"], "between 1 min and 366 days"),
    ])
    func `what can not be ordered is refused with what can`(arguments: [String], text: String) async throws {
        try await withFarm { farm in
            let said = await tidegate(["gate"] + arguments + ["--socket", farm.socketPath])
            #expect(said.status != .ok && (said.err + said.out).contains(text), "\(said.err)\(said.out)")
        }
    }
}
