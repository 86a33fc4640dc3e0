import Journal
import ProcessImage

/// How things are now, as one row: what stands, what is driven, what is measured. A value that is not good is null.
struct StateRow {
    let columns: [String]
    let values: [SyncValue]

    /// - Parameter bytes: where the points do not fit, only alarms and outputs are told.
    init(_ snapshot: LiveSnapshot, _ tables: SiteTables, bytes: Int) {
        let alarms = snapshot.alarms.count { $0.state == .unacknowledged || $0.state == .acknowledged }
        var columns = ["alarms"] + tables.outputs.map(\.tag)
        var values: [SyncValue] = [.integer(Int64(alarms))] + snapshot.outputs.map { .integer($0.level.isOn ? 1 : 0) }
        let points = zip(tables.points, snapshot.readings).map { point, reading in
            (point.tag, reading.quality == .good ? SyncValue(rounded(reading.recorded, to: point.decimals)) : .null)
        }
        let size = points.reduce(columns.reduce(0) { $0 + $1.utf8.count + 3 }) { $0 + $1.0.utf8.count + 12 }
        if size < bytes {
            columns += points.map(\.0)
            values += points.map(\.1)
        }
        self.columns = columns
        self.values = values
    }
}

/// As history keeps it.
private func rounded(_ value: Double, to decimals: Int) -> Double {
    let power = (0..<max(0, decimals)).reduce(1.0) { power, _ in power * 10 }
    return (value * power).rounded() / power
}

extension SyncValue {
    init(_ value: OutgoingValue) {
        self = switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        }
    }
}
