import CRealtime
import Dispatch
import Foundation
import Quantities
import Sparkplug
import Synchronization

/// What a thread with one connection does for its owner.
protocol LineUser: Sendable {
    /// Does all there is to do now.
    /// - Returns: when there will be more; `nil`: it is over for good.
    func work(on line: inout MosquittoLine?) -> Instant?
    func hear(_ news: News)
    /// What its connections cost; `nil`: nobody asks.
    var meter: WireMeter? { get }
}

extension LineUser {
    var meter: WireMeter? { nil }

    /// Tells news in their order. A connection that is over is let go.
    func hear(_ news: [News], on line: inout MosquittoLine?) {
        for one in news {
            hear(one)
            switch one {
            case .lost, .tooLarge, .refused, .unreachable, .subscribed(isGranted: false):
                line = nil
                return
            case .connected, .subscribed(isGranted: true), .message, .taken: break
            }
        }
    }

    /// A new connection in the place of the old.
    func connect(_ line: inout MosquittoLine?, to broker: Broker, as name: String, will: Publication?, keepAlive: Int, checksDates: Bool) {
        line = MosquittoLine(broker, name: name, will: will, checksDates: checksDates, meter: meter)
        let news = line.map { $0.open(keepAlive: keepAlive) } ?? .unreachable
        hear(news.map { [$0] } ?? [], on: &line)
    }
}

/// A thread with a bell that does what its owner says, such as wait for one connection.
final class LineThread: Sendable {
    /// Not longer than a second: the library's keep-alive wants to be looked after.
    private static let longestRest: Duration = .seconds(1)

    let bell = tg_bell_make()
    private let isEnding = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    init() { precondition(bell >= 0, "no descriptor is left for a bell") }

    deinit { close(bell) }

    static func now() -> Instant { Instant(nanoseconds: tg_boottime_ns()) }

    func start(_ name: String, _ user: any LineUser) {
        start(name) { [self] in run(user) }
    }

    func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        Self.detach(name) { [self] in
            body()
            ended.signal()
        }
    }

    /// For what nobody waits for and nobody ends.
    static func detach(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.stackSize = 512 * 1024
        thread.start()
    }

    /// Has the owner asked again at once.
    func ring() { tg_bell_ring(bell) }

    /// Its owner has been asked to end, and begins nothing more.
    var isOver: Bool { isEnding.load(ordering: .acquiring) }

    /// Asks the owner to end, and does not wait for it.
    func endSoon() {
        isEnding.store(true, ordering: .releasing)
        ring()
    }

    /// - Returns: as `join`.
    func stop(within limit: Duration) -> Bool {
        endSoon()
        return join(within: limit)
    }

    /// Rests until a moment or the next ring.
    func rest(until wake: Instant) { _ = tg_bell_wait(bell, max(wake - Self.now(), .zero).nanoseconds) }

    /// - Returns: `false`: it did not end in time, such as in a connection that nobody answers; it is then left alone.
    func join(within limit: Duration) -> Bool { ended.wait(timeout: .now() + limit.seconds) == .success }

    private func run(_ user: any LineUser) {
        var line: MosquittoLine?
        while !isOver, let wake = user.work(on: &line) {
            let rest = min(max(.zero, wake - Self.now()), Self.longestRest)
            if let open = line {
                user.hear(open.turn(atMost: Int32(rest.nanoseconds / 1_000_000) + 1, bell: bell), on: &line)
            } else {
                _ = tg_bell_wait(bell, rest.nanoseconds)
            }
        }
    }
}
