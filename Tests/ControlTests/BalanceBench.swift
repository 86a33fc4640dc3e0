import Agronomy
@testable import Control
import Language
import ProcessImage
import Quantities

/// Weather book and water balance through days of virtual time: a station whose readings a test sets, and a ledger that survives.
final class BalanceBench {
    static let station = (temperature: PointIndex(0), humidity: PointIndex(1), radiation: PointIndex(2), wind: PointIndex(3), rain: PointIndex(4))
    static let probe = PointIndex(5)
    static let zone = ZoneIndex(0)
    /// 2026-05-01, 00:00 in Shanghai.
    static let may = Int64(CivilDate(year: 2026, month: 5, day: 1)?.daysSinceEpoch ?? 0) * 86_400 - 8 * 3600

    static let tables: SiteTables = {
        let units = ["degC", "%", "W/m2", "m/s", "mm", "%"]
        let points = units.enumerated().map { number, unit in
            PointDefinition(label: Label(tag: "p\(number)"), unit: Unit(symbol: unit) ?? Unit.all[0], uncertainAfter: .minutes(5),
                            badAfter: .minutes(10), isCounter: number == 4)
        }
        let valve = OutputDefinition(label: Label(tag: "V"), kind: .valve, safe: .off, maximumOn: .hours(24))
        return SiteTables(site: Label(tag: "bench"), clock: .shanghai, points: points, outputs: [valve])
    }()

    static let maize = Crop(
        stages: CropStages(initial: 20, development: 30, middle: 35, late: 20),
        single: CropCoefficients(initial: 0.3, middle: 1.2, end: 0.6), basal: CropCoefficients(initial: 0.15, middle: 1.15, end: 0.5),
        heightInitial: .meters(0.05), heightMaximum: .meters(2.4), rootsInitial: .meters(0.3), rootsMaximum: .meters(1), depletionFraction: 0.55)

    /// Loam, maize planted on 1 April 2026, ten mu under drip. The averages are 5 mm of ET and 1 mm of rain a day.
    static func plan(station: Bool = true, probe: Bool = false, covered: Bool = false, zones: Int = 1,
                     rules: RootZoneRules = RootZoneRules()) -> ControlPlan {
        let weather = WeatherPlan(
            place: Location(latitude: .degrees(36.88), longitude: .degrees(118.74), elevation: .meters(23)),
            station: station ? stationPlan : nil,
            averages: Array(repeating: MonthAverage(et: .millimeters(5), rain: .millimeters(1)), count: 12))
        let moisture: PointOf<Fraction>? = tables.quantity(BalanceBench.probe)
        let water = WaterPlan(
            rootZone: RootZone(crop: maize, soil: SoilTexture.loam.soil, rules: rules), planted: CivilDate(year: 2026, month: 4, day: 1) ?? CivilDate(daysSinceEpoch: 0),
            area: .mu(10), efficiency: .percent(90), wetted: 0.4, isCovered: covered, content: .percent(25),
            probe: probe ? moisture.map { ProbePlan(moisture: $0) } : nil)
        let source = SourcePlan(pump: nil, masterValve: nil, capacity: nil, flow: nil, total: nil)
        let zone = ZonePlan(source: SourceIndex(0), valve: OutputIndex(0), travel: .zero, nominalFlow: .cubicMetersPerHour(20), area: .mu(10))
        return ControlPlan(clock: .shanghai, sources: [source], zones: Array(repeating: zone, count: zones), programs: [], weather: weather,
                           water: Array(repeating: water, count: zones))
    }

    private static var stationPlan: StationPlan? {
        tables.quantity(station.temperature).map {
            StationPlan(temperature: $0, humidity: tables.quantity(station.humidity), radiation: tables.quantity(station.radiation),
                        wind: tables.quantity(station.wind), windHeight: .meters(2), rain: tables.quantity(station.rain))
        }
    }

    private let plan: ControlPlan
    private var image: InputImage
    private var weatherBook: WeatherBook
    private var waterBalance: WaterBalance
    private var records = RecordBuffer(capacity: 4096)
    private(set) var unixSeconds: Int64
    var trust = ClockTrust.synced
    private var now = Instant(nanoseconds: 1_000_000_000_000)
    /// What the ledger holds, over lives.
    private(set) var restored = Restored()
    private(set) var days: [WaterDay] = []
    private(set) var rowCount = 0
    private(set) var events: [Event] = []

    // What the station reads; `nil`: nothing.
    var temperature: (Double) -> Double? = { hour in 20 - 6 * BalanceBench.wave(hour) }
    var humidity: (Double) -> Double? = { hour in 60 + 20 * BalanceBench.wave(hour) }
    var irradiance: (Double) -> Double? = { hour in max(0, -800 * BalanceBench.wave(hour)) }
    var wind: (Double) -> Double? = { _ in 2 }
    var rainTotal: Double? = 100
    var moisture: Double?

    /// 1 at midnight, −1 at noon.
    static func wave(_ hour: Double) -> Double {
        // A parabola in each half is day enough, and needs no mathematics here.
        let distance = abs(hour - 12)
        return distance > 6 ? 1 - (12 - distance) * (12 - distance) / 36 : distance * distance / 36 - 1
    }

    init(_ plan: ControlPlan = BalanceBench.plan(), startAt unixSeconds: Int64 = BalanceBench.may, restored: Restored = Restored()) {
        self.plan = plan
        self.unixSeconds = unixSeconds
        self.restored = restored
        image = InputImage(tables: BalanceBench.tables)
        weatherBook = WeatherBook(plan.weather, clock: plan.clock, restored: restored.weather)
        waterBalance = WaterBalance(plan, restored: restored)
    }

    var today: CivilDate { plan.clock.local(unixSeconds: unixSeconds).date }
    var hourOfDay: Double { Double(plan.clock.local(unixSeconds: unixSeconds).time.secondsSinceMidnight) / 3600 }

    /// Turns in steps of 5 s.
    func run(for time: Duration) {
        for _ in 0..<Int(time.seconds / 5) { turn() }
    }

    func runDays(_ count: Int) { run(for: .hours(24 * count)) }

    func turn() {
        image.begin(now: now, wall: WallTime(unixSeconds: unixSeconds, trust: trust))
        let hour = hourOfDay
        latch(temperature(hour), at: BalanceBench.station.temperature)
        latch(humidity(hour), at: BalanceBench.station.humidity)
        latch(irradiance(hour), at: BalanceBench.station.radiation)
        latch(wind(hour), at: BalanceBench.station.wind)
        latch(rainTotal, at: BalanceBench.station.rain)
        latch(moisture, at: BalanceBench.probe)
        records.clear()
        weatherBook.look(image, &records)
        for _ in 0..<max(plan.zones.count, 1) { waterBalance.step(weatherBook, image, &records) }
        for number in 0..<records.count { keep(records[number]) }
        now = now + .seconds(5)
        unixSeconds += 5
    }

    private func latch(_ value: Double?, at point: PointIndex) {
        if let value { image.latch(.good(value, at: now), at: point) }
    }

    private func keep(_ body: Record.Body) {
        switch body {
        case .event(let event): events.append(event)
        case .ledger(.weatherHour(let hour), _): restored.weather = restored.weather.filter { $0.hour != hour.hour }.suffix(191) + [hour]
        case .ledger(.waterDay(let zone, let day), _):
            restored.water = restored.water.filter { $0.zone != zone } + [(zone: zone, day: day)]
            rowCount += 1
            if zone == BalanceBench.zone { days.append(day) }
        default: break
        }
    }

    func give(_ volume: Volume) { waterBalance.give(volume, to: BalanceBench.zone, at: now) }
    func latch(_ forecast: Forecast) { image.latch(forecast) }
    func stepClock(by duration: Duration) { unixSeconds += Int64(duration.seconds) }

    /// The process dies; after a while another begins with what the ledger holds.
    /// - Parameter given: what the runs of the lives before gave, as the ledger tells it.
    func restart(after time: Duration, given: [GivenWater] = []) {
        restored.given = given
        unixSeconds += Int64(time.seconds)
        now = Instant(nanoseconds: 50_000_000_000)
        image = InputImage(tables: BalanceBench.tables)
        weatherBook = WeatherBook(plan.weather, clock: plan.clock, restored: restored.weather)
        waterBalance = WaterBalance(plan, restored: restored)
    }

    var deficit: Known<Depth> { waterBalance.deficit(of: BalanceBench.zone) }
    var depletion: Known<Fraction> { waterBalance.depletion(of: BalanceBench.zone) }
    var etSinceIrrigation: Known<Depth> { waterBalance.etSinceIrrigation(of: BalanceBench.zone) }
    var etToday: Known<Depth> { waterBalance.etToday(of: BalanceBench.zone) }
    var tier: WeatherTier { waterBalance.tier(of: BalanceBench.zone) }
    func rain(inLast time: Duration) -> Known<Depth> { weatherBook.rain(inLast: time) }
    func forecastRain(next time: Duration) -> Known<Depth> { weatherBook.forecastRain(next: time) }
    var radiationToday: Known<Irradiation> { weatherBook.radiationToday }
    func weather(on date: CivilDate) -> WeatherOfDay { weatherBook.day(date) }
    func volume(for depth: Depth) -> Volume? { waterBalance.volume(for: depth, of: BalanceBench.zone) }
}
