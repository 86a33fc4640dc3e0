import Agronomy
import Foundation
import Language
import Quantities

/// Crop, soil and station of a season, as JSON; keys are those of pyfao56.
struct SeasonMeta: Decodable {
    struct Station: Decodable {
        /// `S` short, `T` tall.
        var rfcrp: String?
        /// Elevation in m.
        let z: Double
        let lat: Double
        /// Height of the wind sensor in m.
        let wndht: Double
    }

    struct Options: Decodable {
        /// Runoff by curve number.
        var roff: Bool?
        /// p does not follow the day's ET.
        var cons_p: Bool?
    }

    let parameters: [String: Double]?
    let weather_station: Station?
    var options: Options?
}

/// A season ready to be stepped.
struct SeasonFile {
    struct Day {
        let date: CivilDate
        let et: Depth
        let rain: Depth
        let climate: StageClimate
    }

    let zone: RootZone
    let initialContent: Fraction
    let days: [Day]

    /// - Parameter rules: convention and method; reference crop and p come from the file.
    init(_ meta: SeasonMeta, weather: CSVFile, rules: RootZoneRules = RootZoneRules()) throws {
        guard let parameters = meta.parameters, let station = meta.weather_station else {
            throw Refused(.wrongUse, code: "meta", Phrase(zh: "缺少 parameters 或 weather_station", en: "parameters or weather_station is missing"))
        }
        let given = Parameters(values: parameters)
        var rules = rules
        rules.reference = station.rfcrp == "T" ? .tall : .short
        rules.keepsFraction = meta.options?.cons_p == true
        zone = RootZone(crop: try given.crop(), soil: try given.soil(hasRunoff: meta.options?.roff == true), rules: rules)
        initialContent = Fraction(base: try given.value("theta0", 0...1))
        days = try weather.consecutive("year_doy", "date") { row throws(RowRefused) in try Day(row, station) }.map(\.day)
    }

    init(metaPath: String, weatherPath: String, rules: RootZoneRules) throws {
        try self.init(Self.decode(SeasonMeta.self, from: metaPath), weather: CSVFile(path: weatherPath), rules: rules)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
        guard let data = FileManager.default.contents(atPath: path), data.count <= CSVFile.bytesMax else {
            throw Refused(.wrongUse, code: "file", Phrase(zh: "读不出 \(path)", en: "\(path) cannot be read"), remedy: Phrase(zh: "请检查路径", en: "Check the path"))
        }
        do { return try JSONDecoder().decode(type, from: data) } catch {
            throw Refused(.wrongUse, code: "json", Phrase(zh: "\(path) 的内容不对：\(error.place)", en: "\(path) is not as expected: \(error.place)"),
                          remedy: Phrase(zh: "见 docs/agronomy.zh.md", en: "See docs/agronomy.md"))
        }
    }
}

extension SeasonFile.Day {
    init(_ row: CSVRow, _ station: SeasonMeta.Station) throws(RowRefused) {
        date = try row.date("year_doy", "date")
        var weather = try row.dailyWeather()
        if row.text(NumberColumn.windHeight.names) == nil { weather.windHeight = .meters(station.wndht) }
        let place = Location(latitude: .degrees(station.lat), elevation: .meters(station.z))
        let climate = Climate(isArid: true)
        let et = try row.maybe("etref", -1...30).map { Depth.millimeters($0) }
        let crop = station.rfcrp == "T" ? ReferenceCrop.tall : .short
        self.et = et ?? weather.referenceET(crop, at: place, dayOfYear: date.dayOfYear, climate: climate).raw
        rain = .millimeters(try row.number(.rain))
        self.climate = StageClimate(of: weather, climate)
    }
}

extension CSVFile {
    /// A row for each day, none left out, in order.
    func consecutive<Day>(_ names: String..., day: (CSVRow) throws(RowRefused) -> Day) throws -> [(date: CivilDate, day: Day)] {
        var days: [(date: CivilDate, day: Day)] = []
        for row in rows {
            do throws(RowRefused) { days.append((try row.date(names), try day(row))) } catch { throw error.refusingAll }
            guard days.count < 2 || days[days.count - 1].date == days[days.count - 2].date.adding(days: 1) else {
                throw Refused(.wrongUse, code: "row", Phrase(zh: "\(name):\(row.line)：日期不连续", en: "\(name):\(row.line): the days do not follow each other"),
                              remedy: Phrase(zh: "水量平衡要每天一行，不能缺也不能乱", en: "A water balance needs a row for every day, in order"))
            }
        }
        return days
    }
}

/// The parameters of the file, each within what can be.
private struct Parameters {
    let values: [String: Double]

    func value(_ key: String, _ range: ClosedRange<Double>) throws -> Double {
        guard let value = values[key], range.contains(value) else {
            let given = values[key].map { CSVRow.shown($0) } ?? "–"
            throw Refused(.wrongUse, code: "parameter", Phrase(zh: "参数 \(key) 为 \(given)", en: "parameter \(key) is \(given)"),
                          remedy: Phrase(zh: "应在 \(CSVRow.shown(range.lowerBound)) … \(CSVRow.shown(range.upperBound))",
                                         en: "It must be within \(CSVRow.shown(range.lowerBound)) … \(CSVRow.shown(range.upperBound))"))
        }
        return value
    }

    func crop() throws -> Crop {
        func days(_ key: String) throws -> Int { Int(try value(key, 0...2000)) }
        func coefficients(_ name: String) throws -> CropCoefficients {
            CropCoefficients(initial: try value("Kc\(name)ini", 0...2), middle: try value("Kc\(name)mid", 0...2),
                             end: try value("Kc\(name)end", 0...2))
        }
        let stages = CropStages(initial: try days("Lini"), development: try days("Ldev"), middle: try days("Lmid"),
                                late: try days("Lend"))
        return Crop(stages: stages, single: try coefficients("m"), basal: try coefficients("b"),
                    heightInitial: .meters(try value("hini", 0...20)), heightMaximum: .meters(try value("hmax", 0...20)),
                    rootsInitial: .meters(try value("Zrini", 0.001...10)), rootsMaximum: .meters(try value("Zrmax", 0.001...10)),
                    depletionFraction: try value("pbase", 0.05...0.95))
    }

    func soil(hasRunoff: Bool) throws -> Soil {
        let capacity = try value("thetaFC", 0.01...0.8), wilting = try value("thetaWP", 0...0.7)
        guard wilting < capacity else {
            throw Refused(.wrongUse, code: "parameter", Phrase(zh: "凋萎点 thetaWP 不低于田间持水量 thetaFC", en: "thetaWP is not below thetaFC"))
        }
        return Soil(fieldCapacity: Fraction(base: capacity), wiltingPoint: Fraction(base: wilting),
                    evaporationDepth: .meters(try value("Ze", 0.01...0.5)),
                    readilyEvaporable: .millimeters(try value("REW", 0...50)), curveNumber: hasRunoff ? try value("CN2", 30...100) : nil)
    }
}

extension Error {
    /// Where in a JSON file something is wrong.
    fileprivate var place: String {
        switch self as? DecodingError {
        case .keyNotFound(let key, _): key.stringValue
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.map(\.stringValue).joined(separator: ".")
        default: "JSON"
        }
    }
}
