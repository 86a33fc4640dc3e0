import Foundation
import GRDB
import ProcessImage

/// A window of ten minutes of the wall clock: no block reaches over its end, so that the blocks of a stretch of time are
/// found by number.
enum Window {
    /// Seconds.
    static let length: Int64 = 600

    /// The beginning of a moment's window, seconds since 1970.
    /// - Parameter at: milliseconds since 1970.
    static func start(of at: Int64) -> Int64 { floorDivision(at, length * 1000) * length }
}

/// A row of `blocks`: one series' samples of one window, or of a part of it where the window was folded in parts or the
/// clock stepped in it. Layout: docs/journal-format.md.
struct Block {
    /// Seconds since 1970.
    let window: Int64
    /// Of the first sample, milliseconds since the window began.
    let start: Int64
    /// Milliseconds: the longest that all steps of time are multiples of, so that a point polled each second counts seconds
    /// and not scans.
    let tick: Int64
    let run: SampleRun

    /// - Precondition: samples of one window in order of time, one at least.
    /// - Parameter scan: the scan's period, milliseconds.
    init(_ samples: ArraySlice<KeptSample>, window: Int64, scan: Int64) {
        self.window = window
        tick = Block.commonStep(samples, scan)
        start = (samples.first?.at ?? 0) - window * 1000
        run = SampleRun(samples, tick: tick)
    }

    private static func commonStep(_ samples: ArraySlice<KeptSample>, _ scan: Int64) -> Int64 {
        guard let start = samples.first?.at else { return scan }
        var common: Int64 = 0
        for sample in samples where common != 1 {
            var (a, b) = (common, (sample.at - start + scan / 2) / scan)
            while b != 0 { (a, b) = (b, a % b) }
            common = a
        }
        return scan * max(common, 1)
    }

    var checksum: UInt32 {
        Block.checksum(start: start, tick: tick, count: run.count, times: run.times, states: run.states, numbers: run.numbers)
    }

    /// Over start, tick and count as packed numbers, then the three sections.
    private static func checksum(start: Int64, tick: Int64, count: Int, times: [UInt8], states: [UInt8], numbers: [UInt8]) -> UInt32 {
        var head = PackedBytes()
        head.append(UInt64(clamping: start))
        head.append(UInt64(clamping: tick))
        head.append(UInt64(clamping: count))
        return crc32(numbers, continuing: crc32(states, continuing: crc32(times, continuing: crc32(head.bytes))))
    }

    /// The samples of a stored block; `nil` when it is not what was written.
    static func samples(of row: Row, window: Int64) throws -> [KeptSample]? {
        let (start, tick, count) = try (row.get("start", as: Int64.self), row.get("tick", as: Int64.self), row.get("count", as: Int.self))
        let times = try row.bytes("times"), states = try row.bytes("states"), numbers = try row.bytes("numbers")
        let crc = checksum(start: start, tick: tick, count: count, times: times, states: states, numbers: numbers)
        guard (1...SampleRun.countMax).contains(count), (0..<Window.length * 1000).contains(start),
              (1...Window.length * 1000).contains(tick), try row.get("crc", as: Int64.self) == Int64(crc) else { return nil }
        var ticks: [Int64] = []
        var reader = PackedReader(times)
        guard RunReader.times(&reader, count: count, into: &ticks) else { return nil }
        let first = window * 1000 + start
        var samples = ticks.map { KeptSample(at: first &+ $0 &* tick, number: 0, state: .good) }
        reader = PackedReader(numbers)
        guard RunReader.numbers(&reader, into: &samples) else { return nil }
        reader = PackedReader(states)
        if !states.isEmpty, !RunReader.states(&reader, into: &samples) { return nil }
        return samples
    }
}

/// Rows of `blocks` and `minutes`, which share their numbers: the window's first second, and one more for each further
/// row of the same window and series.
enum WindowRows {
    /// - Returns: the first number that is free.
    static func free(_ window: Int64, _ series: Int64, in table: String, _ database: Database) throws -> Int64 {
        let taken = try database.cachedStatement(sql: "SELECT 1 FROM \(table) WHERE id = ?")
        for place in 0..<Window.length {
            let key = RowKey.of(window + place, series)
            if try Int.fetchOne(taken, arguments: [key]) == nil { return key }
        }
        throw StorageFault.damaged("\(table): no room in window \(window) of series \(series)")
    }

    /// Rows of one series and window, oldest first.
    static func each(_ window: Int64, _ series: Int64, _ statement: Statement, _ take: (Row) throws -> Void) throws {
        for place in 0..<Window.length {
            guard let row = try Row.fetchOne(statement, arguments: [RowKey.of(window + place, series)]) else { return }
            try take(row)
        }
    }
}

extension Row {
    /// A column of bytes; none for NULL.
    func bytes(_ column: String) throws -> [UInt8] {
        try get(column, as: Data?.self).map { [UInt8]($0) } ?? []
    }
}
