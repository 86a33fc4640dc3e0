import ProcessImage
import Quantities

/// What of the plant a point measures.
enum PointMeaning: Sendable, Hashable {
    case flow(source: Int), velocity(source: Int), total(source: Int), pressure(source: Int), level(source: Int), dry(source: Int)
    case emergencyStop
    case motorFault(motor: Int), motorCurrent(motor: Int)
    case soilMoisture(zone: Int), soilTemperature(zone: Int), soilConductivity(zone: Int)
    case airTemperature, humidity, radiation, illuminance, wind, windDirection, rainToday, rainRate
    case gateOpening(gate: Int), gateUpstream(gate: Int), gateDownstream(gate: Int), gateFlow(gate: Int)
    /// What a set-point's device holds, and the frequency its drive gives.
    case setpoint(Int), motorFrequency(source: Int)
    case gateTop(gate: Int), gateBottom(gate: Int)
    case dosing(DosingMeaning)
    case cage(CageMeaning)
    /// The difference over a filter is high, and how high it is.
    case filterContact(source: Int), beforeFilter(source: Int)
    case seaTemperature, oxygen, oxygenSaturation, salinity, current
    /// The plant knows nothing of it: a plausible value that stays, in the point's unit.
    case steady(Double)
    /// A digital point that is off.
    case off
}

/// What a point measures where stock meets water.
enum DosingMeaning: Sendable, Hashable {
    /// In the order of the unit's probes.
    case probe(unit: Int, Int)
    case raw(unit: Int)
    case temperature
    /// What a channel's own meter has counted, by the channel's place in its unit.
    case metered(unit: Int, Int)
    case tank(Int)
    /// `least`: m3.
    case tankLow(Int, least: Double)
    case tray(unit: Int)
    /// `least`: m3/h.
    case flowing(source: Int, least: Double)
}

/// What a point measures of net cages and their lines.
enum CageMeaning: Sendable, Hashable {
    /// In the order of the plan's probes.
    case sensor(Int)
    case proof(stage: Int)
    case pressure(line: Int), airWarmth(line: Int), hopper(line: Int), silo(Int)
    /// How deep a cage hangs.
    case depth(winch: Int)
    /// The selector is at an outlet.
    case mark(line: Int, Int)
}

/// Finds the meaning of points that no plan names, by the last word of the tag, the unit and the neighbours on the device.
struct PointMeanings {
    private let tables: SiteTables
    private let zoneCount: Int
    private let sourceCount: Int
    /// Soil probes in the order of their devices: they stand evenly spread over the zones.
    private let probes: [DeviceIndex]
    private let seaProbes: [DeviceIndex]
    private let stations: [DeviceIndex]

    init(tables: SiteTables, zoneCount: Int, sourceCount: Int) {
        self.tables = tables
        self.zoneCount = zoneCount
        self.sourceCount = sourceCount
        probes = PointMeanings.devices(in: tables) { $0.contains("moisture") || $0.contains("vwc") }
        seaProbes = PointMeanings.devices(in: tables) { $0.contains("oxygen") || $0 == "do" }
        stations = PointMeanings.devices(in: tables) { $0.contains("humid") || $0.contains("wind") || $0.contains("rain") }
    }

    private static func devices(in tables: SiteTables, with isWanted: (Substring) -> Bool) -> [DeviceIndex] {
        var found: [DeviceIndex] = []
        for point in tables.points {
            if let device = point.device, isWanted(lastWord(of: point.tag)), !found.contains(device) {
                found.append(device)
            }
        }
        return found
    }

    /// `soil-a.moisture` → `moisture`.
    private static func lastWord(of tag: String) -> Substring {
        tag[(tag.lastIndex(of: ".").map { tag.index(after: $0) } ?? tag.startIndex)...]
    }

    func meaning(of point: PointDefinition) -> PointMeaning {
        if point.isDigital { return .off }
        let word = PointMeanings.lastWord(of: point.tag)
        return soil(point, word) ?? sea(point, word) ?? pipe(point, word) ?? air(point, word) ?? .steady(typical(point))
    }

    private func soil(_ point: PointDefinition, _ word: Substring) -> PointMeaning? {
        guard zoneCount > 0, let device = point.device, let probe = probes.firstIndex(of: device) else { return nil }
        let zone = probe * zoneCount / probes.count
        switch point.unit.dimension {
        case .fraction where word.contains("moisture") || word.contains("vwc"): return .soilMoisture(zone: zone)
        case .temperature where !word.contains("air"): return .soilTemperature(zone: zone)
        case .conductivity: return .soilConductivity(zone: zone)
        default: return nil
        }
    }

    private func sea(_ point: PointDefinition, _ word: Substring) -> PointMeaning? {
        switch point.unit.dimension {
        case .massPerVolume where word.contains("oxygen") || word == "do": return .oxygen
        case .fraction where word.contains("oxygen") || word.contains("saturation"): return .oxygenSaturation
        case .salinity: return .salinity
        case .speed where !seaProbes.isEmpty && (word.contains("current") || word.contains("velocity")): return .current
        case .temperature where word.contains("water") || point.device.map(seaProbes.contains) == true:
            return .seaTemperature
        default: return nil
        }
    }

    private func pipe(_ point: PointDefinition, _ word: Substring) -> PointMeaning? {
        guard sourceCount > 0, !isOfWeatherStation(point) else { return nil }
        switch point.unit.dimension {
        case .flow: return .flow(source: 0)
        case .volume: return .total(source: 0)
        case .pressure: return .pressure(source: 0)
        case .length: return .level(source: 0)
        case .speed where word.contains("velocity"): return .velocity(source: 0)
        default: return nil
        }
    }

    private func isOfWeatherStation(_ point: PointDefinition) -> Bool {
        point.device.map(stations.contains) ?? false
    }

    private func air(_ point: PointDefinition, _ word: Substring) -> PointMeaning? {
        switch point.unit.dimension {
        case .temperature: .airTemperature
        case .fraction where word.contains("humid") || word == "rh": .humidity
        case .irradiance: .radiation
        case .illuminance: .illuminance
        case .speed: .wind
        case .angle: .windDirection
        case .length where word.contains("rain"): .rainToday
        case .depthRate: .rainRate
        default: nil
        }
    }

    /// A value one would not wonder at, in the point's unit.
    private func typical(_ point: PointDefinition) -> Double {
        let base: Double = switch point.unit.dimension {
        case .fraction: 0.5
        case .acidity: 6.8
        case .conductivity: 1.2
        case .massPerMass: 60
        case .massPerVolume: point.unit.scale < 1 ? 35e-6 : 8
        case .count: 0
        case .voltage: point.unit.scale < 1 ? 0.012 : 24
        case .current: 0.5
        case .frequency: 50
        case .power: 2
        case .pressure: 101.3
        case .soundLevel: 45
        case .length: 2
        case .baudRate: 9600
        default: 1
        }
        return point.unit.fromBase(base)
    }
}
