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

extension Standing {
    /// What people of the site have said since an earlier look at the folder of what waited there, with the document it was said of: its
    /// sender is not there to hear it. What comes is answered by whoever takes it, what comes into force by the life that runs by it.
    public func said(since before: Standing) -> (answer: Answer, document: String)? {
        guard let waited = before.staged else { return nil }
        if let staged, staged.document == waited.document {
            return waited.waitsForApproval && !staged.waitsForApproval ? (.approved(waited.version), waited.document) : nil
        }
        // Another has taken its place, or somebody has enrolled the gateway anew, or it runs.
        guard newest == before.newest, active?.document != waited.document else { return nil }
        return (.declined(waited.version), waited.document)
    }
}
