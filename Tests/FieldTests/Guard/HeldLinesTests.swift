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

    /// Output 0 latches on lines 0 and 2, output 1 is plain.
    @Test func `a valve that latches is closed at boot, opened and closed by pulses, and closed when the lease is over`() throws {
        let driver = ObedientDriver(lines: 3)
        let start = Instant(nanoseconds: 1_000_000_000)
        let lines = HeldLines(try table(latching: true), driver: driver, at: start)
        func turn(_ milliseconds: Int) { lines.turn(at: start + .milliseconds(milliseconds), linesSpoke: false) }
        turn(0)
        #expect(driver.levels == 0b100, "closed at boot")
        turn(80)
        #expect(driver.levels == 0)
        lines.lease(lease(1, levels: 0b11, from: start + .milliseconds(200)), at: start + .milliseconds(200))
        turn(200)
        #expect(driver.levels == 0b011)
        turn(280)
        #expect(driver.levels == 0b010, "the pulse is over, the plain line stays")
        turn(1390)
        #expect(driver.levels == 0b010)
        turn(1401)
        #expect(driver.levels == 0b100, "nobody renewed: the plain line is off and the valve is being closed")
        turn(1490)
        #expect(driver.levels == 0)
    }

    @Test func `before its lines are given back an open valve is closed`() throws {
        let driver = ObedientDriver(lines: 3)
        let start = Instant(nanoseconds: 1_000_000_000)
        let lines = HeldLines(try table(latching: true), driver: driver, at: start)
        var now = start
        for _ in 0..<40 {
            now = now + .milliseconds(10)
            lines.lease(lease(UInt64(now.nanoseconds), levels: 0b01, from: now), at: now)
            lines.turn(at: now, linesSpoke: false)
        }
        driver.pulses = []
        lines.release(at: now) { time in
            now = now + time
            return now
        }
        #expect(driver.pulses == [2])
        #expect(driver.levels == 0 && driver.isReleased)
    }

    private func lease(_ sequence: UInt64, levels: UInt64, from: Instant) -> GuardRequest.Lease {
        GuardRequest.Lease(sequence: sequence, from: from, length: .milliseconds(1200), renewed: .max, levels: levels)
    }

    private func table(latching: Bool = false) throws -> LineTable {
        let body = latching ? """
            tidegate lines 1
            driver gpio
            output O0 chip 0 active-high safe-off max-on-ms 60000 pulse-ms 80 close C0 chip 2 active-high
            output O1 chip 1 active-high safe-off max-on-ms 60000

            """ : """
            tidegate lines 1
            driver gpio
            output O0 chip 0 active-high safe-off max-on-ms 60000

            """
        return try LineTable(text: body + "checksum \(LineTableReader.hex(fnv1a(body.utf8)))\n")
    }
}

/// Lines that are always there.
private final class ObedientDriver: LineDriver {
    private let all: UInt64
    private var isHeld = false
    private(set) var levels: UInt64 = 0
    private(set) var isReleased = false
    /// Lines that went on, in order.
    var pulses: [Int] = []
    let faulted: UInt64 = 0

    init(lines: Int) { all = (1 << UInt64(lines)) - 1 }

    func take(outputs levels: UInt64) -> UInt64 {
        guard !isHeld else { return 0 }
        isHeld = true
        self.levels = levels
        return all
    }

    func set(output: Int, _ level: Bool) -> Bool {
        levels = level ? levels | bit(output) : levels & ~bit(output)
        if level { pulses.append(output) }
        return true
    }

    func level(input: Int) -> Bool? { nil }
    func forEachDescriptor(_ body: (Int32) -> Void) {}
    func read(_ report: (LineSight) -> Void) {}
    func release() { isReleased = true }
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
