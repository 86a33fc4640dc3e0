import Foundation
import ProcessImage
import Quantities
import Simulator

/// The farm as `state` tells it: what really is, not what sensors say. Every number's unit is in its key.
struct FarmState: Encodable {
    struct Source: Encodable {
        let levelMeters: Double
        let isDry: Bool
        let flowCubicMetersPerHour: Double
        let pressureKilopascals: Double
        let meteredCubicMeters: Double
        let pumpIsTurning: Bool
    }

    struct Zone: Encodable {
        let openingPercent: Double
        let flowCubicMetersPerHour: Double
        let moisturePercent: Double
    }

    let speed: Double
    let sources: [String: Source]
    let zones: [String: Zone]
    let outputs: [String: String]
    /// What the devices hold, in the set-point's unit.
    let setpoints: [String: Double]
    /// What a healthy sensor would show, in the point's unit.
    let points: [String: Double]
    let faults: [String]

    init(_ farm: Farm) {
        let plant = farm.plant
        let tables = farm.tables
        speed = farm.speed
        sources = FarmState.keyed(tables.sources.map(\.tag)) { FarmState.source(SourceIndex($0), plant) }
        zones = FarmState.keyed(tables.zones.map(\.tag)) { FarmState.zone(ZoneIndex($0), plant) }
        outputs = FarmState.keyed(tables.outputs.map(\.tag)) { plant.levels[$0].isOn ? "on" : "off" }
        setpoints = FarmState.keyed(tables.setpoints.map(\.tag)) { plant.held(SetpointIndex($0)) }
        points = FarmState.keyed(tables.points.map(\.tag)) { plant.trueValue(of: PointIndex($0)) }
        faults = plant.faults.map(FaultWords(tables: tables).text(of:))
    }

    private static func keyed<Value>(_ tags: [String], _ value: (Int) -> Value) -> [String: Value] {
        Dictionary(tags.enumerated().map { ($1, value($0)) }, uniquingKeysWith: { first, _ in first })
    }

    private static func source(_ source: SourceIndex, _ plant: Plant) -> Source {
        Source(levelMeters: plant.level(of: source).meters, isDry: plant.isDry(source),
               flowCubicMetersPerHour: plant.flow(of: source).cubicMetersPerHour,
               pressureKilopascals: plant.pressure(of: source).kilopascals,
               meteredCubicMeters: plant.metered(source).cubicMeters, pumpIsTurning: plant.isPumpTurning(source))
    }

    private static func zone(_ zone: ZoneIndex, _ plant: Plant) -> Zone {
        Zone(openingPercent: plant.opening(of: zone).percent,
             flowCubicMetersPerHour: plant.flow(of: zone).cubicMetersPerHour,
             moisturePercent: plant.moisture(of: zone).percent)
    }

    /// On one line, keys in order.
    var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
