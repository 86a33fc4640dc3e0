internal import ProcessImage
internal import Quantities
import Synchronization

/// A value that travels through a mailbox as three words.
protocol Mail: BitwiseCopyable, Sendable {
    init(words: MailWords)
    var words: MailWords { get }
}

struct MailWords: BitwiseCopyable, Sendable, Equatable {
    var first: UInt64
    var second: UInt64
    var third: UInt64
}

/// The newest value of each of many things, from one writing thread each to one reading thread. Neither ever waits for
/// the other, and neither allocates: the reader sees a whole value or, if the writer was in the middle of one, the next
/// time.
///
/// A sequence lock per slot: the number is odd while the writer is in the slot; a reader that saw it change throws away
/// what it read. The words themselves are atomic, so that a torn read is harmless rather than undefined.
///
/// `@unchecked Sendable`: `seen` belongs to the reading thread, everything else in the memory is atomic.
final class Mailbox<Value: Mail>: @unchecked Sendable {
    private struct Slot: ~Copyable {
        let sequence = Atomic<UInt64>(0)
        let first = Atomic<UInt64>(0)
        let second = Atomic<UInt64>(0)
        let third = Atomic<UInt64>(0)
    }

    private static var attempts: Int { 4 }

    let count: Int
    private let slots: UnsafeMutablePointer<Slot>
    private let seen: UnsafeMutablePointer<UInt64>

    init(count: Int) {
        self.count = count
        slots = .allocate(capacity: max(count, 1))
        seen = .allocate(capacity: max(count, 1))
        for index in 0..<count { (slots + index).initialize(to: Slot()) }
        seen.initialize(repeating: 0, count: count)
    }

    deinit {
        slots.deinitialize(count: count)
        slots.deallocate()
        seen.deallocate()
    }

    /// The slot's one writer.
    func post(_ value: Value, in index: Int) {
        precondition(index < count)
        let words = value.words
        let sequence = slots[index].sequence.load(ordering: .relaxed)
        slots[index].sequence.store(sequence &+ 1, ordering: .relaxed)
        atomicMemoryFence(ordering: .releasing)
        slots[index].first.store(words.first, ordering: .relaxed)
        slots[index].second.store(words.second, ordering: .relaxed)
        slots[index].third.store(words.third, ordering: .relaxed)
        slots[index].sequence.store(sequence &+ 2, ordering: .releasing)
    }

    /// The one reader: what was posted since it last took, if anything.
    func take(from index: Int) -> Value? {
        precondition(index < count)
        for _ in 0..<Mailbox.attempts {
            let before = slots[index].sequence.load(ordering: .acquiring)
            if before == seen[index] { return nil }
            guard before & 1 == 0 else { continue }
            let words = MailWords(first: slots[index].first.load(ordering: .relaxed),
                                  second: slots[index].second.load(ordering: .relaxed),
                                  third: slots[index].third.load(ordering: .relaxed))
            atomicMemoryFence(ordering: .acquiring)
            guard slots[index].sequence.load(ordering: .relaxed) == before else { continue }
            seen[index] = before
            return Value(words: words)
        }
        return nil
    }
}

extension Reading: Mail {
    init(words: MailWords) {
        let instant = Instant(nanoseconds: Int64(bitPattern: words.second))
        let number = Double(bitPattern: words.first)
        let reason = Reason(rawValue: UInt8(truncatingIfNeeded: words.third >> 8)) ?? .garbled
        self = switch Quality(rawValue: UInt8(truncatingIfNeeded: words.third)) {
        case .good: .good(number, at: instant)
        case .uncertain: .uncertain(number, reason, at: instant)
        case .bad, nil: .bad(reason, at: instant)
        }
    }

    var words: MailWords {
        MailWords(first: recorded.bitPattern, second: UInt64(bitPattern: takenAt.nanoseconds),
                  third: UInt64(quality.rawValue) | UInt64(reason.rawValue) << 8)
    }
}

extension OutputFeedback: Mail {
    init(words: MailWords) {
        let level = words.first == 0 ? nil : OutputLevel(rawValue: UInt8(truncatingIfNeeded: words.first - 1))
        self.init(level: level, at: Instant(nanoseconds: Int64(bitPattern: words.second)), leaseExpired: words.third == 1)
    }

    var words: MailWords {
        MailWords(first: level.map { UInt64($0.rawValue) + 1 } ?? 0, second: UInt64(bitPattern: at.nanoseconds),
                  third: leaseExpired ? 1 : 0)
    }
}

/// For each of many groups of slots, whether anything was posted: the reader looks at one number a group instead of at
/// every slot. Each group has one writer, which announces after it posted; there is one reader.
///
/// `@unchecked Sendable`: `seen` belongs to the reading thread, the numbers are atomic.
final class NewsCounters: @unchecked Sendable {
    let count: Int
    private let numbers: UnsafeMutablePointer<Atomic<UInt64>>
    private let seen: UnsafeMutablePointer<UInt64>

    init(count: Int) {
        self.count = count
        numbers = .allocate(capacity: max(count, 1))
        seen = .allocate(capacity: max(count, 1))
        for index in 0..<count { (numbers + index).initialize(to: Atomic(0)) }
        seen.initialize(repeating: 0, count: count)
    }

    deinit {
        numbers.deinitialize(count: count)
        numbers.deallocate()
        seen.deallocate()
    }

    /// The group's one writer, after it posted.
    func announce(_ group: Int) {
        precondition(group < count)
        numbers[group].store(numbers[group].load(ordering: .relaxed) &+ 1, ordering: .releasing)
    }

    /// The one reader, before it looks into the slots: whether anything was announced since it last asked.
    func take(_ group: Int) -> Bool {
        precondition(group < count)
        let number = numbers[group].load(ordering: .acquiring)
        if number == seen[group] { return false }
        seen[group] = number
        return true
    }
}

/// What the scan last permitted, as words of registers, for the threads that carry it out, and when: an order is worth nothing once the scan
/// has been silent for longer than the lease.
final class OrderBox: @unchecked Sendable {
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let committedAt = Atomic<Int64>(Instant.never.nanoseconds)
    let count: Int

    /// - Parameter safe: the order of each before the first commit.
    init(safe: [UInt64]) {
        count = safe.count
        words = .allocate(capacity: max(safe.count, 1))
        for (index, word) in safe.enumerated() { (words + index).initialize(to: Atomic(word)) }
    }

    deinit {
        words.deinitialize(count: count)
        words.deallocate()
    }

    /// The scan's side.
    /// - Returns: whether the order is another than before.
    func order(_ word: UInt64, in index: Int) -> Bool {
        precondition(index < count)
        if words[index].load(ordering: .relaxed) == word { return false }
        words[index].store(word, ordering: .relaxed)
        return true
    }

    /// The scan's side, after its orders.
    func committed(at now: Instant) {
        committedAt.store(now.nanoseconds, ordering: .releasing)
    }

    var lastCommit: Instant { Instant(nanoseconds: committedAt.load(ordering: .acquiring)) }

    func word(in index: Int) -> UInt64 {
        precondition(index < count)
        return words[index].load(ordering: .relaxed)
    }
}
