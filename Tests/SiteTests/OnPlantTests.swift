import Field
import Testing
@testable import Site

/// Any site can be tried at a desk: with the plant in place of the field nothing real is reached.
@Suite struct OnPlantTests {
    @Test(arguments: Project.files(in: "configs").filter { $0.hasPrefix("example-") })
    func `on the plant no line, port or host of the site is touched`(_ name: String) throws {
        let field = try Site.load(path: Project.path("configs/\(name)")).field.onPlant(inRunDirectory: "/tmp/run")
        #expect(field.lines.driver == .simulated)
        for bridge in field.bridges { #expect(bridge.path.hasPrefix("/tmp/run/")) }
        for bus in field.buses {
            switch bus.transport {
            case .serial(let path, _): #expect(path.hasPrefix("/tmp/run/"))
            case .tcp(let host, _), .rtuOverTCP(let host, _): #expect(host == "127.0.0.1")
            }
        }
    }
}
