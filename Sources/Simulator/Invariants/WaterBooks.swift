import Control
import ProcessImage
import Quantities
import Scan

/// 31. What the meters counted is what the runs got, and what went into the accounts beside them, within the meters'
/// resolution. Looked at when the water has stood for a while; a life in which a meter failed is not looked at: its volumes
/// are said to be estimates.
struct WaterBooks: Invariant {
    let number = 31
    let rule = "metered water is in exactly one account"

    private struct Key: Hashable {
        let date: CivilDate
        let use: WaterUse
    }

    private struct Source {
        var runs: [RunID: Volume] = [:]
        var used: [Key: Volume] = [:]
        var usedBefore: [Key: Volume] = [:]
        var firstTotal: Double?
        var isEstimated = false
        var quietSince = Instant.start
        var isLooked = false
    }

    private var sources: [Source]
    private var sourceOfRun: [RunID: Int] = [:]
    private var openRuns: Set<RunID> = []
    /// By source: what earlier lives had booked beside the zones.
    private var usedAtStart: [Volume] = []
    private var life = 0

    /// A meter whose pace is not known yet is waited for so long.
    private static let quietFor: Duration = .minutes(18)

    init(_ plan: ScanPlan) { sources = plan.control.sources.map { _ in Source() } }

    mutating func look(at evidence: Evidence, _ violations: inout ViolationLog) {
        if evidence.life != life { begin(evidence) }
        for case .waterUsed(let used) in evidence.durableRows {
            sources[used.source.offset].usedBefore[Key(date: used.date, use: used.use)] = used.volume
        }
        guard evidence.isScan else { return }
        for record in evidence.records { look(record, evidence) }
        for source in sources.indices { look(at: source, evidence, &violations) }
    }

    private mutating func begin(_ evidence: Evidence) {
        life = evidence.life
        openRuns = []
        sourceOfRun = [:]
        for index in sources.indices {
            let before = sources[index].usedBefore
            sources[index] = Source(used: before, usedBefore: before, quietSince: evidence.now)
        }
        usedAtStart = sources.map { $0.usedBefore.values.reduce(.zero, +) }
    }

    private mutating func look(_ record: Record, _ evidence: Evidence) {
        switch record.body {
        case .ledger(.runStarted(let run, let zone, _, _), _):
            sourceOfRun[run] = evidence.plan.control.zones[zone.offset].source.offset
            openRuns.insert(run)
        case .ledger(.runProgress(let run, _, let volume, let isEstimated), _): note(run, volume, isEstimated)
        case .ledger(.runEnded(let run, _, _, let volume, _, _), _):
            note(run, volume, false)
            openRuns.remove(run)
        case .ledger(.waterUsed(let used), _): sources[used.source.offset].used[Key(date: used.date, use: used.use)] = used.volume
        case .event(let event):
            guard case .source(let source) = event.subject, [.meterSilent, .meterReset].contains(event.kind) else { return }
            sources[source.offset].isEstimated = true
        default: break
        }
    }

    private mutating func note(_ run: RunID, _ volume: Volume, _ isEstimated: Bool) {
        guard let source = sourceOfRun[run] else { return }
        sources[source].runs[run] = volume
        if isEstimated { sources[source].isEstimated = true }
    }

    private mutating func look(at index: Int, _ evidence: Evidence, _ violations: inout ViolationLog) {
        guard let point = evidence.plan.control.sources[index].total?.index else { return }
        let reading = evidence.readings[point.offset]
        guard reading.quality == .good else { return }
        if sources[index].firstTotal == nil { sources[index].firstTotal = reading.recorded }
        let isOpen = evidence.plan.control.zones.contains {
            $0.source.offset == index && evidence.isAway($0.valve.offset, in: evidence.committed)
        }
        if isOpen || !openRuns.isEmpty {
            sources[index].quietSince = evidence.now
            sources[index].isLooked = false
        }
        guard evidence.now - sources[index].quietSince >= Self.quietFor, !sources[index].isLooked, !sources[index].isEstimated,
              let first = sources[index].firstTotal else { return }
        sources[index].isLooked = true
        let unit = evidence.plan.tables.points[point.offset].unit
        let metered = unit.toBase(reading.recorded) - unit.toBase(first)
        let zones = sources[index].runs.values.reduce(Volume.zero, +)
        let beside = sources[index].used.values.reduce(Volume.zero, +) - usedAtStart[index]
        let steps = (0..<evidence.plan.tables.points[point.offset].decimals).reduce(1.0) { step, _ in step / 10 }
        if abs((zones + beside).base - metered) > unit.toBase(steps) * 2 + 0.05 {
            violations.report(number, evidence, "source \(index): \(metered) m3 metered, \(zones.base) to zones, \(beside.base) beside")
        }
    }
}
