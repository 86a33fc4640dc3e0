import Control
import ProcessImage
import Quantities

/// The net cages and feed lines of the site as their plan describes them: what the simulated ones are made of, and where they hang.
struct CageWiring: Sendable {
    struct Stage: Sendable {
        let cage: Int
        let output: Int
        let isPureOxygen: Bool
        /// What its proof shows while it runs, in the base unit of the proof.
        let proof: Double
    }

    struct Sensor: Sendable {
        let point: PointIndex
        let cage: Int
        let quantity: SeaQuantity
        /// m below the surface, in the open water beside the cage; `nil`: it hangs in the cage.
        var depth: Double?
        /// It is left at salinity 0.
        let isFreshwater: Bool
        let model: SeaSensor
    }

    struct Line: Sendable {
        let doser: Int
        let blower: Int?
        /// By outlet: what drives it there, and the cage there.
        let drives: [Int]
        let cages: [Int?]
        let model: FeedLinePlant
    }

    /// A silo on load cells, and the lines that draw from it.
    struct Silo: Sendable {
        let point: PointIndex
        let lines: [Int]
        /// kg at the beginning.
        let full: Double
    }

    struct Winch: Sendable {
        let cage: Int
        let sink: Int
        let rise: Int
        let position: PointIndex
        let model: CageWinch
    }

    let silos: [Silo]
    let winches: [Winch]
    let cages: [CagePlant]
    let stages: [Stage]
    let sensors: [Sensor]
    let lines: [Line]

    /// Feed of a day, of the fish; kg of fish in a m3; m2 across the current for each m3.
    private static let dailyFeed = 0.02
    private static let density = 10.0
    private static let section = 0.1
    /// kg of fish where nobody feeds, and each.
    private static let usualFish = 6000.0
    private static let usualMean = 0.4
    /// kg that a hopper holds, in full days of feed.
    private static let hopperDays = 2.0
    /// Part of a silo that is full at the beginning.
    private static let siloBegins = 0.8
    /// m of rope beyond the deepest that a cage is to hang.
    private static let spareRope = 10.0
    /// °C, mg/L in which a site begins.
    private static let beginsWith = 8.0

    init(_ plan: FeedingPlan) {
        cages = plan.cages.map { cage in
            let biomass = cage.feed.map { $0.meals.dayAtMost.kilograms / Self.dailyFeed } ?? Self.usualFish
            let volume = biomass / Self.density
            return CagePlant(CageWater.Form(volume: volume, section: volume * Self.section),
                             fish: FishGroup(count: biomass / Self.usualMean, mean: Self.usualMean, conversion: cage.conversion),
                             oxygen: Self.beginsWith)
        }
        stages = plan.stages.map {
            Stage(cage: $0.cage.offset, output: $0.output.offset, isPureOxygen: $0.isPureOxygen, proof: max($0.proofLeast * 1.5, 1))
        }
        sensors = plan.probes.map {
            Sensor(point: $0.gauge.index, cage: $0.cage.offset, quantity: $0.quantity, isFreshwater: $0.isFreshwater,
                   model: SeaSensor(lag: Self.lag($0.quantity)))
        } + plan.depthProbes.flatMap(Self.beside)
        winches = plan.depths.map { winch in
            Winch(cage: winch.cage.offset, sink: winch.sink.offset, rise: winch.rise.offset, position: winch.position.index,
                  model: CageWinch(depth: winch.shallowest.meters, rope: winch.deepest.meters + Self.spareRope))
        }
        lines = plan.lines.indices.map { Self.line($0, plan) }
        silos = plan.silos.enumerated().compactMap { number, silo in
            silo.weight.map { weight in
                Silo(point: weight.index, lines: plan.lines.indices.filter { plan.lines[$0].silo?.offset == number },
                     full: silo.capacity.kilograms * Self.siloBegins)
            }
        }
    }

    /// The two probes at one depth.
    private static func beside(_ probe: DepthProbe) -> [Sensor] {
        [(probe.temperature.index, SeaQuantity.temperature), (probe.oxygen.index, .oxygen)].map { point, quantity in
            Sensor(point: point, cage: probe.cage.offset, quantity: quantity, depth: probe.depth.meters, isFreshwater: false,
                   model: SeaSensor(lag: lag(quantity)))
        }
    }

    /// Seconds. An optical probe of oxygen shows 90 % of a step after a minute.
    private static func lag(_ quantity: SeaQuantity) -> Double {
        switch quantity {
        case .oxygen: 25
        case .temperature, .salinity: 30
        case .current, .wind, .sulfide: 5
        case .waves, .uneaten: 1
        }
    }

    private static func line(_ number: Int, _ plan: FeedingPlan) -> Line {
        let wiring = plan.lines[number]
        let outlets = plan.outlets.filter { $0.line.offset == number }
        var cages: [Int?] = Array(repeating: nil, count: wiring.plan.outlets)
        var daily = 0.0
        for (index, cage) in plan.cages.enumerated() {
            guard let feed = cage.feed, feed.line.offset == number else { continue }
            cages[Int(feed.outlet)] = index
            daily += feed.meals.dayAtMost.kilograms
        }
        let kind: FeedSelector.Kind = switch wiring.plan.selector {
        case .none: .single
        case .rotary: .rotary
        case .valves: .valves
        }
        let air = wiring.air.map { FeedLinePlant.Pressures(still: $0.still.base, least: $0.least.base, most: $0.most.base) }
        let doser = FeedDoser(rate: wiring.rate.gramsPerSecond / 1000, hopper: daily * hopperDays)
        return Line(doser: wiring.doser.offset, blower: wiring.blower?.offset, drives: outlets.map(\.drive.offset), cages: cages,
                    model: FeedLinePlant(FeedSelector(kind, outlets: wiring.plan.outlets), doser: doser, air: air))
    }

    /// Which points of the site look at its cages and lines.
    func place(into meanings: inout [PointMeaning], _ plan: FeedingPlan) {
        for (number, sensor) in sensors.enumerated() { meanings[sensor.point.offset] = .cage(.sensor(number)) }
        for (number, winch) in winches.enumerated() { meanings[winch.position.offset] = .cage(.depth(winch: number)) }
        for (number, stage) in plan.stages.enumerated() {
            if let proof = stage.proof { meanings[proof.index.offset] = .cage(.proof(stage: number)) }
        }
        for (number, silo) in silos.enumerated() { meanings[silo.point.offset] = .cage(.silo(number)) }
        for (number, line) in plan.lines.enumerated() {
            if let air = line.air {
                meanings[air.pressure.index.offset] = .cage(.pressure(line: number))
                if let warmth = air.temperature { meanings[warmth.index.offset] = .cage(.airWarmth(line: number)) }
            }
            if let scale = line.scale { meanings[scale.index.offset] = .cage(.hopper(line: number)) }
            for (outlet, wired) in plan.outlets.filter({ $0.line.offset == number }).enumerated() {
                meanings[wired.mark.index.offset] = .cage(.mark(line: number, outlet))
            }
        }
    }
}
