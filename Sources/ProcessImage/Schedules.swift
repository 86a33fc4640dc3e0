public import Language

/// How far a signed schedule has come. Raw values are stable and never reused.
public enum ScheduleStep: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case accepted = 1
    /// It is kept, and somebody of the site has the last word.
    case waits = 2
    case refused = 3
    case approved = 4
    /// Somebody of the site does not want it.
    case declined = 5
    case active = 6
    /// It could not be put in force; what ran before goes on.
    case cameBack = 7
    /// People went back to what ran before.
    case returning = 8
    /// Its last day is over.
    case ended = 9
    /// There is none before it: the site file's own programs run again.
    case returningToBase = 10

    var kind: EventKind {
        switch self {
        case .accepted: .scheduleAccepted
        case .waits: .scheduleWaits
        case .refused: .scheduleRefused
        case .approved: .scheduleApproved
        case .declined: .scheduleDeclined
        case .active: .scheduleActive
        case .cameBack: .scheduleCameBack
        case .returning: .scheduleReturns
        case .ended: .scheduleEnded
        case .returningToBase: .scheduleReturnsToBase
        }
    }
}

/// Why a schedule went no further; whole sentences stand in the audit. Raw values are stable and never reused.
public enum ScheduleReason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case none = 0
    case form = 1
    case signature = 2
    case tooFew = 3
    case keysExpired = 4
    case notReadable = 5
    case notTheirs = 6
    case otherSite = 7
    case version = 8
    case twoUnderOneNumber = 9
    case time = 10
    case content = 11
    case disk = 12
    case cutOff = 13
    case person = 14
    case cannotRun = 15
    case damaged = 16

    public var text: Phrase {
        switch self {
        case .none: Phrase(zh: "原因没有记下", en: "the reason was not noted")
        case .form: Phrase(zh: "不是完整的签名文件", en: "no whole signed document")
        case .signature: Phrase(zh: "签名不对，或签名的钥匙不被承认", en: "a signature that does not hold, or of a key that does not count")
        case .tooFew: Phrase(zh: "签名不够", en: "too few signatures")
        case .keysExpired: Phrase(zh: "信任表已到期", en: "the trust file has ended")
        case .notReadable: Phrase(zh: "内容读不通", en: "it cannot be read")
        case .notTheirs: Phrase(zh: "改动了签名人管不着的分区或网箱", en: "it changes what its signers do not answer for")
        case .otherSite: Phrase(zh: "是给别的站点的", en: "it is for another site")
        case .version: Phrase(zh: "版本号不接着已收下的", en: "its number does not follow those that were taken")
        case .twoUnderOneNumber: Phrase(zh: "同一个版本号签了两份不同的内容", en: "two documents were signed under one number")
        case .time: Phrase(zh: "不在有效期内，或签发时间不对", en: "it is over, or was issued in the future")
        case .content: Phrase(zh: "超出站点文件的许可，或本站用不了", en: "beyond what the site allows or can run")
        case .disk: Phrase(zh: "存不到磁盘", en: "the disk did not take it")
        case .cutOff: Phrase(zh: "几次启用都中断了", en: "its start was cut off every time")
        case .person: Phrase(zh: "现场不同意", en: "somebody of the site does not want it")
        case .damaged: Phrase(zh: "方案目录损坏", en: "the folder of schedules is damaged")
        case .cannotRun: Phrase(zh: "没能启用", en: "it could not be put in force")
        }
    }
}

extension Event {
    /// - Parameter version: of the schedule; 0: nobody knows.
    public init(_ step: ScheduleStep, version: UInt32, because reason: ScheduleReason) {
        self.init(step.kind, .site, because: .schedule(reason), value: version == 0 ? .nan : Double(version))
    }
}
