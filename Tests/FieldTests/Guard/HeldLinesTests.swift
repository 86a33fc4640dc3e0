@testable import Field
import Quantities
import Testing

/// What the guard does with lines that come and go, on a driver that does as it is told.
@Suite struct HeldLinesTests {
    @Test func `a line that is lost while it is on is taken again at what the rules say then`() throws {
        let driver = FlakyDriver()
        let start = Instant(nanoseconds: 1_000_000_000)
        let lines = HeldLines(try table(), driver: driver, at: start)
        lines.lease(lease(1, levels: 0b1, from: start), at: start)
        lines.turn(at: start, linesSpoke: false)
        #expect(driver.log == [.taken(0b0), .set(0, true)])
        driver.isThere = false
        lines.turn(at: start + .milliseconds(1100), linesSpoke: false)
        driver.log = []
        driver.isThere = true
        lines.turn(at: start + .milliseconds(2200), linesSpoke: false)
        #expect(driver.log == [.taken(0b0)], "its lease had run out: it must not be on for a moment")
    }

    @Test func `a line that comes back within its lease comes back on`() throws {
        let driver = FlakyDriver()
        let start = Instant(nanoseconds: 1_000_000_000)
        let lines = HeldLines(try table(), driver: driver, at: start)
        driver.isThere = false
        let later = start + .milliseconds(1500)
        lines.turn(at: later, linesSpoke: false)
        driver.log = []
        driver.isThere = true
        lines.lease(lease(1, levels: 0b1, from: later), at: later)
        lines.turn(at: later + .milliseconds(1000), linesSpoke: false)
        #expect(driver.log == [.taken(0b1)])
    }

    private func lease(_ sequence: UInt64, levels: UInt64, from: Instant) -> GuardRequest.Lease {
        GuardRequest.Lease(sequence: sequence, from: from, length: .milliseconds(1200), renewed: .max, levels: levels)
    }

    private func table() throws -> LineTable {
        let body = """
            tidegate lines 1
            driver gpio
            output O0 chip 0 active-high safe-off max-on-ms 60000

            """
        return try LineTable(text: body + "checksum \(LineTableReader.hex(fnv1a(body.utf8)))\n")
    }
}

/// One output whose chip can be pulled out.
private final class FlakyDriver: LineDriver {
    enum Call: Equatable { case taken(UInt64), set(Int, Bool) }

    var isThere = true
    var log: [Call] = []
    private var isHeld = false

    var faulted: UInt64 { isHeld ? 0 : 0b1 }

    func take(outputs levels: UInt64) -> UInt64 {
        let wasHeld = isHeld
        isHeld = isThere
        guard isHeld, !wasHeld else { return 0 }
        log.append(.taken(levels))
        return 0b1
    }

    func set(output: Int, _ level: Bool) -> Bool {
        guard isThere else { return false }
        log.append(.set(output, level))
        return true
    }

    func level(input: Int) -> Bool? { nil }
    func forEachDescriptor(_ body: (Int32) -> Void) {}
    func read(_ report: (LineSight) -> Void) {}
    func release() { isHeld = false }
}
