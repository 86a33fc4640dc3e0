import ProcessImage
import Quantities

/// People's commands to water and to stop. Manual is a mode, not a bypass: the same queue, sequence and interlocks.
extension IrrigationControl {
    /// A manual run goes before every program that waits, and does not wait for its ledger row: a person is present.
    mutating func obey(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<image.commandCount {
            let command = image.command(number)
            switch command.kind {
            case .run(let zone, let amount): run(zone, amount, command.id, image, &records)
            case .fertigate(let zone, let amount, let recipe): run(zone, amount, recipe: recipe, command.id, image, &records)
            case .prove(let output, let time): prove(output, for: time, command.id, image, &records)
            case .stopZone(let zone):
                let outcome: CommandOutcome = stop(zone, command.id, image.now, &records) ? .done : .refusedNothingToDo
                records.ledger(.commandDone(command.id, outcome))
            case .stopAll:
                // A start that is still being weighed orders nothing more.
                for program in 0..<programs.count { programs[program].pending = nil }
                var any = proof != nil
                proof = nil
                for zone in 0..<zones.count where stop(ZoneIndex(zone), command.id, image.now, &records) { any = true }
                records.ledger(.commandDone(command.id, any ? .done : .refusedNothingToDo))
            default: obeyOrder(command, image, &records)
            }
        }
    }

    /// More than `Limits` allow by hand is cut to it. The outcome follows from `admit`, in the same scan.
    mutating func run(_ zone: ZoneIndex, _ amount: Amount, recipe: RecipeIndex? = nil, _ command: UInt64,
                      _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard amount.isPositive, zone.offset < zones.count, recipe.map({ isFor($0, zone) }) ?? true else {
            records.ledger(.commandDone(command, .refusedNothingToDo))
            return
        }
        guard amount.volume == nil || canTellVolume(zone) else {
            records.ledger(.commandDone(command, .refusedUnmeasured))
            return
        }
        let cause = Cause.manual(command)
        let asked = RunOrder(zone: zone, amount: amount.limitedByHand, cause: cause, obeysWindows: false)
        var chain = Chain()
        let order = fitted(asked, recipe.map { ProgramRecipe($0) }, longest: Limits.manualRunMax, isRationed: false, &chain,
                           &records) ?? asked
        if let trip = zones[zone].trip {
            records.event(Event(.runRefused, .zone(zone), because: .trip(trip)))
            records.ledger(.commandDone(command, .refusedByTrip))
        } else if proof != nil {
            records.event(Event(.runRefused, .zone(zone), because: cause))
            records.ledger(.commandDone(command, .refusedBusy))
        } else if let lacking = unproven(zone, for: cause, image) {
            records.event(Event(.runRefused, .zone(zone), because: lacking))
            records.ledger(.commandDone(command, .refusedNotProven))
        } else if !enqueue(order, image.now, &records) {
            records.event(Event(.runRefused, .zone(zone), because: cause))
            records.ledger(.commandDone(command, .refusedBusy))
        } else if zones[zone].hand?.cause == cause {
            zones[zone].unanswered = command
        } else {
            records.event(Event(.runQueued, .zone(zone), because: .interlock(.capacity)))
            records.ledger(.commandDone(command, .queued))
        }
    }

    private func isFor(_ recipe: RecipeIndex, _ zone: ZoneIndex) -> Bool {
        recipe.offset < recipeSources.count && recipeSources[recipe] == zonePlans[zone].source
    }

    /// - Returns: whether there was anything to stop.
    private mutating func stop(_ zone: ZoneIndex, _ command: UInt64, _ now: Instant, _ records: inout RecordBuffer) -> Bool {
        guard zone.offset < zones.count, zones[zone].hand != nil else { return false }
        let ending = Ending(outcome: .stopped, cause: .manual(command), isPrompt: true)
        if let waiting = zones[zone].next {
            zones[zone].next = nil
            account(for: waiting, zone, .stopped, .manual(command), &records)
        }
        switch zones[zone].phase {
        case .queued:
            answer(zone, .queued, &records)
            close(zone, ending, now, &records)
        case .stopping: zones[zone].ending = zones[zone].ending.map { $0.hastened(by: ending) }
        default: beginStop(zone, ending, &records)
        }
        return true
    }
}

extension Amount {
    fileprivate var limitedByHand: Amount {
        switch self {
        case .time(let time): .time(min(time, Limits.manualRunMax))
        case .volume(let volume): .volume(min(volume, Limits.manualVolumeMax))
        }
    }
}
