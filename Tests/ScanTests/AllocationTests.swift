import CAllocationCounter
import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Testing

/// A field that changes every point in every scan and follows what is permitted, without taking memory.
private struct BusyField: FieldPort, ~Copyable {
    var turns = 0

    mutating func latch(into image: inout InputImage) {
        turns += 1
        for number in 0..<image.pointCount {
            let point = PointIndex(number)
            image.latch(number < 4 ? .good(0, at: image.now) : .good(Double((turns + number) % 97), at: image.now), at: point)
        }
    }

    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {}
}

private struct CountingRecords: RecordPort, ~Copyable {
    var count = 0
    var ledgerDurableThrough: UInt64 = 0
    let ledgerIsWritable = true
    let journalIsWritable = true
    let dropped: UInt64 = 0

    mutating func push(_ record: Record) {
        count += 1
        if case .ledger(_, let number) = record.body { ledgerDurableThrough = number }
    }
}

private func symbol(_ point: Int) -> String {
    switch point {
    case 0..<4: "1"
    case 6: "kPa"
    case 7: "A"
    default: "m3/h"
    }
}

/// Programs of the other kinds: a sensor's start each minute, the sun's, one to be done by a time; with conditions and depths.
private func sensorPrograms(_ tables: SiteTables, zones: Int) -> [ProgramPlan] {
    guard let gauge = tables.gauge(PointIndex(7)) else { return [] }
    let condition = Condition(.point(gauge), isAbove: true, limit: -1)
    let steps = (0..<zones).map { ProgramPlan.Step(zone: ZoneIndex($0), give: .depth(.millimeters(0.1))) }
    let starts: [StartRule] = [
        .trigger(Trigger(.condition(condition, until: -1), rest: .seconds(10), atMostADay: 96)),
        .trigger(Trigger(.condition(condition, until: -1), rest: .seconds(20), atMostADay: 96)),
        .times([.sun(.sunrise, offset: .minutes(-44)), .finish(by: .lastOfDay)]), .times([.sun(.sunset, offset: .zero)]),
    ]
    return starts.map {
        ProgramPlan(steps: steps, starts: $0, when: [condition], unless: [Condition(.rain(hours: 24), isAbove: true, limit: 0.005)],
                    byMonth: Array(repeating: .percent(90), count: 12))
    }
}

private func busyPlan(points: Int, zones: Int) -> ScanPlan {
    let definitions = (0..<points).map {
        PointDefinition(label: Label(tag: "p\($0)"), unit: Unit(symbol: symbol($0)) ?? Unit.all[0], uncertainAfter: .seconds(5),
                        badAfter: .seconds(15), isDigital: $0 < 4)
    }
    let pump = OutputDefinition(label: Label(tag: "P"), kind: .pump, safe: .off, maximumOn: .hours(20))
    let valves = (0..<zones).map {
        OutputDefinition(label: Label(tag: "V\($0)"), kind: .valve, safe: .off, maximumOn: .hours(20), travel: .seconds(1))
    }
    let start = TimeOfDay(hour: 6, minute: 0) ?? .midnight
    let programs = (0..<20).map { _ in
        ProgramPlan(zones: (0..<zones).map { ZoneIndex($0) }, durations: Array(repeating: .seconds(5), count: zones),
                    starts: [start], days: .weekdays(127), missed: .skip)
    }
    let tables = SiteTables(site: Label(tag: "busy"), clock: .shanghai, points: definitions, outputs: [pump] + valves,
                            zones: (0..<zones).map { Label(tag: "z\($0)") }, sources: [Label(tag: "well")],
                            programs: (0..<24).map { Label(tag: "a\($0)") })
    let flow: PointOf<Flow>? = tables.quantity(PointIndex(5))
    let source = SourcePlan(pump: OutputIndex(0), masterValve: nil, capacity: .cubicMetersPerHour(300), flow: flow, total: nil)
    let control = ControlPlan(clock: .shanghai, sources: [source], zones: (0..<zones).map {
        ZonePlan(source: SourceIndex(0), valve: OutputIndex($0 + 1), travel: .seconds(1), nominalFlow: .cubicMetersPerHour(10),
                 area: .squareMeters(1000))
    }, programs: programs + sensorPrograms(tables, zones: zones), quotas: (0..<zones).map {
        QuotaPlan(zone: ZoneIndex($0), limit: .cubicMeters(5), period: .day)
    }, windows: tables.gauge(PointIndex(6)).map {
        [WaterWindow(.condition(Condition(.point($0), isAbove: true, limit: 90), calm: .seconds(1))),
         WaterWindow(.hours(from: .midnight, until: .lastOfDay, .weekdays(0)))]
    } ?? [])
    let pressure: PointOf<Pressure>? = tables.quantity(PointIndex(6))
    let current: PointOf<ElectricCurrent>? = tables.quantity(PointIndex(7))
    let motor = MotorGuard(output: OutputIndex(0), faultWhen: tables.digital(PointIndex(2)), current: current,
                           dryBelow: .amperes(0), startsPerHour: 30, rest: .milliseconds(100))
    let limit = FlowLimit(5, after: .seconds(1), stops: false)
    let interlocks = InterlockPlan(
        outputs: tables.outputs, emergencyStop: tables.digital(PointIndex(0)).map { EmergencyStop(pressed: $0) },
        sources: [SourceGuard(pump: OutputIndex(0), masterValve: nil, dryWhen: tables.digital(PointIndex(1)), flow: flow,
                              meterReports: nil, leakFlow: .cubicMetersPerHour(200), burstFactor: 1000,
                              pressure: pressure.map { PressureGuard(point: $0, maximum: .kilopascals(1e6), dryBelow: .zero, drop: 0.9, rise: 50) })],
        zones: (0..<zones).map {
            ZoneGuard(source: SourceIndex(0), valve: OutputIndex($0 + 1), nominalFlow: .cubicMetersPerHour(10), leastFlow: .zero,
                      lowFlow: limit, highFlow: FlowLimit(1e5, after: .seconds(1), stops: true))
        },
        motors: [motor], reach: tables.outputs.indices.map { $0 == 1 ? tables.digital(PointIndex(3)) : nil })
    return ScanPlan(tables: tables, control: control, interlocks: interlocks, period: .milliseconds(100))
}

struct AllocationTests {
    @Test func `The counter sees an allocation`() {
        let before = allocations_of_this_thread()
        let array = [Int](repeating: 1, count: before == .max ? 1 : 1000)
        #expect(allocations_of_this_thread() > before && array.count == 1000)
    }

    /// With programs of every kind weighing their zones meanwhile: conditions, quotas, windows, sun times.
    @Test func `A thousand scans of 1000 points and 50 zones in a running program allocate nothing`() {
        var cycle = ScanCycle(plan: busyPlan(points: 1000, zones: 50), restored: Restored(), inbox: CommandInbox(),
                              field: BusyField(), records: CountingRecords())
        let start = 1_795_384_795 as Int64
        func scan(_ number: Int, _ cycle: inout ScanCycle<BusyField, CountingRecords>) {
            let passed = Int64(number) * 100_000_000
            cycle.run(at: Instant(nanoseconds: 1_000_000_000 + passed),
                      wall: WallTime(unixNanoseconds: start * 1_000_000_000 + passed, trust: .synced), lateness: .zero)
        }
        // Over a minute: sensors' programs begin then, and the debug runtime makes each type's description when it is first used.
        for number in 0..<700 { scan(number, &cycle) }
        let recordsBefore = cycle.records.count
        let before = allocations_of_this_thread()
        for number in 700..<1700 { scan(number, &cycle) }
        #expect(allocations_of_this_thread() == before)
        #expect(cycle.records.count - recordsBefore > 990_000, "every point changed in every scan")
    }
}
