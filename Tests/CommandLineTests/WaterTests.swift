import Foundation
import Language
import LiveFarm
import LocalAPI
import Testing
@testable import tidegate

/// Where the water went.
@Suite(.serialized) struct WaterTests {
    @Test func `what zones got and what no zone got add up to the total, and to the meter`() async throws {
        try await withFarm { farm in
            let socket = ["--socket", farm.socketPath]
            for zone in ["east-1", "east-2"] { #expect(await tidegate(["run", zone, "--for", "60s"] + socket).status == .ok) }
            #expect(await eventually { await tidegate(["log", "--runs"] + socket).out.ranges(of: "completed").count == 2 })
            #expect(await eventually { (try? await water(socket))?.water.differenceM3.map { abs($0) < 0.015 } ?? false })
            let source = try await water(socket)
            let sum = source.water
            #expect(sum.meteredM3 ?? 0 > 0.3 && sum.zonesM3 > 0.3, "\(sum)")
            #expect(abs(sum.bookedM3 - sum.zonesM3 - sum.backwashM3 - sum.leakM3 - sum.unassignedM3) < 1e-9)
            #expect(abs(sum.zonesM3 - source.zones.reduce(0) { $0 + $1.volumeM3 }) < 1e-9 && source.zones.map(\.runs) == [1, 1])
            let shown = await tidegate(["water"] + socket, width: 80)
            for text in ["well  2026-11-23", "east-1  1 run", "backwash", "unassigned", "total", "by the meter"] {
                #expect(shown.out.contains(text), "\(text) in\n\(shown.out)")
            }
        }
    }

    private func water(_ socket: [String]) async throws -> WaterSource {
        let json = await tidegate(["water", "--json"] + socket)
        return try #require(try JSONDecoder().decode(WaterReply.self, from: Data(json.out.utf8)).sources.first)
    }

    private static let week = """
        {"time": "2026-11-23T18:00:00+08:00", "from": "2026-11-17", "to": "2026-11-23", "goneZonesM3": 1.5, "sources": [{
            "source": {"tag": "well", "name": {"zh": "机井", "en": "well"}},
            "water": {"zonesM3": 150.2, "backwashM3": 3.6, "leakM3": 0.2, "unassignedM3": 1.1, "bookedM3": 155.1, "meteredM3": 155.4, "differenceM3": 0.3},
            "zones": [{"zone": {"tag": "e", "name": {"zh": "东一区", "en": "east 1"}}, "runs": 14, "volumeM3": 150.2, "areaM2": 4000}],
            "days": [
                {"date": "2026-11-22", "water": {"zonesM3": 80.1, "backwashM3": 2.4, "leakM3": 0.2, "unassignedM3": 1.1, "bookedM3": 83.8, "meteredM3": 84.1, "differenceM3": 0.3}},
                {"date": "2026-11-23", "water": {"zonesM3": 70.1, "backwashM3": 1.2, "leakM3": 0, "unassignedM3": 0, "bookedM3": 71.3, "meteredM3": 71.3, "differenceM3": 0}}
            ]
        }]}
        """

    @Test(arguments: Language.allCases)
    func `several days are told as one and day by day, with why the meter differs, in 80 columns`(language: Language) throws {
        let reply = try JSONDecoder().decode(WaterReply.self, from: Data(Self.week.utf8))
        let lines = speaking(language, width: 80) { Water.lines(reply) }
        let text = lines.joined(separator: "\n")
        let expected = language == .chinese
            ? ["机井  2026-11-17 .. 2026-11-23", "东一区  14 次", "25.0", "去向不明", "水表多 0.30 m3", "11-22  80.10", "另有 1.50 m3"]
            : ["well  2026-11-17 .. 2026-11-23", "east 1  14 runs", "25.0", "unassigned", "the meter has 0.30 m3 more", "11-22  80.10", "and 1.50 m3"]
        for part in expected { #expect(text.contains(part), "\(part) in\n\(text)") }
        for line in lines { #expect(displayWidth(line) <= 80, "\(line)") }
    }
}
