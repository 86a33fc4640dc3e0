public import Control
public import Interlocks
public import ProcessImage
import Quantities

/// What hangs on which output and which point looks at what: the farm as the checked plans describe it.
public struct PlantWiring: Sendable {
    struct Source: Sendable {
        let pump: OutputIndex?
        let master: OutputIndex?
        let masterTravel: Double
        /// m3/h that can be drawn for ever.
        let capacity: Double
        /// The set-point of its pump's speed.
        let speed: Int?
        /// kPa that a pump on a drive is to keep: it is chosen to have some to spare.
        let kept: Double?
    }

    struct Zone: Sendable {
        let source: Int
        let valve: OutputIndex
        /// Its further valves; each lets through an equal part.
        let followers: [OutputIndex]
        /// Seconds.
        let travel: Double
        /// m3/h.
        let nominalFlow: Double
        /// m2.
        let area: Double
    }

    struct Flush: Sendable {
        let source: Int
        let valve: OutputIndex
        /// m3/h.
        let flow: Double
    }

    struct Setpoint: Sendable {
        let safe: Double
        let most: Double
    }

    let sources: [Source]
    let zones: [Zone]
    struct Motor: Sendable {
        let output: Int
        /// A that it draws under load.
        let current: Double
    }

    let motors: [Motor]
    let flushes: [Flush]
    let gates: [GatePlan]
    let setpoints: [Setpoint]
    let dosing: [DosingWiring]
    let cages: CageWiring
    let safeLevels: [OutputLevel]
    let units: [Unit]
    let meanings: [PointMeaning]

    /// What a zone takes when its plan does not say. m3/h.
    private static let usualFlow = 10.0
    /// A at which a motor counts as idle when its plan does not say, and the part of its load that is.
    private static let usualLimit = 6.0
    private static let limitShare = 0.6

    public init(tables: SiteTables, control: ControlPlan, interlocks: InterlockPlan) {
        sources = control.sources.indices.map { PlantWiring.source($0, control, tables) }
        zones = control.zones.enumerated().map { number, zone in
            PlantWiring.zone(zone, control.followers.filter { $0.zone.offset == number }.map(\.valve))
        }
        motors = interlocks.motors.map {
            Motor(output: $0.output.offset, current: ($0.dryBelow?.amperes ?? PlantWiring.usualLimit) / PlantWiring.limitShare)
        }
        flushes = control.filters.flatMap { filter in
            filter.flushValves.map { valve in
                Flush(source: filter.source.offset, valve: valve, flow: filter.flow?.cubicMetersPerHour ?? PlantWiring.usualFlow)
            }
        }
        gates = control.gates
        setpoints = tables.setpoints.map { Setpoint(safe: $0.safe, most: max($0.range.upperBound, 1e-9)) }
        dosing = control.fertigation.units.indices.map { DosingWiring($0, in: control.fertigation) }
        cages = CageWiring(control.feeding)
        safeLevels = tables.outputs.map(\.safe)
        units = tables.points.map(\.unit)
        var meanings = PlantWiring.meanings(tables, control, interlocks)
        for (index, unit) in dosing.enumerated() { unit.place(into: &meanings, unit: index, control.fertigation, interlocks.dosing) }
        cages.place(into: &meanings, control.feeding)
        self.meanings = meanings
    }

    private static func source(_ index: Int, _ control: ControlPlan, _ tables: SiteTables) -> Source {
        let plan = control.sources[index]
        let flows = control.zones.filter { $0.source.offset == index }
            .map { $0.nominalFlow?.cubicMetersPerHour ?? usualFlow }
        let masterTravel = plan.masterValve.map { tables.outputs[$0.offset].travel.seconds } ?? 0
        return Source(pump: plan.pump, master: plan.masterValve,
                      masterTravel: max(masterTravel, plan.masterTravel.seconds),
                      capacity: plan.capacity?.cubicMetersPerHour ?? flows.max() ?? usualFlow,
                      speed: tables.setpoints.firstIndex { $0.kind == .speed && $0.output != nil && $0.output == plan.pump },
                      kept: plan.drive?.keep.kilopascals)
    }

    private static func zone(_ plan: ZonePlan, _ followers: [OutputIndex]) -> Zone {
        let flow = plan.nominalFlow?.cubicMetersPerHour ?? usualFlow
        return Zone(source: plan.source.offset, valve: plan.valve, followers: followers, travel: plan.travel.seconds, nominalFlow: flow,
                    area: plan.area?.squareMeters ?? flow / 0.004)
    }

    private static func meanings(_ tables: SiteTables, _ control: ControlPlan,
                                 _ interlocks: InterlockPlan) -> [PointMeaning] {
        let guesses = PointMeanings(tables: tables, zoneCount: control.zones.count, sourceCount: control.sources.count)
        var meanings = tables.points.map { guesses.meaning(of: $0) }
        for (index, source) in control.sources.enumerated() {
            if let flow = source.flow { meanings[flow.index.offset] = .flow(source: index) }
            if let total = source.total { meanings[total.index.offset] = .total(source: index) }
        }
        for (index, source) in interlocks.sources.enumerated() {
            if let flow = source.flow { meanings[flow.index.offset] = .flow(source: index) }
            if let pressure = source.pressure { meanings[pressure.point.index.offset] = .pressure(source: index) }
            if let dry = source.dryWhen { meanings[dry.index.offset] = .dry(source: index) }
        }
        for (index, motor) in interlocks.motors.enumerated() {
            if let contact = motor.faultWhen { meanings[contact.index.offset] = .motorFault(motor: index) }
            if let current = motor.current { meanings[current.index.offset] = .motorCurrent(motor: index) }
        }
        for (index, gate) in control.gates.enumerated() {
            meanings[gate.position.index.offset] = .gateOpening(gate: index)
            meanings[gate.upstream.index.offset] = .gateUpstream(gate: index)
            if let downstream = gate.downstream { meanings[downstream.index.offset] = .gateDownstream(gate: index) }
            if let flow = gate.flow { meanings[flow.index.offset] = .gateFlow(gate: index) }
        }
        for (index, gate) in interlocks.gates.enumerated() {
            if let top = gate.top { meanings[top.index.offset] = .gateTop(gate: index) }
            if let bottom = gate.bottom { meanings[bottom.index.offset] = .gateBottom(gate: index) }
        }
        for filter in control.filters {
            if let contact = filter.contact { meanings[contact.index.offset] = .filterContact(source: filter.source.offset) }
            if let before = filter.before { meanings[before.index.offset] = .beforeFilter(source: filter.source.offset) }
            if let after = filter.after { meanings[after.index.offset] = .pressure(source: filter.source.offset) }
        }
        for (index, setpoint) in tables.setpoints.enumerated() {
            meanings[setpoint.point.offset] = .setpoint(index)
            guard setpoint.kind == .speed, let device = setpoint.device,
                  let source = control.sources.firstIndex(where: { $0.pump != nil && $0.pump == setpoint.output }) else { continue }
            for (number, point) in tables.points.enumerated() where point.device == device && point.unit.dimension == .frequency {
                meanings[number] = point.tag.hasSuffix("-command") ? .setpoint(index) : .motorFrequency(source: source)
            }
        }
        if let stop = interlocks.emergencyStop { meanings[stop.pressed.index.offset] = .emergencyStop }
        return meanings
    }
}
