import Field
import Journal
import ProcessImage
import Quantities
import SL651
import Site

/// What the water bureau is told of the field, from the records alone.
struct BureauField: Sendable {
    private let sources: [BureauSheet.Source]
    private let tables: SiteTables
    private let journal: Journal
    /// Places of the sources that tell flows and levels.
    private let flows: [Int]
    private let levels: [Int]

    /// A scan that has stood for so long knows nothing any more.
    private static let newest = Duration.seconds(10)

    init(_ sheet: BureauSheet, _ tables: SiteTables, _ journal: Journal) {
        (sources, self.tables, self.journal) = (sheet.sources, tables, journal)
        let elements = sheet.plan.points.map(\.element.rawValue)
        flows = elements.indices.filter { (0x27...0x31).contains(elements[$0]) }
        levels = elements.indices.filter { (0x39...0x43).contains(elements[$0]) || elements[$0] == 0x0E }
    }

    /// A reading that is not good is missing.
    @Sendable func input() -> StationInput {
        let live = journal.live.snapshot()
        let isFresh = SystemClock.now() - live.instant < BureauField.newest
        let values = sources.map { source -> Double? in
            guard isFresh, live.readings.indices.contains(source.point.offset) else { return nil }
            let reading = live.readings[source.point.offset]
            return reading.quality == .good ? source.base(reading.recorded) : nil
        }
        return StationInput(values: values, state: state(live))
    }

    /// Of the bits of table 58 those that a controller knows: battery low (1), a flow meter (5) or a level gauge (6) without a good
    /// reading, records that cannot be written (8). A gauge that has not been read yet is not broken.
    private func state(_ live: LiveSnapshot) -> UInt32 {
        func isBroken(_ places: [Int]) -> Bool {
            places.contains { place in
                let offset = sources[place].point.offset
                return live.readings.indices.contains(offset) && live.readings[offset].quality == .bad
                    && live.readings[offset].reason != .neverRead
            }
        }
        let isLow = live.alarms.contains { [.batteryLow, .batteryCritical].contains($0.id.kind) && $0.state.stands }
        return (isLow ? 1 << 1 : 0) | (isBroken(flows) ? 1 << 5 : 0) | (isBroken(levels) ? 1 << 6 : 0)
            | (live.ledgerIsWritable && live.journalIsWritable ? 0 : 1 << 8)
    }

    /// Values at moments: the last good one of the minute before each, or of the hour where they are an hour apart or more, if the
    /// greater part of it was good. Waits for the disk.
    @Sendable func history(_ question: HistoryQuestion) -> [Double?] {
        guard sources.indices.contains(question.point) else { return [] }
        let source = sources[question.point]
        let step = Int64(question.step.duration.seconds)
        let bucket: Int64 = step >= 3600 ? 3600 : 60
        let last = question.fromUnixSeconds + step * Int64(question.count - 1)
        let found = try? journal.history(tag: tables.points[source.point.offset].tag, from: question.fromUnixSeconds - bucket, to: last,
                                         resolution: bucket == 3600 ? .hour : .minute, limit: Journal.rowsMax)
        guard case .rollups(let rollups)? = found?.rows else { return [] }
        let values = Dictionary(rollups.filter { $0.goodShare > 0.5 }.map { ($0.unixSeconds + bucket, $0.last) }, uniquingKeysWith: { $1 })
        return (0..<question.count).map { values[question.fromUnixSeconds + step * Int64($0)].map(source.base) }
    }
}

extension BureauSheet.Source {
    /// In the base unit of the element's dimension.
    func base(_ number: Double) -> Double { number * gain + offset }
}

extension AlarmState {
    /// It has come and not gone, whether or not somebody has seen it.
    var stands: Bool { self == .unacknowledged || self == .acknowledged }
}
