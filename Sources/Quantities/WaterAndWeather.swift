/// A depth of water over land: rain, evapotranspiration, irrigation. Base unit: m, as for every length; spoken of in mm.
///
/// 1 mm over 1 m2 is 1 L; 1 m3/mu (方/亩) is 1.5 mm.
public struct Depth: Quantity {
    public static let dimension = Dimension.length
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func millimeters(_ value: Double) -> Depth { Depth(base: value / 1000) }
    /// What a volume makes on an area. Zero on an area of nothing.
    public init(of volume: Volume, on area: Area) {
        self.init(base: area.base > 0 ? volume.base / area.base : 0)
    }
    public var millimeters: Double { base * 1000 }

    public func volume(on area: Area) -> Volume { Volume(base: base * area.base) }
}

/// How fast water falls or is taken. Base unit: mm/h.
public struct DepthRate: Quantity {
    public static let dimension = Dimension.depthRate
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func millimetersPerHour(_ value: Double) -> DepthRate { DepthRate(base: value) }
    public var millimetersPerHour: Double { base }

    /// What a flow makes on an area. Zero on an area of nothing.
    public init(of flow: Flow, on area: Area) {
        self.init(base: area.base > 0 ? flow.base / area.base * 1000 : 0)
    }
}

/// Wind and currents. Base unit: m/s.
public struct Speed: Quantity {
    public static let dimension = Dimension.speed
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func metersPerSecond(_ value: Double) -> Speed { Speed(base: value) }
    public var metersPerSecond: Double { base }
}

/// Power of the sun on a surface. Base unit: W/m2.
public struct Irradiance: Quantity {
    public static let dimension = Dimension.irradiance
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func wattsPerSquareMeter(_ value: Double) -> Irradiance { Irradiance(base: value) }
    public var wattsPerSquareMeter: Double { base }

    public func irradiation(over duration: Duration) -> Irradiation { Irradiation(base: base * duration.seconds / 1e6) }
}

/// Energy of the sun on a surface over some time. Base unit: MJ/m2; growers under glass say J/cm2, a hundredth of it.
public struct Irradiation: Quantity {
    public static let dimension = Dimension.irradiation
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func megajoulesPerSquareMeter(_ value: Double) -> Irradiation { Irradiation(base: value) }
    public static func joulesPerSquareCentimeter(_ value: Double) -> Irradiation { Irradiation(base: value / 100) }
    public var megajoulesPerSquareMeter: Double { base }
    public var joulesPerSquareCentimeter: Double { base * 100 }
}

/// An angle, such as a latitude. Base unit: degrees.
public struct Angle: Quantity {
    public static let dimension = Dimension.angle
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func degrees(_ value: Double) -> Angle { Angle(base: value) }
    public static func radians(_ value: Double) -> Angle { Angle(base: value * 180 / .pi) }
    public var degrees: Double { base }
    public var radians: Double { base * .pi / 180 }
}

/// Salt by conductivity, at 25 °C. Base unit: mS/cm, which is dS/m.
public struct Conductivity: Quantity {
    public static let dimension = Dimension.conductivity
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func decisiemensPerMeter(_ value: Double) -> Conductivity { Conductivity(base: value) }
    public var decisiemensPerMeter: Double { base }
}

/// Mass in a volume. Base unit: mg/L.
public struct Density: Quantity {
    public static let dimension = Dimension.massPerVolume
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func gramsPerCubicCentimeter(_ value: Double) -> Density { Density(base: value * 1e6) }
    public var gramsPerCubicCentimeter: Double { base / 1e6 }
}
