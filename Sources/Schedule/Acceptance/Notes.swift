import Language
public import ProcessImage

/// One step of a schedule's way, for the log and the audit.
public struct ScheduleNote: Sendable, Hashable {
    public let step: ScheduleStep
    /// 0: not known.
    public let version: UInt32
    public let reason: ScheduleReason
    /// What was said of it, in English, as the audit keeps orders.
    public let words: String

    public var order: Command.Kind { .noteSchedule(step, version: version, reason) }
}

extension Answer {
    /// `nil`: nothing of a schedule's way came of it.
    public var note: ScheduleNote? {
        let told: (ScheduleStep, Int, ScheduleReason)? = switch self {
        case .refused(let refusal, _): (.refused, 0, refusal.reasonToNote)
        case .staged(let version, _, let waits): (waits ? .waits : .accepted, version, .none)
        case .approved(let version): (.approved, version, .none)
        case .declined(let version): (.declined, version, .person)
        case .active(let version): (.active, version, .none)
        case .cameBack(let version, _): (.cameBack, version, .cannotRun)
        case .ended(let version): (.ended, version, .none)
        case .returning(let version): (.returning, version, .none)
        case .returningToBase: (.returningToBase, 0, .none)
        case .damaged: (.refused, 0, .damaged)
        case .keys, .noted, .nothingWaits, .nothingToReturnTo, .nobodyTrusted: nil
        }
        return told.map { ScheduleNote(step: $0.0, version: UInt32(clamping: $0.1), reason: $0.2, words: text.en) }
    }
}

extension Refusal {
    fileprivate var reasonToNote: ScheduleReason {
        switch reason {
        case .tooLarge, .notAnEnvelope, .otherKind: .form
        case .unknownKey, .keyTwice, .revoked, .wrongRole, .badSignature: .signature
        case .tooFew: .tooFew
        case .keysExpired: .keysExpired
        case .notReadable: .notReadable
        case .zone: .notTheirs
        case .otherSite: .otherSite
        case .older, .tooFarAhead, .alreadyThere, .notNext, .olderWord: .version
        case .sameVersionOtherContent: .twoUnderOneNumber
        case .issuedInFuture, .expired, .clockNotTrusted: .time
        case .site: .content
        case .disk: .disk
        case .cutOff: .cutOff
        }
    }
}
