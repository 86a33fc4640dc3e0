/// What a gateway's folder of schedules says, for people.
public struct Standing: Sendable, Hashable, Encodable {
    public struct Document: Sendable, Hashable, Encodable {
        public let version: Int
        /// Local dates, such as `2026-03-01`, both included.
        public let first: String
        public let last: String
        public let waitsForApproval: Bool
        /// SHA-256 of the envelope, in hexadecimal.
        public let document: String
    }

    /// Version of the trust file, and the last day on which anything new is taken by its keys.
    public let keys: Int
    public let keysEnd: String
    /// The newest number ever taken.
    public let newest: Int?
    public let staged: Document?
    public let active: Document?
    public let lastGood: Document?
}
