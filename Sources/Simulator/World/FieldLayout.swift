public import ProcessImage
import Quantities
public import Scan

/// Which way each point comes and who holds each output: what the drivers' plan says, in the simulator's own words
/// (the simulator does not know the drivers).
public struct FieldLayout: Sendable {
    /// Where a point's readings come from.
    public enum Supply: Sendable, Hashable, BitwiseCopyable {
        /// A line of the guard: read in every scan.
        case line
        /// A register that is polled.
        case device(DeviceIndex, every: Duration)
        case deviceOnline(DeviceIndex)
        case guardOnline
        /// Made by the scan itself: what is permitted of a set-point.
        case scan
    }

    /// Who drives an output, and so who lets it go when the scan is silent.
    public enum Holder: Sendable, Hashable, BitwiseCopyable {
        /// The guard, by its lease.
        case guardian
        /// A relay on a bus: it keeps its level until it is written again.
        case relay(DeviceIndex)
    }

    /// By `PointIndex`.
    public let supplies: [Supply]
    /// By `OutputIndex`.
    public let holders: [Holder]
    /// By `SetpointIndex`: the device that holds it.
    public let setpoints: [DeviceIndex?]
    /// How long the guard keeps an output on without renewal.
    public let lease: Duration

    /// - Precondition: a supply for each point, a holder for each output and a device or none for each set-point of the site.
    public init(supplies: [Supply], holders: [Holder], setpoints: [DeviceIndex?] = [], lease: Duration = Limits.leaseDefault) {
        self.supplies = supplies
        self.holders = holders
        self.setpoints = setpoints
        self.lease = lease
    }

    /// The same with another lease.
    public func leased(for lease: Duration) -> FieldLayout {
        FieldLayout(supplies: supplies, holders: holders, setpoints: setpoints, lease: lease)
    }

    /// The usual layout of a site whose drivers are not known: points of devices are polled twice within the time they
    /// stay good, everything else hangs on the guard.
    public init(guessedFrom plan: ScanPlan) {
        var supplies = plan.tables.points.map { point in
            point.device.map { Supply.device($0, every: .nanoseconds(point.uncertainAfter.nanoseconds / 2)) } ?? .line
        }
        for (index, point) in plan.deviceOnline.enumerated() {
            supplies[point.index.offset] = .deviceOnline(DeviceIndex(index))
        }
        if let point = plan.guardOnline { supplies[point.index.offset] = .guardOnline }
        for setpoint in plan.tables.setpoints { supplies[setpoint.point.offset] = .scan }
        self.init(supplies: supplies, holders: plan.tables.outputs.map { _ in .guardian }, setpoints: plan.tables.setpoints.map(\.device))
    }
}
