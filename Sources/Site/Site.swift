public import Field
public import Language
public import ProcessImage
public import Scan

/// A checked, frozen site: what the scan turns on, what the drivers drive, how records are kept.
public struct Site: Sendable {
    public let scan: ScanPlan
    public let field: FieldPlan
    public let recording: RecordingPlan
    /// The site file as it was read, for `status` and the audit.
    public let path: String
    /// SHA-256 free fingerprint is not needed: the FNV-1a of the file's bytes tells two versions apart.
    public let fingerprint: UInt64

    public var tables: SiteTables { scan.tables }

    public init(scan: ScanPlan, field: FieldPlan, recording: RecordingPlan, path: String, fingerprint: UInt64) {
        self.scan = scan
        self.field = field
        self.recording = recording
        self.path = path
        self.fingerprint = fingerprint
    }
}

/// One thing wrong in a file of the user's: where, what, the rule, and what to do about it.
public struct Problem: Sendable, Hashable {
    public let file: String
    /// From 1; 0 when the file as a whole is meant.
    public let line: Int
    /// The path of keys, such as `zones.east-1.valve`.
    public let key: String
    /// What is wrong and the rule it breaks.
    public let what: Phrase
    /// What to do.
    public let remedy: Phrase

    public init(file: String, line: Int, key: String, what: Phrase, remedy: Phrase) {
        self.file = file
        self.line = line
        self.key = key
        self.what = what
        self.remedy = remedy
    }
}

/// All problems of a site, in order of file and line.
public struct SiteRefused: Error, Sendable {
    public let problems: [Problem]
    public init(problems: [Problem]) { self.problems = problems }
}
