import Foundation
import GRDB
import Quantities

/// What stands at the end of the newest frame that was folded.
struct Held: Sendable {
    /// Milliseconds since 1970.
    var through: Int64 = 0
    var series: [Int64: Standing] = [:]
}

/// Turns frames, in which series lie side by side, into blocks, in which each lies alone, and into minutes, hours and
/// days. One transaction: a reader finds every sample once.
struct Fold {
    let database: Database
    let clock: LocalClock
    /// Decimals of each series of the file.
    private let decimals: [Int64: Int]
    private var frames: [FrameReader] = []
    private var run: [KeptSample] = []
    private var piece: [KeptSample] = []
    private var minutes: [MinutePart] = []

    init(_ database: Database, clock: LocalClock) throws {
        self.database = database
        self.clock = clock
        decimals = try Dictionary(uniqueKeysWithValues: Row.fetchAll(database, sql: "SELECT id, decimals FROM series").map {
            try ($0.get("id", as: Int64.self), $0.get("decimals", as: Int.self))
        })
    }

    /// Folds the frames with a lower number and forgets them.
    /// - Parameter held: what stands before the first of them; afterwards, behind the last.
    mutating func run(before number: Int64, held: inout Held) throws {
        let rows = try Row.fetchCursor(database, sql: "SELECT id, data FROM frames WHERE id < ? ORDER BY id", arguments: [number])
        while let row = try rows.next() {
            guard let frame = Frame.reader(try row.bytes("data")) else {
                throw StorageFault.damaged("frame \(try row.get("id", as: Int64.self)) is not what was written")
            }
            if let last = frames.last, Window.start(of: last.from) != Window.start(of: frame.from) { try foldWindow(&held) }
            frames.append(frame)
        }
        try foldWindow(&held)
        try database.execute(sql: "DELETE FROM frames WHERE id < ?", arguments: [number])
    }

    /// Window by window, so that rows come in the order of their numbers and fill their pages.
    private mutating func foldWindow(_ held: inout Held) throws {
        guard let last = frames.last else { return }
        for id in seriesNumbers(held) { try fold(id, &held) }
        held.through = last.through
        frames = []
    }

    private func seriesNumbers(_ held: Held) -> [Int64] {
        let ends = [held.series.keys.max().map { $0 + 1 } ?? 0, frames.map(\.endID).max() ?? 0]
        var isIn = [Bool](repeating: false, count: Int(min(ends.max() ?? 0, RowKey.seriesMax + 1)))
        for id in held.series.keys { isIn[Int(id & RowKey.seriesMax)] = true }
        for frame in frames { frame.eachID { isIn[Int($0 & RowKey.seriesMax)] = true } }
        return isIn.indices.filter { isIn[$0] }.map(Int64.init)
    }

    private mutating func fold(_ id: Int64, _ held: inout Held) throws {
        var standing = held.series[id] ?? Standing()
        var through = held.through
        minutes.removeAll(keepingCapacity: true)
        for index in frames.indices {
            standing.join(frames[index].joint, from: frames[index].from, after: through, into: &minutes)
            through = frames[index].through
            guard frames[index].nextID == id else { continue }
            guard frames[index].read(into: &run) else { throw StorageFault.damaged("a frame cannot be read") }
            for sample in run {
                standing.take(sample, into: &minutes)
                try add(sample, of: id, tick: frames[index].tick)
            }
        }
        standing.settle(to: through, into: &minutes)
        try writePiece(of: id, tick: frames.last?.tick ?? 1)
        try write(minutes, of: id)
        held.series[id] = standing.isGood ? standing : nil
    }

    // MARK: Blocks

    /// A block ends with its window, and where the clock was set back.
    private mutating func add(_ sample: KeptSample, of id: Int64, tick: Int64) throws {
        if let last = piece.last, sample.at < last.at || Window.start(of: sample.at) != Window.start(of: last.at) {
            try writePiece(of: id, tick: tick)
        }
        piece.append(sample)
    }

    private mutating func writePiece(of id: Int64, tick: Int64) throws {
        guard let first = piece.first else { return }
        let block = Block(piece[...], window: Window.start(of: first.at), scan: tick)
        piece.removeAll(keepingCapacity: true)
        try database.cachedStatement(sql: """
            INSERT INTO blocks (id, start, tick, count, times, states, numbers, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [try WindowRows.free(block.window, id, in: "blocks", database), block.start, block.tick,
                                     block.run.count, optional(block.run.times), optional(block.run.states),
                                     Data(block.run.numbers), Int64(block.checksum)])
    }

    private func optional(_ bytes: [UInt8]) -> Data? { bytes.isEmpty ? nil : Data(bytes) }

    // MARK: Rollups

    private func write(_ minutes: [MinutePart], of id: Int64) throws {
        var rest = minutes[...]
        while let first = rest.first {
            let window = Window.start(of: first.minute * 60_000)
            let same = rest.prefix { Window.start(of: $0.minute * 60_000) == window }
            try database.cachedStatement(sql: "INSERT INTO minutes (id, data) VALUES (?, ?)").execute(arguments: [
                try WindowRows.free(window, id, in: "minutes", database), Data(PackedMinutes.bytes(Array(same), window: window))])
            rest = rest.dropFirst(same.count)
        }
        try write(minutes, of: id, to: .hours) { floorDivision($0, 60) }
        try write(minutes, of: id, to: .days) { Int64(clock.local(unixSeconds: $0 * 60).date.daysSinceEpoch) }
    }

    private func write(_ minutes: [MinutePart], of id: Int64, to table: RollupTable, _ bucket: (Int64) -> Int64) throws {
        var rest = minutes[...]
        while let first = rest.first {
            let time = bucket(first.minute)
            let same = rest.prefix { bucket($0.minute) == time }
            let whole = same.dropFirst().reduce(into: first) { $0.add($1) }
            rest = rest.dropFirst(same.count)
            try database.cachedStatement(sql: """
                INSERT INTO \(table.rawValue) (id, min, max, last, sum, good) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET min = min(min, excluded.min), max = max(max, excluded.max),
                    last = excluded.last, sum = sum + excluded.sum, good = good + excluded.good
                """).execute(arguments: [RowKey.of(time, id), whole.min, whole.max, whole.last,
                                         Double(whole.sum) / powerOfTen(decimals[id] ?? 0) / 1000, whole.good])
        }
    }
}

/// Lengths of rollups that have a row for each.
enum RollupTable: String {
    case hours, days
}
