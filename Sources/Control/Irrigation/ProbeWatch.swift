import Agronomy
import ProcessImage
import Quantities

/// What has been seen of one zone's soil probe.
struct ProbeWatch: BitwiseCopyable {
    var due = Instant.never
    /// The reading before, and the newest that was believed.
    var last: ProbeReading?
    var believed: Fraction?
    var believedAt = Instant.never
    /// A reading was not believed since the last step.
    var isRejected = false
    var toldOn: CivilDate?
}

/// The probes: looked at every ten minutes, taken into the balance once a day.
extension WaterBalance {
    private static var every: Duration { .minutes(10) }
    /// A reading is worth nothing for the evening when it is older than this.
    private static var freshFor: Duration { .hours(2) }

    mutating func watchProbe(_ zone: ZoneIndex, _ plan: WaterPlan, _ weather: borrowing WeatherBook,
                             _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let probe = plan.probe, image.now >= zones[zone].probe.due else { return }
        zones[zone].probe.due = image.now + Self.every
        guard let moisture = image.value(of: probe.moisture, noOlderThan: WeatherBook.readingNoOlderThan).value else {
            zones[zone].probe.last = nil
            return
        }
        let soil = plan.rootZone.soil
        let content = probe.meaning == .relative ? soil.byVolume(relative: moisture) : moisture
        let temperature = probe.temperature.flatMap { image.value(of: $0, noOlderThan: WeatherBook.readingNoOlderThan).value }
        let reading = ProbeReading(content: content, temperature: temperature)
        let isWatered = image.now - zones[zone].wateredAt < Self.freshFor || (!plan.isCovered && weather.hasRained)
        let rejection = SoilProbe().rejection(of: reading, after: zones[zone].probe.last, isWatered: isWatered, in: soil)
        zones[zone].probe.last = reading
        guard rejection == nil else {
            reject(zone, weather.today, &records)
            return
        }
        zones[zone].probe.believed = content
        zones[zone].probe.believedAt = image.now
    }

    private mutating func reject(_ zone: ZoneIndex, _ today: CivilDate?, _ records: inout RecordBuffer) {
        zones[zone].probe.isRejected = true
        zones[zone].probe.believed = nil
        guard zones[zone].probe.toldOn != today || today == nil else { return }
        zones[zone].probe.toldOn = today
        records.event(Event(.probeRejected, .zone(zone)))
    }

    /// Draws the depletion of the day that has just ended; a day that is made up for later knows no probe.
    mutating func assimilate(_ zone: ZoneIndex, _ plan: WaterPlan, _ date: CivilDate, _ image: borrowing InputImage,
                             _ state: inout RootZoneState, _ notes: inout WaterDay.Notes) {
        guard plan.probe != nil, !notes.contains(.caughtUp) else { return }
        let watch = zones[zone].probe
        notes = notes.with(.probeRejected, if: watch.isRejected)
        zones[zone].probe.isRejected = false
        guard let content = watch.believed, image.now - watch.believedAt <= Self.freshFor else { return }
        state.depletion = SoilProbe().assimilate(content, into: state.depletion, of: plan.rootZone.soil, roots: state.roots)
        notes = notes.with(.probe)
    }
}
