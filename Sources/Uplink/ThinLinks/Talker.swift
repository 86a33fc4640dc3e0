public import BeiDou
public import Language
import Quantities
public import SL651

/// What speaks on a byte line: a station of the water bureau, or short messages through a terminal.
protocol Talker: Sendable {
    associatedtype Memory: Hashable, Sendable

    /// What a restart must not lose.
    var memory: Memory { get }
    var memoryBytes: [UInt8] { get }
    /// A memory that is older than what was sent does harm, so that none is better.
    static var staleIsWorseThanNone: Bool { get }
    /// Reports or messages that nobody has confirmed.
    var waiting: Int { get }
    /// - Parameter isSaving: bytes are scarce, and only what is urgent may go.
    func wantsLine(at now: Instant, isSaving: Bool) -> Bool
    mutating func lineIsUp(now: Instant)
    mutating func lineIsDown()
    mutating func step(now: Instant, wall: WallTime, isUp: Bool) -> [TalkerAction]
    mutating func hear(_ bytes: [UInt8], now: Instant, wall: WallTime) -> [TalkerAction]
}

enum TalkerAction {
    case send([UInt8])
    case tell(ThinNews)

    var isSend: Bool { if case .send = self { true } else { false } }
}

/// What happened on a thin link, for records and people.
public enum ThinNews: Hashable, Sendable {
    case up
    case down(LineTrouble)
    case bureau(StationNote)
    case satellite(LinkNote)
    /// In the terminal lies another card than the site file says.
    case otherCard(CardNumber)
    /// A center asks more often than it is answered.
    case askedTooOften
    /// The disk does not take what a restart must know.
    case notKept

    public var phrase: Phrase {
        switch self {
        case .up: Phrase(zh: "已接通", en: "connected")
        case .down(let trouble): trouble.phrase
        case .bureau(let note): note.phrase
        case .satellite(let note): note.phrase
        case .otherCard(let card): Phrase(zh: "终端里的卡是 \(card)，与站点文件不符", en: "the card in the terminal is \(card), not that of the site file")
        case .askedTooOften: Phrase(zh: "中心站查询太频繁，每分钟最多答 20 次", en: "the center asks too often: it is answered 20 times a minute")
        case .notKept: Phrase(zh: "磁盘写不进，待发内容重启后可能丢失或重发", en: "the disk does not take what waits: a restart may lose or repeat it")
        }
    }
}
