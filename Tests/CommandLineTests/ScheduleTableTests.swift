import Foundation
import Language
import ProcessImage
import Quantities
import Site
import Testing
@testable import tidegate

/// Tables of extension services into schedules, and back.
@Suite struct ScheduleTableTests {
    private static func shipped(_ file: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(file).path
    }

    private static let site = shipped("configs/example-fertigation.yaml")
    private static let drip = shipped("configs/schedules/tables/tomato-drip.csv")
    private static let greenhouse = shipped("configs/schedules/tables/greenhouse-tomato.csv")

    private static func table(_ rows: String...) throws -> StageTable {
        let text = (["stage,times,quota m3/mu,N kg/mu,P2O5 kg/mu,K2O kg/mu,sum,from,to,remarks"] + rows).joined(separator: "\n")
        return try StageTable(CSVFile(name: "test", bytes: Data(text.utf8)))
    }

    @Test func `a printed table is read as it stands, and each sum that does not hold is told with its line`() throws {
        let table = try StageTable(CSVFile(path: Self.drip))
        #expect(table.rows.map(\.stage) == ["定植前", "移栽", "缓苗", "开花", "坐果", "果实膨大", "采收"])
        #expect(table.rows.map(\.times) == [1, 1, 1, 1, 2, 2, 2])
        #expect(table.rows[2].quota == 25 && table.rows[0].isBase && table.rows[6].dosed == 1)
        let told = table.differences.map(\.en)
        #expect(told.count { $0.contains("the three add up to 5.10, +0.1 off") } == 3)
        #expect(told.contains { $0 == "line 9, total: times says 12, the rows come to 10, +2 off; the rows count." }, "\(told)")
        #expect(told.contains { $0.contains("total: water says 525 m3/mu, the rows come to 220, +305 off") })
        #expect(table.readings.map(\.zh) == ["第 4 行 缓苗：灌水定额 20–30 取中间 25 m3/亩。"])
    }

    @Test func `Chinese and English headings, with units and without, are the same columns`() throws {
        for header in ["生育期,灌水次数（次）,灌水定额（m3/亩·次）,纯氮 kg/亩,五氧化二磷（公斤/亩）,氧化钾 千克/亩", "Growth stage,irrigations,Quota (m3/mu),N,P2O5,K2O"] {
            let table = try StageTable(CSVFile(name: "test", bytes: Data("\(header)\nbloom,2,6,0.5,0.2,0.8".utf8)))
            #expect(table.rows[0].times == 2 && table.rows[0].quota == 6 && table.rows[0].nutrients == [0.5, 0.2, 0.8], "\(header)")
        }
    }

    @Test(arguments: [
        ("bloom,none,6,,,,,,,", "test:2: times: \"none\" is not to be read"), ("bloom,2,6 m3,,,,,,,", "test:2: quota: \"6 m3\" is not to be read"),
        ("bloom,2,,,,,,,,", "test:2: quota: nothing stands there"), (",2,6,,,,,,,", "test:2: stage: nothing stands there"),
        ("bloom,2,6,,,,,2026-03-10,2026-03-01,", "test:2: from, to: \"2026-03-10 .. 2026-03-01\" is not to be read"),
        ("bloom,400,6,,,,,,,", "test:2: times: \"400\" is not to be read"), ("bloom,2,6,nan,,,,,,", "test:2: nitrogen: \"nan\" is not to be read"),
    ])
    func `a cell that is no number is refused with its line, column and remedy`(row: String, said: String) throws {
        let refused = try #require(throws: Refused.self) { try Self.table(row) }
        #expect(refused.what.en.contains(said), "\(refused.what.en)")
    }

    @Test func `a table without its columns says which header is due`() throws {
        let refused = try #require(throws: Refused.self) { try StageTable(CSVFile(name: "test", bytes: Data("a,b\n1,2".utf8))) }
        #expect(refused.what.en.contains("stage") && refused.what.en.contains("times") && refused.what.en.contains("quota"))
    }

    @Test func `what a site's stock cannot give is told to the hundredth of a kilogram, and what it can is given`() throws {
        let site = try Site.load(path: Self.site), mix = StockMix(site)
        // 20 L/mu of A and B, as the site file's swelling recipe has them.
        let wanted = [0.383, 0.312, 0.972], amounts = mix.nearest(to: wanted)
        #expect(amounts.map { site.tables.channels[$0.channel.offset].tag } == ["A", "B"])
        #expect(amounts.allSatisfy { abs($0.litersPerMu - 20) < 0.11 }, "\(amounts)")
        for (given, due) in zip(mix.nutrients(of: amounts), wanted) { #expect(abs(given - due) < 0.01) }
        let document = StageDocument(try Self.table("bloom,2,5,3.4,1.0,0.7,5.1,2026-03-01,2026-03-10,"), site: site, version: 1,
                                     from: CivilDate(daysSinceEpoch: 20_500), days: 10)
        #expect(document.notes.contains { $0.en.contains("the table has 3.40-1.00-0.70 kg/mu, the site's stock comes nearest with") })
    }

    @Test(arguments: Language.allCases)
    func `the greenhouse's table becomes a document that is in order, and comes back as it was`(language: Language) async throws {
        let made = await tidegate("schedule", "new", "--site", Self.site, "--from", Self.greenhouse, "--number", "13", language: language)
        #expect(made.status == .ok && !made.err.contains("not in order") && !made.err.contains("还不能用"), "\(made.err)")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-table-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("spring.yaml").path, back = folder.appendingPathComponent("back.csv").path
        try made.out.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(await tidegate("schedule", "lint", file, "--site", Self.site, language: language).status == .ok)
        let exported = await tidegate("schedule", "export", file, "--site", Self.site, "--html", folder.appendingPathComponent("sheet.html").path, language: language)
        try exported.out.write(toFile: back, atomically: true, encoding: .utf8)
        let (before, after) = (try StageTable(CSVFile(path: Self.greenhouse)), try StageTable(CSVFile(path: back)))
        #expect(after.rows.map(\.stage) == before.rows.map(\.stage) && after.rows.map(\.times) == before.rows.map(\.times))
        #expect(after.rows.map(\.quota) == before.rows.map(\.quota) && after.differences.isEmpty, "\(after.differences)")
        for (row, old) in zip(after.rows, before.rows) {
            for (one, other) in zip(row.nutrients, old.nutrients) { #expect(abs(one - other) <= 0.02, "\(row.stage): \(one) and \(other)") }
        }
        let sheet = try String(contentsOf: folder.appendingPathComponent("sheet.html"), encoding: .utf8)
        #expect(sheet.contains(language == .chinese ? "<span>审核</span>" : "<span>checked by</span>") && !sheet.contains("<script"))
    }

    @Test func `a time that no valve may give at once is shared among starts of the day, and that is said`() async {
        let made = await tidegate("schedule", "new", "--site", Self.site, "--from", Self.drip, "--first", "2026-03-01", "--days", "120")
        #expect(made.err.contains("line 2, 定植前: 30 m3/mu is more than a valve may give in one run (at-most), so 4 runs of 7.5 m3/mu."), "\(made.err)")
        #expect(made.err.contains("the base dressing is spread by hand"))
        #expect(made.out.contains("stage-7-clear:"), "once of two times is dosed")
    }

    @Test func `without a document the site file's own programs are exported, and what a probe steers is left empty`() async {
        let said = await tidegate("schedule", "export", "--site", Self.site, "--data", "/nowhere", language: .english)
        let lines = said.out.split(separator: "\n").map(String.init)
        #expect(lines.first == "stage,from,to,times,quota m3/mu,N kg/mu,P2O5 kg/mu,K2O kg/mu,sum kg/mu,remarks")
        #expect(lines.count == 3 && lines[1].contains(",2.5,,,,,\"with flowering: EC 2.00 mS/cm"), "\(lines)")
    }
}
