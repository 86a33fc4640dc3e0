public import ArgumentParser
import Quantities

/// A volume of water as people type it: `5m3`, `0.8 m3`, `800L`, `5方`. A bare number is refused: five what?
public struct WaterVolume: ExpressibleByArgument, Sendable, Hashable {
    let volume: Volume

    /// `nil` when it is not a volume, is not more than nothing or more than 10 000 m3, or names no unit.
    public init?(argument: String) {
        guard let amount = SpelledAmount(argument.lowercased()), let liters = WaterVolume.units[amount.unit] else { return nil }
        volume = .liters(amount.number * liters)
        guard volume > .zero, volume <= .cubicMeters(10_000) else { return nil }
    }

    private static let units: [String: Double] = ["m3": 1000, "m³": 1000, "方": 1000, "立方": 1000, "l": 1, "升": 1]
}

/// A volume of stock as people type it: `480L`, `350 mL`, `0L`. A bare number is refused.
struct StockVolume: ExpressibleByArgument {
    let volume: Volume

    /// `nil` when it is not a volume, is more than 100 m3, or names no unit.
    init?(argument: String) {
        guard let amount = SpelledAmount(argument.lowercased()), let liters = StockVolume.units[amount.unit],
              amount.number * liters <= 100_000 else { return nil }
        volume = .liters(amount.number * liters)
    }

    private static let units: [String: Double] = ["ml": 0.001, "毫升": 0.001, "l": 1, "升": 1, "m3": 1000, "方": 1000]
}
