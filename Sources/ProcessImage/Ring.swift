import Synchronization

/// A ring between one writing and one reading thread. Fixed memory; neither side ever waits; what does not fit is
/// dropped and counted.
///
/// `@unchecked Sendable`: `head` is written by the reader only, `tail` by the writer only, and an element is touched by
/// the side that owns it by the acquire/release order of the two.
public final class Ring<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    public let capacity: Int
    private let mask: Int
    private let slots: UnsafeMutablePointer<Element>
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let droppedCount = Atomic<UInt64>(0)

    /// - Parameter capacity: rounded up to a power of two.
    public init(capacity: Int) {
        var rounded = 1
        while rounded < capacity { rounded <<= 1 }
        self.capacity = rounded
        mask = rounded - 1
        slots = .allocate(capacity: rounded)
    }

    deinit { slots.deallocate() }

    /// Elements dropped since the start.
    public var dropped: UInt64 { droppedCount.load(ordering: .relaxed) }

    /// Writer's side: free places there are at least; the reader may just be freeing more.
    public var room: Int {
        capacity &- (tail.load(ordering: .relaxed) &- head.load(ordering: .acquiring))
    }

    /// Writer's side.
    /// - Returns: `false` when the ring was full and the element was dropped.
    @discardableResult
    public func push(_ element: Element) -> Bool {
        let position = tail.load(ordering: .relaxed)
        guard position &- head.load(ordering: .acquiring) < capacity else {
            droppedCount.wrappingAdd(1, ordering: .relaxed)
            return false
        }
        (slots + (position & mask)).initialize(to: element)
        tail.store(position &+ 1, ordering: .releasing)
        return true
    }

    /// Reader's side.
    public func pop() -> Element? {
        let position = head.load(ordering: .relaxed)
        guard position != tail.load(ordering: .acquiring) else { return nil }
        let element = slots[position & mask]
        head.store(position &+ 1, ordering: .releasing)
        return element
    }

    /// Reader's side: the next element, left in place.
    public func peek() -> Element? {
        let position = head.load(ordering: .relaxed)
        guard position != tail.load(ordering: .acquiring) else { return nil }
        return slots[position & mask]
    }
}

/// Where people's and the cloud's commands wait for the scan. Many may offer, the scan alone takes.
public final class CommandInbox: Sendable {
    private let ring = Ring<Command>(capacity: Limits.inboxCapacity)
    /// Keeps offerers apart; the scan never takes it.
    private let offering = Mutex(())

    public init() {}

    /// - Returns: `false` when the inbox is full: the sender must be told.
    public func offer(_ command: Command) -> Bool {
        offering.withLock { _ in ring.push(command) }
    }

    /// Moves what waits into the image, as much as one scan takes. What has expired is answered and not latched.
    /// The scan's side.
    public func latch(into image: inout InputImage, _ records: inout RecordBuffer) {
        while let command = ring.peek() {
            if command.expires < image.now {
                records.event(Event(.commandExpired, .site, because: .manual(command.id)))
                records.ledger(.commandDone(command.id, .expired))
            } else if !image.latch(command) {
                return
            }
            _ = ring.pop()
        }
    }
}
