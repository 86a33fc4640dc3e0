import GRDB
public import ProcessImage
public import Quantities

/// That an output was seen to do what its name says, by whom and when; `text` is the order by which it was confirmed.
public struct OutputProof: Sendable {
    public let output: OutputIndex
    public let at: WallTime
    public let author: String
    public let text: String
}

/// Rows of the ledger that the interlocks need over a restart: starts of motors, proofs of outputs, reports of meters.
extension LedgerTables {
    /// Older starts count for nothing.
    private static let startsCount: Int64 = 3_600_000

    func write(startOf output: OutputIndex, at wall: WallTime) throws {
        let tag = tables.subjectTag(.output(output)).tag
        try database.cachedStatement(sql: "INSERT OR IGNORE INTO motorStarts (output, at, trust) VALUES (?, ?, ?)")
            .execute(arguments: [tag, wall.unixMilliseconds, wall.trust.rawValue])
        try database.cachedStatement(sql: """
            DELETE FROM motorStarts WHERE output = ? AND at NOT IN
                (SELECT at FROM motorStarts WHERE output = ? ORDER BY at DESC LIMIT ?)
            """).execute(arguments: [tag, tag, Limits.startsPerHourMax])
    }

    func write(proofOf output: OutputIndex, by command: UInt64, at wall: WallTime) throws {
        guard tables.outputs.indices.contains(output.offset) else { return }
        try database.cachedStatement(sql: """
            INSERT OR REPLACE INTO proofs (output, fingerprint, at, trust, command) VALUES (?, ?, ?, ?, ?)
            """).execute(arguments: [tables.outputs[output.offset].tag, tables.fingerprint(of: output), wall.unixMilliseconds,
                                     wall.trust.rawValue, Int64(bitPattern: command)])
    }

    /// Of outputs that are still wired as they were when they were proven.
    func proven() throws -> [OutputIndex] {
        try Row.fetchAll(database, sql: "SELECT output, fingerprint FROM proofs").compactMap { row in
            guard case .output(let output)? = tables.subject(SubjectTag(kind: "output", tag: try row.get("output"))) else { return nil }
            return try row.get("fingerprint") == tables.fingerprint(of: output) ? output : nil
        }
    }

    func write(reportsOf source: SourceIndex, every: Duration) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO meterReports (source, every) VALUES (?, ?)")
            .execute(arguments: [tables.subjectTag(.source(source)).tag, every.wholeMilliseconds])
    }

    /// At a start the clock is not trusted yet, so no more time is known to have passed than up to the last moment that was:
    /// a start counts rather for too long than for too short.
    func motorStarts() throws -> [Restored.MotorStart] {
        let now = try Meta.get(.lastWall, in: database) ?? 0
        return try Row.fetchAll(database, sql: "SELECT output, at, trust FROM motorStarts ORDER BY at").compactMap { row in
            guard case .output(let output)? = tables.subject(SubjectTag(kind: "output", tag: try row.get("output"))) else { return nil }
            let at = try WallTime(unixMilliseconds: row.get("at"), trust: row.get("trust"))
            let age = at.isTrusted ? max(now &- at.unixMilliseconds, 0) : 0
            return age < Self.startsCount ? Restored.MotorStart(output: output, age: .milliseconds(age)) : nil
        }
    }

    func meterReports() throws -> [(source: SourceIndex, every: Duration)] {
        try Row.fetchAll(database, sql: "SELECT source, every FROM meterReports").compactMap { row in
            guard case .source(let source)? = tables.subject(SubjectTag(kind: "source", tag: try row.get("source"))) else { return nil }
            return (source: source, every: .milliseconds(max(try row.get("every", as: Int64.self), 0)))
        }
    }
}
