import ProcessImage
import Quantities

/// What a restart would take over, kept in memory beside the file: a ledger that is lost while we run is begun anew
/// from it, and nothing is given twice.
struct LedgerMemory: Sendable {
    private(set) var state: Restored

    init(_ restored: Restored) { state = restored }

    /// Occurrences remembered: those that control itself remembers, of every program there can be.
    static let occurrencesMax = Limits.programsMax * Limits.occurrencesRemembered
    private static let bookedMax = 2_000

    mutating func apply(_ entry: LedgerEntry) {
        switch entry {
        case .occurrence(let occurrence, _):
            state.decided.append(occurrence)
            if state.decided.count > LedgerMemory.occurrencesMax * 2 {
                state.decided.removeFirst(LedgerMemory.occurrencesMax)
            }
        case .runStarted(let run, let zone, _, let planned):
            state.nextRun = max(state.nextRun, RunID(rawValue: run.rawValue &+ 1))
            state.openRuns.append(.init(run: run, zone: zone, planned: planned))
        case .runProgress(let run, let watered, let volume, let isEstimated):
            guard let index = state.openRuns.firstIndex(where: { $0.run == run }) else { return }
            state.openRuns[index] = state.openRuns[index].having(watered: watered, volume: volume, isEstimated: isEstimated)
        case .runEnded(let run, _, _, _, _, _): state.openRuns.removeAll { $0.run == run }
        case .learned(let zone, let learned): state.learned[zone] = learned
        case .waterUsed(let used):
            state.waterUsed.removeAll { $0.source == used.source && ($0.use == used.use || $0.date < used.date) }
            state.waterUsed.append(used)
        case .sourceDrawn(let source, let volume, _):
            state.drawn.removeAll { $0.source == source }
            state.drawn.append(Restored.Drawn(source: source, volume: volume))
        case .metered(let counted):
            state.metered.removeAll { $0.source == counted.source }
            state.metered.append(counted)
        case .tripLatched(let trip):
            if !state.trips.contains(trip) { state.trips.append(trip) }
        case .tripCleared(let trip, _): state.trips.removeAll { $0 == trip }
        case .weatherHour(let hour):
            state.weather.append(hour)
            if state.weather.count > LedgerTables.hoursRestored * 2 { state.weather.removeFirst(LedgerTables.hoursRestored) }
        case .waterDay(let zone, let day):
            state.water.removeAll { $0.zone == zone }
            state.water.append((zone: zone, day: day))
        case .meterReports(let source, let every):
            state.meterReports.removeAll { $0.source == source }
            state.meterReports.append((source: source, every: every))
        case .outputProven(let output, _):
            if !state.proven.contains(output) { state.proven.append(output) }
        case .standing(let order):
            state.standing.removeAll { order.replaces($0) }
            state.standing.append(order)
        case .standingEnded(let kind, let subject): state.standing.removeAll { $0.kind == kind && $0.subject == subject }
        case .dosePlanned, .doseIntent, .doseEnded, .flushOwed, .flushPaid, .tank, .channelCalibrated, .loopTuned:
            state.apply(dosing: entry)
        case .finding, .commandDone, .motorStarted, .gateMoved, .gateLevel: break
        case .doseBooked(let channel, let zone, let volume):
            // As if given when a new ledger is begun from it: that only makes the ceilings lower.
            state.bookedDoses.append(Restored.BookedDose(channel: channel, zone: zone, volume: volume, age: .zero))
            if state.bookedDoses.count > LedgerMemory.bookedMax * 2 { state.bookedDoses.removeFirst(LedgerMemory.bookedMax) }
        case .feedMeal, .feedStock, .feedPipe, .feedLock, .stockBooked, .feedFast, .feedAppetite, .siloHolds: state.apply(feeding: entry)
        }
    }

    mutating func set(_ alarm: AlarmID, _ alarmState: AlarmState) {
        state.alarms.removeAll { $0.id == alarm }
        if alarmState != .normal { state.alarms.append((id: alarm, state: alarmState)) }
    }
}
