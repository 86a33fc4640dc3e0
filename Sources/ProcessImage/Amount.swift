public import Quantities

/// How much water a run gives: for a time, or a volume by the meter (time is then the guard).
public enum Amount: Hashable, Sendable, BitwiseCopyable {
    case time(Duration)
    case volume(Volume)

    public static let nothing = Amount.time(.zero)

    /// `nil` for a volume.
    public var time: Duration? { if case .time(let time) = self { time } else { nil } }
    /// `nil` for a time.
    public var volume: Volume? { if case .volume(let volume) = self { volume } else { nil } }

    public var isPositive: Bool {
        switch self {
        case .time(let time): time > .zero
        case .volume(let volume): volume > .zero
        }
    }

    /// What of it was not given; `nothing` when it was given in full.
    public func less(watered: Duration, volume given: Volume) -> Amount {
        switch self {
        case .time(let time): .time(max(time - watered, .zero))
        case .volume(let volume): .volume(max(volume - given, .zero))
        }
    }
}
