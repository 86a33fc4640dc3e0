public import Quantities

/// What a schedule says of itself, and which zones it touches: all that is needed to judge whether it may be trusted.
///
/// Whether its programs and recipes can run is the site's question: `Site.load(path:boards:profiles:schedule:)`.
public struct ScheduleHead: Sendable, Hashable {
    /// The document's name, such as `tomato-spring`.
    public let schedule: String
    /// The tag of the one site it is for.
    public let site: String
    /// 1 … 999 999 999. Grows with each document that is signed for a site.
    public let version: Int
    /// First and last day, local dates of the site, both included. At most 400 days.
    public let valid: ClosedRange<CivilDate>
    /// Tags of what it changes, each once, in order: zones its programs name, gates, cages and fields.
    public let zones: [String]
    /// Who wrote it, and what it is for, in the writer's words.
    public let author: String?
    public let remarks: String?

    public init(schedule: String, site: String, version: Int, valid: ClosedRange<CivilDate>, zones: [String], author: String? = nil,
                remarks: String? = nil) {
        self.schedule = schedule
        self.site = site
        self.version = version
        self.valid = valid
        self.zones = zones
        self.author = author
        self.remarks = remarks
    }
}

extension ScheduleHead {
    /// Reads the head of a schedule strictly: unknown and repeated keys are refused.
    /// - Parameter file: what the document is called in its refusal.
    public static func read(_ bytes: [UInt8], file: String) throws(SiteRefused) -> ScheduleHead {
        let report = Report()
        guard let read = ScheduleFile(bytes, file: file, report: report), report.isClean else { throw report.refusal(first: file) }
        return read.head
    }
}
