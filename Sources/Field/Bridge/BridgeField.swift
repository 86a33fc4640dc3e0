public import Interlocks
public import ProcessImage
public import Quantities
import Synchronization

/// Every safety bridge of a site: a thread for each, and the mailboxes between them and the scan.
///
/// `latch` and `commit` belong to the scan's thread; they never block and allocate nothing. A commit is what a bridge's
/// heartbeat is made of (`BridgeSession`): if the scan stands still, nothing beats, and the bridge takes its relays back.
///
/// - Inputs, meters and signals are as old as the answer they came in, and bad while the bridge does not answer.
/// - Feedback of an output is its relay as the bridge drives it.
/// - `online` is 1 while it answers and can be used; `state` says what it stands at.
public final class BridgeField: Sendable {
    private struct Bridge: Sendable {
        let plan: BridgePlan
        /// In the order of the mailbox.
        let points: [PointIndex]
        let mail: BridgeMail
    }

    private let bridges: [Bridge]
    private let tables: SiteTables
    private let timing: BridgeTiming?
    private let threads = Mutex<[WorkThread]>([])

    /// - Precondition: with a bridge, the lease is at least `BridgeTiming.leaseMin`; every index named in the plan is one of
    ///   the tables.
    public init(plan: [BridgePlan], tables: SiteTables, lease: Duration = Limits.leaseDefault) {
        self.tables = tables
        timing = plan.isEmpty ? nil : BridgeTiming(lease: lease)
        bridges = plan.map { plan in
            let points = plan.inputs.flatMap(\.points) + [plan.online, plan.state]
            return Bridge(plan: plan, points: points, mail: BridgeMail(points: points.count, relays: plan.relays.count))
        }
    }

    /// Starts the threads. No relay moves before the scan commits.
    /// - Precondition: not started before.
    public func start() {
        guard let timing else { return }
        threads.withLock { threads in
            precondition(threads.isEmpty)
            threads = bridges.map { bridge in
                WorkThread(name: bridge.plan.tag) { [tables] in
                    RealtimeThread.raiseFieldThread()
                    BridgeWorker(bridge.plan, timing: timing, tables: tables, mail: bridge.mail).run()
                }
            }
        }
    }

    /// Tells every bridge that can be reached to take its relays to safe, and ends the threads. Takes as long as two
    /// exchanges.
    public func stop() {
        for bridge in bridges { bridge.mail.power.stop() }
        threads.withLock { threads in
            for thread in threads { thread.join() }
            threads = []
        }
    }

    /// Writes what came since the last call into the image. The scan's side.
    public func latch(into image: inout InputImage) {
        for index in bridges.indices where bridges[index].mail.news.take(0) {
            for slot in bridges[index].points.indices {
                guard let reading = bridges[index].mail.readings.take(from: slot) else { continue }
                image.latch(reading, at: bridges[index].points[slot])
            }
            for slot in bridges[index].plan.relays.indices {
                guard let feedback = bridges[index].mail.feedback.take(from: slot) else { continue }
                image.latch(feedback, of: bridges[index].plan.relays[slot].output)
            }
        }
    }

    /// Hands over what may happen: each bridge's thread is woken to beat with it. The scan's side.
    public func commit(_ permitted: borrowing PermittedOutputs, at now: Instant) {
        for index in bridges.indices {
            var relays: UInt16 = 0
            var isHeld = false
            for relay in bridges[index].plan.relays.indices {
                let output = permitted[bridges[index].plan.relays[relay].output]
                relays |= bridges[index].plan.relays[relay].bits(at: output.level)
                isHeld = isHeld || output.cause.isHold(of: bridges[index].plan.index)
            }
            bridges[index].mail.order.post(BridgeOrder(relays: relays, at: now, isHeld: isHeld), in: 0)
            bridges[index].mail.power.wake()
        }
    }

    /// Of its threads.
    public var hearts: [Heartbeat] { bridges.map(\.mail.heart) }

    public var statistics: [BusStatistics] {
        let now = SystemClock.now()
        return bridges.map { bridge in
            let counters = bridge.mail.counters
            return BusStatistics(tag: bridge.plan.tag, counts: counters.counts, occupancy: counters.occupancy(at: now),
                                 devices: [counters.devices[0].statistics(of: bridge.plan.index, bridge.plan.tag)])
        }
    }
}

extension Cause {
    /// A trip for which a bridge must not be armed.
    fileprivate func isHold(of bridge: DeviceIndex) -> Bool {
        guard case .trip(let trip) = self else { return false }
        return trip.kind == .emergencyStop || trip == TripID(.bridge, .device(bridge))
    }
}
