import Language
import ProcessImage
import Simulator

/// What `tidegate simulate` tells; with `--json` the keys are stable.
struct SimulationReport: Encodable {
    let site: String
    let days: Int
    let seed: UInt64
    let zones: [SimulationTally.Zone]
    let programs: [SimulationTally.Program]
    let trips: [String: Int]
    let events: [SimulationTally.Entry]
    let violations: [String]
    let scans: UInt64
    let lives: Int
    /// Over every record and every level of a line; the same for the same seed, site and version.
    let hash: String

    private let tables: SiteTables

    private enum CodingKeys: CodingKey {
        case site, days, seed, zones, programs, trips, events, violations, scans, lives, hash
    }

    init(site tables: SiteTables, days: Int, seed: UInt64, world: World, tally: SimulationTally) {
        self.tables = tables
        self.days = days
        self.seed = seed
        site = tables.site.tag
        zones = tally.zones
        programs = tally.programs
        trips = tally.trips
        events = tally.entries
        violations = world.violations.all.map(\.description)
        scans = world.scans
        lives = world.evidence.life
        hash = String(world.hash, radix: 16)
    }

    func show() {
        for entry in events {
            say(" \(entry.time)  " + painted(tables.text(of: entry.event).said, colour(of: entry.event)))
        }
        say()
        showZones()
        showPrograms()
        for (trip, count) in trips.sorted(by: { $0.key < $1.key }) {
            say(Phrase(zh: " 联锁动作：\(trip) \(count) 次", en: " tripped: \(trip), \(count) times"))
        }
        for violation in violations { say(painted(" " + violation, .bad)) }
        say(Phrase(zh: " \(days) 天，种子 \(seed)，\(scans) 次扫描，控制器启动 \(lives) 次，指纹 \(hash)",
                   en: " \(days) days, seed \(seed), \(scans) scans, \(lives) lives of the controller, fingerprint \(hash)"))
    }

    private func colour(of event: Event) -> Colour? {
        switch event.kind.severity {
        case .info: nil
        case .warning: .warning
        case .critical: .bad
        }
    }

    private func showZones() {
        let doses = zones.contains { $0.stockLiters > 0 }
        var table = Table([.text(zh: "分区", en: "zone"), .number(zh: "水量", en: "water"), .number(zh: "时间", en: "time"),
                           .number(zh: "完成", en: "completed"), .number(zh: "提前停", en: "cut short"),
                           .number(zh: "未开始", en: "not started")] + (doses ? [.number(zh: "母液", en: "stock")] : []))
        for (zone, label) in zip(zones, tables.zones) {
            let cells = [Format.number(zone.cubicMeters, decimals: 1, unit: "m3"),
                         Format.number(zone.minutes, decimals: 0, unit: "min"), "\(zone.runs)",
                         "\(zone.cutShort)", "\(zone.notStarted)"]
                             + (doses ? [Format.number(zone.stockLiters, decimals: 1, unit: "L")] : [])
            table.rows.append([.init(label.name)] + cells.map { Table.Cell($0) })
        }
        table.lines.forEach { say($0) }
        say()
    }

    private func showPrograms() {
        guard !programs.isEmpty else { return }
        var table = Table([.text(zh: "程序", en: "program"), .number(zh: "按时", en: "on time"),
                           .number(zh: "补灌", en: "caught up"), .number(zh: "错过", en: "missed")])
        for (program, label) in zip(programs, tables.programs) {
            table.add(.init(label.name), .init("\(program.started)"), .init("\(program.caughtUp)"), .init("\(program.missed)"))
        }
        table.lines.forEach { say($0) }
        say()
    }
}
