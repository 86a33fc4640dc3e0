public import Quantities
import Site

/// Whether somebody may be keeping newer documents from a gateway. It is told and changes nothing: the last schedule goes on.
public enum Freshness: Sendable, Hashable {
    case fresh
    /// No site asks for a word that never came.
    case neverTold
    /// Nobody has said for so many days what is the newest.
    case silent(days: Int)
    /// There is a newer one, and it has not come.
    case newerExists(Int)
    case clockNotTrusted
}

extension Judge {
    /// Days without a word after which it is told.
    static let silentDaysMax = 14

    /// Takes an operator's word about what is the newest; an older word than the last is refused.
    public func fresh(_ bytes: [UInt8], now: WallTime) throws(Refusal) -> Trusted {
        let envelope = try open(bytes, .fresh)
        _ = try signers(of: envelope, .operator, now)
        let word = try Judge.readable { () throws(SiteRefused) in try FreshWord.read(envelope.payload, file: "fresh.yaml") }
        try checkSite(word.site)
        if let last = trusted.word, envelope.issued <= last.issued { throw Refusal(.olderWord(Moment.text(last.issued))) }
        // A word of the future would silence all that come until then.
        guard now.isTrusted else { throw Refusal(.clockNotTrusted) }
        try checkIssued(envelope, now)
        var next = trusted
        next.word = Trusted.Word(issued: envelope.issued, newest: word.newest)
        next.see(now)
        return next
    }

    public func freshness(now: WallTime) -> Freshness {
        guard let word = trusted.word else { return .neverTold }
        if word.newest > trusted.newest?.version ?? 0 { return .newerExists(word.newest) }
        guard now.isTrusted else { return .clockNotTrusted }
        let days = Int((now.unixSeconds - word.issued) / 86_400)
        return days > Judge.silentDaysMax ? .silent(days: days) : .fresh
    }
}
