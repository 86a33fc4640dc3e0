import ProcessImage
import Quantities
import Scan

/// The disk behind the scan's records: rows become durable after a while, in order; what has not is lost with the process.
final class VirtualLedger {
    private var pending: [(number: UInt64, entry: LedgerEntry, durableAt: Instant, orderedAt: Instant)] = []
    private var state: LedgerState
    private var alarms: [(id: AlarmID, state: AlarmState)] = []
    private var motorStarts: [(output: OutputIndex, at: Instant)] = []
    private var booked: [(dose: Restored.BookedDose, at: Instant)] = []
    private var drawn: [SourceIndex: (volume: Volume, quietSince: Instant?)] = [:]
    private let evidence: Evidence
    private let sabotage: Sabotage?
    private var newestNumber: UInt64 = 0
    var isWritable = true
    var delay: Duration = .milliseconds(20)

    /// - Parameter isProven: every output was proven before.
    init(evidence: Evidence, sabotage: Sabotage?, isProven: Bool) {
        state = LedgerState(proven: isProven ? evidence.committed.indices.map { OutputIndex($0) } : [])
        self.evidence = evidence
        self.sabotage = sabotage
    }

    func push(_ record: Record) {
        if sabotage == .booksAreLost, case .ledger(.runProgress, _) = record.body { return }
        let record = sabotage == .booksAreLost ? withoutWater(record) : record
        evidence.records.append(record)
        switch record.body {
        case .ledger(let entry, let number):
            newestNumber = number
            let after = pending.last.map { max($0.durableAt, evidence.now + delay) } ?? evidence.now + delay
            pending.append((number, entry, after, evidence.now))
        case .alarm(let id, let state):
            alarms.removeAll { $0.id == id }
            if state != .normal { alarms.append((id, state)) }
        default: break
        }
    }

    private func withoutWater(_ record: Record) -> Record {
        guard case .ledger(.runEnded(let run, let outcome, let watered, _, let isEstimated, let cause), let number) = record.body
        else { return record }
        let entry = LedgerEntry.runEnded(run, outcome, watered: watered, volume: .zero, isEstimated: isEstimated, cause)
        return Record(scan: record.scan, instant: record.instant, wall: record.wall, body: .ledger(entry, number: number))
    }

    var durableThrough: UInt64 { sabotage == .ledgerClaimsTooMuch ? newestNumber : evidence.durableThrough }

    /// Brings to the disk what has waited long enough.
    func settle() {
        guard isWritable, let first = pending.first, first.durableAt <= evidence.now else { return }
        var count = 0
        for row in pending {
            guard row.durableAt <= evidence.now else { break }
            state.apply(row.entry)
            note(row.entry, at: row.orderedAt)
            evidence.durableRows.append(row.entry)
            evidence.durableThrough = row.number
            count += 1
        }
        pending.removeFirst(count)
    }

    /// What counts by its age.
    private func note(_ entry: LedgerEntry, at moment: Instant) {
        switch entry {
        case .motorStarted(let output): motorStarts.append((output, moment))
        case .doseBooked(let channel, let zone, let volume):
            booked.append((Restored.BookedDose(channel: channel, zone: zone, volume: volume, age: .zero), moment))
        case .sourceDrawn(let source, let volume, let isQuiet): drawn[source] = (volume, isQuiet ? moment : nil)
        default: break
        }
    }

    private func aged(_ dose: Restored.BookedDose, _ moment: Instant) -> Restored.BookedDose? {
        let age = evidence.now - moment
        return age < .hours(25) ? Restored.BookedDose(channel: dose.channel, zone: dose.zone, volume: dose.volume, age: age) : nil
    }

    /// The process is gone, with every row that was not yet on the disk. What the next one starts from.
    func restart() -> Restored {
        pending.removeAll()
        evidence.durableThrough = 0
        newestNumber = 0
        var restored = state.restored
        restored.alarms = alarms
        restored.motorStarts = motorStarts.suffix(1000).compactMap { start in
            let age = evidence.now - start.at
            return age < .hours(1) ? Restored.MotorStart(output: start.output, age: age) : nil
        }
        restored.bookedDoses = booked.compactMap { aged($0.dose, $0.at) }
        restored.drawn = drawn.map { source, row in
            Restored.Drawn(source: source, volume: row.volume, quietFor: row.quietSince.map { evidence.now - $0 } ?? .zero)
        }
        if sabotage == .restartForgetsDoses { restored.bookedDoses = [] }
        if sabotage == .restartForgetsMeals { restored.meals = [] }
        if sabotage == .restartForgetsPipes { restored.loadedLines = [] }
        if sabotage == .restartForgetsLocks { restored.lockedCages = [] }
        if sabotage == .restartForgetsStarts { restored.motorStarts = [] }
        if sabotage == .restartForgetsTrips { restored.trips = [] }
        if sabotage == .restartForgetsLastStart, !restored.decided.isEmpty { restored.decided.removeLast() }
        return restored
    }
}

/// What the rows on the disk add up to.
struct LedgerState {
    private(set) var restored = Restored()

    /// - Parameter proven: outputs that installers proved before the story begins.
    init(proven: [OutputIndex]) { restored.proven = proven }

    mutating func apply(_ entry: LedgerEntry) {
        switch entry {
        case .occurrence(let occurrence, _): remember(occurrence)
        case .runStarted(let run, let zone, _, let planned):
            restored.nextRun = max(restored.nextRun, RunID(rawValue: run.rawValue + 1))
            restored.openRuns.append(Restored.OpenRun(run: run, zone: zone, planned: planned))
        case .runProgress(let run, let watered, let volume, let isEstimated):
            guard let index = restored.openRuns.firstIndex(where: { $0.run == run }) else { return }
            restored.openRuns[index] = restored.openRuns[index].having(watered: watered, volume: volume, isEstimated: isEstimated)
        case .runEnded(let run, _, _, _, _, _): restored.openRuns.removeAll { $0.run == run }
        case .learned(let zone, let learned): restored.learned[zone] = learned
        case .waterUsed(let used):
            restored.waterUsed.removeAll { $0.source == used.source && ($0.use == used.use || $0.date < used.date) }
            restored.waterUsed.append(used)
        case .metered(let counted):
            restored.metered.removeAll { $0.source == counted.source }
            restored.metered.append(counted)
        case .tripLatched(let trip): if !restored.trips.contains(trip) { restored.trips.append(trip) }
        case .tripCleared(let trip, _): restored.trips.removeAll { $0 == trip }
        case .weatherHour(let hour): restored.weather = restored.weather.filter { $0.hour != hour.hour }.suffix(191) + [hour]
        case .waterDay(let zone, let day):
            restored.water.removeAll { $0.zone == zone }
            restored.water.append((zone: zone, day: day))
        case .meterReports(let source, let every):
            restored.meterReports.removeAll { $0.source == source }
            restored.meterReports.append((source: source, every: every))
        case .outputProven(let output, _): if !restored.proven.contains(output) { restored.proven.append(output) }
        case .standing(let order):
            restored.standing.removeAll { order.replaces($0) }
            restored.standing.append(order)
        case .standingEnded(let kind, let subject): restored.standing.removeAll { $0.kind == kind && $0.subject == subject }
        case .dosePlanned, .doseIntent, .doseEnded, .flushOwed, .flushPaid, .tank, .channelCalibrated, .loopTuned:
            restored.apply(dosing: entry)
        case .finding, .commandDone, .motorStarted, .sourceDrawn, .gateMoved, .gateLevel, .doseBooked: break
        case .feedMeal, .feedStock, .feedPipe, .feedLock, .stockBooked, .feedFast, .feedAppetite, .siloHolds: restored.apply(feeding: entry)
        }
    }

    private mutating func remember(_ occurrence: Occurrence) {
        restored.decided.append(occurrence)
        let known = restored.decided.reduce(0) { $0 + ($1.program == occurrence.program ? 1 : 0) }
        guard known > Limits.occurrencesRemembered,
              let oldest = restored.decided.firstIndex(where: { $0.program == occurrence.program }) else { return }
        restored.decided.remove(at: oldest)
    }
}

/// The scan's view of the records.
struct VirtualRecords: RecordPort {
    let ledger: VirtualLedger

    mutating func push(_ record: Record) { ledger.push(record) }
    var ledgerDurableThrough: UInt64 { ledger.durableThrough }
    var ledgerIsWritable: Bool { ledger.isWritable }
    var journalIsWritable: Bool { ledger.isWritable }
    var dropped: UInt64 { 0 }
}
