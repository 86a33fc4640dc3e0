import Glibc
public import Quantities

/// When within a day rain and irrigation enter the account. Both are in use; figures of one do not compare with the other's.
public enum WaterConvention: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// At its end: evaporation and stress follow yesterday's depletion. As pyfao56 does it.
    case lateInDay
    /// At its beginning: they follow what is left after the water. As FAO-56 examples 35 and 38 do it.
    case earlyInDay
}

/// What one day of evaporation from the surface layer came to. FAO-56 chapter 7.
public struct SurfaceDay: Sendable, BitwiseCopyable {
    /// De at the end of the day.
    public let depletion: Depth
    /// Share of the ground that is both bare and wetted. Range: 0.01 … 1.
    public let exposed: Double
    /// Kr. Range: 0 … 1.
    public let reduction: Double
    /// Ke.
    public let coefficient: Double
    public let evaporation: Depth
    /// What sinks below the layer.
    public let percolation: Depth

    /// A day on which nothing is said of the surface.
    static func unmoved(_ depletion: Depth) -> SurfaceDay {
        SurfaceDay(depletion: depletion, exposed: 0, reduction: 0, coefficient: 0, evaporation: .zero, percolation: .zero)
    }
}

/// The upper 10 to 15 cm, which dry by evaporation.
public struct SurfaceLayer: Sendable, BitwiseCopyable {
    private let total: Double
    private let readily: Double
    private let convention: WaterConvention

    public init(_ soil: Soil, _ convention: WaterConvention) {
        total = soil.totalEvaporable.millimeters
        readily = soil.readilyEvaporable.millimeters
        self.convention = convention
    }

    /// - Parameters:
    ///   - depletion: De at the end of yesterday.
    ///   - cover: share of the ground under the canopy. Range: 0 … 0.99.
    ///   - wetted: share of the ground that irrigation wets. Range: above 0 … 1.
    ///   - rain: less what ran off.
    ///   - irrigation: less what was lost.
    public func step(from depletion: Depth, limit: Double, basal: Double, cover: Double, wetted: Double,
                     rain: Depth, irrigation: Depth, et: Depth) -> SurfaceDay {
        let before = depletion.millimeters
        let water = rain.millimeters + irrigation.millimeters / wetted
        let judged = convention == .lateInDay ? before : max(before - water, 0)
        let exposed = clamped(min(1 - cover, wetted), 0.01, 1)
        let reduction = clamped((total - judged) / (total - readily), 0, 1)
        let coefficient = min(reduction * (limit - basal), exposed * limit)
        let evaporation = coefficient * et.millimeters
        let percolation = max(water - before, 0)
        let after = clamped(before - water + evaporation / exposed + percolation, 0, total)
        return SurfaceDay(depletion: .millimeters(after), exposed: exposed, reduction: reduction, coefficient: coefficient,
                          evaporation: .millimeters(evaporation), percolation: .millimeters(percolation))
    }
}

/// What the canopy makes of the weather.
public enum Canopy {
    /// Kcmax: the most that any cover can evaporate. FAO-56 eq. 72; 1.0 over the tall reference.
    public static func limit(_ crop: ReferenceCrop, _ climate: StageClimate, height: Length, basal: Double) -> Double {
        switch crop {
        case .short: max(1.2 + climate.atHeight(height.meters), basal + 0.05)
        case .tall: max(1, basal + 0.05)
        }
    }

    /// fc: share of the ground under leaves. FAO-56 eq. 76. Range: 0 … 0.99.
    /// - Parameter bare: the coefficient of bare ground, which is the crop's initial one.
    public static func cover(basal: Double, bare: Double, limit: Double, height: Length) -> Double {
        clamped(pow(max((basal - bare) / (limit - bare), 0), 1 + 0.5 * height.meters), 0, 0.99)
    }
}
