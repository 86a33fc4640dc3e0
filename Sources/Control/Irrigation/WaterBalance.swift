public import ProcessImage
public import Quantities

/// The water in each zone's root zone, stepped once for each local day.
///
/// What is given by irrigation and rain since midnight is not in it yet but is taken off by `deficit`.
public struct WaterBalance: ~Copyable {
    /// Net water that fills the root zone: yesterday's depletion, and today's use so far less what came today.
    /// Unknown for a zone without crop and soil, or before its first day.
    public func deficit(of zone: ZoneIndex) -> Known<Depth> { .unknown(.neverRead) }

    /// Depletion as a part of the total available water. Range: 0 … 1.
    public func depletion(of zone: ZoneIndex) -> Known<Fraction> { .unknown(.neverRead) }

    /// Actual evapotranspiration since the zone's last irrigation, in whole days.
    public func etSinceIrrigation(of zone: ZoneIndex) -> Known<Depth> { .unknown(.neverRead) }

    /// What the weather of the zone's newest day came from.
    public func tier(of zone: ZoneIndex) -> WeatherTier { .none }
}
