public import Language

/// What a gateway says about a document: docs/schedule-delivery.md.
public struct DocumentAnswer: Hashable, Sendable {
    public enum Step: String, Hashable, Sendable {
        /// It is here whole and is judged now.
        case received
        case refused
        /// It is on the disk and starts on its day.
        case staged
        /// It is on the disk and waits for somebody of the site.
        case waits
        case approved
        case active
        /// It was to start and did not; what ran before runs.
        case cameBack = "came-back"
        /// Its time is over and nothing newer has come.
        case ended
        /// A trust file is in force.
        case keys
        /// A word about the newest was taken.
        case noted
        /// The gateway's folder of schedules cannot be read.
        case damaged
    }

    public let step: Step
    /// SHA-256 of the signed document, in hexadecimal; `nil`: not known.
    public let document: String?
    /// Its number, as far as it is known.
    public let version: Int?
    /// Seconds since 1970, by the gateway's clock, however wrong it is.
    public let at: Int64
    public let text: Phrase

    /// - Parameter text: cut at a line when it is longer than a message should be.
    public init(_ step: Step, document: String?, version: Int?, at: Int64, _ text: Phrase) {
        self.step = step
        self.document = document
        self.version = version
        self.at = at
        self.text = Phrase(zh: Self.bounded(text.zh), en: Self.bounded(text.en))
    }

    /// Bytes of a text in one language: a document can be wrong in a thousand places, and the first hundred are enough.
    static let textMax = 8_000

    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > textMax else { return text }
        var kept = "", room = textMax
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            room -= line.utf8.count + 1
            guard room >= 0 else { break }
            kept += line + "\n"
        }
        return kept + "…"
    }
}

/// How a gateway stands with its schedules.
public struct DocumentStanding: Hashable, Sendable {
    public struct Slot: Hashable, Sendable {
        public let version: Int
        /// Local dates of the site, such as `2026-03-01`, both included.
        public let first: String
        public let last: String
        public let waitsForApproval: Bool
        /// SHA-256 of the signed document, in hexadecimal.
        public let document: String

        public init(version: Int, first: String, last: String, waitsForApproval: Bool, document: String) {
            self.version = version
            self.first = first
            self.last = last
            self.waitsForApproval = waitsForApproval
            self.document = document
        }
    }

    /// Seconds since 1970, by the gateway's clock.
    public var at: Int64
    /// Version of the trust file; `nil`: the gateway trusts nobody yet.
    public var keys: Int?
    /// The last day on which anything new is taken by its keys.
    public var keysEnd: String?
    /// The newest number ever taken.
    public var newest: Int?
    public var staged: Slot?
    /// `nil`: the site file's own programs run.
    public var active: Slot?
    public var lastGood: Slot?
    /// What was said last about a document that came.
    public var last: DocumentAnswer?

    public init(at: Int64) { self.at = at }
}
