import Field
import ProcessImage
import Quantities
import Scan
import Simulator
import Site

/// The simulated farm with the site's names: devices, lines and the control socket all look at this one.
final class Farm {
    let tables: SiteTables
    let field: FieldPlan
    let speed: Double
    var plant: Plant
    private var turnedAt: Instant

    init(scan: ScanPlan, field: FieldPlan, seed: UInt64, speed: Double, localSeconds: Int64, now: Instant) {
        tables = scan.tables
        self.field = field
        self.speed = speed
        let wiring = PlantWiring(tables: scan.tables, control: scan.control, interlocks: scan.interlocks)
        plant = Plant(wiring: wiring, seed: seed, localSeconds: localSeconds)
        turnedAt = now
    }

    /// Lets the farm go on to a moment, `speed` times as fast as it passed. After a halt of the machine at most a second.
    func turn(to now: Instant) {
        let passed = min(now - turnedAt, .seconds(1))
        turnedAt = now
        plant.advance(by: passed * speed)
    }

    func isAt(_ fault: PlantFault) -> Bool { plant.faults.contains(fault) }
}
