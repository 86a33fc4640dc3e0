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
                drop(zone, .trip(trip), image, &records)
            } else if zones[zone].wantsWater {
                advance(zone, run, image, &records)
            }
        }
    }

    private mutating func advance(_ zone: ZoneIndex, _ run: Run, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        if zones[zone].phase == .starting, zones[zone].waterSince != nil { zones[zone].phase = .watering }
        if isGiven(run, zone) {
            beginStop(zone, Ending(outcome: .completed, cause: run.cause, isPrompt: false), &records)
        } else if run.watered >= longestTime(run, zone) {
            beginStop(zone, Ending(outcome: .tripped, cause: .interlock(.volumeGuard), isPrompt: false), &records)
        } else if let ending = pause(zone, run, image) {
            beginStop(zone, ending, &records)
        } else if image.now - zones[zone].thirstySince > thirstAllowed(zone) {
            beginStop(zone, thirst(zone, run, image), &records)
        }
    }

    /// A rest that is due, or an end that somebody else orders.
    private func pause(_ zone: ZoneIndex, _ run: Run, _ image: borrowing InputImage) -> Ending? {
        if run.watered >= run.cycleEnds {
            return Ending(outcome: .completed, cause: .interlock(.soak), isPrompt: false, rests: true)
        }
        if sources[zonePlans[zone].source].mustRest {
            return Ending(outcome: .completed, cause: .interlock(.recovery), isPrompt: true, rests: true)
        }
        guard run.obeysWindows else { return nil }
        return switch mayWater(zone, run.cause, image) {
        case .yes: nil
        case .hold(let cause): Ending(outcome: .completed, cause: cause, isPrompt: true, rests: true)
        case .end(let cause): Ending(outcome: .tripped, cause: cause, isPrompt: true)
        }
    }

    /// No water came. An interlock that is known to keep it back lets the run rest; without one it is over.
    private func thirst(_ zone: ZoneIndex, _ run: Run, _ image: borrowing InputImage) -> Ending {
        if let cause = whatHolds(zone, image) {
            return Ending(outcome: .completed, cause: cause, isPrompt: true, rests: true)
        }
        return Ending(outcome: run.watered == .zero ? .notStarted : .tripped, cause: run.cause, isPrompt: true)
    }

    private func thirstAllowed(_ zone: ZoneIndex) -> Duration {
        zonePlans[zone].travel + sourcePlans[zonePlans[zone].source].masterTravel + Self.thirstAllowed
    }

    /// The run is over or rests; `demandWater` closes its valves in order.
    mutating func beginStop(_ zone: ZoneIndex, _ ending: Ending, _ records: inout RecordBuffer) {
        guard let run = zones[zone].hand else { return }
        zones[zone].phase = .stopping
        zones[zone].ending = ending
        zones[zone].volumeAtStop = run.volume
        tellProgress(run, &records)
    }

    /// A trip: nothing is demanded any more, from this scan on.
    private mutating func drop(_ zone: ZoneIndex, _ cause: Cause, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        var ending = Ending(outcome: .tripped, cause: cause, isPrompt: true)
        if let begun = zones[zone].ending, !begun.rests { ending = begun }
        close(zone, ending, image.now, &records)
    }

    /// A run that never opened its valve.
    mutating func finishUnstarted(_ zone: ZoneIndex, _ outcome: RunOutcome, _ cause: Cause, _ now: Instant,
                                   _ records: inout RecordBuffer) {
        let command = zones[zone].unanswered
        close(zone, Ending(outcome: outcome, cause: cause, isPrompt: true), now, &records)
        if let command { records.ledger(.commandDone(command, .refusedByTrip)) }
    }

    /// The valve closes in this scan: books the end and takes up what waits behind, or puts the run back to rest.
    mutating func close(_ zone: ZoneIndex, _ ending: Ending, _ now: Instant, _ records: inout RecordBuffer) {
        guard let run = zones[zone].hand else { return }
        learnOverrun(zone, ending, &records)
        zones[zone].ending = nil
        zones[zone].flow = nil
        guard !ending.rests else { return rest(zone, run, ending.cause, now, &records) }
        zones[zone].last = (run.id, ending)
        account(for: run, zone, ending.outcome, ending.cause, &records)
        leaveTail(of: run, zone, &records)
        let next = zones[zone].next
        zones[zone].next = nil
        zones[zone].hand = next
        zones[zone].hand?.queuedSince = now
        zones[zone].phase = next == nil ? .idle : .queued
        zones[zone].unanswered = nil
        zones[zone].waits = nil
    }

    /// Back into the queue, in its old place. The water soaks in from when the valve is shut.
    private mutating func rest(_ zone: ZoneIndex, _ run: Run, _ cause: Cause, _ now: Instant, _ records: inout RecordBuffer) {
        zones[zone].phase = .queued
        zones[zone].waits = cause
        zones[zone].hand?.queuedSince = now
        if let soak = run.soak, cause == .interlock(.soak) {
            zones[zone].hand?.restUntil = now + zonePlans[zone].travel + soak.rest
        }
        records.event(Event(.runRests, .zone(zone), because: cause, value: run.volume.base, duration: run.watered))
    }

    func tellProgress(_ run: Run, _ records: inout RecordBuffer) {
        records.ledger(.runProgress(run.id, watered: run.watered, volume: run.volume, isEstimated: run.isEstimated))
    }

    func account(for run: Run, _ zone: ZoneIndex, _ outcome: RunOutcome, _ cause: Cause, _ records: inout RecordBuffer) {
        records.ledger(.runEnded(run.id, outcome, watered: run.watered, volume: run.volume,
                                 isEstimated: isEstimated(run, zone), cause))
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
