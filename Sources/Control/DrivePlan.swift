public import ProcessImage
public import Quantities

/// How a pump on a variable-speed drive is run: it fills the pipes slowly, comes up, keeps a pressure, and goes down before it
/// stops. Speeds are parts of the greatest its set-point may be. DOMAIN §2.
public struct DrivePlan: Sendable, BitwiseCopyable {
    public let speed: SetpointShare
    /// Of its greatest speed in a second, as its set-point may move.
    public let rise: Double
    public let fall: Double
    /// While the pipes fill.
    public let fill: Fraction
    /// They are full at this pressure, or after `fillFor`. `nil`: only time tells.
    public let fillUntil: Pressure?
    public let fillFor: Duration
    /// In the main; `nil`: nothing measures it, and the pump runs at `steady`.
    public let pressure: PointOf<Pressure>?
    public let pressureNoOlderThan: Duration
    /// What the loop keeps.
    public let keep: Pressure
    /// The loop goes no slower while water is wanted.
    public let least: Fraction
    /// Without a usable pressure it runs at this.
    public let steady: Fraction
    /// How fast the loop closes a gap. A slow probe wants a slow loop.
    public let response: Duration
    /// The pressure has to stay within `band` of `keep` for so long before a flow counts as settled.
    public let settle: Duration

    /// Part of `keep`.
    public static let band = 0.05

    /// - Precondition: rates and `keep` are above 0; `fill`, `least` and `steady` lie in 0 … 1.
    public init(speed: SetpointShare, rise: Double, fall: Double, fill: Fraction = .percent(40), fillUntil: Pressure? = nil,
                fillFor: Duration = .minutes(1), pressure: PointOf<Pressure>? = nil, pressureNoOlderThan: Duration = .seconds(5),
                keep: Pressure = .kilopascals(200), least: Fraction = .percent(50), steady: Fraction = .percent(80),
                response: Duration = .seconds(5), settle: Duration = .seconds(10)) {
        precondition(rise > 0 && fall > 0 && keep > .zero && response > .zero)
        precondition([fill, least, steady].allSatisfy { (0...1).contains($0.base) })
        self.speed = speed
        self.rise = rise
        self.fall = fall
        self.fill = fill
        self.fillUntil = fillUntil
        self.fillFor = fillFor
        self.pressure = pressure
        self.pressureNoOlderThan = pressureNoOlderThan
        self.keep = keep
        self.least = least
        self.steady = steady
        self.response = response
        self.settle = settle
    }

    /// How long the pump may take from its start until water flows as it should: nobody misses it before.
    public var comesUp: Duration { fillFor + .seconds(1 / rise) + settle }
}

/// Where water goes when a main has more pressure than it may bear.
public struct ReliefPlan: Sendable, BitwiseCopyable {
    public let pressure: PointOf<Pressure>
    public let noOlderThan: Duration
    /// More than this, for `after`, opens the zone; less than `easedPart` of it, for `closesAfter`, closes it again.
    public let maximum: Pressure
    /// `nil`: nothing opens; a drive goes slower.
    public let zone: ZoneIndex?

    public static let after: Duration = .seconds(1)
    public static let easedPart = 0.8
    public static let closesAfter: Duration = .seconds(10)

    public init(pressure: PointOf<Pressure>, noOlderThan: Duration = .seconds(5), maximum: Pressure, zone: ZoneIndex? = nil) {
        self.pressure = pressure
        self.noOlderThan = noOlderThan
        self.maximum = maximum
        self.zone = zone
    }
}
