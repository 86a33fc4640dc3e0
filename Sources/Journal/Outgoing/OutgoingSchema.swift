/// What goes upstream, kept in `ledger.db` until somebody has stored it: a row is a copy of what was written, made by a trigger in the
/// same transaction, so none can be forgotten and none is told that is not durable.
///
/// `streams` has a row for each stream that is told; without them the triggers do nothing. `head`: the newest id. `mark`: up to it every
/// row arrived or was given up. Ids count from 1 in one store and are never used again in it.
enum OutgoingSchema {
    static let columnsMax = 14

    static let sql = """
        CREATE TABLE streams (name TEXT PRIMARY KEY, head INTEGER NOT NULL DEFAULT 0, mark INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE outgoing (
            stream TEXT NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL, \((1...columnsMax).map { "v\($0)" }.joined(separator: ", ")),
            PRIMARY KEY (stream, id)
        ) WITHOUT ROWID;

        """ + runs + doses + meals + alarms + audit

    /// Bytes of each local day, by what they were for.
    static let traffic = """
        CREATE TABLE traffic (day INTEGER NOT NULL, use TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (day, use)) WITHOUT ROWID
        """

    /// What became of schedules is noted in the audit as all that is done, and told besides for whoever sends them.
    static let schedules = """
        INSERT OR IGNORE INTO streams (name) SELECT '\(OutgoingStream.schedules.rawValue)' WHERE EXISTS (SELECT * FROM streams);

        """ + trigger(
            "scheduleGoesUpstream", "INSERT ON audit",
            when: "NEW.what = \(AuditNote.What.given.rawValue) AND NEW.author = '\(AuditedSchedule.author)'"
                + " AND substr(NEW.text, 1, \(AuditedSchedule.beginning.count)) = '\(AuditedSchedule.beginning)'",
            append(to: .schedules, at: "NEW.at", ["NEW.command", "NULL", "NULL", "NEW.text"]))

    /// A row of one stream with the next id. Values by the order of `OutgoingStream.columns`.
    static func append(to stream: OutgoingStream, at: String, _ values: [String]) -> String {
        let columns = values.indices.map { "v\($0 + 1)" }.joined(separator: ", ")
        return """
            UPDATE streams SET head = head + 1 WHERE name = '\(stream.rawValue)';
            INSERT INTO outgoing (stream, id, at, \(columns))
            SELECT name, head, \(at), \(values.joined(separator: ", ")) FROM streams WHERE name = '\(stream.rawValue)';
            """
    }

    private static func trigger(_ name: String, _ moment: String, when condition: String? = nil, _ body: String) -> String {
        "CREATE TRIGGER \(name) AFTER \(moment)\(condition.map { " WHEN \($0)" } ?? "") BEGIN\n\(body)\nEND;\n"
    }

    private static let runs = trigger(
        "runGoesUpstream", "UPDATE OF ended ON runs", when: "OLD.ended IS NULL AND NEW.ended IS NOT NULL",
        append(to: .runs, at: "NEW.ended", [
            "NEW.id", "NEW.zone", "NEW.cause", "NEW.started", "NEW.planned / 1000.0", "NEW.plannedLitres", "NEW.watered / 1000.0",
            "NEW.litres", "NEW.estimated", "NEW.outcome", "NEW.endCause",
        ]))

    private static let given = "CASE WHEN NEW.outcome = 4 THEN NEW.intended ELSE coalesce(NEW.metered, NEW.commanded) END"

    private static let doses = trigger(
        "doseGoesUpstream", "UPDATE OF ended ON doses", when: "OLD.ended IS NULL AND NEW.ended IS NOT NULL",
        append(to: .doses, at: "NEW.ended", [
            "NEW.run", "NEW.channel", "NEW.part", "NEW.zone", "NEW.recipe", "NEW.batch", "NEW.started", "NEW.planned", given,
            "NEW.product * \(given)", "NEW.nitrogen * \(given)", "NEW.phosphate * \(given)", "NEW.potash * \(given)", "NEW.outcome",
        ]))

    /// A missed meal is written once, any other when it begins and when it ends.
    private static let meals: String = {
        let row = append(to: .meals, at: "NEW.at", ["NEW.cage", "NEW.date", "NEW.number", "NEW.planned", "NEW.given", "NEW.outcome"])
        return trigger("missedMealGoesUpstream", "INSERT ON meals", when: "NEW.outcome IS NOT NULL", row)
            + trigger("mealGoesUpstream", "UPDATE OF outcome ON meals", when: "OLD.outcome IS NULL AND NEW.outcome IS NOT NULL", row)
    }()

    /// An alarm that has gone is a deleted row: the machine's clock says when.
    private static let alarms: String = {
        func row(_ of: String, at: String, state: String) -> String {
            append(to: .alarms, at: at, ["\(of).kind", "\(of).subjectKind", "\(of).subject", state])
        }
        let now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
        return trigger("raisedAlarmGoesUpstream", "INSERT ON alarms", row("NEW", at: "NEW.at", state: "NEW.state"))
            + trigger("changedAlarmGoesUpstream", "UPDATE OF state ON alarms", when: "OLD.state <> NEW.state",
                      row("NEW", at: now, state: "NEW.state"))
            + trigger("goneAlarmGoesUpstream", "DELETE ON alarms", row("OLD", at: now, state: "0"))
    }()

    private static let audit = trigger(
        "auditGoesUpstream", "INSERT ON audit",
        append(to: .audit, at: "NEW.at", [
            "NEW.sequence", "NEW.command", "NEW.what", "NEW.author", "NEW.text", "NEW.outcome", "lower(hex(NEW.hash))",
        ]))
}
