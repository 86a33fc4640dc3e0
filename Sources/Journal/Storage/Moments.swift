import Dispatch
import Foundation
import Quantities

/// The journal's own two clocks; it lives outside the scan and may look at them.
enum Moment {
    /// Nanoseconds on a clock that never steps, for its own waits.
    static var monotonic: Int64 { Int64(clamping: DispatchTime.now().uptimeNanoseconds) }

    /// What the machine's clock says. How far it may be believed is the scan's to say, so it bears no trust.
    static var wall: WallTime {
        let seconds = Date().timeIntervalSince1970
        return WallTime(unixNanoseconds: Int64(exactly: (seconds * 1e9).rounded()) ?? 0, trust: .unset)
    }
}
