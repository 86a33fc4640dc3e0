import ProcessImage
import Quantities
import Testing
@testable import Control

@Suite struct BatteryTests {
    private static let tables = SiteTables(
        site: Label(tag: "s"), clock: .shanghai, points: [PointDefinition(label: Label(tag: "volts"), unit: Unit(symbol: "V") ?? Unit.all[0], uncertainAfter: .hours(20), badAfter: .hours(30))],
        outputs: [OutputDefinition(label: Label(tag: "CAM"), kind: .other, safe: .on, maximumOn: .hours(100))])

    /// - Returns: the stage after each of these voltages has lasted for its time; `nil`: it cannot be read.
    private func stages(_ course: [(volts: Double?, seconds: Int)]) -> (stages: [PowerStage], events: [EventKind], isCameraOn: Bool) {
        guard let voltage = Self.tables.gauge(PointIndex(0)) else { return ([], [], false) }
        var battery = BatteryControl(BatteryPlan(voltage: voltage, saving: 24.4, low: 23.6, critical: 23, sheds: [OutputIndex(0)]))
        var image = InputImage(tables: Self.tables), demands = Demands(outputs: Self.tables.outputs), records = RecordBuffer(capacity: 4)
        var now = 0, stages: [PowerStage] = [], events: [EventKind] = []
        for (volts, seconds) in course {
            for _ in 0..<seconds {
                now += 1
                image.begin(now: Instant(nanoseconds: Int64(now) * 1_000_000_000), wall: WallTime(unixSeconds: 0, trust: .unset))
                image.latch(volts.map { .good($0, at: image.now) } ?? .bad(.noAnswer, at: image.now), at: PointIndex(0))
                demands.reset()
                records.clear()
                _ = battery.step(image, &demands, &records)
                for number in 0..<records.count { if case .event(let event) = records[number] { events.append(event.kind) } }
            }
            stages.append(battery.stage)
        }
        return (stages, events, demands[OutputIndex(0)].level.isOn)
    }

    @Test func `a battery that empties gives things up one after the other, each after its time, and takes them back later than it gave them up`() {
        let found = stages([(26, 600), (24.3, 59), (24.3, 2), (22.9, 62), (22.9, 62), (22.9, 600), (23.3, 700), (23.5, 601), (24.9, 610), (24.9, 610)])
        #expect(found.stages == [.normal, .normal, .saving, .low, .critical, .critical, .critical, .low, .saving, .normal])
        #expect(found.events == [.batteryFalls, .batteryFalls, .batteryFalls, .batteryRises, .batteryRises, .batteryRises])
        #expect(found.isCameraOn)
        #expect(!stages([(24, 100)]).isCameraOn)
    }

    @Test func `a voltage that cannot be read, or that dips for a moment, changes nothing`() {
        #expect(stages([(26, 10), (20, 50), (26, 5), (20, 50), (nil, 10_000)]).stages.last == .normal)
        #expect(stages([(24, 100), (nil, 10_000)]).stages == [.saving, .saving])
    }
}
