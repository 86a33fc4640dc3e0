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
        ("source", ["empty", "burst", "seeps", "pressure-high"]),
        ("source", ["meter-stuck", "meter-slow", "meter-reset", "meter-wraps"]),
        ("filter", ["fouled"]),
        ("setpoint", ["stuck"]),
        ("sensor", ["stuck", "noisy", "cut"]),
        ("channel", ["leaking", "blocked", "meter-stuck"]),
        ("tank", ["dry"]),
        ("probe", ["fouled", "drifting", "dry", "broken", "swapped"]),
        ("tray", ["wet"]),
        ("cage", ["fouled", "jammed"]),
        ("aerator", ["dead"]),
        ("line", LineTrouble.allCases.map { word($0) }),
        ("sea-sensor", SeaTrouble.allCases.map { word($0) } + ["swapped"]),
        ("sea", ["stagnant", "swell"]),
        ("estop", ["pressed"]),
    ]

    static var kinds: [String] {
        catalogue.map(\.kind).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// What is no one thing's.
    private static let ofAll: [[String]: PlantFault] = [
        ["estop", "pressed"]: .emergencyStopPressed, ["sea", "stagnant"]: .feeding(.stagnant), ["sea", "swell"]: .feeding(.swell),
    ]

    enum Understood {
        case fault(PlantFault)
        /// Why not, and what there is.
        case no(String)
    }

    func read(_ words: [String]) -> Understood {
        if let fault = Self.ofAll[words] { return .fault(fault) }
        let faults = FaultWords.catalogue.filter { $0.kind == words.first }.flatMap(\.faults)
        guard let kind = words.first, !faults.isEmpty, kind != "estop" else {
            return .no("say one of: " + FaultWords.kinds.joined(separator: ", "))
        }
        if kind == "sea" { return .no("say: sea " + faults.joined(separator: "|")) }
        guard words.count == 3, faults.contains(words[2]) else {
            return .no("say: \(kind) TAG " + faults.joined(separator: "|"))
        }
        guard let fault = fault(kind, words[1], words[2]) else {
            return .no("no \(kind) \(words[1]); there are: " + tags(of: kind).joined(separator: ", "))
        }
        return .fault(fault)
    }

    private func fault(_ kind: String, _ tag: String, _ what: String) -> PlantFault? {
        if what == "swapped" { return swapped(tag, kind) }
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
        case ("source", "seeps"): return .mainSeeps(SourceIndex(place))
        case ("source", "pressure-high"): return .pressureHigh(SourceIndex(place))
        case ("source", "meter-slow"): return .meterSlow(SourceIndex(place))
        case ("source", "meter-wraps"): return .meterWraps(SourceIndex(place))
        case ("source", "meter-reset"): return .meterReset(SourceIndex(place))
        case ("source", _): return .meterStuck(SourceIndex(place))
        case ("filter", _): return .filterFouled(SourceIndex(place))
        case ("setpoint", _): return .setpointStuck(SetpointIndex(place))
        case ("sensor", "stuck"): return .sensorStuck(PointIndex(place))
        case ("sensor", "cut"): return .sensorCut(PointIndex(place))
        case ("sensor", _): return .sensorNoisy(PointIndex(place))
        default: return dosing(kind, place, what).map { .dosing($0) } ?? feeding(kind, place, what, tag).map { .feeding($0) }
        }
    }

    private func dosing(_ kind: String, _ place: Int, _ what: String) -> DosingFault? {
        switch (kind, what) {
        case ("channel", "leaking"): .injectorLeaking(ChannelIndex(place))
        case ("channel", "blocked"): .injectorBlocked(ChannelIndex(place))
        case ("channel", _): .meterStuck(ChannelIndex(place))
        case ("tank", _): .tankDry(TankIndex(place))
        case ("tray", _): .trayWet(DosingUnitIndex(place))
        case ("probe", _): ProbeTrouble.allCases.first { "\($0)" == what }.map { .probe(PointIndex(place), $0) }
        default: nil
        }
    }

    /// `EC-1:PH-1`: two cables exchanged.
    private func swapped(_ tags: String, _ kind: String) -> PlantFault? {
        let points = tags.split(separator: ":").compactMap { tables.point(tag: String($0)) }
        guard points.count == 2, points[0] != points[1] else { return nil }
        return kind == "probe" ? .dosing(.probesSwapped(points[0], points[1])) : .feeding(.sensorsSwapped(points[0], points[1]))
    }

    private func tags(of kind: String) -> [String] {
        switch kind {
        case "device": tables.devices.map(\.tag)
        case "valve": tables.outputs.filter { [.valve, .masterValve, .doser].contains($0.kind) }.map(\.tag)
        case "pump": tables.outputs.filter { $0.kind == .pump }.map(\.tag)
        case "source", "filter": tables.sources.map(\.tag)
        case "setpoint": tables.setpoints.map(\.tag)
        case "sensor", "probe", "sea-sensor": tables.points.map(\.tag)
        case "channel": tables.channels.map(\.tag)
        case "tank": tables.tanks.map(\.tag)
        case "tray": tables.dosingUnits.map(\.tag)
        case "cage": tables.cages.map(\.tag)
        case "line": tables.feedLines.map(\.tag)
        case "aerator": tables.outputs.filter { $0.kind == .aerator }.map(\.tag)
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
        case .mainSeeps(let source): "source \(tables.sources[source.offset].tag) seeps"
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
        case .meterWraps(let source): "source \(tables.sources[source.offset].tag) meter-wraps"
        case .meterReset(let source): "source \(tables.sources[source.offset].tag) meter-reset"
        case .filterFouled(let source): "filter \(tables.sources[source.offset].tag) fouled"
        case .dosing(let fault): text(of: fault)
        case .feeding(let fault): text(of: fault)
        }
    }

    private func text(of fault: DosingFault) -> String {
        switch fault {
        case .probe(let point, let trouble): "probe \(tables.points[point.offset].tag) \(trouble)"
        case .probesSwapped(let first, let second):
            "probe \(tables.points[first.offset].tag):\(tables.points[second.offset].tag) swapped"
        case .injectorLeaking(let channel): "channel \(tables.channels[channel.offset].tag) leaking"
        case .injectorBlocked(let channel): "channel \(tables.channels[channel.offset].tag) blocked"
        case .meterStuck(let channel): "channel \(tables.channels[channel.offset].tag) meter-stuck"
        case .tankDry(let tank): "tank \(tables.tanks[tank.offset].tag) dry"
        case .trayWet(let unit): "tray \(tables.dosingUnits[unit.offset].tag) wet"
        }
    }
}
