import Bytes
import Quantities

/// `LinkMemory` as a file or a database keeps it.
///
/// ```
/// 1  version (2)
/// 1  life
/// 2  number used last
/// 2  count of messages, then for each:
///      2 number, 1 kind as in its envelope, 1 how often it went out (255 for more), 2 count of bytes, its payload
/// 2  count of alarms that were told as come, then for each: 2 kind, 1 count of bytes, its tag
/// 4  newest day that was told, since 1970; all ones: none
/// 2  CRC over all before
/// ```
/// Numbers are written high byte first.
extension LinkMemory {
    public var bytes: [UInt8] {
        let messages = [2, life] + high(number) + high(UInt16(waiting.count)) + waiting.flatMap { message in
            let envelope = message.envelope(life: life)
            let head = high(message.number) + [envelope.kind.rawValue, UInt8(clamping: message.sent)]
            return head + high(UInt16(envelope.payload.count)) + envelope.payload
        }
        let marks = raised.sorted { ($0.kind, $0.tag) < ($1.kind, $1.tag) }.flatMap { mark in
            high(mark.kind) + [UInt8(clamping: mark.tag.utf8.count)] + Array(mark.tag.utf8)
        }
        let day = high(dayTold.map { UInt32(bitPattern: $0.daysSinceEpoch) } ?? .max)
        let all = messages + high(UInt16(raised.count)) + marks + day
        return all + high(crc16(all))
    }

    /// `nil` for bytes of another version, that are damaged, or hold more than may wait.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 8, bytes[0] == 2, high(crc16(bytes.dropLast(2))) == Array(bytes.suffix(2)) else { return nil }
        self.init(life: bytes[1])
        var rest = bytes[2..<(bytes.count - 2)]
        func word() -> UInt16? {
            guard rest.count >= 2 else { return nil }
            defer { rest = rest.dropFirst(2) }
            return rest.prefix(2).reduce(0) { $0 << 8 | UInt16($1) }
        }
        guard let last = word(), let count = word(), Int(count) <= Limits.alarmsAtMost + Limits.statesAtMost else { return nil }
        number = last
        for _ in 0..<count {
            guard let number = word(), let kindAndSent = word(), let size = word(), rest.count >= size,
                  let payload = Waiting.Payload(kind: UInt8(kindAndSent >> 8), Array(rest.prefix(Int(size)))) else { return nil }
            waiting.append(Waiting(number: number, payload: payload, sent: Int(kindAndSent & 0xFF)))
            rest = rest.dropFirst(Int(size))
        }
        guard let marks = word(), Int(marks) <= Limits.raisedAtMost else { return nil }
        for _ in 0..<marks {
            guard let kind = word(), let size = rest.popFirst(), size <= 16, rest.count >= size,
                  let tag = String(validating: rest.prefix(Int(size)), as: UTF8.self) else { return nil }
            raised.insert(Mark(kind: kind, tag: tag))
            rest = rest.dropFirst(Int(size))
        }
        guard let upper = word(), let lower = word(), rest.isEmpty else { return nil }
        let day = UInt32(upper) << 16 | UInt32(lower)
        dayTold = day == .max ? nil : CivilDate(daysSinceEpoch: Int32(bitPattern: day))
    }
}

extension Waiting.Payload {
    fileprivate init?(kind: UInt8, _ bytes: [UInt8]) {
        switch Envelope.Kind(rawValue: kind) {
        case .alarm:
            guard let news = AlarmNews(bytes) else { return nil }
            self = .alarm(news)
        case .state:
            let days = ZoneDay.days(bytes)
            guard !days.isEmpty, days.count * ZoneDay.size == bytes.count else { return nil }
            self = .days(days)
        case .acknowledgement, nil: return nil
        }
    }
}
