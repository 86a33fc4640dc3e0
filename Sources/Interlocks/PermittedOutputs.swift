public import ProcessImage

/// What may happen to one output in this scan, and why.
public struct Permitted: Sendable, BitwiseCopyable, Equatable {
    public let level: OutputLevel
    public let cause: Cause
    /// The level is other than what control wanted.
    public let isRefused: Bool
}

/// The levels that may reach the field. Only `Interlocks` can make one; whatever commits takes nothing else.
public struct PermittedOutputs: ~Copyable {
    public let count: Int
    private let levels: UnsafeMutablePointer<Permitted>

    init(safe outputs: [OutputDefinition]) {
        count = outputs.count
        levels = .allocate(capacity: max(count, 1))
        for (index, output) in outputs.enumerated() {
            (levels + index).initialize(to: Permitted(level: output.safe, cause: .idle, isRefused: false))
        }
    }

    deinit { levels.deallocate() }

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
