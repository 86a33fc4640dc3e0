import Foundation
import Journal
import ProcessImage
import Quantities
import Scan
import Synchronization

/// A folder of its own on the real disk, gone when the process is: a journal's threads may outlive the test that made it.
final class Folder: Sendable {
    let path: String
    private static let made = Mutex<[String]>([])
    private static let cleaning: Void = { _ = atexit { Folder.removeAll() } }()

    init() throws {
        path = NSTemporaryDirectory() + "tidegate-journal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        Folder.cleaning
        Folder.made.withLock { [path] in $0.append(path) }
    }

    private static func removeAll() {
        for path in made.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
    }

    func file(_ name: String) -> String { path + "/" + name }
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

/// A small greenhouse: a flow meter, a soil probe, a float switch; a valve and a pump; two zones and a program.
let greenhouse = SiteTables(
    site: Label(tag: "shouguang-07"), clock: .shanghai,
    points: [
        point("FT-101.flow", "m3/h", decimals: 2), point("soil-a.moisture", "%", decimals: 1),
        PointDefinition(label: Label(tag: "LS-1"), unit: unit("1"), uncertainAfter: .hours(1), badAfter: .hours(2), isDigital: true),
    ],
    outputs: [
        OutputDefinition(label: Label(tag: "V-1"), kind: .valve, safe: .off, maximumOn: .hours(2)),
        OutputDefinition(label: Label(tag: "P-1"), kind: .pump, safe: .off, maximumOn: .hours(8)),
    ],
    zones: [Label(tag: "east-1"), Label(tag: "east-2")], sources: [Label(tag: "well")],
    programs: [Label(tag: "morning-drip")], devices: [Label(tag: "soil-a")],
    dosingUnits: [Label(tag: "head")], channels: [Label(tag: "A"), Label(tag: "B")], tanks: [Label(tag: "T-A"), Label(tag: "T-B")],
    recipes: [Label(tag: "flowering")],
    stocks: [StockStrength(product: .gramsPerLiter(200), nitrogen: .gramsPerLiter(30), phosphate: .gramsPerLiter(20), potash: .gramsPerLiter(60)), .unknown],
    cages: [Label(tag: "cage-1")], feedLines: [Label(tag: "line-1")])

func unit(_ symbol: String) -> Quantities.Unit { Quantities.Unit(symbol: symbol) ?? Quantities.Unit.all[0] }

func point(_ tag: String, _ symbol: String, decimals: Int) -> PointDefinition {
    PointDefinition(label: Label(tag: tag), unit: unit(symbol), decimals: decimals, uncertainAfter: .hours(1), badAfter: .hours(2))
}

let flow = PointIndex(0)
let moisture = PointIndex(1)
let floatSwitch = PointIndex(2)
let valve = OutputIndex(0)
let east = ZoneIndex(0)
let morning = ProgramIndex(0)

/// Mon 23 Nov 2026, 06:00:00 in Shanghai.
let sixOClock: Int64 = 1_795_384_800

/// Speaks for the scan: pushes records at moments of its own choosing.
struct Feed {
    let port: JournalPort
    var instant = Instant(nanoseconds: 1_000_000_000_000)
    var wall = WallTime(unixSeconds: sixOClock, trust: .synced)
    private var scan: UInt64 = 0
    private var ledgerNumber: UInt64 = 0

    init(_ journal: Journal) { port = journal.port }

    mutating func pass(_ time: Duration) {
        instant = instant + time
        wall = WallTime(unixNanoseconds: wall.unixNanoseconds + time.nanoseconds, trust: wall.trust)
        scan += 1
    }

    func push(_ body: Record.Body) {
        port.push(Record(scan: scan, instant: instant, wall: wall, body: body))
        port.endScan()
    }

    func sample(_ value: Double, _ point: PointIndex = flow) { push(.sample(point, .good(value, at: instant))) }

    @discardableResult
    mutating func ledger(_ entry: LedgerEntry) -> UInt64 {
        ledgerNumber += 1
        push(.ledger(entry, number: ledgerNumber))
        return ledgerNumber
    }
}

extension Journal {
    static func started(in folder: Folder, tables: SiteTables = greenhouse, plan: RecordingPlan = quick) -> Journal {
        let journal = Journal(folder: folder.path, tables: tables, plan: plan)
        journal.start()
        return journal
    }

    /// Flushes every second, so that tests need not wait long.
    static let quick = RecordingPlan(flushEvery: .seconds(1))

    func samples(of tag: String) throws -> [Sample] {
        let past = try history(tag: tag, from: 0, to: .max, resolution: .samples, limit: Journal.rowsMax)
        guard case .samples(let rows) = past.rows else { return [] }
        return rows
    }

    func rollups(of tag: String, _ resolution: Resolution) throws -> [Rollup] {
        let past = try history(tag: tag, from: 0, to: .max, resolution: resolution, limit: Journal.rowsMax)
        guard case .rollups(let rows) = past.rows else { return [] }
        return rows
    }
}

/// Waits until something holds, up to 20 s of a loaded machine.
func eventually(_ what: () throws -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    repeat {
        if (try? what()) == true { return true }
        usleep(10_000)
    } while ContinuousClock.now < deadline
    return false
}
