import Agronomy
import ProcessImage
import Quantities

/// Whose meal is due, how much it is, and its way to the end.
extension FeedingControl {
    mutating func feed(_ cage: CageIndex, _ image: borrowing InputImage, over elapsed: Duration, _ records: inout RecordBuffer) {
        guard let feed = cages[cage].feed else { return }
        states[cage].isLocked = image.verdict(of: lines[feed.line].doser).hold == .interlock(.cageLocked)
        if states[cage].run == nil { consider(cage, feed, image, &records) }
        if states[cage].fasts.holding(image.wall) != nil { end(cage, .stopped, image.now, &records, because: .fasting) }
        guard var run = states[cage].run else { return }
        let wiring = lines[feed.line]
        let weight = wiring.scale.flatMap { image.value(of: $0, noOlderThan: .seconds(5)).value }
        let isOn = image.verdict(of: wiring.doser).level.isOn
        let gave = lineStates[feed.line].meter.step(isOn: isOn, rate: wiring.rate, over: elapsed, weight: weight)
        let isReady = lineStates[feed.line].line.phase == .feeding && lineStates[feed.line].line.outlet == feed.outlet
        let step = run.step(gave: gave, perScan: wiring.rate.mass(over: wiring.lease), share: gates[cage].share, mayDose: isReady,
                            durable: image.ledgerDurableThrough, feed.meals, at: image.now)
        if let row = step.row {
            bookPipe(feed, row, &records)
            run.booked(as: records.ledger(.feedMeal(row)))
        }
        states[cage].run = run
        states[cage].doses = step.dose
        states[cage].reason = gates[cage].share > 0 ? .feeding : gates[cage].reason ?? .feeding
        if run.phase == .ended { return close(cage, feed, image.now, &records) }
        if lineStates[feed.line].meter.isJammed { end(cage, .short, image.now, &records, because: .siloEmpty) }
        if lineStates[feed.line].line.phase == .faulted { end(cage, .short, image.now, &records, because: .lineFault) }
        air.noteMeal(in: cage, at: image.now)
    }

    // MARK: Beginning

    private mutating func consider(_ cage: CageIndex, _ feed: CageFeed, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard image.wall.isTrusted else { return states[cage].reason = .clockUnknown }
        switch book.due(cage, image.wall, at: image.now) {
        case .none: if states[cage].reason == .feeding { states[cage].reason = .resting }
        case .missed(let meal): miss(meal, of: cage, &records)
        case .due(let meal):
            if let why = obstacle(cage, feed, image) { return states[cage].reason = why }
            guard let planned = size(of: meal, cage, feed, image) else { return states[cage].reason = .noRation }
            guard planned > .zero else {
                states[cage].reason = .dayUsedUp
                return miss(meal, of: cage, &records)
            }
            begin(book.decide(meal, of: cage), planned, feed, image, &records)
        }
    }

    /// What a meal of the plan comes to. Zero: the day has no feed left for it. `nil`: it cannot be told.
    func size(of meal: Int, _ cage: CageIndex, _ feed: CageFeed, _ image: borrowing InputImage) -> Mass? {
        guard let daily = ration(of: cage, feed, image) else { return nil }
        let planned = min(daily * feed.meals.share(of: meal), book.left(of: cage))
        return planned > lines[feed.line].rate.mass(over: lines[feed.line].lease) ? planned : .zero
    }

    private mutating func miss(_ meal: Int, of cage: CageIndex, _ records: inout RecordBuffer) {
        records.ledger(.feedMeal(.ended(book.decide(meal, of: cage), .missed, given: .zero)))
        let why = states[cage].reason == .waiting ? .notRunning : states[cage].reason
        records.event(Event(.mealMissed, .cage(cage), because: .feed(why), value: Double(meal + 1)))
    }

    mutating func begin(_ meal: MealID, _ planned: Mass, _ feed: CageFeed, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        records.ledger(.feedMeal(.started(meal, planned: planned)))
        records.event(Event(.mealStarted, .cage(meal.cage), value: planned.kilograms))
        lineStates[feed.line].owner = meal.cage
        lineStates[feed.line].meter.begin()
        states[meal.cage].run = MealRun(meal, planned: planned, at: image.now)
    }

    /// The pipe's row goes ahead of the first quantum's, so it is on disk before any feed is in the pipe.
    private mutating func bookPipe(_ feed: CageFeed, _ row: MealRow, _ records: inout RecordBuffer) {
        guard case .quantum = row, lines[feed.line].plan.hasBlower, lineStates[feed.line].booked == nil else { return }
        records.ledger(.feedPipe(feed.line, loadedAt: feed.outlet))
        lineStates[feed.line].booked = feed.outlet
    }

    /// What stands against a meal of this cage now.
    func obstacle(_ cage: CageIndex, _ feed: CageFeed, _ image: borrowing InputImage) -> FeedReason? {
        if states[cage].fasts.holding(image.wall) != nil { return .fasting }
        if gates[cage].share <= 0 { return gates[cage].reason ?? .stopped }
        let state = lineStates[feed.line]
        if state.line.phase == .faulted { return .lineFault }
        if state.owner != nil || state.line.phase != .idle { return .lineBusy }
        if state.line.isLoaded { return .purgeOwed }
        let doser = image.verdict(of: lines[feed.line].doser)
        if doser.hold == .interlock(.cageLocked) { return .locked }
        if doser.isHeld(butFor: .feedAir) { return .held }
        return image.ledgerIsWritable ? nil : .ledger
    }

    // MARK: How much

    /// The day's feed by the rule of the cage. `nil`: it cannot be told.
    private func ration(of cage: CageIndex, _ feed: CageFeed, _ image: borrowing InputImage) -> Mass? {
        let date = clock.local(unixSeconds: image.wall.unixSeconds).date
        let appetite = states[cage].appetite.factor(on: date)
        switch feed.ration {
        case .fixed(let mass): return mass * appetite
        case .table(let number):
            let water = senses[cage][.temperature]
            guard let stock = states[cage].stock, stock.count > 0, water.isKnown else { return nil }
            let warmth = Temperature.celsius((water.low + water.high) / 2)
            let kind = species[Int(number)]
            guard let oxygen = oxygenShare(kind, cage, warmth) else { return nil }
            return kind.daily(stock, at: warmth, oxygen: oxygen, appetite: Fraction(base: appetite))
        }
    }

    /// What the oxygen leaves of the appetite of a species that is known for it.
    private func oxygenShare(_ species: Species, _ cage: CageIndex, _ water: Temperature) -> Fraction? {
        guard let appetite = species.appetite else { return .percent(100) }
        return senses.saturation(of: cage).map { appetite.share(at: $0, water) }
    }

    // MARK: Ending

    mutating func end(_ cage: CageIndex, _ outcome: MealOutcome, _ now: Instant, _ records: inout RecordBuffer,
                      because why: FeedReason = .stopped) {
        guard let feed = cages[cage].feed, var run = states[cage].run, run.phase != .ended else { return }
        let step = run.end(outcome)
        if let row = step.row { records.ledger(.feedMeal(row)) }
        states[cage].run = run
        states[cage].reason = why
        close(cage, feed, now, &records)
    }

    /// What was given is in the book and in the fish; what is missing is told and not made up for.
    private mutating func close(_ cage: CageIndex, _ feed: CageFeed, _ now: Instant, _ records: inout RecordBuffer) {
        guard let run = states[cage].run else { return }
        let missing = run.planned - run.given
        if run.outcome == .completed {
            records.event(Event(.mealEnded, .cage(cage), value: run.given.kilograms, limit: run.planned.kilograms,
                                duration: now - run.began))
        } else {
            records.event(Event(.mealShort, .cage(cage), because: .feed(states[cage].reason), value: missing.kilograms,
                                limit: run.planned.kilograms))
        }
        book.end(run.meal, given: run.given, at: now)
        grow(cage, by: run.given, &records)
        takeFromSilo(run.given, for: cage, &records)
        lineStates[feed.line].owner = nil
        states[cage].run = nil
        states[cage].doses = false
        if run.outcome == .completed { states[cage].reason = .resting }
    }

    mutating func takeFromSilo(_ given: Mass, for cage: CageIndex, _ records: inout RecordBuffer) {
        guard let feed = cages[cage].feed, let silo = lines[feed.line].silo, let holds = silos.take(given, from: silo) else { return }
        records.ledger(.siloHolds(silo, holds))
    }

    private mutating func grow(_ cage: CageIndex, by feed: Mass, _ records: inout RecordBuffer) {
        guard feed > .zero, let stock = states[cage].stock,
              case .success(let grown) = stock.after(.grown(by: feed, conversion: cages[cage].conversion)) else { return }
        states[cage].stock = grown
        records.ledger(.feedStock(cage, grown))
    }
}
