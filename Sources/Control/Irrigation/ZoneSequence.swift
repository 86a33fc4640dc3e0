import ProcessImage
import Quantities

/// The life of each run: starting → watering → stopping, or out at once on a trip.
extension IrrigationControl {
    /// Water has to come this long after the valves have had their time; a run without it is given up.
    private static var thirstAllowed: Duration { .minutes(1) }

    mutating func advance(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<zones.count {
            let zone = ZoneIndex(number)
            guard let run = zones[zone].hand, zones[zone].phase != .queued else { continue }
            if let trip = zones[zone].trip {
                drop(zone, .trip(trip), &records)
            } else if zones[zone].wantsWater {
                advance(zone, run, image, &records)
            }
        }
    }

    private mutating func advance(_ zone: ZoneIndex, _ run: Run, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        if zones[zone].phase == .starting, zones[zone].waterSince != nil { zones[zone].phase = .watering }
        if isGiven(run) {
            beginStop(zone, Ending(outcome: .completed, cause: run.cause, isPrompt: false), &records)
        } else if run.watered >= longestTime(run, zone) {
            beginStop(zone, Ending(outcome: .tripped, cause: .interlock(.volumeGuard), isPrompt: false), &records)
        } else if image.now - zones[zone].thirstySince > thirstAllowed(zone) {
            let outcome = run.watered == .zero ? RunOutcome.notStarted : .tripped
            beginStop(zone, Ending(outcome: outcome, cause: whatHolds(zone, image) ?? run.cause, isPrompt: true), &records)
        }
    }

    private func thirstAllowed(_ zone: ZoneIndex) -> Duration {
        zonePlans[zone].travel + sourcePlans[zonePlans[zone].source].masterTravel + Self.thirstAllowed
    }

    /// The interlock that keeps the zone's water back.
    private func whatHolds(_ zone: ZoneIndex, _ image: borrowing InputImage) -> Cause? {
        let source = sourcePlans[zonePlans[zone].source]
        return image.verdict(of: zonePlans[zone].valve).hold
            ?? source.pump.flatMap { image.verdict(of: $0).hold } ?? source.masterValve.flatMap { image.verdict(of: $0).hold }
    }

    /// The run is over; `demandWater` closes its valves in order.
    mutating func beginStop(_ zone: ZoneIndex, _ ending: Ending, _ records: inout RecordBuffer) {
        guard let run = zones[zone].hand else { return }
        zones[zone].phase = .stopping
        zones[zone].ending = ending
        records.ledger(.runProgress(run.id, watered: run.watered, volume: run.volume, isEstimated: run.isEstimated))
    }

    /// A trip: nothing is demanded any more, from this scan on.
    private mutating func drop(_ zone: ZoneIndex, _ cause: Cause, _ records: inout RecordBuffer) {
        let ending = zones[zone].ending ?? Ending(outcome: .tripped, cause: cause, isPrompt: true)
        close(zone, ending, &records)
    }

    /// A run that never opened its valve.
    mutating func finishUnstarted(_ zone: ZoneIndex, _ outcome: RunOutcome, _ cause: Cause, _ records: inout RecordBuffer) {
        let command = zones[zone].unanswered
        close(zone, Ending(outcome: outcome, cause: cause, isPrompt: true), &records)
        if let command { records.ledger(.commandDone(command, .refusedByTrip)) }
    }

    /// Books the end and takes up what waits behind.
    mutating func close(_ zone: ZoneIndex, _ ending: Ending, _ records: inout RecordBuffer) {
        guard let run = zones[zone].hand else { return }
        account(for: run, zone, ending.outcome, ending.cause, &records)
        let next = zones[zone].next
        zones[zone].next = nil
        zones[zone].hand = next
        zones[zone].phase = next == nil ? .idle : .queued
        zones[zone].ending = nil
        zones[zone].unanswered = nil
        zones[zone].flow = nil
    }

    mutating func account(for run: Run, _ zone: ZoneIndex, _ outcome: RunOutcome, _ cause: Cause, _ records: inout RecordBuffer) {
        records.ledger(.runEnded(run.id, outcome, watered: run.watered, volume: run.volume, isEstimated: run.isEstimated, cause))
        let kind: EventKind = switch outcome {
        case .completed: .runEnded
        case .stopped, .tripped: .runCutShort
        case .interrupted: .runInterruptedByRestart
        case .notStarted: .runRefused
        }
        records.event(Event(kind, .zone(zone), because: cause, value: run.volume.base, duration: run.watered))
        if outcome != .completed { tellShortfall(zone, run.planned, watered: run.watered, volume: run.volume, cause, &records) }
    }

    /// What was asked and not given, with the reason.
    func tellShortfall(_ zone: ZoneIndex, _ planned: Amount, watered: Duration, volume: Volume, _ cause: Cause,
                       _ records: inout RecordBuffer) {
        let missing = planned.less(watered: watered, volume: volume)
        guard missing.isPositive else { return }
        switch missing {
        case .time(let time): records.event(Event(.timeShort, .zone(zone), because: cause, duration: time))
        case .volume(let volume):
            let asked = planned.volume ?? .zero
            records.event(Event(.volumeShort, .zone(zone), because: cause, value: volume.base, limit: asked.base))
        }
    }
}
