/// What of dosing a restart takes over, as it follows from the rows: one reckoning for the memory beside the ledger and for a
/// simulated disk.
extension Restored {
    /// Hours that are remembered: ceilings look 24 hours back.
    private static let hoursRemembered: Int64 = 25

    /// Takes over a row about dosing; others change nothing.
    public mutating func apply(dosing entry: LedgerEntry) {
        switch entry {
        case .dosePlanned(let dose, _, _): take(dose)
        case .doseIntent(let dose, let hour):
            take(dose)
            take(hour)
        case .doseEnded(let dose, let hour, _, _):
            openDoses.removeAll { $0.run == dose.run && $0.channel == dose.channel }
            take(hour)
        case .flushOwed(let debt):
            flushDebts.removeAll { $0.zone == debt.zone }
            flushDebts.append(debt)
        case .flushPaid(let zone): flushDebts.removeAll { $0.zone == zone }
        case .tank(let tank, let state):
            tanks.removeAll { $0.tank == tank }
            tanks.append((tank: tank, state: state))
        case .channelCalibrated(let channel, let calibration):
            calibrations.removeAll { $0.channel == channel }
            calibrations.append((channel: channel, calibration: calibration))
        case .loopTuned(let unit, let loop, let model, _):
            loopModels.removeAll { $0.unit == unit && $0.loop == loop }
            loopModels.append((unit: unit, loop: loop, model: model))
        default: break
        }
    }

    private mutating func take(_ dose: DoseSoFar) {
        if let index = openDoses.firstIndex(where: { $0.run == dose.run && $0.channel == dose.channel }) { openDoses[index] = dose }
        else { openDoses.append(dose) }
    }

    private mutating func take(_ hour: DoseHour) {
        doseHours.removeAll { $0.channel == hour.channel && $0.hour == hour.hour }
        // An hour of a clock that was not set is forgotten once so many have come after it.
        if let old = doseHours.lastIndex(where: { $0.hour < hour.hour - Restored.hoursRemembered && $0.hour >= Restored.firstHour }) {
            doseHours.removeSubrange(...old)
        }
        doseHours.append(hour)
    }

    /// Hours since 1970 before this one, of 2020, were told by a clock that was not set.
    public static let firstHour: Int64 = 438_288
}
