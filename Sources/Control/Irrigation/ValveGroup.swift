import ProcessImage
import Quantities

/// The valves of a zone are demanded together, and are open only when all of them are.
extension IrrigationControl {
    mutating func demandValves(of zone: ZoneIndex, _ demand: Demand, _ demands: inout Demands) {
        demands[zonePlans[zone].valve] = demand
        for number in 0..<followers.count where followers[number].zone == zone { demands[followers[number].valve] = demand }
    }

    /// What stands of all valves of a zone, taken as one. While one is proven, those that nobody has proven yet stay shut and do
    /// not count.
    func verdict(of zone: ZoneIndex, _ image: borrowing InputImage) -> Verdict {
        var whole = image.verdict(of: zonePlans[zone].valve)
        for number in 0..<followers.count where followers[number].zone == zone {
            let other = image.verdict(of: followers[number].valve)
            if proof?.zone == zone, other.hold == .interlock(.notProven) { continue }
            whole = proof?.zone == zone && whole.hold == .interlock(.notProven) ? other : whole.joined(other)
        }
        return whole
    }

    func valveCount(of zone: ZoneIndex) -> Int {
        var count = 1
        for number in 0..<followers.count where followers[number].zone == zone { count += 1 }
        return count
    }

    func isValve(_ output: OutputIndex, of zone: ZoneIndex) -> Bool {
        if zonePlans[zone].valve == output { return true }
        for number in 0..<followers.count where followers[number].zone == zone && followers[number].valve == output { return true }
        return false
    }
}

extension Verdict {
    /// Of two valves that go together: on or off when both are, since the later of the two; neither while they differ.
    fileprivate func joined(_ other: Verdict) -> Verdict {
        let isAlike = level == other.level
        return Verdict(level: isAlike ? level : .off, since: isAlike ? max(since, other.since) : .notDue, hold: hold ?? other.hold,
                       lacksProof: lacksProof || other.lacksProof)
    }
}
