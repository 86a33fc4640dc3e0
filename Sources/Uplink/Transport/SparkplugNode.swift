import CRealtime
import Dispatch
import Foundation
public import Quantities
public import Sparkplug
import Synchronization

/// A Sparkplug session on a thread of its own, with libmosquitto under it. Values may be set from any thread; none of them waits for the
/// network.
public final class SparkplugNode: Sendable {
    /// What the thread calls. Each may take its time: only what goes upstream waits for it.
    public struct Ports: Sendable {
        /// Puts the number of the next birth on disk; `false`: it is not there.
        public var keep: @Sendable (UInt8) -> Bool
        public var order: @Sendable (CommandOrder) -> Void
        public var report: @Sendable (Report) -> Void
        public var wall: @Sendable () -> WallTime

        public init(keep: @escaping @Sendable (UInt8) -> Bool, order: @escaping @Sendable (CommandOrder) -> Void,
                    report: @escaping @Sendable (Report) -> Void, wall: @escaping @Sendable () -> WallTime) {
            self.keep = keep
            self.order = order
            self.report = report
            self.wall = wall
        }
    }

    private let brokers: [Broker]
    private let clientName: String
    private let keepAlive: Int
    private let ports: Ports
    private let session: Mutex<Session>
    private let bell = tg_bell_make()
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - clientName: of the MQTT client, one of its kind at the broker.
    ///   - keepAlive: seconds; a dead link is found within twice that.
    /// - Precondition: there is a broker, and a descriptor is left.
    public init(_ plan: NodePlan, _ settings: SessionSettings, lastBirthNumber: UInt8?, brokers: [Broker], clientName: String,
                keepAlive: Int, _ ports: Ports) {
        precondition(!brokers.isEmpty && bell >= 0)
        var settings = settings
        settings.brokers = brokers.count
        self.brokers = brokers
        self.clientName = clientName
        self.keepAlive = keepAlive
        self.ports = ports
        session = Mutex(Session(plan, settings, lastBirthNumber: lastBirthNumber))
    }

    deinit { close(bell) }

    public func start() {
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "sparkplug"
        thread.stackSize = 512 * 1024
        thread.start()
    }

    /// Says goodbye and ends the thread.
    /// - Returns: `false`: it did not end in time, such as in a connection that nobody answers; it is then left alone.
    public func stop(within limit: Duration) -> Bool {
        change { $0.stop() }
        return ended.wait(timeout: .now() + limit.seconds) == .success
    }

    /// Sets values, or whether devices are there, together.
    public func change<Result: Sendable>(_ change: (inout Session) -> Result) -> Result {
        let result = session.withLock { change(&$0) }
        tg_bell_ring(bell)
        return result
    }

    public var isAlive: Bool { session.withLock { $0.isAlive } }

    private var moment: Moment { Moment(Instant(nanoseconds: tg_boottime_ns()), ports.wall()) }

    /// Not longer than a second: the library's keep-alive wants to be looked after.
    private static let longestRest: Duration = .seconds(1)

    private func run() {
        var line: MosquittoLine?
        while true {
            while let action = next() { perform(action, on: &line) }
            let (isStopped, wake) = session.withLock { ($0.isStopped, $0.wake) }
            if isStopped { return }
            let rest = min(max(.zero, wake - Instant(nanoseconds: tg_boottime_ns())), Self.longestRest)
            if let open = line {
                hear(open.turn(atMost: Int32(rest.nanoseconds / 1_000_000) + 1, bell: bell), on: &line)
            } else {
                _ = tg_bell_wait(bell, rest.nanoseconds)
            }
        }
    }

    private func next() -> Action? {
        let moment = moment
        return session.withLock { $0.next(at: moment) }
    }

    private func hear(_ news: [News], on line: inout MosquittoLine?) {
        for one in news {
            let moment = moment
            session.withLock { $0.hear(one, at: moment) }
            switch one {
            case .lost, .refused, .unreachable:
                line = nil
                return
            case .connected, .subscribed, .message: break
            }
        }
    }

    private func perform(_ action: Action, on line: inout MosquittoLine?) {
        switch action {
        case .keep(let number): answer(kept: ports.keep(number))
        case .connect(let connection):
            line = MosquittoLine(brokers[connection.broker], name: clientName, will: connection.will)
            let news = line.map { $0.open(keepAlive: keepAlive) } ?? .unreachable
            hear(news.map { [$0] } ?? [], on: &line)
        case .subscribe(let topics):
            if line?.subscribe(topics) != true { hear([.lost], on: &line) }
        case .publish(let publication): answer(published: line?.publish(publication) ?? false)
        case .disconnect:
            line?.disconnect()
            line = nil
        case .hangUp: line = nil
        case .order(let order): ports.order(order)
        case .report(let report): ports.report(report)
        }
    }

    private func answer(kept isKept: Bool) {
        let now = moment.instant
        session.withLock { $0.kept(isKept, at: now) }
    }

    private func answer(published isTaken: Bool) {
        let now = moment.instant
        session.withLock { $0.published(isTaken, at: now) }
    }
}
