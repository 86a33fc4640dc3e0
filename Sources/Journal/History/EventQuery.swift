import GRDB
import Language
import ProcessImage
import Quantities

/// Events of a stretch of time, newest first.
struct EventQuery {
    let database: Database
    let span: HistorySpan
    let subject: SubjectTag?

    func run(adding memory: InMemory, tables: SiteTables) throws -> [EventRow] {
        let written = UInt64(clamping: try Meta.get(.batch, in: database) ?? 0)
        let (from, to) = (span.from * 1000, span.to * 1000)
        let newest = memory.events(notThrough: written).reversed()
            .filter { (from..<to).contains($0.wall.unixMilliseconds) }
            .map { EventRow($0, tables: tables) }
            .filter { subject == nil || $0.subject == subject }
        let rest = span.limit - newest.count
        return rest > 0 ? newest + (try stored(limit: rest)) : Array(newest.prefix(span.limit))
    }

    private func stored(limit: Int) throws -> [EventRow] {
        let about = subject == nil ? "" : "AND subjectKind = ? AND subject = ?"
        let named = subject.map { [$0.kind, $0.tag] } ?? []
        var arguments: StatementArguments = [span.from * 1000, span.to * 1000]
        arguments += StatementArguments(named)
        arguments += [limit]
        return try Row.fetchAll(database, sql: """
            SELECT * FROM events WHERE at >= ? AND at < ? \(about) ORDER BY at DESC, id DESC LIMIT ?
            """, arguments: arguments).map(EventRow.init(row:))
    }
}

extension EventRow {
    init(row: Row) throws {
        let code: Int = try row.get("kind")
        try self.init(wall: WallTime(unixMilliseconds: row.get("at"), trust: row.get("trust")), code: code,
                  kind: UInt16(exactly: code).flatMap(EventKind.init(rawValue:)),
                  severity: Severity(rawValue: UInt8(clamping: row.get("severity", as: Int.self))) ?? .info,
                  subject: SubjectTag(kind: row.get("subjectKind"), tag: row.get("subject")),
                  cause: CauseText(code: row.get("cause"), text: Phrase(zh: row.get("causeZh"), en: row.get("causeEn"))),
                  value: row.get("value"), limit: row.get("limit"), duration: .milliseconds(row.get("duration", as: Int64.self)),
                  text: Phrase(zh: row.get("textZh"), en: row.get("textEn")))
    }
}
