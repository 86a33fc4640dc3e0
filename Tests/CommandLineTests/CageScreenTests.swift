import Foundation
import Language
import LiveFarm
import LocalAPI
import Testing
@testable import tidegate

@Suite(.serialized) struct CageScreenTests {
    @Test(arguments: Language.allCases)
    func `cages shows oxygen and aeration of a live cage, and that nobody has booked its fish`(language: Language) async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            let expected = language == .chinese ? ["一号网箱", "7.5 mg/L", "够", "停", "–"] : ["cage 1", "7.5 mg/L", "enough", "off", "–"]
            #expect(await eventually { await tidegate(["cages"] + socket, language: language).out.contains("7.5 mg/L") })
            let said = await tidegate(["cages"] + socket, language: language, width: 80)
            for text in expected { #expect(said.out.contains(text), "\(text) in\n\(said.out)") }
            for line in said.lines { #expect(displayWidth(line) <= 80, "\(line)") }
        }
    }

    @Test func `fish are booked by those who count and weigh them, and what cannot be is refused with what to do`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            func said(_ words: [String]) async -> Spoken { await tidegate(words + socket) }
            #expect(await said(["stock", "cage-1", "--count", "1000", "--mean", "300g"]).out.contains("holds 1000 fish of 300 g"))
            #expect(await said(["mortality", "cage-1", "--count", "10"]).out.contains("10 dead fish are booked"))
            #expect(await said(["sample", "cage-1", "--count", "50", "--mean", "0.31kg"]).out.contains("the mean is 310 g from now on"))
            #expect(await eventually {
                let out = await said(["cages"]).out
                return out.contains("990") && out.contains("310 g")
            })
            let few = await said(["sample", "cage-1", "--count", "3", "--mean", "310g"])
            #expect(few.status == .failed && few.out.contains("nothing was booked"), "\(few.out)")
            let bare = await said(["sample", "cage-1", "--count", "50", "--mean", "310"])
            #expect(bare.status == .wrongUse, "\(bare.err)")
            #expect(await said(["silence", "cage-1"]).out.contains("silent for 15 min"))
            let nobody = await said(["mortality", "cage-9", "--count", "1"])
            #expect(nobody.status != .ok && nobody.err.contains("cage-1"), "\(nobody.err)")
        }
    }

    @Test func `a cage in need is told in words`() throws {
        let told = #"""
            [{"cage":{"tag":"c-1","name":{"zh":"一号","en":"one"}},"state":"emergency","oxygenMgL":2.4,"stagesOn":2,"isUnproven":true,"sirenSounds":true,
              "stock":{"count":12000,"meanG":412,"biomassKg":4944}},
             {"cage":{"tag":"c-2","name":{"zh":"二号","en":"two"}},"state":"unknown","stagesOn":1,"isUnproven":false,"sirenSounds":false}]
            """#
        let cages = try JSONDecoder().decode([CageReply].self, from: Data(told.utf8))
        let en = speaking(.english) { CageTable(cages: cages).lines }, zh = speaking(.chinese) { CageTable(cages: cages).lines }
        for text in ["2.4 mg/L", "emergency", "2 on, not proven, siren", "12000", "412 g", "4944 kg"] { #expect(en[1].contains(text), "\(en)") }
        #expect(en[2].contains("unknown") && en[2].contains("1 on") && en[2].contains("–"), "\(en)")
        for text in ["缺氧危急", "2 级开，没有证明在转，警笛响"] { #expect(zh[1].contains(text), "\(zh)") }
        #expect(zh[2].contains("读不到"), "\(zh)")
    }

    @Test func `a cage is fed by hand, locked, told why, and its day is on the sheet`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            func said(_ words: [String]) async -> Spoken { await tidegate(words + socket) }
            #expect(await eventually { await said(["cages"]).out.contains("0.0/12 kg") })
            #expect(await said(["silo", "fill", "silo-1", "400kg"]).out.contains("400 kg filled in"))
            #expect(await said(["feed", "cage-1", "--kg", "1"]).out.contains("is being fed 1.0 kg"))
            // It ends where another turn of the doser could give too much.
            #expect(await eventually { await said(["cages"]).out.contains("0.9/12 kg") })
            #expect(await eventually { await said(["silo"]).out.contains("399 kg") })
            // Until its spreader has run out.
            #expect(await eventually { await !said(["feed", "cage-1", "--kg", "11.5"]).out.contains("is busy") })
            let over = await said(["feed", "cage-1", "--kg", "11.5"])
            #expect(over.status == .failed && over.out.contains("more than cage 1 may still get today") && over.out.contains("tidegate cages"), "\(over.out)")
            #expect(await said(["lock", "cage-1", "--why", "divers"]).out.contains("is locked"))
            let locked = await said(["feed", "cage-1", "--meal"])
            #expect(locked.status == .failed && locked.out.contains("tidegate why cage 1"), "\(locked.out)")
            let why = await said(["why", "cage-1"])
            #expect(why.out.contains("the cage is locked") && why.out.contains("release it from the spot") && why.out.contains("was fed"), "\(why.out)")
            #expect(await said(["unlock", "cage-1"]).out.contains("is released"))
            #expect(await said(["note", "cage-1", "net lightly fouled"]).out.contains("noted"))
            #expect(await said(["mortality", "cage-1", "--count", "1"]).status == .failed, "nobody has booked any fish")
            _ = await said(["stock", "cage-1", "--count", "500", "--mean", "200g"])
            #expect(await said(["move", "cage-1", "--count", "100", "--to", "cage-2"]).out.contains("100 fish were moved"))
            #expect(await eventually { await said(["cages"]).out.contains("80 kg") })
            #expect(await eventually { await said(["sheet", "cage-1"]).out.contains("net lightly fouled") })
            let sheet = await said(["sheet", "cage-1"])
            for text in ["fed 0.9 kg", "by hand", "0.9/1.0 kg", "completed", "500 stocked of 200 g", "100 moved out", "net lightly fouled"] {
                #expect(sheet.out.contains(text), "\(text) in\n\(sheet.out)")
            }
            let csv = await said(["sheet", "--csv"]).lines
            #expect(csv.first?.hasPrefix("date,cage,fed_kg") == true && csv.contains { $0.contains(",cage-1,0.9") }, "\(csv)")
        }
    }

    @Test func `a fast stops the feed for as long as it lasts, and a wrong one is refused`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            func said(_ words: [String]) async -> Spoken { await tidegate(words + socket) }
            #expect(await said(["fast", "cage-1", "--work", "net-cleaning", "--lasts", "4h"]).out.contains("booked to fast (net cleaning)"))
            #expect(await said(["feed", "cage-1", "--kg", "1"]).status == .failed)
            #expect(await eventually { await said(["cages"]).out.contains("it fasts") })
            #expect(await said(["why", "cage-1"]).out.contains("fast cage-1 --end"))
            #expect(await said(["fast", "cage-1", "--end"]).out.contains("fasts no more"))
            #expect(await eventually { await said(["feed", "cage-1", "--kg", "1"]).status == .ok })
            #expect(await said(["feed", "stop"]).out.contains("feeding stops"))
            #expect(await said(["fast", "cage-1"]).status == .wrongUse)
            let odd = await said(["fast", "cage-1", "--work", "harvest", "--at", "tomorrow", "--lasts", "4h"])
            #expect(odd.status != .ok && odd.err.contains("11-29 08:00"), "\(odd.err)")
        }
    }

    @Test func `appetite takes per cents with their sign, and no others`() async throws {
        #expect(AppetiteCommand.percent("+10%") == 10 && AppetiteCommand.percent("-20%") == -20 && AppetiteCommand.percent("0%") == 0)
        for text in ["10", "+%", "--5%", "1e3%", "5 kg%"] { #expect(AppetiteCommand.percent(text) == nil, "\(text)") }
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            func said(_ words: [String]) async -> Spoken { await tidegate(words + socket) }
            #expect(await said(["appetite", "cage-1", "-20%"]).out.contains("is fed 80 % of its table"))
            #expect(await eventually { await said(["cages"]).out.contains("80 %") })
            let much = await said(["appetite", "cage-1", "+40%"])
            #expect(much.status != .ok && much.err.contains("-50 … 20") && much.err.contains("sample"), "\(much.err)")
            #expect(await said(["appetite", "cage-1", "lots"]).status == .wrongUse)
        }
    }

    @Test func `oxygen shows each probe beside what counts`() async throws {
        try await withFarm { farm in
            let said = { (words: [String]) in await tidegate(words + ["--socket", farm.socketPath]) }
            #expect(await eventually { await said(["oxygen"]).out.contains("7.5 mg/L") })
            let one = await said(["oxygen", "cage-2"])
            #expect(one.out.contains("cage 2") && !one.out.contains("cage 1") && one.out.contains("oxygen"), "\(one.out)")
            #expect(await said(["oxygen", "cage-7"]).status != .ok)
        }
    }
}
