import Foundation

/// A reply with a list that may be long. It is written a few items at a time, so that making the text of 10,000 points
/// takes hardly more memory than the text.
protocol LongReply: Encodable {
    associatedtype Item: Encodable
    static var listKey: String { get }
    var list: [Item] { get set }
}

extension PointsReply: LongReply {
    static let listKey = "points"
    var list: [PointReply] {
        get { points }
        set { points = newValue }
    }
}

extension HistoryReply: LongReply {
    static let listKey = "values"
    var list: [Value] {
        get { values }
        set { values = newValue }
    }
}

/// The reply as JSON, its keys in order.
func encoded(_ reply: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if let long = reply as? any LongReply { return try encoded(long: long, encoder) }
    return try encoder.encode(reply)
}

private let itemsAtOnce = 128

private func encoded<Reply: LongReply>(long reply: Reply, _ encoder: JSONEncoder) throws -> Data {
    var empty = reply
    empty.list = []
    let frame = try encoder.encode(empty)
    // A quote within a text is escaped, so this is the key itself.
    guard let place = frame.range(of: Data("\"\(Reply.listKey)\":[".utf8))?.upperBound else { return try encoder.encode(reply) }
    var whole = Data(frame[..<place])
    for start in stride(from: 0, to: reply.list.count, by: itemsAtOnce) {
        if start > 0 { whole.append(UInt8(ascii: ",")) }
        let some = try encoder.encode(Array(reply.list[start..<min(start + itemsAtOnce, reply.list.count)]))
        whole.append(some.dropFirst().dropLast())
    }
    return whole + frame[place...]
}
