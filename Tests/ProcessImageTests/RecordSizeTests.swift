import Foundation
import ProcessImage
import Quantities
import Testing

@Suite struct RecordSizeTests {
    /// The ring holds up to 32,768 of them: 16 bytes more are half a megabyte.
    @Test func `a record stays within 128 bytes`() {
        #expect(MemoryLayout<Record>.stride <= 128, "\(MemoryLayout<Record>.stride) bytes; ledger entry \(MemoryLayout<LedgerEntry>.size), zone \(MemoryLayout<ZoneStatus>.size), event \(MemoryLayout<Event>.size)")
    }

    @Test func `a forecast keeps its days, and no more than it has room for`() throws {
        let days = (0..<12).map { DayForecast(date: CivilDate(daysSinceEpoch: 20_000 + Int32($0)), minimum: .celsius(10), maximum: .celsius(20), rain: .millimeters(Double($0))) }
        let forecast = Forecast(issued: 0, days: days)
        #expect(forecast.count == 8 && forecast.day(days[7].date)?.rain == .millimeters(7) && forecast.day(days[8].date) == nil)
    }
}
