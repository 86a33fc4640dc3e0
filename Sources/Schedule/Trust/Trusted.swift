import Quantities
public import Site

/// All a gateway goes by when it judges a document. A value: judging gives a new one only when every check has passed.
public struct Trusted: Sendable, Hashable {
    /// The newest document ever taken. It never goes back, not by a rollback either.
    public struct Newest: Sendable, Hashable, Codable {
        public let version: Int
        public let fingerprint: String

        public init(version: Int, fingerprint: String) {
            self.version = version
            self.fingerprint = fingerprint
        }
    }

    /// The last word of an operator's key about what is the newest.
    public struct Word: Sendable, Hashable, Codable {
        public let issued: Int64
        public let newest: Int

        public init(issued: Int64, newest: Int) {
            self.issued = issued
            self.newest = newest
        }
    }

    public internal(set) var sheet: TrustSheet
    public internal(set) var newest: Newest?
    public internal(set) var word: Word?
    /// Seconds since 1970: the last moment at which the clock was trusted. 0: never.
    public internal(set) var lastTrusted: Int64

    public init(sheet: TrustSheet, newest: Newest? = nil, word: Word? = nil, lastTrusted: Int64 = 0) {
        self.sheet = sheet
        self.newest = newest
        self.word = word
        self.lastTrusted = lastTrusted
    }

    /// A trusted clock is believed also when it goes back: a clock that was once wrong must not lock a gateway out for ever.
    mutating func see(_ now: WallTime) {
        if now.isTrusted { lastTrusted = now.unixSeconds }
    }

    /// It is at least this late: the clock where it is trusted, else the last moment at which it was.
    func atLeast(_ now: WallTime) -> Int64 { now.isTrusted ? now.unixSeconds : lastTrusted }
}
