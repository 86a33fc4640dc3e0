import Foundation
import Language
import ProcessImage
import Quantities
import Simulator
import Site
import Testing
@testable import tidegate

/// Whatever a validly signed schedule says, as long as the site takes it: no rule of the simulator is broken, neither on a quiet morning nor
/// while everything fails and people press commands. `scripts/search-schedules` searches longer.
@Suite struct FoolishScheduleTests {
    private static func count(_ variable: String, usually: Int) -> Int { ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? usually }
    private static let seeds = count("TIDEGATE_SCHEDULE_SEEDS", usually: 2)
    private static let first = count("TIDEGATE_SCHEDULE_FIRST", usually: 1)
    private static let minutes = count("TIDEGATE_SCHEDULE_MINUTES", usually: 40)

    /// 2026-06-01, 05:00 at the site.
    private static let startUnix: Int64 = 1_780_261_200
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The shipped site, with longer scans, and all of it open to schedules.
    private static func site(_ farm: FoolishSchedules.Farm, _ schedule: String) throws -> Site {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tidegate-foolish-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let shipped = try String(contentsOfFile: "\(root)/configs/example-\(farm.rawValue).yaml", encoding: .utf8)
        let lines = shipped.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("schedules:") && !$0.hasPrefix("scan:") && !$0.hasPrefix("lease:") }
        let text = lines.joined(separator: "\n") + "\nscan: \(farm.scan)\nlease: 2 s\nschedules: { may-change: [programs, recipes, feeding, crops] }\n"
        let path = folder.appendingPathComponent("site.yaml").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try Site.load(path: path, boards: root + "/boards", profiles: root + "/configs/profiles",
                             schedule: ScheduleText(file: "schedule.yaml", bytes: Array(schedule.utf8)))
    }

    /// The first of a seed's documents that the site takes.
    private static func taken(_ farm: FoolishSchedules.Farm, _ seed: Int) throws -> (site: Site, document: String, refused: Int)? {
        var schedules = FoolishSchedules(farm, seed: UInt64(seed))
        for number in 0..<100 {
            let document = schedules.next()
            if let site = try? site(farm, document) { return (site, document, number) }
        }
        return nil
    }

    @Test(arguments: FoolishSchedules.Farm.allCases, first..<first + seeds)
    func `no schedule that the site takes breaks a rule`(_ farm: FoolishSchedules.Farm, _ seed: Int) throws {
        let (site, document, _) = try #require(try Self.taken(farm, seed))
        let rates = FaultRates(seed % 3 == 0 ? .none : seed % 3 == 1 ? .some : .many, seed: UInt64(seed))
        let world = World(plan: site.scan, layout: FieldLayout(of: site), seed: UInt64(seed), startUnix: Self.startUnix, faults: rates,
                          commandsEvery: seed % 3 == 0 ? nil : .minutes(12))
        world.run(for: .minutes(Self.minutes))
        for violation in world.violations.all.prefix(3) { Issue.record("seed \(seed): \(violation)\n\(document)") }
    }

    @Test func `foolish schedules water, dose and feed, and not all of them are taken`() throws {
        var refused = 0
        for farm in FoolishSchedules.Farm.allCases {
            let seen = Seen()
            for seed in 3...5 {
                let (site, _, before) = try #require(try Self.taken(farm, seed), "seed \(seed)")
                refused += before
                let world = World(plan: site.scan, layout: FieldLayout(of: site), seed: UInt64(seed), startUnix: Self.startUnix)
                world.onRecord = { seen.note($0) }
                // A meal may be hours away.
                for _ in 0..<8 where seen.begun == 0 { world.run(for: .minutes(30)) }
            }
            #expect(seen.begun >= 1, "\(farm): nothing began")
        }
        #expect(refused > 0)
    }

    private final class Seen {
        var begun = 0

        func note(_ record: Record) {
            switch record.body {
            case .ledger(.runStarted, _), .ledger(.feedMeal(.started), _): begun += 1
            default: break
            }
        }
    }
}
