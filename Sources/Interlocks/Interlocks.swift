public import ProcessImage

/// The last judge before the field: demands in, permitted outputs and trips out.
public struct Interlocks: ~Copyable {
    private let plan: InterlockPlan
    private var permitted: PermittedOutputs

    /// - Parameter trips: latched in an earlier life of the process; a restart clears none.
    public init(plan: InterlockPlan, restoring trips: [TripID] = []) {
        self.plan = plan
        permitted = PermittedOutputs(safe: plan.outputs)
    }

    /// Judges one scan.
    public mutating func judge(_ demands: borrowing Demands, _ image: borrowing InputImage,
                               _ records: inout RecordBuffer) {
    }

    /// What may happen now: the outcome of the last `judge`.
    public var outputs: PermittedOutputs {
        _read { yield permitted }
    }
}
