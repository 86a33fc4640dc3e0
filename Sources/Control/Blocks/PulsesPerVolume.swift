import Quantities

/// A metering pump that follows the water: one stroke for each portion that the meter counts.
///
/// A stroke needs its time, so the rate is bounded; a few strokes may wait, since meters count in steps. What more is asked,
/// after a gap or where the water is faster than the pump, is never made up in a burst: it is reported as `shortfall`. At any
/// moment strokes × portion + owed + shortfall is what the meter has counted.
struct PulsesPerVolume: BitwiseCopyable {
    /// Water for one stroke.
    let portion: Volume
    let strokeOn: Duration
    let strokeOff: Duration
    /// Most strokes that wait.
    let mostWaiting: Int

    private(set) var isOn = false
    private(set) var strokes: UInt64 = 0
    /// Water that has passed and whose stroke is still to come.
    private(set) var owed = Volume.zero
    /// Water that has passed without its dose.
    private(set) var shortfall = Volume.zero
    /// Since the contact last changed.
    private var since: Duration

    /// - Parameters:
    ///   - strokeOn, strokeOff: least times of the pump's contact. Usually 50 … 300 ms each.
    ///   - mostWaiting: no less than the strokes that one step of the meter asks for.
    init(portion: Volume, strokeOn: Duration, strokeOff: Duration, mostWaiting: Int) {
        precondition(portion > .zero && portion.base.isFinite && strokeOn > .zero && strokeOff > .zero && mostWaiting > 0)
        self.portion = portion
        self.strokeOn = strokeOn
        self.strokeOff = strokeOff
        self.mostWaiting = mostWaiting
        since = strokeOff
    }

    /// - Parameters:
    ///   - passed: counted since the step before; `nil` when the meter says nothing.
    ///   - isFlowing: proven, not commanded. Without it no stroke begins, the contact opens in this very step, and strokes that
    ///     wait are reported: their water has gone.
    mutating func step(passed: Volume?, isFlowing: Bool, over elapsed: Duration) -> Bool {
        since += max(elapsed, .zero)
        if let passed, passed > .zero, passed.base.isFinite { owed += passed }
        drop(whatIsOver: isFlowing ? portion * Double(mostWaiting) : .zero)
        if isOn {
            if !isFlowing || since >= strokeOn { turn(false) }
        } else if isFlowing, owed >= portion, since >= strokeOff {
            turn(true)
            strokes += 1
            owed = owed - portion
        }
        return isOn
    }

    private mutating func turn(_ on: Bool) {
        isOn = on
        since = .zero
    }

    /// Whole portions beyond the bound; the rest of one is carried.
    private mutating func drop(whatIsOver bound: Volume) {
        let over = ((owed - bound) / portion).rounded(.down)
        guard over >= 1 else { return }
        shortfall += portion * over
        // Clamped, since after a senseless amount the difference is mere rounding.
        owed = min(max(owed - portion * over, .zero), bound + portion)
    }
}
