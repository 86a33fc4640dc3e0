public import Quantities

/// A bounded value that is written to a device: a drive's speed, a dosing pump's rate, the opening of a control valve.
public struct SetpointIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// What a set-point sets.
public enum SetpointKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Of a pump, blower or feeder: frequency, revolutions or per cent.
    case speed
    /// Of a dosing pump or feeder: what it gives in a time.
    case rate
    /// Of a control valve.
    case opening
}

/// One set-point. Numbers are in its own unit.
public struct SetpointDefinition: Sendable, Hashable {
    public let label: Label
    public let kind: SetpointKind
    public let unit: Unit
    public let range: ClosedRange<Double>
    /// What it is without a program, and whenever the output it belongs to is off. Inside `range`.
    public let safe: Double
    /// Most change in a second, up and down. Both above 0. The safe state is not waited for: it comes at once.
    public let risePerSecond: Double
    public let fallPerSecond: Double
    /// The on/off output it belongs to: what is off, refused or tripped has its set-point at the safe value.
    public let output: OutputIndex?
    /// The device that holds it.
    public let device: DeviceIndex?
    /// The point that shows what was permitted in the scan before: for history, screens and control.
    public let point: PointIndex
    /// Where and how it is wired. A proof is worth nothing once this has changed.
    public let wiring: String

    public var tag: String { label.tag }

    /// - Precondition: `safe` lies in `range`, the range is finite and more than one value, and both rates are above 0.
    public init(label: Label, kind: SetpointKind, unit: Unit, range: ClosedRange<Double>, safe: Double, risePerSecond: Double,
                fallPerSecond: Double, output: OutputIndex?, device: DeviceIndex? = nil, point: PointIndex, wiring: String = "") {
        precondition(range.lowerBound.isFinite && range.upperBound.isFinite && range.lowerBound < range.upperBound)
        precondition(range.contains(safe) && risePerSecond > 0 && fallPerSecond > 0)
        self.label = label
        self.kind = kind
        self.unit = unit
        self.range = range
        self.safe = safe
        self.risePerSecond = risePerSecond
        self.fallPerSecond = fallPerSecond
        self.output = output
        self.device = device
        self.point = point
        self.wiring = wiring
    }

    /// What was proven when the set-point was, or its output.
    public var fingerprint: String {
        "\(kind) \(wiring) \(range.lowerBound)..\(range.upperBound) \(unit.symbol) safe-\(safe)"
    }
}

/// What control wants of one set-point.
public struct SetpointDemand: Sendable, BitwiseCopyable, Equatable {
    /// In the set-point's unit.
    public let value: Double
    public let cause: Cause

    public init(_ value: Double, because cause: Cause) {
        self.value = value
        self.cause = cause
    }
}

/// A set-point known to set `Q`, whatever unit it is kept in. Made at start by `SiteTables.setpoint(_:as:)`.
public struct SetpointOf<Q: Quantity>: Sendable, Hashable, BitwiseCopyable {
    public let index: SetpointIndex
    private let scale: Double
    private let offset: Double
    public let least: Q
    public let most: Q

    init(index: SetpointIndex, _ definition: SetpointDefinition) {
        self.index = index
        scale = definition.unit.scale
        offset = definition.unit.offset
        least = Q(base: definition.unit.toBase(definition.range.lowerBound))
        most = Q(base: definition.unit.toBase(definition.range.upperBound))
    }

    public func demand(_ quantity: Q, because cause: Cause) -> SetpointDemand {
        SetpointDemand((quantity.base - offset) / scale, because: cause)
    }
}

/// A set-point that is moved by parts of its greatest value, whatever it sets: the speed of a pump.
public struct SetpointShare: Sendable, Hashable, BitwiseCopyable {
    public let index: SetpointIndex
    private let most: Double

    /// - Precondition: the greatest value is above 0.
    public init(_ index: SetpointIndex, _ definition: SetpointDefinition) {
        precondition(definition.range.upperBound > 0)
        self.index = index
        most = definition.range.upperBound
    }

    /// - Parameter share: of the greatest value.
    public func demand(_ share: Fraction, because cause: Cause) -> SetpointDemand {
        SetpointDemand(share.base * most, because: cause)
    }

    /// What a value of the set-point is of its greatest.
    public func share(_ value: Double) -> Fraction { Fraction(base: value / most) }
}

extension SiteTables {
    public func setpoint(tag: String) -> SetpointIndex? {
        setpoints.firstIndex { $0.tag == tag }.map { SetpointIndex($0) }
    }

    /// What was proven when the output was: a change of its own wiring, or of a set-point that belongs to it, asks for proof anew.
    public func fingerprint(of output: OutputIndex) -> String {
        let own = setpoints.filter { $0.output == output }.map { "; \($0.tag) \($0.fingerprint)" }
        return outputs[output.offset].fingerprint + own.joined()
    }

    /// `nil`: it sets something else.
    public func setpoint<Q: Quantity>(_ setpoint: SetpointIndex, as type: Q.Type = Q.self) -> SetpointOf<Q>? {
        let definition = setpoints[setpoint.offset]
        return definition.unit.dimension == Q.dimension ? SetpointOf(index: setpoint, definition) : nil
    }
}

/// What the interlocks said of one set-point in the scan before: latched into the image like any other input.
public struct SetpointVerdict: Sendable, BitwiseCopyable, Equatable {
    /// In the set-point's unit.
    public let value: Double
    /// What keeps it at its safe value whatever control wants; `nil`: nothing does.
    public let hold: Cause?
    /// Nobody has seen yet that it does what its name says.
    public let lacksProof: Bool

    public init(value: Double, hold: Cause? = nil, lacksProof: Bool = false) {
        self.value = value
        self.hold = hold
        self.lacksProof = lacksProof
    }
}

/// What the field says of a set-point.
public struct SetpointFeedback: Sendable, BitwiseCopyable, Equatable {
    /// As read back, in the set-point's unit; `nil`: not known, or it cannot be read back.
    public let value: Double?
    /// Whether the device holds what it was last told; `nil`: not known.
    public let agrees: Bool?
    public let at: Instant
    /// The scan was silent, and the safe value was written without it.
    public let leaseExpired: Bool

    public init(value: Double?, agrees: Bool?, at: Instant, leaseExpired: Bool = false) {
        self.value = value
        self.agrees = agrees
        self.at = at
        self.leaseExpired = leaseExpired
    }

    public static let unknown = SetpointFeedback(value: nil, agrees: nil, at: .never)
}
