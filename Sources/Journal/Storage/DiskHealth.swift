import Quantities
import Synchronization

/// How the disk takes one writer's work: whether it counts as writable, what it last said, when to try again. The writer's
/// thread tries; any thread may look, also while the disk keeps that thread waiting.
final class DiskHealth: Sendable {
    /// When the attempt on its way was begun (monotonic nanoseconds); 0: none.
    private let busySince = Atomic<Int64>(0)
    /// 0: the last attempt went well.
    private let failedAt = Atomic<Int64>(0)
    private let problem: Mutex<String?>
    private let patience: Duration
    private let tell: @Sendable (Bool) -> Void

    /// - Parameters:
    ///   - patience: an attempt that takes longer makes the disk count as not writable.
    ///   - problem: what the disk said at the opening.
    ///   - tell: told whether it is writable.
    init(patience: Duration, problem: String? = nil, tell: @escaping @Sendable (Bool) -> Void) {
        self.patience = patience
        self.problem = Mutex(problem)
        self.tell = tell
    }

    var lastProblem: String? { problem.withLock { $0 } }
    var hasFailed: Bool { failedAt.load(ordering: .relaxed) != 0 }

    /// Called by the drain: a disk that does not answer is seen although the thread that asked it is still waiting.
    func feelPulse(at now: Int64) {
        let since = busySince.load(ordering: .relaxed)
        if since != 0, now - since > patience.nanoseconds { tell(false) }
    }

    /// After a failure there is a pause before the next attempt.
    func mayTry(at now: Int64) -> Bool {
        let failed = failedAt.load(ordering: .relaxed)
        return failed == 0 || now - failed > Pulse.retry.nanoseconds
    }

    /// - Parameters:
    ///   - replace: begins a new file in the place of a damaged one.
    ///   - work: says whether there was anything to write; only then the disk is known to be well.
    func attempt(_ file: DatabaseFile, at now: Int64, replace: () throws(StorageFault) -> Void,
                 _ work: () throws(StorageFault) -> Bool) {
        busySince.store(now, ordering: .relaxed)
        defer { busySince.store(0, ordering: .relaxed) }
        do {
            if try work() { succeed() }
        } catch {
            fail(error)
            if case .failing = error { file.close() }
            guard case .damaged = error else { return }
            do {
                try replace()
                failedAt.store(0, ordering: .relaxed)
            } catch {
                problem.withLock { $0 = error.text }
            }
        }
    }

    private func succeed() {
        failedAt.store(0, ordering: .relaxed)
        problem.withLock { $0 = nil }
        tell(true)
    }

    private func fail(_ fault: StorageFault) {
        tell(false)
        problem.withLock { $0 = fault.text }
        failedAt.store(Moment.monotonic, ordering: .relaxed)
    }
}
