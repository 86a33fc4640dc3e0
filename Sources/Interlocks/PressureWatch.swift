import ProcessImage
import Quantities

/// What the pressure in a source's main says. Without a pressure that is known nothing is concluded.
extension Interlocks {
    /// The open zones and their flow must have been left alone for this long to be called settled.
    static var settling: Duration { .seconds(30) }
    /// A shut main is left so long before what it holds is noted, and a fall must last so long.
    private static var gaugeLag: Duration { .seconds(5) }

    mutating func watchPressure(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        guard let guarded = sources[source].pressure else { return }
        watchOverPressure(source, guarded, now, &records)
        watchPriming(source, guarded, now, &records)
        watchDrop(source, guarded, now, &records)
        watchDecay(source, guarded, now, &records)
    }

    private mutating func watchOverPressure(_ source: SourceIndex, _ guarded: PressureGuard, _ now: Instant,
                                            _ records: inout RecordBuffer) {
        guard let maximum = guarded.maximum else { return }
        let isOver = sourceWatch[source].pressure.map { $0 > maximum }
        guard let held = sourceWatch[source].overPressure.look(isOver, for: guarded.maximumFor, at: now),
              let pressure = sourceWatch[source].pressure else { return }
        latch(.overPressure, .source(source), &records, value: pressure.base, limit: maximum.base, duration: held)
    }

    /// Neither pressure nor flow comes up: the pump draws air. A meter that says nothing does not speak for the pump.
    private mutating func watchPriming(_ source: SourceIndex, _ guarded: PressureGuard, _ now: Instant,
                                       _ records: inout RecordBuffer) {
        guard let limit = guarded.dryBelow, let pump = sources[source].pump else { return }
        let isPrimed = outputWatch[pump].level.isOn && now - outputWatch[pump].since >= guarded.priming
        let watch = sourceWatch[source]
        let hasFlow = watch.flow.flatMap { flow in watch.leastOpen.map { flow >= $0 } } ?? false
        let isShort: Bool? = isPrimed ? watch.pressure.map { $0 < limit && !hasFlow } : false
        guard let held = sourceWatch[source].noPressure.look(isShort, for: guarded.dryAfter, at: now),
              let pressure = watch.pressure else { return }
        latch(.dryRun, .source(source), &records, because: .interlock(.noPressure), value: pressure.base, limit: limit.base,
              duration: held)
    }

    private mutating func watchDrop(_ source: SourceIndex, _ guarded: PressureGuard, _ now: Instant,
                                    _ records: inout RecordBuffer) {
        guard let drop = guarded.drop else { return }
        let watch = sourceWatch[source]
        guard watch.shouldFlow, now - watch.settledAt >= Self.settling else {
            sourceWatch[source].steady = nil
            _ = sourceWatch[source].pressureDrop.look(false, at: now)
            return
        }
        guard let flow = watch.flow, let pressure = watch.pressure else { return }
        let steady = watch.steady ?? Steady(flow: flow, pressure: pressure)
        sourceWatch[source].steady = steady
        let limit = steady.flow * (1 + guarded.rise)
        let isTorn = flow > limit && pressure < steady.pressure * (1 - drop)
        guard let held = sourceWatch[source].pressureDrop.look(isTorn, for: sources[source].burstAfter, at: now) else { return }
        latch(.burst, .source(source), &records, because: .interlock(.pressureDrop), value: flow.base, limit: limit.base,
              duration: held)
    }

    /// A main that is shut holds its pressure. It is looked at in stretches, each against what it held when that began.
    private mutating func watchDecay(_ source: SourceIndex, _ guarded: PressureGuard, _ now: Instant,
                                     _ records: inout RecordBuffer) {
        guard let decay = guarded.decay else { return }
        guard isShutTight(source, now) else {
            sourceWatch[source].held = nil
            _ = sourceWatch[source].pressureFall.look(false, at: now)
            return
        }
        guard let pressure = sourceWatch[source].pressure else { return }
        guard let held = sourceWatch[source].held, now - held.since < decay.within else {
            sourceWatch[source].held = pressure >= decay.from ? HeldPressure(pressure: pressure, since: now) : nil
            _ = sourceWatch[source].pressureFall.look(false, at: now)
            return
        }
        let limit = held.pressure * (1 - decay.drop)
        guard sourceWatch[source].pressureFall.look(pressure < limit, for: Self.gaugeLag, at: now) != nil else { return }
        latch(.pressureDecay, .source(source), &records, value: pressure.base, limit: limit.base, duration: now - held.since)
    }

    private func isShutTight(_ source: SourceIndex, _ now: Instant) -> Bool {
        guard sourceWatch[source].isClosed, let master = sources[source].masterValve, !outputWatch[master].level.isOn,
              now - sourceWatch[source].settledAt >= Self.gaugeLag else { return false }
        return sources[source].pump.map { !outputWatch[$0].level.isOn } ?? true
    }
}
