import ProcessImage
import Quantities

// All that may ever be ordered from upstream, each only where the site file says so. Nothing here resets a trip, releases a lock, proves an
// output or enables what a person disabled: those want somebody who sees the place.
extension FarmSheet {
    func orders(of zone: ZoneIndex) -> [NodeMetric] {
        [
            .order("Run", "min", 1...Limits.manualRunMax.seconds / 60) { .run(zone, for: .milliseconds(Int64($0 * 60_000))) },
            .order("Run volume", "m3", 0.1...Limits.manualVolumeMax.cubicMeters) { .run(zone, .volume(.cubicMeters($0))) },
            .button("Stop", .stopZone(zone)),
        ]
    }

    /// Within what the site file lets people order, for the usual time; then the gate does what the site file says again.
    func orders(of gate: GateIndex) -> [NodeMetric] {
        let bounds = gates[gate.offset], time = Limits.gateOrderUsual
        let level = bounds.level.map { level -> NodeMetric in
            .order("Level", "m", level.least.meters...level.most.meters) { .setGate(gate, .level(.meters($0)), for: time) }
        }
        return [level].compactMap(\.self) + [
            .order("Flow order", "m3/s", bounds.flow.least.cubicMetersPerSecond...bounds.flow.most.cubicMetersPerSecond) {
                .setGate(gate, .flow(.cubicMetersPerSecond($0)), for: time)
            },
            .order("Opening", "m", bounds.opening.least.meters...bounds.opening.most.meters) {
                .setGate(gate, .opening(.meters($0)), for: time)
            },
            .button("Hold", .setGate(gate, .hold, for: nil)),
            .button("Automatic", .freeGate(gate)),
        ]
    }

    func orders(of unit: DosingUnitIndex) -> [NodeMetric] {
        [.button("Stop dosing", .stopDosing(unit)), .button("Disable dosing", .disableDosing(.dosingUnit(unit)))]
    }

    /// The cage's gates, its lock and what it may get in a day hold for such a meal as for every other.
    func orders(of cage: CageIndex) -> [NodeMetric] {
        [
            .order("Feed", "kg", 0.1...Self.mealMost) { .feed(cage, .kilograms($0)) },
            .button("Stop feeding", .stopFeeding(cage)),
        ]
    }

    /// kg; more than any cage eats at once.
    private static var mealMost: Double { 5_000 }
}
