internal import ProcessImage
internal import Quantities

/// From the base unit of a quantity to the unit of a point, without the unit's text.
struct UnitScale {
    private let scale: Double
    private let offset: Double

    /// - Precondition: the point measures `dimension`.
    init(_ point: PointIndex, _ dimension: Dimension, _ tables: SiteTables) {
        let unit = tables.points[point.offset].unit
        precondition(unit.dimension == dimension)
        scale = unit.scale
        offset = unit.offset
    }

    func fromBase(_ base: Double) -> Double { (base - offset) / scale }
}
