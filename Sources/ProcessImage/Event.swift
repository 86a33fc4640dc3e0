/// One thing that happened. Numbers are in the unit `EventKind.text` speaks of (flow m3/h, volume m3).
public struct Event: Sendable, BitwiseCopyable, Equatable {
    public let kind: EventKind
    public let subject: Subject
    public let cause: Cause
    public let value: Double
    public let limit: Double
    public let duration: Duration

    public init(_ kind: EventKind, _ subject: Subject, because cause: Cause = .idle,
                value: Double = .nan, limit: Double = .nan, duration: Duration = .zero) {
        self.kind = kind
        self.subject = subject
        self.cause = cause
        self.value = value
        self.limit = limit
        self.duration = duration
    }
}
