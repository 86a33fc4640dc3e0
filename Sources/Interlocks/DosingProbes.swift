import ProcessImage
import Quantities

struct ProbeWatch: BitwiseCopyable {
    /// At least one of the probes has a usable reading.
    var isKnown = false
    var outside = Sustained()
    var apart = Sustained()
    var first: FrozenProbe
    var second: FrozenProbe

    init(_ probes: ProbeGuard) {
        // A step of nothing is never undercut: such a probe is not looked at.
        let resolution = max(probes.resolution, .leastNormalMagnitude)
        first = FrozenProbe(resolution: resolution)
        second = FrozenProbe(resolution: resolution)
    }
}

/// What the probes behind the injection say of the mix, and of each other. A probe is not believed because it reads well: two
/// watch one another, and one that never moves is none.
extension Interlocks {
    mutating func watchProbes(_ pair: ProbePairIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let rule = dosing.probes[pair]
        let first = number(rule.first, rule, image)
        let second = rule.second.flatMap { number($0, rule, image) }
        dosing.probeWatch[pair].isKnown = first != nil || second != nil
        let isDosing = image.now - dosing.unitWatch[rule.unit].dosedAt <= Self.dosingGoesOn
        watchCut(pair, first, second, isDosing, &records)
        watchBand(pair, first, second, isDosing, image.now, &records)
        watchDisagreement(pair, first, second, image.now, &records)
        watchFreeze(pair, first, second, isDosing, &records)
    }

    /// At 25 °C; without a temperature where one is needed there is no reading.
    private func number(_ probe: GaugePoint, _ rule: ProbeGuard, _ image: borrowing InputImage) -> Double? {
        guard let shown = image.base(of: probe, noOlderThan: rule.noOlderThan).value, shown.isFinite else { return nil }
        guard let point = rule.temperature else { return shown }
        let factor = image.value(of: point, noOlderThan: rule.noOlderThan).value.map { 1 + rule.perDegree.base * ($0.celsius - 25) }
        return factor.flatMap { $0 > 0 ? shown / $0 : nil }
    }

    /// Beyond a cut nothing is dosed in this very scan; where it was dosing that brought it there, a person has to look.
    private mutating func watchCut(_ pair: ProbePairIndex, _ first: Double?, _ second: Double?, _ isDosing: Bool,
                                   _ records: inout RecordBuffer) {
        let rule = dosing.probes[pair]
        guard let value = outside(rule.cut, first, second) else { return }
        dosing.unitWatch[rule.unit].probes = .beyondCut
        if isDosing { latch(rule.trip, .dosingUnit(rule.unit), &records, value: value, limit: rule.cut.bound(passedBy: value)) }
    }

    /// Counted once the stock has come to the probe: raw water before it is as it is.
    private mutating func watchBand(_ pair: ProbePairIndex, _ first: Double?, _ second: Double?, _ isDosing: Bool, _ now: Instant,
                                    _ records: inout RecordBuffer) {
        let rule = dosing.probes[pair]
        let hasArrived = isDosing && now - dosing.unitWatch[rule.unit].dosingSince >= rule.arrival
        let value = outside(rule.band, first, second)
        let isOutside: Bool? = !hasArrived ? false : dosing.probeWatch[pair].isKnown ? value != nil : nil
        guard let held = dosing.probeWatch[pair].outside.look(isOutside, for: rule.bandFor, at: now), let value else { return }
        latch(rule.trip, .dosingUnit(rule.unit), &records, value: value, limit: rule.band.bound(passedBy: value), duration: held)
    }

    private func outside(_ band: ProbeGuard.Band, _ first: Double?, _ second: Double?) -> Double? {
        if let first, !band.holds(first) { return first }
        if let second, !band.holds(second) { return second }
        return nil
    }

    /// One of the two is wrong and nobody knows which: nothing is dosed until they agree again.
    private mutating func watchDisagreement(_ pair: ProbePairIndex, _ first: Double?, _ second: Double?, _ now: Instant,
                                            _ records: inout RecordBuffer) {
        let rule = dosing.probes[pair]
        guard rule.second != nil else { return }
        let difference = first.flatMap { first in second.map { abs(first - $0) } }
        let held = dosing.probeWatch[pair].apart.look(difference.map { $0 > rule.apart }, for: rule.apartFor, at: now)
        let isApart = held != nil || (difference == nil && warnings.stands(warnings.probesApart(pair)))
        warn(warnings.probesApart(pair), isApart, &records, value: difference ?? .nan, limit: rule.apart, duration: held ?? .zero)
        if isApart { dosing.unitWatch[rule.unit].probes = .probesApart }
    }

    private mutating func watchFreeze(_ pair: ProbePairIndex, _ first: Double?, _ second: Double?, _ isDosing: Bool,
                                      _ records: inout RecordBuffer) {
        let (rule, elapsed) = (dosing.probes[pair], dosing.elapsed)
        guard rule.resolution > 0 else { return }
        let isFirstStill = dosing.probeWatch[pair].first.step(first, isDosing: isDosing, over: elapsed)
        let isSecondStill = dosing.probeWatch[pair].second.step(second, isDosing: isDosing, over: elapsed)
        let watch = dosing.probeWatch[pair]
        if isFirstStill, second == nil || watch.second.isMoving {
            latch(.probeFrozen, .point(rule.first.index), &records, value: first ?? .nan)
        }
        guard let point = rule.second, isSecondStill, first == nil || watch.first.isMoving else { return }
        latch(.probeFrozen, .point(point.index), &records, value: second ?? .nan)
    }

    /// Whether a unit has a usable reading of a kind.
    func isKnown(_ kind: ProbeGuard.Kind, of unit: DosingUnitIndex) -> Bool {
        for number in 0..<dosing.probes.count where dosing.probes[number].unit == unit && dosing.probes[number].kind == kind {
            if dosing.probeWatch[number].isKnown { return true }
        }
        return false
    }

    /// Out of its band, or not yet without stock for long enough to be judged anew.
    func isOutOfBand(_ trip: TripKind, _ unit: DosingUnitIndex) -> Bool {
        for number in 0..<dosing.probes.count where dosing.probes[number].unit == unit && dosing.probes[number].trip == trip {
            if dosing.probeWatch[number].outside.isBegun { return true }
        }
        return false
    }

    /// After a reset a probe is judged anew.
    mutating func forgetFreeze(of point: PointIndex) {
        for number in 0..<dosing.probes.count {
            let rule = dosing.probes[number]
            if rule.first.index == point { dosing.probeWatch[number].first = ProbeWatch(rule).first }
            if rule.second?.index == point { dosing.probeWatch[number].second = ProbeWatch(rule).second }
        }
    }
}

extension ProbeGuard {
    var trip: TripKind { kind == .conductivity ? .doseConductivity : .doseAcidity }
}
