public import Quantities

/// What the site's station saw in one hour: a durable row, so that a day's figures survive a restart. 32-bit numbers hold what
/// any sensor tells.
public struct WeatherHour: Sendable, Hashable, BitwiseCopyable {
    /// How long each quantity was known within the hour, in whole minutes. Range: 0 … 60.
    public struct Minutes: Sendable, Hashable, BitwiseCopyable {
        public var temperature: UInt8 = 0
        public var humidity: UInt8 = 0
        public var radiation: UInt8 = 0
        public var wind: UInt8 = 0
        public var rain: UInt8 = 0

        public init() {}
    }

    /// Whole hours since 1970-01-01T00:00Z.
    public var hour: Int32
    public var minutes = Minutes()
    /// °C
    public var temperatureMinimum: Float = 0
    public var temperatureMaximum: Float = 0
    /// Parts of one.
    public var humidityMinimum: Float = 0
    public var humidityMaximum: Float = 0
    /// W/m2, mean of the time known.
    public var irradiance: Float = 0
    /// m/s, mean of the time known.
    public var wind: Float = 0
    /// mm
    public var rain: Float = 0

    public init(hour: Int32) { self.hour = hour }

    /// Numbers that can be reckoned with: a row of a damaged file may hold any.
    public var isSound: Bool {
        let numbers = [temperatureMinimum, temperatureMaximum, humidityMinimum, humidityMaximum, irradiance, wind, rain]
        return hour >= 0 && rain >= 0 && numbers.allSatisfy(\.isFinite)
    }
}

/// One day of one zone's water balance: a durable row, and all that the next day begins with.
public struct WaterDay: Sendable, Hashable, BitwiseCopyable {
    /// What is to be known of a day. (No `OptionSet`: its generic ways cost the scan its first allocation.)
    public struct Notes: Sendable, Hashable, BitwiseCopyable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public func contains(_ other: Notes) -> Bool { rawValue & other.rawValue == other.rawValue }
        public func with(_ other: Notes, if isSo: Bool = true) -> Notes { isSo ? Notes(rawValue: rawValue | other.rawValue) : self }
        public static let none = Notes(rawValue: 0)
        /// The day was stepped later, after a time without power or without a trusted clock.
        public static let caughtUp = Notes(rawValue: 1)
        /// A soil probe drew the depletion.
        public static let probe = Notes(rawValue: 2)
        /// A soil probe was not believed.
        public static let probeRejected = Notes(rawValue: 4)
        /// A sensor of the station that the site has could not say; the figure was held at the averages'.
        public static let stationFailed = Notes(rawValue: 8)
    }

    /// The local day.
    public var date: CivilDate
    public var tier: WeatherTier
    public var notes: Notes
    /// Days since planting.
    public var age: Int16
    // What is carried on; depths in mm, lengths in m. The next day reads it back from here.
    public var depletionMillimeters: Float
    public var surface: Float
    public var height: Float
    public var roots: Float
    public var wetted: Float
    public var coefficient: Float
    public var stress: Float
    // What the day came to, in mm.
    public var referenceET: Float
    public var cropET: Float
    public var actualET: Float
    /// What fell, and what of irrigation reached the roots.
    public var rain: Float
    public var irrigation: Float
    /// Runoff and percolation.
    public var lost: Float
    public var available: Float
    public var readily: Float
    /// Actual ET since the last day with irrigation, this day included.
    public var etSinceIrrigation: Float

    public init(date: CivilDate, tier: WeatherTier, notes: Notes, age: Int16, depletion: Float, surface: Float,
                height: Float, roots: Float, wetted: Float, coefficient: Float, stress: Float, referenceET: Float,
                cropET: Float, actualET: Float, rain: Float, irrigation: Float, lost: Float, available: Float,
                readily: Float, etSinceIrrigation: Float) {
        self.date = date
        self.tier = tier
        self.notes = notes
        self.age = age
        depletionMillimeters = depletion
        self.surface = surface
        self.height = height
        self.roots = roots
        self.wetted = wetted
        self.coefficient = coefficient
        self.stress = stress
        self.referenceET = referenceET
        self.cropET = cropET
        self.actualET = actualET
        self.rain = rain
        self.irrigation = irrigation
        self.lost = lost
        self.available = available
        self.readily = readily
        self.etSinceIrrigation = etSinceIrrigation
    }

    /// Numbers that can be reckoned with: a row of a damaged file may hold any.
    public var isSound: Bool {
        let carried = [depletionMillimeters, surface, height, roots, wetted, coefficient, stress, available, readily,
                       etSinceIrrigation]
        return carried.allSatisfy { $0.isFinite && $0 >= 0 } && age >= 0 && wetted > 0
    }

    public var depletion: Depth { .millimeters(Double(depletionMillimeters)) }

    /// Of the total available water. Range: 0 … 1.
    public var depletedShare: Fraction { Fraction(base: available > 0 ? min(depletion.millimeters / Double(available), 1) : 0) }
}

/// What the runs of one zone gave on one local day, from the meter.
public struct GivenWater: Sendable, Hashable, BitwiseCopyable {
    public let zone: ZoneIndex
    public let date: CivilDate
    public let volume: Volume

    public init(zone: ZoneIndex, date: CivilDate, volume: Volume) {
        self.zone = zone
        self.date = date
        self.volume = volume
    }
}

/// What a forecast says of one local day.
public struct DayForecast: Sendable, Hashable, BitwiseCopyable {
    public var date: CivilDate
    public var minimum: Temperature
    public var maximum: Temperature
    public var rain: Depth

    public init(date: CivilDate, minimum: Temperature, maximum: Temperature, rain: Depth) {
        self.date = date
        self.minimum = minimum
        self.maximum = maximum
        self.rain = rain
    }
}

/// The forecast that was pushed last: days in order. Fixed size, so that it lies in the image like any other input.
public struct Forecast: Sendable, BitwiseCopyable {
    public static let daysMax = 8
    /// Seconds since 1970.
    public let issued: Int64
    public private(set) var count = 0
    private var days: InlineArray<8, DayForecast>

    /// - Parameter days: only the first `daysMax` are kept.
    public init(issued: Int64, days given: [DayForecast]) {
        self.issued = issued
        let nothing = DayForecast(date: CivilDate(daysSinceEpoch: 0), minimum: .zero, maximum: .zero, rain: .zero)
        days = InlineArray(repeating: nothing)
        for day in given.prefix(Forecast.daysMax) {
            days[count] = day
            count += 1
        }
    }

    public func day(_ date: CivilDate) -> DayForecast? {
        for number in 0..<count where days[number].date == date { return days[number] }
        return nil
    }
}
