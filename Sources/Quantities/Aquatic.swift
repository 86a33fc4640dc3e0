/// Salt in sea water, practical salinity. Base unit: psu.
public struct Salinity: Quantity {
    public static let dimension = Dimension.salinity
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func psu(_ value: Double) -> Salinity { Salinity(base: value) }
    public var psu: Double { base }
}

/// Mass in a time, as a feeder gives it. Base unit: kg/min.
public struct MassRate: Quantity {
    public static let dimension = Dimension.massRate
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func kilogramsPerMinute(_ value: Double) -> MassRate { MassRate(base: value) }
    public static func gramsPerSecond(_ value: Double) -> MassRate { MassRate(base: value * 0.06) }
    public var kilogramsPerMinute: Double { base }
    public var gramsPerSecond: Double { base / 0.06 }

    /// What comes in a time.
    public func mass(over duration: Duration) -> Mass { Mass(base: base * duration.seconds / 60) }
}
