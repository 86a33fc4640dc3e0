import CSignals
import Field
import Foundation
import Journal
import ProcessImage
import Quantities

/// Mon 23 Nov 2026, 06:00:00 in Shanghai: where every filled journal begins, as do the rows of `rows_floor`.
private let firstSecond: Int64 = 1_795_384_800

/// A site whose points follow the mix of CSignals.
private func tables(points: Int) -> SiteTables {
    let units = ["degC", "kWh", "%", "V"]
    let definitions = (0..<points).map { number in
        PointDefinition(label: Label(tag: "p\(number)"), unit: unit(units[number % 4]),
                        decimals: Int(signal_decimals(UInt32(number))), uncertainAfter: .seconds(30), badAfter: .seconds(90))
    }
    return SiteTables(site: Label(tag: "bench"), clock: .shanghai, points: definitions, outputs: [])
}

/// Keeps everything: retention is not what is measured.
private func recording(flushSeconds: Int) -> RecordingPlan {
    RecordingPlan(flushEvery: .seconds(flushSeconds), keepSamplesDays: 3650, maximumBytes: 50_000_000_000)
}

/// Speaks for the scan: one second of every point after another, at moments of its own. As the scan's recorder does, it
/// leaves a record where a value changed, and of what does not change one a minute.
private struct Filler {
    let journal: Journal
    private(set) var pushed = 0
    private var second: Int64 = 0
    private var last: [(value: Double, due: Int64)]

    init(journal: Journal, points: Int) {
        self.journal = journal
        // The first refreshes are spread over the minute.
        last = (0..<points).map { (.nan, Int64($0 * 60 / points)) }
    }

    /// A scan begins up to 0.12 ms late, so its moments do not lie on a perfect grid.
    mutating func pushSecond() {
        let late = Int64((second &* 7919) % 120) * 1000
        let instant = Instant(nanoseconds: 1_000_000_000_000 + second * 1_000_000_000 + late)
        let wall = WallTime(unixNanoseconds: (firstSecond + second) * 1_000_000_000 + late, trust: .synced)
        for point in last.indices {
            let value = signal_value(UInt32(point), second)
            guard value != last[point].value || second >= last[point].due else { continue }
            last[point] = (value, second == 0 ? last[point].due : second + 60)
            journal.port.push(Record(scan: UInt64(second * 10 + 1), instant: instant, wall: wall,
                                     body: .sample(PointIndex(point), .good(value, at: instant))))
            pushed += 1
        }
        journal.port.endScan()
        second += 1
    }

    /// What was dropped never comes: the fill has failed then, and goes on to say so.
    private var isWhole: Bool { journal.port.dropped == 0 }

    /// Until what was pushed has left the ring.
    func settle() {
        while isWhole, journal.live.snapshot().scan < UInt64((second - 1) * 10 + 1) { usleep(500) }
    }

    /// Until no more than `limit` samples wait for the file.
    func waitForDisk(atMost limit: Int) {
        while isWhole, pushed - written > limit { usleep(1_000) }
    }

    private var written: Int { Int(journal.storage().last?.rows ?? 0) }
}

/// Records through the journal's port, as fast as they are written, or `pace` seconds of them in each real second. Bytes
/// are told by sample (points times seconds), rates by record, since a floor in rows writes one for each.
/// With pace 10 and a flush each second a commit holds what it would hold at a flush of 10 s, and so on.
func measureFill(folder: String, points: Int, seconds: Int, flushSeconds: Int, pace: Int) throws -> [String: Double] {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let journal = Journal(folder: folder, tables: tables(points: points), plan: recording(flushSeconds: flushSeconds))
    journal.start()
    var filler = Filler(journal: journal, points: points)
    let (began, cpu) = (monotonicNanoseconds(), cpuSeconds())
    let portion = max(1, 2_000 / points)
    var checked = 0
    for second in 0..<seconds {
        filler.pushSecond()
        if pace > 0 {
            filler.settle()
            let due = began + (second + 1) * 1_000_000_000 / pace
            while monotonicNanoseconds() < due { usleep(1_000) }
        } else if second % portion == 0 {
            filler.settle()
            if filler.pushed - checked >= 20_000 {
                checked = filler.pushed
                filler.waitForDisk(atMost: 180_000)
            }
        }
    }
    filler.settle()
    let isComplete = journal.stop(within: .seconds(60))
    let (took, spent) = (Double(monotonicNanoseconds() - began) / 1e9, cpuSeconds() - cpu)
    let bytes = fileBytes(folder)
    let (samples, records) = (Double(points * seconds), Double(filler.pushed))
    return ["samples": samples, "records": records, "seconds": took, "records_per_s": records / took,
            "cpu_us_per_record": spent * 1e6 / records, "file_bytes": bytes, "bytes_per_sample": bytes / samples,
            "dropped": Double(journal.port.dropped), "complete": isComplete ? 1 : 0, "rss_kb": residentKilobytes()]
}

/// The journal's files, without the ledger, which holds no samples.
private func fileBytes(_ folder: String) -> Double {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix("journal") }
    return names.reduce(0) { sum, name in
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
        return sum + ((attributes?[.size] as? NSNumber)?.doubleValue ?? 0)
    }
}

/// One point's day out of a filled journal.
func measureRead(folder: String, points: Int, point: Int, rounds: Int) throws -> [String: Double] {
    let journal = Journal(folder: folder, tables: tables(points: points), plan: recording(flushSeconds: 10))
    journal.start()
    var times: [Double] = []
    var rows = 0
    var cpu = 0.0
    while times.count < rounds {
        let (began, spent) = (monotonicNanoseconds(), cpuSeconds())
        guard let past = try? journal.history(tag: "p\(point)", from: firstSecond, to: firstSecond + 86_400, resolution: .samples,
                                              limit: Journal.rowsMax), case .samples(let found) = past.rows else {
            usleep(50_000)
            continue
        }
        times.append(Double(monotonicNanoseconds() - began) / 1e6)
        cpu += cpuSeconds() - spent
        rows = found.count
    }
    journal.stop()
    var figures = summary(times, unit: "ms")
    figures["rows"] = Double(rows)
    figures["cpu_ms"] = cpu * 1e3 / Double(rounds)
    return figures
}
