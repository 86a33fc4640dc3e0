import ProcessImage
import Quantities

/// One channel's account with one zone.
struct DoseAccount: BitwiseCopyable {
    /// In the zone's present run.
    var given = Volume.zero
    /// Booked ahead in the ledger and not given yet.
    var booked = Volume.zero
    var bookedAt = Instant.never
    /// When it was last given or booked.
    var lastAt = Instant.never
    /// What a row that is not yet on disk will add, and its number.
    var pending = Volume.zero
    var row: UInt64 = 0
}

struct DoseAccountSlot: DenseIndex {
    let rawValue: UInt16
}

/// What every channel has given: to each zone in its present run, in the last hour and in the last day.
///
/// A dose is booked in the ledger before it is given, in portions, so that after a restart at least what was given counts. What
/// was booked and never given is lost to the ceilings.
struct DoseAccounts: ~Copyable {
    private let zones: Int
    private var accounts: Dense<DoseAccountSlot, DoseAccount>
    private var hour: RollingSum
    private var day: RollingSum

    /// A zone that got nothing for so long before its valve opened begins a new run.
    static let runGap: Duration = .minutes(10)
    /// What was booked so long ago is booked anew, so that it counts in the hour in which it is given.
    private static let bookingLasts: Duration = .minutes(10)

    init(channels: Int, zones: Int) {
        self.zones = zones
        accounts = Dense(repeating: DoseAccount(), count: channels * zones)
        hour = RollingSum(channels: channels, part: .minutes(5), parts: 12)
        day = RollingSum(channels: channels, part: .hours(1), parts: 24)
    }

    private func slot(_ channel: ChannelIndex, _ zone: ZoneIndex) -> DoseAccountSlot {
        DoseAccountSlot(channel.offset * zones + zone.offset)
    }

    /// Takes over what an earlier life had booked for a zone, or what counts as given because nobody knows.
    mutating func restore(_ volume: Volume, _ channel: ChannelIndex, _ zone: ZoneIndex?, at moment: Instant, now: Instant) {
        count(volume, channel, at: moment)
        guard let zone, zone.offset < zones, now - moment < Self.runGap else { return }
        let slot = slot(channel, zone)
        accounts[slot].given += volume
        accounts[slot].lastAt = max(accounts[slot].lastAt, moment)
    }

    /// Counts what a channel has given in the hour and the day.
    mutating func count(_ volume: Volume, _ channel: ChannelIndex, at moment: Instant) {
        hour.add(volume, channel, at: moment)
        day.add(volume, channel, at: moment)
    }

    /// Counts a zone's part of it.
    mutating func give(_ volume: Volume, _ channel: ChannelIndex, _ zone: ZoneIndex, at now: Instant) {
        let slot = slot(channel, zone)
        accounts[slot].given += volume
        accounts[slot].booked = accounts[slot].booked - volume
        accounts[slot].lastAt = now
    }

    /// The ceiling of hour or day that leaves no room for as much more.
    func reached(_ channel: ChannelIndex, _ ceilings: DoseCeilings, more: Volume, at now: Instant) -> Interlock? {
        if let most = ceilings.perDay, day.sum(channel, at: now) + more > most { return .dosePerDay }
        if let most = ceilings.perHour, hour.sum(channel, at: now) + more > most { return .dosePerHour }
        return nil
    }

    /// Whether a zone has had all but as much of what one run may get.
    /// - Parameter opened: since when its valve is on.
    mutating func isRunFull(_ channel: ChannelIndex, _ zone: ZoneIndex, _ ceilings: DoseCeilings, more: Volume, opened: Instant) -> Bool {
        let slot = slot(channel, zone)
        if opened - accounts[slot].lastAt >= Self.runGap { accounts[slot].given = .zero }
        return ceilings.perRun.map { accounts[slot].given + more > $0 } ?? false
    }

    /// Books the next portion before the last is used up.
    /// - Returns: whether as much more is on disk.
    mutating func book(_ channel: ChannelIndex, _ zone: ZoneIndex, _ ceilings: DoseCeilings, more: Volume,
                       _ image: borrowing InputImage, _ records: inout RecordBuffer) -> Bool {
        let slot = slot(channel, zone)
        settle(slot, durableThrough: image.ledgerDurableThrough)
        guard let portion = portion(of: ceilings, least: more * 4) else { return true }
        if image.now - accounts[slot].bookedAt >= Self.bookingLasts { accounts[slot].booked = min(accounts[slot].booked, .zero) }
        if accounts[slot].row == 0, accounts[slot].booked < portion * 0.5 + more {
            accounts[slot].pending = portion
            accounts[slot].row = records.ledger(.doseBooked(channel, zone, portion))
            accounts[slot].bookedAt = image.now
            accounts[slot].lastAt = image.now
        }
        return accounts[slot].booked >= more
    }

    /// Small against every ceiling, so that little is lost in a restart, and large enough for few rows. `nil`: there is no
    /// ceiling that has to survive one.
    private func portion(of ceilings: DoseCeilings, least: Volume) -> Volume? {
        let ofRun = ceilings.perRun.map { $0 * (1.0 / 32) }, ofHour = ceilings.perHour.map { $0 * (1.0 / 16) }
        let ofDay = ceilings.perDay.map { $0 * (1.0 / 64) }
        guard ofRun != nil || ofHour != nil || ofDay != nil else { return nil }
        let most = Volume(base: .infinity)
        return max(min(ofRun ?? most, ofHour ?? most, ofDay ?? most), least)
    }

    private mutating func settle(_ slot: DoseAccountSlot, durableThrough: UInt64) {
        guard accounts[slot].row > 0, accounts[slot].row <= durableThrough else { return }
        accounts[slot].booked += accounts[slot].pending
        accounts[slot].pending = .zero
        accounts[slot].row = 0
    }
}

struct SumSlot: DenseIndex {
    let rawValue: UInt16
}

/// How much each channel has given of late, by equal parts of time: the part under way and as many before it as there are, so
/// rather a part too much than a moment too little. On the monotonic clock: no step of the wall clock gives anything anew.
struct RollingSum: ~Copyable {
    private let part: Int64
    private let places: Int
    private var sums: Dense<SumSlot, Volume>
    private var partOf: Dense<SumSlot, Int64>

    init(channels: Int, part: Duration, parts: Int) {
        self.part = part.nanoseconds
        places = parts + 1
        sums = Dense(repeating: .zero, count: channels * places)
        partOf = Dense(repeating: .min, count: channels * places)
    }

    mutating func add(_ volume: Volume, _ channel: ChannelIndex, at moment: Instant) {
        let number = number(moment)
        let turn = Int(number % Int64(places))
        let place = channel.offset * places + (turn < 0 ? turn + places : turn)
        guard partOf[place] <= number else { return }
        if partOf[place] < number { sums[place] = .zero }
        partOf[place] = number
        sums[place] += volume
    }

    func sum(_ channel: ChannelIndex, at now: Instant) -> Volume {
        let oldest = number(now) - Int64(places) + 1
        var sum = Volume.zero
        for place in channel.offset * places..<(channel.offset + 1) * places where partOf[place] >= oldest { sum += sums[place] }
        return sum
    }

    private func number(_ moment: Instant) -> Int64 {
        let (quotient, remainder) = moment.nanoseconds.quotientAndRemainder(dividingBy: part)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
