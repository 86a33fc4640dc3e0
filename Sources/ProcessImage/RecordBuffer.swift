/// The records of one scan, gathered in memory taken at `init`. What does not fit is counted, never waited for.
public struct RecordBuffer: ~Copyable {
    public private(set) var count = 0
    public private(set) var dropped: UInt64 = 0
    private var ledgerCount: UInt64 = 0
    private let bodies: UnsafeMutablePointer<Record.Body>
    private let capacity: Int

    public init(capacity: Int = Limits.recordsPerScanMax) {
        self.capacity = capacity
        bodies = .allocate(capacity: capacity)
    }

    deinit { bodies.deallocate() }

    public mutating func clear() { count = 0 }

    /// How many more it takes.
    public var room: Int { capacity - count }

    public mutating func append(_ body: Record.Body) {
        guard count < capacity else {
            dropped &+= 1
            return
        }
        (bodies + count).initialize(to: body)
        count += 1
    }

    public mutating func event(_ event: Event) { append(.event(event)) }

    /// Orders a ledger row.
    /// - Returns: its number; the row is on disk once `InputImage.ledgerDurableThrough` has reached it.
    @discardableResult
    public mutating func ledger(_ entry: LedgerEntry) -> UInt64 {
        ledgerCount &+= 1
        append(.ledger(entry, number: ledgerCount))
        return ledgerCount
    }

    public subscript(index: Int) -> Record.Body {
        precondition(index < count)
        return bodies[index]
    }
}
