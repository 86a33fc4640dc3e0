import Glibc
public import Quantities

/// Days from planting (or greening) on. FAO-56 table 11.
public struct CropStages: Sendable, Hashable, BitwiseCopyable {
    public let initial: Int
    public let development: Int
    public let middle: Int
    public let late: Int

    public init(initial: Int, development: Int, middle: Int, late: Int) {
        self.initial = initial
        self.development = development
        self.middle = middle
        self.late = late
    }

    public var total: Int { initial + development + middle + late }

    /// Where a day lies. Day 0 is the planting day; the plateau of the first stage includes day `initial` (as pyfao56 counts).
    public func stage(on day: Int) -> CropStage {
        if day <= initial { return .initial }
        if day <= initial + development { return .development }
        if day <= initial + development + middle { return .middle }
        return day <= total ? .late : .over
    }
}

public enum CropStage: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case initial, development, middle, late, over
}

/// The three corners of a crop coefficient's course: flat, up, flat, down. FAO-56 table 12 (single) and 17 (basal).
public struct CropCoefficients: Sendable, Hashable, BitwiseCopyable {
    public var initial: Double
    public var middle: Double
    public var end: Double

    public init(initial: Double, middle: Double, end: Double) {
        self.initial = initial
        self.middle = middle
        self.end = end
    }

    /// - Parameter day: since planting. After the last stage the end value stays.
    public func value(on day: Int, _ stages: CropStages) -> Double {
        switch stages.stage(on: day) {
        case .initial: initial
        case .development: initial + (middle - initial) * Double(day - stages.initial) / Double(stages.development)
        case .middle: middle
        case .late: end + (middle - end) * Double(stages.total - day) / Double(stages.late)
        case .over: end
        }
    }

    /// For the wind and humidity of a site: the middle value, and the end value where the table's is 0.45 or more.
    /// FAO-56 eq. 62, 65 and 70.
    public func adjusted(middle here: StageClimate, end there: StageClimate, height: Length) -> CropCoefficients {
        let atEnd = end >= 0.45 ? there.adjustment(height: height) : 0
        return CropCoefficients(initial: initial, middle: middle + here.adjustment(height: height), end: end + atEnd)
    }
}

/// Mean wind at 2 m and mean least humidity of a time.
public struct StageClimate: Sendable, Hashable, BitwiseCopyable {
    public let wind: Speed
    public let humidityMinimum: Fraction

    public init(wind: Speed, humidityMinimum: Fraction) {
        self.wind = wind
        self.humidityMinimum = humidityMinimum
    }

    /// The sub-humid, calm climate that FAO's tables are made for: then nothing is to adjust.
    public static let ofTables = StageClimate(wind: .metersPerSecond(2), humidityMinimum: .percent(45))

    /// Of one day. A least humidity that is not measured follows from the vapour in the air at the warmest moment.
    public init(of day: DailyWeather, _ climate: Climate = Climate()) {
        let warmest = Atmosphere.saturation(at: day.maximum)
        wind = day.windAt2Meters.0
        humidityMinimum = day.humidityMinimum ?? Fraction(base: day.vapour(climate).0 / warmest)
    }

    /// What is added to a coefficient of the tables. Bounds of FAO-56 p. 123: 1 … 6 m/s, 20 … 80 %, 0.1 … 10 m.
    public func adjustment(height: Length) -> Double {
        atHeight(clamped(height.meters, 0.1, 10))
    }

    /// The same without a least height: FAO-56 eq. 72 takes the crop's own height of the day.
    func atHeight(_ meters: Double) -> Double {
        let wind = clamped(wind.metersPerSecond, 1, 6), humidity = clamped(humidityMinimum.percent, 20, 80)
        return (0.04 * (wind - 2) - 0.004 * (humidity - 45)) * pow(meters / 3, 0.3)
    }
}

/// What the water balance knows of a crop.
public struct Crop: Sendable, Hashable, BitwiseCopyable {
    public var stages: CropStages
    /// Kc, for the single coefficient.
    public var single: CropCoefficients
    /// Kcb, for the dual one.
    public var basal: CropCoefficients
    public var heightInitial: Length
    public var heightMaximum: Length
    public var rootsInitial: Length
    public var rootsMaximum: Length
    /// Share of the available water that may be used without stress at 5 mm/d. FAO-56 table 22.
    public var depletionFraction: Double

    public init(stages: CropStages, single: CropCoefficients, basal: CropCoefficients,
                heightInitial: Length, heightMaximum: Length, rootsInitial: Length, rootsMaximum: Length,
                depletionFraction: Double) {
        self.stages = stages
        self.single = single
        self.basal = basal
        self.heightInitial = heightInitial
        self.heightMaximum = heightMaximum
        self.rootsInitial = rootsInitial
        self.rootsMaximum = rootsMaximum
        self.depletionFraction = depletionFraction
    }

    /// How deep its roots reach, as far as the day alone says: they never shrink again.
    /// - Parameter day: since planting.
    public func roots(on day: Int) -> Length {
        let growth = growth(basal: basal.value(on: day, stages), on: day)
        return max(rootsInitial + (rootsMaximum - rootsInitial) * growth, .meters(0.001))
    }

    /// How far the crop has grown, by its basal coefficient. FAO-56 p. 279. Range: whatever the coefficients make of it.
    func growth(basal value: Double, on day: Int) -> Double {
        let span = basal.middle - basal.initial
        guard span != 0 else { return day > stages.initial ? 1 : 0 }
        return (value - basal.initial) / span
    }
}
