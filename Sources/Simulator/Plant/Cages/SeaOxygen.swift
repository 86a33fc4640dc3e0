/// Oxygen that sea water holds in balance with the air, and what gas does on its way there; no libm, equal to the last bit on every
/// machine. What the simulated sea does not take from the controller's own science, it can contradict.
enum SeaOxygen {
    /// mg/L at one atmosphere. A cubic through Benson and Krause 1984 (Limnol. Oceanogr. 29:620–632) at 31 psu, 0 … 32 °C, and a line for
    /// the salt, 25 … 35 psu: within 0.02 mg/L.
    static func saturation(_ celsius: Double, _ psu: Double) -> Double {
        let t = min(max(celsius, 0), 32)
        let at31 = 11.76002 - t * (0.301686 - t * (5.69135e-3 - t * 5.39547e-5))
        return at31 - (psu - 31) * (0.075969 - 1.46842e-3 * t)
    }

    /// How much faster gas goes into water than at 20 °C: 1.024 for each degree (ASCE/EWRI 2-06), as the first terms of its series.
    static func transfer(_ celsius: Double) -> Double {
        let d = celsius - 20
        return 1 + d * (0.023717 + d * (2.8124e-4 + d * 2.2e-6))
    }

    /// What a probe that is left at salinity 0 shows, against what is there: within 1 %.
    static func shownFresh(_ celsius: Double, _ psu: Double) -> Double { saturation(celsius, 0) / saturation(celsius, psu) }
}
