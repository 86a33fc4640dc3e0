import ProcessImage
import Quantities

/// What people order of cages and lines.
extension FeedingControl {
    mutating func obey(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<image.commandCount {
            let command = image.command(number)
            guard let outcome = obey(command, image, &records) else { continue }
            records.ledger(.commandDone(command.id, outcome))
        }
    }

    /// `nil`: it is not about cages.
    private mutating func obey(_ command: Command, _ image: borrowing InputImage, _ records: inout RecordBuffer) -> CommandOutcome? {
        switch command.kind {
        case .changeStock(let cage, let change) where cage.offset < cages.count: return book(change, of: cage, command.id, &records)
        case .feed(let cage, let mass) where cage.offset < cages.count: return feedByHand(cage, mass, image, &records)
        case .stopFeeding(let cage) where cage.map({ $0.offset < cages.count }) ?? true: return stopFeeding(cage, image.now, &records)
        case .stopAll:
            // Irrigation answers for all.
            _ = stopFeeding(nil, image.now, &records)
            return nil
        case .appetite(let cage, let extra) where cage.offset < cages.count:
            guard image.wall.isTrusted else { return .refusedClock }
            states[cage].appetite.set(extra, on: clock.local(unixSeconds: image.wall.unixSeconds).date)
            return .done
        case .silence(let cage) where cage.offset < cages.count:
            air.silence(cage, at: image.now)
            return .done
        case .releaseFeed(let cage) where cage.offset < cages.count:
            gates.release(cage)
            return .done
        case .resetLine(let line, let isEmpty) where line.offset < lines.count:
            guard lineStates[line].line.phase == .faulted else { return .refusedNothingToDo }
            lineStates[line].line.reset(isEmpty: isEmpty)
            return .done
        default: return nil
        }
    }

    private mutating func book(_ change: StockChange, of cage: CageIndex, _ command: UInt64,
                               _ records: inout RecordBuffer) -> CommandOutcome {
        let stock = states[cage].stock ?? CageStock(count: 0, mean: .grams(1))
        guard case .success(let next) = stock.after(change) else { return .refusedStock }
        states[cage].stock = next
        records.ledger(.feedStock(cage, next))
        records.event(Event(.stockChanged, .cage(cage), because: .manual(command), value: next.biomass.kilograms))
        return .done
    }

    /// By hand the gates and the day's limit hold as for every meal.
    private mutating func feedByHand(_ cage: CageIndex, _ mass: Mass, _ image: borrowing InputImage,
                                     _ records: inout RecordBuffer) -> CommandOutcome {
        guard let feed = cages[cage].feed, mass > .zero, mass.base.isFinite else { return .refusedNothingToDo }
        guard states[cage].run == nil else { return .refusedBusy }
        guard image.wall.isTrusted else { return .refusedClock }
        if let why = obstacle(cage, feed, image) {
            states[cage].reason = why
            return why == .lineBusy || why == .purgeOwed ? .refusedBusy : .refusedCauseStands
        }
        guard mass <= book.left(of: cage, image.wall) else { return .refusedDayUsedUp }
        guard let meal = book.decideByHand(cage, image.wall) else { return .refusedClock }
        begin(meal, mass, feed, image, &records)
        return .done
    }

    private mutating func stopFeeding(_ cage: CageIndex?, _ now: Instant, _ records: inout RecordBuffer) -> CommandOutcome {
        var outcome = CommandOutcome.refusedNothingToDo
        for number in 0..<cages.count where states[number].run != nil && (cage.map { $0.offset == number } ?? true) {
            end(CageIndex(number), .stopped, now, &records)
            outcome = .done
        }
        return outcome
    }
}
