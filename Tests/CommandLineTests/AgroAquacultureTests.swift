import Foundation
import Testing
@testable import tidegate

/// `tidegate agro oxygen`, `growth`, `ration` and `feed-table` over the reference cases.
@Suite struct AgroAquacultureTests {
    private func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../AgronomyTests/Cases/\(name)").standardizedFileURL.path
    }

    private func rows(_ text: String) throws -> [[String: String]] {
        let file = try CSVFile(name: "printed", bytes: Data(text.utf8))
        return file.rows.map { Dictionary(zip(file.header, $0.cells), uniquingKeysWith: { _, last in last }) }
    }

    private func given(_ name: String) throws -> [[String: String]] { try rows(String(contentsOfFile: path(name), encoding: .utf8)) }

    private func number(_ row: [String: String], _ column: String) -> Double { Double(row[column] ?? "") ?? .nan }

    @Test func `oxygen gives the saturation of the grid`() async throws {
        let said = await tidegate("agro", "oxygen", path("do_saturation_benson_krause_grid.csv"))
        let computed = try rows(said.out)
        #expect(said.status == .ok && computed.count == 432)
        for row in computed { #expect(abs(number(row, "do_sat_mg_l") - number(row, "do_sat_mg_l_USGS2011")) <= 0.005) }
    }

    @Test func `growth gives the file back`() async throws {
        let said = await tidegate("agro", "growth", path("growth_sgr_tgc_fcr.csv"))
        let computed = try rows(said.out), expected = try given("growth_sgr_tgc_fcr.csv")
        #expect(said.status == .ok && computed.count == expected.count && computed.count == 13)
        for (row, wanted) in zip(computed, expected) {
            for column in ["SGR_pct_per_day", "TGC_x1000_g", "weight_gain_pct", "FCR"] {
                guard wanted[column]?.isEmpty == false else { #expect(row[column]?.isEmpty == true); continue }
                // The file prints a gain to the fourth decimal of a per cent.
                let unit = column == "weight_gain_pct" ? 100.0 : 1
                #expect(abs(number(row, column) - number(wanted, column)) / unit <= 1e-6, "\(column)")
            }
        }
    }

    @Test func `rations give stock, day and meals`() async throws {
        let said = await tidegate("agro", "ration", path("ration_arithmetic.csv"))
        let computed = try rows(said.out), expected = try given("ration_arithmetic.csv")
        #expect(said.status == .ok && computed.count == 3)
        for (row, wanted) in zip(computed, expected) {
            #expect(abs(number(row, "biomass_kg") - number(wanted, "biomass_kg")) <= 1e-6 && abs(number(row, "daily_feed_kg") - number(wanted, "daily_feed_kg")) <= 1e-6)
            func meals(_ row: [String: String]) throws -> [Double] { try JSONDecoder().decode([Double].self, from: Data((row["meals_kg"] ?? "").utf8)) }
            for (meal, kilograms) in zip(try meals(row), try meals(wanted)) { #expect(abs(meal - kilograms) <= 1e-6) }
        }
    }

    @Test func `the feed table gives the printed chart with two flags, and what is used beside it`() async throws {
        let said = await tidegate("agro", "feed-table", path("feed_rate_leitritz_lewis1980_trout.csv"))
        let computed = try rows(said.out), expected = try given("feed_rate_leitritz_lewis1980_trout.csv")
        #expect(said.status == .ok && computed.count == 187)
        for (row, wanted) in zip(computed, expected) {
            #expect(number(row, "feed_pct_body_weight_per_day") == number(wanted, "feed_pct_body_weight_per_day"))
            #expect(row["feed_flag"] == "misprint" || abs(number(row, "feed_pct_used") - number(wanted, "feed_pct_body_weight_per_day")) < 0.001)
        }
        #expect(computed.count { $0["feed_flag"] == "misprint" } == 2)
    }

    @Test func `what cannot be is refused with its row`() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-agro-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("fish_count,mean_weight_g,feed_rate_fraction,meal_split\n10,100,0.01,\"[1, 0]\"\n10,100,1.2,[1]\n10,100,0.01,[1]\n".utf8).write(to: file)
        let said = await tidegate("agro", "ration", file.path)
        let computed = try rows(said.out)
        #expect(said.status == .failed && computed.count == 1)
        #expect(said.err.contains(":2: meal_split: \"[1, 0]\" is no list of shares"), "\(said.err)")
        #expect(said.err.contains(":3: feed_rate_fraction: 1.2 is outside 0 … 0.3"), "\(said.err)")
    }
}
