/// What became of a schedule, as one text of the audit: `schedule active 12: the schedule of 24 November is in force`.
struct AuditedSchedule {
    /// Who says so in the audit.
    static let author = "tidegated"
    static let beginning = "schedule "

    let step: String
    /// 0: not known.
    let version: Int64
    let words: String

    init(step: String, version: Int64, words: String) {
        (self.step, self.version, self.words) = (step, version, words)
    }

    init?(_ text: String) {
        guard text.hasPrefix(Self.beginning), let colon = text.firstIndex(of: ":") else { return nil }
        let head = text[..<colon].split(separator: " ")
        guard head.count == 3, let version = Int64(head[2]) else { return nil }
        self.init(step: String(head[1]), version: version, words: String(text[text.index(after: colon)...].drop { $0 == " " }))
    }

    var text: String { "\(Self.beginning)\(step) \(version): \(words)" }
}

extension Journal {
    /// Notes in the audit what became of a schedule; it is told upstream as such, too. As `noteCommand`.
    /// - Parameters:
    ///   - step: such as `active`; no space and no colon.
    ///   - version: 0: not known.
    public func noteSchedule(_ id: UInt64, step: String, version: UInt32, words: String) {
        noteCommand(id, author: AuditedSchedule.author, text: AuditedSchedule(step: step, version: Int64(version), words: words).text)
    }
}
