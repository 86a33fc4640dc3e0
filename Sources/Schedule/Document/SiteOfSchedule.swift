public import Site
import Control
import Language
import ProcessImage
import Scan

extension ScheduleSite {
    /// The site a controller runs: a document is checked against its file as it was when the controller started.
    ///
    /// Whether somebody of the site has the last word, its `schedules:` says.
    public init(_ site: Site, boards: String? = nil, profiles: String? = nil) {
        self.init(tag: site.tables.site.tag, clock: site.scan.control.clock, baseZones: site.scheduledZones,
                  needsApproval: site.schedules.needsApproval) { document in
            let text = ScheduleText(file: "schedule.yaml", bytes: document)
            do throws(SiteRefused) {
                let checked = try Site.load(path: site.path, boards: boards, profiles: profiles, schedule: text)
                return checked.fingerprint == site.fingerprint ? [] : [.siteChanged(site.path)]
            } catch {
                return error.problems
            }
        }
    }
}

extension Site {
    /// Tags of the zones that its programs water, each once.
    public var scheduledZones: [String] {
        let numbers = Set(scan.control.programs.flatMap { $0.steps.map(\.zone.offset) })
        return numbers.sorted().map { tables.zones[$0].tag }
    }
}

extension Problem {
    fileprivate static func siteChanged(_ path: String) -> Problem {
        Problem(file: path, line: 0, key: "",
                what: Phrase(zh: "站点文件改过，控制器还按旧的在跑，无法对照检查。", en: "the site file has changed since the controller started, so nothing can be checked against it."),
                remedy: Phrase(zh: "重启 tidegated 后再发。", en: "Restart tidegated and send it again."))
    }
}
