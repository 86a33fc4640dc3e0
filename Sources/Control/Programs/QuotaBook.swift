import ProcessImage
import Quantities

struct QuotaIndex: DenseIndex {
    let rawValue: UInt16
}

/// Water counted against one quota.
struct QuotaUse: BitwiseCopyable {
    /// The first day of the stretch it was counted in; `nil`: outside of its season.
    var beginning: CivilDate?
    var used = Volume.zero
    var isTold = false
}

/// How far the run in a zone's hand has been counted.
struct Counted: BitwiseCopyable {
    var run = RunID(rawValue: 0)
    var volume = Volume.zero
}

/// What was given in the stretch of each quota. Begins with what the ledger holds of the days before.
struct QuotaBook: ~Copyable {
    private let plans: Dense<QuotaIndex, QuotaPlan>
    private var uses: Dense<QuotaIndex, QuotaUse>
    var counted: Dense<ZoneIndex, Counted>
    private var today: CivilDate?

    /// - Parameter given: water of each zone and local day, as far back as a quota may reach.
    init(_ quotas: [QuotaPlan], zones: Int, given: [Restored.ZoneDay]) {
        plans = Dense(quotas)
        counted = Dense(repeating: Counted(), count: zones)
        var uses: [QuotaUse] = []
        for quota in quotas {
            let days = given.filter { quota.zone == nil || quota.zone == $0.zone }
            // The newest day tells which stretch goes on; `turn` begins a newer one when the clock says so.
            let beginning = days.compactMap { quota.period.beginning(of: $0.date) }.max()
            let used = days.filter { beginning != nil && quota.period.beginning(of: $0.date) == beginning }
            uses.append(QuotaUse(beginning: beginning, used: used.reduce(.zero) { $0 + $1.volume }))
        }
        self.uses = Dense(uses)
    }

    var count: Int { plans.count }

    func concerns(_ number: Int, _ zone: ZoneIndex) -> Bool { plans[number].zone == nil || plans[number].zone == zone }
    func limit(_ number: Int) -> Volume { plans[number].limit }

    /// Outside of its season a quota leaves everything.
    func left(_ number: Int) -> Volume {
        guard let today, plans[number].period.beginning(of: today) != nil else { return Volume(base: .infinity) }
        return Volume(base: max(plans[number].limit.base - uses[number].used.base, 0))
    }

    /// A new day may begin a new stretch. A clock that goes back begins none: what was used stays used.
    mutating func turn(to date: CivilDate) {
        guard date != today else { return }
        today = date
        for number in 0..<plans.count {
            guard let beginning = plans[number].period.beginning(of: date) else { continue }
            if uses[number].beginning.map({ beginning > $0 }) ?? true { uses[number] = QuotaUse(beginning: beginning) }
        }
    }

    mutating func book(_ volume: Volume, _ zone: ZoneIndex) {
        for number in 0..<plans.count where concerns(number, zone) { uses[number].used += volume }
    }

    /// Whether a quota has just been used up.
    mutating func hasRunOut(_ number: Int) -> Bool {
        guard !uses[number].isTold, left(number) <= .zero else { return false }
        uses[number].isTold = true
        return true
    }

    func subject(_ number: Int) -> Subject { plans[number].zone.map { .zone($0) } ?? .site }
}

extension IrrigationControl {
    /// Counts what the scan before gave to whom, whoever ordered it.
    mutating func countWater(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard quotas.count > 0 else { return }
        if image.wall.isTrusted { quotas.turn(to: book.local(image.wall.unixSeconds).date) }
        var any = false
        for number in 0..<zones.count {
            guard let run = zones[number].hand else { continue }
            let before = quotas.counted[number].run == run.id ? quotas.counted[number].volume : .zero
            quotas.counted[number] = Counted(run: run.id, volume: run.volume)
            guard run.volume != before else { continue }
            quotas.book(run.volume - before, ZoneIndex(number))
            any = true
        }
        guard any else { return }
        for number in 0..<quotas.count where quotas.hasRunOut(number) {
            records.event(Event(.quotaUsedUp, quotas.subject(number), because: .matter(.quota, UInt16(number)),
                                limit: quotas.limit(number).base))
        }
    }
}
