import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// The weather section as it was read.
struct WeatherDraft {
    let entry: Entry
    let climate: Climate
    let station: StationDraft?
    let averages: [MonthAverage]
}

struct StationDraft {
    let temperature: PointIndex
    let humidity: PointIndex?
    let radiation: PointIndex?
    let wind: PointIndex?
    let windHeight: Length
    let rain: PointIndex?
}

extension SiteReader {
    func readWeather() {
        guard let entry = fields["weather"], let fields = entry.fields(["station", "climate", "coast", "averages"]) else { return }
        let climate = Climate(isArid: fields["climate"]?.word(["humid": false, "arid": true]) ?? false,
                              isCoastal: fields["coast"]?.yesNo() ?? false)
        let due = Phrase(zh: "写上十二个月的平均：averages: { et: [每天 mm ×12], rain: [每月 mm ×12] }。",
                         en: "Give the averages of twelve months: averages: { et: [mm a day ×12], rain: [mm a month ×12] }.")
        let averages = fields.required("averages", due).map { self.averages($0) } ?? []
        let nothing = Array(repeating: MonthAverage(et: .zero, rain: .zero), count: 12)
        weather = WeatherDraft(entry: entry, climate: climate, station: fields["station"].flatMap { station($0) },
                               averages: averages.count == 12 ? averages : nothing)
    }

    private func averages(_ entry: Entry) -> [MonthAverage] {
        guard let fields = entry.fields(["et", "rain"]) else { return [] }
        let due = Phrase(zh: "写十二个数，从一月起。", en: "Write twelve figures, January first.")
        let et = twelve(fields.required("et", due), "0 mm", "15 mm"), rain = twelve(fields.required("rain", due), "0 mm", "1000 mm")
        return zip(et, rain).enumerated().map { month, pair in
            MonthAverage(et: pair.0, rain: pair.1 * (1 / SiteReader.daysOfMonth[month]))
        }
    }

    private static let daysOfMonth: [Double] = [31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    private func twelve(_ entry: Entry?, _ low: String, _ high: String) -> [Depth] {
        guard let entry, let items = entry.list() else { return [] }
        guard items.count == 12 else {
            entry.refuse(Phrase(zh: "有 \(items.count) 个数，要十二个。", en: "has \(items.count) figures; twelve are due."),
                         Phrase(zh: "从一月写到十二月，每个带单位，如 4.5 mm。", en: "January to December, each with its unit, such as 4.5 mm."))
            return []
        }
        return items.map { $0.quantity(low, high, guess: "mm") ?? .zero }
    }

    private func station(_ entry: Entry) -> StationDraft? {
        guard let fields = entry.fields(["temperature", "humidity", "radiation", "wind", "wind-height", "rain"]) else { return nil }
        let due = Phrase(zh: "气象站至少要有气温，如 temperature: weather.temperature。", en: "A station has an air temperature at least, such as temperature: weather.temperature.")
        let temperature = fields.required("temperature", due).flatMap { point($0, .temperature) }
        let wind = fields["wind"].flatMap { point($0, .speed) }
        let heightDue = Phrase(zh: "写上风速仪离地高度，如 wind-height: 3 m。", en: "Give the height of the wind sensor above ground, such as wind-height: 3 m.")
        let height: Length? = wind == nil ? nil : fields.required("wind-height", heightDue)?.quantity("0.5 m", "50 m", guess: "m")
        let rain = fields["rain"].flatMap { entry in point(entry, .length).flatMap { rainTotal($0, entry) } }
        return temperature.map {
            StationDraft(temperature: $0, humidity: fields["humidity"].flatMap { point($0, .fraction) },
                         radiation: fields["radiation"].flatMap { point($0, .irradiance) }, wind: wind,
                         windHeight: height ?? .meters(2), rain: rain)
        }
    }

    private func point(_ entry: Entry, _ dimension: Dimension) -> PointIndex? {
        guard let index = point(entry) else { return nil }
        return measures(entry, index, dimension) ? index : nil
    }

    private func rainTotal(_ index: PointIndex, _ entry: Entry) -> PointIndex? {
        if points[index.offset].isCounter { return index }
        entry.refuse(Phrase(zh: "\(points[index.offset].tag) 不是累计值，算不出下了多少雨。", en: "\(points[index.offset].tag) is no running total, so it does not say how much rain fell."),
                     Phrase(zh: "换成累计雨量的测点（型号里写 counter: yes）。", en: "Name the point of the rain's running total (counter: yes in its profile)."))
        return nil
    }

    // MARK: Freezing

    func weatherPlan(_ tables: SiteTables) -> WeatherPlan? {
        weather.map { weather in
            let location = Location(latitude: .degrees(place.latitude), longitude: .degrees(place.longitude),
                                    elevation: place.elevation)
            return WeatherPlan(place: location, climate: weather.climate, station: weather.station.flatMap { $0.plan(tables) },
                               averages: weather.averages)
        }
    }
}

extension StationDraft {
    fileprivate func plan(_ tables: SiteTables) -> StationPlan? {
        tables.quantity(temperature).map {
            StationPlan(temperature: $0, humidity: humidity.flatMap { tables.quantity($0) },
                        radiation: radiation.flatMap { tables.quantity($0) }, wind: wind.flatMap { tables.quantity($0) },
                        windHeight: windHeight, rain: rain.flatMap { tables.quantity($0) })
        }
    }
}
