/// The root zone of one irrigated zone as a bucket: water in, evapotranspiration and drainage out.
struct Soil: Sendable {
    /// Water by volume, 0 … 1.
    private(set) var moisture: Double
    /// °C at root depth: follows the air over half a day.
    private(set) var temperature = 18.0

    /// m of roots.
    private static let depth = 0.3
    private static let fieldCapacity = 0.30
    private static let wiltingPoint = 0.12
    private static let saturation = 0.46

    init(moisture: Double) {
        self.moisture = moisture
    }

    /// - Parameters:
    ///   - water: mm/h that reach the ground.
    ///   - evaporation: mm/h that a well-watered crop would take up; a dry soil gives less.
    mutating func advance(_ seconds: Double, water: Double, evaporation: Double, air: Double) {
        let hours = seconds / 3600
        let stress = min(max((moisture - Soil.wiltingPoint) / 0.08, 0), 1)
        let drainage = max(moisture - Soil.fieldCapacity, 0) * Soil.depth * 1000 / 4
        moisture += (water - evaporation * stress - drainage) * hours / (Soil.depth * 1000)
        moisture = min(max(moisture, 0.05), Soil.saturation)
        temperature += (air - temperature) * hours / (hours + 12)
    }

    /// mS/cm in the bulk: dry soil conducts less.
    var conductivity: Double { 0.15 + moisture * 3.2 }
}
