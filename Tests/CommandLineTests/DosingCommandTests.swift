import Foundation
import Language
import LiveFarm
@testable import LocalAPI
import Quantities
import Testing
@testable import tidegate

/// Dosing on the screens of people, in both languages.
@Suite(.serialized) struct DosingCommandTests {
    @Test func `what a dosing unit does, its channels and tanks stand on one screen, at most 100 columns wide`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            let en = await tidegate(["dose"] + socket), zh = await tidegate(["dose", "status"] + socket, language: .chinese)
            for text in ["fertigation unit  idle", "stock A", "tank A", "300.0 L/h (never)", "N 30.0 g/L"] { #expect(en.out.contains(text), "\(en.out)") }
            for text in ["水肥机  未施肥", "A 肥", "A 桶", "（未标定）", "未登记"] { #expect(zh.out.contains(text), "\(zh.out)") }
            #expect(await tidegate(["tank"] + socket).out.contains("not told"))
            #expect(await tidegate(["dose", "why"] + socket).lines[0] == "fertigation unit: idle")
            #expect(await tidegate(["dose", "log"] + socket).out.contains("nothing was dosed"))
        }
    }

    @Test func `recipes are listed and shown with what they are in nutrients`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            let list = await tidegate(["recipe"] + socket, language: .chinese)
            #expect(list.out.contains("feed") && list.out.contains("追肥") && list.out.contains("前清水 25 %"))
            let show = await tidegate(["recipe", "show", "追肥"] + socket)
            #expect(show.out.contains("5.00 L/m3 (1:200)") && show.out.contains("N 150, K2O 300 mg/L"))
            let unknown = await tidegate(["recipe", "show", "fead"] + socket)
            #expect(unknown.status == .wrongUse && unknown.err.contains("Did you mean feed?"))
        }
    }

    @Test(arguments: [
        (["tank", "set", "T-A", "900L"], "between 0 and 500"), (["tank", "set", "T-9", "10L"], "T-A"), (["dose", "disable", "C"], "head"),
        (["dose", "flush", "nord"], "east-1"), (["run", "east-1", "--for", "10m", "--recipe", "fead"], "Did you mean feed?"), (["tank", "set", "T-A", "10"], "10"),
        (["calibrate", "channel", "Z"], "there is no channel Z"), (["dose", "tune", "flow"], "say which loop"), (["dose", "tune", "ec"], "nobody is there to confirm"),
    ])
    func `what is not there, out of range or not confirmed is refused with what to do`(arguments: [String], text: String) async throws {
        try await withFarm { farm in
            let said = await tidegate(arguments + ["--socket", farm.socketPath])
            #expect(said.status != .ok && (said.err + said.out).contains(text), "\(said.err) \(said.out)")
        }
    }

    @Test func `the log is a table for people, CSV for others, and sums by zone in kilograms a mu`() {
        let time = WireTime(WallTime(unixSeconds: 1_795_384_800, trust: .synced), .shanghai)
        func label(_ tag: String, _ zh: String) -> WireLabel { WireLabel(tag: tag, name: WireText(Phrase(zh: zh, en: tag))) }
        let dose = DoseReply(
            run: 7, zone: label("east", "东区"), channel: label("A", "A 肥"), recipe: label("feed", "追肥"), batch: 3, batchText: "硝酸钙, \"60 公斤\"",
            startedAt: time, endedAt: time, outcome: "stopped", why: WireText(Phrase(zh: "人工停止施肥", en: "dosing was stopped by hand")), plannedL: 10,
            commandedL: 6, meteredL: 5.9, givenL: 5.9, productKg: 1.18, nitrogenKg: 0.177, phosphateKg: 0, potashKg: 0.354, areaM2: 2000)
        let en = speaking(.english) { DoseLog.lines(DosesReply(doses: [dose])) }, zh = speaking(.chinese) { DoseLog.lines(DosesReply(doses: [dose])) }
        #expect(en[1].contains("5.90") && en[1].contains("0.18") && en[1].hasSuffix("dosing was stopped by hand") && zh[1].contains("追肥"))
        let csv = speaking(.english) { DoseLog.csv(DosesReply(doses: [dose])) }
        #expect(csv[1].hasPrefix("2026-11-23T06:00:00+08:00,") && csv[1].contains(",\"硝酸钙, \"\"60 公斤\"\"\",") && csv[1].hasSuffix(",3.0000,stopped"))
        let sum = DoseSumsReply.Sum(subject: label("east", "东区"), doses: 4, stockL: 40, productKg: 8, nitrogenKg: 1.5, phosphateKg: 0.75, potashKg: 3, areaM2: 2000)
        let sums = speaking(.chinese) { DoseLog.lines(DoseSumsReply(by: "zone", since: time, sums: [sum])) }
        #expect(sums[2].contains("东区") && sums[2].hasSuffix("0.50-0.25-1.00"))
    }

    @Test(arguments: Language.allCases)
    func `a dosing unit at work tells target, measured and raw water, and why it stops`(language: Language) {
        func label(_ tag: String, _ zh: String) -> WireLabel { WireLabel(tag: tag, name: WireText(Phrase(zh: zh, en: tag))) }
        let unit = DosingUnitReply(
            unit: label("head", "水肥机"), source: label("well", "机井"), state: "noFlow", why: WireText(Phrase(zh: "没有确认到水流", en: "no flow is proven")),
            stopped: WireText(Phrase(zh: "到了用量上限", en: "a ceiling of the dose was reached")), isDisabled: false, recipe: label("feed", "追肥"),
            zone: label("east", "东区"), passedM3: 1.2, phaseM3: 2, ecTarget: 2.2, ecMsCm: 2.17, rawEcMsCm: 0.61, phTarget: 5.8, ph: 5.84, channels: [])
        let lines = speaking(language) { DosingScreen.headlines(unit) }
        let expected = language == .english
            ? ["head  no flow is proven (recipe feed, east)  1.20/2.00 m3", "  EC 2.17 → 2.20 mS/cm (raw water 0.61)   pH 5.84 → 5.80", "  no more in this run: a ceiling of the dose was reached"]
            : ["水肥机  没有确认到水流（配方 追肥，东区）  1.20/2.00 m3", "  EC 2.17 → 2.20 mS/cm（原水 0.61）   pH 5.84 → 5.80", "  本次不再施肥：到了用量上限"]
        #expect(lines == expected)
    }

    @Test(arguments: Language.allCases)
    func `recipe check tells what does not add up, and check tells phases and ceilings`(language: Language) async {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardizedFileURL.path
        let site = root + "/configs/example-fertigation.yaml"
        let recipes = await tidegate("recipe", "check", site, language: language)
        #expect(recipes.status == .ok)
        for text in language == .english ? ["+0.02 off", "(P 0.14)", "nothing was mended"] : ["差 +0.02", "（P 0.14）", "方案没有改动"] {
            #expect(recipes.out.replacing("(", with: language == .english ? "(" : "（").replacing(")", with: language == .english ? ")" : "）").contains(text), "\(recipes.out)")
        }
        let check = await tidegate("check", site, language: language)
        #expect(check.status == .ok && check.out.contains(language == .english ? "lease held by" : "租约由谁持有"))
        #expect(check.out.contains("1.00") && check.out.contains("2.00"), "a quarter, a half and a quarter of 4 m3")
    }

    @Test(arguments: Language.allCases)
    func `the help of dose and of dose log is as it was agreed`(language: Language) async throws {
        for (name, path) in [("dose", ["dose"]), ("dose-log", ["dose", "log"])] {
            let golden = Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)-help.\(language.rawValue).txt")
            let help = await tidegate(path + ["--help"], language: language)
            #expect(try help.out == String(contentsOf: golden, encoding: .utf8))
        }
    }
}
