public import Language
public import Quantities

/// A text for people in both languages, on the wire: `{"zh": …, "en": …}`.
public struct WireText: Codable, Sendable, Hashable {
    public let zh: String
    public let en: String

    public init(_ phrase: Phrase) {
        zh = phrase.zh
        en = phrase.en
    }

    public var phrase: Phrase { Phrase(zh: zh, en: en) }
}

/// A moment with the site's own offset from UTC, on the wire `2026-11-23T06:31:10+08:00`: the reader needs no time zone
/// database to show the local time.
public struct WireTime: Codable, Sendable, Hashable, Comparable {
    public let unixSeconds: Int64
    /// Seconds east of UTC. Range: −18 h … +18 h.
    public let offset: Int32

    public init(unixSeconds: Int64, offset: Int32) {
        self.unixSeconds = unixSeconds
        self.offset = offset
    }

    public init(_ unixSeconds: Int64, _ clock: LocalClock) {
        self.init(unixSeconds: unixSeconds, offset: clock.offset(at: unixSeconds))
    }

    public init(_ wall: WallTime, _ clock: LocalClock) {
        self.init(wall.unixSeconds, clock)
    }

    /// What a clock on the site's wall shows.
    public var local: (date: CivilDate, time: TimeOfDay) {
        LocalClock(name: "", firstOffset: offset).local(unixSeconds: unixSeconds)
    }

    public static func < (a: WireTime, b: WireTime) -> Bool { a.unixSeconds < b.unixSeconds }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let time = WireTime(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a time such as 2026-11-23T06:31:10+08:00"))
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension WireTime: LosslessStringConvertible {
    public var description: String {
        let minutes = abs(Int(offset)) / 60
        let east = TimeOfDay(hour: minutes / 60, minute: minutes % 60) ?? .midnight
        return "\(local.date.text)T\(local.time.textWithSeconds)\(offset < 0 ? "-" : "+")\(east.text)"
    }

    /// Reads exactly what `description` writes.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 25 else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        guard let date = CivilDate(text: part(0..<10)), let clock = TimeOfDay(text: part(11..<16)), let second = Int(part(17..<19)),
              let time = TimeOfDay(hour: clock.components.hour, minute: clock.components.minute, second: second),
              let east = TimeOfDay(text: part(20..<25)), east.components.hour <= 18 else { return nil }
        let offset = east.secondsSinceMidnight * (bytes[19] == 0x2D ? -1 : 1)
        let moment = LocalClock(name: "", firstOffset: offset).unixSeconds(date: date, time: time)
        self.init(unixSeconds: moment, offset: offset)
        guard description == text else { return nil }
    }
}

/// What is answered instead of what was asked: what is wrong, and what to do about it.
public struct ErrorReply: Codable, Sendable, Hashable {
    public struct Body: Codable, Sendable, Hashable {
        /// Stable, for programs: `unknown-zone`.
        public let code: String
        public let message: WireText
        public let remedy: WireText?

        public init(code: String, message: WireText, remedy: WireText? = nil) {
            self.code = code
            self.message = message
            self.remedy = remedy
        }
    }

    public let error: Body

    public init(error: Body) { self.error = error }
}

/// A thing of the site: its tag, and its name in both languages.
public struct WireLabel: Codable, Sendable, Hashable {
    public let tag: String
    public let name: WireText

    public init(tag: String, name: WireText) {
        self.tag = tag
        self.name = name
    }
}
