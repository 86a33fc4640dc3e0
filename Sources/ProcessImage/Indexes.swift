/// A dense number given at start to each thing of a kind; arrays of the scan are indexed by it.
///
/// Tags and names are looked up before the first scan only.
public protocol DenseIndex: Hashable, Sendable, BitwiseCopyable {
    var rawValue: UInt16 { get }
    init(rawValue: UInt16)
}

extension DenseIndex {
    @inlinable public var offset: Int { Int(rawValue) }
    /// - Precondition: 0 ≤ offset ≤ 65 535; all counts are bounded by `Limits`.
    @inlinable public init(_ offset: Int) { self.init(rawValue: UInt16(offset)) }
}

public struct PointIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

public struct OutputIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

public struct ZoneIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A water source: a well, canal intake or tank with its pump and master valve.
public struct SourceIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A gate in a canal, moved by a drive up and a drive down.
public struct GateIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

public struct ProgramIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

public struct DeviceIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A dosing unit (水肥机): where the stocks of its channels go into the water of one source.
public struct DosingUnitIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// One dosing channel (施肥通道): a valve or pump that gives stock from one tank.
public struct ChannelIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A tank of stock solution (母液桶).
public struct TankIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

public struct RecipeIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}
