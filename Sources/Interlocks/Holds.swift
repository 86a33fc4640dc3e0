import ProcessImage

/// Which outputs stay at their safe state: what each interlock and each standing trip takes back.
extension Interlocks {
    /// From the weakest to the worst, so that the worst is the one that is told.
    mutating func gatherHolds() {
        for number in 0..<holds.count { holds[number] = nil }
        for number in 0..<sources.count where sourceWatch[number].isDry {
            if let pump = sources[number].pump { holds[pump] = .interlock(.suctionLevel) }
        }
        for number in 0..<holds.count {
            guard let bridge = outputPlans[number].bridge, !bridgeWatch[bridge].isArmed else { continue }
            holds[number] = .interlock(.bridgeNotArmed)
        }
        for number in stride(from: trips.count - 1, through: 1, by: -1) where trips.stands(TripSlot(number)) {
            hold(for: trips.id(TripSlot(number)))
        }
        if trips.stands(TripSlot(0)) {
            holdAll(.trip(trips.id(TripSlot(0))))
        } else if stop.holdsAll {
            holdAll(.interlock(.emergencyStop))
        }
    }

    private mutating func holdAll(_ cause: Cause) {
        for number in 0..<holds.count { holds[number] = cause }
    }

    private mutating func hold(for trip: TripID) {
        switch (trip.kind, trip.subject) {
        case (.dryRun, .source(let source)): hold(sources[source].pump ?? sources[source].masterValve, .trip(trip))
        case (.leak, .source(let source)), (.burst, .source(let source)): shut(source, .trip(trip))
        case (.noFlow, .zone(let zone)): hold(zones[zone].valve, .trip(trip))
        case (.maximumOn, .output(let output)): hold(output, .trip(trip))
        case (.readback, .output(let output)):
            hold(output, .trip(trip))
            hold(outputPlans[output].pumpAbove, .trip(trip))
            hold(outputPlans[output].masterAbove, .trip(trip))
        case (.bridge, .device(let device)):
            for number in 0..<holds.count {
                if let bridge = outputPlans[number].bridge, bridgeWatch[bridge].device == device { holds[number] = .trip(trip) }
            }
        default: break
        }
    }

    private mutating func hold(_ output: OutputIndex?, _ cause: Cause) {
        if let output { holds[output] = cause }
    }

    /// Pump and master valve; a source that has neither can only be shut at its zones.
    private mutating func shut(_ source: SourceIndex, _ cause: Cause) {
        hold(sources[source].pump, cause)
        hold(sources[source].masterValve, cause)
        guard sources[source].pump == nil, sources[source].masterValve == nil else { return }
        for number in 0..<zones.count where zones[number].source == source { hold(zones[number].valve, cause) }
    }
}
