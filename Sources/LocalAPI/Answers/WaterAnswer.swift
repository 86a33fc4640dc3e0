import Journal
import Language
import ProcessImage
import Quantities

/// Where the water went: zones by their runs, and what no zone got, against what the meters counted.
extension Context {
    /// Asks the ledger; waits for the disk.
    /// - Parameter days: of which today is the last.
    func water(last days: Int64) throws -> WaterReply {
        let wall = journal.live.snapshot().wall
        let today = tables.clock.local(unixSeconds: wall.unixSeconds).date
        let first = today.adding(days: 1 - Int(days))
        let runs = try journal.totals(from: tables.clock.unixSeconds(date: first, time: .midnight), to: wall.unixSeconds + 1)
        let beside = try journal.sourceDays(from: first)
        let gone = runs.filter { run in !tables.zones.contains { $0.tag == run.zone } }
        return WaterReply(
            time: time(wall), from: first.text, to: today.text,
            sources: tables.sources.indices.map { source(SourceIndex($0), runs, beside.filter { $0.date <= today }) },
            goneZonesM3: gone.reduce(into: Hundredths()) { $0.add($1.volume) }.cubicMeters)
    }

    private func source(_ source: SourceIndex, _ runs: [ZoneDay], _ beside: [SourceDay]) -> WaterSource {
        let tag = tables.tag(of: .source(source))
        var days: [CivilDate: Accounts] = [:]
        for day in beside where day.source == tag { days[day.date, default: Accounts()].add(day) }
        let mine = zones.indices.filter { zones[$0].source == source }
        let told = mine.map { number in
            let own = runs.filter { $0.zone == tables.zones[number].tag }
            var sum = Hundredths()
            for run in own {
                days[run.date, default: Accounts()].zones.add(run.volume)
                sum.add(run.volume)
            }
            return WaterSource.Zone(zone: tables.label(of: ZoneIndex(number)), runs: own.reduce(0) { $0 + $1.runs },
                                    volumeM3: sum.cubicMeters, areaM2: zones[number].area?.squareMeters)
        }
        let total = days.values.reduce(into: Accounts()) { $0.add($1) }
        return WaterSource(source: tables.label(of: .source(source)), water: total.sum, zones: told,
                           days: days.sorted { $0.key < $1.key }.map { .init(date: $0.key.text, water: $0.value.sum) })
    }
}

/// Whole hundredths of a m3: what is rounded once adds up for good.
private struct Hundredths {
    private(set) var count: Int64 = 0

    mutating func add(_ volume: Volume) {
        guard volume.base.isFinite else { return }
        count += Int64(min(max(volume.cubicMeters * 100, -1e15), 1e15).rounded())
    }

    mutating func add(_ other: Hundredths) { count += other.count }

    var cubicMeters: Double { Double(count) / 100 }
}

/// The accounts of one source over one day or several.
private struct Accounts {
    var zones = Hundredths()
    private var used: [WaterUse: Hundredths] = [:]
    private var metered: Hundredths?

    mutating func add(_ day: SourceDay) {
        for (use, volume) in day.used { used[use, default: Hundredths()].add(volume) }
        if let volume = day.metered {
            metered = metered ?? Hundredths()
            metered?.add(volume)
        }
    }

    mutating func add(_ other: Accounts) {
        zones.add(other.zones)
        for (use, volume) in other.used { used[use, default: Hundredths()].add(volume) }
        if let volume = other.metered {
            metered = metered ?? Hundredths()
            metered?.add(volume)
        }
    }

    var sum: WaterSum {
        let booked = zones.count + used.values.reduce(0) { $0 + $1.count }
        func beside(_ use: WaterUse) -> Double { used[use]?.cubicMeters ?? 0 }
        return WaterSum(zonesM3: zones.cubicMeters, backwashM3: beside(.backwash), leakM3: beside(.leak), unassignedM3: beside(.unassigned),
                        bookedM3: Double(booked) / 100, meteredM3: metered?.cubicMeters,
                        differenceM3: metered.map { Double($0.count - booked) / 100 })
    }
}
