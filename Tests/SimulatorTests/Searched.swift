import Foundation
import Synchronization

/// What seeds came to; each is lived once, whichever test asks first.
struct Lives<Seed: Hashable & Sendable, Lived: Sendable>: ~Copyable, Sendable {
    private let begun = Mutex<[Seed: Task<Lived, Never>]>([:])
    private let live: @Sendable (Seed) -> Lived

    init(_ live: @escaping @Sendable (Seed) -> Lived) { self.live = live }

    func of(_ seed: Seed) async -> Lived {
        await begun.withLock { begun in
            if let task = begun[seed] { return task }
            let task = Task { [live] in live(seed) }
            begun[seed] = task
            return task
        }.value
    }
}

/// How long a search is, by the environment.
enum Searched {
    static func count(_ variable: String, usually: Int) -> Int {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? usually
    }
}
