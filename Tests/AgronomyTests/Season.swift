import Agronomy
import Foundation
import Quantities

/// A season of the reference cases.
struct Season {
    struct Meta: Decodable {
        struct Station: Decodable {
            let rfcrp: String
            let z, lat, wndht: Double
        }

        struct Options: Decodable {
            let roff: Bool?
            let cons_p: Bool?
        }

        let start: String
        let end: String
        let parameters: [String: Double]
        let weather_station: Station
        let options: Options?
    }

    struct Day {
        let date: CivilDate
        let et: Depth
        let rain: Depth
        let climate: StageClimate
    }

    let zone: RootZone
    let initialContent: Fraction
    let days: [Day]

    init(_ meta: Meta, weather rows: [CaseRow], options: Meta.Options? = nil) throws {
        let options = options ?? meta.options
        func given(_ key: String) -> Double { meta.parameters[key] ?? .nan }
        func whole(_ key: String) -> Int { Int(given(key)) }
        let crop = Crop(
            stages: CropStages(initial: whole("Lini"), development: whole("Ldev"), middle: whole("Lmid"), late: whole("Lend")),
            single: CropCoefficients(initial: given("Kcmini"), middle: given("Kcmmid"), end: given("Kcmend")),
            basal: CropCoefficients(initial: given("Kcbini"), middle: given("Kcbmid"), end: given("Kcbend")),
            heightInitial: .meters(given("hini")), heightMaximum: .meters(given("hmax")),
            rootsInitial: .meters(given("Zrini")), rootsMaximum: .meters(given("Zrmax")), depletionFraction: given("pbase"))
        let soil = Soil(fieldCapacity: Fraction(base: given("thetaFC")), wiltingPoint: Fraction(base: given("thetaWP")),
                        evaporationDepth: .meters(given("Ze")), readilyEvaporable: .millimeters(given("REW")),
                        curveNumber: options?.roff == true ? given("CN2") : nil)
        let tall = meta.weather_station.rfcrp == "T"
        zone = RootZone(crop: crop, soil: soil, rules: RootZoneRules(reference: tall ? .tall : .short, keepsFraction: options?.cons_p == true))
        initialContent = Fraction(base: given("theta0"))
        days = try rows.map { try Season.day($0, meta.weather_station) }
    }

    private static func day(_ row: CaseRow, _ station: Meta.Station) throws -> Day {
        let date = try row.date("year_doy")
        let place = Location(latitude: .degrees(station.lat), elevation: .meters(station.z))
        var weather = DailyWeather(minimum: .celsius(try row.number("tmin")), maximum: .celsius(try row.number("tmax")))
        weather.vapourPressure = row.maybe("vapr").map { .kilopascals($0) }
        weather.dewPoint = row.maybe("tdew").map { .celsius($0) }
        weather.humidityMaximum = row.maybe("rhmax").map { .percent($0) }
        weather.humidityMinimum = row.maybe("rhmin").map { .percent($0) }
        weather.radiation = row.maybe("srad").map { .megajoulesPerSquareMeter($0) }
        weather.wind = row.maybe("wndsp").map { .metersPerSecond($0) }
        weather.windHeight = .meters(station.wndht)
        let computed = weather.referenceET(station.rfcrp == "T" ? .tall : .short, at: place, dayOfYear: date.dayOfYear).raw
        return Day(date: date, et: row.maybe("etref").map { .millimeters($0) } ?? computed, rain: .millimeters(try row.number("rain")),
                   climate: StageClimate(of: weather))
    }
}

extension CaseRow {
    func date(_ column: String) throws -> CivilDate {
        guard let date = CivilDate(yearAndDay: try text(column)) else { throw CocoaError(.formatting) }
        return date
    }
}
