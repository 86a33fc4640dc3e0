import Control
import Interlocks
import ProcessImage
import Quantities
import Scan

/// 8. No feed without air that is proven and a place to go, no selector that moves under air or with feed in the pipe, and no feed
/// into a cage whose gate is shut or cannot be told.
struct FeedPermissives: Invariant {
    let number = 8
    let rule = "no feed without air, place and open gates; no selector moves under air or feed"
    private var stillBefore: [Double]
    /// By line: scans in a row in which its selector was driven.
    private var drivenFor: [Int]
    /// By gate: since when it is beyond its limit, and scans for which it has been blind.
    private var badSince: [Instant?]
    private var blindFor: [Int]
    private var life = 0

    init(_ plan: ScanPlan) {
        stillBefore = plan.control.feeding.lines.map { _ in 0 }
        drivenFor = plan.control.feeding.lines.map { _ in 0 }
        badSince = plan.control.feeding.gates.map { _ in nil }
        blindFor = plan.control.feeding.gates.map { _ in 0 }
    }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        let feeding = evidence.plan.control.feeding
        guard evidence.isScan else { return }
        if evidence.life != life {
            badSince = feeding.gates.map { _ in nil }
            life = evidence.life
        }
        for line in feeding.lines.indices {
            lookAtSelector(line, feeding, evidence, &violations)
            lookAtDoser(line, feeding, evidence, &violations)
        }
        for gate in feeding.gates.indices { lookAtGate(gate, feeding, evidence, &violations) }
    }

    private mutating func lookAtSelector(_ line: Int, _ feeding: FeedingPlan, _ evidence: Evidence, _ violations: inout ViolationLog) {
        guard let blower = feeding.lines[line].blower else { return }
        let outlets = evidence.outletsOfLines[line]
        let isBlowing = evidence.committed[blower.offset].isOn
        if feeding.lines[line].plan.selector == .valves {
            guard isBlowing, evidence.committedBefore[blower.offset].isOn,
                  let moved = outlets.map(\.drive.offset).first(where: { evidence.isMoved($0) && !evidence.isRefused($0) }) else { return }
            return violations.report(number, evidence, "\(evidence.tag(moved)) moves under air")
        }
        guard let drive = outlets.first(where: { evidence.committed[$0.drive.offset].isOn })?.drive.offset else {
            return drivenFor[line] = 0
        }
        drivenFor[line] += 1
        let truth = evidence.lines[line], isHonest = !evidence.isLying(aboutLine: line)
        if isBlowing || (isHonest && truth.isBlown && drivenFor[line] > 1) {
            violations.report(number, evidence, "\(evidence.tag(drive)) turns under air")
        }
        guard isHonest, truth.inPipe > LineTruth.crumbs else { return }
        violations.report(number, evidence, "\(evidence.tag(drive)) turns with feed in the pipe")
    }

    private mutating func lookAtDoser(_ line: Int, _ feeding: FeedingPlan, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let wiring = feeding.lines[line], truth = evidence.lines[line]
        let tag = evidence.tag(wiring.doser.offset)
        let fell = truth.fellIntoStill - stillBefore[line]
        stillBefore[line] = truth.fellIntoStill
        // What falls while the air of a blower that has lost its current runs down.
        let slack = wiring.rate.mass(over: evidence.plan.period * 2).kilograms
        if fell > slack, !truth.isDoserWrong, !evidence.isLying(aboutLine: line), evidence.scanOfLife > 2 {
            violations.report(number, evidence, "\(tag) doses into still air")
        }
        guard evidence.committed[wiring.doser.offset].isOn else { return }
        if let blower = wiring.blower, !evidence.committed[blower.offset].isOn {
            violations.report(number, evidence, "\(tag) doses without the blower")
        }
        if wiring.air != nil, !evidence.isAirGood(line) { violations.report(number, evidence, "\(tag) doses into air that is not proven") }
        let marks = evidence.outletsOfLines[line].map { evidence.isOn($0.mark, noOlderThan: .seconds(5)) }
        if !marks.isEmpty, marks.contains(nil) || marks.count(where: { $0 == true }) != 1 {
            violations.report(number, evidence, "\(tag) doses though nobody knows where to")
        }
    }

    private mutating func lookAtGate(_ index: Int, _ feeding: FeedingPlan, _ evidence: Evidence, _ violations: inout ViolationLog) {
        let gate = feeding.gates[index], period = evidence.plan.period
        let seen = evidence.sees(gate.kind, gate.cage)
        let isBad = seen.map { gate.kind.isFloor ? $0 < gate.stop - 1e-6 : $0 > gate.stop + 1e-6 } ?? false
        badSince[index] = isBad ? badSince[index] ?? evidence.now : nil
        blindFor[index] = seen == nil && gate.whenBlind == 0 ? blindFor[index] + 1 : 0
        let isShut = blindFor[index] > 1 || badSince[index].map { evidence.now - $0 > gate.stopAfter + period * 2 } ?? false
        guard isShut, let feed = feeding.cages[gate.cage.offset].feed else { return }
        let doser = feeding.lines[feed.line.offset].doser.offset
        guard evidence.lines[feed.line.offset].outlet == Int(feed.outlet), evidence.committed[doser].isOn else { return }
        violations.report(number, evidence, "\(evidence.tag(doser)) feeds cage \(gate.cage.offset) whose gate \(gate.kind) is shut")
    }
}

/// 9. Nothing that feeds a locked cage moves, from the scan in which it is locked, over restarts, until it is released.
struct FeedLocks: Invariant {
    let number = 9
    let rule = "nothing that feeds a locked cage moves"
    private var locked: Set<CageIndex> = []
    private var durably: Set<CageIndex> = []
    private var life = 0

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        noteOrders(evidence)
        guard evidence.isScan else { return }
        if evidence.life != life { (locked, life) = (durably, evidence.life) }
        for guarded in evidence.plan.interlocks.cages where evidence.isAway(guarded.output.offset, in: evidence.committed) {
            guard isLocked(guarded.cage, evidence) else { continue }
            if let serves = guarded.servesWhen, evidence.isOn(serves, noOlderThan: .seconds(5)) == false { continue }
            violations.report(number, evidence, "\(evidence.tag(guarded.output.offset)) moves though cage \(guarded.cage.offset) is locked")
        }
    }

    private func isLocked(_ cage: CageIndex, _ evidence: Evidence) -> Bool {
        locked.contains(cage) || evidence.plan.interlocks.cageContacts.contains {
            $0.cage == cage && evidence.isOn($0.contact, noOlderThan: .seconds(5)) != false
        }
    }

    /// What people ordered holds from the next scan on; over a restart only what came to the disk.
    private mutating func noteOrders(_ evidence: Evidence) {
        for order in evidence.cageOrders {
            switch order {
            case .lockCage(let cage): locked.insert(cage)
            case .unlockCage(let cage): locked.remove(cage)
            default: continue
            }
        }
        for row in evidence.durableRows {
            guard case .feedLock(let cage, let isLocked, _) = row else { continue }
            if isLocked { durably.insert(cage) } else { durably.remove(cage) }
        }
    }
}

extension LineTruth {
    /// kg that do not count.
    static let crumbs = 1e-6
}
