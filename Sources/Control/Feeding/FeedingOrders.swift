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
        case .feedMeal(let cage) where cage.offset < cages.count: return feedNextMeal(cage, image, &records)
        case .appetite(let cage, let extra) where cage.offset < cages.count:
            return setAppetite(of: cage, extra, command.id, image.wall, &records)
        case .moveFish(let from, let to, let count) where max(from.offset, to.offset) < cages.count:
            return move(count, from, to, command.id, &records)
        case .fast(let cage, let fast) where cage.offset < cages.count: return self.fast(cage, fast, command.id, image.wall, &records)
        case .endFast(let cage, let kind) where cage.offset < cages.count: return endFasts(of: cage, kind, &records)
        case .setDepth(let cage, let depth): return self.depth.order(depth, cage)
        case .acceptDepth(let cage): return depth.accept(cage)
        case .holdDepth(let cage): return depth.hold(cage)
        case .fillSilo(let silo, let mass) where silo.offset < silos.count:
            return told(silos.fill(silo, mass), silo, command.id, &records)
        case .setSilo(let silo, let mass) where silo.offset < silos.count:
            return told(silos.set(silo, to: mass), silo, command.id, &records)
        case .silence(let cage) where cage.offset < cages.count:
            air.silence(cage, at: image.now)
            return .done
        case .noteCage(let cage) where cage.offset < cages.count: return .done
        case .releaseFeed(let cage) where cage.offset < cages.count:
            gates.release(cage)
            return .done
        case .resetLine(let line, let isEmpty) where line.offset < lines.count:
            let state = lineStates[line].line
            guard state.phase == .faulted || (isEmpty && state.isLoaded && state.phase == .idle) else { return .refusedNothingToDo }
            lineStates[line].line.reset(isEmpty: isEmpty)
            return .done
        default: return nil
        }
    }

    // MARK: Fish

    private mutating func book(_ change: StockChange, of cage: CageIndex, _ command: UInt64,
                               _ records: inout RecordBuffer) -> CommandOutcome {
        let stock = states[cage].stock ?? CageStock(count: 0, mean: .grams(1))
        guard case .success(let next) = stock.after(change) else { return .refusedStock }
        states[cage].stock = next
        records.ledger(.stockBooked(cage, change, command: command))
        records.ledger(.feedStock(cage, next))
        records.event(Event(.stockChanged, .cage(cage), because: .manual(command), value: next.biomass.kilograms))
        return .done
    }

    /// Both cages or neither: fish are never lost between two books.
    private mutating func move(_ count: Double, _ from: CageIndex, _ to: CageIndex, _ command: UInt64,
                               _ records: inout RecordBuffer) -> CommandOutcome {
        guard from != to, let stock = states[from].stock, case .success = stock.after(.movedOut(count: count)) else { return .refusedStock }
        let fish = CageStock(count: count, mean: stock.mean)
        guard book(.movedIn(fish), of: to, command, &records) == .done else { return .refusedStock }
        _ = book(.movedOut(count: count), of: from, command, &records)
        records.event(Event(.fishMoved, .cage(from), because: .manual(command), value: count))
        return .done
    }

    private mutating func setAppetite(of cage: CageIndex, _ extra: Double, _ command: UInt64, _ wall: WallTime,
                                      _ records: inout RecordBuffer) -> CommandOutcome {
        guard wall.isTrusted else { return .refusedClock }
        guard let order = Appetite.bounded(extra, on: clock.local(unixSeconds: wall.unixSeconds).date) else { return .refusedRange }
        states[cage].appetite.set(order)
        records.ledger(.feedAppetite(cage, order))
        records.event(Event(.appetiteSet, .cage(cage), because: .manual(command), value: (1 + order.extra) * 100))
        return .done
    }

    // MARK: Fasts

    private mutating func fast(_ cage: CageIndex, _ fast: FeedFast, _ command: UInt64, _ wall: WallTime,
                               _ records: inout RecordBuffer) -> CommandOutcome {
        guard wall.isTrusted else { return .refusedClock }
        guard fast.until > wall.unixSeconds, fast.from < fast.until else { return .refusedRange }
        states[cage].fasts.set(fast)
        records.ledger(.feedFast(cage, fast.kind, fast))
        records.event(Event(.fastBooked, .cage(cage), because: .manual(command)))
        return .done
    }

    private mutating func endFasts(of cage: CageIndex, _ kind: FastKind?, _ records: inout RecordBuffer) -> CommandOutcome {
        var outcome = CommandOutcome.refusedNothingToDo
        for raw in 0..<UInt8(FastKind.allCases.count) {
            guard let each = FastKind(rawValue: raw), kind == nil || kind == each, states[cage].fasts.end(each) else { continue }
            records.ledger(.feedFast(cage, each, nil))
            outcome = .done
        }
        if outcome == .done { records.event(Event(.fastOver, .cage(cage))) }
        return outcome
    }

    // MARK: Silos

    private func told(_ holds: Mass?, _ silo: SiloIndex, _ command: UInt64, _ records: inout RecordBuffer) -> CommandOutcome {
        guard let holds else { return .refusedRange }
        records.ledger(.siloHolds(silo, holds))
        records.event(Event(.siloSet, .silo(silo), because: .manual(command), value: holds.kilograms))
        return .done
    }

    // MARK: Meals

    /// By hand the gates and the day's limit hold as for every meal.
    private mutating func feedByHand(_ cage: CageIndex, _ mass: Mass, _ image: borrowing InputImage,
                                     _ records: inout RecordBuffer) -> CommandOutcome {
        guard let feed = cages[cage].feed, mass > .zero, mass.base.isFinite else { return .refusedNothingToDo }
        if let refusal = refusal(of: cage, feed, image) { return refusal }
        guard mass <= book.left(of: cage, image.wall) else { return .refusedDayUsedUp }
        guard let meal = book.decideByHand(cage, image.wall) else { return .refusedClock }
        begin(meal, mass, feed, image, &records)
        return .done
    }

    /// The next meal of the plan comes now, and not at its time.
    private mutating func feedNextMeal(_ cage: CageIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) -> CommandOutcome {
        guard let feed = cages[cage].feed else { return .refusedNothingToDo }
        if let refusal = refusal(of: cage, feed, image) { return refusal }
        guard let meal = book.nextToday(cage, image.wall) else { return .refusedNothingToDo }
        guard let planned = size(of: meal, cage, feed, image) else {
            states[cage].reason = .noRation
            return .refusedCauseStands
        }
        guard planned > .zero else { return .refusedDayUsedUp }
        begin(book.decide(meal, of: cage), planned, feed, image, &records)
        return .done
    }

    /// Why nobody may begin a meal by hand now.
    private mutating func refusal(of cage: CageIndex, _ feed: CageFeed, _ image: borrowing InputImage) -> CommandOutcome? {
        guard states[cage].run == nil else { return .refusedBusy }
        guard image.wall.isTrusted else { return .refusedClock }
        guard let why = obstacle(cage, feed, image) else { return nil }
        states[cage].reason = why
        return why == .lineBusy || why == .purgeOwed ? .refusedBusy : .refusedCauseStands
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
