/// What waits for a database to be able to write it: one batch on its way, and what has come since.
///
/// A batch has a number that is written with it, so that it is never written twice, and so that a reader knows which of
/// memory and file holds it.
struct Outbox<Batch: Sendable>: Sendable {
    private(set) var inFlight: (number: UInt64, batch: Batch)?
    var pending: Batch
    private let empty: Batch
    private var lastNumber: UInt64 = 0

    init(empty: Batch) {
        self.empty = empty
        pending = empty
    }

    /// The batch to write now: the one that failed last time, or all that waits.
    mutating func take() -> (number: UInt64, batch: Batch) {
        if let inFlight { return inFlight }
        lastNumber += 1
        let next = (number: lastNumber, batch: pending)
        inFlight = next
        pending = empty
        return next
    }

    /// The same batches, each made smaller.
    func map(_ smaller: (Batch) -> Batch) -> Outbox {
        var box = self
        box.inFlight = inFlight.map { ($0.number, smaller($0.batch)) }
        box.pending = smaller(pending)
        return box
    }

    /// The number that what is pending will bear: a file that has it holds all that was pending before.
    private var pendingNumber: UInt64 { lastNumber + 1 }

    /// What a file is missing that holds the batches up to a number: what is on its way, then what is pending.
    func missing(after written: UInt64) -> [Batch] {
        let waiting = inFlight.flatMap { $0.number > written ? $0.batch : nil }
        return [waiting, pendingNumber > written ? pending : nil].compactMap { $0 }
    }

    mutating func done() { inFlight = nil }

    /// Numbers go on from those in the file.
    mutating func continueAfter(_ number: UInt64) { lastNumber = max(lastNumber, number) }
}
