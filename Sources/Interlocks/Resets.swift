import ProcessImage

/// A person clears a trip only when its cause is gone.
extension Interlocks {
    mutating func answerResets(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<image.commandCount {
            let command = image.command(number)
            switch command.kind {
            case .reset(let trip): records.ledger(.commandDone(command.id, reset(trip, command.id, image, &records)))
            case .resetAll: records.ledger(.commandDone(command.id, resetAll(command.id, image, &records)))
            default: continue
            }
        }
    }

    private mutating func reset(_ trip: TripID, _ command: UInt64, _ image: borrowing InputImage,
                                _ records: inout RecordBuffer) -> CommandOutcome {
        guard let slot = trips.slot(of: trip), trips.stands(slot) else { return .refusedNothingToDo }
        guard !causeStands(trip, image) else {
            records.event(Event(.resetRefused, trip.subject, because: .trip(trip)))
            return .refusedCauseStands
        }
        clear(slot)
        records.event(Event(.tripReset, trip.subject, because: .manual(command)))
        records.ledger(.tripCleared(trip, command: command))
        return .done
    }

    /// What was seen of the trip's cause is forgotten with it.
    mutating func clear(_ slot: TripSlot) {
        if case .source(let source) = trips.id(slot).subject, trips.id(slot).kind == .dryRun {
            sourceWatch[source].ranDryByLevel = false
        }
        trips.clear(slot)
    }

    /// Clears what can be cleared. One that could not be makes the outcome.
    private mutating func resetAll(_ command: UInt64, _ image: borrowing InputImage,
                                   _ records: inout RecordBuffer) -> CommandOutcome {
        var outcome = CommandOutcome.refusedNothingToDo
        for number in 0..<trips.count where trips.stands(TripSlot(number)) {
            let one = reset(trips.id(TripSlot(number)), command, image, &records)
            if outcome != .refusedCauseStands { outcome = one }
        }
        return outcome
    }

    /// Whether what latched the trip is still there in this scan's image. A meter that says nothing does not keep a
    /// trip: who resets stands before it; a stop line or a level that says nothing does.
    private func causeStands(_ trip: TripID, _ image: borrowing InputImage) -> Bool {
        switch (trip.kind, trip.subject) {
        case (.emergencyStop, _): return stop.holdsAll
        case (.dryRun, .source(let source)): return sourceWatch[source].isDry
        case (.leak, .source(let source)), (.burst, .source(let source)):
            return isFlowing(source)
        case (.stuckValve, .zone(let zone)): return isFlowing(zones[zone].source)
        case (.overPressure, .source(let source)):
            guard let pressure = sourceWatch[source].pressure, let most = sources[source].pressure?.maximum else { return false }
            return pressure > most
        case (.motorFault, .output(let output)):
            return outputPlans[output].motor.map { motorWatch[$0].isUnprotected } ?? false
        case (.setpointReadback, .point(let point)):
            for number in 0..<setpoints.count where setpoints[number].point == point {
                return image.feedback(of: SetpointIndex(number)).agrees == false
            }
            return false
        case (.maximumOn, .output(let output)), (.readback, .output(let output)):
            guard let level = image.feedback(of: output).level else { return false }
            return level != outputWatch[output].level
        default: return false
        }
    }

    private func isFlowing(_ source: SourceIndex) -> Bool {
        guard let flow = sourceWatch[source].flow, let limit = sources[source].leakFlow else { return false }
        return flow > limit
    }
}
