import ProcessImage
import Quantities

struct ZoneWatch: BitwiseCopyable {
    /// Since when water should flow and less than the least does.
    var shortSince: Instant?
}

extension Interlocks {
    /// Zones of one source that may trip one after the other before the source itself is held to be without water.
    private static var zonesWithoutFlowMax: Int { 2 }

    /// No flow in an open zone. A meter that does not answer stops nothing: the run goes on by time, `watchMeter` tells.
    mutating func watchZones(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<zones.count {
            let zone = ZoneIndex(number)
            guard let least = zones[zone].leastFlow, isFed(zone, at: image.now) else {
                zoneWatch[zone].shortSince = nil
                continue
            }
            guard let flow = sourceWatch[zones[zone].source].flow else { continue }
            watch(zone, flow, least, image.now, &records)
        }
    }

    private func isFed(_ zone: ZoneIndex, at now: Instant) -> Bool {
        let valve = zones[zone].valve
        guard outputWatch[valve].level.isOn, now - outputWatch[valve].since >= outputPlans[valve].travel else { return false }
        return isDriven(zones[zone].source, at: now)
    }

    private mutating func watch(_ zone: ZoneIndex, _ flow: Flow, _ least: Flow, _ now: Instant, _ records: inout RecordBuffer) {
        guard flow < least else {
            zoneWatch[zone].shortSince = nil
            sourceWatch[zones[zone].source].zonesWithoutFlow = 0
            return
        }
        let since = zoneWatch[zone].shortSince ?? now
        zoneWatch[zone].shortSince = since
        guard now - since >= zones[zone].flowWithin else { return }
        let isNew = latch(.noFlow, .zone(zone), &records, value: flow.base, limit: least.base, duration: now - since)
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
}
