import Journal
import ProcessImage
import Quantities
import Synchronization

/// What became of the newest order from upstream, for whoever gave it. The host's clock says when it was.
struct LastOrder: Sendable {
    var text: String?
    /// A word of `CommandOutcome` once the scan has answered.
    var outcome: String?
}

/// The way of an order from upstream: into the audit, then into the inbox like every other, where it is latched, judged and answered.
final class RemoteOrders: Sendable {
    /// Orders not latched by then are worth nothing.
    private static let validFor: Duration = .seconds(10)

    private struct State {
        var last = LastOrder()
        /// Its number in the audit; `nil`: the scan does not know of it.
        var command: UInt64?
    }

    private let journal: Journal
    private let inbox: CommandInbox
    /// As the audit names who ordered it.
    private let author: String
    private let state = Mutex(State())

    init(journal: Journal, inbox: CommandInbox, author: String) {
        self.journal = journal
        self.inbox = inbox
        self.author = author
    }

    var last: LastOrder { state.withLock { $0.last } }

    /// - Returns: `false`: too many orders wait for the scan, and this one was not taken.
    func give(_ kind: Command.Kind, _ text: String, at now: Instant) -> Bool {
        let id = journal.nextCommandID()
        journal.noteCommand(id, author: author, text: text)
        let isTaken = inbox.offer(Command(id: id, kind: kind, author: .remote, expires: now + Self.validFor))
        let outcome = isTaken ? "given" : "refused: tooMany"
        state.withLock { $0 = State(last: LastOrder(text: text, outcome: outcome), command: isTaken ? id : nil) }
        return isTaken
    }

    /// Tells of an order that never got so far.
    func refuse(_ text: String, because reason: String) {
        state.withLock { $0 = State(last: LastOrder(text: text, outcome: "refused: " + reason)) }
    }

    /// Looks for what the scan said of the newest.
    func look(at live: LiveSnapshot) {
        state.withLock { state in
            guard let command = state.command, let outcome = live.outcomes.last(where: { $0.command == command })?.outcome else { return }
            state.last.outcome = "\(outcome)"
        }
    }
}
