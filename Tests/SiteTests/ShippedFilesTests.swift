import Interlocks
import Language
import ProcessImage
import Scan
import Testing
@testable import Site

@Suite struct ShippedFilesTests {
    @Test("every example site loads", arguments: Project.files(in: "configs"))
    func exampleLoads(_ name: String) throws {
        let site = try load(Project.path("configs/\(name)"))
        #expect(!site.tables.points.isEmpty)
    }

    @Test("every board is in order", arguments: Project.files(in: "boards"))
    func boardLoads(_ name: String) {
        let refused = Board.check(path: Project.path("boards/\(name)"), tag: String(name.dropLast(5)))
        #expect(refused == nil, "\(refused?.text(in: .english) ?? "")")
    }

    @Test("every crop is in order", arguments: Project.files(in: "configs/crops"))
    func cropLoads(_ name: String) {
        let refused = CropFile.check(path: Project.path("configs/crops/\(name)"), tag: String(name.dropLast(5)))
        #expect(refused == nil, "\(refused?.text(in: .english) ?? "")")
    }

    @Test("every species is in order", arguments: Project.files(in: "configs/species"))
    func speciesLoads(_ name: String) {
        let refused = SpeciesFile.check(path: Project.path("configs/species/\(name)"), tag: String(name.dropLast(5)))
        #expect(refused == nil, "\(refused?.text(in: .english) ?? "")")
    }

    @Test("every profile is in order", arguments: Project.files(in: "configs/profiles"))
    func profileLoads(_ name: String) {
        let refused = Profile.check(path: Project.path("configs/profiles/\(name)"), tag: String(name.dropLast(5)))
        #expect(refused == nil, "\(refused?.text(in: .english) ?? "")")
    }

    @Test func `a site on a real board asks for proof of its outputs, one on the simulated board does not`() throws {
        let field = try load(Project.path("configs/example-field-pivotless-wheat.yaml"))
        #expect(field.scan.interlocks.requiresProof)
        let valve = try #require(field.tables.output(tag: "V-1"))
        #expect(field.tables.outputs[0].wiring.hasPrefix("R1 ") && field.tables.outputs[valve.offset].wiring.contains("coil 0"))
        #expect(Set(field.tables.outputs.map(\.fingerprint)).count == field.tables.outputs.count)
        #expect(try !load(Project.path("configs/example-drip-greenhouse.yaml")).scan.interlocks.requiresProof)
    }
}
