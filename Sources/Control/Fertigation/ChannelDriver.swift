import ProcessImage
import Quantities

/// Turns stock that is due into the movements of a valve or pump. What a movement can not give is carried; what an interlock
/// refused is due again; what more is due than two portions is dropped, since its water has gone.
struct ChannelDriver: BitwiseCopyable {
    private enum Block: BitwiseCopyable {
        case width(PulseWidth)
        case pulses(PulsesPerVolume)
        /// Beside the cycles of what is too little for its least speed.
        case speed(PulseWidth, least: Double)
    }

    private var block: Block
    private let drive: ChannelDrive
    private let rate: ChannelRate
    /// When its cycle begins, as a part of it: the channels of a unit take turns, so that the mix is even.
    let turn: Double
    /// Due and not yet handed to the block; negative: given ahead.
    private var carry = Volume.zero
    private(set) var isOn = false
    /// Strokes that the block has ordered and that were seen, or are due again.
    private var settled: UInt64 = 0
    /// It gives all it can, and more is due.
    private(set) var isShort = false
    /// While it is on, of the greatest: 0 … 1. What is not driven by speed has only the greatest.
    private(set) var speed = 1.0
    /// A smaller change is not worth a write to the drive; it is carried.
    private static let leastChange = 0.01

    /// - Parameter turn: 0 ..< 1.
    init(_ drive: ChannelDrive, _ rate: ChannelRate, turn: Double = 0) {
        self.drive = drive
        self.rate = rate
        self.turn = turn
        switch (drive, rate) {
        case (.pulses(let on, let off), .stroke(let stroke)):
            block = .pulses(PulsesPerVolume(portion: stroke, strokeOn: on, strokeOff: off, mostWaiting: 10))
        case (.duty(let cycle, let leastOn, let leastOff), .flow):
            block = .width(PulseWidth(cycle: cycle, leastOn: leastOn, leastOff: leastOff, lead: .seconds(cycle.seconds * turn)))
        case (.speed(_, let least, let cycle), .flow):
            let width = PulseWidth(cycle: cycle, leastOn: .seconds(1), leastOff: .seconds(1), lead: .seconds(cycle.seconds * turn))
            block = .speed(width, least: least.base)
        default: preconditionFailure("a drive and its rate do not belong together")
        }
    }

    /// What really came of the order of the scan before. In every scan, dosing or not.
    ///
    /// - Parameters:
    ///   - gave: by the time that the output was on.
    ///   - strokes: that began.
    mutating func hear(gave: Volume, strokes: UInt64, over elapsed: Duration) {
        switch block {
        case .width: if isOn { carry += max(rate.most(over: elapsed, drive) - gave, .zero) }
        // A drive takes its time to any speed: what it gave is what counts.
        case .speed: carry = carry - gave
        case .pulses(let pulses):
            settled += strokes
            guard pulses.strokes > settled else { return }
            carry += rate.portion(drive) * Double(pulses.strokes - settled)
            settled = pulses.strokes
        }
    }

    /// One scan of dosing.
    ///
    /// - Parameter due: stock that belongs to the water since the scan before. Negative where the meter took water back.
    mutating func step(due: Volume, over elapsed: Duration) -> Bool {
        carry += due
        switch block {
        case .width(var width):
            let full = rate.most(over: elapsed, drive)
            let gives = min(max(carry, .zero), full)
            carry = min(carry - gives, rate.portion(drive) * 2)
            isShort = carry > full
            isOn = width.step(full > .zero ? gives / full : 0, over: elapsed)
            block = .width(width)
        case .speed(var width, let least):
            carry = min(carry, rate.portion(drive) * 2)
            let share = max(carry, .zero) / rate.portion(drive)
            isShort = share > 1
            let pulse = width.step(share < least ? share / least : 0, over: elapsed)
            isOn = pulse || share >= least
            turn(to: min(max(share, least), 1))
            block = .speed(width, least: least)
        case .pulses(var pulses):
            let passed = max(carry, .zero)
            carry = carry - passed
            isOn = pulses.step(passed: passed, isFlowing: true, over: elapsed)
            isShort = pulses.owed > rate.portion(drive) * 8
            block = .pulses(pulses)
        }
        return isOn
    }

    private mutating func turn(to speed: Double) {
        if abs(speed - self.speed) >= Self.leastChange { self.speed = speed }
    }

    /// Off in this very scan. The remainder of a portion is kept.
    mutating func pause(over elapsed: Duration) {
        switch block {
        case .width(var width):
            _ = width.step(0, over: elapsed)
            block = .width(width)
        case .speed(var width, let least):
            _ = width.step(0, over: elapsed)
            block = .speed(width, least: least)
        case .pulses(var pulses):
            _ = pulses.step(passed: nil, isFlowing: false, over: elapsed)
            block = .pulses(pulses)
        }
        isOn = false
        isShort = false
    }
}
