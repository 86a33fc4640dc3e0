import Agronomy
import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Site

/// Crops, soils and weather of a site file as they reach control.
@Suite struct CropWaterTests {
    @Test func `the greenhouse has tomatoes under its roof, drip, probes and a station`() throws {
        let site = try load(Project.path("configs/example-drip-greenhouse.yaml"))
        let control = site.scan.control
        let zone = try #require(control.water.first ?? nil)
        #expect(control.water.allSatisfy { $0 != nil })
        #expect(zone.planted == CivilDate(year: 2026, month: 9, day: 10) && zone.isCovered && !zone.isYearly)
        #expect(zone.efficiency == .percent(90) && zone.wetted == 0.4 && abs(zone.area.squareMeters - 1.6 * 2000 / 3) < 1e-9)
        #expect(zone.rootZone.soil == SoilTexture.loam.soil && zone.content == zone.rootZone.soil.fieldCapacity)
        #expect(zone.rootZone.crop.rootsMaximum == .meters(0.5) && zone.rootZone.rules == RootZoneRules())
        #expect(zone.probe != nil && zone.probe?.temperature != nil && zone.probe?.meaning == .volume)
        let weather = try #require(control.weather)
        #expect(weather.station?.rain != nil && weather.station?.windHeight == .meters(2))
        #expect(abs(weather.averages[6].rain.millimeters - 150.0 / 31) < 1e-9 && abs(weather.averages[0].et.millimeters - 0.9) < 1e-9)
        #expect(abs(weather.place.latitude.degrees - 36.88) < 1e-9)
    }

    @Test func `measured figures of a soil go before those of its name, and emitters give the flow`() throws {
        let text = """
            site: test
            place: { latitude: 36.88, longitude: 118.74, elevation: 23 m, time-zone: Asia/Shanghai }
            board: simulated
            emergency-stop: none
            weather:
              climate: arid
              averages:
                et: [1 mm, 1 mm, 2 mm, 4 mm, 5 mm, 5 mm, 5 mm, 4 mm, 3 mm, 2 mm, 1 mm, 1 mm]
                rain: [5 mm, 9 mm, 13 mm, 26 mm, 44 mm, 80 mm, 150 mm, 140 mm, 55 mm, 28 mm, 20 mm, 8 mm]
            outputs:
              P-1:  { line: R1, is: pump, safe: off, at-most: 8 h }
              V-1:  { line: R2, is: valve, safe: closed, at-most: 2 h, travel: 8 s }
            water:
              well: { pump: P-1, capacity: 90 m3/h }
            zones:
              east-1:
                valve: V-1
                area: 21.1 mu
                emitters: { each: 1.2 L/h, along: 0.4 m, across: 0.8 m }
                crop: { is: apple, planted: 2020-03-25, yearly: yes, method: single, convention: early-in-day }
                soil-type: { is: sandy-loam, field-capacity: 21 %, runoff-number: 75, at-start: 17 % }
                roots: 0.6 m
                soil-reads: of-field-capacity
            """
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-crop-\(getpid()).yaml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let control = try Site.load(path: path, boards: Project.path("boards"), profiles: Project.path("configs/profiles")).scan.control
        let zone = try #require(control.water.first ?? nil), soil = zone.rootZone.soil
        #expect(abs((control.zones[0].nominalFlow?.cubicMetersPerHour ?? 0) - 52.75) < 1e-6)
        #expect(soil.fieldCapacity == .percent(21) && soil.wiltingPoint == SoilTexture.sandyLoam.soil.wiltingPoint && soil.curveNumber == 75)
        #expect(zone.content == .percent(17) && zone.isYearly && zone.rootZone.rules == RootZoneRules(convention: .earlyInDay, isDual: false))
        #expect(zone.rootZone.crop.rootsMaximum == .meters(0.6) && zone.rootZone.crop.rootsInitial == .meters(0.6))
        #expect(control.weather?.climate == Climate(isArid: true) && control.weather?.station == nil)
    }

    @Test func `the tables of FAO-56 are whole, and the crops that name a row have its figures`() throws {
        func table(_ number: Int) throws -> [[String]] {
            let text = try String(contentsOfFile: Project.path("configs/crops/fao56/table\(number).csv"), encoding: .utf8)
            return text.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        }
        for (number, count) in [(11, 167), (12, 137), (17, 125), (22, 104)] {
            let rows = try table(number)
            #expect(rows.count == count && rows.allSatisfy { !$0[0].isEmpty && !$0[1].isEmpty }, "table \(number)")
        }
        let basal = Dictionary(try table(17).map { ($0[0], $0[2...4].compactMap { Double($0) }) }, uniquingKeysWith: { first, _ in first })
        let wheat = try crop("winter-wheat"), cotton = try crop("cotton"), peanut = try crop("peanut")
        for (crop, row) in [(wheat, "winter wheat"), (cotton, "cotton"), (peanut, "groundnut peanut")] {
            #expect([crop.basal.initial, crop.basal.middle, crop.basal.end] == basal[row], "\(row)")
        }
    }

    private func crop(_ tag: String) throws -> Crop {
        let report = Report(), path = Project.path("configs/crops/\(tag).yaml")
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        return try #require(Entry.root(of: bytes, file: path, report: report).flatMap { CropFile($0, tag: tag)?.crop })
    }
}
