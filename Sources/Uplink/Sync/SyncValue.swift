/// What JSON and CBOR both can say, and no more.
public enum SyncValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// Finite: see `init(_:)`.
    case number(Double)
    case text(String)
    case list([SyncValue])
    /// In the order in which it was made; no key twice.
    case map([Member])

    public struct Member: Hashable, Sendable {
        public let key: String
        public let value: SyncValue

        public init(_ key: String, _ value: SyncValue) {
            self.key = key
            self.value = value
        }
    }

    /// A number that is not finite is no value: JSON has no word for it.
    public init(_ number: Double) { self = number.isFinite ? .number(number) : .null }

    /// A member of a map; `nil`: not a map, or no such key.
    subscript(key: String) -> SyncValue? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    var list: [SyncValue]? { if case .list(let items) = self { items } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    /// A number of a row: 1 … 2^53, so that every reader of JSON keeps it.
    var rowID: UInt64? { integer.flatMap { (1...SyncRow.idMax).contains($0) ? UInt64($0) : nil } }
}

/// How much of a document from outside is read.
public struct SyncLimits: Sendable {
    public var bytes: Int
    /// Lists and maps within each other.
    public var depth: Int

    public init(bytes: Int, depth: Int = 8) {
        self.bytes = bytes
        self.depth = depth
    }

    public static let acknowledgement = SyncLimits(bytes: 65_536)
}

public enum SyncError: Error, Hashable, Sendable {
    case tooLarge
    case tooDeep
    /// Neither JSON nor CBOR as `docs/sync.md` has it.
    case malformed
    /// Well-formed, but not what was expected.
    case unexpected
    /// Of a version that is not known here.
    case version
}

/// The two ways in which documents are written.
public enum SyncEncoding: String, Hashable, Sendable, CaseIterable {
    case json
    case cbor

    public func encode(_ value: SyncValue) -> [UInt8] {
        switch self {
        case .json: JSONWriter.write(value)
        case .cbor: CBORWriter.write(value)
        }
    }

    public func decode(_ bytes: [UInt8], within limits: SyncLimits) throws(SyncError) -> SyncValue {
        guard bytes.count <= limits.bytes else { throw .tooLarge }
        switch self {
        case .json: return try JSONReader.read(bytes, depth: limits.depth)
        case .cbor: return try CBORReader.read(bytes, depth: limits.depth)
        }
    }
}
