import Foundation
import GRDB
import Language
import ProcessImage
import Quantities

/// What is recorded over time: every point, then every output as 0 or 1.
struct Series: Sendable {
    let tag: String
    let unit: String
    let decimals: Int
    private let power: Double

    /// Numbers this far from zero and further have no place in a row: a minute of them must still add up.
    private static let numberMax = Double(1 << 46)

    init(tag: String, unit: String, decimals: Int) {
        self.tag = tag
        self.unit = unit
        self.decimals = decimals
        power = powerOfTen(decimals)
    }

    static func all(of tables: SiteTables) -> [Series] {
        tables.points.map { Series(tag: $0.tag, unit: $0.isDigital ? "" : $0.unit.symbol, decimals: $0.isDigital ? 0 : $0.decimals) }
            + tables.outputs.map { Series(tag: $0.tag, unit: "", decimals: 0) }
    }

    /// The sample as it is kept; one whose value has no place in a row is kept as bad.
    /// - Parameter from: where the row's frame begins, milliseconds since 1970.
    func kept(_ row: SampleRow, from: Int64) -> KeptSample {
        let at = from + Int64(row.after)
        guard !row.state.isBad else { return KeptSample(at: at, number: 0, state: row.state) }
        let number = (row.value * power).rounded()
        guard abs(number) < Series.numberMax else { return KeptSample(at: at, number: 0, state: SampleState(.bad, .outOfRange)) }
        return KeptSample(at: at, number: Int64(number), state: row.state)
    }
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
    /// Milliseconds of a scan.
    let tick: Int64

    /// Finds or adds each series. A changed unit or number of decimals makes a new one under the same tag.
    static func ids(of series: [Series], in database: Database) throws -> [Int64] {
        try series.map { one in
            try database.cachedStatement(sql: "INSERT OR IGNORE INTO series (tag, unit, decimals) VALUES (?, ?, ?)")
                .execute(arguments: [one.tag, one.unit, one.decimals])
            let statement = try database.cachedStatement(sql: "SELECT id FROM series WHERE tag = ? AND unit = ? AND decimals = ?")
            return try Int64.fetchOne(statement, arguments: [one.tag, one.unit, one.decimals]) ?? 0
        }
    }

    /// Each frame becomes a row.
    /// - Returns: the number of the first, and the bytes of all.
    func write(_ batch: JournalBatch) throws -> [(number: Int64, from: Int64, bytes: Int)] {
        let insert = try database.cachedStatement(sql: "INSERT INTO frames (data) VALUES (?)")
        var written: [(number: Int64, from: Int64, bytes: Int)] = []
        for frame in batch.frames {
            let bytes = Frame.bytes(frame, series: series, ids: ids, tick: tick)
            try insert.execute(arguments: [Data(bytes)])
            written.append((database.lastInsertedRowID, frame.from, bytes.count))
        }
        for event in batch.events { try write(event) }
        let count = try Meta.get(.sampleCount, in: database) ?? 0
        try Meta.set(.sampleCount, count + Int64(batch.sampleCount), in: database)
        return written
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
