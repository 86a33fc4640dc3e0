import Agronomy
import ProcessImage
import Quantities

// Between the balance's own state and its durable row. What goes on is read back from the row, so that a life that was restarted
// computes the same figures as one that was not.

extension RootZoneState {
    /// Of a zone without a balance.
    static let nothing = RootZoneState(day: 0, depletion: .zero, surface: .zero, height: .zero, roots: .zero, wetted: 1,
                                       coefficient: 0, stress: 1)

    init(_ row: WaterDay) {
        self.init(day: Int(row.age) + 1, depletion: row.depletion, surface: .millimeters(Double(row.surface)),
                  height: .meters(Double(row.height)), roots: .meters(Double(row.roots)), wetted: Double(row.wetted),
                  coefficient: Double(row.coefficient), stress: Double(row.stress))
    }
}

extension WaterDay {
    /// - Parameter state: after the day, a probe's word included.
    init(_ day: RootZoneDay, _ state: RootZoneState, _ date: CivilDate, _ tier: WeatherTier, _ notes: Notes, before: WaterDay?) {
        let net = day.irrigation - day.irrigationLoss
        let since = net.millimeters > WaterDay.leastIrrigation ? 0 : before?.etSinceIrrigation ?? 0
        self.init(
            date: date, tier: tier, notes: notes, age: Int16(clamping: state.day - 1), depletion: state.depletion.inFloat,
            surface: state.surface.inFloat, height: Float(state.height.meters), roots: Float(state.roots.meters),
            wetted: Float(state.wetted), coefficient: Float(state.coefficient), stress: Float(state.stress),
            referenceET: day.et.inFloat, cropET: day.cropET.inFloat, actualET: day.actualET.inFloat, rain: day.rain.inFloat,
            irrigation: net.inFloat, lost: (day.runoff + day.percolation).inFloat, available: day.available.inFloat,
            readily: day.readily.inFloat, etSinceIrrigation: since + day.actualET.inFloat)
    }

    /// Less on a day is a rinse of the filter, no irrigation, mm.
    private static let leastIrrigation = 0.5
}

extension Depth {
    fileprivate var inFloat: Float { Float(millimeters) }
}
