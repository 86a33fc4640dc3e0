/// The water around a net cage: its temperature and dissolved oxygen.
struct Sea: Sendable {
    /// °C.
    private(set) var temperature: Double
    /// mg/L.
    private(set) var oxygen = 7.5
    /// m/s; turns with the tide.
    private(set) var current = 0.0
    let salinity = 31.0

    init(airMean: Double) {
        temperature = min(max(airMean, 4), 26)
    }

    mutating func advance(_ seconds: Double, weather: Weather) {
        let hours = seconds / 3600
        temperature += (weather.temperature - temperature) * hours / 400
        let tide = DayCurve.wave(weather.secondsOfEra / 44_714)
        current = 0.05 + 0.45 * (tide < 0 ? -tide : tide)
        let light = weather.radiation / 900 * 0.9
        let breathing = 1.4
        let wanted = saturation - breathing + light + current
        oxygen += (wanted - oxygen) * hours / (hours + 1.5)
    }

    /// mg/L of oxygen in sea water of 31 psu in balance with the air (a parabola through Benson and Krause 1984, 0 … 30 °C).
    private var saturation: Double { 11.75 - 0.30 * temperature + 0.0037 * temperature * temperature }
}
