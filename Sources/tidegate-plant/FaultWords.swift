import ProcessImage
import Simulator

/// Faults as they are said on the control socket: `device soil-b silent`.
struct FaultWords {
    let tables: SiteTables

    /// What can be wrong with each kind of thing.
    static let catalogue: [(kind: String, faults: [String])] = [
        ("device", ["silent", "slow", "garbage"]),
        ("valve", ["stuck-open", "stuck-closed", "clogged"]),
        ("pump", ["dead", "fault"]),
        ("source", ["empty", "burst", "pressure-high", "meter-stuck", "meter-slow", "meter-reset"]),
        ("setpoint", ["stuck"]),
        ("sensor", ["stuck", "noisy", "cut"]),
        ("estop", ["pressed"]),
    ]

    enum Understood {
        case fault(PlantFault)
        /// Why not, and what there is.
        case no(String)
    }

    func read(_ words: [String]) -> Understood {
        if words == ["estop", "pressed"] { return .fault(.emergencyStopPressed) }
        guard let entry = FaultWords.catalogue.first(where: { $0.kind == words.first }), entry.kind != "estop" else {
            return .no("say one of: " + FaultWords.catalogue.map(\.kind).joined(separator: ", "))
        }
        guard words.count == 3, entry.faults.contains(words[2]) else {
            return .no("say: \(entry.kind) TAG " + entry.faults.joined(separator: "|"))
        }
        guard let fault = fault(entry.kind, words[1], words[2]) else {
            return .no("no \(entry.kind) \(words[1]); there are: " + tags(of: entry.kind).joined(separator: ", "))
        }
        return .fault(fault)
    }

    private func fault(_ kind: String, _ tag: String, _ what: String) -> PlantFault? {
        guard let place = tags(of: kind).firstIndex(of: tag) else { return nil }
        switch (kind, what) {
        case ("device", "silent"): return .deviceSilent(DeviceIndex(place))
        case ("device", "slow"): return .deviceSlow(DeviceIndex(place))
        case ("device", _): return .deviceGarbage(DeviceIndex(place))
        case ("valve", "stuck-open"): return tables.output(tag: tag).map { .valveStuckOpen($0) }
        case ("valve", "clogged"): return tables.output(tag: tag).map { .valveClogged($0) }
        case ("valve", _): return tables.output(tag: tag).map { .valveStuckClosed($0) }
        case ("pump", "fault"): return tables.output(tag: tag).map { .motorFault($0) }
        case ("pump", _): return tables.output(tag: tag).map { .pumpDead($0) }
        case ("source", "empty"): return .sourceEmpty(SourceIndex(place))
        case ("source", "burst"): return .pipeBurst(SourceIndex(place))
        case ("source", "pressure-high"): return .pressureHigh(SourceIndex(place))
        case ("source", "meter-slow"): return .meterSlow(SourceIndex(place))
        case ("source", "meter-reset"): return .meterReset(SourceIndex(place))
        case ("source", _): return .meterStuck(SourceIndex(place))
        case ("setpoint", _): return .setpointStuck(SetpointIndex(place))
        case ("sensor", "stuck"): return .sensorStuck(PointIndex(place))
        case ("sensor", "cut"): return .sensorCut(PointIndex(place))
        case ("sensor", _): return .sensorNoisy(PointIndex(place))
        default: return nil
        }
    }

    private func tags(of kind: String) -> [String] {
        switch kind {
        case "device": tables.devices.map(\.tag)
        case "valve": tables.outputs.filter { $0.kind == .valve || $0.kind == .masterValve }.map(\.tag)
        case "pump": tables.outputs.filter { $0.kind == .pump }.map(\.tag)
        case "source": tables.sources.map(\.tag)
        case "setpoint": tables.setpoints.map(\.tag)
        case "sensor": tables.points.map(\.tag)
        default: []
        }
    }

    /// The words that order a fault.
    func text(of fault: PlantFault) -> String {
        switch fault {
        case .deviceSilent(let device): "device \(tables.devices[device.offset].tag) silent"
        case .deviceSlow(let device): "device \(tables.devices[device.offset].tag) slow"
        case .deviceGarbage(let device): "device \(tables.devices[device.offset].tag) garbage"
        case .valveStuckOpen(let output): "valve \(tables.outputs[output.offset].tag) stuck-open"
        case .valveStuckClosed(let output): "valve \(tables.outputs[output.offset].tag) stuck-closed"
        case .pumpDead(let output): "pump \(tables.outputs[output.offset].tag) dead"
        case .pipeBurst(let source): "source \(tables.sources[source.offset].tag) burst"
        case .sourceEmpty(let source): "source \(tables.sources[source.offset].tag) empty"
        case .meterStuck(let source): "source \(tables.sources[source.offset].tag) meter-stuck"
        case .emergencyStopPressed: "estop pressed"
        case .setpointStuck(let setpoint): "setpoint \(tables.setpoints[setpoint.offset].tag) stuck"
        case .sensorStuck(let point): "sensor \(tables.points[point.offset].tag) stuck"
        case .sensorNoisy(let point): "sensor \(tables.points[point.offset].tag) noisy"
        case .sensorCut(let point): "sensor \(tables.points[point.offset].tag) cut"
        case .valveClogged(let output): "valve \(tables.outputs[output.offset].tag) clogged"
        case .motorFault(let output): "pump \(tables.outputs[output.offset].tag) fault"
        case .pressureHigh(let source): "source \(tables.sources[source.offset].tag) pressure-high"
        case .meterSlow(let source): "source \(tables.sources[source.offset].tag) meter-slow"
        case .meterReset(let source): "source \(tables.sources[source.offset].tag) meter-reset"
        }
    }
}
