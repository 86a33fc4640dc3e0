import Agronomy
import Foundation
import Language
import Quantities

/// A column of numbers: its names, and what can stand in it.
struct NumberColumn {
    let names: [String]
    let range: ClosedRange<Double>

    init(_ names: String..., range: ClosedRange<Double>) {
        self.names = names
        self.range = range
    }

    static let latitude = NumberColumn("lat_deg", "lat", range: -90...90)
    static let longitude = NumberColumn("lon_deg", "lon", range: -180...180)
    static let elevation = NumberColumn("elev_m", "elev", range: -450...6000)
    static let dayOfYear = NumberColumn("doy", range: 1...366)
    static let minimum = NumberColumn("tmin_c", "tmin", range: -60...55)
    static let maximum = NumberColumn("tmax_c", "tmax", range: -60...60)
    static let mean = NumberColumn("tmean_c", range: -60...60)
    static let vapour = NumberColumn("ea_kpa", "vapr", range: 0...20)
    static let dewPoint = NumberColumn("tdew_c", "tdew", range: -80...40)
    static let humidityMinimum = NumberColumn("rhmin_pct", "rhmin", range: 0...105)
    static let humidityMaximum = NumberColumn("rhmax_pct", "rhmax", range: 0...105)
    static let humidityMean = NumberColumn("rhmean_pct", "rh_pct", range: 0...105)
    static let wind = NumberColumn("wind_ms_at_zw", "wind_ms", "wndsp", range: 0...60)
    static let windHeight = NumberColumn("wind_height_m", range: 0.5...100)
    static let radiationOfDay = NumberColumn("rs_mj_m2_d", "srad", range: 0...45)
    static let radiationOfHour = NumberColumn("rs_mj_m2_h", range: -0.1...5)
    static let rain = NumberColumn("rain_mm", "rain", range: 0...1000)
    static let sunshine = NumberColumn("sunshine_h", range: 0...24)
}

extension CSVRow {
    func refused(_ column: String, _ what: Phrase, _ remedy: Phrase) -> RowRefused {
        RowRefused(row: self, column: column, what: what, remedy: remedy)
    }

    /// `nil` where nothing stands, or `NaN`.
    func maybe(_ column: NumberColumn) throws(RowRefused) -> Double? {
        guard let text = text(column.names), text.lowercased() != "nan" else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw refused(column.names[0], Phrase(zh: "“\(text.prefix(40))”不是数", en: "\"\(text.prefix(40))\" is not a number"),
                          Phrase(zh: "写成普通十进制数，不带单位", en: "Write a plain decimal number without a unit"))
        }
        guard column.range.contains(number) else {
            let (low, high) = (CSVRow.shown(column.range.lowerBound), CSVRow.shown(column.range.upperBound))
            throw refused(column.names[0], Phrase(zh: "\(text) 超出 \(low) … \(high)", en: "\(text) is outside \(low) … \(high)"),
                          Phrase(zh: "请核对数值与单位（单位写在列名里）", en: "Check the value and its unit: the column's name says which"))
        }
        return number
    }

    func number(_ name: String, _ range: ClosedRange<Double>) throws(RowRefused) -> Double {
        try number(NumberColumn(name, range: range))
    }

    func maybe(_ name: String, _ range: ClosedRange<Double>) throws(RowRefused) -> Double? {
        try maybe(NumberColumn(name, range: range))
    }

    func number(_ column: NumberColumn) throws(RowRefused) -> Double {
        if let number = try maybe(column) { return number }
        let names = column.names.joined(separator: ", ")
        throw refused(column.names[0], Phrase(zh: "缺少数值", en: "there is no value"),
                      Phrase(zh: "这一列必须有数：\(names)", en: "A number must stand in this column: \(names)"))
    }

    /// A day: `2026-03-01`, or a year with its day `2026-060`.
    func date(_ names: String...) throws(RowRefused) -> CivilDate { try date(names) }

    func date(_ names: [String]) throws(RowRefused) -> CivilDate {
        if let text = text(names), let date = CivilDate(written: text) { return date }
        throw refused(names[0], Phrase(zh: "“\((text(names) ?? "").prefix(40))”不是日期", en: "\"\((text(names) ?? "").prefix(40))\" is not a date"),
                      Phrase(zh: "写成 2026-03-01 或 2026-060", en: "Write 2026-03-01 or 2026-060"))
    }

    func dayOfYear() throws(RowRefused) -> Int {
        if let day = try maybe(.dayOfYear) {
            if let whole = Int(exactly: day) { return whole }
            throw refused("doy", Phrase(zh: "\(day) 不是整数", en: "\(day) is not a whole number"), Phrase(zh: "写 1 … 366", en: "Write 1 … 366"))
        }
        return try date("date", "local_date", "year_doy").dayOfYear
    }

    func location() throws(RowRefused) -> Location {
        Location(latitude: .degrees(try number(.latitude)), longitude: .degrees(try maybe(.longitude) ?? 0),
                 elevation: .meters(try maybe(.elevation) ?? 0))
    }

    /// The day's weather as far as the row knows it.
    func dailyWeather() throws(RowRefused) -> DailyWeather {
        var weather = DailyWeather(minimum: .celsius(try number(.minimum)), maximum: .celsius(try number(.maximum)))
        guard weather.minimum <= weather.maximum else {
            throw refused("tmax_c", Phrase(zh: "最高温低于最低温", en: "the maximum is below the minimum"),
                          Phrase(zh: "两列是否写反了？", en: "Are the two columns swapped?"))
        }
        weather.vapourPressure = try maybe(.vapour).map { .kilopascals($0) }
        weather.dewPoint = try maybe(.dewPoint).map { .celsius($0) }
        weather.humidityMinimum = try maybe(.humidityMinimum).map { .percent(min($0, 100)) }
        weather.humidityMaximum = try maybe(.humidityMaximum).map { .percent(min($0, 100)) }
        weather.humidityMean = try maybe(.humidityMean).map { .percent(min($0, 100)) }
        weather.radiation = try maybe(.radiationOfDay).map { .megajoulesPerSquareMeter($0) }
        weather.sunshine = try maybe(.sunshine).map { .seconds(Int($0 * 3600)) }
        weather.wind = try maybe(.wind).map { .metersPerSecond($0) }
        weather.windHeight = .meters(try maybe(.windHeight) ?? 2)
        return weather
    }

    /// Shortest decimal with eight digits after the point at most.
    static func shown(_ number: Double) -> String { Format.shortest(number, decimals: 8) }
}

extension CivilDate {
    /// `2026-03-01`, or `2026-060` with the day of the year.
    init?(written text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let year = parts.first ?? nil, let first = CivilDate(year: year, month: 1, day: 1) else { return nil }
        if parts.count == 3, let month = parts[1], let day = parts[2] {
            self.init(year: year, month: month, day: day)
            return
        }
        guard parts.count == 2, let day = parts[1], (1...366).contains(day) else { return nil }
        self = first.adding(days: day - 1)
    }

    /// `2026-060`
    var yearAndDay: String { String(format: "%d-%03d", components.year, dayOfYear) }
}
