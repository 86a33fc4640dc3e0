public import Agronomy
public import ProcessImage
public import Quantities

/// Where the site's weather comes from.
public struct WeatherPlan: Sendable {
    public let place: Location
    public let climate: Climate
    /// `nil`: the site has none.
    public let station: StationPlan?
    /// January first, twelve of them.
    public let averages: [MonthAverage]

    public init(place: Location, climate: Climate = Climate(), station: StationPlan? = nil, averages: [MonthAverage]) {
        precondition(averages.count == 12)
        self.place = place
        self.climate = climate
        self.station = station
        self.averages = averages
    }
}

/// What a month brings on an average day.
public struct MonthAverage: Sendable, Hashable, BitwiseCopyable {
    /// Reference ET of a day.
    public let et: Depth
    /// Rain of a day: that of the month by its days.
    public let rain: Depth

    public init(et: Depth, rain: Depth) {
        self.et = et
        self.rain = rain
    }
}

/// The points of the site's weather station; what is `nil` it does not measure.
public struct StationPlan: Sendable, Hashable, BitwiseCopyable {
    public let temperature: PointOf<Temperature>
    public let humidity: PointOf<Fraction>?
    public let radiation: PointOf<Irradiance>?
    public let wind: PointOf<Speed>?
    public let windHeight: Length
    /// A running total.
    public let rain: PointOf<Depth>?

    public init(temperature: PointOf<Temperature>, humidity: PointOf<Fraction>? = nil, radiation: PointOf<Irradiance>? = nil,
                wind: PointOf<Speed>? = nil, windHeight: Length = .meters(2), rain: PointOf<Depth>? = nil) {
        self.temperature = temperature
        self.humidity = humidity
        self.radiation = radiation
        self.wind = wind
        self.windHeight = windHeight
        self.rain = rain
    }
}

/// What a zone's water balance is made with.
public struct WaterPlan: Sendable, Hashable, BitwiseCopyable {
    public let rootZone: RootZone
    public let planted: CivilDate
    /// Day 0 comes again each year: trees.
    public let isYearly: Bool
    public let area: Area
    /// What of the water reaches the roots.
    public let efficiency: Fraction
    /// Share of the ground that irrigation wets.
    public let wetted: Double
    /// Under a roof: no rain.
    public let isCovered: Bool
    /// Water content of the root zone on the day before the first.
    public private(set) var content: Fraction
    public let probe: ProbePlan?

    public init(rootZone: RootZone, planted: CivilDate, isYearly: Bool = false, area: Area, efficiency: Fraction,
                wetted: Double = 1, isCovered: Bool = false, content: Fraction, probe: ProbePlan? = nil) {
        precondition(area > .zero && efficiency > .zero)
        self.rootZone = rootZone
        self.planted = planted
        self.isYearly = isYearly
        self.area = area
        self.efficiency = efficiency
        self.wetted = wetted
        self.isCovered = isCovered
        self.content = content
        self.probe = probe
    }

    /// The content is meant of the roots at planting; on a later day they reach deeper, and what is missing with them.
    mutating func begin(withDepletion part: Fraction, on date: CivilDate) {
        let soil = rootZone.soil, crop = rootZone.crop
        let deeper = crop.roots(on: age(on: date) ?? 0) / crop.rootsInitial
        content = soil.fieldCapacity - (soil.fieldCapacity - soil.wiltingPoint) * (min(max(part.base, 0), 1) * max(deeper, 1))
    }

    /// Days since planting; `nil` before it. A yearly crop rests as on day 0 from its last stage to the next year's day.
    public func age(on date: CivilDate) -> Int? {
        guard date >= planted else { return nil }
        let since = Int(date.daysSinceEpoch) - Int(planted.daysSinceEpoch)
        guard isYearly else { return since }
        let year = date.components.year, (_, month, day) = planted.components
        let thisYear = CivilDate(year: year, month: month, day: day), before = CivilDate(year: year - 1, month: month, day: day)
        guard let begun = thisYear.flatMap({ $0 <= date ? $0 : nil }) ?? before else { return since }
        let age = Int(date.daysSinceEpoch) - Int(begun.daysSinceEpoch)
        return age > rootZone.crop.stages.total ? 0 : age
    }
}

/// A soil probe, and what its per cents are of.
public struct ProbePlan: Sendable, Hashable, BitwiseCopyable {
    public enum Meaning: UInt8, Sendable, BitwiseCopyable {
        case volume
        /// Of field capacity.
        case relative
    }

    public let moisture: PointOf<Fraction>
    public let temperature: PointOf<Temperature>?
    public let meaning: Meaning

    public init(moisture: PointOf<Fraction>, temperature: PointOf<Temperature>? = nil, meaning: Meaning = .volume) {
        self.moisture = moisture
        self.temperature = temperature
        self.meaning = meaning
    }
}
