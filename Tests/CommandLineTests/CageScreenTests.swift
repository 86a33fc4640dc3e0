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
            #expect(await eventually { await said(["cages"]).out.contains("990") })
            #expect(await said(["cages"]).out.contains("310 g"))
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
}
