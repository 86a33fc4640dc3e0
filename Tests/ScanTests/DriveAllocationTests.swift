import CAllocationCounter
import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Testing

/// A main whose pressure follows the speed of its pump, and a probe that is lost now and then.
private struct DrivenField: FieldPort, ~Copyable {
    var pressure = 0.0
    var turns = 0
    var changes = 0
    private var last = 0.0

    mutating func latch(into image: inout InputImage) {
        turns += 1
        image.latch(turns % 300 < 20 ? .bad(.noAnswer, at: image.now) : .good(pressure, at: image.now), at: PointIndex(0))
        image.latch(SetpointFeedback(value: last, agrees: true, at: image.now), of: SetpointIndex(0))
    }

    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {
        let speed = outputs[SetpointIndex(0)].value
        if speed != last { changes += 1 }
        last = speed
        let wanted = outputs[OutputIndex(0)].level.isOn ? speed * speed / 2500 * 340 : 0
        pressure += (wanted - pressure) * 0.2
    }
}

private struct Uncounted: RecordPort, ~Copyable {
    var ledgerDurableThrough: UInt64 = .max
    let ledgerIsWritable = true
    let journalIsWritable = true
    let dropped: UInt64 = 0
    mutating func push(_ record: Record) {}
}

private func drivenPlan() -> ScanPlan? {
    let points = [("PT", "kPa"), ("VFD", "Hz")].map {
        PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1) ?? Unit.all[0], uncertainAfter: .seconds(5), badAfter: .seconds(15))
    }
    let outputs = [OutputDefinition(label: Label(tag: "P"), kind: .pump, safe: .off, maximumOn: .hours(24)),
                   OutputDefinition(label: Label(tag: "V"), kind: .valve, safe: .off, maximumOn: .hours(24), travel: .seconds(2))]
    let speed = SetpointDefinition(label: Label(tag: "VFD"), kind: .speed, unit: Unit(symbol: "Hz") ?? Unit.all[0], range: 0...50, safe: 0,
                                   risePerSecond: 5, fallPerSecond: 10, output: OutputIndex(0), point: PointIndex(1))
    let tables = SiteTables(site: Label(tag: "driven"), clock: .shanghai, points: points, outputs: outputs, zones: [Label(tag: "z")],
                            sources: [Label(tag: "well")], setpoints: [speed])
    let drive = DrivePlan(speed: SetpointShare(SetpointIndex(0), speed), rise: 0.1, fall: 0.2, fillUntil: .kilopascals(40),
                          pressure: tables.quantity(PointIndex(0)))
    let source = SourcePlan(pump: OutputIndex(0), masterValve: nil, capacity: nil, flow: nil, total: nil, drive: drive)
    let zone = ZonePlan(source: SourceIndex(0), valve: OutputIndex(1), travel: .seconds(2), nominalFlow: .cubicMetersPerHour(10))
    let interlocks = InterlockPlan(
        outputs: outputs, emergencyStop: nil,
        sources: [SourceGuard(pump: OutputIndex(0), masterValve: nil, dryWhen: nil, flow: nil, leakFlow: nil, burstFactor: nil,
                              comesUp: drive.comesUp)],
        zones: [ZoneGuard(source: SourceIndex(0), valve: OutputIndex(1), nominalFlow: nil, leastFlow: nil)],
        setpoints: [SetpointGuard(speed)])
    return ScanPlan(tables: tables, control: ControlPlan(clock: .shanghai, sources: [source], zones: [zone], programs: []),
                    interlocks: interlocks, period: .milliseconds(500))
}

@Suite struct DriveAllocationTests {
    @Test func `two thousand scans of a pump that keeps its pressure allocate nothing`() throws {
        let inbox = CommandInbox()
        var cycle = ScanCycle(plan: try #require(drivenPlan()), restored: Restored(), inbox: inbox, field: DrivenField(), records: Uncounted())
        func scan(_ number: Int, _ cycle: inout ScanCycle<DrivenField, Uncounted>) {
            let now = Instant(nanoseconds: 500_000_000 * Int64(number + 1))
            cycle.run(at: now, wall: WallTime(unixSeconds: 1_780_243_200 + Int64(number / 2), trust: .synced), lateness: .zero)
        }
        for number in 0..<10 { scan(number, &cycle) }
        let order = Command(id: 1, kind: .run(ZoneIndex(0), for: .hours(3)), author: .localOperator, expires: .notDue)
        #expect(inbox.offer(order))
        for number in 10..<1000 { scan(number, &cycle) }
        let (before, changes) = (allocations_of_this_thread(), cycle.field.changes)
        for number in 1000..<3000 { scan(number, &cycle) }
        #expect(allocations_of_this_thread() == before)
        #expect(cycle.field.changes > changes + 100, "its speed moves meanwhile")
    }
}
