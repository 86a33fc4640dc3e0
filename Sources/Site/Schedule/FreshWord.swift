import Language

/// What an operator's key says week by week: which schedule of a site is the newest.
public struct FreshWord: Sendable, Hashable {
    public let site: String
    public let newest: Int

    /// Reads `fresh: SITE` and `newest: VERSION`, strictly.
    public static func read(_ bytes: [UInt8], file: String) throws(SiteRefused) -> FreshWord {
        let report = Report()
        guard let fields = Entry.root(of: bytes, file: file, report: report)?.fields(["fresh", "newest"]) else {
            throw report.refusal(first: file)
        }
        let site = fields.required("fresh", Phrase(zh: "写上站点标识。", en: "Name the site."))?.tag()
        let newest = fields.required("newest", Phrase(zh: "写上最新方案的版本号。", en: "Give the number of the newest schedule."))?
            .integer(1...ScheduleFile.versionMax)
        guard let site, let newest, report.isClean else { throw report.refusal(first: file) }
        return FreshWord(site: site, newest: newest)
    }
}
