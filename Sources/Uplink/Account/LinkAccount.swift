public import Journal
import ProcessImage
public import Quantities
import Synchronization

/// What goes over a site's one link, both ways and as the carrier counts it: by what it was for and by the local day, over restarts.
/// All who speak over the link have this one account, and one rule: when the day's bytes are spent, only what is urgent goes until
/// midnight.
public final class LinkAccount: Sendable {
    private struct State {
        var day: TrafficDay?
        /// Of which day what earlier lives counted is in here.
        var whole: CivilDate?
        var keepAt = Instant.start
        var meters: [(use: String, meter: WireMeter)] = []
    }

    /// Bytes in a local day; `nil`: no bound.
    public let budget: Int?
    private let journal: Journal
    private let clock: LocalClock
    private let wall: @Sendable () -> WallTime
    private let state = Mutex(State())
    /// Until it is known, nothing goes that could wait.
    private let isOver: Atomic<Bool>
    private let thread = LineThread()

    private static let keepEvery: Duration = .minutes(1)

    /// - Precondition: a descriptor is left.
    public init(_ journal: Journal, clock: LocalClock, budget: Int?, wall: @escaping @Sendable () -> WallTime) {
        self.journal = journal
        self.clock = clock
        self.budget = budget
        self.wall = wall
        isOver = Atomic(budget != nil)
    }

    public func start() {
        thread.start("uplink-account") { [self] in
            while !thread.isOver {
                turn()
                thread.rest(until: LineThread.now() + .seconds(1))
            }
        }
    }

    /// Ends its thread and puts the day on disk.
    /// - Returns: `false`: it did not end in time; it is then left alone.
    @discardableResult
    public func stop(within limit: Duration) -> Bool {
        let isEnded = thread.stop(within: limit)
        keep()
        return isEnded
    }

    /// Only what is urgent may go.
    public var isSpent: Bool { isOver.load(ordering: .relaxed) }

    /// Bytes of the local day, by what they were for.
    public var today: [String: Int] { state.withLock { $0.day?.bytes ?? [:] } }

    // MARK: Who counts

    /// For all that the connections of one kind cost.
    func meter(for use: String) -> WireMeter {
        let meter = WireMeter()
        state.withLock { $0.meters.append((use, meter)) }
        return meter
    }

    /// - Parameter totals: of a link that counts by use, since it was made.
    func count(_ totals: [String: Int], of link: String) {
        let date = today(at: wall())
        state.withLock { $0.day?.add(totals, of: link, on: date) }
    }

    /// A link of that name counts anew.
    func beginLink(_ link: String) { state.withLock { $0.day?.beginLink(link) } }

    // MARK: Once a second

    func turn() {
        let date = today(at: wall()), now = LineThread.now()
        takeEarlier(of: date)
        let isNews = state.withLock { state in
            for (number, entry) in state.meters.enumerated() {
                state.day?.add([entry.use: entry.meter.bytes], of: "meter \(number)", on: date)
            }
            return judge(state.day)
        }
        if isNews { journal.note(Event(.uplinkBudgetSpent, .site, value: Double(budget ?? 0))) }
        if isKeepDue(at: now) { keep() }
    }

    private func isKeepDue(at now: Instant) -> Bool {
        state.withLock { state in
            guard now >= state.keepAt else { return false }
            state.keepAt = now + Self.keepEvery
            return true
        }
    }

    private func today(at wall: WallTime) -> CivilDate { clock.local(unixSeconds: wall.unixSeconds).date }

    /// A day is begun at once, and is whole once the ledger could be asked what it knows of it: a clock that is set may bring it back.
    private func takeEarlier(of date: CivilDate) {
        let isDue = state.withLock { state in
            state.day = state.day ?? TrafficDay(date)
            state.day?.turn(to: date)
            return state.whole != date
        }
        guard isDue, let earlier = try? journal.outgoingTraffic(on: date) else { return }
        state.withLock { state in
            guard state.day?.date == date else { return }
            state.day?.add(earlier: earlier)
            state.whole = date
        }
    }

    /// - Returns: whether the day's bytes are newly spent.
    private func judge(_ day: TrafficDay?) -> Bool {
        guard let budget, let day else { return false }
        let isSpent = day.sum >= budget
        return isSpent != isOver.exchange(isSpent, ordering: .relaxed) && isSpent
    }

    /// Not before the day is whole: what earlier lives counted is not written over.
    private func keep() {
        let day = state.withLock { $0.whole == $0.day?.date ? $0.day : nil }
        if let day { try? journal.keepOutgoingTraffic(day.bytes, on: day.date) }
    }
}
