import Journal
import ProcessImage
import Quantities
import Sparkplug
import Synchronization

/// What a session reports and people should know, as events: not more than one a minute of a cause, whoever floods us.
final class NodeReports: Sendable {
    private static let quietFor: Duration = .minutes(1)

    /// As a broker of MQTT 5 says it.
    private static let notAllowed: UInt8 = 0x87

    private struct Key: Hashable {
        let kind: EventKind
        let value: UInt8
    }

    private let note: @Sendable (Event) -> Void
    private let told = Mutex<[Key: Instant]>([:])

    init(note: @escaping @Sendable (Event) -> Void) { self.note = note }

    func tell(_ report: Report, about subject: Subject, at now: Instant) {
        switch report {
        case .commandRefused(.unreadable, _), .hostStateUnreadable: tell(.remoteMessageUnreadable, 0, .site, at: now)
        case .commandRefused(let refusal, _): tell(.remoteOrderRefused, refusal.rawValue, subject, at: now)
        case .refused(_, let code): tell(.uplinkRefused, code, .site, at: now)
        case .subscriptionRefused: tell(.uplinkRefused, Self.notAllowed, .site, at: now)
        case .messageTooLarge: tell(.remoteMessageTooLarge, 0, .site, limit: Double(MosquittoLine.longestPacket / 1024), at: now)
        case .birthNumberNotKept: tell(.birthNumberNotKept, 0, .site, at: now)
        case .connected, .unreachable, .lost, .noAnswer, .born, .hostOnline, .hostOffline, .hostStateOld, .reportsLost: break
        }
    }

    private func tell(_ kind: EventKind, _ value: UInt8, _ subject: Subject, limit: Double = .nan, at now: Instant) {
        let key = Key(kind: kind, value: value)
        let isNews = told.withLock { told in
            if let before = told[key], now - before < Self.quietFor { return false }
            told[key] = now
            return true
        }
        if isNews { note(Event(kind, subject, value: Double(value), limit: limit)) }
    }
}
