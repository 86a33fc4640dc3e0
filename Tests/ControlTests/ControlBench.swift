import Control
import Language
import ProcessImage
import Quantities

/// Control alone, with one output that nobody reads back: what is demanded, started and booked.
final class ControlBench {
    private var image: InputImage
    private var control: IrrigationControl
    private var demands: Demands
    private var records = RecordBuffer(capacity: 4096)
    private var rows: UInt64 = 0
    private var begun: Int64?
    /// Occurrences begun in the last step.
    private(set) var started: [Occurrence] = []
    /// Reasons so far, in order, and what was ordered.
    private(set) var findings: [Finding] = []
    private(set) var ordered: [Amount] = []

    init(_ plan: ControlPlan, restored: Restored = Restored()) {
        let output = OutputDefinition(label: Label(tag: "V"), kind: .valve, safe: .off, maximumOn: .hours(24))
        let tables = SiteTables(site: Label(tag: "bench"), clock: plan.clock, points: [], outputs: [output])
        image = InputImage(tables: tables)
        control = IrrigationControl(plan: plan, restored: restored)
        demands = Demands(outputs: tables.outputs)
    }

    /// One step; the monotonic clock goes with the wall clock.
    func step(unixSeconds: Int64) {
        let first = begun ?? unixSeconds
        begun = first
        image.begin(now: Instant.start + .seconds(unixSeconds - first), wall: WallTime(unixSeconds: unixSeconds, trust: .synced))
        image.latchLedger(durableThrough: rows, isWritable: true)
        records.clear()
        demands.reset()
        control.step(image, &demands, &records)
        started = []
        for number in 0..<records.count {
            guard case .ledger(let entry, let row) = records[number] else { continue }
            rows = row
            if case .finding(_, _, _, let finding) = entry { findings.append(finding) }
            if case .runStarted(_, _, _, let planned) = entry { ordered.append(planned) }
            if case .occurrence(let occurrence, let decision) = entry, decision != .missed { started.append(occurrence) }
        }
        let output = OutputIndex(0)
        let level = demands[output].level
        if image.verdict(of: output).level != level { image.latch(Verdict(level: level, since: image.now), of: output) }
    }
}
