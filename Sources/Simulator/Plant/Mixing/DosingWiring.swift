import Control
import Interlocks
import ProcessImage
import Quantities

/// One dosing unit of the site as its plan describes it: what the simulated mix is made of, and where it hangs.
struct DosingWiring: Sendable {
    struct Channel: Sendable {
        /// Of the site.
        let number: Int
        let output: Int
        let tank: Int
        /// The set-point that makes its speed; `nil`: it is on or off.
        let speed: Int?
        let model: DosingChannel
    }

    struct Probe: Sendable {
        let point: PointIndex
        let kind: WaterProbe.Kind
        /// What it shows more for each degree over 25 °C, where it does not compensate by itself.
        var perDegree = 0.0
    }

    let source: Int
    let form: MixingPlant.Form
    let raw: Solution
    let channels: [Channel]
    let probes: [Probe]
    let rawProbe: Probe?
    /// °C sensors in the water.
    let temperatures: [PointIndex]

    /// °C of the water.
    static let waterTemperature = 18.0
    /// Water of a well in Shandong, where the plan does not say. mS/cm, eq/m3, pH.
    private static let usualRaw = (conductivity: 0.6, alkalinity: 4.0, pH: 7.6)
    /// Seconds in which the probes follow.
    private static let lag = 2.0

    init(_ number: Int, in plan: FertigationPlan) {
        let unit = plan.units[number]
        source = unit.source.offset
        switch unit.form {
        case .inline(let pipe): form = .inline(pipe: pipe.cubicMeters)
        case .tank(let tank): form = .tank(tank.cubicMeters)
        }
        let water = unit.raw
        let raw = Solution(conductivity: water.otherwise > .zero ? water.otherwise.base : Self.usualRaw.conductivity,
                           alkalinity: water.alkalinity > .zero ? water.alkalinity.perCubicMeter : Self.usualRaw.alkalinity,
                           pH: Self.usualRaw.pH)
        self.raw = raw
        channels = plan.channels.indices.filter { plan.channels[$0].unit.offset == number }.map { Self.channel($0, plan, raw) }
        let behind = unit.probes
        let conductivities = [behind.ec, behind.ecWitness].compactMap { $0 }
        let acidities = [behind.ph, behind.phWitness].compactMap { $0 }
        probes = conductivities.map { Self.probe($0) } + acidities.map { Probe(point: $0.index, kind: .pH) }
        rawProbe = water.probe.map { Self.probe($0) }
        temperatures = (conductivities + [water.probe].compactMap { $0 }).compactMap { $0.temperature?.index }
    }

    private static func probe(_ probe: ECProbe) -> Probe {
        Probe(point: probe.point.index, kind: .conductivity, perDegree: probe.temperature == nil ? 0 : probe.perDegree.base)
    }

    /// A tank that several channels draw from is shared out among them.
    private static func channel(_ number: Int, _ plan: FertigationPlan, _ raw: Solution) -> Channel {
        let channel = plan.channels[number]
        let tank = plan.tanks[channel.tank.offset]
        let charge = switch channel.reaction {
        case .acid: -tank.normality.perCubicMeter
        case .base: tank.normality.perCubicMeter
        case .passive, .ec: 0.0
        }
        // A litre in a cubic metre is a thousandth of the stock.
        let stock = Solution(conductivity: raw.conductivity + tank.adds.base * 1000, alkalinity: charge)
        let share = tank.capacity.cubicMeters / Double(plan.channels.count { $0.tank == channel.tank })
        let model = switch channel.rate {
        case .flow(let flow): DosingChannel(stock: stock, capacity: flow.cubicMetersPerHour, tank: share)
        case .stroke(let stroke): DosingChannel(stock: stock, capacity: stroke.cubicMeters * 3600, stroke: stroke.cubicMeters, tank: share)
        }
        return Channel(number: number, output: channel.output.offset, tank: channel.tank.offset,
                       speed: channel.drive.setpoint?.index.offset, model: model)
    }

    var plant: MixingPlant {
        MixingPlant(form, raw: raw, channels: channels.map(\.model), probes: probes.map { ($0.kind, Self.lag) })
    }

    /// Which points of the site look at this unit.
    func place(into meanings: inout [PointMeaning], unit: Int, _ plan: FertigationPlan, _ guards: DosingGuards) {
        func set(_ point: PointIndex?, _ meaning: DosingMeaning) {
            if let point { meanings[point.offset] = .dosing(meaning) }
        }
        for (place, probe) in probes.enumerated() { set(probe.point, .probe(unit: unit, place)) }
        set(rawProbe?.point, .raw(unit: unit))
        for temperature in temperatures { set(temperature, .temperature) }
        for (place, channel) in channels.enumerated() {
            set(plan.channels[channel.number].meter?.index, .metered(unit: unit, place))
            let tank = plan.tanks[channel.tank]
            set(tank.level?.index, .tank(channel.tank))
            set(tank.lowWhen?.index, .tankLow(channel.tank, least: tank.low.cubicMeters))
        }
        let leastFlow = plan.units[unit].leastFlow.cubicMetersPerHour
        set(plan.units[unit].flowSwitch?.index, .flowing(source: source, least: leastFlow))
        if guards.units.indices.contains(unit) { set(guards.units[unit].leakTray?.index, .tray(unit: unit)) }
    }

    /// What a probe without compensation shows of a conductivity at 25 °C.
    func uncompensated(_ conductivity: Double, _ perDegree: Double) -> Double {
        conductivity * (1 + perDegree * (Self.waterTemperature - 25))
    }
}
