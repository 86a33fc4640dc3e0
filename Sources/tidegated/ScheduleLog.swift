import Field
import Journal
import ProcessImage
import Quantities
import Scan
import Schedule
import Synchronization

/// What became of schedules, for log and audit. Each word once in a life, since a broker that keeps a document sends it again with each
/// connection; a refusal once a minute, so that whoever floods us fills no disk.
final class ScheduleLog: Sendable {
    private struct Told {
        var words: Set<String> = []
        var refusedAt = Instant.never
    }

    private static let wordsMax = 256
    private let journal: Journal
    private let inbox: CommandInbox
    private let told = Mutex(Told())

    init(_ journal: Journal, _ inbox: CommandInbox) {
        self.journal = journal
        self.inbox = inbox
    }

    func note(_ answer: Answer) {
        guard let note = answer.note, isNews(note) else { return }
        let id = journal.nextCommandID()
        journal.noteSchedule(id, step: "\(note.step)", version: note.version, words: note.words)
        _ = inbox.offer(Command(id: id, kind: note.order, author: .remote, expires: SystemClock.now() + .minutes(1)))
    }

    private func isNews(_ note: ScheduleNote) -> Bool {
        let now = SystemClock.now()
        return told.withLock { told in
            if note.step == .refused {
                guard now - told.refusedAt >= .minutes(1) else { return false }
                told.refusedAt = now
            }
            if told.words.count >= Self.wordsMax { told.words = [] }
            return told.words.insert("\(note.step) \(note.version) \(note.words)").inserted
        }
    }
}
