public import Agronomy
public import ProcessImage
public import Quantities

struct HourSlot: DenseIndex {
    let rawValue: UInt16
}

struct Month: DenseIndex {
    let rawValue: UInt16
}

/// The site's weather as control may use it: station, else forecast, else averages; which one is always said.
///
/// The station is looked at once a second. Each hour is a durable row; a day's figures are made from its hours, so a restart in the
/// middle of a day loses ten minutes at most.
public struct WeatherBook: ~Copyable {
    let place: Location
    let climate: Climate
    let station: StationPlan?
    let averages: Dense<Month, MonthAverage>
    let clock: LocalClock
    private let isWanted: Bool
    /// The last eight days, each hour at its number modulo their count.
    private var hours: Dense<HourSlot, WeatherHour>
    private var current = HourUnderWay(hour: .min)
    private var rainWatch = RainWatch()
    private var lastLook = Instant.never
    private var keepDue = Instant.never
    /// Of the newest scan whose clock was trusted.
    private(set) var unixSeconds: Int64?
    /// The local day; `nil` while the clock is not trusted.
    public private(set) var today: CivilDate?
    /// The sun of today.
    public private(set) var sun: SunTimes?
    var forecast: Forecast?

    static let hoursKept = 24 * 8
    private static let lookEvery: Duration = .seconds(1)
    /// What a power cut may cost.
    private static let keepEvery: Duration = .minutes(10)
    /// The devices' own limits say when a reading is too old; this bounds what they may allow.
    static let readingNoOlderThan: Duration = .minutes(10)
    /// More than this between two looks was not watched, s. A season at the desk, whose station cannot fail, looks less often.
    var gap = 10.0

    init(_ plan: WeatherPlan?, clock: LocalClock, restored: [WeatherHour]) {
        isWanted = plan != nil
        place = plan?.place ?? Location(latitude: .zero, elevation: .zero)
        climate = plan?.climate ?? Climate()
        station = plan?.station
        averages = Dense(plan?.averages ?? Array(repeating: MonthAverage(et: .zero, rain: .zero), count: 12))
        self.clock = clock
        hours = Dense(repeating: WeatherHour(hour: .min), count: Self.hoursKept)
        for row in restored where row.isSound { hours[Int(row.hour) % Self.hoursKept] = row }
    }

    /// The state of another over the same plan. Takes no memory.
    mutating func take(from other: borrowing WeatherBook) {
        hours.take(from: other.hours)
        current = other.current
        rainWatch = other.rainWatch
        lastLook = other.lastLook
        keepDue = other.keepDue
        unixSeconds = other.unixSeconds
        today = other.today
        sun = other.sun
        forecast = other.forecast
    }

    // MARK: Once a scan

    mutating func look(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard isWanted, image.now - lastLook >= Self.lookEvery else { return }
        let time = lastLook == .never ? 0 : min((image.now - lastLook).seconds, gap)
        lastLook = image.now
        forecast = image.forecast
        guard image.wall.isTrusted else {
            today = nil
            return
        }
        let unix = image.wall.unixSeconds
        unixSeconds = unix
        turnHour(Int32(clamping: unix / 3600), &records)
        turnDay(clock.local(unixSeconds: unix).date)
        if let station { watch(station, image, for: time) }
        if image.now >= keepDue { keep(&records) }
    }

    /// The hour that was under way is over, also when the clock was stepped.
    private mutating func turnHour(_ hour: Int32, _ records: inout RecordBuffer) {
        guard hour != current.hour else { return }
        keep(&records)
        let row = hours[Int(max(hour, 0)) % Self.hoursKept]
        current = row.hour == hour ? HourUnderWay(resuming: row) : HourUnderWay(hour: hour)
    }

    private mutating func keep(_ records: inout RecordBuffer) {
        keepDue = lastLook + Self.keepEvery
        guard !current.isEmpty, current.hour >= 0 else { return }
        let row = current.row
        hours[Int(row.hour) % Self.hoursKept] = row
        records.ledger(.weatherHour(row))
    }

    private mutating func turnDay(_ date: CivilDate) {
        guard date != today else { return }
        today = date
        sun = SunTimes(on: date, at: place)
    }

    private mutating func watch(_ station: StationPlan, _ image: borrowing InputImage, for time: Double) {
        if let value = read(station.temperature, image), Believable.temperature.contains(value) {
            current.temperature.add(value, for: time)
        }
        if let value = read(station.humidity, image), Believable.humidity.contains(value) {
            current.humidity.add(min(value, 1), for: time)
        }
        if let value = read(station.radiation, image), Believable.irradiance.contains(value) {
            current.radiation.add(max(value, 0), for: time)
        }
        if let value = read(station.wind, image), Believable.wind.contains(value) { current.wind.add(value, for: time) }
        if let total = read(station.rain, image) {
            current.rainKnown.add(0, for: time)
            current.rain += rainWatch.difference(Depth(base: total), at: image.now)
        }
    }

    /// In the base unit of the quantity.
    private func read<Q: Quantity>(_ point: PointOf<Q>?, _ image: borrowing InputImage) -> Double? {
        guard let point else { return nil }
        return image.value(of: point, noOlderThan: Self.readingNoOlderThan).value?.base
    }

    /// A row of the ring or the hour under way; `nil` where nothing was seen.
    /// - Parameter number: hours since 1970. An `Int`: loops over other whole numbers allocate where nothing is optimised.
    func hour(_ number: Int) -> WeatherHour? {
        if number == Int(current.hour) { return current.isEmpty ? nil : current.row }
        guard number >= 0 else { return nil }
        let row = hours[number % Self.hoursKept]
        return Int(row.hour) == number ? row : nil
    }

    /// Seconds since 1970 at which a local day begins.
    func midnight(_ date: CivilDate) -> Int64 { clock.unixSeconds(date: date, time: .midnight) }

    // MARK: What is asked

    /// What the newest whole day's figures rest on.
    public var tier: WeatherTier {
        guard let today else { return .none }
        return day(today.adding(days: -1)).tier
    }

    /// Rain of the last hours up to now: whole hours and the one that runs. At most 7 days back. Unknown without a gauge, without
    /// a trusted clock, or when three hours or more of the time have no reading.
    public func rain(inLast time: Duration) -> Known<Depth> {
        guard station?.rain != nil else { return .unknown(.neverRead) }
        guard today != nil, let unixSeconds else { return .unknown(.stale) }
        let last = Int(unixSeconds / 3600)
        let span = Int(min(max(time.seconds / 3600, 1), Double(Self.hoursKept - 24)))
        var sum = Depth.zero, missing = 0
        for number in 0..<span {
            guard let row = hour(last - number), row.minutes.rain >= Self.enough(of: last - number, now: unixSeconds) else {
                missing += 1
                continue
            }
            sum += .millimeters(Double(row.rain))
        }
        return missing < min(Self.missingMax, span) ? .known(sum) : .unknown(.stale)
    }

    /// Rain since local midnight that the gauge saw; `nil` without a gauge or a trusted clock.
    var rainToday: Depth? {
        guard station?.rain != nil, let today, let unixSeconds else { return nil }
        let first = Int(midnight(today) / 3600), last = Int(unixSeconds / 3600)
        var sum = Depth.zero
        for number in first..<max(last + 1, first) { sum += .millimeters(Double(hour(number)?.rain ?? 0)) }
        return sum
    }

    /// In this hour or the one before.
    var hasRained: Bool {
        current.rain > .zero || (hour(Int(current.hour) - 1)?.rain ?? 0) > 0
    }

    /// Share of today's daylight that is over.
    var partOfDay: Double {
        guard let unixSeconds, let sun else { return 0 }
        guard let rise = sun.sunrise, let set = sun.sunset, set > rise else { return 0.5 }
        return min(max(Double(unixSeconds - rise) / Double(set - rise), 0), 1)
    }

    /// Rain expected in the coming hours. Unknown without a forecast, when it is older than two days, or does not reach so far.
    public func forecastRain(next time: Duration) -> Known<Depth> {
        guard let forecast else { return .unknown(.neverRead) }
        guard let today, let unixSeconds, unixSeconds - forecast.issued <= 48 * 3600,
              forecast.issued <= unixSeconds + 3600 else { return .unknown(.stale) }
        let end = unixSeconds + Int64(min(max(time.seconds, 0), 1e6))
        var sum = Depth.zero
        for number in 0..<(Forecast.daysMax + 1) {
            let date = today.adding(days: number)
            let from = midnight(date), to = midnight(date.adding(days: 1))
            guard from < end else { return .known(sum) }
            guard let day = forecast.day(date) else { return .unknown(.stale) }
            let part = Double(min(end, to) - max(unixSeconds, from)) / Double(max(to - from, 1))
            sum += day.rain * part
        }
        return .known(sum)
    }

    /// Energy of the sun since local midnight. Unknown without a pyranometer, or when an hour since midnight has no reading.
    public var radiationToday: Known<Irradiation> {
        guard station?.radiation != nil else { return .unknown(.neverRead) }
        guard let today, let unixSeconds else { return .unknown(.stale) }
        let first = Int(midnight(today) / 3600), last = Int(unixSeconds / 3600)
        guard first <= last else { return .unknown(.stale) }
        var sum = Irradiation.zero
        for number in first...last {
            guard let row = hour(number), row.minutes.radiation >= Self.enough(of: number, now: unixSeconds) else {
                return .unknown(.stale)
            }
            let seconds = number == last ? Double(unixSeconds - Int64(number) * 3600) : 3600
            sum += .megajoulesPerSquareMeter(Double(row.irradiance) * seconds / 1e6)
        }
        return .known(sum)
    }

    /// Wind now, at the height of the station's sensor.
    public func wind(_ image: borrowing InputImage) -> Known<Speed> {
        guard let point = station?.wind else { return .unknown(.neverRead) }
        return image.value(of: point, noOlderThan: Self.readingNoOlderThan)
    }

    /// Air temperature now.
    public func temperature(_ image: borrowing InputImage) -> Known<Temperature> {
        guard let point = station?.temperature else { return .unknown(.neverRead) }
        return image.value(of: point, noOlderThan: Self.readingNoOlderThan)
    }

    /// Minutes of an hour that must be known: 45, and of the one that runs as large a part.
    static func enough(of hour: Int, now unixSeconds: Int64) -> UInt8 {
        let passed = min(max(unixSeconds - Int64(hour) * 3600, 0), 3600)
        return UInt8(clamping: passed * 45 / 3600)
    }

    /// Hours without a reading from which on a sum is not made.
    static let missingMax = 3
}
