public import Quantities

/// How far a reading may be believed.
public enum Quality: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case bad = 0
    case uncertain = 1
    case good = 2
}

/// Why a reading is not good. `none` belongs to good readings only.
public enum Reason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case none = 0
    /// Nothing was ever read.
    case neverRead = 1
    /// The device does not answer.
    case noAnswer = 2
    /// The answer was damaged, or not an answer to our request.
    case garbled = 3
    /// The device refused the request (Modbus exception).
    case refused = 4
    /// The device has no such register.
    case noSuchRegister = 5
    /// The device says itself that it has no value (sentinel value, not-a-number).
    case sensorFault = 6
    /// Outside the range the sensor can measure.
    case outOfRange = 7
    /// Too old.
    case stale = 8
    /// The port or connection could not be opened.
    case notConnected = 9
    /// Whoever watches over the lines (the guard) cannot be reached.
    case guardLost = 10
}

/// One value as it was latched, with its quality, reason and age. There is no way to the value without saying how old
/// it may be: see `InputImage.value(of:noOlderThan:)`.
public struct Reading: Sendable, BitwiseCopyable, Equatable {
    /// In the unit of the point. Meaningless when `quality` is bad.
    let number: Double
    /// When the device answered (not when it was latched).
    public let takenAt: Instant
    public let quality: Quality
    public let reason: Reason

    public static func good(_ value: Double, at instant: Instant) -> Reading {
        Reading(number: value, takenAt: instant, quality: .good, reason: .none)
    }

    public static func uncertain(_ value: Double, _ reason: Reason, at instant: Instant) -> Reading {
        Reading(number: value, takenAt: instant, quality: .uncertain, reason: reason)
    }

    public static func bad(_ reason: Reason, at instant: Instant) -> Reading {
        Reading(number: 0, takenAt: instant, quality: .bad, reason: reason)
    }

    public static let neverRead = Reading.bad(.neverRead, at: .never)

    /// The number for records and screens, which carry quality and age beside it. Control must not use this.
    public var recorded: Double { number }

    /// The same reading as it counts at `now`: good readings become uncertain, then bad, as they age.
    func aged(at now: Instant, _ limits: AgeLimit) -> Reading {
        guard quality != .bad else { return self }
        let age = now.nanoseconds &- takenAt.nanoseconds
        if age > limits.badAfter { return .bad(.stale, at: takenAt) }
        if age > limits.uncertainAfter, quality == .good { return .uncertain(number, .stale, at: takenAt) }
        return self
    }
}

/// How old a point's readings may be, in nanoseconds: every look at a reading asks.
struct AgeLimit: BitwiseCopyable {
    let uncertainAfter: Int64
    let badAfter: Int64

    init(_ point: PointDefinition) {
        uncertainAfter = point.uncertainAfter.nanoseconds
        badAfter = point.badAfter.nanoseconds
    }
}

/// A value that may be used, or the reason why there is none.
public enum Known<Value: Sendable>: Sendable {
    case known(Value)
    case unknown(Reason)

    public var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }
}

extension Known: Equatable where Value: Equatable {
    /// Written out to be inlined: every scan compares many, and a call across modules looks up its types each time.
    @inlinable public static func == (one: Self, other: Self) -> Bool {
        switch (one, other) {
        case (.known(let one), .known(let other)): one == other
        case (.unknown(let one), .unknown(let other)): one == other
        case (.known, .unknown), (.unknown, .known): false
        }
    }
}
