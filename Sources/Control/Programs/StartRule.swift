import ProcessImage
public import Quantities

public enum SunEvent: UInt8, Sendable, BitwiseCopyable { case sunrise, sunset }

/// One start of a day that the clock tells.
public enum StartTime: Sendable, Hashable, BitwiseCopyable {
    case clock(TimeOfDay)
    /// So long after (or before) the sun rises or sets at the site. Range: −12 h … 12 h. On a day without it there is no start.
    case sun(SunEvent, offset: Duration)
    /// So early that the water is given by then, as far as its length can be told.
    case finish(by: TimeOfDay)
}

/// A start that something measured gives.
public struct Trigger: Sendable, Hashable, BitwiseCopyable {
    public enum Kind: Sendable, Hashable, BitwiseCopyable {
        /// A zone wants water from when its condition has held for a minute, until the value has come back to `until`.
        case condition(Condition, until: Double)
        /// So much sun since the last start; counted from local midnight.
        case radiation(Irradiation)
    }

    public let kind: Kind
    /// Starts happen only between these times of the day, the second not included.
    public let from: TimeOfDay
    public let until: TimeOfDay
    /// At least so long from one start to the next.
    public let rest: Duration
    /// Starts of one local day. Range: 1 … `Limits.startsPerProgramMax`.
    public let atMostADay: Int

    public init(_ kind: Kind, from: TimeOfDay = .midnight, until: TimeOfDay = .lastOfDay, rest: Duration, atMostADay: Int) {
        precondition((1...Limits.startsPerProgramMax).contains(atMostADay))
        self.kind = kind
        self.from = from
        self.until = until
        self.rest = rest
        self.atMostADay = atMostADay
    }

    public func isOpen(at time: TimeOfDay) -> Bool { time >= from && time < until }
}

public enum StartRule: Sendable, Hashable {
    /// Each is one start a day, numbered as listed.
    case times([StartTime])
    case trigger(Trigger)
}

extension TimeOfDay {
    /// 23:59:59
    public static let lastOfDay = TimeOfDay(hour: 23, minute: 59, second: 59) ?? .midnight
}
