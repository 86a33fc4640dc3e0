@testable import Field
import Foundation
import Quantities
import Testing

/// What every line driver owes the guard: one suite, run against each board there is here.
@Suite(.serialized) struct LineDriverContractTests {
    @Test(arguments: Contract.allCases) func `the simulated board keeps the contract`(contract: Contract) throws {
        try contract.check(SimulatedBoard())
    }

    @Test(.enabled(if: ChardevBoard.isHere, "skipped: no gpio-sim chip here (TIDEGATE_GPIO_SIM)"), arguments: Contract.allCases)
    func `the GPIO character device keeps the contract`(contract: Contract) throws {
        try contract.check(ChardevBoard())
    }

    @Test(arguments: Contract.allCases) func `a safety bridge keeps the contract`(contract: Contract) throws {
        try contract.check(BridgeBoard(TwinPeer()))
    }

    @Test(.enabled(if: RemoteBridge.isHere, "skipped: no bridge's firmware runs here (TIDEGATE_BRIDGE)"), arguments: Contract.allCases)
    func `the firmware of a safety bridge keeps the contract`(contract: Contract) throws {
        try contract.check(BridgeBoard(RemoteBridge()))
    }

    @Test func `a chip that is not there is a fault of its lines and nothing worse`() throws {
        let driver = GPIODDriver(try table(chip: "gpiochip9999"))
        driver.take(outputs: 0b10)
        #expect(driver.faulted == 0b11)
        #expect(!driver.set(output: 0, true))
        #expect(driver.level(input: 0) == nil)
        driver.read { _ in Issue.record("an edge of a line that is not there") }
        driver.forEachDescriptor { _ in Issue.record("a descriptor of a line that is not there") }
        driver.release()
    }
}

private func table(chip: String) throws -> LineTable {
    let body = """
        tidegate lines 1
        driver gpio
        output O0 \(chip) 0 active-high safe-off max-on-ms 1000
        output O1 \(chip) 1 active-high safe-on max-on-ms 1000
        input I0 \(chip) 2 active-high pull-none level debounce-us 0
        input I1 \(chip) 3 active-high pull-none count-rising debounce-us 0

        """
    return try LineTable(text: body + "checksum \(LineTableReader.hex(fnv1a(body.utf8)))\n")
}

/// A board under test: its driver, and the other end of its lines.
protocol LineBoard: AnyObject {
    var driver: any LineDriver { get }
    func output(_ number: Int) -> Bool?
    func drive(input: Int, _ level: Bool)
}

enum Contract: CaseIterable {
    case takenAtTheirLevels, driven, inputsRead, edgesInOrder, released

    fileprivate func check(_ board: some LineBoard) throws {
        switch self {
        case .takenAtTheirLevels:
            board.driver.take(outputs: 0b10)
            #expect(board.driver.faulted == 0)
            #expect(settled { board.output(0) == false && board.output(1) == true })
        case .driven:
            board.driver.take(outputs: 0b10)
            #expect(board.driver.set(output: 0, true) && board.driver.set(output: 1, false))
            #expect(settled { board.output(0) == true && board.output(1) == false })
        case .inputsRead:
            board.driver.take(outputs: 0)
            for level in [true, false, true] {
                board.drive(input: 0, level)
                #expect(settled { board.driver.read { _ in }; return board.driver.level(input: 0) == level })
            }
        case .edgesInOrder: try checkEdges(board)
        case .released:
            board.driver.take(outputs: 0)
            board.driver.release()
            #expect(board.driver.level(input: 0) == nil && !board.driver.set(output: 0, true))
            board.driver.take(outputs: 0b11)
            #expect(settled { board.output(0) == true && board.output(1) == true })
        }
    }

    /// Edges of a line come in order, with their moments, and make a descriptor readable.
    private func checkEdges(_ board: some LineBoard) throws {
        board.driver.take(outputs: 0)
        board.drive(input: 1, false)
        #expect(settled { board.driver.read { _ in }; return board.driver.level(input: 1) == false })
        let start = SystemClock.now()
        var moments: [Instant] = []
        for _ in 0..<5 {
            board.drive(input: 1, true)
            board.drive(input: 1, false)
        }
        #expect(settled {
            board.driver.read { sight in
                if case .edge(1, true, let moment, _) = sight { moments.append(moment) }
            }
            return moments.count >= 5
        })
        #expect(moments.count == 5 && moments == moments.sorted())
        #expect(moments.allSatisfy { $0 >= start && $0 <= SystemClock.now() })
    }

    private func settled(_ holds: () -> Bool) -> Bool {
        for _ in 0..<5000 {
            if holds() { return true }
            usleep(1000)
        }
        return false
    }
}

private final class SimulatedBoard: LineBoard {
    private let directory: TemporaryDirectory
    private let plant: SimulatedLinesClient
    let driver: any LineDriver

    init() throws {
        directory = try TemporaryDirectory()
        plant = SimulatedLinesClient(runDirectory: directory.path)
        driver = SimulatedDriver(try table(chip: "simulated"), runDirectory: directory.path)
    }

    func output(_ number: Int) -> Bool? {
        turn()
        return plant.level(output: "O\(number)")
    }

    func drive(input: Int, _ level: Bool) {
        plant.turn()
        plant.drive(input: "I\(input)", level)
        plant.turn()
    }

    private func turn() {
        plant.turn()
        driver.read { _ in }
        plant.turn()
    }
}

/// A chip of the kernel's gpio-sim with lines 0 … 3: `TIDEGATE_GPIO_SIM` is its directory of `sim_gpioN` in sysfs, whose
/// last part is the chip's name.
private final class ChardevBoard: LineBoard {
    private static let directory = ProcessInfo.processInfo.environment["TIDEGATE_GPIO_SIM"]
    static var isHere: Bool { directory != nil }

    private let directory: String
    let driver: any LineDriver

    init() throws {
        directory = try #require(ChardevBoard.directory)
        driver = GPIODDriver(try table(chip: URL(fileURLWithPath: directory).lastPathComponent))
    }

    func output(_ number: Int) -> Bool? {
        let text = try? String(contentsOfFile: "\(directory)/sim_gpio\(number)/value", encoding: .utf8)
        return text.map { $0.hasPrefix("1") }
    }

    func drive(input: Int, _ level: Bool) {
        try? (level ? "pull-up" : "pull-down").write(
            toFile: "\(directory)/sim_gpio\(input + 2)/pull", atomically: false, encoding: .utf8)
    }
}
