import Field
import Foundation
import ProcessImage
import Quantities
import Simulator
import Site
import Testing
@testable import tidegate

@Suite struct SimulateTests {
    private static let configs = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("configs").path

    @Test(arguments: [
        (["--days", "0"], "--days must be from 1 to 3650"),
        (["--seeds", "0"], "--seeds must be from 1 to 1000000"),
        (["--from", "yesterday"], "--from is not a date: yesterday"),
        (["--from", "2026-02-30"], "--from is not a date: 2026-02-30"),
    ])
    func `what cannot be simulated is refused`(wrong: [String], said: String) async {
        let spoken = await tidegate(["simulate", Self.configs + "/example-net-cage.yaml"] + wrong)
        #expect(spoken.status == .wrongUse)
        #expect(spoken.err.contains(said), "\(spoken.err)")
    }

    @Test func `a site that is not in order is refused with its problems`() async {
        let spoken = await tidegate(["simulate", "/does/not/exist.yaml"])
        #expect(spoken.status == .wrongUse)
        #expect(spoken.out.contains("/does/not/exist.yaml"))
    }

    @Test(arguments: [["simulate", "/does/not/exist.yaml"], ["season", "/does/not/exist.yaml", "--from", "2026-06-01"], ["recipe", "check", "/does/not/exist.yaml"],
                      ["check", "/does/not/exist.yaml"], ["schedule", "export", "--site", "/does/not/exist.yaml", "--data", "/does/not"]])
    func `a program is told of a file that is refused in JSON, whatever the command`(words: [String]) async throws {
        let spoken = await tidegate(words + ["--json"])
        let told = try #require(try JSONSerialization.jsonObject(with: Data(spoken.out.utf8)) as? [String: Any])
        #expect(spoken.status == .wrongUse && told["ok"] as? Bool == false && (told["problems"] as? [Any])?.count == 1)
    }

    @Test func `the simulator is told who holds each output and how each point comes`() throws {
        let site = try Site.load(path: Self.configs + "/example-field-pivotless-wheat.yaml")
        let layout = FieldLayout(of: site)
        let pump = try #require(site.tables.output(tag: "P-1"))
        let valve = try #require(site.tables.output(tag: "V-1"))
        #expect(layout.holders[pump.offset] == .guardian)
        guard case .relay = layout.holders[valve.offset] else {
            Issue.record("V-1 hangs on a relay")
            return
        }
        for device in site.field.buses.flatMap(\.devices) {
            #expect(layout.supplies[device.online.offset] == .deviceOnline(device.index))
            for point in device.points { #expect(layout.supplies[point.point.offset] == .device(device.index, every: point.every)) }
        }
    }

    @Test func `water, time and missed starts are counted from the records`() throws {
        let site = try Site.load(path: Self.configs + "/example-drip-greenhouse.yaml")
        let tally = SimulationTally(tables: site.tables)
        let zone = ZoneIndex(1)
        func note(_ entry: LedgerEntry) {
            tally.note(Record(scan: 1, instant: .start, wall: WallTime(unixSeconds: 1_780_000_000, trust: .synced),
                              body: .ledger(entry, number: 1)))
        }
        for run in [RunID(rawValue: 1), RunID(rawValue: 2)] { note(.runStarted(run, zone, .idle, planned: .time(.minutes(9)))) }
        note(.runEnded(RunID(rawValue: 1), .completed, watered: .minutes(9), volume: .cubicMeters(1.5), .idle))
        note(.runEnded(RunID(rawValue: 2), .tripped, watered: .minutes(3), volume: .cubicMeters(0.5), .idle))
        note(.occurrence(Occurrence(program: ProgramIndex(0), date: CivilDate(daysSinceEpoch: 1), number: 0), .missed))
        let counted = tally.zones[1]
        #expect(counted.runs == 1 && counted.cutShort == 1 && counted.minutes == 12 && counted.cubicMeters == 2)
        #expect(tally.programs[0].missed == 1 && tally.programs[0].started == 0)
    }
}
