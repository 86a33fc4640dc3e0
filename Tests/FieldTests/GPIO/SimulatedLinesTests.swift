@testable import Field
import Quantities
import Testing

@Suite struct SimulatedLinesTests {
    @Test func `a message is one or more lines of a name, a level and perhaps a moment`() {
        #expect(SimulatedLines.parse("R1 1\n") == [.init(name: "R1", level: true, moment: nil)])
        #expect(SimulatedLines.parse("P1 0 12\nP1 1 15\n") == [
            .init(name: "P1", level: false, moment: Instant(nanoseconds: 12)),
            .init(name: "P1", level: true, moment: Instant(nanoseconds: 15)),
        ])
        #expect(SimulatedLines.parse(SimulatedLines.write("P1", true, at: Instant(nanoseconds: 7)))?.count == 1)
    }

    @Test(arguments: ["", "\n", "R1 1", "R1\n", "R1 2\n", "R1  1\n", " 1\n", "R1 1 x\n", "R1 1 99999999999999999999\n", "R1 1 2 3\n",
                      "R1 1\n\nR2 1\n"])
    func `anything else is no message`(text: String) {
        #expect(SimulatedLines.parse(text) == nil)
    }
}
