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
    /// The main leaks at a joint: too little for the meter, and it does not hold its pressure.
    case mainSeeps(SourceIndex)
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
    /// The meter's counter is short: it begins at 0 again after each cubic metre.
    case meterWraps(SourceIndex)
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
    /// The difference over the source's filter is high: it asks for a wash.
    case filterFouled(SourceIndex)
    case dosing(DosingFault)
}

/// What can be wrong with fertigation.
public enum DosingFault: Hashable, Sendable, BitwiseCopyable {
    case probe(PointIndex, ProbeTrouble)
    /// The cables of two probes of one unit are exchanged.
    case probesSwapped(PointIndex, PointIndex)
    /// It drips when it is closed: a twentieth of what it gives when it is on.
    case injectorLeaking(ChannelIndex)
    /// It gives nothing.
    case injectorBlocked(ChannelIndex)
    /// The channel's meter counts nothing.
    case meterStuck(ChannelIndex)
    /// The tank runs dry, and is filled when this ends.
    case tankDry(TankIndex)
    /// Something lies in the tray.
    case trayWet(DosingUnitIndex)
}

/// What can be wrong with a probe, besides being stuck, noisy or cut as any sensor.
public enum ProbeTrouble: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// A layer on it: it reads low and late.
    case fouled
    /// It reads one unit less each hour.
    case drifting
    /// It stands in air.
    case dry
    /// It gives no number.
    case broken
}
