import Synchronization

/// A favour that one thread asks of another, which does it at a moment of its own and waits for nobody: no lock and no
/// memory on its side. Askers are served one at a time.
public final class Handshake: Sendable {
    private static let isFree = 0, isWanted = 1, isBusy = 2, isDone = 3
    private let state = Atomic<Int>(Handshake.isFree)
    private let askers = Mutex<Void>(())

    public init() {}

    /// The asker's side.
    /// - Parameters:
    ///   - prepare: done before the other side may look.
    ///   - wait: called between two looks; `false` gives up.
    ///   - take: done once the favour is done; its value is returned.
    /// - Returns: `nil` when it was given up: nothing was done, and nothing will be.
    public func ask<Value>(prepare: () -> Void, wait: () -> Bool, take: () -> Value) -> Value? {
        askers.withLock { _ in
            prepare()
            state.store(Handshake.isWanted, ordering: .releasing)
            while state.load(ordering: .acquiring) != Handshake.isDone {
                if wait() { continue }
                // Taken back only while it has not begun: else it is done in a moment.
                let back = state.compareExchange(expected: Handshake.isWanted, desired: Handshake.isFree, ordering: .acquiringAndReleasing)
                if back.exchanged { return nil }
            }
            defer { state.store(Handshake.isFree, ordering: .releasing) }
            return take()
        }
    }

    /// The other side: does the work if somebody waits for it.
    public func serve(_ work: () -> Void) {
        guard state.load(ordering: .relaxed) == Handshake.isWanted,
              state.compareExchange(expected: Handshake.isWanted, desired: Handshake.isBusy, ordering: .acquiringAndReleasing).exchanged
        else { return }
        work()
        state.store(Handshake.isDone, ordering: .releasing)
    }
}
