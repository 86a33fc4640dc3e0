import ProcessImage
import Quantities

struct ZoneWatch: BitwiseCopyable {
    /// What it takes alone when all is well: as learned, within a plausible band of its nominal flow. `nil`: no nominal flow is known.
    var usual: Flow?
    /// Water should flow and less than the least does.
    var noFlow = Sustained()
    var lowFlow = Sustained()
    var highFlow = Sustained()
    /// It was in a group that was taken apart, and has not been seen alone yet.
    var isSuspect = false
    var wellAlone = Sustained()
}

extension Interlocks {
    /// Zones of one source that may trip one after the other before the source itself is held to be without water.
    private static var zonesWithoutFlowMax: Int { 2 }

    /// Flow in an open zone. A meter that does not answer stops nothing: the run goes on by time, `watchMeter` tells. A
    /// meter that reports seldom is given the time of its next word before a zone is closed for it.
    mutating func watchZones(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<zones.count {
            let zone = ZoneIndex(number)
            let isFed = isFed(zone, at: image.now)
            watchNoFlow(zone, isFed, image.now, &records)
            let isAlone = isFed && sourceWatch[zones[zone].source].openCount == 1
            watchLowFlow(zone, isAlone, image.now, &records)
            watchHighFlow(zone, isAlone, image.now, &records)
        }
        for number in 0..<sources.count { watchApart(SourceIndex(number), image.now, &records) }
    }

    private func isFed(_ zone: ZoneIndex, at now: Instant) -> Bool {
        let valve = zones[zone].valve
        guard outputWatch[valve].level.isOn, now - outputWatch[valve].since >= outputPlans[valve].travel else { return false }
        return isDriven(zones[zone].source, at: now)
    }

    private mutating func watchNoFlow(_ zone: ZoneIndex, _ isFed: Bool, _ now: Instant, _ records: inout RecordBuffer) {
        guard let least = zones[zone].leastFlow else { return }
        let source = zones[zone].source
        let flow = sourceWatch[source].flow
        if isFed, let flow, flow >= least { sourceWatch[source].zonesWithoutFlow = 0 }
        let isShort: Bool? = isFed ? flow.map { $0 < least } : false
        let delay = max(zones[zone].flowWithin, patience(source))
        guard let held = zoneWatch[zone].noFlow.look(isShort, for: delay, at: now), let flow else { return }
        let isNew = latch(.noFlow, .zone(zone), &records, value: flow.base, limit: least.base, duration: held)
        if isNew { countWithoutFlow(zone, &records) }
    }

    /// DOMAIN §2: two zones in a row without water mean that the source has none.
    private mutating func countWithoutFlow(_ zone: ZoneIndex, _ records: inout RecordBuffer) {
        let source = zones[zone].source
        sourceWatch[source].zonesWithoutFlow += 1
        guard sourceWatch[source].zonesWithoutFlow >= Self.zonesWithoutFlowMax else { return }
        sourceWatch[source].zonesWithoutFlow = 0
        guard sources[source].pump != nil || sources[source].masterValve != nil else { return }
        latch(.dryRun, .source(source), &records, because: .trip(TripID(.noFlow, .zone(zone))))
    }

    private mutating func watchLowFlow(_ zone: ZoneIndex, _ isAlone: Bool, _ now: Instant, _ records: inout RecordBuffer) {
        guard let limit = zones[zone].lowFlow, let usual = zoneWatch[zone].usual else { return }
        let source = zones[zone].source
        let flow = sourceWatch[source].flow
        let least = usual * limit.part
        let isLow: Bool? = isAlone ? flow.map { $0 < least } : false
        let held = zoneWatch[zone].lowFlow.look(isLow, for: max(limit.after, patience(source)), at: now)
        if let held, let flow, limit.stops {
            latch(.lowFlow, .zone(zone), &records, value: flow.base, limit: least.base, duration: held)
        } else if !limit.stops, isLow != nil {
            warn(warnings.lowFlow(zone), held != nil, &records, value: flow?.base ?? .nan, limit: least.base,
                 duration: held ?? .zero)
        }
    }

    private mutating func watchHighFlow(_ zone: ZoneIndex, _ isAlone: Bool, _ now: Instant, _ records: inout RecordBuffer) {
        guard let limit = zones[zone].highFlow, let usual = zoneWatch[zone].usual else { return }
        let source = zones[zone].source
        let most = usual * limit.part
        let isHigh: Bool? = isAlone ? isAbove(most, source, now) : false
        guard let held = zoneWatch[zone].highFlow.look(isHigh, for: limit.after, at: now),
              let flow = sourceWatch[source].flow else { return }
        latch(.highFlow, .zone(zone), &records, value: flow.base, limit: most.base, duration: held)
    }
}
