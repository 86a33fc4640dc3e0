public import Agronomy
import Field
import Language
import ProcessImage

extension Site {
    /// Reads a site file with the board and the profiles it names, checks all of it, and freezes it.
    ///
    /// - Parameters:
    ///   - path: the site file.
    ///   - boards: the folder of board files. Default: `boards` beside the site file or, failing that, beside its
    ///     folder (`configs/site.yaml` finds `boards/`).
    ///   - profiles: the folder of device profiles. Default: `profiles` beside the site file.
    ///   - schedule: a document whose programs, recipes and set-points stand in for the site's own, within the site's limits.
    /// - Throws: every problem that was found, in order of file and line. Nothing is loaded then.
    public static func load(path: String, boards: String? = nil, profiles: String? = nil,
                            schedule: ScheduleText? = nil) throws(SiteRefused) -> Site {
        let report = Report(schedule: schedule?.file)
        let document = schedule.flatMap { ScheduleFile($0.bytes, file: $0.file, report: report, tellsTags: false) }
        let site = read(path, boards: boards, profiles: profiles, document, report)
        guard let site, report.isClean else { throw report.refusal(first: schedule?.file ?? path) }
        return site
    }

    private static func read(_ path: String, boards: String?, profiles: String?, _ schedule: ScheduleFile?, _ report: Report) -> Site? {
        switch BoundedFile.read(path) {
        case .failure(let failure):
            report.add(Problem(file: path, line: 0, key: "", what: failure.what, remedy: failure.remedy))
            return nil
        case .success(let bytes):
            guard let root = Entry.root(of: bytes, file: path, report: report),
                  let own = root.fields(SiteReader.keys) else { return nil }
            let fields = schedule.map { own.with($0.sections(over: own)) } ?? own
            let reader = SiteReader(fields, library: Library(site: path, boards: boards, profiles: profiles, report: report))
            reader.readAll()
            if let schedule {
                let isHeldAgainst = schedule.fields["feeding"] != nil
                let asItIs = isHeldAgainst ? SiteReader.reading(bytes, path, boards: boards, profiles: profiles, report) : nil
                reader.obey(schedule, over: own, own: asItIs)
            }
            return report.isClean ? reader.freeze(path: path, fingerprint: fingerprint(of: bytes)) : nil
        }
    }

    private static func fingerprint(of bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension SiteReader {
    /// The site as its file has it. What is wrong with it is told as well: a schedule is held against a site that is in order.
    fileprivate static func reading(_ bytes: [UInt8], _ path: String, boards: String?, profiles: String?, _ report: Report) -> SiteReader? {
        let own = Report()
        guard let fields = Entry.root(of: bytes, file: path, report: own)?.fields(SiteReader.keys) else { return nil }
        let reader = SiteReader(fields, library: Library(site: path, boards: boards, profiles: profiles, report: own))
        reader.readAll()
        for problem in own.refusal(first: path).problems { report.add(problem) }
        return reader
    }
}

extension Board {
    /// Checks one board file by itself, as `tidegate check` and the tests of the shipped boards do.
    static func check(path: String, tag: String) -> SiteRefused? {
        checkFile(path) { _ = Board($0, tag: tag) }
    }
}

extension Profile {
    /// Checks one profile by itself.
    static func check(path: String, tag: String) -> SiteRefused? {
        checkFile(path) { _ = Profile($0, tag: tag) }
    }
}

extension CropFile {
    /// Checks one crop by itself.
    static func check(path: String, tag: String) -> SiteRefused? {
        checkFile(path) { _ = CropFile($0, tag: tag) }
    }
}

extension SpeciesFile {
    /// Checks one species by itself.
    static func check(path: String, tag: String) -> SiteRefused? {
        checkFile(path) { _ = SpeciesFile($0, tag: tag) }
    }
}

extension Species {
    /// Reads one file of `configs/species`, whatever its name.
    public static func load(path: String) throws(SiteRefused) -> Species {
        var found: Species?
        let tag = path.split(separator: "/").last.map { String($0.hasSuffix(".yaml") ? $0.dropLast(5) : $0) } ?? path
        let refused = checkFile(path) { found = SpeciesFile($0, tag: tag)?.species }
        if let refused { throw refused }
        guard let found else { throw SiteRefused(problems: []) }
        return found
    }
}

private func checkFile(_ path: String, _ body: (Entry) -> Void) -> SiteRefused? {
    let report = Report()
    switch BoundedFile.read(path) {
    case .failure(let failure):
        report.add(Problem(file: path, line: 0, key: "", what: failure.what, remedy: failure.remedy))
    case .success(let bytes):
        Entry.root(of: bytes, file: path, report: report).map(body)
    }
    return report.isClean ? nil : report.refusal(first: path)
}
