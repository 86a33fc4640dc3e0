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
        let (date, time) = local
        let (year, month, day) = date.components
        let (hour, minute, second) = time.components
        let minutes = abs(Int(offset)) / 60
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))T\(digits(hour, 2)):\(digits(minute, 2)):\(digits(second, 2))"
            + (offset < 0 ? "-" : "+") + "\(digits(minutes / 60, 2)):\(digits(minutes % 60, 2))"
    }

    /// Reads exactly what `description` writes.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 25, bytes[4] == 0x2D, bytes[10] == 0x54, bytes[22] == 0x3A else { return nil }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
              let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
              let east = number(20..<22), let eastMinutes = number(23..<25),
              let date = CivilDate(year: year, month: month, day: day),
              let time = TimeOfDay(hour: hour, minute: minute, second: second),
              (0...18).contains(east), (0..<60).contains(eastMinutes) else { return nil }
        let offset = Int32((east * 3600 + eastMinutes * 60) * (bytes[19] == 0x2D ? -1 : 1))
        let clock = LocalClock(name: "", firstOffset: offset)
        self.init(unixSeconds: clock.unixSeconds(date: date, time: time), offset: offset)
    }
}

private func digits(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
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
