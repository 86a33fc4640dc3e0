public import ProcessImage
import Quantities

/// What a condition looks at.
public enum Measured: Sendable, Hashable, BitwiseCopyable {
    /// Of the zone's root zone, by the water balance.
    case depletion
    /// The zone's own soil probe.
    case soil
    case rain(hours: UInt16)
    case forecastRain(hours: UInt16)
    case wind
    case temperature
    /// Since local midnight.
    case radiation
    case point(GaugePoint)

    public var matter: Matter {
        switch self {
        case .depletion: .depletion
        case .soil: .soil
        case .rain: .rain
        case .forecastRain: .forecastRain
        case .wind: .wind
        case .temperature: .temperature
        case .radiation: .radiation
        case .point: .point
        }
    }

    public var hours: UInt16 {
        switch self {
        case .rain(let hours), .forecastRain(let hours): hours
        default: 0
        }
    }

    public var index: UInt16 {
        if case .point(let gauge) = self { gauge.index.rawValue } else { 0 }
    }
}

/// Something measured, above or below a limit that a person chose.
public struct Condition: Sendable, Hashable, BitwiseCopyable {
    public let measured: Measured
    public let isAbove: Bool
    /// In the base unit of what is measured.
    public let limit: Double

    public init(_ measured: Measured, isAbove: Bool, limit: Double) {
        self.measured = measured
        self.isAbove = isAbove
        self.limit = limit
    }

    /// Exactly at its limit it does not hold.
    public func holds(_ value: Double) -> Bool { isAbove ? value > limit : value < limit }
}

/// What becomes of a start when something its conditions ask for is not known. Neither gives more water than the same
/// program without conditions.
public enum UnknownPolicy: UInt8, Sendable, BitwiseCopyable {
    /// As if the condition stood not in the file.
    case water
    case skip
}
