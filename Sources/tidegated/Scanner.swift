import Field
import Glibc
import Journal
import ProcessImage
import Quantities
import Scan
import Site
import Synchronization

/// The scan and the thread it turns on.
///
/// `@unchecked Sendable`: `cycle` is touched by the scan thread alone between `start` and `stop`, and by the caller of
/// `start` and `stop` before and after.
final class Scanner: @unchecked Sendable {
    private var cycle: ScanCycle<SiteField, JournalPort>
    private let clock: SystemClock
    /// How long after its due moment each turn began, and how long it took.
    let times = ScanTimes()
    private let turns = Atomic<UInt64>(0)
    private var thread: RealtimeThread?
    private let period: Duration
    private let priority: Int
    private let manager: ServiceManager

    init(site: Site, restored: Restored, inbox: CommandInbox, twin: ControlTwin, field: SiteField, journal: JournalPort,
         clock: SystemClock, manager: ServiceManager, priority: Int = 80) {
        self.clock = clock
        self.priority = priority
        self.manager = manager
        period = site.scan.period
        cycle = ScanCycle(plan: site.scan, restored: restored, inbox: inbox, twin: twin, field: field, records: journal)
    }

    private var turnCount: UInt64 { turns.load(ordering: .relaxed) }

    /// Waits until the scan has turned once.
    /// - Returns: with what right it turns; `.notStarted` when it did not within the time.
    func waitForFirstTurn(within limit: Duration) -> RealtimeThread.Standing {
        let end = SystemClock.now() + limit
        while turnCount == 0, SystemClock.now() < end {
            var moment = timespec(tv_sec: 0, tv_nsec: 5_000_000)
            nanosleep(&moment, nil)
        }
        return turnCount == 0 ? .notStarted : thread?.standing ?? .notStarted
    }

    func start() {
        let thread = RealtimeThread(name: "scan", period: period, priority: priority) { [self] now, lateness in
            turn(now, lateness)
        }
        self.thread = thread
        thread.start()
    }

    /// Ends the thread, then makes one last turn in which every output goes to its safe state.
    func stop() {
        thread?.stop()
        let now = SystemClock.now()
        cycle.stop(at: now, wall: clock.wall(at: now))
    }

    private func turn(_ now: Instant, _ lateness: Duration) {
        let made = turns.wrappingAdd(1, ordering: .relaxed).newValue
        if made == 2, thread?.standing == .ordinary { cycle.report(Event(.notRealtime, .site)) }
        cycle.run(at: now, wall: clock.wall(at: now), lateness: lateness)
        times.lateness.record(lateness)
        times.length.record(SystemClock.now() - now)
        manager.beat(at: now)
    }
}
