import CAllocationCounter
import Control
import Interlocks
import ProcessImage
import Quantities
import Scan
import Testing

/// A gate that is driven to and fro: its level is always far from where it should be, its position follows its drives.
private struct GateField: FieldPort, ~Copyable {
    var opening = 0.5
    var turns = 0
    var moves = 0

    mutating func latch(into image: inout InputImage) {
        turns += 1
        image.latch(.good(opening, at: image.now), at: PointIndex(0))
        image.latch(.good(2, at: image.now), at: PointIndex(1))
        image.latch(turns / 150 % 2 == 0 ? .good(1.05, at: image.now) : .good(1.25, at: image.now), at: PointIndex(2))
        image.latch(turns % 500 < 20 ? .bad(.noAnswer, at: image.now) : .good(0, at: image.now), at: PointIndex(3))
    }

    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) {
        if outputs[OutputIndex(0)].level.isOn { opening += 0.02 }
        if outputs[OutputIndex(1)].level.isOn { opening -= 0.02 }
        if outputs[OutputIndex(0)].level.isOn || outputs[OutputIndex(1)].level.isOn { moves += 1 }
    }
}

private struct Uncounted: RecordPort, ~Copyable {
    var ledgerDurableThrough: UInt64 = 0
    let ledgerIsWritable = true
    let journalIsWritable = true
    let dropped: UInt64 = 0
    mutating func push(_ record: Record) {}
}

private func gatePlan() -> ScanPlan? {
    let points = [("opening", "m"), ("above", "m"), ("below", "m"), ("top", "1")].map {
        PointDefinition(label: Label(tag: $0), unit: Unit(symbol: $1) ?? Unit.all[0], uncertainAfter: .seconds(5), badAfter: .seconds(15), isDigital: $1 == "1")
    }
    let outputs = ["up", "down"].map { OutputDefinition(label: Label(tag: $0), kind: .gate, safe: .off, maximumOn: .hours(1)) }
    let tables = SiteTables(site: Label(tag: "canal"), clock: .shanghai, points: points, outputs: outputs, gates: [Label(tag: "G")])
    guard let position: PointOf<Length> = tables.quantity(PointIndex(0)), let upstream: PointOf<Length> = tables.quantity(PointIndex(1)) else { return nil }
    let winter = DateRange(from: MonthDay(month: 12, day: 1)!, to: MonthDay(month: 2, day: 28)!)
    let gate = GatePlan(goal: .downstream(.meters(1.15)), raise: OutputIndex(0), lower: OutputIndex(1), position: position, upstream: upstream,
                        downstream: tables.quantity(PointIndex(2)), gate: UnderflowGate(width: .meters(3), most: .meters(1.5)),
                        flowMax: .cubicMetersPerHour(20_000), pool: CanalPool(area: .squareMeters(20_000), delay: .minutes(1)),
                        manners: GateManners(rest: .minutes(1), movesPerDay: 96), locks: GateLocks(ice: winter))
    let guarded = GateGuard(raise: OutputIndex(0), lower: OutputIndex(1), position: position, top: tables.digital(PointIndex(3)))
    return ScanPlan(tables: tables, control: ControlPlan(clock: .shanghai, sources: [], zones: [], programs: [], gates: [gate]),
                    interlocks: InterlockPlan(outputs: outputs, emergencyStop: nil, sources: [], zones: [], gates: [guarded]), period: .seconds(1))
}

@Suite struct GateAllocationTests {
    @Test func `two thousand scans of a canal gate that moves allocate nothing`() throws {
        var cycle = ScanCycle(plan: try #require(gatePlan()), restored: Restored(), inbox: CommandInbox(), field: GateField(), records: Uncounted())
        func scan(_ number: Int, _ cycle: inout ScanCycle<GateField, Uncounted>) {
            cycle.run(at: Instant(nanoseconds: 1_000_000_000 * Int64(number + 1)), wall: WallTime(unixSeconds: 1_780_243_200 + Int64(number), trust: .synced), lateness: .zero)
        }
        for number in 0..<1000 { scan(number, &cycle) }
        let (before, moves) = (allocations_of_this_thread(), cycle.field.moves)
        for number in 1000..<3000 { scan(number, &cycle) }
        #expect(allocations_of_this_thread() == before)
        #expect(cycle.field.moves > moves, "it moves meanwhile")
    }
}
