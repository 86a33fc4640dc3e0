import GRDB
import Language
import ProcessImage
import Quantities

/// What is recorded over time: every point, then every output as 0 or 1.
struct Series: Sendable {
    let tag: String
    let unit: String
    let decimals: Int

    static func all(of tables: SiteTables) -> [Series] {
        tables.points.map { Series(tag: $0.tag, unit: $0.isDigital ? "" : $0.unit.symbol, decimals: $0.isDigital ? 0 : $0.decimals) }
            + tables.outputs.map { Series(tag: $0.tag, unit: "", decimals: 0) }
    }

    /// `nil` when the number has no place in a row: it is then kept as unknown.
    func scaled(_ value: Double) -> Int64? { Int64(exactly: (value * powerOfTen(decimals)).rounded()) }
}

func powerOfTen(_ exponent: Int) -> Double {
    (0..<max(0, min(exponent, 9))).reduce(1.0) { power, _ in power * 10 }
}

/// Writes a batch of history.
struct JournalTables {
    let tables: SiteTables
    let series: [Series]
    /// The number of each series in the file.
    let ids: [Int64]
    let database: Database

    /// Finds or adds each series. A changed unit or number of decimals makes a new one under the same tag.
    static func ids(of series: [Series], in database: Database) throws -> [Int64] {
        try series.map { one in
            try database.cachedStatement(sql: "INSERT OR IGNORE INTO series (tag, unit, decimals) VALUES (?, ?, ?)")
                .execute(arguments: [one.tag, one.unit, one.decimals])
            let statement = try database.cachedStatement(sql: "SELECT id FROM series WHERE tag = ? AND unit = ? AND decimals = ?")
            return try Int64.fetchOne(statement, arguments: [one.tag, one.unit, one.decimals]) ?? 0
        }
    }

    func write(_ batch: JournalBatch) throws {
        let insert = try database.cachedStatement(sql: """
            INSERT OR REPLACE INTO samples (id, value, quality, reason) VALUES (?, ?, ?, ?)
            """)
        for sample in batch.samples { try write(sample, by: insert) }
        for row in batch.rollups { try write(row) }
        for event in batch.events { try write(event) }
        let count = try Meta.get(.sampleCount, in: database) ?? 0
        try Meta.set(.sampleCount, count + Int64(batch.samples.count), in: database)
    }

    private func write(_ sample: SampleRow, by insert: Statement) throws {
        let index = Int(sample.series)
        let value = sample.quality == .bad ? nil : series[index].scaled(sample.value)
        let isLost = value == nil && sample.quality != .bad
        try insert.execute(arguments: [RowKey.of(sample.at, ids[index]), value,
                                       isLost ? Quality.bad.rawValue : sample.quality.rawValue,
                                       isLost ? Reason.outOfRange.rawValue : sample.reason.rawValue])
    }

    private func write(_ row: RollupRow) throws {
        let one = series[row.series]
        guard let low = one.scaled(row.part.min), let high = one.scaled(row.part.max), let last = one.scaled(row.part.last)
        else { return }
        let day = tables.clock.local(unixSeconds: row.minute * 60).date.daysSinceEpoch
        let times = [(RollupTable.minutes, row.minute), (.hours, floorDivision(row.minute, 60)), (.days, Int64(day))]
        for (table, time) in times {
            try database.cachedStatement(sql: """
                INSERT INTO \(table.rawValue) (id, min, max, last, sum, good) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET min = min(min, excluded.min), max = max(max, excluded.max),
                    last = excluded.last, sum = sum + excluded.sum, good = good + excluded.good
                """).execute(arguments: [RowKey.of(time, ids[row.series]), low, high, last, row.part.sum,
                                         row.part.good.wholeMilliseconds])
        }
    }

    private func write(_ record: EventRecord) throws {
        let row = EventRow(record, tables: tables)
        try database.cachedStatement(sql: """
            INSERT INTO events (at, trust, kind, severity, subjectKind, subject, cause, causeZh, causeEn, value, "limit",
                                duration, textZh, textEn)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [row.wall.unixMilliseconds, row.wall.trust.rawValue, row.code, row.severity.rawValue,
                                     row.subject.kind, row.subject.tag, row.cause.code, row.cause.text.zh,
                                     row.cause.text.en, row.value, row.limit, row.duration.wholeMilliseconds,
                                     row.text.zh, row.text.en])
    }
}

extension EventRow {
    init(_ record: EventRecord, tables: SiteTables) {
        let event = record.event
        let sentence = tables.text(of: event)
        let detail = record.detail.map { Phrase(zh: "：\($0)", en: ": \($0)") } ?? Phrase(verbatim: "")
        self.init(wall: record.wall, code: Int(event.kind.rawValue), kind: event.kind, severity: event.kind.severity,
                  subject: tables.subjectTag(event.subject), cause: tables.causeText(event.cause),
                  value: event.value.isFinite ? event.value : nil, limit: event.limit.isFinite ? event.limit : nil,
                  duration: event.duration, text: Phrase(zh: sentence.zh + detail.zh, en: sentence.en + detail.en))
    }
}
