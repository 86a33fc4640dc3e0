import Agronomy
public import ProcessImage
public import Quantities

/// What is kept of one zone's root zone.
struct ZoneWater: BitwiseCopyable {
    var state: RootZoneState
    /// The newest day that was stepped, or that the balance begins after; `nil`: it has not begun.
    var last: CivilDate?
    /// As it was written; `nil`: no day of it is known.
    var row: WaterDay?
    /// From the meter, in this life: today, and before today but not yet stepped.
    var givenToday = Volume.zero
    var givenBefore = Volume.zero
    var givenOn: CivilDate?
    /// Water came to the zone.
    var wateredAt = Instant.never
    var isWaiting = false
    var caughtUp = 0
    var probe = ProbeWatch()
}

/// The water in each zone's root zone, stepped once for each local day.
///
/// A day's step is a durable row that bears all the next day begins with: no day is stepped twice, and a restart goes on where
/// the newest row stands. Days without power are made up for, a few in each scan, with what is known of their weather: the
/// averages at the worst. Irrigation is what the meter said, never what a program planned.
public struct WaterBalance: ~Copyable {
    let plans: Dense<ZoneIndex, WaterPlan?>
    var zones: Dense<ZoneIndex, ZoneWater>
    /// Of the lives before, by zone and day. Read only.
    private let given: [GivenWater]
    private var next = 0
    /// Share of today's daylight that is over.
    private var partOfDay = 0.0
    private var today: CivilDate?
    /// Reference ET that is expected of today, and rain of today so far.
    private var expected = Depth.zero
    private var rainToday = Depth.zero
    private var refreshDue = Instant.never

    /// Days that are stepped in one scan at most.
    private static let daysPerScan = 4
    /// After a longer time, or a clock that was so far off, the balance begins anew.
    static let longestGap = 31

    init(_ plan: borrowing ControlPlan, restored: borrowing Restored) {
        plans = Dense(plan.water)
        zones = Dense(plan.water.map { ZoneWater(state: WaterBalance.start($0)) })
        var last: [ZoneIndex: CivilDate] = [:]
        for (zone, day) in restored.water where zone.offset < plan.water.count && day.isSound {
            guard let plan = plan.water[zone.offset], day.date >= plan.planted.adding(days: -1) else { continue }
            zones[zone].state = RootZoneState(day)
            zones[zone].last = day.date
            zones[zone].row = day
            last[zone] = day.date
        }
        let recent = restored.given.map(\.date).max().map { $0.adding(days: -Self.longestGap) }
        given = restored.given.filter { item in last[item.zone].map { item.date > $0 } ?? (item.date > recent ?? item.date) }
    }

    /// The state of another over the same plan, but for what earlier lives gave: that is taken up in the first scans. Takes no memory.
    mutating func take(from other: borrowing WaterBalance) {
        zones.take(from: other.zones)
        next = other.next
        partOfDay = other.partOfDay
        today = other.today
        expected = other.expected
        rainToday = other.rainToday
        refreshDue = other.refreshDue
    }

    private static func start(_ plan: WaterPlan?) -> RootZoneState {
        plan.map { $0.rootZone.start(content: $0.content) } ?? .nothing
    }

    // MARK: Once a scan

    /// Books what a zone got; less than none where a meter corrects what was reckoned.
    mutating func give(_ volume: Volume, to zone: ZoneIndex, at now: Instant) {
        guard plans[zone] != nil else { return }
        if zones[zone].givenOn != today {
            zones[zone].givenBefore += zones[zone].givenToday
            zones[zone].givenToday = .zero
            zones[zone].givenOn = today
        }
        zones[zone].givenToday += volume
        zones[zone].wateredAt = now
    }

    /// One zone in each scan.
    mutating func step(_ weather: borrowing WeatherBook, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard zones.count > 0 else { return }
        today = weather.today
        next = next + 1 < zones.count ? next + 1 : 0
        let zone = ZoneIndex(next)
        guard let plan = plans[zone] else { return }
        watchProbe(zone, plan, weather, image, &records)
        guard let today else { return }
        refresh(weather, image, today)
        catchUp(zone, plan, to: today, weather, image, &records)
    }

    private mutating func refresh(_ weather: borrowing WeatherBook, _ image: borrowing InputImage, _ today: CivilDate) {
        guard image.now >= refreshDue else { return }
        refreshDue = image.now + .minutes(1)
        let usual = weather.average(on: today)
        expected = usual.et
        rainToday = weather.rainToday ?? .zero
        partOfDay = weather.partOfDay
    }

    private mutating func catchUp(_ zone: ZoneIndex, _ plan: WaterPlan, to today: CivilDate, _ weather: borrowing WeatherBook,
                                  _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard today >= plan.planted else { return }
        beginIfDue(zone, plan, today, &records)
        guard let last = zones[zone].last else { return }
        waitIfAhead(zone, last, today, &records)
        var date = last.adding(days: 1), count = 0
        while date < today, count < Self.daysPerScan {
            step(zone, plan, on: date, isLate: date.adding(days: 1) < today, weather, image, &records)
            date = date.adding(days: 1)
            count += 1
        }
        guard count > 0 else { return }
        zones[zone].caughtUp += count
        if date == today {
            let days = Double(zones[zone].caughtUp)
            if days > 1 { records.event(Event(.balanceCaughtUp, .zone(zone), value: days)) }
            zones[zone].caughtUp = 0
        }
    }

    /// On planting day, on the first day of all, and when so long a time is missing that nothing can be said of it.
    private mutating func beginIfDue(_ zone: ZoneIndex, _ plan: WaterPlan, _ today: CivilDate, _ records: inout RecordBuffer) {
        if let last = zones[zone].last {
            let gap = Int(today.daysSinceEpoch) - Int(last.daysSinceEpoch)
            if gap <= Self.longestGap, gap >= -Self.longestGap, last >= plan.planted.adding(days: -1) { return }
        }
        zones[zone].state = Self.start(plan)
        zones[zone].row = nil
        zones[zone].last = today.adding(days: -1)
        records.event(Event(.balanceBegun, .zone(zone)))
    }

    /// The clock was ahead and is back: no day is stepped again.
    private mutating func waitIfAhead(_ zone: ZoneIndex, _ last: CivilDate, _ today: CivilDate, _ records: inout RecordBuffer) {
        let ahead = Int(last.daysSinceEpoch) - Int(today.daysSinceEpoch) + 1
        if ahead > 0, !zones[zone].isWaiting { records.event(Event(.balanceWaits, .zone(zone), value: Double(ahead))) }
        zones[zone].isWaiting = ahead > 0
    }

    // MARK: One day

    private mutating func step(_ zone: ZoneIndex, _ plan: WaterPlan, on date: CivilDate, isLate: Bool,
                               _ weather: borrowing WeatherBook, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let day = weather.day(date)
        if date.adding(days: 1) == today, day.hasFailed, day.tier < .stationPartly, zone.offset == firstZone {
            records.event(Event(.stationUnusable, .site, value: Double(day.missing)))
        }
        let volume = takeGiven(zone, date)
        var state = zones[zone].state
        state.day = plan.age(on: date) ?? 0
        let result = plan.rootZone.step(&state, RootZoneWeather(
            et: day.et, rain: plan.isCovered ? .zero : day.rain, climate: day.climate,
            irrigation: Depth(of: volume, on: plan.area), efficiency: plan.efficiency, wetted: plan.wetted))
        var notes = WaterDay.Notes.none.with(.caughtUp, if: isLate).with(.stationFailed, if: day.hasFailed)
        assimilate(zone, plan, date, image, &state, &notes)
        let row = WaterDay(result, state, date, day.tier, notes, before: zones[zone].row)
        zones[zone].state = RootZoneState(row)
        zones[zone].row = row
        zones[zone].last = date
        records.ledger(.waterDay(zone, row))
    }

    private var firstZone: Int {
        for number in 0..<plans.count where plans[number] != nil { return number }
        return 0
    }

    /// What the meter gave on a day: of the lives before by their runs, of this life since the last step.
    private mutating func takeGiven(_ zone: ZoneIndex, _ date: CivilDate) -> Volume {
        var sum = zones[zone].givenBefore
        zones[zone].givenBefore = .zero
        // Water of a time without a trusted clock belongs to the next day that is stepped.
        if zones[zone].givenOn ?? date <= date {
            sum += zones[zone].givenToday
            zones[zone].givenToday = .zero
        }
        return max(sum + givenBefore(zone, date), .zero)
    }

    private func givenBefore(_ zone: ZoneIndex, _ date: CivilDate) -> Volume {
        var sum = Volume.zero
        for row in given where row.zone == zone && row.date == date { sum += row.volume }
        return sum
    }

    // MARK: What is asked

    /// Net water that fills the root zone: yesterday's depletion and today's use so far, less the rain and irrigation of today.
    /// Unknown for a zone without crop and soil, before its first day, and while its newest day is not yesterday's.
    public func deficit(of zone: ZoneIndex) -> Known<Depth> {
        guard let plan = plans[zone], let today, let row = newest(zone, today) else { return .unknown(unknownReason(zone)) }
        let used = expected * Double(row.coefficient) * partOfDay
        let volume = zones[zone].givenToday + zones[zone].givenBefore + givenBefore(zone, today)
        let given = Depth(of: volume, on: plan.area) * plan.efficiency.base
        let rain = plan.isCovered ? Depth.zero : rainToday
        return .known(max(row.depletion + used - given - rain, .zero))
    }

    /// Depletion as a part of the total available water. Range: 0 … 1.
    public func depletion(of zone: ZoneIndex) -> Known<Fraction> {
        guard let today, let row = newest(zone, today), row.available > 0 else { return .unknown(unknownReason(zone)) }
        switch deficit(of: zone) {
        case .known(let depth): return .known(Fraction(base: min(depth.millimeters / Double(row.available), 1)))
        case .unknown(let reason): return .unknown(reason)
        }
    }

    /// Actual evapotranspiration since the zone's last irrigation, in whole days.
    public func etSinceIrrigation(of zone: ZoneIndex) -> Known<Depth> {
        guard let today, let row = newest(zone, today) else { return .unknown(unknownReason(zone)) }
        if zones[zone].givenToday + givenBefore(zone, today) > .zero { return .known(.zero) }
        return .known(.millimeters(Double(row.etSinceIrrigation)))
    }

    /// What the crop is expected to use today.
    public func etToday(of zone: ZoneIndex) -> Known<Depth> {
        guard let today, let row = newest(zone, today) else { return .unknown(unknownReason(zone)) }
        return .known(expected * Double(row.coefficient))
    }

    /// Of the total and the readily available water, in mm; the newest day's.
    public func available(of zone: ZoneIndex) -> Known<(total: Depth, readily: Depth)> {
        guard let row = zones[zone].row else { return .unknown(.neverRead) }
        return .known((.millimeters(Double(row.available)), .millimeters(Double(row.readily))))
    }

    /// Where its crop is today; `nil` without a crop, before its planting and before a day is known.
    func stage(of zone: ZoneIndex) -> CropStage? {
        guard let plan = plans[zone], let today, let age = plan.age(on: today) else { return nil }
        return plan.rootZone.crop.stages.stage(on: age)
    }

    /// Gross water for a net depth on the zone's area, by its efficiency; `nil` for a zone without a balance.
    public func volume(for net: Depth, of zone: ZoneIndex) -> Volume? {
        plans[zone].map { Spreading.gross(net, over: $0.efficiency).volume(on: $0.area) }
    }

    /// What the weather of the zone's newest day came from.
    public func tier(of zone: ZoneIndex) -> WeatherTier { zones[zone].row?.tier ?? .none }

    private func newest(_ zone: ZoneIndex, _ today: CivilDate) -> WaterDay? {
        guard let row = zones[zone].row, row.date.adding(days: 1) == today else { return nil }
        return row
    }

    private func unknownReason(_ zone: ZoneIndex) -> Reason { zones[zone].row == nil ? .neverRead : .stale }
}
