import Agronomy
import CAllocationCounter
import Control
import Foundation
import Interlocks
import ProcessImage
import Quantities
import Scan
import Testing

/// A station that answers in every scan.
private struct StationField: FieldPort, ~Copyable {
    mutating func latch(into image: inout InputImage) {
        image.latch(.good(21.5, at: image.now), at: PointIndex(0))
        image.latch(.good(55, at: image.now), at: PointIndex(1))
        image.latch(.good(430, at: image.now), at: PointIndex(2))
        image.latch(.good(1.8, at: image.now), at: PointIndex(3))
        image.latch(.good(120.4, at: image.now), at: PointIndex(4))
    }

    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {}
}

private struct CountingDays: RecordPort, ~Copyable {
    var days = 0
    var stationDays = 0
    var ledgerDurableThrough: UInt64 = 0
    let ledgerIsWritable = true
    let journalIsWritable = true
    let dropped: UInt64 = 0

    mutating func push(_ record: Record) {
        guard case .ledger(let entry, let number) = record.body else { return }
        ledgerDurableThrough = number
        guard case .waterDay(_, let day) = entry else { return }
        days += 1
        if day.tier == .station { stationDays += 1 }
    }
}

@Suite struct BalanceAllocationTests {
    private static let zones = 24

    private func plan() throws -> ScanPlan {
        let points = ["degC", "%", "W/m2", "m/s", "mm"].enumerated().map { number, unit in
            PointDefinition(label: Label(tag: "p\(number)"), unit: Unit(symbol: unit) ?? Unit.all[0], uncertainAfter: .seconds(5), badAfter: .seconds(15), isCounter: number == 4)
        }
        let outputs = (0..<Self.zones).map { OutputDefinition(label: Label(tag: "V\($0)"), kind: .valve, safe: .off, maximumOn: .hours(2)) }
        let tables = SiteTables(site: Label(tag: "wet"), clock: .shanghai, points: points, outputs: outputs, zones: outputs.map(\.label), sources: [Label(tag: "well")])
        let station = StationPlan(temperature: try #require(tables.quantity(PointIndex(0))), humidity: tables.quantity(PointIndex(1)),
                                  radiation: tables.quantity(PointIndex(2)), wind: tables.quantity(PointIndex(3)), rain: tables.quantity(PointIndex(4)))
        let weather = WeatherPlan(place: Location(latitude: .degrees(37), longitude: .degrees(118), elevation: .zero), station: station,
                                  averages: Array(repeating: MonthAverage(et: .millimeters(4), rain: .millimeters(1)), count: 12))
        let kc = CropCoefficients(initial: 0.3, middle: 1.2, end: 0.6)
        let crop = Crop(stages: CropStages(initial: 20, development: 30, middle: 40, late: 30), single: kc, basal: kc, heightInitial: .meters(0.1),
                        heightMaximum: .meters(2), rootsInitial: .meters(0.2), rootsMaximum: .meters(1), depletionFraction: 0.5)
        var soil = SoilTexture.loam.soil
        soil.curveNumber = 75
        let water = WaterPlan(rootZone: RootZone(crop: crop, soil: soil), planted: try #require(CivilDate(year: 2026, month: 11, day: 1)),
                              area: .mu(5), efficiency: .percent(90), content: .percent(25))
        let source = SourcePlan(pump: nil, masterValve: nil, capacity: nil, flow: nil, total: nil)
        let control = ControlPlan(clock: .shanghai, sources: [source], zones: (0..<Self.zones).map {
            ZonePlan(source: SourceIndex(0), valve: OutputIndex($0), travel: .seconds(1), nominalFlow: .cubicMetersPerHour(10))
        }, programs: [], weather: weather, water: Array(repeating: water, count: Self.zones))
        let guards = (0..<Self.zones).map { ZoneGuard(source: SourceIndex(0), valve: OutputIndex($0), nominalFlow: nil, leastFlow: nil) }
        let head = SourceGuard(pump: nil, masterValve: nil, dryWhen: nil, flow: nil, leakFlow: nil, burstFactor: nil)
        return ScanPlan(tables: tables, control: control, interlocks: InterlockPlan(outputs: outputs, emergencyStop: nil, sources: [head], zones: guards), period: .milliseconds(100))
    }

    @Test func `days of 24 zones with a station are stepped without an allocation, each zone once a day`() throws {
        var cycle = ScanCycle(plan: try plan(), restored: Restored(), inbox: CommandInbox(), field: StationField(), records: CountingDays())
        let start = 1_795_384_795 as Int64
        // Ten seconds apart, so that the station counts as watched all the time.
        func scan(_ number: Int, _ cycle: inout ScanCycle<StationField, CountingDays>) {
            cycle.run(at: Instant(nanoseconds: 1_000_000_000 + Int64(number) * 10_000_000_000),
                      wall: WallTime(unixSeconds: start + Int64(number) * 10, trust: .synced), lateness: .zero)
        }
        // The first midnight is among these: what the runtime keeps of each type is then there.
        for number in 0..<8_640 { scan(number, &cycle) }
        let daysBefore = cycle.records.days, before = allocations_of_this_thread()
        for number in 8_640..<(2 * 8_640) { scan(number, &cycle) }
        #expect(allocations_of_this_thread() == before)
        #expect(cycle.records.days - daysBefore == Self.zones && cycle.records.stationDays == Self.zones)
    }
}
