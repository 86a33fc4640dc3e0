public import ProcessImage
internal import Quantities
import Synchronization

/// How one bus is doing, since the start.
public struct BusStatistics: Sendable {
    public struct Device: Sendable {
        public let device: DeviceIndex
        public let tag: String
        /// Polls that should have been made by the points' intervals, and those that were.
        public let wanted: UInt64
        public let made: UInt64
        public let isOnline: Bool
    }

    public let tag: String
    public let counts: LineCounts
    /// Share of the time the line was in use. Range: 0 … 1. With a connection for each device: of the busiest.
    public let occupancy: Double
    public let devices: [Device]
}

/// The statistics of one line, written by its thread and read by anybody.
final class LineCounters: Sendable {
    final class Device: Sendable {
        private let wanted = Atomic<UInt64>(0)
        private let made = Atomic<UInt64>(0)
        private let isOnline = Atomic<Bool>(false)

        func publish(wanted: UInt64, made: UInt64, isOnline: Bool) {
            self.wanted.store(wanted, ordering: .relaxed)
            self.made.store(made, ordering: .relaxed)
            self.isOnline.store(isOnline, ordering: .relaxed)
        }

        func statistics(of index: DeviceIndex, _ tag: String) -> BusStatistics.Device {
            BusStatistics.Device(device: index, tag: tag, wanted: wanted.load(ordering: .relaxed),
                                 made: made.load(ordering: .relaxed), isOnline: isOnline.load(ordering: .relaxed))
        }
    }

    let devices: [Device]
    private let requests = Atomic<UInt64>(0)
    private let answers = Atomic<UInt64>(0)
    private let timeouts = Atomic<UInt64>(0)
    private let crcErrors = Atomic<UInt64>(0)
    private let otherFaults = Atomic<UInt64>(0)
    private let exceptions = Atomic<UInt64>(0)
    private let staleAnswers = Atomic<UInt64>(0)
    private let busy = Atomic<Int64>(0)
    private let startedAt = Atomic<Int64>(Instant.never.nanoseconds)

    init(devices: Int) {
        self.devices = (0..<devices).map { _ in Device() }
    }

    func started(at now: Instant) { startedAt.store(now.nanoseconds, ordering: .relaxed) }

    func publish(_ counts: LineCounts) {
        requests.store(counts.requests, ordering: .relaxed)
        answers.store(counts.answers, ordering: .relaxed)
        timeouts.store(counts.timeouts, ordering: .relaxed)
        crcErrors.store(counts.crcErrors, ordering: .relaxed)
        otherFaults.store(counts.otherFaults, ordering: .relaxed)
        exceptions.store(counts.exceptions, ordering: .relaxed)
        staleAnswers.store(counts.staleAnswers, ordering: .relaxed)
        busy.store(counts.busy.nanoseconds, ordering: .relaxed)
    }

    var counts: LineCounts {
        var counts = LineCounts()
        counts.requests = requests.load(ordering: .relaxed)
        counts.answers = answers.load(ordering: .relaxed)
        counts.timeouts = timeouts.load(ordering: .relaxed)
        counts.crcErrors = crcErrors.load(ordering: .relaxed)
        counts.otherFaults = otherFaults.load(ordering: .relaxed)
        counts.exceptions = exceptions.load(ordering: .relaxed)
        counts.staleAnswers = staleAnswers.load(ordering: .relaxed)
        counts.busy = .nanoseconds(busy.load(ordering: .relaxed))
        return counts
    }

    func occupancy(at now: Instant) -> Double {
        let elapsed = now - Instant(nanoseconds: startedAt.load(ordering: .relaxed))
        guard elapsed > .zero else { return 0 }
        return min(Double(busy.load(ordering: .relaxed)) / Double(elapsed.nanoseconds), 1)
    }
}

extension LineCounts {
    static func + (a: LineCounts, b: LineCounts) -> LineCounts {
        var sum = a
        sum.requests &+= b.requests
        sum.answers &+= b.answers
        sum.timeouts &+= b.timeouts
        sum.crcErrors &+= b.crcErrors
        sum.otherFaults &+= b.otherFaults
        sum.exceptions &+= b.exceptions
        sum.staleAnswers &+= b.staleAnswers
        sum.busy += b.busy
        return sum
    }
}
