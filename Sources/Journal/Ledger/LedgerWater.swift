import GRDB
public import ProcessImage
public import Quantities

/// Weather and water balance in the ledger.
extension LedgerTables {
    static let waterSchema = """
        CREATE TABLE weatherHours (
            hour INTEGER PRIMARY KEY, temperatureMinutes INTEGER NOT NULL, humidityMinutes INTEGER NOT NULL,
            radiationMinutes INTEGER NOT NULL, windMinutes INTEGER NOT NULL, rainMinutes INTEGER NOT NULL,
            temperatureMinimum REAL NOT NULL, temperatureMaximum REAL NOT NULL, humidityMinimum REAL NOT NULL,
            humidityMaximum REAL NOT NULL, irradiance REAL NOT NULL, wind REAL NOT NULL, rain REAL NOT NULL
        );
        CREATE TABLE waterDays (
            id INTEGER PRIMARY KEY, zone TEXT NOT NULL, date INTEGER NOT NULL, tier INTEGER NOT NULL, notes INTEGER NOT NULL,
            age INTEGER NOT NULL, depletion REAL NOT NULL, surface REAL NOT NULL, height REAL NOT NULL, roots REAL NOT NULL,
            wetted REAL NOT NULL, coefficient REAL NOT NULL, stress REAL NOT NULL, referenceET REAL NOT NULL, cropET REAL NOT NULL,
            actualET REAL NOT NULL, rain REAL NOT NULL, irrigation REAL NOT NULL, lost REAL NOT NULL, available REAL NOT NULL,
            readily REAL NOT NULL, etSinceIrrigation REAL NOT NULL,
            UNIQUE (zone, date)
        );
        """

    /// Hours kept; no question goes further back.
    private static let hoursKept: Int64 = 24 * 40
    /// Days kept of each zone.
    private static let daysKept: Int64 = 1_100
    /// Hours a restart takes over.
    static let hoursRestored = 24 * 8

    /// An hour comes several times while it runs, each time with more.
    func write(_ row: WeatherHour) throws {
        let minutes = row.minutes
        try database.cachedStatement(sql: """
            INSERT OR REPLACE INTO weatherHours VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: [
                row.hour, minutes.temperature, minutes.humidity, minutes.radiation, minutes.wind, minutes.rain,
                Double(row.temperatureMinimum), Double(row.temperatureMaximum), Double(row.humidityMinimum),
                Double(row.humidityMaximum), Double(row.irradiance), Double(row.wind), Double(row.rain),
            ])
        try database.cachedStatement(sql: "DELETE FROM weatherHours WHERE hour < ?")
            .execute(arguments: [Int64(row.hour) - Self.hoursKept])
    }

    /// The first row of a day stands: no day is stepped twice.
    func write(_ day: WaterDay, of zone: ZoneIndex) throws {
        let tag = tables.subjectTag(.zone(zone)).tag
        let head: [any DatabaseValueConvertible] = [tag, day.date.daysSinceEpoch, day.tier.rawValue, day.notes.rawValue, day.age]
        try database.cachedStatement(sql: """
            INSERT OR IGNORE INTO waterDays (zone, date, tier, notes, age, depletion, surface, height, roots, wetted, coefficient,
                stress, referenceET, cropET, actualET, rain, irrigation, lost, available, readily, etSinceIrrigation)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """).execute(arguments: StatementArguments(head + day.figures.map { Double($0) }))
        try database.cachedStatement(sql: "DELETE FROM waterDays WHERE zone = ? AND date < ?")
            .execute(arguments: [tag, Int64(day.date.daysSinceEpoch) - Self.daysKept])
    }

    // MARK: Taking over

    func restoreWater(into restored: inout Restored) throws {
        let hours = "SELECT * FROM weatherHours ORDER BY hour DESC LIMIT ?"
        restored.weather = try Row.fetchAll(database, sql: hours, arguments: [Self.hoursRestored]).reversed()
            .map { try WeatherHour(row: $0) }
        let newest = try Row.fetchAll(database, sql: """
            SELECT * FROM waterDays WHERE id IN (SELECT max(id) FROM waterDays GROUP BY zone)
            """)
        restored.water = try newest.compactMap { row in
            guard case .zone(let zone)? = tables.subject(SubjectTag(kind: "zone", tag: try row.get("zone"))) else { return nil }
            return (zone: zone, day: try WaterDay(row: row))
        }
    }
}

extension WaterDay {
    /// The 32-bit figures, in the order of their columns.
    fileprivate var figures: [Float] {
        [depletionMillimeters, surface, height, roots, wetted, coefficient, stress, referenceET, cropET, actualET, rain, irrigation,
         lost, available, readily, etSinceIrrigation]
    }

    init(row: Row) throws {
        func figure(_ column: String) throws -> Float { Float(try row.get(column, as: Double.self)) }
        try self.init(
            date: CivilDate(daysSinceEpoch: Int32(clamping: row.get("date", as: Int64.self))),
            tier: WeatherTier(rawValue: UInt8(clamping: row.get("tier", as: Int64.self))) ?? .none,
            notes: Notes(rawValue: UInt8(clamping: row.get("notes", as: Int64.self))),
            age: Int16(clamping: row.get("age", as: Int64.self)), depletion: figure("depletion"), surface: figure("surface"),
            height: figure("height"), roots: figure("roots"), wetted: figure("wetted"), coefficient: figure("coefficient"),
            stress: figure("stress"), referenceET: figure("referenceET"), cropET: figure("cropET"), actualET: figure("actualET"),
            rain: figure("rain"), irrigation: figure("irrigation"), lost: figure("lost"), available: figure("available"),
            readily: figure("readily"), etSinceIrrigation: figure("etSinceIrrigation"))
    }
}

extension WeatherHour {
    init(row: Row) throws {
        self.init(hour: Int32(clamping: try row.get("hour", as: Int64.self)))
        func number(_ column: String) throws -> Float { Float(try row.get(column, as: Double.self)) }
        func known(_ column: String) throws -> UInt8 { UInt8(clamping: try row.get(column, as: Int64.self)) }
        minutes.temperature = try known("temperatureMinutes")
        minutes.humidity = try known("humidityMinutes")
        minutes.radiation = try known("radiationMinutes")
        minutes.wind = try known("windMinutes")
        minutes.rain = try known("rainMinutes")
        temperatureMinimum = try number("temperatureMinimum")
        temperatureMaximum = try number("temperatureMaximum")
        humidityMinimum = try number("humidityMinimum")
        humidityMaximum = try number("humidityMaximum")
        irradiance = try number("irradiance")
        wind = try number("wind")
        rain = try number("rain")
    }
}

extension Journal {
    /// Days of the water balance from a date on, by zone, oldest first. Waits for the disk.
    /// - Parameter zone: a zone's tag; `nil`: all.
    public func waterDays(zone: String? = nil, from date: CivilDate) throws(QueryRefused) -> [(zone: String, day: WaterDay)] {
        try askLedger { database in
            try Row.fetchAll(database, sql: """
                SELECT * FROM waterDays WHERE date >= ? AND (? IS NULL OR zone = ?) ORDER BY zone, date LIMIT ?
                """, arguments: [date.daysSinceEpoch, zone, zone, Journal.rowsMax])
                .map { (zone: try $0.get("zone"), day: try WaterDay(row: $0)) }
        }
    }
}
