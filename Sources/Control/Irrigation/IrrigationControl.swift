public import ProcessImage

/// Zones, programs and manual runs: image in, demands out.
public struct IrrigationControl: ~Copyable {
    private let plan: ControlPlan

    public init(plan: ControlPlan, restored: Restored) {
        self.plan = plan
    }

    /// One scan.
    public mutating func step(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) {
    }
}
