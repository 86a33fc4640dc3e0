import ProcessImage
import Quantities

/// Which outputs stay at their safe state: what each interlock and each standing trip takes back.
extension Interlocks {
    /// From the weakest to the worst, so that the worst is the one that is told.
    mutating func gatherHolds(_ image: borrowing InputImage) {
        for number in 0..<holds.count {
            let output = OutputIndex(number)
            holds[number] = unreachable(output, image) ?? (lacksProof(output) ? .interlock(.notProven) : nil)
        }
        holdForSetpoints(image)
        holdMotors(at: image.now)
        holdGates(image)
        holdWinches(image)
        holdFeed(image)
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
        holdGroups()
        if trips.stands(TripSlot(0)) {
            holdAll(.trip(trips.id(TripSlot(0))))
        } else if stop.holdsAll {
            holdAll(.interlock(.emergencyStop))
        }
    }

    /// The device's own limits say when its word that it answers is too old.
    private static var reachNoOlderThan: Duration { .hours(1) }

    /// Nobody knows what a silent device does: it is told to be safe when it comes back, not what it was told last.
    private func unreachable(_ output: OutputIndex, _ image: borrowing InputImage) -> Cause? {
        guard let reach = outputPlans[output].reach else { return nil }
        return image.isOn(reach, noOlderThan: Self.reachNoOlderThan) == .known(true) ? nil : .interlock(.unreachable)
    }

    /// What holds one valve of a zone holds the others: half a zone is not watered. That nobody has proven one keeps the others
    /// free to be.
    private mutating func holdGroups() {
        for number in 0..<followers.count {
            let first = zones[followers[number].zone].valve
            if holds[first] == nil, let hold = holds[followers[number].valve], hold != .interlock(.notProven) { holds[first] = hold }
        }
        for number in 0..<followers.count {
            let hold = holds[zones[followers[number].zone].valve]
            if let hold, hold != .interlock(.notProven), holds[followers[number].valve] == nil { holds[followers[number].valve] = hold }
        }
    }

    private mutating func holdMotors(at now: Instant) {
        for number in 0..<motors.count {
            let motor = MotorIndex(number)
            if let interlock = keepsFromStarting(motor, at: now) { hold(motors[motor].output, .interlock(interlock)) }
            if motorWatch[motor].isHot { hold(motors[motor].output, .interlock(.motorHot)) }
            if motorWatch[motor].isUnprotected { hold(motors[motor].output, .interlock(.motorProtection)) }
        }
    }

    private mutating func holdAll(_ cause: Cause) {
        for number in 0..<holds.count { holds[number] = cause }
    }

    private mutating func hold(for trip: TripID) {
        switch (trip.kind, trip.subject) {
        case (.dryRun, .source(let source)): hold(sources[source].pump ?? sources[source].masterValve, .trip(trip))
        case (.leak, .source(let source)), (.pressureDecay, .source(let source)), (.burst, .source(let source)): shut(source, .trip(trip))
        case (.stuckValve, .zone(let zone)): shutWithZones(zones[zone].source, .trip(trip))
        case (.overPressure, .source(let source)): hold(sources[source].pump ?? sources[source].masterValve, .trip(trip))
        case (.noFlow, .zone(let zone)), (.lowFlow, .zone(let zone)), (.highFlow, .zone(let zone)):
            hold(zones[zone].valve, .trip(trip))
        case (.gateStuck, .gate(let gate)):
            hold(gates[gate].raise, .trip(trip))
            hold(gates[gate].lower, .trip(trip))
        case (.setpointReadback, .point(let point)):
            for number in 0..<setpoints.count where setpoints[number].point == point { hold(setpoints[number].output, .trip(trip)) }
        case (.maximumOn, .output(let output)), (.motorFault, .output(let output)): hold(output, .trip(trip))
        case (.readback, .output(let output)):
            hold(output, .trip(trip))
            hold(outputPlans[output].pumpAbove, .trip(trip))
            hold(outputPlans[output].masterAbove, .trip(trip))
        case (.bridge, .device(let device)):
            for number in 0..<holds.count {
                if let bridge = outputPlans[number].bridge, bridgeWatch[bridge].device == device { holds[number] = .trip(trip) }
            }
        default: holdDosing(for: trip)
        }
    }

    mutating func hold(_ output: OutputIndex?, _ cause: Cause) {
        if let output { holds[output] = cause }
    }

    /// Pump and master valve; a source that has neither can only be shut at its zones.
    mutating func shut(_ source: SourceIndex, _ cause: Cause) {
        hold(sources[source].pump, cause)
        hold(sources[source].masterValve, cause)
        if sources[source].pump == nil, sources[source].masterValve == nil { shutZones(source, cause) }
    }

    /// One zone's valve does not close: water may come while another is open, so none is opened.
    private mutating func shutWithZones(_ source: SourceIndex, _ cause: Cause) {
        shut(source, cause)
        shutZones(source, cause)
    }

    private mutating func shutZones(_ source: SourceIndex, _ cause: Cause) {
        for number in 0..<zones.count where zones[number].source == source { hold(zones[number].valve, cause) }
    }
}
