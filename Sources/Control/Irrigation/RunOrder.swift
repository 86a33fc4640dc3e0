import ProcessImage
import Quantities

/// Cycle and soak: water for at most `run`, then let it soak in for at least `rest`, while others water.
public struct SoakRule: Hashable, Sendable, BitwiseCopyable {
    public let run: Duration
    public let rest: Duration

    /// - Precondition: `run` is more than nothing.
    public init(run: Duration, rest: Duration) {
        precondition(run > .zero && rest >= .zero)
        self.run = run
        self.rest = rest
    }
}

/// What somebody asks of one zone; `enqueue` makes a `Run` of it.
struct RunOrder: BitwiseCopyable {
    var zone: ZoneIndex
    var amount: Amount
    /// `.program` or `.manual`.
    var cause: Cause
    /// Higher goes first among programs; a person goes before all. Range: 0 … 9.
    var priority: UInt8 = 5
    var soak: SoakRule?
    /// Zones of one program with the same number (轮灌组) open together, and shifts go one after another. 0: on its own.
    var shift: UInt16 = 0
    /// Ledger row that must be on disk before anything moves; 0: none.
    var row: UInt64 = 0
    /// The run is given up when its row is not on disk by then.
    var patience: Duration = .zero
    /// Neither opens nor stays open outside the program's windows: see `mayWater`.
    var obeysWindows = true
    /// Waters alone, and what it teaches is proposed to a person instead of learned.
    var calibration: Calibration?
    /// What its water carries; `nil`: nothing.
    var dosing: RunDosing?
}
