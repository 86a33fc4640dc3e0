/// ThingsBoard's gateway interface over MQTT (thingsboard.io/docs/reference/gateway-mqtt-api): a device for each stream, a key for each
/// column. It keeps one value of a device, key and millisecond, the latest: what is sent again has to be the same to the millisecond.
enum ThingsBoard {
    static let telemetryTopic = "v1/gateway/telemetry"
    static let connectTopic = "v1/gateway/connect"

    static func device(_ gateway: String, _ stream: String) -> String { "\(gateway) \(stream)" }

    /// Says that a device speaks by this gateway; it is made where it was not known.
    static func introduction(of device: String) -> [UInt8] { JSONWriter.write(.map([.init("device", .text(device))])) }

    static func telemetry(_ batch: SyncBatch) -> SyncValue {
        .map(batch.blocks.map { block in
            .init(device(batch.gateway, block.stream), .list(block.rows.map { point($0, of: block) }))
        })
    }

    static func point(_ row: SyncRow, of block: SyncBlock) -> SyncValue {
        .map([.init("ts", .integer(time(of: row, in: block))), .init("values", .map(values(of: row, in: block)))])
    }

    /// Values of one time each have a key of their own. Null has no word there: the key is left out.
    private static func values(of row: SyncRow, in block: SyncBlock) -> [SyncValue.Member] {
        let members = [.init("row_id", .integer(Int64(clamping: row.id))), .init("row_at", .integer(row.milliseconds))]
            + zip(block.columns, row.values).map { SyncValue.Member($0, $1) }
        let told = members.filter { $0.value != .null }
        guard isByPoint(block), case .text(let point) = row.values.first else { return told }
        return told.filter { $0.key != pointColumn }.map { SyncValue.Member("\(point) \($0.key)", $0.value) }
    }

    /// A summary of each point has the same time, so that keys bear the point. Other rows of one second get its milliseconds by their ids,
    /// always the same ones: two of one millisecond would be one. The exact time is `row_at`.
    private static func time(of row: SyncRow, in block: SyncBlock) -> Int64 {
        if isByPoint(block) { return row.milliseconds }
        let second = row.milliseconds - (row.milliseconds % 1000 + 1000) % 1000
        return second + Int64(row.id % 1000)
    }

    private static let pointColumn = "point"
    private static func isByPoint(_ block: SyncBlock) -> Bool { block.columns.first == pointColumn }
}
