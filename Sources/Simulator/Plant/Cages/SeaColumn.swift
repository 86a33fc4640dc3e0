/// The sea from its surface down.
///
/// In summer the Yellow Sea lies in layers: stirred and warm on top, and below a sharp thermocline the cold water of the winter before,
/// under 10 °C in August and poorer in oxygen the longer it lies there (Yellow Sea Cold Water Mass). Where the water on top is no warmer,
/// all of it is stirred to the bottom.
extension Sea {
    /// m: the stirred layer ends, the cold water begins.
    private static let stirredTo = 10.0
    private static let coldFrom = 30.0
    /// °C.
    private static let coldest = 9.0
    /// Of what water of its temperature would hold in balance with the air, what the cold water has less than that on top.
    private static let poorer = 0.15

    /// °C at a depth in m.
    func temperature(at depth: Double) -> Double {
        temperature - max(temperature - Self.coldest, 0) * part(depth)
    }

    /// mg/L around the cages at a depth in m.
    func oxygen(at depth: Double) -> Double {
        guard part(depth) > 0, temperature > Self.coldest else { return open }
        let share = open / SeaOxygen.saturation(temperature, salinity) - Self.poorer * part(depth)
        return share * SeaOxygen.saturation(temperature(at: depth), salinity)
    }

    /// Of the way from the stirred layer to the cold water: 0 … 1.
    private func part(_ depth: Double) -> Double {
        min(max((depth - Self.stirredTo) / (Self.coldFrom - Self.stirredTo), 0), 1)
    }
}
