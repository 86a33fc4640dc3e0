import Foundation
import Language
import LiveFarm
@testable import LocalAPI
import Testing
@testable import tidegate

@Suite struct BalanceTests {
    private let zone = BalanceZone(zone: WireLabel(tag: "east-1", name: WireText(Phrase(zh: "东一区", en: "east 1"))), days: [
        BalanceDay(date: "2026-05-07", tier: "station", notes: [], age: 36, depletionMm: 18.44, depletionPercent: 31, availableMm: 59.5, readilyMm: 26.8,
                   referenceEtMm: 5.1, cropEtMm: 4.6, actualEtMm: 4.6, rainMm: 0, irrigationMm: 0, lostMm: 0, etSinceIrrigationMm: 18.4),
        BalanceDay(date: "2026-05-08", tier: "averages", notes: ["caughtUp", "stationFailed"], age: 37, depletionMm: 30.2, depletionPercent: 50.8, availableMm: 59.5,
                   readilyMm: 26.8, referenceEtMm: 4.2, cropEtMm: 3.9, actualEtMm: 3.7, rainMm: 1.2, irrigationMm: 0, lostMm: 0, etSinceIrrigationMm: 22.1),
    ])

    @Test func `a zone's balance reads in both languages`() {
        let english = speaking(.english) { Balance.lines(zone) }
        #expect(english[0] == "east-1  east 1")
        #expect(english[1] == "depletion 30.2 mm (51 % of what is available), readily available 26.8 mm; used since irrigation 22.1 mm; day 37")
        #expect(english[3].contains("05-07") && english[3].contains("18.4") && english[3].hasSuffix("station"))
        #expect(english[4].hasSuffix("averages, caught up, station failed"))
        let chinese = speaking(.chinese) { Balance.lines(zone) }
        #expect(chinese[1].hasPrefix("亏缺 30.2 mm（有效水的 51 %），易有效水量 26.8 mm") && chinese[4].hasSuffix("月平均，补算，气象站有缺"))
    }

    @Test func `a farm without crops says what a balance needs`() async throws {
        try await withFarm { farm in
            let said = await tidegate("balance", "--socket", farm.socketPath)
            #expect(said.status == .ok && said.out.contains("crop and soil-type"))
            #expect(await tidegate("balance", "nowhere", "--socket", farm.socketPath).status != .ok)
            #expect(await tidegate("balance", "--json", "--socket", farm.socketPath).out.contains("\"zones\" : ["))
        }
    }
}
