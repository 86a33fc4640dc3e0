public import Control
public import Interlocks
public import ProcessImage

/// What the scan turns on.
public struct ScanPlan: Sendable {
    public let tables: SiteTables
    public let control: ControlPlan
    public let interlocks: InterlockPlan
    /// Range: `Limits.scanPeriodRange`.
    public let period: Duration
    /// Whether each device answers, by `DeviceIndex`.
    public let deviceOnline: [DigitalPoint]
    /// Whether the guard can be reached; `nil` on a site without GPIO lines.
    public let guardOnline: DigitalPoint?

    public init(tables: SiteTables, control: ControlPlan, interlocks: InterlockPlan, period: Duration,
                deviceOnline: [DigitalPoint] = [], guardOnline: DigitalPoint? = nil) {
        precondition(Limits.scanPeriodRange.contains(period))
        precondition(deviceOnline.count == tables.devices.count)
        precondition(interlocks.outputs.count == tables.outputs.count)
        precondition(interlocks.setpoints.count == tables.setpoints.count)
        self.tables = tables
        self.control = control
        self.interlocks = interlocks
        self.period = period
        self.deviceOnline = deviceOnline
        self.guardOnline = guardOnline
    }
}
