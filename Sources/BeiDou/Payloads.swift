import Bytes
public import Quantities

/// An alarm as a satellite carries it: 16 bytes and its tag.
public struct AlarmNews: Hashable, Sendable {
    /// The stable number of the trip or event.
    public let kind: UInt16
    /// The tag of what it is about; only its first 16 bytes go, at a border of characters.
    public let tag: String
    /// Whether it has come or has gone.
    public let isRaised: Bool
    /// Seconds since 1970; 0 when the clock was not trusted.
    public let unixSeconds: UInt32
    /// What was measured, and its limit, in the unit that the text of its kind speaks of (m3/h, m3, kPa, mg/L …); `nil` where it has none.
    public let value: Float?
    public let limit: Float?

    public init(kind: UInt16, tag: String, isRaised: Bool, unixSeconds: UInt32, value: Float? = nil, limit: Float? = nil) {
        (self.kind, self.tag, self.isRaised, self.unixSeconds) = (kind, AlarmNews.short(tag), isRaised, unixSeconds)
        (self.value, self.limit) = (value?.isNaN == true ? nil : value, limit?.isNaN == true ? nil : limit)
    }

    private static func short(_ tag: String) -> String {
        var short = ""
        for character in tag where short.utf8.count + String(character).utf8.count <= 16 { short.append(character) }
        return short
    }

    /// Bytes of the longest.
    public static let sizeAtMost = 32

    public var bytes: [UInt8] {
        let numbers = [value, limit].flatMap { high(($0 ?? .nan).bitPattern) }
        return high(kind) + [isRaised ? 1 : 0] + high(unixSeconds) + numbers + [UInt8(tag.utf8.count)] + Array(tag.utf8)
    }

    /// `nil` for bytes that are none, or more than one.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 16, bytes[2] <= 1, bytes[15] <= 16, bytes.count == 16 + Int(bytes[15]),
              let tag = String(validating: bytes[16...], as: UTF8.self) else { return nil }
        let words = [3, 7, 11].map { at in bytes[at..<(at + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        self.init(kind: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), tag: tag, isRaised: bytes[2] == 1, unixSeconds: words[0],
                  value: Float(bitPattern: words[1]), limit: Float(bitPattern: words[2]))
    }

    /// The same alarm, come or gone.
    func isAbout(_ other: AlarmNews) -> Bool { kind == other.kind && tag == other.tag }
}

/// A zone's or cage's day: 14 bytes. Several go in one message.
public struct ZoneDay: Hashable, Sendable {
    /// By the order of the site file, from 1.
    public let zone: UInt16
    public let date: CivilDate
    /// Water given, 0.1 m3; of a cage feed, 0.1 kg. `nil`: not known.
    public let tenthsGiven: UInt32?
    /// Minutes of running. `nil`: not known.
    public let minutes: UInt16?
    /// Soil moisture in 0.1 %, or oxygen in 0.01 mg/L. `nil`: no good reading.
    public let reading: UInt16?
    /// Alarms that stand; 255 for more.
    public let alarms: UInt8
    /// 0 idle, 1 running, 2 held, 3 tripped, 4 off.
    public let state: UInt8

    public init(zone: UInt16, date: CivilDate, tenthsGiven: UInt32?, minutes: UInt16?, reading: UInt16?, alarms: UInt8, state: UInt8) {
        (self.zone, self.date, self.tenthsGiven, self.minutes) = (zone, date, tenthsGiven, minutes)
        (self.reading, self.alarms, self.state) = (reading, alarms, state)
    }

    public static let size = 14

    /// Unknown is all ones, never 0. Days count from 1970 in two bytes: until 2149.
    public var bytes: [UInt8] {
        high(zone) + high(UInt16(clamping: date.daysSinceEpoch)) + high(tenthsGiven ?? .max) + high(minutes ?? .max)
            + high(reading ?? .max) + [alarms, state]
    }

    /// `nil` unless it is fourteen bytes.
    public init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == ZoneDay.size else { return nil }
        let all = Array(bytes)
        func word(_ at: Int) -> UInt16 { UInt16(all[at]) << 8 | UInt16(all[at + 1]) }
        let given = UInt32(word(4)) << 16 | UInt32(word(6))
        self.init(zone: word(0), date: CivilDate(daysSinceEpoch: Int32(word(2))), tenthsGiven: given == .max ? nil : given,
                  minutes: word(8) == .max ? nil : word(8), reading: word(10) == .max ? nil : word(10), alarms: all[12], state: all[13])
    }

    /// The days of one message.
    public static func days(_ payload: [UInt8]) -> [ZoneDay] {
        stride(from: 0, to: payload.count, by: size).compactMap { ZoneDay(payload[$0..<min($0 + size, payload.count)]) }
    }
}
