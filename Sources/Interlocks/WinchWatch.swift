public import ProcessImage
public import Quantities

/// The two drives that lower and raise a cage, and what must never happen to them. Safe is off: the cage stays where it is.
public struct WinchGuard: Sendable, BitwiseCopyable {
    public let cage: CageIndex
    public let sink: OutputIndex
    public let rise: OutputIndex
    /// Of the cage, below the surface.
    public let position: PointOf<Length>
    public let shallowest: Length
    public let deepest: Length
    /// From the stop of one drive to the start of the other at least.
    public let reversal: Duration
    public let noOlderThan: Duration

    public init(cage: CageIndex, sink: OutputIndex, rise: OutputIndex, position: PointOf<Length>, shallowest: Length, deepest: Length,
                reversal: Duration = .seconds(5), noOlderThan: Duration = .seconds(10)) {
        precondition(sink != rise && shallowest < deepest)
        self.cage = cage
        self.sink = sink
        self.rise = rise
        self.position = position
        self.shallowest = shallowest
        self.deepest = deepest
        self.reversal = reversal
        self.noOlderThan = noOlderThan
    }
}

struct WinchNumber: DenseIndex {
    let rawValue: UInt16
}

extension Interlocks {
    /// Not beyond its ends, not without a position, not while the other drive runs or just ran. (A locked cage has guards of its own.)
    mutating func holdWinches(_ image: borrowing InputImage) {
        for number in 0..<winches.count {
            let winch = winches[number]
            let here = image.value(of: winch.position, noOlderThan: winch.noOlderThan).value
            if !(here.map { $0 < winch.deepest } ?? false) { holds[winch.sink] = .interlock(.depthLimit) }
            if !(here.map { $0 > winch.shallowest } ?? false) { holds[winch.rise] = .interlock(.depthLimit) }
            if runs(winch.rise, within: winch.reversal, image) { holds[winch.sink] = .interlock(.oppositeDrive) }
            if runs(winch.sink, within: winch.reversal, image) { holds[winch.rise] = .interlock(.oppositeDrive) }
        }
    }

    /// Whether a drive runs, or ran a moment ago.
    func runs(_ drive: OutputIndex, within time: Duration, _ image: borrowing InputImage) -> Bool {
        let watch = outputWatch[drive]
        let isRecent = watch.hasMoved && image.now - watch.since < time
        return watch.level.isOn || isRecent || image.feedback(of: drive).level == .on
    }

    /// Permitted in one scan: never both.
    mutating func refuseBothWinches() {
        for number in 0..<winches.count where outputs[winches[number].sink].level.isOn && outputs[winches[number].rise].level.isOn {
            refuse(winches[number].sink, because: .interlock(.oppositeDrive))
            refuse(winches[number].rise, because: .interlock(.oppositeDrive))
        }
    }
}
