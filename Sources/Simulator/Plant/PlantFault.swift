public import ProcessImage

/// What can be wrong with a farm, by command.
public enum PlantFault: Hashable, Sendable, BitwiseCopyable {
    /// The device does not answer.
    case deviceSilent(DeviceIndex)
    /// The device answers late.
    case deviceSlow(DeviceIndex)
    /// The device answers with damaged frames.
    case deviceGarbage(DeviceIndex)
    case valveStuckOpen(OutputIndex)
    case valveStuckClosed(OutputIndex)
    /// The pump does not turn though it is told to.
    case pumpDead(OutputIndex)
    /// The main between master valve and zones is torn.
    case pipeBurst(SourceIndex)
    /// The well or tank has run empty and does not fill.
    case sourceEmpty(SourceIndex)
    /// The meter's wheel is blocked: water flows, nothing is counted.
    case meterStuck(SourceIndex)
    case emergencyStopPressed
    /// The sensor gives the value it gave when the fault began.
    case sensorStuck(PointIndex)
    /// The sensor's value jumps about.
    case sensorNoisy(PointIndex)
}
