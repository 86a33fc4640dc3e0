import ProcessImage
import Quantities

/// The settled flow of one zone while it waters alone: from one word of the meter to another.
struct FlowLesson: BitwiseCopyable {
    private var begun: (watered: Duration, volume: Volume)?
    private var newest: (watered: Duration, volume: Volume)?

    private static let atLeast: Duration = .minutes(1)

    mutating func note(_ watered: Duration, _ volume: Volume) {
        if begun == nil { begun = (watered, volume) }
        newest = (watered, volume)
    }

    /// `nil`: too short to tell.
    var flow: Flow? {
        guard let begun, let newest, newest.watered - begun.watered >= Self.atLeast, newest.volume > begun.volume else { return nil }
        return Flow(base: (newest.volume - begun.volume).base / (newest.watered - begun.watered).seconds * 3600)
    }
}

/// What runs teach of their zone: its flow, and what still comes after the stop. Both move slowly and within bounds, and
/// are ledger rows.
extension IrrigationControl {
    /// How far one run moves what is known.
    private static var pace: Double { 0.3 }
    /// Without a nominal flow: no run moves it by more.
    private static var stepOfRun: ClosedRange<Double> { 0.8...1.2 }
    /// A change by less is not worth a row; one by more is told.
    private static var worthARow: Double { 0.005 }
    private static var worthTelling: Double { 0.05 }
    /// Overrun never counts as more than this time's flow.
    private static var overrunOf: Duration { .minutes(2) }

    /// Called when the meter has confirmed what the zone got so far.
    mutating func noteLesson(_ zone: ZoneIndex) {
        guard let run = zones[zone].hand, zones[zone].phase == .watering, !run.isEstimated else { return }
        let source = sources[zonePlans[zone].source]
        let isSettled = zones[zone].settling.isSettled || (source.flow == nil && run.watered >= .minutes(1))
        guard isSettled, source.open.count == 1 else { return }
        zones[zone].lesson.note(run.watered, run.counted)
    }

    /// The zone is no longer alone, or its run is over.
    mutating func endLesson(_ zone: ZoneIndex, _ records: inout RecordBuffer) {
        guard let seen = zones[zone].lesson.flow else {
            zones[zone].lesson = FlowLesson()
            return
        }
        zones[zone].lesson = FlowLesson()
        if let what = zones[zone].hand?.calibration {
            if what == .flow { propose(flow: seen, zone, &records) }
            return
        }
        let before = expectedFlow(of: zone)
        let learned = bounded(before.map { $0 + (seen - $0) * Self.pace } ?? seen, before: before, zone)
        let change = before.map { abs(learned / $0 - 1) } ?? 1
        guard change > Self.worthARow || zones[zone].learned.flow == nil else { return }
        tellEdge(zone, learned, before: zones[zone].learned.flow, &records)
        zones[zone].learned.flow = learned
        records.ledger(.learned(zone, zones[zone].learned))
        if change > Self.worthTelling {
            records.event(Event(.flowLearned, .zone(zone), value: learned.base, limit: before?.base ?? .nan))
        }
    }

    /// Once, when what is learned comes to the edge of its band: the zone is not what the site file says any more.
    private func tellEdge(_ zone: ZoneIndex, _ learned: Flow, before: Flow?, _ records: inout RecordBuffer) {
        guard let nominal = zonePlans[zone].nominalFlow, isAtEdge(learned, of: nominal),
              before.map({ !isAtEdge($0, of: nominal) }) ?? true else { return }
        records.event(Event(.flowImplausible, .zone(zone), value: learned.base, limit: nominal.base))
    }

    private func isAtEdge(_ flow: Flow, of nominal: Flow) -> Bool {
        flow <= nominal * Limits.learnedFlowBand.lowerBound || flow >= nominal * Limits.learnedFlowBand.upperBound
    }

    private func bounded(_ flow: Flow, before: Flow?, _ zone: ZoneIndex) -> Flow {
        if let nominal = zonePlans[zone].nominalFlow {
            return min(max(flow, nominal * Limits.learnedFlowBand.lowerBound), nominal * Limits.learnedFlowBand.upperBound)
        }
        guard let before else { return flow }
        return min(max(flow, before * Self.stepOfRun.lowerBound), before * Self.stepOfRun.upperBound)
    }

    /// The valve closes: what came since the run was told to stop.
    mutating func learnOverrun(_ zone: ZoneIndex, _ ending: Ending, _ records: inout RecordBuffer) {
        endLesson(zone, &records)
        defer { endCalibration(zone, &records) }
        guard let run = zones[zone].hand, let volume = zones[zone].volumeAtStop else { return }
        zones[zone].volumeAtStop = nil
        guard ending.outcome == .completed, !ending.rests, !run.isEstimated, let flow = expectedFlow(of: zone) else { return }
        let seen = min(max(run.volume - volume, .zero), flow.volume(over: Self.overrunOf))
        if let what = run.calibration {
            if what == .overrun { propose(overrun: seen, zone, &records) }
            return
        }
        let before = zones[zone].learned.overrun
        let overrun = before == .zero ? seen : before + (seen - before) * Self.pace
        zones[zone].learned.overrun = overrun
        guard abs((overrun - before).base) > run.volume.base * Self.worthARow else { return }
        records.ledger(.learned(zone, zones[zone].learned))
    }
}
