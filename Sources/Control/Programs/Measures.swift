import Agronomy
import ProcessImage
import Quantities

/// What conditions, triggers and windows look at, in base units. Unknown, stale and bad are unknown here.
extension IrrigationControl {
    /// A reading is good for three intervals of its device; this bounds what a slow device may allow.
    private static var readingNoOlderThan: Duration { .hours(1) }
    /// Air-dry sand still shows about as much.
    private static var driestReading: Fraction { .percent(1) }

    func measure(_ measured: Measured, _ zone: ZoneIndex, _ image: borrowing InputImage) -> Known<Double> {
        switch measured {
        case .depletion: balance.depletion(of: zone).base
        case .soil: soil(of: zone, image)
        case .point, .rain, .forecastRain, .wind, .temperature, .radiation: measure(measured, image)
        }
    }

    /// What is the same for every zone.
    func measure(_ measured: Measured, _ image: borrowing InputImage) -> Known<Double> {
        switch measured {
        case .rain(let hours): weather.rain(inLast: .hours(Int(hours))).base
        case .forecastRain(let hours): weather.forecastRain(next: .hours(Int(hours))).base
        case .wind: weather.wind(image).base
        case .temperature: weather.temperature(image).base
        case .radiation: weather.radiationToday.base
        case .point(let gauge): image.base(of: gauge, noOlderThan: Self.readingNoOlderThan)
        case .depletion, .soil: .unknown(.notConnected)
        }
    }

    private func soil(of zone: ZoneIndex, _ image: borrowing InputImage) -> Known<Double> {
        guard let point = zonePlans[zone].soil else { return .unknown(.notConnected) }
        let known = image.value(of: point, noOlderThan: Self.readingNoOlderThan)
        if let reading = known.value, isDrierThanSoil(reading, zone) { return .unknown(.outOfRange) }
        return known.base
    }

    /// No soil shows so little: the cable is cut, or the probe stands in the air. Where the zone's soil is known, by its own rule.
    private func isDrierThanSoil(_ reading: Fraction, _ zone: ZoneIndex) -> Bool {
        guard let plan = balance.plans[zone], let probe = plan.probe else { return !(reading >= Self.driestReading) }
        let soil = plan.rootZone.soil
        let content = probe.meaning == .relative ? soil.byVolume(relative: reading) : reading
        return SoilProbe().rejection(of: ProbeReading(content: content), after: nil, isWatered: false, in: soil) == .tooDry
    }

    /// Whether the zone's probe can be read and is not believed.
    func hasOddProbe(_ zone: ZoneIndex, _ image: borrowing InputImage) -> Bool {
        guard let point = zonePlans[zone].soil else { return false }
        return image.value(of: point, noOlderThan: Self.readingNoOlderThan).value.map { isDrierThanSoil($0, zone) } ?? false
    }

    func tier(_ measured: Measured, _ zone: ZoneIndex) -> WeatherTier {
        switch measured {
        case .depletion: balance.tier(of: zone)
        case .rain, .forecastRain, .wind, .temperature, .radiation: weather.tier
        case .soil, .point: .none
        }
    }
}

extension Known where Value: Quantity {
    fileprivate var base: Known<Double> {
        switch self {
        case .known(let value): .known(value.base)
        case .unknown(let reason): .unknown(reason)
        }
    }
}
