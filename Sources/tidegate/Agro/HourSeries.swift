import Agronomy
import Foundation
import Language
import Quantities

/// Hours in order of time; a leap of more than a day, or another place, begins a new series with clouds of its own.
struct HourSeries {
    private struct Hour {
        let weather: HourlyWeather
        let clock: ClockHour
        let place: Location
        /// Hours since 1970 by the local clock, or within a year where only its day is known.
        let number: Double
    }

    private let constants: Constants
    /// By line; only rows that can be used.
    private let hours: [Int: Hour]
    private let order: [Int]
    private var et: HourlyReferenceET?
    private var last: Hour?

    init(_ rows: [CSVRow], _ constants: Constants) {
        self.constants = constants
        let known = rows.compactMap { row in (try? HourSeries.hour(row)).map { (row.line, $0) } }
        hours = Dictionary(known, uniquingKeysWith: { first, _ in first })
        order = known.map(\.0)
    }

    mutating func next(_ row: CSVRow) throws(RowRefused) -> [String] {
        let hour = try HourSeries.hour(row)
        var et = follows(hour) ? self.et ?? begin(at: row.line, hour) : begin(at: row.line, hour)
        let (short, tall) = et.next(hour.weather, in: hour.clock)
        self.et = et
        last = hour
        return [CSVRow.shown(short.raw.millimeters), CSVRow.shown(tall.raw.millimeters)]
    }

    private func follows(_ hour: Hour) -> Bool {
        last.map { $0.place == hour.place && hour.number > $0.number && hour.number - $0.number <= 24 } ?? false
    }

    private func begin(at line: Int, _ first: Hour) -> HourlyReferenceET {
        let rest = order.drop { $0 < line }.prefix(48).compactMap { hours[$0] }
            .prefix { $0.place == first.place && $0.number >= first.number && $0.number - first.number < 24 }
        return HourlyReferenceET(at: first.place, constants: constants, evening: rest.map { ($0.weather, $0.clock) })
    }

    private static func hour(_ row: CSVRow) throws(RowRefused) -> Hour {
        var weather = HourlyWeather(temperature: .celsius(try row.number(.mean)),
                                    radiation: .megajoulesPerSquareMeter(max(try row.number(.radiationOfHour), 0)))
        weather.vapourPressure = try row.maybe(.vapour).map { .kilopascals($0) }
        weather.dewPoint = try row.maybe(.dewPoint).map { .celsius($0) }
        weather.humidity = try row.maybe(.humidityMean).map { .percent(min($0, 100)) }
        guard weather.vapourPressure != nil || weather.dewPoint != nil || weather.humidity != nil else {
            throw row.refused("ea_kpa", Phrase(zh: "没有湿度", en: "nothing tells of humidity"),
                              Phrase(zh: "填 ea_kpa、tdew_c、rh_pct 之一", en: "Fill ea_kpa, tdew_c or rh_pct"))
        }
        weather.wind = try row.maybe(.wind).map { .metersPerSecond($0) }
        weather.windHeight = .meters(try row.maybe(.windHeight) ?? 2)
        let start = try row.number("local_hour_start", 0...23.99)
        let offset = try row.number("utc_offset_h", -14...14)
        let day = try row.dayOfYear()
        let date = row.text(["local_date", "date"]).flatMap { CivilDate(written: $0) }.map { Double($0.daysSinceEpoch) } ?? Double(day)
        _ = try row.number(.longitude)
        let clock = ClockHour(dayOfYear: day, start: start, utcOffset: offset)
        return Hour(weather: weather, clock: clock, place: try row.location(), number: date * 24 + start)
    }
}
