public import ProcessImage

/// What may happen to one output in this scan, and why.
public struct Permitted: Sendable, BitwiseCopyable, Equatable {
    public let level: OutputLevel
    public let cause: Cause
    /// The level is other than what control wanted.
    public let isRefused: Bool
}

/// What may be of one set-point in this scan, and why.
public struct PermittedSetpoint: Sendable, BitwiseCopyable, Equatable {
    /// In the set-point's unit. Always a number within its range.
    public let value: Double
    public let cause: Cause
    /// The value is other than what control wanted: bounded, still on its way, or safe.
    public let isRefused: Bool
}

/// The levels and values that may reach the field. Only `Interlocks` can make one; whatever commits takes nothing else.
public struct PermittedOutputs: ~Copyable {
    public let count: Int
    public let setpointCount: Int
    private let levels: UnsafeMutablePointer<Permitted>
    private let values: UnsafeMutablePointer<PermittedSetpoint>

    init(safe outputs: [OutputDefinition], setpoints: [SetpointDefinition] = []) {
        count = outputs.count
        levels = .allocate(capacity: max(count, 1))
        for (index, output) in outputs.enumerated() {
            (levels + index).initialize(to: Permitted(level: output.safe, cause: .idle, isRefused: false))
        }
        setpointCount = setpoints.count
        values = .allocate(capacity: max(setpointCount, 1))
        for (index, setpoint) in setpoints.enumerated() {
            (values + index).initialize(to: PermittedSetpoint(value: setpoint.safe, cause: .idle, isRefused: false))
        }
    }

    deinit {
        levels.deallocate()
        values.deallocate()
    }

    public internal(set) subscript(setpoint: SetpointIndex) -> PermittedSetpoint {
        get {
            precondition(setpoint.offset < setpointCount)
            return values[setpoint.offset]
        }
        set {
            precondition(setpoint.offset < setpointCount)
            values[setpoint.offset] = newValue
        }
    }

    public internal(set) subscript(output: OutputIndex) -> Permitted {
        get {
            precondition(output.offset < count)
            return levels[output.offset]
        }
        set {
            precondition(output.offset < count)
            levels[output.offset] = newValue
        }
    }
}
