public import Quantities
public import Site
import Control
import ProcessImage
import Scan

/// The beginning of a schedule: a head, and the programs, recipes and set-points of the site file as they stand there, comments and all.
public struct NewDocument: Sendable {
    private let site: Site
    private let file: [Substring]
    private let version: Int
    private let first: CivilDate
    private let last: CivilDate

    /// - Parameters:
    ///   - file: the text of the site file.
    ///   - first: the first of `days` days on which it is to run. 1 … 400 days.
    public init(_ site: Site, file: String, version: Int, from first: CivilDate, days: Int) {
        self.site = site
        self.file = file.split(separator: "\n", omittingEmptySubsequences: false)
        self.version = version
        self.first = first
        last = first.adding(days: days - 1)
    }

    public var text: String {
        let head = [
            "# 写完先检查、看改动，再签名：", "# Check it, look at what changes, then sign it:",
            "#   tidegate schedule lint FILE --site SITE; tidegate schedule diff FILE --site SITE; tidegate schedule sign FILE --key KEY",
            "schedule: season-\(first.components.year)", "site: \(site.tables.site.tag)", "version: \(version)",
            "valid: \(first.text) .. \(last.text)", "",
        ]
        let programs = section("programs")
        let parts = [programs.isEmpty ? ["programs: {}"] : programs, section("recipes"), setpoints, feeding].filter { !$0.isEmpty }
        return (head + parts.joined(separator: [""])).joined(separator: "\n") + "\n"
    }

    /// The lines of one section, without what stands before the next one's key.
    private func section(_ name: String) -> [String] {
        guard let begin = file.firstIndex(where: { $0.hasPrefix(name + ":") }) else { return [] }
        let rest = file[(begin + 1)...]
        let end = rest.firstIndex { line in line.first.map { !" #}]\r".contains($0) } ?? false } ?? file.endIndex
        let lines = file[begin..<end].map(String.init)
        return Array(lines.prefix((lines.lastIndex { !$0.isEmpty && !$0.hasPrefix("#") } ?? -1) + 1))
    }

    private var setpoints: [String] {
        guard !site.tables.gates.isEmpty else { return [] }
        return ["set-points:"] + zip(site.tables.gates, site.scan.control.gates).map { "  \($0.tag): \($1.goal.written)" }
    }

    /// Of each cage that a schedule may feed here, the lines about its feeding, where they stand indented by two and four.
    private var feeding: [String] {
        guard site.schedules.parts.contains(.feeding) else { return [] }
        var lines: [String] = [], cage: String?, isKept = false
        for line in section("cages").dropFirst() {
            let indent = line.prefix { $0 == " " }.count, key = String(line.dropFirst(indent).prefix { $0 != ":" })
            switch indent {
            case 2: (cage, isKept) = (mayFeed(key) ? "  \(key):" : nil, false)
            case 4: isKept = cage != nil && ScheduleText.feedingKeys.contains(key)
            default: break
            }
            guard isKept, indent >= 4 else { continue }
            if let begun = cage, !lines.contains(begun) { lines.append(begun) }
            lines.append(line)
        }
        return lines.isEmpty ? [] : ["feeding:"] + lines
    }

    private func mayFeed(_ tag: String) -> Bool {
        guard let number = site.tables.cages.firstIndex(where: { $0.tag == tag }) else { return false }
        return site.schedules.cages?.contains(CageIndex(number)) ?? true
    }
}
