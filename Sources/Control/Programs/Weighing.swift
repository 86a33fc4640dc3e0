import Agronomy
import ProcessImage
import Quantities

/// The reasons of one decision about one zone, in order.
struct Chain: BitwiseCopyable {
    private(set) var count = 0
    private var findings = InlineArray<18, Finding>(repeating: Finding(.ordered, .orders))
    /// The reason there is no water, once there is one.
    private(set) var against: Finding?

    mutating func add(_ finding: Finding) {
        guard count < findings.count else { return }
        findings[count] = finding
        count += 1
        if finding.effect == .skips { against = against ?? finding }
    }

    subscript(number: Int) -> Finding { findings[number] }
}

/// Weighs each zone of a start that was decided: what speaks for its water and against it, and how much it gets.
///
/// Each scan takes as many zones as it has room for records, so that a start of hundreds of zones loses none of them.
extension IrrigationControl {
    /// Records one zone may leave: its chain, its run, its event.
    private static var rowsOfAZone: Int { 24 }
    private static var zonesAScan: Int { 32 }

    mutating func weighPending(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        var left = Self.zonesAScan
        for number in 0..<programs.count {
            let end = book.rules[number].steps.upper
            while programs[number].pending != nil, programs[number].pendingStep < end {
                guard left > 0, records.room > Self.rowsOfAZone else { return }
                left -= 1
                weighNext(ProgramIndex(number), image, &records)
            }
            programs[number].pending = nil
        }
    }

    private mutating func weighNext(_ program: ProgramIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let occurrence = programs[program].pending else { return }
        let number = programs[program].pendingStep
        programs[program].pendingStep += 1
        let step = book.steps[number]
        var chain = Chain()
        var amount: Amount?
        if let against = programs[program].against {
            chain.add(against)
        } else {
            amount = weigh(step, number, of: program, on: occurrence.date, image, &chain)
        }
        if let amount, chain.against == nil { order(amount, step, program, image, &chain, &records) }
        for place in 0..<chain.count {
            records.ledger(.finding(occurrence, step.zone, step: UInt8(truncatingIfNeeded: place), chain[place]))
        }
        // A start that was skipped as a whole is told once, of its program.
        if let against = chain.against, programs[program].against == nil { tell(against, step.zone, &records) }
    }

    private mutating func order(_ amount: Amount, _ step: ProgramPlan.Step, _ program: ProgramIndex,
                                _ image: borrowing InputImage, _ chain: inout Chain, _ records: inout RecordBuffer) {
        let rule = book.rules[program]
        let order = RunOrder(zone: step.zone, amount: amount, cause: .program(program), priority: rule.priority, soak: rule.soak,
                             shift: step.shift, row: programs[program].row, patience: patience(of: program))
        guard let order = fitted(order, rule.recipe, longest: step.longest, isRationed: true, &chain, &records) else { return }
        if enqueue(order, image.now, &records) {
            chain.add(Finding(order.amount))
        } else {
            chain.add(Finding(.busy, .skips))
        }
    }

    /// An event for people; the ledger has the whole chain.
    func tell(_ against: Finding, _ zone: ZoneIndex, _ records: inout RecordBuffer) {
        let kind: EventKind = against.matter == .busy ? .runRefused : .zoneSkipped
        records.event(Event(kind, .zone(zone), because: against.cause, value: against.value, limit: against.limit,
                            duration: .seconds(Int(against.hours) * 3600)))
    }

    // MARK: For and against

    /// - Returns: how much water the zone is to get; `nil` when the chain says why there is none.
    func weigh(_ step: ProgramPlan.Step, _ number: Int, of program: ProgramIndex, on date: CivilDate,
               _ image: borrowing InputImage, _ chain: inout Chain) -> Amount? {
        let rule = book.rules[program]
        if standing.isPaused(step.zone) { chain.add(Finding(.paused, .skips)) }
        weighStage(rule, step.zone, &chain)
        weighTrigger(rule, number, step.zone, image, &chain)
        for place in rule.when.range where chain.against == nil {
            weigh(book.conditions[place], mustHold: true, rule.ifUnknown, step.zone, image, &chain)
        }
        for place in rule.unless.range where chain.against == nil {
            weigh(book.conditions[place], mustHold: false, rule.ifUnknown, step.zone, image, &chain)
        }
        guard chain.against == nil else { return nil }
        return self.amount(of: step, program: program, on: date, &chain, isRationed: true)
    }

    private func weighStage(_ rule: ProgramBook.Rule, _ zone: ZoneIndex, _ chain: inout Chain) {
        guard rule.stages != 0, chain.against == nil else { return }
        let isIn = balance.stage(of: zone).map { rule.stages & (1 << $0.rawValue) != 0 } ?? (rule.ifUnknown == .water)
        if !isIn { chain.add(Finding(.stage, .skips)) }
    }

    /// A zone whose own measure did not call for water gets none from the start that another zone called for.
    private func weighTrigger(_ rule: ProgramBook.Rule, _ number: Int, _ zone: ZoneIndex, _ image: borrowing InputImage,
                              _ chain: inout Chain) {
        guard let trigger = rule.trigger, chain.against == nil else { return }
        switch trigger.kind {
        case .condition(let condition, _):
            let known = measure(condition.measured, zone, image)
            let calls = thirsts[number].isThirsty && known.value != nil
            chain.add(finding(condition, calls ? .allows : .skips, known, zone))
        case .radiation(let sum):
            chain.add(Finding(.radiation, .allows, value: weather.radiationToday.value?.base ?? .nan, limit: sum.base,
                              tier: weather.tier))
        }
    }

    private func weigh(_ condition: Condition, mustHold: Bool, _ ifUnknown: UnknownPolicy, _ zone: ZoneIndex,
                       _ image: borrowing InputImage, _ chain: inout Chain) {
        let known = measure(condition.measured, zone, image)
        let allows = switch known {
        case .known(let value): condition.holds(value) == mustHold
        case .unknown: ifUnknown == .water
        }
        chain.add(finding(condition, allows ? .allows : .skips, known, zone))
    }

    private func finding(_ condition: Condition, _ effect: Finding.Effect, _ known: Known<Double>, _ zone: ZoneIndex) -> Finding {
        let reason: Reason = if case .unknown(let reason) = known { reason } else { .none }
        return Finding(condition.measured.matter, effect, value: known.value ?? .nan, limit: condition.limit,
                       index: condition.measured.index, hours: condition.measured.hours, reason: reason,
                       tier: tier(condition.measured, zone))
    }
}

extension Finding {
    /// What was ordered in the end.
    fileprivate init(_ amount: Amount) {
        switch amount {
        case .volume(let volume): self.init(.ordered, .orders, value: volume.base)
        case .time(let time): self.init(.orderedTime, .orders, value: time.seconds)
        }
    }
}
