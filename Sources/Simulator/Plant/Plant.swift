import Control
public import ProcessImage
public import Quantities

/// A farm: levels of outputs in, physical values out. Deterministic, no clock, no thread; the real-time plant program and
/// the simulator in virtual time both turn it.
public struct Plant: Sendable {
    /// By `OutputIndex`: what the lines and relays are at.
    public private(set) var levels: [OutputLevel]
    /// By `SetpointIndex`: what the devices hold, in the set-point's unit.
    private var setpoints: [Double]
    private var isSetpointStuck: [Bool]
    /// Everything that is wrong now, in the order it was ordered.
    public private(set) var faults: [PlantFault] = []

    let wiring: PlantWiring
    private(set) var mains: [WaterMain]
    private var valves: [Valve]
    /// By zone: its further valves.
    private var followers: [[Valve]]
    private var soils: [Soil]
    private var weather: Weather
    private var sea: Sea
    private(set) var seaFarm: SeaFarm
    private var canals: [CanalReach]
    var mixes: [MixingPlant]
    /// By dosing unit.
    var isTrayWet: [Bool]
    /// By source: the filter asks for a wash.
    private var isFilterFouled: [Bool]
    private var demands: [Double]
    private var random: SeededRandom
    /// By `PointIndex`: what a stuck sensor shows.
    private var frozen: [Double?]
    private var isNoisy: [Bool]
    /// The button of the emergency stop is pressed.
    public private(set) var isStopPressed = false
    /// By zone: the part of its nominal flow that it can take.
    private var clearance: [Double]
    /// By motor: its protection reports a fault.
    private var motorFaults: [Bool]
    /// Weather and soil are slow: they turn once a second.
    private var slowSeconds = 0.0

    /// The longest step the water is turned by. Seconds.
    private static let longestStep = 0.5
    private static let idleStep = 20.0
    /// kPa lost over a filter.
    private static let cleanDrop = 10.0
    private static let fouledDrop = 60.0
    /// m2 of a DN 80 main.
    private static let pipeArea = 0.005

    /// - Parameters:
    ///   - localSeconds: what a clock on the wall shows, in seconds since 1970-01-01 00:00 local.
    ///   - climate: its weather; `nil`: drawn from the seed.
    public init(wiring: PlantWiring, seed: UInt64, localSeconds: Int64, climate: PlantClimate? = nil) {
        self.wiring = wiring
        random = SeededRandom(seed: seed, stream: 1)
        levels = wiring.safeLevels
        setpoints = wiring.setpoints.map(\.safe)
        isSetpointStuck = setpoints.map { _ in false }
        mains = wiring.sources.map {
            WaterMain(capacity: $0.capacity, hasPump: $0.pump != nil, masterTravel: $0.masterTravel, kept: $0.kept)
        }
        valves = wiring.zones.map { Valve(travel: $0.travel) }
        followers = wiring.zones.map { zone in zone.followers.map { _ in Valve(travel: zone.travel) } }
        var soilRandom = SeededRandom(seed: seed, stream: 2)
        soils = wiring.zones.map { _ in Soil(moisture: soilRandom.between(0.18, 0.28)) }
        weather = Weather(seed: seed, localSeconds: Double(localSeconds), climate: climate)
        canals = wiring.gates.map { CanalReach($0) }
        mixes = wiring.dosing.map(\.plant)
        isTrayWet = wiring.dosing.map { _ in false }
        isFilterFouled = wiring.sources.map { _ in false }
        sea = Sea(airMean: weather.temperature)
        seaFarm = SeaFarm(wiring.cages)
        clearance = Array(repeating: 1, count: wiring.zones.count)
        motorFaults = Array(repeating: false, count: wiring.motors.count)
        demands = Array(repeating: 0, count: wiring.sources.count)
        frozen = Array(repeating: nil, count: wiring.meanings.count)
        isNoisy = Array(repeating: false, count: wiring.meanings.count)
    }

    // MARK: Driving

    public mutating func set(_ level: OutputLevel, of output: OutputIndex) {
        guard output.offset < levels.count else { return }
        levels[output.offset] = level
    }

    /// - Parameter levels: of every output.
    public mutating func set(_ levels: [OutputLevel]) {
        precondition(levels.count == self.levels.count)
        self.levels = levels
    }

    /// - Parameter value: in the set-point's unit.
    public mutating func set(_ value: Double, of setpoint: SetpointIndex) {
        guard setpoint.offset < setpoints.count, !isSetpointStuck[setpoint.offset] else { return }
        setpoints[setpoint.offset] = value
    }

    /// What the device holds, in the set-point's unit.
    public func held(_ setpoint: SetpointIndex) -> Double { setpoints[setpoint.offset] }

    /// - Parameter isIdle: nothing moves and no water flows, so that wells alone change: they are turned in longer steps.
    public mutating func advance(by duration: Duration, isIdle: Bool = false) {
        var left = max(duration.seconds, 0)
        while left > 0 {
            let step = min(left, isIdle ? Plant.idleStep : Plant.longestStep)
            advanceWater(step)
            advanceMixes(step)
            advanceCanals(step)
            seaFarm.advanceLines(step, levels)
            left -= step
        }
        slowSeconds += max(duration.seconds, 0)
        if slowSeconds >= 1 {
            advanceGround(slowSeconds)
            slowSeconds = 0
        }
    }

    private mutating func advanceWater(_ seconds: Double) {
        for index in demands.indices { demands[index] = 0 }
        for index in wiring.zones.indices {
            let zone = wiring.zones[index]
            valves[index].advance(seconds, isOn: levels[zone.valve.offset].isOn)
            for (number, output) in zone.followers.enumerated() {
                followers[index][number].advance(seconds, isOn: levels[output.offset].isOn)
            }
            demands[zone.source] += opening(ofZone: index) * clearance[index] * zone.nominalFlow
        }
        for flush in wiring.flushes where levels[flush.valve.offset].isOn { demands[flush.source] += flush.flow }
        for index in mains.indices {
            let source = wiring.sources[index]
            mains[index].master.advance(seconds, isOn: source.master.map { levels[$0.offset].isOn } ?? true)
            if let pump = source.pump {
                mains[index].pump.advance(seconds, isOn: levels[pump.offset].isOn, toward: source.speed.map(share) ?? 1)
            }
            mains[index].advance(seconds, demand: demands[index])
        }
    }

    /// What a device holds, of the greatest its set-point may be.
    func share(_ setpoint: Int) -> Double { max(setpoints[setpoint] / wiring.setpoints[setpoint].most, 0) }

    private mutating func advanceCanals(_ seconds: Double) {
        for (index, gate) in wiring.gates.enumerated() {
            canals[index].advance(seconds, raise: levels[gate.raise.offset].isOn, lower: levels[gate.lower.offset].isOn)
        }
    }

    private mutating func advanceGround(_ seconds: Double) {
        weather.advance(seconds)
        sea.advance(seconds, weather: weather)
        seaFarm.advanceWater(seconds, levels, sea, weather)
        for index in soils.indices {
            let water = flow(ofZone: index) / wiring.zones[index].area * 1000
            soils[index].advance(seconds, water: water + weather.rainRate, evaporation: weather.evaporation,
                                 air: weather.temperature)
        }
    }

    /// The hoppers of all feed lines are filled to the brim.
    public mutating func fillHoppers() { seaFarm.fillHoppers() }

    /// What else flows into the pool above a gate, or out of the pool below it: the half of the canal nobody here controls.
    public mutating func setExchange(_ flow: Flow, ofGate gate: GateIndex) {
        canals[gate.offset].exchange = flow.cubicMetersPerHour / 3600
    }

    // MARK: Looking

    public func opening(of gate: GateIndex) -> Length { .meters(canals[gate.offset].opening) }

    /// Whether the source is so low that its pump draws air.
    public func isDry(_ source: SourceIndex) -> Bool { mains[source.offset].well.isDry }

    /// m3/h through the meter of a source.
    public func flow(of source: SourceIndex) -> Flow { .cubicMetersPerHour(mains[source.offset].flow) }

    /// What a source's meter has counted.
    public func metered(_ source: SourceIndex) -> Volume { .cubicMeters(mains[source.offset].meter.total) }

    public func pressure(of source: SourceIndex) -> Pressure { .kilopascals(mains[source.offset].pressure) }

    /// m of water over the intake of a source.
    public func level(of source: SourceIndex) -> Length { .meters(mains[source.offset].well.level) }

    /// Whether the pump of a source turns.
    public func isPumpTurning(_ source: SourceIndex) -> Bool {
        wiring.sources[source.offset].pump != nil && mains[source.offset].pump.speed > 0
    }

    /// How far the valve of a zone is open: 0 … 1.
    public func opening(of zone: ZoneIndex) -> Fraction { Fraction(base: opening(ofZone: zone.offset)) }

    private func opening(ofZone index: Int) -> Double {
        followers[index].reduce(valves[index].opening) { $0 + $1.opening } / Double(1 + followers[index].count)
    }

    /// What one zone takes now.
    public func flow(of zone: ZoneIndex) -> Flow { .cubicMetersPerHour(flow(ofZone: zone.offset)) }

    public func moisture(of zone: ZoneIndex) -> Fraction { Fraction(base: soils[zone.offset].moisture) }

    private func flow(ofZone index: Int) -> Double {
        let zone = wiring.zones[index]
        return opening(ofZone: index) * clearance[index] * zone.nominalFlow * mains[zone.source].zoneShare
    }

    /// What the point's sensor shows, in the unit of the point; digital points are 0 or 1.
    ///
    /// Noise is drawn anew with each call while a sensor is noisy.
    public mutating func value(of point: PointIndex) -> Double {
        if let stuck = frozen[point.offset] { return stuck }
        let clean = trueValue(of: point)
        guard isNoisy[point.offset] else { return clean }
        return clean * random.between(0.6, 1.4) + random.between(-0.5, 0.5)
    }

    /// What a healthy sensor would show.
    public func trueValue(of point: PointIndex) -> Double {
        switch wiring.meanings[point.offset] {
        case .steady(let number): number
        case .off: 0
        case .emergencyStop: isStopPressed ? 1 : 0
        case .dry(let source): mains[source].well.isDry ? 1 : 0
        case .motorFault(let motor): motorFaults[motor] ? 1 : 0
        case .gateTop(let gate): canals[gate].isOpen ? 1 : 0
        case .gateBottom(let gate): canals[gate].isClosed ? 1 : 0
        case .setpoint(let setpoint): setpoints[setpoint]
        case .filterContact(let source): isFilterFouled[source] ? 1 : 0
        case let meaning: wiring.units[point.offset].fromBase(base(meaning))
        }
    }

    /// In the base unit of the meaning's dimension.
    private func base(_ meaning: PointMeaning) -> Double {
        switch meaning {
        case .flow(let source): mains[source].meter.flow
        case .velocity(let source): mains[source].meter.flow / 3600 / Plant.pipeArea
        case .total(let source): mains[source].meter.total
        case .pressure(let source): mains[source].pressure
        case .level(let source): mains[source].well.level
        case .motorCurrent(let motor): current(of: wiring.motors[motor])
        case .soilMoisture(let zone): soils[zone].moisture
        case .soilTemperature(let zone): soils[zone].temperature
        case .soilConductivity(let zone): soils[zone].conductivity
        case .airTemperature: weather.temperature
        case .humidity: weather.humidity
        case .radiation: weather.radiation
        case .illuminance: weather.radiation * 120
        case .wind: weather.wind
        case .windDirection: weather.windDirection
        case .rainToday: weather.rainToday / 1000
        case .rainRate: weather.rainRate
        case .seaTemperature: sea.temperature
        case .oxygen: sea.oxygen
        case .oxygenSaturation: sea.oxygen / 8
        case .salinity: sea.salinity
        case .current: sea.current
        case .gateOpening(let gate): canals[gate].opening
        case .gateUpstream(let gate): canals[gate].upstream
        case .gateDownstream(let gate): canals[gate].downstream
        case .gateFlow(let gate): canals[gate].flow * 3600
        case .motorFrequency(let source): mains[source].pump.speed * 50
        case .dosing(let meaning): base(meaning)
        case .cage(let meaning): seaFarm.base(meaning)
        case .beforeFilter(let source): mains[source].pressure + (isFilterFouled[source] ? Plant.fouledDrop : Plant.cleanDrop)
        case .setpoint, .steady, .off, .emergencyStop, .dry, .motorFault, .gateTop, .gateBottom, .filterContact: 0
        }
    }

    /// A. A pump that draws air runs on less than half of its load.
    private func current(of motor: PlantWiring.Motor) -> Double {
        guard levels[motor.output].isOn else { return 0 }
        guard let source = wiring.sources.firstIndex(where: { $0.pump?.offset == motor.output }) else { return motor.current }
        let main = mains[source]
        guard main.well.feedsPump else { return motor.current * main.pump.speed * 0.45 }
        return motor.current * main.pump.speed * (0.7 + 0.3 * min(main.flow / wiring.sources[source].capacity, 1))
    }
}

// MARK: Faults

extension Plant {
    public mutating func begin(_ fault: PlantFault) {
        guard !faults.contains(fault) else { return }
        faults.append(fault)
        apply(fault, isOn: true)
    }

    public mutating func end(_ fault: PlantFault) {
        faults.removeAll { $0 == fault }
        apply(fault, isOn: false)
    }

    public mutating func endAllFaults() {
        for fault in faults { end(fault) }
    }

    /// Silent, slow and garbled devices are the business of whoever serves their frames: see `faults`.
    private mutating func apply(_ fault: PlantFault, isOn: Bool) {
        switch fault {
        case .deviceSilent, .deviceSlow, .deviceGarbage: break
        case .valveStuckOpen(let output): jam(output, isOn ? .open : .none)
        case .valveStuckClosed(let output): jam(output, isOn ? .closed : .none)
        case .pumpDead(let output):
            for (index, source) in wiring.sources.enumerated() where source.pump == output {
                mains[index].pump.isDead = isOn
            }
        case .pipeBurst(let source): mains[source.offset].isBurst = isOn
        case .mainSeeps(let source): mains[source.offset].isSeeping = isOn
        case .sourceEmpty(let source): mains[source.offset].well.isEmpty = isOn
        case .meterStuck(let source): mains[source.offset].meter.isStuck = isOn
        case .emergencyStopPressed: isStopPressed = isOn
        case .sensorStuck(let point): frozen[point.offset] = isOn ? trueValue(of: point) : nil
        case .sensorNoisy(let point): isNoisy[point.offset] = isOn
        case .sensorCut(let point): frozen[point.offset] = isOn ? 0 : nil
        case .valveClogged(let output):
            for (index, zone) in wiring.zones.enumerated() where zone.valve == output { clearance[index] = isOn ? 0.4 : 1 }
        case .motorFault(let output):
            for (index, motor) in wiring.motors.enumerated() where motor.output == output.offset { motorFaults[index] = isOn }
        case .pressureHigh(let source): mains[source.offset].headFactor = isOn ? 1.5 : 1
        case .meterSlow(let source): mains[source.offset].meter.isSlow = isOn
        case .meterWraps(let source): mains[source.offset].meter.wraps = isOn
        case .setpointStuck(let setpoint): isSetpointStuck[setpoint.offset] = isOn
        case .meterReset(let source): if isOn { mains[source.offset].meter.reset() }
        case .filterFouled(let source): isFilterFouled[source.offset] = isOn
        case .dosing(let fault): apply(fault, isOn: isOn)
        case .feeding(.stagnant): sea.isStagnant = isOn
        case .feeding(.swell): sea.hasSwell = isOn
        case .feeding(let fault): seaFarm.apply(fault, isOn: isOn)
        }
    }

    /// A gate whose drive is stuck stays where it is, whichever way.
    private mutating func jam(_ output: OutputIndex, _ jam: Valve.Jam) {
        for (index, gate) in wiring.gates.enumerated() where gate.raise == output || gate.lower == output {
            canals[index].isStuck = jam != .none
        }
        for (index, zone) in wiring.zones.enumerated() {
            if zone.valve == output { valves[index].jam = jam }
            for (number, follower) in zone.followers.enumerated() where follower == output { followers[index][number].jam = jam }
        }
        jamInjector(output, jam)
        for (index, source) in wiring.sources.enumerated() where source.master == output { mains[index].master.jam = jam }
    }
}
