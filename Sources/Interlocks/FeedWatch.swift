public import ProcessImage
public import Quantities

/// A feed line as the interlocks see it: outputs and pressure, no sequence.
public struct FeedGuard: Sendable, BitwiseCopyable {
    public let doser: OutputIndex
    public let blower: OutputIndex
    /// Of air that carries feed.
    public let air: PressureWindow
    /// Below: nothing blows.
    public let still: Pressure

    public init(doser: OutputIndex, blower: OutputIndex, pressure: PointOf<Pressure>, still: Pressure, least: Pressure, most: Pressure,
                noOlderThan: Duration = .seconds(3)) {
        precondition(still < least)
        self.doser = doser
        self.blower = blower
        self.still = still
        air = PressureWindow(point: pressure, least: least, most: most, noOlderThan: noOlderThan)
    }
}

/// The drive of a selector that turns: it stands while its line blows, or is not known not to.
public struct SelectorGuard: Sendable, BitwiseCopyable {
    /// Number in `InterlockPlan.feeds`.
    public let feed: Int
    public let drive: OutputIndex

    public init(feed: Int, drive: OutputIndex) {
        self.feed = feed
        self.drive = drive
    }
}

/// An output that stands still while people work in a cage.
public struct CageGuard: Sendable, BitwiseCopyable {
    public let cage: CageIndex
    public let output: OutputIndex
    /// Of an output that serves other cages too: whether it serves this one now. What cannot be told counts as yes. `nil`: always.
    public let servesWhen: DigitalPoint?

    public init(cage: CageIndex, output: OutputIndex, servesWhen: DigitalPoint? = nil) {
        self.cage = cage
        self.output = output
        self.servesWhen = servesWhen
    }
}

/// A key switch or a gate contact that locks a cage while it is on; unknown counts as on.
public struct CageContact: Sendable, BitwiseCopyable {
    public let cage: CageIndex
    public let contact: DigitalPoint

    public init(cage: CageIndex, contact: DigitalPoint) {
        self.cage = cage
        self.contact = contact
    }
}

struct FeedNumber: DenseIndex {
    let rawValue: UInt16
}

struct CageGuardNumber: DenseIndex {
    let rawValue: UInt16
}

extension Interlocks {
    private static var contactNoOlderThan: Duration { .seconds(5) }

    /// People lock a cage by an order, and release it only from the spot.
    mutating func answerLocks(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<image.commandCount {
            let command = image.command(number)
            switch command.kind {
            case .lockCage(let cage) where cage.offset < cageLocks.count:
                set(cage, isLocked: true, command, &records)
                records.ledger(.commandDone(command.id, .done))
            case .unlockCage(let cage) where cage.offset < cageLocks.count:
                records.ledger(.commandDone(command.id, release(cage, command, &records)))
            default: continue
            }
        }
    }

    private mutating func release(_ cage: CageIndex, _ command: Command, _ records: inout RecordBuffer) -> CommandOutcome {
        guard command.author != .remote else { return .refusedNotPresent }
        guard cageLocks[cage] else { return .refusedNothingToDo }
        set(cage, isLocked: false, command, &records)
        return .done
    }

    private mutating func set(_ cage: CageIndex, isLocked: Bool, _ command: Command, _ records: inout RecordBuffer) {
        cageLocks[cage] = isLocked
        records.event(Event(isLocked ? .cageLocked : .cageReleased, .cage(cage), because: .manual(command.id)))
        records.ledger(.feedLock(cage, isLocked: isLocked, command: command.id))
    }

    /// The doser stands unless its air is proven; a selector stands unless its pipe is still; nothing that feeds a locked cage moves.
    mutating func holdFeed(_ image: borrowing InputImage) {
        for number in 0..<feeds.count where !isBlown(feeds[number], image) { holds[feeds[number].doser] = .interlock(.feedAir) }
        for number in 0..<selectors.count where !isStill(feeds[selectors[number].feed], image) {
            holds[selectors[number].drive] = .interlock(.selectorAir)
        }
        for number in 0..<cageGuards.count {
            let guarded = cageGuards[number]
            guard isLocked(guarded.cage, image) else { continue }
            if let serves = guarded.servesWhen, image.isOn(serves, noOlderThan: Self.contactNoOlderThan) == .known(false) { continue }
            holds[guarded.output] = .interlock(.cageLocked)
        }
    }

    private func isLocked(_ cage: CageIndex, _ image: borrowing InputImage) -> Bool {
        if cageLocks[cage] { return true }
        for number in 0..<cageContacts.count where cageContacts[number].cage == cage {
            if image.isOn(cageContacts[number].contact, noOlderThan: Self.contactNoOlderThan) != .known(false) { return true }
        }
        return false
    }

    private func isBlown(_ feed: FeedGuard, _ image: borrowing InputImage) -> Bool {
        outputWatch[feed.blower].level.isOn && feed.air.holds(in: image)
    }

    private func isStill(_ feed: FeedGuard, _ image: borrowing InputImage) -> Bool {
        guard !outputWatch[feed.blower].level.isOn, image.feedback(of: feed.blower).level != .on,
              let pressure = image.value(of: feed.air.point, noOlderThan: feed.air.noOlderThan).value else { return false }
        return pressure < feed.still
    }

    /// Permitted in one scan: no feed without its blower, no turning with it.
    mutating func refuseFeed() {
        for number in 0..<feeds.count where outputs[feeds[number].doser].level.isOn && !outputs[feeds[number].blower].level.isOn {
            refuse(feeds[number].doser, because: .interlock(.feedAir))
        }
        for number in 0..<selectors.count {
            let selector = selectors[number]
            guard outputs[selector.drive].level.isOn, outputs[feeds[selector.feed].blower].level.isOn else { continue }
            refuse(selector.drive, because: .interlock(.selectorAir))
        }
    }
}
