import ProcessImage
import Quantities

/// A person starts a program: every zone gets its amount, whatever its conditions say. What else stands against it is told with
/// its numbers; a no-water window, and a quota that has less left, refuse the start unless the order says that it goes over them.
extension IrrigationControl {
    mutating func startByHand(_ program: ProgramIndex, over: Bool, _ command: UInt64, _ image: borrowing InputImage,
                              _ records: inout RecordBuffer) -> CommandOutcome {
        guard program.offset < programs.count else { return .refusedNothingToDo }
        let date = book.local(image.wall.unixSeconds).date
        if let refusal = weighByHand(program, over: over, on: date, &records), !over { return refusal }
        guard enqueueByHand(program, on: date, command, image.now, &records) else { return .refusedBusy }
        if let order = standing.standsAgainst(program) {
            records.event(Event(.startOverWindow, .program(program), because: order.cause))
        }
        programs[program].startedLast = image.now
        records.event(Event(.programStartedByHand, .program(program), because: .manual(command)))
        return .done
    }

    /// - Returns: whether any zone took its run.
    private mutating func enqueueByHand(_ program: ProgramIndex, on date: CivilDate, _ command: UInt64, _ now: Instant,
                                        _ records: inout RecordBuffer) -> Bool {
        let rule = book.rules[program]
        var any = false
        for number in rule.steps.range {
            let step = book.steps[number]
            var chain = Chain()
            guard let amount = amount(of: step, program: program, on: date, &chain, isRationed: false) else {
                if let against = chain.against { tell(against, step.zone, &records) }
                continue
            }
            let asked = RunOrder(zone: step.zone, amount: amount, cause: .manual(command), soak: rule.soak, shift: step.shift,
                                 obeysWindows: false)
            guard let order = fitted(asked, rule.recipe, longest: step.longest, isRationed: false, &chain, &records) else {
                if let against = chain.against { tell(against, step.zone, &records) }
                continue
            }
            if enqueue(order, now, &records) {
                any = true
            } else {
                tell(Finding(.busy, .skips), step.zone, &records)
            }
        }
        return any
    }

    /// Tells each window that stands and each quota that would be exceeded.
    /// - Returns: what the start is refused for, unless it goes over it.
    private func weighByHand(_ program: ProgramIndex, over: Bool, on date: CivilDate, _ records: inout RecordBuffer) -> CommandOutcome? {
        var refusal: CommandOutcome?
        for number in 0..<windows.count where windowsOn & book.rules[program].windows & 1 << number != 0 {
            refusal = .refusedWindow
            records.event(Event(over ? .startOverWindow : .startRefused, .program(program), because: .matter(.window, UInt16(number))))
        }
        for number in 0..<quotas.count {
            let left = max(quotas.left(number).base - promised(number), 0)
            guard let wanted = wanted(by: program, of: number, on: date), wanted > left || (wanted.isNaN && left <= 0) else { continue }
            refusal = refusal ?? .refusedQuota
            records.event(Event(over ? .startOverQuota : .startRefused, .program(program), because: .matter(.quota, UInt16(number)),
                                value: wanted, limit: left))
        }
        return refusal
    }

    /// What the program would give of one quota, m3. `nil`: nothing of it; NaN: nobody knows how much.
    private func wanted(by program: ProgramIndex, of quota: Int, on date: CivilDate) -> Double? {
        var sum: Double?
        for number in book.rules[program].steps.range where quotas.concerns(quota, book.steps[number].zone) {
            var chain = Chain()
            let amount = amount(of: book.steps[number], program: program, on: date, &chain, isRationed: false)
            guard let amount else { continue }
            sum = (sum ?? 0) + (wateringVolume(of: amount, book.steps[number].zone)?.base ?? .nan)
        }
        return sum
    }
}
