/// The water around net cages: its temperature, tide, waves, and dissolved oxygen.
struct Sea: Sendable {
    /// °C.
    private(set) var temperature: Double
    /// mg/L among the fish, where no cage is described.
    private(set) var oxygen = 7.5
    /// mg/L around the cages, where nothing but plankton breathes.
    private(set) var open: Double
    /// m/s; turns with the tide.
    private(set) var current = 0.0
    /// m, significant height.
    private(set) var waves = 0.2
    let salinity = 31.0
    /// No tide runs, and what has bloomed takes the oxygen by night.
    var isStagnant = false
    /// Waves from a storm that is elsewhere.
    var hasSwell = false

    /// s²/m: height of a sea that is fully grown, by the square of the wind (Pierson and Moskowitz 1964: 0.21 U²/g).
    private static let grown = 0.0214
    private static let swell = 2.5
    /// mg/L that a bloom leaves by night.
    private static let bloomLeaves = 2.5

    init(airMean: Double) {
        temperature = min(max(airMean, 4), 26)
        open = SeaOxygen.saturation(temperature, salinity)
    }

    mutating func advance(_ seconds: Double, weather: Weather) {
        let hours = seconds / 3600
        temperature += (weather.temperature - temperature) * hours / 400
        let tide = DayCurve.wave(weather.secondsOfEra / 44_714)
        current = isStagnant ? 0.01 : 0.05 + 0.45 * (tide < 0 ? -tide : tide)
        let height = max(Self.grown * weather.wind * weather.wind, 0.1) + (hasSwell ? Self.swell : 0)
        waves += (height - waves) * hours / (hours + (hasSwell ? 0.5 : 3))
        breathe(hours, light: weather.radiation / 900)
    }

    private mutating func breathe(_ hours: Double, light: Double) {
        let full = SeaOxygen.saturation(temperature, salinity)
        oxygen += (full - 1.4 + light * 0.9 + current - oxygen) * hours / (hours + 1.5)
        let wanted = isStagnant && light < 0.1 ? Self.bloomLeaves : full - 0.4 + light
        open += (wanted - open) * hours / (hours + 2)
    }
}
