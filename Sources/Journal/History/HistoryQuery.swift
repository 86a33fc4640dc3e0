import GRDB
import Language
import ProcessImage
import Quantities

/// The past of one tag. A tag has one series in the file for each unit and number of decimals it ever had; the newest
/// unit is told, and older series count where the unit is the same.
struct HistoryQuery {
    let database: Database
    let tag: String
    let span: HistorySpan
    let clock: LocalClock

    private struct Stored {
        let id: Int64
        let unit: String
        let decimals: Int
        var power: Double { powerOfTen(decimals) }
    }

    /// - Parameters:
    ///   - held: what stood when the frames still in the file began.
    ///   - known: the tag's series in the site of today, if it has one.
    /// - Returns: `nil` for a tag that never was.
    func run(_ resolution: Resolution, adding memory: InMemory, standing held: Held, of known: Series?) throws -> History? {
        let stored = try storedSeries()
        guard let unit = known?.unit ?? stored.last?.unit else { return nil }
        let same = stored.filter { $0.unit == unit }
        let written = UInt64(clamping: try Meta.get(.batch, in: database) ?? 0)
        let decimals = known?.decimals ?? same.last?.decimals ?? 0
        let tails = try tails(same, memory.frames(notThrough: written), held, known)
        if resolution == .samples {
            let rows = try samples(same, tails)
            return history(unit, decimals, .samples, .samples(Array(rows.suffix(span.limit))), rows.count > span.limit)
        }
        let rows = try rollups(same, resolution, tails)
        return history(unit, decimals, resolution, .rollups(Array(rows.suffix(span.limit))), rows.count > span.limit)
    }

    private func history(_ unit: String, _ decimals: Int, _ resolution: Resolution, _ rows: History.Rows, _ more: Bool) -> History {
        History(tag: tag, unit: unit, decimals: decimals, resolution: resolution, rows: rows, isTruncated: more)
    }

    private func storedSeries() throws -> [Stored] {
        try Row.fetchAll(database, sql: "SELECT id, unit, decimals FROM series WHERE tag = ? ORDER BY id", arguments: [tag])
            .map { try Stored(id: $0.get("id"), unit: $0.get("unit"), decimals: $0.get("decimals")) }
    }

    // MARK: What is not folded yet

    /// The newest samples of each series, and the minutes they give.
    private func tails(_ series: [Stored], _ newest: [OpenFrame], _ held: Held, _ known: Series?) throws -> [Tail] {
        var tails = series.map { Tail(id: $0.id, standing: held.series[$0.id], through: held.through) }
        let rows = try Row.fetchCursor(database, sql: "SELECT data FROM frames ORDER BY id")
        while let row = try rows.next() {
            guard let frame = Frame.reader(try row.bytes("data")) else { continue }
            for index in tails.indices { tails[index].take(frame) }
        }
        // A series that was never written has no number yet; the site's own is the newest of its tag.
        guard let known else { return tails }
        let index = series.lastIndex { $0.decimals == known.decimals }
        if index == nil { tails.append(Tail(id: nil, standing: nil, through: 0)) }
        for frame in newest { tails[index ?? tails.count - 1].take(frame, known) }
        return tails
    }

    // MARK: Samples

    private func samples(_ series: [Stored], _ tails: [Tail]) throws -> [Sample] {
        var found: [Sample] = []
        for (index, tail) in tails.enumerated() {
            let power = powerOfTen(index < series.count ? series[index].decimals : tail.decimals)
            let newest = tail.samples.filter { isWanted($0.at) }
            if index < series.count { found += try folded(series[index], atMost: span.limit + 1 - newest.count) }
            found += newest.map { Sample($0, power: power) }
        }
        let isSorted = zip(found, found.dropFirst()).allSatisfy { $0.unixMilliseconds <= $1.unixMilliseconds }
        return isSorted ? found : found.sorted { $0.unixMilliseconds < $1.unixMilliseconds }
    }

    private func isWanted(_ at: Int64) -> Bool { at >= span.from * 1000 && at < span.to * 1000 }

    /// From the newest window back, until there are enough: one more than the limit shows that there is more.
    private func folded(_ series: Stored, atMost limit: Int) throws -> [Sample] {
        let statement = try database.cachedStatement(sql: "SELECT start, tick, count, times, states, numbers, crc FROM blocks WHERE id = ?")
        var windows: [[Sample]] = []
        var count = 0
        for window in try windowsBack(in: "blocks") where count < limit {
            var found: [Sample] = []
            try WindowRows.each(window, series.id, statement) { row in
                guard let samples = try Block.samples(of: row, window: window) else {
                    // What was there cannot be read: said in its place, and the rest is told.
                    return found.append(Sample(unixMilliseconds: window * 1000, value: nil, quality: .bad, reason: .garbled))
                }
                for sample in samples where isWanted(sample.at) { found.append(Sample(sample, power: series.power)) }
            }
            count += found.count
            windows.append(found)
        }
        return windows.reversed().flatMap { $0 }
    }

    /// Beginnings of the windows that may hold something of the span, newest first.
    private func windowsBack(in table: String) throws -> some Sequence<Int64> {
        let newest = try Int64.fetchOne(database, sql: "SELECT max(id) FROM \(table)").map(RowKey.time) ?? -1
        let oldest = try Int64.fetchOne(database, sql: "SELECT min(id) FROM \(table)").map(RowKey.time) ?? 0
        let last = Window.start(of: min(span.to * 1000 - 1, newest * 1000))
        let first = max(Window.start(of: max(span.from, oldest) * 1000), last - HistoryQuery.windowsMax * Window.length)
        return stride(from: last, through: first, by: -Int(Window.length))
    }

    /// As many look-ups as can be made in a moment: over seven years.
    private static let windowsMax: Int64 = 400_000

    // MARK: Rollups

    private func rollups(_ series: [Stored], _ resolution: Resolution, _ tails: [Tail]) throws -> [Rollup] {
        var parts: [Int64: RollupPart] = [:]
        let wanted = buckets(resolution)
        for (index, tail) in tails.enumerated() {
            let power = powerOfTen(index < series.count ? series[index].decimals : tail.decimals)
            var minutes: [MinutePart] = []
            if index < series.count {
                if resolution == .minute {
                    minutes = try folded(minutesOf: series[index])
                } else {
                    for (bucket, part) in try folded(series[index], resolution) { merge(part, into: &parts, at: bucket) }
                }
            }
            for minute in minutes + tail.minutes {
                let bucket = bucket(of: minute.minute, resolution)
                if wanted.contains(bucket) { merge(RollupPart(minute, power: power), into: &parts, at: bucket) }
            }
        }
        return parts.sorted { $0.key < $1.key }.map { rollup($0.value, bucket: $0.key, resolution) }
    }

    private func merge(_ part: RollupPart, into parts: inout [Int64: RollupPart], at bucket: Int64) {
        if parts[bucket] == nil { parts[bucket] = part } else { parts[bucket]?.add(part) }
    }

    /// From the newest window back, oldest first; one minute more than the limit shows that there is more.
    private func folded(minutesOf series: Stored) throws -> [MinutePart] {
        let statement = try database.cachedStatement(sql: "SELECT data FROM minutes WHERE id = ?")
        var windows: [[MinutePart]] = []
        var count = 0
        for window in try windowsBack(in: "minutes") where count <= span.limit {
            var found: [MinutePart] = []
            try WindowRows.each(window, series.id, statement) { row in
                found += PackedMinutes.parts(try row.bytes("data"), window: window) ?? []
            }
            count += found.count
            windows.append(found)
        }
        return windows.reversed().flatMap { $0 }
    }

    /// A bucket has one row at most, found by its number: as many look-ups as rows can be told, newest first.
    private func folded(_ series: Stored, _ resolution: Resolution) throws -> [(Int64, RollupPart)] {
        let table: RollupTable = resolution == .hour ? .hours : .days
        let statement = try database.cachedStatement(sql: "SELECT min, max, last, sum, good FROM \(table.rawValue) WHERE id = ?")
        var found: [(Int64, RollupPart)] = []
        for bucket in try reach(of: table, within: buckets(resolution)).reversed() {
            guard found.count <= span.limit else { break }
            guard let row = try Row.fetchOne(statement, arguments: [RowKey.of(bucket, series.id)]) else { continue }
            let (low, high, last) = try (row.get("min", as: Int64.self), row.get("max", as: Int64.self), row.get("last", as: Int64.self))
            found.append((bucket, try RollupPart(min: Double(low) / series.power, max: Double(high) / series.power,
                                             last: Double(last) / series.power, sum: row.get("sum"),
                                             good: .milliseconds(row.get("good", as: Int64.self)))))
        }
        return found
    }

    /// Only where the table has rows at all, and no more look-ups than can be made in a moment.
    private func reach(of table: RollupTable, within wanted: Range<Int64>) throws -> Range<Int64> {
        let ends = try Row.fetchOne(database, sql: "SELECT min(id) AS oldest, max(id) AS newest FROM \(table.rawValue)")
        guard let oldest = try ends?.get("oldest", as: Int64?.self) ?? nil,
              let newest = try ends?.get("newest", as: Int64?.self) ?? nil else { return 0..<0 }
        let upper = min(wanted.upperBound, RowKey.time(newest) + 1)
        let lower = max(wanted.lowerBound, RowKey.time(oldest), upper - HistoryQuery.windowsMax)
        return lower < upper ? lower..<upper : 0..<0
    }

    /// Numbers of the minutes, hours or local days that begin in the span.
    private func buckets(_ resolution: Resolution) -> Range<Int64> {
        switch resolution {
        case .minute: return ceiling(span.from, 60)..<ceiling(span.to, 60)
        case .hour: return ceiling(span.from, 3600)..<ceiling(span.to, 3600)
        default:
            let first = Int64(clock.local(unixSeconds: span.from).date.daysSinceEpoch)
            let end = Int64(clock.local(unixSeconds: max(span.from, span.to - 1)).date.daysSinceEpoch)
            return max(0, first)..<max(0, end + 1)
        }
    }

    private func ceiling(_ seconds: Int64, _ length: Int64) -> Int64 { (seconds + length - 1) / length }

    private func bucket(of minute: Int64, _ resolution: Resolution) -> Int64 {
        switch resolution {
        case .minute: minute
        case .hour: floorDivision(minute, 60)
        default: Int64(clock.local(unixSeconds: minute * 60).date.daysSinceEpoch)
        }
    }

    private func rollup(_ part: RollupPart, bucket: Int64, _ resolution: Resolution) -> Rollup {
        let (start, length) = stretch(bucket, resolution)
        let good = part.good.seconds
        return Rollup(unixSeconds: start, min: part.min, max: part.max, mean: good > 0 ? part.sum / good : part.last,
                      last: part.last, goodShare: min(1, good / Double(length)))
    }

    /// Start and length in seconds; a local day may have 23 or 25 hours.
    private func stretch(_ bucket: Int64, _ resolution: Resolution) -> (start: Int64, length: Int64) {
        switch resolution {
        case .minute: return (bucket * 60, 60)
        case .hour: return (bucket * 3600, 3600)
        default:
            let date = CivilDate(daysSinceEpoch: Int32(clamping: bucket))
            let start = clock.unixSeconds(date: date, time: .midnight)
            return (start, clock.unixSeconds(date: date.adding(days: 1), time: .midnight) - start)
        }
    }
}
