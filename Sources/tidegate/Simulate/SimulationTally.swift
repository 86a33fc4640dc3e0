import Language
import LocalAPI
import ProcessImage
import Quantities

/// What a simulated site did, counted from its records alone.
final class SimulationTally {
    struct Zone: Encodable {
        let tag: String
        var runs = 0
        var cutShort = 0
        var notStarted = 0
        var minutes = 0.0
        var cubicMeters = 0.0
        /// Of stock that was dosed.
        var stockLiters = 0.0
    }

    struct Program: Encodable {
        let tag: String
        var started = 0
        var caughtUp = 0
        var missed = 0
        var skipped = 0
    }

    struct Entry: Encodable {
        let time: String
        let kind: String
        let severity: String
        let text: WireText
        let event: Event

        private enum CodingKeys: CodingKey { case time, kind, severity, text }
    }

    private(set) var zones: [Zone]
    private(set) var programs: [Program]
    /// By what tripped.
    private(set) var trips: [String: Int] = [:]
    private(set) var entries: [Entry] = []
    private let tables: SiteTables
    private var zoneOfRun: [RunID: ZoneIndex] = [:]

    /// Told by the runs they belong to.
    private static let untold: [EventKind] = [.flowSettled, .runQueued]

    init(tables: SiteTables) {
        self.tables = tables
        zones = tables.zones.map { Zone(tag: $0.tag) }
        programs = tables.programs.map { Program(tag: $0.tag) }
    }

    func note(_ record: Record) {
        switch record.body {
        case .event(let event) where !SimulationTally.untold.contains(event.kind): note(event, record.wall)
        case .ledger(let entry, _): note(entry)
        default: break
        }
    }

    private func note(_ event: Event, _ wall: WallTime) {
        let text = tables.text(of: event)
        entries.append(Entry(time: tables.clock.text(wall), kind: "\(event.kind)", severity: "\(event.kind.severity)",
                             text: WireText(text), event: event))
    }

    private func note(_ entry: LedgerEntry) {
        switch entry {
        case .runStarted(let run, let zone, _, _): zoneOfRun[run] = zone
        case .runEnded(let run, let outcome, let watered, let volume, _, _):
            if let zone = zoneOfRun.removeValue(forKey: run) { note(outcome, watered, volume, &zones[zone.offset]) }
        case .occurrence(let occurrence, let decision): note(decision, &programs[occurrence.program.offset])
        case .tripLatched(let trip): trips[tables.text(of: trip).said, default: 0] += 1
        case .runProgress, .tripCleared, .commandDone, .learned, .waterUsed, .metered, .finding, .standing, .standingEnded, .weatherHour,
             .waterDay, .motorStarted, .meterReports, .outputProven, .gateMoved, .gateLevel, .sourceDrawn, .dosePlanned, .doseIntent,
             .flushOwed, .flushPaid, .tank, .channelCalibrated, .loopTuned, .doseBooked, .feedMeal, .feedStock, .feedPipe, .feedLock,
             .stockBooked, .feedFast, .feedAppetite, .siloHolds: break
        case .doseEnded(let dose, _, _, _): zones[dose.zone.offset].stockLiters += (dose.metered ?? dose.commanded).liters
        }
    }

    private func note(_ outcome: RunOutcome, _ watered: Duration, _ volume: Volume, _ zone: inout Zone) {
        zone.minutes += watered.seconds / 60
        zone.cubicMeters += volume.cubicMeters
        switch outcome {
        case .completed: zone.runs += 1
        case .notStarted: zone.notStarted += 1
        case .stopped, .tripped, .interrupted: zone.cutShort += 1
        }
    }

    private func note(_ decision: OccurrenceDecision, _ program: inout Program) {
        switch decision {
        case .started: program.started += 1
        case .caughtUp: program.caughtUp += 1
        case .missed: program.missed += 1
        case .skipped: program.skipped += 1
        }
    }
}

extension LocalClock {
    /// `2026-06-01 06:00:12`, by this place's clock.
    fileprivate func text(_ wall: WallTime) -> String {
        let (date, time) = local(unixSeconds: wall.unixSeconds)
        return "\(date.text) \(time.textWithSeconds)"
    }
}
