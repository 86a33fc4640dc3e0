import GRDB
import ProcessImage
import Quantities

/// Reads what a new life takes over, and begins a new ledger from what is remembered.
extension LedgerTables {
    func restore() throws -> Restored {
        var restored = Restored()
        restored.nextRun = RunID(rawValue: UInt64(bitPattern: try nextRun()))
        restored.openRuns = try openRuns()
        restored.decided = try decided()
        restored.lastStarts = try lastStarts()
        restored.standing = try standing()
        restored.given = try given()
        restored.trips = try trips()
        restored.learned = try learned()
        restored.waterUsed = try waterUsed()
        restored.drawn = try drawn()
        restored.metered = try metered()
        restored.alarms = try alarms()
        restored.motorStarts = try motorStarts()
        restored.meterReports = try meterReports()
        restored.proven = try proven()
        restored.gateMoves = try gateMoves()
        restored.gateLevels = try gateLevels()
        restored.bookedDoses = try bookedDoses()
        restored.bookedIsComplete = try bookedIsComplete()
        restored.ledgerIsComplete = try isComplete()
        try restoreWater(into: &restored)
        try restoreDosing(into: &restored)
        try restoreCages(into: &restored)
        return restored
    }

    private func nextRun() throws -> Int64 {
        let newest = try Int64.fetchOne(database, sql: "SELECT max(id) FROM runs") ?? 0
        return max(try Meta.get(.nextRun, in: database) ?? 1, newest &+ 1)
    }

    private func openRuns() throws -> [Restored.OpenRun] {
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM runs WHERE ended IS NULL ORDER BY id")
        return try rows.compactMap { row in
            guard case .zone(let zone)? = tables.subject(SubjectTag(kind: "zone", tag: try row.get("zone"))) else { return nil }
            let run = RunID(rawValue: UInt64(bitPattern: try row.get("id", as: Int64.self)))
            return try Restored.OpenRun(run: run, zone: zone, planned: Amount(row: row),
                                    watered: .milliseconds(row.get("watered", as: Int64.self)), volume: .liters(row.get("litres")),
                                    isEstimated: row.get("estimated"))
        }
    }

    /// Ends the runs of zones that the site has no more: nobody else will.
    func endOrphans() throws {
        for row in try Row.fetchAll(database, sql: "SELECT id, zone FROM runs WHERE ended IS NULL") {
            guard tables.subject(SubjectTag(kind: "zone", tag: try row.get("zone"))) == nil else { continue }
            try database.execute(sql: "UPDATE runs SET ended = started + watered, endTrust = 0, outcome = ? WHERE id = ?",
                                 arguments: [RunOutcome.interrupted.rawValue, try row.get("id", as: Int64.self)])
        }
    }

    /// Days an occurrence is remembered: no catch-up reaches that far.
    private static let daysRemembered: Int64 = 400

    private func decided() throws -> [Occurrence] {
        let newest = try Int64.fetchOne(database, sql: "SELECT max(date) FROM occurrences") ?? 0
        let rows = try Row.fetchAll(database, sql: """
            SELECT program, date, number FROM occurrences WHERE date > ? ORDER BY date DESC, at DESC LIMIT ?
            """, arguments: [newest &- Self.daysRemembered, LedgerMemory.occurrencesMax])
        return try rows.reversed().compactMap { row in
            guard case .program(let program)? = tables.subject(SubjectTag(kind: "program", tag: try row.get("program"))),
                  let number = UInt8(exactly: try row.get("number", as: Int64.self)),
                  let days = Int32(exactly: try row.get("date", as: Int64.self)) else { return nil }
            return Occurrence(program: program, date: CivilDate(daysSinceEpoch: days), number: number)
        }
    }

    private func trips() throws -> [TripID] {
        try Row.fetchAll(database, sql: "SELECT kind, subjectKind, subject FROM trips ORDER BY at").compactMap { row in
            guard let kind = UInt8(exactly: try row.get("kind", as: Int64.self)).flatMap(TripKind.init(rawValue:)),
                  let subject = try subject(of: row) else { return nil }
            return TripID(kind, subject)
        }
    }

    private func learned() throws -> [ZoneIndex: Learned] {
        var all: [ZoneIndex: Learned] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT zone, flow, overrun, opens, closes FROM learned") {
            guard case .zone(let zone)? = tables.subject(SubjectTag(kind: "zone", tag: try row.get("zone"))) else { continue }
            let flow = try row.get("flow", as: Double?.self).flatMap { $0.isFinite && $0 > 0 ? Flow(base: $0) : nil }
            let overrun = try row.get("overrun", as: Double.self)
            let opens = try row.get("opens", as: Int64?.self), closes = try row.get("closes", as: Int64?.self)
            let travel = opens.flatMap { opens in closes.map { ValveTravel(opens: .milliseconds(opens), closes: .milliseconds($0)) } }
            all[zone] = Learned(flow: flow, overrun: overrun.isFinite ? .liters(max(overrun, 0)) : .zero, travel: travel)
        }
        return all
    }

    private func waterUsed() throws -> [WaterUsed] {
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM waterUsed WHERE date = (SELECT max(date) FROM waterUsed)")
        return try rows.compactMap(waterUsed)
    }

    /// `nil` for a source the site has no more.
    func waterUsed(_ row: Row) throws -> WaterUsed? {
        guard case .source(let source)? = tables.subject(SubjectTag(kind: "source", tag: try row.get("source"))),
              let use = UInt8(exactly: try row.get("use", as: Int64.self)).flatMap(WaterUse.init(rawValue:)),
              let days = Int32(exactly: try row.get("date", as: Int64.self)) else { return nil }
        return WaterUsed(source: source, date: CivilDate(daysSinceEpoch: days), use: use, volume: .liters(try row.get("litres")))
    }

    private func alarms() throws -> [(id: AlarmID, state: AlarmState)] {
        let rows = try Row.fetchAll(database, sql: "SELECT kind, subjectKind, subject, state FROM alarms ORDER BY at")
        return try rows.compactMap { row in
            guard let kind = UInt16(exactly: try row.get("kind", as: Int64.self)).flatMap(EventKind.init(rawValue:)),
                  let state = UInt8(exactly: try row.get("state", as: Int64.self)).flatMap(AlarmState.init(rawValue:)),
                  let subject = try subject(of: row) else { return nil }
            return (id: AlarmID(kind, subject), state: state)
        }
    }

    func subject(of row: Row) throws -> Subject? {
        try tables.subject(SubjectTag(kind: row.get("subjectKind"), tag: row.get("subject")))
    }

    /// A ledger begun after a loss is not complete for as long as a missed start could still be made up for.
    private func isComplete() throws -> Bool {
        guard let begun = try Meta.get(.begunAfterLoss, in: database) else { return true }
        let lastWall = try Meta.get(.lastWall, in: database) ?? 0
        return lastWall &- begun > 7 * 86_400_000
    }

    /// Fills a new ledger from memory.
    func begin(from memory: Restored, at wall: WallTime, isAfterLoss: Bool) throws {
        for occurrence in memory.decided.suffix(LedgerMemory.occurrencesMax) {
            try write(LedgerBatch(row: .occurrence(occurrence, .started), at: wall))
        }
        for run in memory.openRuns {
            try write(LedgerBatch(row: .runStarted(run.run, run.zone, .idle, planned: run.planned), at: wall))
            try write(LedgerBatch(row: .runProgress(run.run, watered: run.watered, volume: run.volume,
                                                    isEstimated: run.isEstimated), at: wall))
        }
        for meter in memory.meterReports { try write(LedgerBatch(row: .meterReports(meter.source, every: meter.every), at: wall)) }
        for output in memory.proven { try write(LedgerBatch(row: .outputProven(output, command: 0), at: wall)) }
        for dose in memory.bookedDoses { try write(LedgerBatch(row: .doseBooked(dose.channel, dose.zone, dose.volume), at: wall)) }
        for order in memory.standing { try write(LedgerBatch(row: .standing(order), at: wall)) }
        for (zone, learned) in memory.learned { try write(LedgerBatch(row: .learned(zone, learned), at: wall)) }
        for used in memory.waterUsed { try write(LedgerBatch(row: .waterUsed(used), at: wall)) }
        for drawn in memory.drawn {
            try write(LedgerBatch(row: .sourceDrawn(drawn.source, drawn.volume, isQuiet: drawn.quietFor > .zero), at: wall))
        }
        for counted in memory.metered { try write(LedgerBatch(row: .metered(counted), at: wall)) }
        for hour in memory.weather { try write(hour) }
        for (zone, day) in memory.water { try write(day, of: zone) }
        try begin(dosing: memory, at: wall)
        for trip in memory.trips { try write(LedgerBatch(row: .tripLatched(trip), at: wall)) }
        try beginCages(from: memory, at: wall.unixMilliseconds)
        var rest = LedgerBatch()
        for alarm in memory.alarms { rest.alarms[alarm.id] = (state: alarm.state, at: wall.unixMilliseconds) }
        rest.notes = [AuditNote(at: wall.unixMilliseconds, command: 0, what: .begun, text: "a new ledger was begun")]
        try write(rest)
        try Meta.set(.nextRun, Int64(bitPattern: memory.nextRun.rawValue), in: database)
        if isAfterLoss { try Meta.set(.begunAfterLoss, wall.unixMilliseconds, in: database) }
    }
}

extension LedgerBatch {
    fileprivate init(row entry: LedgerEntry, at wall: WallTime) {
        rows = [LedgerRow(number: 0, wall: wall, entry: entry)]
    }
}
