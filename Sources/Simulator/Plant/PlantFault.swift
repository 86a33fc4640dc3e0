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
    /// The zone behind the valve takes less than half of what it should.
    case valveClogged(OutputIndex)
    /// The motor's protection reports a fault.
    case motorFault(OutputIndex)
    /// The drive is set too high: the pump gives half as much head again.
    case pressureHigh(SourceIndex)
    /// The meter tells what it has measured once in five minutes only.
    case meterSlow(SourceIndex)
    /// The meter's count begins at 0 anew.
    case meterReset(SourceIndex)
    /// The device keeps the set-point it had, whatever it is told.
    case setpointStuck(SetpointIndex)
    /// The sensor gives the value it gave when the fault began.
    case sensorStuck(PointIndex)
    /// The sensor's value jumps about.
    case sensorNoisy(PointIndex)
    /// The sensor's cable is cut: it reads 0.
    case sensorCut(PointIndex)
}
