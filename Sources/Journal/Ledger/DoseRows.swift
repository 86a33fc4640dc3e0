import GRDB
import Language
import ProcessImage
import Quantities

/// Rows of the ledger about dosing: what was planned, what may have been given, what was given, what is owed to the pipes,
/// what is in the tanks, and what the measuring cylinder said.
extension LedgerTables {
    /// Litres and g/L. `part`: a run may be dosed by a channel more than once, as when it is calibrated twice. `product` …
    /// `potash`: of the stock by the site file when the dose was planned, so that kilograms of the past stay as they were.
    /// `hour`: since 1970; `id` tells in which order hours were written. `kind`: 1 litres an hour, 2 litres a stroke.
    static let dosingSchema = """
        CREATE TABLE doses (
            run INTEGER NOT NULL, channel TEXT NOT NULL, part INTEGER NOT NULL, zone TEXT NOT NULL, recipe TEXT, batch INTEGER NOT NULL,
            planned REAL NOT NULL, intended REAL NOT NULL, commanded REAL NOT NULL, metered REAL,
            product REAL NOT NULL, nitrogen REAL NOT NULL, phosphate REAL NOT NULL, potash REAL NOT NULL,
            started INTEGER NOT NULL, trust INTEGER NOT NULL,
            ended INTEGER, endTrust INTEGER, outcome INTEGER, endCause TEXT, endCauseZh TEXT, endCauseEn TEXT,
            PRIMARY KEY (run, channel, part)
        ) WITHOUT ROWID;
        CREATE INDEX dosesByStart ON doses (started);
        CREATE INDEX openDoses ON doses (run) WHERE ended IS NULL;
        CREATE TABLE doseHours (
            id INTEGER PRIMARY KEY, channel TEXT NOT NULL, hour INTEGER NOT NULL, litres REAL NOT NULL, UNIQUE (channel, hour)
        );
        CREATE TABLE flushDebts (
            zone TEXT PRIMARY KEY, recipe TEXT, run INTEGER NOT NULL, litres REAL NOT NULL, waits INTEGER NOT NULL, at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE tanks (tank TEXT PRIMARY KEY, litres REAL NOT NULL, batch INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE calibrations (
            channel TEXT NOT NULL, command INTEGER NOT NULL, kind INTEGER NOT NULL, rate REAL NOT NULL,
            at INTEGER NOT NULL, drift REAL NOT NULL, written INTEGER NOT NULL, PRIMARY KEY (channel, command)
        ) WITHOUT ROWID;
        CREATE TABLE loopModels (
            unit TEXT NOT NULL, loop INTEGER NOT NULL, gain REAL NOT NULL, lag REAL NOT NULL, deadTime REAL NOT NULL,
            command INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (unit, loop)
        ) WITHOUT ROWID;
        """

    func write(dosing entry: LedgerEntry, at wall: WallTime) throws {
        switch entry {
        case .dosePlanned(let dose, let recipe, let batch): try write(dose, recipe, batch: batch, at: wall)
        case .doseIntent(let dose, let hour):
            try write(dose, at: wall)
            try write(hour)
        case .doseEnded(let dose, let hour, let outcome, let cause):
            try write(dose, at: wall)
            try write(hour)
            try end(dose, outcome, tables.causeText(cause), at: wall)
        case .flushOwed(let debt): try write(debt, at: wall.unixMilliseconds)
        case .flushPaid(let zone):
            try database.cachedStatement(sql: "DELETE FROM flushDebts WHERE zone = ?").execute(arguments: [tag(zone)])
        case .tank(let tank, let state):
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO tanks (tank, litres, batch, at) VALUES (?, ?, ?, ?)")
                .execute(arguments: [tables.subjectTag(.tank(tank)).tag, state.left.liters, Int64(bitPattern: state.batch),
                                     wall.unixMilliseconds])
        case .channelCalibrated(let channel, let calibration): try write(calibration, of: channel, at: wall.unixMilliseconds)
        case .loopTuned(let unit, let loop, let model, let command):
            try database.cachedStatement(sql: """
                INSERT OR REPLACE INTO loopModels (unit, loop, gain, lag, deadTime, command, at) VALUES (?, ?, ?, ?, ?, ?, ?)
                """).execute(arguments: [tables.subjectTag(.dosingUnit(unit)).tag, loop.rawValue, model.gain, model.lag.seconds,
                                     model.deadTime.seconds,
                                     Int64(bitPattern: command), wall.unixMilliseconds])
        default: break
        }
    }

    // MARK: Doses

    private func tag(_ zone: ZoneIndex) -> String { tables.subjectTag(.zone(zone)).tag }
    private func tag(_ channel: ChannelIndex) -> String { tables.subjectTag(.channel(channel)).tag }
    private func tag(_ recipe: RecipeIndex?) -> String? {
        recipe.flatMap { tables.recipes.indices.contains($0.offset) ? tables.recipes[$0.offset].tag : nil }
    }

    /// Begins a part, unless one of the same run and channel has not ended.
    private func write(_ dose: DoseSoFar, _ recipe: RecipeIndex?, batch: UInt64, at wall: WallTime) throws {
        let stock = tables.stocks.indices.contains(dose.channel.offset) ? tables.stocks[dose.channel.offset] : .unknown
        let (run, channel) = (Int64(bitPattern: dose.run.rawValue), tag(dose.channel))
        try database.cachedStatement(sql: """
            INSERT INTO doses (run, channel, part, zone, recipe, batch, planned, intended, commanded, metered, product, nitrogen,
                phosphate, potash, started, trust)
            SELECT ?, ?, (SELECT count(*) FROM doses WHERE run = ? AND channel = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
            WHERE NOT EXISTS (SELECT 1 FROM doses WHERE run = ? AND channel = ? AND ended IS NULL)
            """).execute(arguments: [
                run, channel, run, channel, tag(dose.zone), tag(recipe), Int64(bitPattern: batch), dose.planned.liters,
                dose.intended.liters,
                dose.commanded.liters, dose.metered?.liters, stock.product.gramsPerLiter, stock.nitrogen.gramsPerLiter,
                stock.phosphate.gramsPerLiter, stock.potash.gramsPerLiter, wall.unixMilliseconds, wall.trust.rawValue, run, channel,
            ])
    }

    /// Stock is never dropped: a dose whose plan was lost with an older ledger gets a row without a recipe.
    private func write(_ dose: DoseSoFar, at wall: WallTime) throws {
        let update = try database.cachedStatement(sql: """
            UPDATE doses SET planned = ?, intended = ?, commanded = ?, metered = ? WHERE run = ? AND channel = ? AND ended IS NULL
            """)
        let figures: StatementArguments = [dose.planned.liters, dose.intended.liters, dose.commanded.liters, dose.metered?.liters,
                                           Int64(bitPattern: dose.run.rawValue), tag(dose.channel)]
        try update.execute(arguments: figures)
        guard database.changesCount == 0 else { return }
        try write(dose, nil, batch: 0, at: wall)
    }

    private func end(_ dose: DoseSoFar, _ outcome: RunOutcome, _ cause: CauseText, at wall: WallTime) throws {
        try database.cachedStatement(sql: """
            UPDATE doses SET ended = ?, endTrust = ?, outcome = ?, endCause = ?, endCauseZh = ?, endCauseEn = ?
            WHERE run = ? AND channel = ? AND ended IS NULL
            """).execute(arguments: [wall.unixMilliseconds, wall.trust.rawValue, outcome.rawValue, cause.code, cause.text.zh, cause.text.en,
                                     Int64(bitPattern: dose.run.rawValue), tag(dose.channel)])
    }

    // MARK: Hours

    /// Ceilings look 24 hours back.
    private static let hoursKept: Int64 = 26

    /// An hour of an unset clock is kept until so many hours of a set one have passed since it was written.
    private func write(_ row: DoseHour) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO doseHours (channel, hour, litres) VALUES (?, ?, ?)")
            .execute(arguments: [tag(row.channel), row.hour, row.volume.liters])
        guard row.hour >= Restored.firstHour else { return }
        let old = row.hour &- Self.hoursKept
        try database.cachedStatement(sql: """
            DELETE FROM doseHours WHERE hour < ?1 AND id <= (SELECT max(id) FROM doseHours WHERE hour >= ?2 AND hour < ?1)
            """).execute(arguments: [old, Restored.firstHour])
    }

    private func doseHours() throws -> [DoseHour] {
        let newest = try Int64.fetchOne(database, sql: "SELECT max(hour) FROM doseHours") ?? 0
        let now = max(newest, (try Meta.get(.lastWall, in: database) ?? 0) / 3_600_000)
        let rows = try Row.fetchAll(database, sql: "SELECT channel, hour, litres FROM doseHours WHERE hour > ? OR hour < ? ORDER BY id",
                                    arguments: [now - Self.hoursKept + 1, Restored.firstHour])
        return try rows.compactMap { row in
            try channel(row).map { DoseHour(channel: $0, hour: try row.get("hour"), volume: .liters(try row.get("litres"))) }
        }
    }

    // MARK: Debts and calibrations

    private func write(_ debt: FlushDebt, at: Int64) throws {
        try database.cachedStatement(sql: """
            INSERT OR REPLACE INTO flushDebts (zone, recipe, run, litres, waits, at) VALUES (?, ?, ?, ?, ?, ?)
            """).execute(arguments: [tag(debt.zone), tag(debt.recipe), Int64(bitPattern: debt.run.rawValue), debt.volume.liters,
                                 debt.waitsForPerson, at])
    }

    private func write(_ calibration: ChannelCalibration, of channel: ChannelIndex, at written: Int64) throws {
        let (kind, rate): (Int, Double) = switch calibration.rate {
        case .flow(let flow): (1, flow.litersPerHour)
        case .stroke(let volume): (2, volume.liters)
        }
        try database.cachedStatement(sql: """
            INSERT OR REPLACE INTO calibrations (channel, command, kind, rate, at, drift, written) VALUES (?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [tag(channel), Int64(bitPattern: calibration.command), kind, rate, calibration.at,
                                     calibration.drift.base, written])
    }

    // MARK: Taking over

    func restoreDosing(into restored: inout Restored) throws {
        let open = "SELECT * FROM doses WHERE ended IS NULL ORDER BY run, channel"
        restored.openDoses = try Row.fetchAll(database, sql: open).compactMap(openDose)
        restored.doseHours = try doseHours()
        restored.flushDebts = try Row.fetchAll(database, sql: "SELECT * FROM flushDebts ORDER BY at").compactMap(debt)
        restored.tanks = try Row.fetchAll(database, sql: "SELECT * FROM tanks").compactMap { row in
            guard case .tank(let tank)? = tables.subject(SubjectTag(kind: "tank", tag: try row.get("tank"))) else { return nil }
            return (tank: tank, state: TankState(left: .liters(try row.get("litres")),
                                                 batch: UInt64(bitPattern: try row.get("batch", as: Int64.self))))
        }
        let calibrations = "SELECT * FROM calibrations ORDER BY written, command"
        restored.calibrations = try Row.fetchAll(database, sql: calibrations).reduce(into: []) { found, row in
            guard let channel = try channel(row), let calibration = try ChannelCalibration(row: row) else { return }
            found.removeAll { $0.channel == channel }
            found.append((channel: channel, calibration: calibration))
        }
        restored.loopModels = try Row.fetchAll(database, sql: "SELECT * FROM loopModels").compactMap(loopModel)
    }

    /// Ends the doses of channels or zones that the site has no more: what was intended counts as given, and nobody else ends them.
    func endOrphanDoses() throws {
        for row in try Row.fetchAll(database, sql: "SELECT * FROM doses WHERE ended IS NULL") where try openDose(row) == nil {
            try database.execute(sql: """
                UPDATE doses SET ended = started, endTrust = 0, outcome = ? WHERE run = ? AND channel = ? AND part = ?
                """, arguments: [RunOutcome.interrupted.rawValue, try row.get("run", as: Int64.self),
                                             try row.get("channel", as: String.self), try row.get("part", as: Int64.self)])
        }
    }

    private func channel(_ row: Row) throws -> ChannelIndex? {
        guard case .channel(let channel)? = tables.subject(SubjectTag(kind: "channel", tag: try row.get("channel"))) else { return nil }
        return channel
    }

    private func zone(_ row: Row) throws -> ZoneIndex? {
        guard case .zone(let zone)? = tables.subject(SubjectTag(kind: "zone", tag: try row.get("zone"))) else { return nil }
        return zone
    }

    private func recipe(_ row: Row) throws -> RecipeIndex? {
        try row.get("recipe", as: String?.self).flatMap { tag in tables.recipes.firstIndex { $0.tag == tag }.map { RecipeIndex($0) } }
    }

    private func openDose(_ row: Row) throws -> DoseSoFar? {
        guard let channel = try channel(row), let zone = try zone(row) else { return nil }
        return try DoseSoFar(run: RunID(rawValue: UInt64(bitPattern: row.get("run", as: Int64.self))), zone: zone, channel: channel,
                             planned: .liters(row.get("planned")), intended: .liters(row.get("intended")),
                             commanded: .liters(row.get("commanded")),
                             metered: row.get("metered", as: Double?.self).map { .liters($0) })
    }

    private func debt(_ row: Row) throws -> FlushDebt? {
        guard let zone = try zone(row) else { return nil }
        return try FlushDebt(zone: zone, recipe: recipe(row), run: RunID(rawValue: UInt64(bitPattern: row.get("run", as: Int64.self))),
                             volume: .liters(row.get("litres")), waitsForPerson: row.get("waits"))
    }

    private func loopModel(_ row: Row) throws -> (unit: DosingUnitIndex, loop: DosingLoop, model: LoopModel)? {
        guard case .dosingUnit(let unit)? = tables.subject(SubjectTag(kind: "dosing", tag: try row.get("unit"))),
              let loop = UInt8(exactly: try row.get("loop", as: Int64.self)).flatMap(DosingLoop.init(rawValue:)) else { return nil }
        let (gain, lag, deadTime) = try (row.get("gain", as: Double.self), row.get("lag", as: Double.self),
                                         row.get("deadTime", as: Double.self))
        guard gain.isFinite, gain != 0, (0...1e6).contains(lag), (0...1e6).contains(deadTime) else { return nil }
        return (unit: unit, loop: loop, model: LoopModel(gain: gain, lag: .seconds(lag), deadTime: .seconds(deadTime)))
    }

    // MARK: Beginning anew

    func begin(dosing memory: Restored, at wall: WallTime) throws {
        for dose in memory.openDoses { try write(dose, nil, batch: 0, at: wall) }
        for hour in memory.doseHours { try write(hour) }
        for debt in memory.flushDebts { try write(debt, at: wall.unixMilliseconds) }
        for (tank, state) in memory.tanks { try write(dosing: .tank(tank, state), at: wall) }
        for (channel, calibration) in memory.calibrations { try write(calibration, of: channel, at: wall.unixMilliseconds) }
        for (unit, loop, model) in memory.loopModels { try write(dosing: .loopTuned(unit, loop, model, command: 0), at: wall) }
    }
}

extension ChannelCalibration {
    /// `nil` for a rate that moves nothing.
    init?(row: Row) throws {
        let rate = try row.get("rate", as: Double.self), drift = try row.get("drift", as: Double.self)
        guard rate.isFinite, rate > 0, rate < 1e9 else { return nil }
        self.init(rate: try row.get("kind", as: Int64.self) == 2 ? .stroke(.liters(rate)) : .flow(.litersPerHour(rate)),
                  at: try row.get("at"),
                  drift: Fraction(base: drift.isFinite ? drift : 0), command: UInt64(bitPattern: try row.get("command", as: Int64.self)))
    }
}
