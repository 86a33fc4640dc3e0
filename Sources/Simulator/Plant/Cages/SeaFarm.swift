import Control
import ProcessImage

/// All cages and feed lines of a site, with the sensors that look at them.
struct SeaFarm: Sendable {
    let wiring: CageWiring
    var cages: [CagePlant]
    var lines: [FeedLinePlant]
    var winches: [CageWinch]
    var sensors: [SeaSensor]
    /// By sensor: whose value its cable brings.
    var cables: [Int]
    /// Pairs of cables that are exchanged now, in order.
    private var exchanged: [[Int]] = []
    /// By stage: it is told to run, and does not.
    var isDead: [Bool]
    private var isRunning: [Bool]
    private var airWarmth = 15.0

    /// mg/L of sulfide in healthy water.
    private static let sulfide = 0.0005

    init(_ wiring: CageWiring) {
        self.wiring = wiring
        cages = wiring.cages
        lines = wiring.lines.map(\.model)
        winches = wiring.winches.map(\.model)
        sensors = wiring.sensors.map(\.model)
        cables = Array(sensors.indices)
        isDead = wiring.stages.map { _ in false }
        isRunning = isDead
    }

    /// - Parameter levels: by output.
    mutating func advanceLines(_ seconds: Double, _ levels: [OutputLevel]) {
        for number in lines.indices {
            let wires = wiring.lines[number]
            let doing = FeedLinePlant.Levels(doser: levels[wires.doser].isOn, blower: wires.blower.map { levels[$0].isOn } ?? false)
            lines[number].advance(seconds, doing, driven: { $0 < wires.drives.count && levels[wires.drives[$0]].isOn }) { outlet, fell in
                if let cage = wires.cages[outlet] { cages[cage].feed(fell) }
            }
        }
    }

    mutating func advanceWater(_ seconds: Double, _ levels: [OutputLevel], _ sea: Sea, _ weather: Weather) {
        airWarmth = weather.temperature
        for (number, wires) in wiring.winches.enumerated() {
            winches[number].advance(seconds, sinks: levels[wires.sink].isOn, rises: levels[wires.rise].isOn)
        }
        for number in isRunning.indices { isRunning[number] = levels[wiring.stages[number].output].isOn && !isDead[number] }
        for number in cages.indices {
            let depth = depth(ofCage: number)
            var doing = CageWater.Doing(outside: sea.oxygen(at: depth), temperature: sea.temperature(at: depth),
                                        salinity: sea.salinity, current: sea.current, light: weather.radiation / 950)
            for (stage, wires) in wiring.stages.enumerated() where wires.cage == number && isRunning[stage] {
                let volume = cages[number].water.form.volume
                doing.pureOxygen += wires.isPureOxygen ? volume * CagePlant.valve : 0
                doing.aerators += wires.isPureOxygen ? 0 : volume * CagePlant.aerator
            }
            cages[number].advance(seconds, doing)
        }
        for number in sensors.indices { sensors[number].advance(seconds, there: there(wiring.sensors[number], sea, weather)) }
    }

    /// m below the surface; what floats is in the water that is stirred.
    func depth(ofCage cage: Int) -> Double {
        wiring.winches.firstIndex { $0.cage == cage }.map { winches[$0].depth } ?? 0
    }

    /// What a sensor has around it, in the base unit of its quantity.
    private func there(_ sensor: CageWiring.Sensor, _ sea: Sea, _ weather: Weather) -> Double {
        let temperature = sea.temperature(at: sensor.depth ?? depth(ofCage: sensor.cage))
        switch sensor.quantity {
        case .oxygen:
            let oxygen = sensor.depth.map(sea.oxygen) ?? cages[sensor.cage].water.oxygen
            return sensor.isFreshwater ? oxygen * SeaOxygen.shownFresh(temperature, sea.salinity) : oxygen
        case .temperature: return temperature
        case .salinity: return sea.salinity
        case .current: return sea.current
        case .waves: return sea.waves
        case .wind: return weather.wind
        case .sulfide: return Self.sulfide
        case .uneaten: return cages[sensor.cage].counter.uneaten
        }
    }

    mutating func fillHoppers() {
        for number in lines.indices { lines[number].doser.fill(to: lines[number].doser.size) }
    }

    // MARK: Looking

    /// In the base unit of what the point measures.
    func base(_ meaning: CageMeaning) -> Double {
        switch meaning {
        case .sensor(let number): sensors[cables[number]].shown
        case .proof(let stage): isRunning[stage] ? wiring.stages[stage].proof : 0
        case .pressure(let line): lines[line].pressure
        case .airWarmth(let line): lines[line].warmth(airWarmth)
        case .hopper(let line): lines[line].doser.hopper
        case .silo(let number):
            wiring.silos[number].lines.reduce(wiring.silos[number].full) { $0 - max(lines[$1].doser.size - lines[$1].doser.hopper, 0) }
        case .depth(let winch): winches[winch].depth
        case .mark(let line, let outlet): lines[line].selector.isAt(outlet) ? 1 : 0
        }
    }

    // MARK: Faults

    mutating func apply(_ fault: FeedingFault, isOn: Bool) {
        switch fault {
        case .sensor(let point, let trouble):
            for number in sensors.indices where wiring.sensors[number].point == point {
                sensors[number].fault = isOn ? trouble.fault(of: sensors[number].shown) : nil
            }
        case .sensorsSwapped(let first, let second): exchange(first, second, isOn)
        case .aeratorDead(let output):
            for number in isDead.indices where wiring.stages[number].output == output.offset { isDead[number] = isOn }
        case .netFouled(let cage): cages[cage.offset].water.isFouled = isOn
        case .winchJammed(let cage):
            for number in winches.indices where wiring.winches[number].cage == cage.offset { winches[number].isJammed = isOn }
        case .line(let line, let trouble): apply(trouble, to: line.offset, isOn)
        case .stagnant, .swell: break
        }
    }

    private mutating func apply(_ trouble: LineTrouble, to line: Int, _ isOn: Bool) {
        switch trouble {
        case .blowerDead: lines[line].isBlowerDead = isOn
        case .selectorStuck: lines[line].selector.isStuck = isOn
        case .blocked: lines[line].pipe.isBlocked = isOn
        case .hoseOff: lines[line].isHoseOff = isOn
        case .doserJammed: lines[line].doser.isJammed = isOn
        case .doserFast: lines[line].doser.isFast = isOn
        case .doserRunsOn: lines[line].doser.runsOn = isOn ? 8 : 0
        case .hopperEmpty: lines[line].doser.fill(to: isOn ? 0 : lines[line].doser.size)
        }
    }

    /// Two cables are exchanged while it is on. Exchanges that overlap are undone in any order, so the rest is laid anew.
    private mutating func exchange(_ first: PointIndex, _ second: PointIndex, _ isOn: Bool) {
        guard let one = wiring.sensors.firstIndex(where: { $0.point == first }),
              let other = wiring.sensors.firstIndex(where: { $0.point == second }) else { return }
        let pair = [one, other]
        if isOn { exchanged.append(pair) } else if let place = exchanged.firstIndex(of: pair) { exchanged.remove(at: place) }
        cables = Array(sensors.indices)
        for pair in exchanged { cables.swapAt(pair[0], pair[1]) }
    }
}

extension SeaTrouble {
    fileprivate func fault(of shown: Double) -> SeaSensor.Fault {
        switch self {
        case .fouled: .fouled
        case .drifting: .drifting(perHour: 0.5)
        case .inAir: .inAir(shown * 1.2)
        case .broken: .broken
        }
    }
}
