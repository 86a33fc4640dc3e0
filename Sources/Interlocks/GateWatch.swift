public import ProcessImage
public import Quantities

/// A canal gate's two drives, and what must never happen to them. Their safe state is off: the gate stays where it is.
public struct GateGuard: Sendable, BitwiseCopyable {
    public let raise: OutputIndex
    public let lower: OutputIndex
    /// Its opening, from 0 (closed).
    public let position: PointOf<Length>
    /// On when the gate is all the way up; unknown holds the drive that way. So for `bottom` and down.
    public let top: DigitalPoint?
    public let bottom: DigitalPoint?
    /// On when the drive met too much torque; unknown holds both drives.
    public let torque: DigitalPoint?
    /// Driven for so long without `leastTravel` that way it is stuck, or wired the wrong way round.
    public let stuckAfter: Duration
    public let leastTravel: Length
    /// From the stop of one drive to the start of the other at least.
    public let reversal: Duration
    public let noOlderThan: Duration

    public init(raise: OutputIndex, lower: OutputIndex, position: PointOf<Length>, top: DigitalPoint? = nil, bottom: DigitalPoint? = nil,
                torque: DigitalPoint? = nil, stuckAfter: Duration = .seconds(30), leastTravel: Length = .meters(0.005),
                reversal: Duration = .seconds(2), noOlderThan: Duration = .seconds(10)) {
        precondition(raise != lower)
        self.raise = raise
        self.lower = lower
        self.position = position
        self.top = top
        self.bottom = bottom
        self.torque = torque
        self.stuckAfter = stuckAfter
        self.leastTravel = leastTravel
        self.reversal = reversal
        self.noOlderThan = noOlderThan
    }
}

struct GateWatch: BitwiseCopyable {
    var raiseIsJammed = false
    var lowerIsJammed = false
    /// The torque switch is on and nobody knows of which way, or cannot be read.
    var isUnclear = false
    /// Where the gate was when it last got on in the direction it is driven, and when.
    var progress: Progress?

    struct Progress: BitwiseCopyable {
        let isRaise: Bool
        let since: Instant
        let at: Length
    }
}

extension Interlocks {
    mutating func watchGates(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<gates.count {
            let gate = GateIndex(number)
            watchTorque(gate, image, &records)
            watchProgress(gate, image, &records)
        }
    }

    /// The way it was driven when the torque came stays shut until the gate has been driven the other way.
    private mutating func watchTorque(_ gate: GateIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let contact = gates[gate].torque else { return }
        let (up, down) = (outputWatch[gates[gate].raise].level.isOn, outputWatch[gates[gate].lower].level.isOn)
        switch image.isOn(contact, noOlderThan: gates[gate].noOlderThan) {
        case .unknown: gateWatch[gate].isUnclear = true
        case .known(true):
            let wasJammed = gateWatch[gate].raiseIsJammed || gateWatch[gate].lowerIsJammed
            if !wasJammed, up || down {
                gateWatch[gate].raiseIsJammed = up
                gateWatch[gate].lowerIsJammed = down
                records.event(Event(.gateTorque, .gate(gate)))
            }
            gateWatch[gate].isUnclear = !gateWatch[gate].raiseIsJammed && !gateWatch[gate].lowerIsJammed
        case .known(false):
            gateWatch[gate].isUnclear = false
            if down { gateWatch[gate].raiseIsJammed = false }
            if up { gateWatch[gate].lowerIsJammed = false }
        }
    }

    /// A position that cannot be read proves nothing; control holds the gate for that.
    private mutating func watchProgress(_ gate: GateIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let rule = gates[gate]
        let up = outputWatch[rule.raise].level.isOn
        guard up || outputWatch[rule.lower].level.isOn, let at = image.value(of: rule.position, noOlderThan: rule.noOlderThan).value else {
            gateWatch[gate].progress = nil
            return
        }
        guard let progress = gateWatch[gate].progress, progress.isRaise == up else {
            gateWatch[gate].progress = GateWatch.Progress(isRaise: up, since: image.now, at: at)
            return
        }
        let travel = up ? at - progress.at : progress.at - at
        if travel >= rule.leastTravel {
            gateWatch[gate].progress = GateWatch.Progress(isRaise: up, since: image.now, at: at)
        } else if image.now - progress.since >= rule.stuckAfter {
            latch(.gateStuck, .gate(gate), &records, value: at.meters * 100, duration: image.now - progress.since)
        }
    }

    mutating func holdGates(_ image: borrowing InputImage) {
        for number in 0..<gates.count {
            let gate = GateIndex(number)
            let (rule, watch) = (gates[gate], gateWatch[gate])
            holdDrive(rule.raise, rule, against: rule.lower, limit: rule.top, isJammed: watch.raiseIsJammed || watch.isUnclear, image)
            holdDrive(rule.lower, rule, against: rule.raise, limit: rule.bottom, isJammed: watch.lowerIsJammed || watch.isUnclear, image)
        }
    }

    private mutating func holdDrive(_ drive: OutputIndex, _ rule: GateGuard, against other: OutputIndex, limit: DigitalPoint?,
                                    isJammed: Bool, _ image: borrowing InputImage) {
        if let limit, image.isOn(limit, noOlderThan: rule.noOlderThan) != .known(false) { holds[drive] = .interlock(.gateLimit) }
        if isJammed { holds[drive] = .interlock(.gateTorque) }
        if runs(other, within: rule.reversal, image) { holds[drive] = .interlock(.oppositeDrive) }
    }

    /// Both demanded in one scan: neither.
    mutating func refuseBothDrives() {
        for number in 0..<gates.count {
            let rule = gates[GateIndex(number)]
            guard outputs[rule.raise].level.isOn, outputs[rule.lower].level.isOn else { continue }
            refuse(rule.raise, because: .interlock(.oppositeDrive))
            refuse(rule.lower, because: .interlock(.oppositeDrive))
        }
    }
}
