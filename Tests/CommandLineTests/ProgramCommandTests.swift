import Foundation
import Language
import LiveFarm
import LocalAPI
import Testing
@testable import tidegate

/// Orders about programs, against a controller that lives.
@Suite(.serialized) struct ProgramCommandTests {
    @Test func `why tells the reason of a skip with its numbers, and status says that it was not today`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            #expect(await eventually { await tidegate(["why", "east-2"] + socket).out.contains("was not watered") })
            let en = await tidegate(["why", "east-2"] + socket)
            #expect(en.lines[0].contains("was not watered at 11-23 06:01: soil moisture east 2") && en.lines[0].hasSuffix("> 10.0 %"))
            #expect(en.out.contains("program when dry: soil moisture east 2"))
            let zh = await tidegate(["why", "东二区"] + socket, language: .chinese, width: 80)
            #expect(zh.lines[0].hasPrefix("东二区 于 11-23 06:01 未灌：东区墒情 2") && zh.out.contains("程序 补墒：东区墒情"))
            let status = await tidegate(["status"] + socket)
            #expect(status.out.contains("not at 06:01: soil moisture east 2"))
        }
    }

    @Test func `a pause, a rain delay, a skip and a percentage are ordered, shown and taken back`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            let pause = await tidegate(["pause", "早灌"] + socket, language: .chinese)
            #expect(pause.status == .ok && pause.out.contains("早灌 已暂停自动灌溉"))
            #expect(await tidegate(["rain-delay", "24h"] + socket).out.contains("rain delay of 1 d"))
            #expect(await tidegate(["skip", "morning"] + socket).out.contains("will skip its next start"))
            #expect(await tidegate(["adjust", "morning", "80 %"] + socket).out.contains("80 % of its water"))
            let programs = await tidegate(["programs"] + socket, width: 80)
            for text in ["80 % of its water, skips its next start", "rain delay until 11-24", "morning is paused", "the site per season"] {
                #expect(programs.out.contains(text), "\(text)")
            }
            for line in programs.lines { #expect(displayWidth(line) <= 80) }
            #expect(await tidegate(["status"] + socket).out.contains("morning is paused until it is resumed"))
            let plan = await tidegate(["plan", "--json"] + socket)
            #expect(plan.out.contains("skips its next start"))
            for subject in ["site", "morning"] { #expect(await tidegate(["resume", subject] + socket).status == .ok) }
            #expect(await tidegate(["resume", "morning"] + socket).status == .failed, "there is nothing more to end")
        }
    }

    @Test func `a program is started only when somebody says so`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            let asked = await tidegate(["start", "morning"] + socket)
            #expect(asked.status == .wrongUse && asked.out.contains("east-1  20 min") && asked.err.contains("--yes"))
            let start = await tidegate(["start", "morning", "--yes"] + socket)
            #expect(start.status == .ok && start.out.contains("program morning starts"))
            #expect(await eventually { await tidegate(["log"] + socket).out.contains("was started by hand") })
        }
    }

    @Test func `a start beyond a quota is refused with what is left, and done with --over, which is told and recorded`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            let refused = await tidegate(["start", "flood", "--yes"] + socket)
            #expect(refused.status == .failed && refused.out.contains("program flood was not started: a quota has too little left"), "\(refused.out)")
            #expect(refused.out.contains("- quota the site per season: 600.0 m3 to give, 500.0 m3 left") && refused.out.contains("tidegate start flood --over"))
            let zh = await tidegate(["start", "大水", "--yes"] + socket, language: .chinese)
            #expect(zh.out.contains("程序 大水 没有启动：水量指标不够") && zh.out.contains("水量指标 全站每季：要灌 600.0 m3，只剩 500.0 m3"), "\(zh.out)")
            let over = await tidegate(["start", "flood", "--yes", "--over"] + socket)
            #expect(over.status == .ok && over.out.contains("In spite of:") && over.out.contains("500.0 m3 left"), "\(over.out)")
            #expect(await eventually { await tidegate(["log"] + socket).out.contains("was started by hand beyond quota the site per season") })
            #expect(await tidegate(["log"] + socket).out.contains("was not started by hand: quota the site per season stands against it"))
        }
    }

    @Test(arguments: [
        (["start", "mornin", "--yes"], "Did you mean morning?"), (["skip", "x"], "morning"), (["adjust", "morning", "5"], "between 10 and 300"),
        (["adjust", "morning", "much"], "much"), (["rain-delay", "10s"], "between 1 min and 366 days"), (["pause", "east-9"], "east-"),
    ])
    func `what is not there or out of range is refused with what to do`(arguments: [String], text: String) async throws {
        try await withFarm { farm in
            let said = await tidegate(arguments + ["--socket", farm.socketPath])
            #expect(said.status != .ok && (said.err + said.out).contains(text), "\(said.err)")
        }
    }
}
