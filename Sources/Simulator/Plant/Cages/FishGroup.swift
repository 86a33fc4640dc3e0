/// The fish of one cage: what they eat and leave, what they breathe for living and, hours later, for what they ate, and how they grow.
struct FishGroup: Sendable {
    private(set) var count: Double
    /// kg each.
    private(set) var mean: Double
    /// kg of feed that they ate, and that sank past them.
    private(set) var eaten = 0.0
    private(set) var uneaten = 0.0
    /// kg of feed in stomachs, and in guts behind them.
    private var stomach = 0.0
    private var gut = 0.0
    /// kg of feed for a kg of fish.
    private let conversion: Double

    /// Feed that fills the stomach, of the body: 1.5 % of it (sea bass and rockfish are fed 1.4 … 4.4 % in two or three meals).
    private static let full = 0.015
    /// g of oxygen for a kg of fish and hour at 15 °C; doubles with 10 °C.
    private static let routine = 0.1
    /// kg of oxygen for a kg of feed that is digested. Range in books on fish farming: 0.2 … 0.5.
    private static let digestion = 0.25
    /// Hours in the stomach and in the gut: what a meal costs is highest after 1.5 h and is gone after 6.
    private static let stays = 1.5
    /// mg/L below which they do not eat.
    private static let listless = 3.0

    init(count: Double, mean: Double, conversion: Double = 1.5) {
        self.count = count
        self.mean = mean
        self.conversion = conversion
    }

    /// kg.
    var biomass: Double { count * mean }

    /// - Parameters:
    ///   - pellets: kg that fell among them in this step.
    ///   - oxygen: mg/L around them.
    /// - Returns: what they would breathe, g/h.
    mutating func advance(_ seconds: Double, pellets: Double, temperature: Double, oxygen: Double) -> Double {
        let hours = seconds / 3600
        let room = max(biomass * Self.full - stomach, 0)
        let eats = oxygen < Self.listless ? 0 : min(pellets, room)
        eaten += eats
        uneaten += pellets - eats
        let passes = stomach * hours / (hours + Self.stays)
        stomach += eats - passes
        let digested = (gut + passes) * hours / (hours + Self.stays)
        gut += passes - digested
        if count > 0 { mean += digested / conversion / count }
        let living = Self.routine * biomass * Self.warmth(temperature)
        return living + (hours > 0 ? digested * Self.digestion * 1000 / hours : 0)
    }

    /// Some die, or are taken out.
    mutating func remove(_ gone: Double) { count = max(count - gone, 0) }

    /// 2 to the power of (t − 15)/10, by its square root's steps: no libm.
    static func warmth(_ celsius: Double) -> Double {
        let x = min(max((celsius - 15) / 10, -2), 2) * 0.693147
        let e = x / 4
        // e to the e within 1e-4, squared twice.
        let quarter = 1 + e * (1 + e * (0.5 + e * (1.0 / 6 + e / 24)))
        return quarter * quarter * quarter * quarter
    }
}
