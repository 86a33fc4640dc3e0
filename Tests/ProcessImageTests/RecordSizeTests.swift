import Foundation
import ProcessImage
import Quantities
import Testing

@Suite struct RecordSizeTests {
    /// The ring holds up to 32,768 records, each as large as the largest: these are not to be that one.
    @Test func `an hour of weather and a day of water are no larger than a zone's status`() {
        #expect(MemoryLayout<WaterDay>.size <= MemoryLayout<ZoneStatus>.size && MemoryLayout<WeatherHour>.size <= MemoryLayout<ZoneStatus>.size)
    }

    @Test func `a forecast keeps its days, and no more than it has room for`() throws {
        let days = (0..<12).map { DayForecast(date: CivilDate(daysSinceEpoch: 20_000 + Int32($0)), minimum: .celsius(10), maximum: .celsius(20), rain: .millimeters(Double($0))) }
        let forecast = Forecast(issued: 0, days: days)
        #expect(forecast.count == 8 && forecast.day(days[7].date)?.rain == .millimeters(7) && forecast.day(days[8].date) == nil)
    }
}
