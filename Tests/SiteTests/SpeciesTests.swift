import Agronomy
import Foundation
import Language
import Quantities
import Testing
@testable import Site

@Suite struct SpeciesTests {
    private func species(_ tag: String) throws -> Species { try Species.load(path: Project.path("configs/species/\(tag).yaml")) }

    private func rate(_ species: Species, _ grams: Double, _ celsius: Double) throws -> Double {
        try #require(species.ration.rate(.grams(grams), at: .celsius(celsius))).percent
    }

    @Test func `what the species files say passes through the published points`() throws {
        let rockfish = try species("sebastes-schlegelii")
        #expect(abs(try rate(rockfish, 5.5, 17) - 4.48) < 0.01)
        #expect(abs(try rate(rockfish, 16, 16) - 3.41) < 1e-9)
        #expect(abs(try rate(rockfish, 16, 24) - 3.34) < 1e-9)
        #expect(try rate(rockfish, 16, 20) < 4.1, "no more than fish eat their fill of")
        #expect(abs(try rate(species("atlantic-salmon"), 400, 7) - 0.47) < 1e-9)
        #expect(abs(try rate(species("lateolabrax-maculatus"), 20, 26) - 4.4) < 1e-9)
        #expect(try species("rainbow-trout").ration == TroutChart.table)
        #expect(try species("atlantic-salmon").appetite == OxygenAppetite.salmon)
    }

    @Test func `no species is fed outside the water it is said to feed in`() throws {
        for name in Project.files(in: "configs/species") {
            let species = try species(String(name.dropLast(5)))
            let (low, high) = (species.ration.temperatures[0], species.ration.temperatures[species.ration.temperatures.count - 1])
            #expect(high <= species.water.warmStop + .celsius(1) && low >= species.water.coldStop - .celsius(1), "\(name)")
            #expect(species.ration.rate(.grams(100), at: species.water.warmStop + .celsius(2)) == nil, "\(name)")
        }
    }

    private func refusals(_ text: String) throws -> [String] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-species-\(getpid())-\(text.hashValue).yaml")
        try Data(text.utf8).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let refused = SpeciesFile.check(path: path.path, tag: "carp")
        return refused?.problems.map { "\($0.key): \($0.what.en)" } ?? []
    }

    @Test func `a species without source, with falling rows or swapped limits is refused, all at once`() throws {
        let said = try refusals("""
        species: carp
        ration:
          weights: [100 g, 20 g]
          rows:
            - { at: 16 degC, rates: [2 %, 3 %], confidence: low, source: "by hand" }
            - { at: 12 degC, rates: [2 %], confidence: low, source: "by hand" }
        conversion: { fcr: 1.5, confidence: low }
        water: { cold-stop: 12 degC, cold-reduce: 8 degC, warm-reduce: 24 degC, warm-stop: 27 degC, confidence: low, source: "by hand" }
        oxygen: { resume: 4, reduce: 5 mg/L, stop: 4 mg/L, emergency: 3 mg/L, confidence: low, source: "by hand" }
        """)
        #expect(said == ["ration.rows[1].rates: there are 1 rates for 2 weights.", "conversion.source: is missing and must be given.",
                         "water: the figures are not in order.", "oxygen.resume: 4 has no unit."], "\(said)")
    }
}
