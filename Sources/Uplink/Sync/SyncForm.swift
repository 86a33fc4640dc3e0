/// How rows are written, where they go, and what says that they are there.
public enum SyncForm: Hashable, Sendable {
    /// `docs/sync.md`, version 1: the receiver says what it has stored.
    case rows(SyncEncoding)
    /// Telemetry of ThingsBoard's gateway interface: what its broker takes counts as stored.
    case thingsBoard

    /// As the site file has it.
    public var name: String {
        switch self {
        case .rows(let encoding): encoding.rawValue
        case .thingsBoard: "thingsboard"
        }
    }

    /// Whether a receiver says what it has stored; otherwise the broker's PUBACK has to do.
    var isAnswered: Bool { self != .thingsBoard }

    func topic(of gateway: String) -> String {
        switch self {
        case .rows: "tidegate/\(gateway)/sync/v1/rows"
        case .thingsBoard: ThingsBoard.telemetryTopic
        }
    }

    public func encode(_ batch: SyncBatch) -> [UInt8] {
        switch self {
        case .rows(let encoding): encoding.encode(batch.tree)
        case .thingsBoard: JSONWriter.write(ThingsBoard.telemetry(batch))
        }
    }

    /// What goes before the first rows of a connection.
    func introductions(of gateway: String, _ streams: [String]) -> [(topic: String, payload: [UInt8])] {
        guard self == .thingsBoard else { return [] }
        return streams.map { (ThingsBoard.connectTopic, ThingsBoard.introduction(of: ThingsBoard.device(gateway, $0))) }
    }

    // MARK: How long it gets

    /// ThingsBoard acknowledges a message with several devices once for each of them.
    var blocksMax: Int { self == .thingsBoard ? 1 : .max }

    func bytes(ofRow row: SyncRow, in block: SyncBlock) -> Int {
        switch self {
        case .rows(let encoding): encoding.encode(row.tree).count
        case .thingsBoard: JSONWriter.write(ThingsBoard.point(row, of: block)).count
        }
    }

    /// Of a batch without blocks, and of one with a block without rows.
    func bytes(ofEmpty batch: SyncBatch) -> Int { encode(batch).count }
}
