import ProcessImage
import Quantities

/// What the meter says of the pipes, and of itself.
extension Interlocks {
    /// A meter of which nothing is known yet has so long for its first words.
    private static var firstWords: Duration { .minutes(6) }

    /// After water stops or zones change, the meter must have had so long to report before it is listened to.
    func patience(_ source: SourceIndex) -> Duration {
        let watch = sourceWatch[source]
        guard let reports = sources[source].meterReports ?? watch.meter.learned ?? watch.rememberedReports else { return Self.firstWords }
        return reports * 1.5
    }

    /// A meter that says nothing stops no water, but the protections that need it are blind: that is told once.
    mutating func watchMeter(_ source: SourceIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let point = sources[source].flow else { return }
        let now = image.now
        if sourceWatch[source].shouldFlow { sourceWatch[source].stoppedAt = now }
        sourceWatch[source].meter.look(sourceWatch[source].flow, movedAt: sourceWatch[source].movedAt, at: now)
        watchFreeze(source, now, &records)
        rememberReports(source, &records)
        let isBlind = sourceWatch[source].shouldFlow && sourceWatch[source].flow == nil
        let held = sourceWatch[source].blind.look(isBlind, for: sources[source].flowNoOlderThan, at: now)
        if let held, !sourceWatch[source].blindnessTold { records.event(Event(.pointBad, .point(point.index), duration: held)) }
        sourceWatch[source].blindnessTold = held != nil
    }

    private mutating func watchFreeze(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        let stoppedAt = sourceWatch[source].stoppedAt
        if let limit = sources[source].leakFlow, sourceWatch[source].isClosed, isShutOff(source) {
            sourceWatch[source].meter.lookForFreeze(above: limit, stoppedAt: stoppedAt, patience: patience(source), at: now)
        }
        let isFrozen = sourceWatch[source].meter.isFrozen
        warn(warnings.frozenMeter(source), isFrozen, &records, value: sourceWatch[source].flow?.base ?? .nan,
             duration: now - stoppedAt)
        if isFrozen { sourceWatch[source].flow = nil }
    }

    /// What was learned goes to the ledger when it is new or has changed by more than a quarter and a little: a restart
    /// does not learn anew by closing a zone.
    private mutating func rememberReports(_ source: SourceIndex, _ records: inout RecordBuffer) {
        guard sources[source].meterReports == nil, let learned = sourceWatch[source].meter.learned else { return }
        if let known = sourceWatch[source].rememberedReports {
            guard learned > known * 1.25 + .seconds(5) || learned * 1.25 + .seconds(5) < known else { return }
        }
        sourceWatch[source].rememberedReports = learned
        records.ledger(.meterReports(source, every: learned))
    }

    // MARK: Too much flow

    /// A missing reading neither starts nor ends the time of a leak or a burst.
    mutating func watchLeak(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        guard let limit = sources[source].leakFlow else { return }
        let isLeaking = sourceWatch[source].isClosed ? isAbove(limit, source, now) : false
        guard let held = sourceWatch[source].leak.look(isLeaking, at: now) else { return }
        tripExcess(.leak, source, limit, held: held, after: sources[source].leakAfter, now, &records)
    }

    mutating func watchBurst(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        guard let factor = sources[source].burstFactor else { return }
        let limit = sourceWatch[source].isClosed ? nil : sourceWatch[source].openFlow.map { $0 * factor }
        let isBurst: Bool? = limit.map { isAbove($0, source, now) } ?? false
        guard let held = sourceWatch[source].burst.look(isBurst, at: now), let limit else { return }
        tripExcess(.burst, source, limit, held: held, after: sources[source].burstAfter, now, &records)
    }

    /// `nil` while the meter has not spoken since the valves came to rest, or shows what it showed while water was driven.
    func isAbove(_ limit: Flow, _ source: SourceIndex, _ now: Instant) -> Bool? {
        let watch = sourceWatch[source]
        let isOld = watch.isClosed && isShutOff(source) && watch.meter.changedAt < watch.stoppedAt
        guard let flow = watch.flow, !isOld, watch.meter.speaks(of: watch.settledAt, within: patience(source), at: now) else { return nil }
        return flow > limit
    }

    /// More than the zone valve stops the water, so that a flow that does not change is the meter's doing. Without pump and
    /// master valve it may as well be the valve's.
    private func isShutOff(_ source: SourceIndex) -> Bool {
        sources[source].pump != nil || sources[source].masterValve != nil
    }

    /// Flow that has been too much since a zone was told to close is that zone's valve, and is given a little longer.
    private mutating func tripExcess(_ kind: TripKind, _ source: SourceIndex, _ limit: Flow, held: Duration,
                                     after delay: Duration, _ now: Instant, _ records: inout RecordBuffer) {
        guard let flow = sourceWatch[source].flow else { return }
        let culprit = zoneClosed(source, at: now + (.zero - held))
        let subject = culprit.map { Subject.zone($0) } ?? .source(source)
        guard held >= (culprit == nil ? delay : sources[source].stuckAfter) else { return }
        latch(culprit == nil ? kind : .stuckValve, subject, &records, value: flow.base, limit: limit.base, duration: held)
    }

    /// A valve may let water through for a moment after its travel, and the meter needs its time to say so.
    private func zoneClosed(_ source: SourceIndex, at moment: Instant) -> ZoneIndex? {
        let after = moment - sourceWatch[source].lastClosedAt
        let slack = min(patience(source), .minutes(1)) + .seconds(5)
        return after >= .zero && after <= slack ? sourceWatch[source].lastClosed : nil
    }
}
