public import BeiDou
public import ProcessImage
public import Quantities
public import SL651

/// Where the bytes of a thin link go.
public enum LinkEnd: Sendable, Hashable {
    case tcp(host: String, port: UInt16)
    /// 8 data bits, no parity, 1 stop bit. A path without a leading `/` lies in the run directory.
    case serial(path: String, baud: Int)
}

/// One center of the water bureau, and what is reported to it.
public struct BureauSheet: Sendable, Hashable {
    /// Where an element's value comes from: `reading * gain + offset`, in the base unit of the element's dimension.
    public struct Source: Sendable, Hashable {
        public let point: PointIndex
        public let gain: Double
        public let offset: Double
    }

    /// The center's tag.
    public let tag: String
    public let end: LinkEnd
    public let plan: StationPlan
    /// By the plan's points.
    public let sources: [Source]
}

/// The BeiDou terminal, and what goes through it.
public struct SatelliteSheet: Sendable, Hashable {
    /// Which alarms go.
    public enum Alarms: Sendable, Hashable { case all, critical, none }

    public let end: LinkEnd
    public let plan: LinkPlan
    /// Our own card; `nil`: whichever lies in the terminal.
    public let card: CardNumber?
    public let alarms: Alarms
    /// When the state of the day before is told; `nil`: never.
    public let daysAt: TimeOfDay?
}
