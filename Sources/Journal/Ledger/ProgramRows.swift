import GRDB
public import Language
public import ProcessImage
public import Quantities

/// One reason of a decision about a zone, as the ledger keeps it.
public struct FindingRow: Sendable, Hashable {
    /// Tags, which outlive the numbers of one site file.
    public let program: String
    public let zone: String
    /// The local day of the start, and which of its starts.
    public let date: CivilDate
    public let number: Int
    public let matter: Matter?
    public let effect: Finding.Effect?
    public let text: Phrase
    public let at: WallTime
}

// MARK: Writing and restoring

extension LedgerTables {
    /// Reasons are told for so long; the runs themselves are kept.
    private static let daysOfFindings: Int32 = 100
    /// The longest stretch of a quota, and some days more.
    private static let daysOfQuotas: Int64 = 370

    func write(_ finding: Finding, _ step: UInt8, _ zone: ZoneIndex, _ occurrence: Occurrence, at: Int64) throws {
        let date = occurrence.date.daysSinceEpoch
        let text = tables.text(of: finding)
        let (program, zone) = (tables.subjectTag(.program(occurrence.program)).tag, tables.subjectTag(.zone(zone)).tag)
        try database.cachedStatement(sql: """
            INSERT OR REPLACE INTO findings (date, program, number, zone, step, matter, effect, value, bound, zh, en, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [
                date, program, occurrence.number, zone, step,
                finding.matter.rawValue, finding.effect.rawValue, finding.value.isNaN ? nil : finding.value,
                finding.limit.isNaN ? nil : finding.limit, text.zh, text.en, at,
            ])
        guard step == 0 else { return }
        try database.cachedStatement(sql: "DELETE FROM findings WHERE date < ?").execute(arguments: [date &- Self.daysOfFindings])
    }

    func write(_ order: StandingOrder, at: Int64) throws {
        let subject = tables.subjectTag(order.subject)
        try database.cachedStatement(sql: """
            INSERT OR REPLACE INTO standing (kind, subjectKind, subject, until, factor, command, at) VALUES (?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [order.kind.rawValue, subject.kind, subject.tag, order.until, order.factor,
                                     Int64(bitPattern: order.command), at])
    }

    func end(_ kind: StandingOrder.Kind, _ subject: Subject) throws {
        let subject = tables.subjectTag(subject)
        try database.cachedStatement(sql: "DELETE FROM standing WHERE kind = ? AND subjectKind = ? AND subject = ?")
            .execute(arguments: [kind.rawValue, subject.kind, subject.tag])
    }

    func standing() throws -> [StandingOrder] {
        try Row.fetchAll(database, sql: "SELECT * FROM standing ORDER BY at").compactMap { row in
            guard let kind = UInt8(exactly: try row.get("kind", as: Int64.self)).flatMap(StandingOrder.Kind.init(rawValue:)),
                  let subject = try subject(of: row) else { return nil }
            return try StandingOrder(kind, subject, until: row.get("until"), factor: row.get("factor"),
                                     command: UInt64(bitPattern: row.get("command", as: Int64.self)))
        }
    }

    /// By program, when its newest start was decided.
    func lastStarts() throws -> [ProgramIndex: Int64] {
        let rows = try Row.fetchAll(database, sql: """
            SELECT program, max(at) AS at FROM occurrences WHERE decision IN (?, ?) GROUP BY program
            """, arguments: [OccurrenceDecision.started.rawValue, OccurrenceDecision.caughtUp.rawValue])
        var starts: [ProgramIndex: Int64] = [:]
        for row in rows {
            let tag = try row.get("program", as: String.self)
            guard case .program(let program)? = tables.subject(SubjectTag(kind: "program", tag: tag)) else { continue }
            starts[program] = try row.get("at", as: Int64.self) / 1000
        }
        return starts
    }

    /// Water by zone and local day; nothing where the site has no quota to count it against.
    func given() throws -> [Restored.ZoneDay] {
        guard !tables.quotas.isEmpty else { return [] }
        let newest = try Int64.fetchOne(database, sql: "SELECT max(started) FROM runs") ?? 0
        let rows = try Row.fetchCursor(database, sql: "SELECT zone, started, litres FROM runs WHERE started > ? AND litres > 0",
                                       arguments: [newest &- Self.daysOfQuotas * 86_400_000])
        var days: [ZoneDate: Double] = [:]
        while let row = try rows.next() {
            guard case .zone(let zone)? = tables.subject(SubjectTag(kind: "zone", tag: try row.get("zone"))) else { continue }
            let date = tables.clock.local(unixSeconds: try row.get("started", as: Int64.self) / 1000).date
            days[ZoneDate(zone: zone, date: date), default: 0] += try row.get("litres", as: Double.self)
        }
        return days.map { Restored.ZoneDay(zone: $0.key.zone, date: $0.key.date, volume: .liters($0.value)) }
    }
}

private struct ZoneDate: Hashable {
    let zone: ZoneIndex
    let date: CivilDate
}

// MARK: Asking

extension Journal {
    /// The reasons of the newest decisions about a zone, newest decision first, each in its own order.
    /// - Parameters:
    ///   - zone: a zone's tag.
    ///   - starts: of so many starts at most.
    public func findings(zone: String, from: Int64, to: Int64, starts: Int = 5) throws(QueryRefused) -> [FindingRow] {
        try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT f.* FROM findings AS f JOIN (
                    SELECT DISTINCT date, program, number, at FROM findings WHERE zone = ? AND at >= ? AND at < ?
                    ORDER BY at DESC LIMIT ?
                ) AS s ON f.date = s.date AND f.program = s.program AND f.number = s.number
                WHERE f.zone = ? ORDER BY f.at DESC, f.date DESC, f.program, f.number DESC, f.step
                """, arguments: [zone, from &* 1000, to &* 1000, min(max(starts, 1), 100), zone]).map(FindingRow.init(row:))
        }
    }
}

extension FindingRow {
    init(row: Row) throws {
        program = try row.get("program")
        zone = try row.get("zone")
        date = CivilDate(daysSinceEpoch: Int32(clamping: try row.get("date", as: Int64.self)))
        number = Int(clamping: try row.get("number", as: Int64.self))
        matter = UInt8(exactly: try row.get("matter", as: Int64.self)).flatMap(Matter.init(rawValue:))
        effect = UInt8(exactly: try row.get("effect", as: Int64.self)).flatMap(Finding.Effect.init(rawValue:))
        text = Phrase(zh: try row.get("zh"), en: try row.get("en"))
        at = WallTime(unixMilliseconds: try row.get("at", as: Int64.self), trust: 1)
    }
}
