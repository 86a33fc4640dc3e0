@testable import Control
import ProcessImage
import Quantities

/// Draws of a seed (SplitMix64).
struct Draws {
    private var state: UInt64

    init(_ seed: UInt64) { state = (seed &+ 0x51) &* 0xD134_2543_DE82_EF95 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func whole(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(next() % UInt64(range.count)) }
    mutating func chance(_ part: Double) -> Bool { Double(next() % 10_000) < part * 10_000 }
}

/// A farm drawn from a seed, and what is asked of it.
struct RandomFarm {
    let bench: HydraulicBench
    /// By second: what is asked then.
    let orders: [(second: Int, order: RunOrder)]
    /// By second: the zone whose valve trips, and for how long.
    let trips: [(second: Int, zone: Int, long: Int)]
    /// Only a saboteur's: what control is asked in place of an order.
    private let meddle: (RunOrder) -> RunOrder

    init(seed: UInt64, believe: (ControlPlan) -> ControlPlan = { $0 }, meddle: @escaping (RunOrder) -> RunOrder = { $0 }) {
        var draws = Draws(seed)
        let sources = draws.whole(1...3)
        let zoneCount = draws.whole(sources...10)
        let travels = (0..<zoneCount).map { _ in draws.whole(0...12) }
        let outputs = (0..<sources).map { HydraulicBench.output("P\($0)", .pump) }
            + (0..<zoneCount).map { HydraulicBench.output("V\($0)", .valve, travel: travels[$0]) }
            + (0..<sources).map { HydraulicBench.output("F\($0)", .valve) }
        bench = HydraulicBench(sources: sources, outputs: outputs, believe: believe) { tables in
            RandomFarm.plan(tables, sources, travels, &draws)
        }
        for source in bench.meters.indices {
            let (step, every) = [(0.001, 1), (0.01, 1), (0.1, 1), (0.01, 60)][draws.whole(0...3)]
            bench.meters[source] = .init(step: step, every: every, showsFlow: draws.chance(0.7))
        }
        orders = RandomFarm.orders(zoneCount, &draws)
        self.meddle = meddle
        trips = (0..<draws.whole(0...2)).map { _ in (draws.whole(0...10_000), draws.whole(0...(zoneCount - 1)), draws.whole(60...900)) }
    }

    private static func plan(_ tables: SiteTables, _ count: Int, _ travels: [Int], _ draws: inout Draws) -> ControlPlan {
        let capacities = (0..<count).map { _ in draws.chance(0.85) ? Double(draws.whole(15...60)) : nil }
        let sources = (0..<count).map { number in
            SourcePlan(pump: draws.chance(0.85) ? OutputIndex(number) : nil, masterValve: nil,
                       capacity: capacities[number].map { .cubicMetersPerHour($0) }, flow: tables.quantity(PointIndex(2 * number)),
                       total: tables.quantity(PointIndex(2 * number + 1)), overlap: .seconds(draws.whole(0...15)),
                       zonesAtOnce: draws.chance(0.3) ? draws.whole(1...3) : nil, power: .kilowatts(Double(draws.whole(3...8))),
                       recovery: draws.chance(0.3) ? Recovery(most: .cubicMeters(Double(draws.whole(8...25))), rest: .minutes(40)) : nil)
        }
        let zones = travels.enumerated().map { number, travel in
            let source = number % count
            let most = min(capacities[source] ?? 30, 30)
            return ZonePlan(source: SourceIndex(source), valve: OutputIndex(count + number), travel: .seconds(travel),
                            nominalFlow: draws.chance(0.9) ? .cubicMetersPerHour(Double(draws.whole(3...Int(most)))) : nil,
                            exclusion: draws.chance(0.3) ? UInt64(draws.whole(1...3)) : 0)
        }
        let filters = (0..<count).filter { _ in draws.chance(0.4) }.map { source in
            FilterPlan(source: SourceIndex(source), flushValves: [OutputIndex(count + travels.count + source)],
                       every: .minutes(draws.whole(30...90)), flush: .seconds(60), flow: .cubicMetersPerHour(5))
        }
        return ControlPlan(clock: .shanghai, sources: sources, zones: zones,
                           programs: (0..<4).map { _ in ProgramPlan(zones: [], durations: [], starts: [], days: .weekdays(0), missed: .skip) },
                           windows: draws.chance(0.5) ? [window(&draws)] : [], filters: filters,
                           valvesAtOnce: draws.chance(0.4) ? draws.whole(1...3) : nil,
                           power: draws.chance(0.5) ? .kilowatts(Double(draws.whole(8...14))) : nil)
    }

    /// A stretch of the first hours of the farm's day without water.
    private static func window(_ draws: inout Draws) -> WaterWindow {
        let from = draws.whole(5 * 60 + 10...6 * 60 + 30), until = from + draws.whole(15...60)
        let times = [from, until].map { TimeOfDay(hour: $0 / 60, minute: $0 % 60) ?? .midnight }
        return WaterWindow(.hours(from: times[0], until: times[1], .everyDay), endsRuns: draws.chance(0.3))
    }

    private static func orders(_ zones: Int, _ draws: inout Draws) -> [(Int, RunOrder)] {
        (0..<draws.whole(8...25)).map { _ in
            let second = draws.whole(1...6_000)
            let isVolume = draws.chance(0.4)
            let amount: Amount = isVolume ? .volume(.cubicMeters(Double(draws.whole(2...30)) / 10)) : .time(.minutes(draws.whole(2...25)))
            let isManual = draws.chance(0.15)
            let soak = !isManual && draws.chance(0.3) ? SoakRule(run: .minutes(draws.whole(3...8)), rest: .minutes(draws.whole(5...25))) : nil
            return (second, RunOrder(
                zone: ZoneIndex(draws.whole(0...(zones - 1))), amount: amount,
                cause: isManual ? .manual(UInt64(second)) : .program(ProgramIndex(draws.whole(0...3))),
                priority: UInt8(draws.whole(0...9)), soak: soak, shift: draws.chance(0.4) ? UInt16(draws.whole(1...2)) : 0))
        }.sorted { $0.0 < $1.0 }
    }

    /// Turns the farm until everything is over, or for 40 hours at most.
    func turn(_ check: (HydraulicBench) -> Void) {
        var (next, cut) = (0, trips.sorted { $0.second < $1.second })
        while bench.second < 40 * 3600 {
            while next < orders.count, orders[next].second <= bench.second {
                bench.order(meddle(orders[next].order))
                next += 1
            }
            while let trip = cut.first, trip.second <= bench.second {
                bench.holds[bench.plan.zones[trip.zone].valve] = .trip(TripID(.noFlow, .zone(ZoneIndex(trip.zone))))
                cut.removeFirst()
            }
            for trip in trips where trip.second + trip.long == bench.second { bench.holds[bench.plan.zones[trip.zone].valve] = nil }
            bench.step()
            check(bench)
            let isDone = next == orders.count && cut.isEmpty && bench.planned.count == bench.ended.count
            if isDone { break }
        }
        bench.run(for: 1500)
    }
}
