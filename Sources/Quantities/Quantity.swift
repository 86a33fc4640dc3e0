/// A number that knows what it measures. No bare number crosses a module boundary of the core.
public protocol Quantity: Comparable, Hashable, Sendable, BitwiseCopyable {
    static var dimension: Dimension { get }
    /// The value in the base unit of `dimension` (see each type).
    var base: Double { get }
    init(base: Double)
}

extension Quantity {
    /// `nil` when the unit measures something else, or the number is not finite.
    public init?(_ value: Double, _ unit: Unit) {
        guard unit.dimension == Self.dimension, value.isFinite else { return nil }
        self.init(base: unit.toBase(value))
    }

    public static var zero: Self { Self(base: 0) }
    public static func < (a: Self, b: Self) -> Bool { a.base < b.base }
    public static func + (a: Self, b: Self) -> Self { Self(base: a.base + b.base) }
    public static func - (a: Self, b: Self) -> Self { Self(base: a.base - b.base) }
    public static func * (a: Self, factor: Double) -> Self { Self(base: a.base * factor) }
    public static func / (a: Self, b: Self) -> Double { a.base / b.base }
    public static func += (a: inout Self, b: Self) { a = a + b }
}

/// Water flow. Base unit: m3/h.
public struct Flow: Quantity {
    public static let dimension = Dimension.flow
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func cubicMetersPerHour(_ value: Double) -> Flow { Flow(base: value) }
    public static func litersPerMinute(_ value: Double) -> Flow { Flow(base: value * 0.06) }
    public static func litersPerHour(_ value: Double) -> Flow { Flow(base: value / 1000) }
    public var litersPerHour: Double { base * 1000 }
    public var cubicMetersPerHour: Double { base }

    /// What flows through in a time.
    public func volume(over duration: Duration) -> Volume { Volume(base: base * duration.seconds / 3600) }
}

/// Volume of water. Base unit: m3.
public struct Volume: Quantity {
    public static let dimension = Dimension.volume
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func cubicMeters(_ value: Double) -> Volume { Volume(base: value) }
    public static func liters(_ value: Double) -> Volume { Volume(base: value / 1000) }
    public var cubicMeters: Double { base }
    public var liters: Double { base * 1000 }
}

/// Area of land. Base unit: m2; 1 mu (亩) = 2000/3 m2.
public struct Area: Quantity {
    public static let dimension = Dimension.area
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func squareMeters(_ value: Double) -> Area { Area(base: value) }
    public static func mu(_ value: Double) -> Area { Area(base: value * 2000 / 3) }
    public var squareMeters: Double { base }
    public var mu: Double { base * 3 / 2000 }
}

/// Pressure above the atmosphere. Base unit: kPa.
public struct Pressure: Quantity {
    public static let dimension = Dimension.pressure
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func kilopascals(_ value: Double) -> Pressure { Pressure(base: value) }
    public var kilopascals: Double { base }
}

/// Electric power. Base unit: W.
public struct Power: Quantity {
    public static let dimension = Dimension.power
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func kilowatts(_ value: Double) -> Power { Power(base: value * 1000) }
    public var kilowatts: Double { base / 1000 }
}

/// A length or a level. Base unit: m.
public struct Length: Quantity {
    public static let dimension = Dimension.length
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func meters(_ value: Double) -> Length { Length(base: value) }
    public var meters: Double { base }
}

/// A part of a whole. Base unit: 1 (so 35 % is 0.35).
public struct Fraction: Quantity {
    public static let dimension = Dimension.fraction
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func percent(_ value: Double) -> Fraction { Fraction(base: value / 100) }
    public var percent: Double { base * 100 }
}

/// Temperature. Base unit: °C.
public struct Temperature: Quantity {
    public static let dimension = Dimension.temperature
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func celsius(_ value: Double) -> Temperature { Temperature(base: value) }
    public var celsius: Double { base }
}

/// Electric current. Base unit: A.
public struct ElectricCurrent: Quantity {
    public static let dimension = Dimension.current
    public let base: Double
    public init(base: Double) { self.base = base }
    public static func amperes(_ value: Double) -> ElectricCurrent { ElectricCurrent(base: value) }
    public var amperes: Double { base }
}
