import ProcessImage
import Quantities

/// What is watched of one source: gathered anew each scan, but for the times since when.
struct SourceWatch: BitwiseCopyable {
    var flow: Flow?
    /// Empty, or not known not to be.
    var isDry = false
    /// Every valve is off and has travelled.
    var isClosed = true
    /// Nominal flow of the valves that are open or moving; `nil`: one of them has none.
    var openFlow: Flow? = .zero
    /// Water should be flowing through some zone.
    var shouldFlow = false
    /// Set while permitting: a valve is open downstream of the pump.
    var hasOpenValve = false

    var leakSince: Instant?
    var burstSince: Instant?
    /// Since when water should flow and the meter says nothing.
    var blindSince: Instant?
    var blindnessTold = false
    /// Zones that tripped one after the other without water in between.
    var zonesWithoutFlow = 0
}

extension Interlocks {
    mutating func watchSources(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<sources.count { measure(SourceIndex(number), image) }
        for number in 0..<zones.count { gather(ZoneIndex(number), at: image.now) }
        for number in 0..<flushes.count { gather(flushes[number], at: image.now) }
        for number in 0..<sources.count {
            let source = SourceIndex(number)
            watchSuction(source, image, &records)
            watchLeak(source, image.now, &records)
            watchBurst(source, image.now, &records)
            watchMeter(source, image.now, &records)
        }
    }

    private mutating func measure(_ source: SourceIndex, _ image: borrowing InputImage) {
        let guarded = sources[source]
        sourceWatch[source].isClosed = true
        sourceWatch[source].openFlow = .zero
        sourceWatch[source].shouldFlow = false
        sourceWatch[source].flow = nil
        if let point = guarded.flow {
            sourceWatch[source].flow = image.value(of: point, noOlderThan: guarded.flowNoOlderThan).value
        }
    }

    /// Adds what a zone's valve lets through, as it was permitted last.
    private mutating func gather(_ zone: ZoneIndex, at now: Instant) {
        let guarded = zones[zone]
        let watch = outputWatch[guarded.valve]
        let travelled = now - watch.since >= outputPlans[guarded.valve].travel
        guard watch.level.isOn || !travelled else { return }
        sourceWatch[guarded.source].isClosed = false
        if let sum = sourceWatch[guarded.source].openFlow, let nominal = guarded.nominalFlow {
            sourceWatch[guarded.source].openFlow = sum + nominal
        } else {
            sourceWatch[guarded.source].openFlow = nil
        }
        if watch.level.isOn, travelled, isDriven(guarded.source, at: now) { sourceWatch[guarded.source].shouldFlow = true }
    }

    private mutating func gather(_ flush: FlushGuard, at now: Instant) {
        let watch = outputWatch[flush.valve]
        guard watch.level.isOn || now - watch.since < outputPlans[flush.valve].travel else { return }
        sourceWatch[flush.source].isClosed = false
        let sum = sourceWatch[flush.source].openFlow
        sourceWatch[flush.source].openFlow = sum.flatMap { sum in flush.flow.map { sum + $0 } }
    }

    /// Whether the pump runs and the master valve is open, as far as there are any.
    func isDriven(_ source: SourceIndex, at now: Instant) -> Bool {
        if let pump = sources[source].pump, !outputWatch[pump].level.isOn { return false }
        guard let master = sources[source].masterValve else { return true }
        return outputWatch[master].level.isOn && now - outputWatch[master].since >= outputPlans[master].travel
    }

    /// Empty or unknown: the pump may not start; one that runs is tripped.
    private mutating func watchSuction(_ source: SourceIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let dryWhen = sources[source].dryWhen else { return }
        let dry = image.isOn(dryWhen, noOlderThan: sources[source].dryNoOlderThan)
        sourceWatch[source].isDry = dry != .known(false)
        guard sourceWatch[source].isDry, let pump = sources[source].pump, outputWatch[pump].level.isOn else { return }
        latch(.dryRun, .source(source), &records, because: .interlock(.suctionLevel))
    }

    /// A missing reading neither starts nor ends the time of a leak or a burst.
    private mutating func watchLeak(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        guard let limit = sources[source].leakFlow, sourceWatch[source].isClosed else {
            sourceWatch[source].leakSince = nil
            return
        }
        guard let flow = sourceWatch[source].flow else { return }
        guard flow > limit else {
            sourceWatch[source].leakSince = nil
            return
        }
        let since = sourceWatch[source].leakSince ?? now
        sourceWatch[source].leakSince = since
        guard now - since >= sources[source].leakAfter else { return }
        latch(.leak, .source(source), &records, value: flow.base, limit: limit.base, duration: now - since)
    }

    private mutating func watchBurst(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        guard let factor = sources[source].burstFactor, !sourceWatch[source].isClosed,
              let open = sourceWatch[source].openFlow else {
            sourceWatch[source].burstSince = nil
            return
        }
        guard let flow = sourceWatch[source].flow else { return }
        let limit = open * factor
        guard flow > limit else {
            sourceWatch[source].burstSince = nil
            return
        }
        let since = sourceWatch[source].burstSince ?? now
        sourceWatch[source].burstSince = since
        guard now - since >= sources[source].burstAfter else { return }
        latch(.burst, .source(source), &records, value: flow.base, limit: limit.base, duration: now - since)
    }

    /// A meter that says nothing stops no water, but the protections that need it are blind: that is told once.
    private mutating func watchMeter(_ source: SourceIndex, _ now: Instant, _ records: inout RecordBuffer) {
        guard let point = sources[source].flow, sourceWatch[source].shouldFlow, sourceWatch[source].flow == nil else {
            sourceWatch[source].blindSince = nil
            sourceWatch[source].blindnessTold = false
            return
        }
        let since = sourceWatch[source].blindSince ?? now
        sourceWatch[source].blindSince = since
        guard !sourceWatch[source].blindnessTold, now - since >= sources[source].flowNoOlderThan else { return }
        sourceWatch[source].blindnessTold = true
        records.event(Event(.pointBad, .point(point.index), duration: now - since))
    }
}
