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

    /// - Parameter known: the tag's series in the site of today, if it has one.
    /// - Returns: `nil` for a tag that never was.
    func run(_ resolution: Resolution, adding memory: HistoryInMemory, of known: Series?) throws -> History? {
        let stored = try storedSeries()
        guard let unit = known?.unit ?? stored.last?.unit else { return nil }
        let same = stored.filter { $0.unit == unit }
        let written = UInt64(clamping: try Meta.get(.batch, in: database) ?? 0)
        let decimals = known?.decimals ?? same.last?.decimals ?? 0
        if resolution == .samples {
            let rows = try samples(same, adding: memory.samples(notThrough: written), known)
            return history(unit, decimals, .samples, .samples(Array(rows.suffix(span.limit))), rows.count > span.limit)
        }
        let rows = try rollups(same, resolution, adding: memory.rollups(notThrough: written))
        return history(unit, decimals, resolution, .rollups(Array(rows.suffix(span.limit))), rows.count > span.limit)
    }

    private func history(_ unit: String, _ decimals: Int, _ resolution: Resolution, _ rows: History.Rows, _ more: Bool) -> History {
        History(tag: tag, unit: unit, decimals: decimals, resolution: resolution, rows: rows, isTruncated: more)
    }

    private func storedSeries() throws -> [Stored] {
        try Row.fetchAll(database, sql: "SELECT id, unit, decimals FROM series WHERE tag = ? ORDER BY id", arguments: [tag])
            .map { try Stored(id: $0.get("id"), unit: $0.get("unit"), decimals: $0.get("decimals")) }
    }

    // MARK: Samples

    private func samples(_ series: [Stored], adding rows: [SampleRow], _ known: Series?) throws -> [Sample] {
        var found = try series.flatMap { try samples(of: $0) }
        let (from, to) = (span.from * 1000, span.to * 1000)
        for row in rows where (from..<to).contains(row.at) {
            found.append(sample(row, as: known))
        }
        return found.sorted { $0.unixMilliseconds < $1.unixMilliseconds }
    }

    /// One more than the limit, so that it shows whether there is more.
    private func samples(of series: Stored) throws -> [Sample] {
        let rows = try Row.fetchCursor(database, sql: """
            SELECT id, value, quality, reason FROM samples WHERE id >= ? AND id < ? AND (id & \(RowKey.seriesMax)) = ?
            ORDER BY id DESC LIMIT ?
            """, arguments: [RowKey.of(span.from * 1000, 0), RowKey.of(span.to * 1000, 0), series.id, span.limit + 1])
        var found: [Sample] = []
        while let row = try rows.next() {
            let value = try row.get("value", as: Int64?.self)
            found.append(try Sample(unixMilliseconds: RowKey.time(row.get("id")), value: value.map { Double($0) / series.power },
                                quality: Quality(rawValue: UInt8(clamping: row.get("quality", as: Int.self))) ?? .bad,
                                reason: Reason(rawValue: UInt8(clamping: row.get("reason", as: Int.self))) ?? .none))
        }
        return found
    }

    /// As it will be kept: rounded, and without a value where it is bad.
    private func sample(_ row: SampleRow, as series: Series?) -> Sample {
        let scaled = row.quality == .bad ? nil : series?.scaled(row.value)
        let value = scaled.map { Double($0) / powerOfTen(series?.decimals ?? 0) }
        let isLost = value == nil && row.quality != .bad
        return Sample(unixMilliseconds: row.at, value: value, quality: isLost ? .bad : row.quality,
                      reason: isLost ? .outOfRange : row.reason)
    }

    // MARK: Rollups

    private func rollups(_ series: [Stored], _ resolution: Resolution, adding rows: [RollupRow]) throws -> [Rollup] {
        var parts: [Int64: RollupPart] = [:]
        for one in series {
            for (bucket, part) in try rollups(of: one, resolution) { merge(part, into: &parts, at: bucket) }
        }
        let wanted = buckets(resolution)
        for row in rows {
            let bucket = bucket(of: row.minute, resolution)
            if wanted.contains(bucket) { merge(row.part, into: &parts, at: bucket) }
        }
        return parts.sorted { $0.key < $1.key }.map { rollup($0.value, bucket: $0.key, resolution) }
    }

    private func merge(_ part: RollupPart, into parts: inout [Int64: RollupPart], at bucket: Int64) {
        if parts[bucket] == nil { parts[bucket] = part } else { parts[bucket]?.add(part) }
    }

    /// A bucket has one row at most, found by its number: as many look-ups as rows can be told, newest first.
    private func rollups(of series: Stored, _ resolution: Resolution) throws -> [(Int64, RollupPart)] {
        let table: RollupTable = switch resolution {
        case .hour: .hours
        case .day: .days
        default: .minutes
        }
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
        let lower = max(wanted.lowerBound, RowKey.time(oldest), upper - HistoryQuery.lookUpsMax)
        return lower < upper ? lower..<upper : 0..<0
    }

    private static let lookUpsMax: Int64 = 400_000

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
