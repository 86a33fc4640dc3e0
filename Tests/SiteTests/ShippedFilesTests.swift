import Language
import ProcessImage
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

    @Test("every profile is in order", arguments: Project.files(in: "configs/profiles"))
    func profileLoads(_ name: String) {
        let refused = Profile.check(path: Project.path("configs/profiles/\(name)"), tag: String(name.dropLast(5)))
        #expect(refused == nil, "\(refused?.text(in: .english) ?? "")")
    }
}
