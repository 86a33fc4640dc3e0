import GRDB
import Language
import ProcessImage
import Quantities

/// Writes the rows of the ledger. Each may be written twice without harm.
struct LedgerTables {
    let tables: SiteTables
    let database: Database

    func write(_ batch: LedgerBatch) throws {
        for note in batch.notes { try AuditChain.append(note, to: database) }
        for row in batch.rows { try write(row) }
        for (alarm, value) in batch.alarms { try write(alarm, value.state, at: value.at) }
        if batch.lastWall > 0 { try Meta.set(.lastWall, batch.lastWall, in: database) }
    }

    private func write(_ row: LedgerRow) throws {
        let at = row.wall.unixMilliseconds
        switch row.entry {
        case .occurrence(let occurrence, let decision): try write(occurrence, decision, at: at)
        case .runStarted(let run, let zone, let cause, let planned):
            try write(run, zone, tables.causeText(cause), planned: planned, at: row.wall)
        case .runProgress(let run, let watered, let volume, let isEstimated):
            try write(run, watered: watered, volume: volume, isEstimated, at: row.wall)
        case .runEnded(let run, let outcome, let watered, let volume, let isEstimated, let cause):
            try write(run, watered: watered, volume: volume, isEstimated, at: row.wall)
            try end(run, outcome, tables.causeText(cause), at: row.wall)
        case .learned(let zone, let learned): try write(zone, learned, at: at)
        case .waterUsed(let used): try write(used)
        case .sourceDrawn(let source, let volume, let isQuiet): try write(drawnOf: source, volume, isQuiet: isQuiet, at: row.wall)
        case .metered(let counted): try write(counted)
        case .tripLatched(let trip): try latch(trip, at: at)
        case .tripCleared(let trip, let command): try clear(trip, by: command, at: at)
        case .finding(let occurrence, let zone, let step, let finding): try write(finding, step, zone, occurrence, at: at)
        case .standing(let order): try write(order, at: at)
        case .standingEnded(let kind, let subject): try end(kind, subject)
        case .weatherHour(let hour): try write(hour)
        case .waterDay(let zone, let day): try write(day, of: zone)
        case .commandDone(let command, let outcome):
            let note = AuditNote(at: at, command: command, what: .done, outcome: Int(outcome.rawValue))
            try AuditChain.append(note, to: database)
        case .motorStarted(let output): try write(startOf: output, at: row.wall)
        case .outputProven(let output, let command): try write(proofOf: output, by: command, at: row.wall)
        case .gateMoved(let gate): try write(moveOf: gate, at: row.wall)
        case .gateLevel(let gate, let level): try write(level: level, of: gate, at: row.wall)
        case .meterReports(let source, let every): try write(reportsOf: source, every: every)
        case .dosePlanned, .doseIntent, .doseEnded, .flushOwed, .flushPaid, .tank, .channelCalibrated, .loopTuned:
            try write(dosing: row.entry, at: row.wall)
        case .doseBooked(let channel, let zone, let volume): try book(volume, channel, zone, at: row.wall)
        case .feedMeal, .feedStock, .feedPipe, .feedLock, .stockBooked, .feedFast, .feedAppetite, .siloHolds:
            try write(feeding: row.entry, at: at)
        }
    }

    /// The first decision stands.
    private func write(_ occurrence: Occurrence, _ decision: OccurrenceDecision, at: Int64) throws {
        try database.cachedStatement(sql: """
            INSERT OR IGNORE INTO occurrences (program, date, number, decision, at) VALUES (?, ?, ?, ?, ?)
            """).execute(arguments: [tables.subjectTag(.program(occurrence.program)).tag, occurrence.date.daysSinceEpoch,
                                     occurrence.number, decision.rawValue, at])
    }

    private func write(_ run: RunID, _ zone: ZoneIndex, _ cause: CauseText, planned: Amount, at: WallTime) throws {
        try database.cachedStatement(sql: """
            INSERT OR IGNORE INTO runs (id, zone, cause, causeZh, causeEn, planned, plannedLitres, started, trust)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [id(run), tables.subjectTag(.zone(zone)).tag, cause.code, cause.text.zh, cause.text.en,
                                     (planned.time ?? .zero).wholeMilliseconds, planned.volume?.liters, at.unixMilliseconds,
                                     at.trust.rawValue])
        let next = try Meta.get(.nextRun, in: database) ?? 1
        try Meta.set(.nextRun, max(next, id(run) &+ 1), in: database)
    }

    /// Litres are never dropped: a run whose start was lost with an older ledger gets a row without a zone.
    private func write(_ run: RunID, watered: Duration, volume: Volume, _ isEstimated: Bool, at: WallTime) throws {
        try database.cachedStatement(sql: """
            INSERT INTO runs (id, zone, cause, causeZh, causeEn, planned, started, trust, watered, litres, estimated)
            VALUES (?, '', 'unknown', '不详', 'unknown', 0, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET watered = excluded.watered, litres = excluded.litres, estimated = excluded.estimated
            """).execute(arguments: [id(run), at.unixMilliseconds, at.trust.rawValue, watered.wholeMilliseconds,
                                     volume.liters, isEstimated])
    }

    private func end(_ run: RunID, _ outcome: RunOutcome, _ cause: CauseText, at: WallTime) throws {
        try database.cachedStatement(sql: """
            UPDATE runs SET ended = ?, endTrust = ?, outcome = ?, endCause = ?, endCauseZh = ?, endCauseEn = ? WHERE id = ?
            """).execute(arguments: [at.unixMilliseconds, at.trust.rawValue, outcome.rawValue, cause.code, cause.text.zh,
                                     cause.text.en, id(run)])
    }

    private func write(_ zone: ZoneIndex, _ learned: Learned, at: Int64) throws {
        try database.cachedStatement(sql: """
            INSERT OR REPLACE INTO learned (zone, flow, overrun, at, opens, closes) VALUES (?, ?, ?, ?, ?, ?)
            """).execute(arguments: [tables.subjectTag(.zone(zone)).tag, learned.flow?.base, learned.overrun.liters, at,
                                     learned.travel?.opens.wholeMilliseconds, learned.travel?.closes.wholeMilliseconds])
    }

    private func write(_ used: WaterUsed) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO waterUsed (date, source, use, litres) VALUES (?, ?, ?, ?)")
            .execute(arguments: [used.date.daysSinceEpoch, tables.subjectTag(.source(used.source)).tag, used.use.rawValue,
                                 used.volume.liters])
    }

    private func write(_ counted: Metered) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO metered (date, source, litres) VALUES (?, ?, ?)")
            .execute(arguments: [counted.date.daysSinceEpoch, tables.subjectTag(.source(counted.source)).tag, counted.volume.liters])
    }

    private func latch(_ trip: TripID, at: Int64) throws {
        let subject = tables.subjectTag(trip.subject)
        try database.cachedStatement(sql: """
            INSERT OR IGNORE INTO trips (kind, subjectKind, subject, at) VALUES (?, ?, ?, ?)
            """).execute(arguments: [trip.kind.rawValue, subject.kind, subject.tag, at])
    }

    private func clear(_ trip: TripID, by command: UInt64, at: Int64) throws {
        let subject = tables.subjectTag(trip.subject)
        try database.cachedStatement(sql: "DELETE FROM trips WHERE kind = ? AND subjectKind = ? AND subject = ?")
            .execute(arguments: [trip.kind.rawValue, subject.kind, subject.tag])
        let text = "\(trip.kind) \(subject.kind) \(subject.tag)"
        try AuditChain.append(AuditNote(at: at, command: command, what: .tripCleared, text: text), to: database)
    }

    private func write(_ alarm: AlarmID, _ state: AlarmState, at: Int64) throws {
        let subject = tables.subjectTag(alarm.subject)
        guard state != .normal else {
            try database.cachedStatement(sql: "DELETE FROM alarms WHERE kind = ? AND subjectKind = ? AND subject = ?")
                .execute(arguments: [alarm.kind.rawValue, subject.kind, subject.tag])
            return
        }
        try database.cachedStatement(sql: """
            INSERT INTO alarms (kind, subjectKind, subject, state, at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET state = excluded.state
            """).execute(arguments: [alarm.kind.rawValue, subject.kind, subject.tag, state.rawValue, at])
    }

    private func id(_ run: RunID) -> Int64 { Int64(bitPattern: run.rawValue) }
}
