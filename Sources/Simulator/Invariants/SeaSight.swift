import Control
import ProcessImage
import Quantities
import Scan

/// What the probes of a cage show together, as a checker reads it.
extension Evidence {
    /// Of one probe: fresh, and within what it can credibly show.
    func shown(_ probe: SeaProbePlan) -> Double? {
        base(probe.gauge.index, noOlderThan: probe.noOlderThan).flatMap { $0 >= probe.low && $0 <= probe.high ? $0 : nil }
    }

    func probes(_ quantity: SeaQuantity, _ cage: CageIndex) -> [SeaProbePlan] {
        probesOfCages[cage.offset * SeaQuantity.allCases.count + Int(quantity.rawValue)]
    }

    /// The worst of a cage's probes, as a gate looks at it; `nil`: one of them cannot be told.
    func sees(_ kind: FeedGateKind, _ cage: CageIndex) -> Double? {
        var worst: Double?
        for probe in probes(kind.quantity, cage) {
            guard let value = shown(probe) else { return nil }
            worst = worst.map { kind.isFloor ? min($0, value) : max($0, value) } ?? value
        }
        guard kind == .saturation, let oxygen = worst else { return worst }
        guard let salinity = plan.control.feeding.cages[cage.offset].aeration.salinity?.psu ?? sees(.salinity, cage),
              let water = sees(.cold, cage) else { return nil }
        return oxygen / SeaOxygen.saturation(water, salinity)
    }

    private func sees(_ quantity: SeaQuantity, _ cage: CageIndex) -> Double? {
        var least: Double?
        for probe in probes(quantity, cage) {
            guard let value = shown(probe) else { return nil }
            least = least.map { min($0, value) } ?? value
        }
        return least
    }

    /// The line's pressure is in its window, and it can be told.
    func isAirGood(_ line: Int) -> Bool {
        guard let air = plan.control.feeding.lines[line].air, let pressure = base(air.pressure.index, noOlderThan: air.noOlderThan) else {
            return false
        }
        return pressure >= air.least.base && pressure <= air.most.base
    }

    /// A sensor of the line's air or of its selector shows what is not so.
    func isLying(aboutLine line: Int) -> Bool {
        plan.control.feeding.lines[line].air.map { isLying[$0.pressure.index.offset] } ?? false
            || outletsOfLines[line].contains { isLying[$0.mark.index.offset] }
    }

    func isLying(aboutCage cage: CageIndex) -> Bool {
        plan.control.feeding.probes.contains { $0.cage == cage && isLying[$0.gauge.index.offset] }
    }

    /// Its level is another than in the scan before.
    func isMoved(_ output: Int) -> Bool { committed[output] != committedBefore[output] }

    /// Whether the interlocks took an output back, or hold it, in this scan's records.
    func isRefused(_ output: Int) -> Bool {
        records.contains { record in
            guard case .output(let changed, _, let cause) = record.body, changed.offset == output else { return false }
            return cause.isRefusal
        }
    }
}

extension Cause {
    /// The interlocks' own.
    var isRefusal: Bool {
        switch self {
        case .interlock, .trip: true
        default: false
        }
    }
}
