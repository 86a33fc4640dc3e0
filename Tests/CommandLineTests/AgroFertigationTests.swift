import Foundation
import Testing
@testable import tidegate

/// `tidegate agro three-phase` and `nutrients` over the reference cases.
@Suite struct AgroFertigationTests {
    private func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../AgronomyTests/Cases/\(name)").standardizedFileURL.path
    }

    private func rows(_ text: String) throws -> [[String: String]] {
        let file = try CSVFile(name: "printed", bytes: Data(text.utf8))
        return file.rows.map { Dictionary(zip(file.header, $0.cells), uniquingKeysWith: { _, last in last }) }
    }

    private func number(_ row: [String: String], _ column: String) -> Double { Double(row[column] ?? "") ?? .nan }

    /// A table of the test's own, run through a command.
    private func run(_ command: String, _ text: String) async throws -> Spoken {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-agro-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        return await tidegate("agro", command, file.path)
    }

    @Test func `three phases give the file back`() async throws {
        let said = await tidegate("agro", "three-phase", path("three_phase_fertigation_cases.csv"))
        let given = try CSVFile(path: path("three_phase_fertigation_cases.csv"))
        let expected = try rows(String(contentsOfFile: path("three_phase_fertigation_cases.csv"), encoding: .utf8))
        #expect(said.status == .ok && said.lines.first == given.header.joined(separator: ","))
        let computed = try rows(said.out)
        #expect(computed.count == 10)
        for (row, wanted) in zip(computed, expected) {
            for column in given.header { #expect(abs(number(row, column) / number(wanted, column) - 1) <= 1e-6, "\(column)") }
        }
    }

    @Test func `an irrigation too short for its flush is lengthened where allowed, else refused with what is missing`() async throws {
        let table = """
        total_volume_m3,flow_m3_h,stock_litres_to_inject,advance_s,may_add_m3,injector_max_L_h
        20,20,100,1800,6,300
        20,20,100,1800,1,
        20,20,0,0,0,
        20,20,100,0,0,150
        """
        let said = try await run("three-phase", table)
        let computed = try rows(said.out), row = try #require(computed.first)
        #expect(said.status == .failed && computed.count == 1)
        #expect(number(row, "pre_m3") == 5 && number(row, "fert_m3") == 10 && number(row, "post_m3") == 10)
        #expect(said.err.contains(":3: total_volume_m3: filling, dosing and flushing lack 5 m3; 1 m3 may be added"), "\(said.err)")
        #expect(said.err.contains(":4: total_volume_m3: water, flow and stock must all be more than nothing"), "\(said.err)")
        #expect(said.err.contains(":5: stock_litres_to_inject: needs 200 L/h; the injector gives 0 … 150 L/h"), "\(said.err)")
    }

    @Test func `nutrients of the published examples`() async throws {
        let said = try rows(await tidegate("agro", "nutrients", path("fertigation_published_examples.csv")).out)
        #expect(said.count == 3)
        #expect(abs(number(said[0], "litre") - 196.8) <= 0.06)
        #expect(abs(number(said[1], "product_kg") - 1000) <= 0.01)
        #expect(abs(number(said[2], "product_kg") / 0.028_349_523 - 18) <= 0.25)
    }

    @Test func `sums, oxides and dilution by columns; a row without anything is told`() async throws {
        let table = """
        n_kg_mu,p2o5_kg_mu,k2o_kg_mu,sum_kg_mu,stock_g_L,dilution
        3.4,1.0,0.7,5.2,,
        ,,,,202,100
        ,,,,,
        """
        let said = try await run("nutrients", table), found = try rows(said.out)
        #expect(said.status == .failed && found.count == 2 && said.err.contains(":4: pct:"), "\(said.err)")
        #expect(abs(number(found[0], "sum_computed_kg_mu") - 5.1) < 1e-6 && abs(number(found[0], "sum_difference_kg_mu") - 0.1) < 1e-6)
        #expect(abs(number(found[0], "p_kg_mu") - 0.4364) < 1e-4 && abs(number(found[0], "k_kg_mu") - 0.5811) < 1e-4)
        #expect(found[0]["sum_kg_mu"] == "5.2" && number(found[1], "mix_mg_L") == 2000)
    }
}
