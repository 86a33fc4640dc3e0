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
    case feeding(FeedingFault)
}

/// What can be wrong with net cages and the lines that feed them.
public enum FeedingFault: Hashable, Sendable, BitwiseCopyable {
    /// A sensor in or over the water.
    case sensor(PointIndex, SeaTrouble)
    /// The cables of two of them are exchanged.
    case sensorsSwapped(PointIndex, PointIndex)
    /// An aerator or an oxygen valve does nothing, whatever it is told.
    case aeratorDead(OutputIndex)
    /// A tenth of the water gets through the nets.
    case netFouled(CageIndex)
    /// The winch of a submersible cage has current, and nothing moves.
    case winchJammed(CageIndex)
    case line(FeedLineIndex, LineTrouble)
    /// No tide runs, and a bloom takes the oxygen by night.
    case stagnant
    /// Waves of 2.5 m from a storm that is elsewhere.
    case swell
}

/// What can be wrong with a sensor in or over the water, besides being stuck, noisy or cut as any sensor.
public enum SeaTrouble: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Growth on it: it reads a third low, and late.
    case fouled
    /// It reads half a unit more each hour.
    case drifting
    /// It was hauled up, and shows a fifth more than it did.
    case inAir
    /// It gives no number.
    case broken
}

/// What can be wrong with a feed line.
public enum LineTrouble: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// The blower does not turn though it is told to.
    case blowerDead
    /// The selector stays where it is.
    case selectorStuck
    /// Something is in the pipe that no pushing loosens.
    case blocked
    /// Air and feed go into the sea.
    case hoseOff
    /// The doser turns, and nothing falls.
    case doserJammed
    /// Half as much again falls.
    case doserFast
    /// The doser turns on for 8 s after it is told to stop.
    case doserRunsOn
    /// The hopper is empty, and is filled when this ends.
    case hopperEmpty
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
