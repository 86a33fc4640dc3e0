import Control
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan

/// A site of any size: each source with pump, master valve, meter and its share of the zones; the rest are sensor points.
func syntheticPlan(points: Int, zones: Int) -> ScanPlan {
    let sourceCount = max(1, min(zones / 10, Limits.sourcesMax))
    let outputs = (0..<sourceCount).flatMap { source in
        [output("P-\(source)", .pump), output("M-\(source)", .masterValve)]
    } + (0..<zones).map { output("V-\($0)", .valve) }
    let meters = (0..<sourceCount).flatMap { [point("F-\($0)", "m3/h"), point("T-\($0)", "m3", counter: true)] }
    let sensors = (0..<max(0, points - meters.count)).map { point("S-\($0)", "%") }
    let tables = SiteTables(
        site: Label(tag: "bench"), clock: .shanghai, points: meters + sensors, outputs: outputs,
        zones: (0..<zones).map { Label(tag: "zone-\($0)") }, sources: (0..<sourceCount).map { Label(tag: "source-\($0)") })
    return ScanPlan(tables: tables, control: controlPlan(tables, sourceCount), interlocks: interlockPlan(tables, sourceCount),
                    period: .milliseconds(100))
}

private func output(_ tag: String, _ kind: OutputKind) -> OutputDefinition {
    OutputDefinition(label: Label(tag: tag), kind: kind, safe: .off, maximumOn: .hours(8), travel: .seconds(5))
}

private func point(_ tag: String, _ unit: String, counter: Bool = false) -> PointDefinition {
    guard let unit = Unit(symbol: unit) else { preconditionFailure("unit \(unit)") }
    return PointDefinition(label: Label(tag: tag), unit: unit, uncertainAfter: .seconds(30), badAfter: .seconds(90),
                           isCounter: counter)
}

private func controlPlan(_ tables: SiteTables, _ sourceCount: Int) -> ControlPlan {
    let sources = (0..<sourceCount).map { source in
        SourcePlan(pump: OutputIndex(2 * source), masterValve: OutputIndex(2 * source + 1), capacity: .cubicMetersPerHour(60),
                   flow: tables.quantity(PointIndex(2 * source)), total: tables.quantity(PointIndex(2 * source + 1)))
    }
    let zones = tables.zones.indices.map { zone in
        ZonePlan(source: SourceIndex(zone % sourceCount), valve: OutputIndex(2 * sourceCount + zone), travel: .seconds(5),
                 nominalFlow: .cubicMetersPerHour(12))
    }
    return ControlPlan(clock: .shanghai, sources: sources, zones: zones, programs: [])
}

private func interlockPlan(_ tables: SiteTables, _ sourceCount: Int) -> InterlockPlan {
    let sources = (0..<sourceCount).map { source in
        SourceGuard(pump: OutputIndex(2 * source), masterValve: OutputIndex(2 * source + 1), dryWhen: nil,
                    flow: tables.quantity(PointIndex(2 * source)), leakFlow: .cubicMetersPerHour(1), burstFactor: 1.3)
    }
    let zones = tables.zones.indices.map { zone in
        ZoneGuard(source: SourceIndex(zone % sourceCount), valve: OutputIndex(2 * sourceCount + zone),
                  nominalFlow: .cubicMetersPerHour(12), leastFlow: .cubicMetersPerHour(2.4))
    }
    return InterlockPlan(outputs: tables.outputs, emergencyStop: nil, sources: sources, zones: zones)
}
