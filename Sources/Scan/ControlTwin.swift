public import Control
import ProcessImage

/// A way for another thread to run control ahead on a copy of its state. The asker brings the memory; the scan copies into
/// it at the end of a turn, without a lock and without taking memory, and goes on.
///
/// `@unchecked Sendable`: `place` is touched by one asker at a time, and by the scan only while that asker waits (`Handshake`).
public final class ControlTwin: @unchecked Sendable {
    private final class Place {
        var control: IrrigationControl
        var image: InputImage

        init(_ plan: borrowing ScanPlan) {
            control = IrrigationControl(plan: plan.control, restored: Restored())
            image = InputImage(tables: plan.tables)
        }
    }

    private let handshake = Handshake()
    private var place: Place?

    public init() {}

    /// The runs of the coming time, from the state of the next scan on.
    /// - Parameter wait: called between two looks; `false` gives up.
    /// - Returns: `nil` when the scan does not turn.
    public func planAhead(_ plan: ScanPlan, for time: Duration, wait: () -> Bool) -> [RunAhead]? {
        let copy = Place(plan)
        let isCopied: Void? = handshake.ask(prepare: { place = copy }, wait: wait, take: { place = nil })
        guard isCopied != nil else { return nil }
        return PlanAhead(plan: plan.control, tables: plan.tables, control: copy.control, image: copy.image).runs(for: time)
    }

    /// The scan's side, at the end of a turn.
    func serve(_ control: borrowing IrrigationControl, _ image: borrowing InputImage) {
        handshake.serve {
            place?.control.take(from: control)
            place?.image.take(from: image)
        }
    }
}
