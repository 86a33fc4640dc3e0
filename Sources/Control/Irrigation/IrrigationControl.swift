public import ProcessImage

/// Zones, programs and manual runs: image in, demands out.
public struct IrrigationControl: ~Copyable {
    private let plan: ControlPlan
    public var programCount: Int { plan.programs.count }

    public init(plan: ControlPlan, restored: Restored) {
        self.plan = plan
    }

    /// One scan.
    public mutating func step(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) {
    }

    public func status(of zone: ZoneIndex) -> ZoneStatus { ZoneStatus() }
    public func waitsForLedger(_ program: ProgramIndex) -> Bool { false }
    public mutating func interrupt(_ image: borrowing InputImage, _ records: inout RecordBuffer) {}
}
