import Foundation
import Language
import Testing
@testable import tidegate

/// `tidegate agro` over the reference cases: the tool itself gives what the functions give.
@Suite struct AgroTests {
    private static let cases = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../AgronomyTests/Cases").standardizedFileURL

    private func path(_ name: String) -> String { Self.cases.appendingPathComponent(name).path }

    /// The rows of a printed table by the names of its columns.
    private func rows(_ text: String) throws -> [[String: String]] {
        try CSVFile(name: "printed", bytes: Data(text.utf8)).byName
    }

    private func largest(_ text: String, _ pairs: KeyValuePairs<String, String>, relative: Bool = false) throws -> Double {
        var worst = 0.0
        for row in try rows(text) {
            for (ours, theirs) in pairs {
                let value = try #require(Double(row[ours] ?? "")), expected = try #require(Double(row[theirs] ?? ""))
                worst = max(worst, abs(value - expected) / (relative ? abs(expected) : 1))
            }
        }
        return worst
    }

    @Test func `daily ET of all three files`() async throws {
        let fallon = await tidegate("agro", "eto-daily", path("eto_daily_fallon2015.csv"))
        #expect(try largest(fallon.out, ["eto_mm": "eto_refet050_asce", "etr_mm": "etr_refet050_asce"]) <= 0.002)
        let maricopa = await tidegate("agro", "eto-daily", path("eto_daily_maricopa.csv"))
        #expect(try largest(maricopa.out, ["eto_mm": "eto_pyfao56_143_tdew"]) <= 0.002)
        let fao = await tidegate("agro", "eto-daily", path("eto_daily_maricopa.csv"), "--constants", "fao56")
        #expect(try largest(fao.out, ["eto_mm": "eto_REFET_3115_FAO56PM"]) <= 0.06)
        let shandong = await tidegate("agro", "eto-daily", path("eto_daily_shandong_synthetic_weather.csv"))
        #expect(try largest(shandong.out, ["eto_mm": "eto_short_pyfao56_143", "etr_mm": "etr_tall_pyfao56_143"]) <= 0.002)
        #expect(try largest(shandong.out, ["ra_mj_m2_d": "ra_pyeto"]) <= 0.005)
        #expect([fallon, maricopa, fao, shandong].allSatisfy { $0.status == .ok && $0.err.isEmpty })
    }

    @Test func `Hargreaves, run time and quota`() async throws {
        let hargreaves = await tidegate("agro", "hargreaves", path("eto_hargreaves_pyeto.csv"))
        #expect(try largest(hargreaves.out, ["eto_mm": "eto_hargreaves_samani_mm"]) <= 0.001)
        // The files hold the expected columns under the names that the tool writes: what comes out is held against what went in.
        for (command, file) in [("runtime", "runtime_volume_formula_cases.csv"), ("quota", "gb50485_quota_formula_cases.csv")] {
            let said = await tidegate("agro", command, path(file))
            let given = try CSVFile(path: path(file))
            for (row, expected) in zip(try rows(said.out), given.byName) {
                for column in given.header { #expect(abs((Double(row[column] ?? "") ?? .nan) / (Double(expected[column] ?? "") ?? .nan) - 1) <= 1e-6, "\(column)") }
            }
            #expect(try rows(said.out).count == given.rows.count && said.lines.first == given.header.joined(separator: ","))
        }
    }

    @Test func `sunrise and sunset to the minute`() async throws {
        let said = await tidegate("agro", "sun", path("sun_times_shandong.csv"))
        func seconds(_ text: String?) -> Int { (text ?? "").split(separator: ":").reduce(0) { $0 * 60 + (Int($1) ?? 0) } }
        for row in try rows(said.out) {
            #expect(abs(seconds(row["sunrise"]) - seconds(row["ephem_sunrise"])) <= 60 && abs(seconds(row["sunset"]) - seconds(row["ephem_sunset"])) <= 60)
        }
        #expect(try rows(said.out).count == 111)
    }

    @Test func `hourly ET sums to within three per cent of refet on every clear day`() async throws {
        let said = try rows(await tidegate("agro", "eto-hourly", path("eto_hourly_fallon2015.csv")).out)
        let days = Dictionary(grouping: said) { $0["local_date"] ?? "" }
        // Clear by radiation: see `HourlyETTests`.
        for date in ["2015-01-15", "2015-07-01", "2015-07-24", "2015-10-20"] {
            func sum(_ column: String) -> Double { days[date, default: []].reduce(0) { $0 + (Double($1[column] ?? "") ?? .nan) } }
            #expect(abs(sum("eto_mm") / sum("eto_refet050_asce") - 1) <= 0.03 && abs(sum("etr_mm") / sum("etr_refet050_asce") - 1) <= 0.03, "\(date)")
        }
    }

    @Test(arguments: ["corn2015_roff", "cotton2018_100", "cottondry2013"])
    func `a season in every column`(name: String) async throws {
        var line = ["agro", "season", "--meta", path("season_\(name)_meta.json"), "--weather", path("season_\(name)_weather.csv")]
        let irrigation = path("season_\(name)_irrigation.csv")
        if FileManager.default.fileExists(atPath: irrigation) { line += ["--irrigation", irrigation] }
        let said = await tidegate(line)
        let expected = try CSVFile(path: path("season_\(name)_expected_daily.csv"))
        #expect(said.lines.first == expected.header.joined(separator: ","))
        for (row, day) in zip(try rows(said.out), expected.byName) {
            #expect(row["year_doy"] == day["year_doy"])
            for column in expected.header.dropFirst() {
                #expect(abs((Double(row[column] ?? "") ?? .nan) - (Double(day[column] ?? "") ?? .nan)) <= 0.001, "\(day["year_doy"] ?? "") \(column)")
            }
        }
    }

    @Test func `the built program decides as pyfao56 does, and reads a table from standard input`() throws {
        let program = try #require(Binary.path)
        for name in ["autoirrigate_decisions.json", "autoirrigate_decisions_rainy.json"] {
            let said = try Binary.run(program, ["agro", "decide", path(name)])
            #expect(said.status == 0, "\(said.err)")
            let file = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: Self.cases.appendingPathComponent(name))) as? [String: Any])
            let found = Dictionary(grouping: try rows(said.out)) { $0["case"] ?? "" }
            for item in try #require(file["cases"] as? [[String: Any]]) {
                let events = try #require(item["events"] as? [[Any]]), rows = found[try #require(item["name"] as? String)] ?? []
                #expect(rows.map { $0["year_doy"] ?? "" } == events.compactMap { $0[0] as? String })
                for (row, event) in zip(rows, events) { #expect(abs((Double(row["depth_mm"] ?? "") ?? .nan) - (event[1] as? Double ?? .nan)) <= 0.001) }
            }
        }
        let piped = try Binary.run("/bin/sh", ["-c", "\"$0\" agro hargreaves < \"$1\"", program, path("eto_hargreaves_pyeto.csv")])
        #expect(piped.status == 0)
        #expect(try largest(piped.out, ["eto_mm": "eto_hargreaves_samani_mm"]) <= 0.001)
    }

    @Test(arguments: Language.allCases) func `a bad row is told with its line and the others come out`(language: Language) async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-agro-\(getpid())-\(language.rawValue).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("\u{FEFF}note,lat_deg,doy,tmin_c,tmax_c\r\n\"a, b\",36,10,1,9\r\nx,36,10,warm,9\r\ny,36,10,9,1\r\nz,36,400,1,2\r\nv,36,10,1,2,3\r\nw,36,11,1,2\r\n".utf8).write(to: file)
        let said = await tidegate(["agro", "hargreaves", file.path], language: language)
        #expect(said.status == .failed)
        #expect(said.lines.count == 4 && said.lines[0] == "note,lat_deg,doy,tmin_c,tmax_c,eto_mm" && said.lines[1].hasPrefix("\"a, b\",36,10,1,9,"))
        for line in 3...6 { #expect(said.err.contains("\(file.path):\(line)"), "\(said.err)") }
        #expect(said.err.contains("tmin_c") && said.err.contains(language == .chinese ? "4 行未算，2 行已算" : "4 rows were refused, 2 computed"))
    }

    @Test func `a file that is not there, an empty one, and days with a gap are refused whole`() async throws {
        #expect(await tidegate("agro", "quota", "/nonexistent.csv").status == .wrongUse)
        #expect(await tidegate("agro", "quota", "/dev/null").status == .wrongUse)
        let weather = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-gap-\(getpid()).csv")
        defer { try? FileManager.default.removeItem(at: weather) }
        try Data("year_doy,tmax,tmin,rain\n2015-118,20,5,0\n2015-120,20,5,0\n".utf8).write(to: weather)
        let gap = await tidegate("agro", "season", "--meta", path("season_corn2015_roff_meta.json"), "--weather", weather.path)
        #expect(gap.status == .wrongUse && gap.err.contains(":3"))
    }
}

extension CSVFile {
    fileprivate var byName: [[String: String]] {
        rows.map { Dictionary(zip(header, $0.cells), uniquingKeysWith: { _, last in last }) }
    }
}
