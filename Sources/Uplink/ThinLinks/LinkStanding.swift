import BeiDou
public import Language
public import Quantities
import SL651

/// How a thin link is doing, for people.
public struct LinkStanding: Sendable {
    public enum Kind: String, Sendable { case waterBureau, beidou }

    public let kind: Kind
    /// The center's tag, or `beidou`.
    public let tag: String
    public let end: ByteEnd
    public var isUp = false
    /// Why it is not up, or what is wrong besides.
    public var trouble: Phrase?
    /// `nil`: never in this life.
    public var lastHeard: Instant?
    public var lastSent: Instant?
    /// Reports or messages that nobody has confirmed.
    public var waiting = 0
    /// What was asked or ordered and met silence.
    public var refused: UInt64 = 0
    /// Reports or alarms that were given up for want of room.
    public var dropped: UInt64 = 0

    public init(kind: Kind, tag: String, end: ByteEnd) {
        (self.kind, self.tag, self.end) = (kind, tag, end)
    }

    mutating func take(_ news: ThinNews) {
        switch news {
        case .up: (isUp, trouble) = (true, nil)
        case .down(let why): (isUp, trouble) = (false, why.phrase)
        case .bureau(.refused), .satellite(.stranger), .askedTooOften: refused &+= 1
        case .bureau(.dropped), .satellite(.droppedAlarm), .satellite(.droppedDays): dropped &+= 1
        case .bureau(.clockUnset), .bureau(.unanswered), .satellite(.noCard), .satellite(.noAnswer), .satellite(.rejected),
             .otherCard, .notKept:
            trouble = news.phrase
        case .bureau(.confirmed), .satellite(.acknowledged), .satellite(.card): trouble = nil
        case .bureau(.rubbish): break
        }
    }
}
