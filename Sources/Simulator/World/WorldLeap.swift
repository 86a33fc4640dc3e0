import Control
public import ProcessImage
public import Quantities
import Scan

/// How far a world goes at once where nobody looks on: half a second while stock is dosed or feed is blown, a second while water runs
/// or something has just been told, and to the next full minute while everything rests.
struct WorldPace {
    private let period: Duration
    private let dosing: Duration
    private let idle: Duration
    /// By output: what it is, and its safe level.
    private let kinds: [OutputKind]
    private let safe: [OutputLevel]
    private var stirred = Instant.start
    /// Of what a second is too coarse for.
    private var fine = Instant.never

    private static let water: Duration = .seconds(1)
    private static let settles: Duration = .seconds(30)
    /// A dosing valve rests for less than this within its cycle.
    private static let fineFor: Duration = .seconds(5)

    /// - Parameters:
    ///   - dosing: a step while something is dosed.
    ///   - idle: the longest leap.
    init(period: Duration, dosing: Duration, idle: Duration, outputs: [OutputDefinition]) {
        self.period = period
        self.dosing = max(period, dosing)
        self.idle = idle
        kinds = outputs.map(\.kind)
        safe = outputs.map(\.safe)
    }

    mutating func stir(at now: Instant) { stirred = now }

    mutating func note(_ record: Record) {
        switch record.body {
        case .event: stir(at: record.instant)
        case .zone(_, let status) where status.phase != .idle: stir(at: record.instant)
        case .ledger(.weatherHour, _), .ledger(.waterDay, _): break
        case .ledger: stir(at: record.instant)
        default: break
        }
    }

    mutating func look(_ levels: [OutputLevel], at now: Instant) {
        for output in levels.indices where levels[output] != safe[output] {
            switch kinds[output] {
            case .doser, .feeder, .selector, .blower, .spreader, .winch, .gate: fine = now
            case .aerator, .lamp, .horn: break
            case .valve, .masterValve, .pump, .flushValve, .other: stir(at: now)
            }
        }
    }

    func isIdle(at now: Instant) -> Bool { now - stirred > Self.settles && !isFine(now) }
    private func isFine(_ now: Instant) -> Bool { fine > .never && now - fine < Self.fineFor }

    /// A leap ends on a full minute, so that what is due then is begun then.
    func step(at now: Instant, _ wall: WallTime) -> Duration {
        if isFine(now) { return dosing }
        guard isIdle(at: now) else { return max(period, Self.water) }
        return idle - .nanoseconds(wall.unixNanoseconds % idle.nanoseconds)
    }
}

/// Seasons: the world turns on at its own pace, and somebody looks after what runs out.
extension World {
    /// Lets the world go on for a long time, with leaps over what rests. Made for worlds in which nothing fails; the layout has to
    /// have a lease longer than a leap, since nobody renews it in one.
    ///
    /// - Parameter longest: a leap, 1 s … 1 min.
    public func leap(for duration: Duration, longest: Duration = .minutes(1)) {
        precondition(longest >= .seconds(1) && longest <= .minutes(1) && evidence.layout.lease > longest)
        let end = evidence.now + duration
        let plan = evidence.plan
        var pace = self.pace ?? WorldPace(period: plan.period, dosing: dosingStep, idle: longest, outputs: plan.tables.outputs)
        while evidence.now < end {
            let isIdle = pace.isIdle(at: evidence.now)
            self.pace = pace
            step(by: min(pace.step(at: evidence.now, clock.wall(at: evidence.now)), end - evidence.now), isIdle: isIdle)
            pace = self.pace ?? pace
            pace.look(evidence.physical, at: evidence.now)
        }
        self.pace = pace
    }

    /// A pump that doses by strokes is followed stroke by stroke; a valve's cycle bears half a second.
    private var dosingStep: Duration {
        let plan = evidence.plan.control, recipes = Set(plan.programs.compactMap(\.recipe?.recipe))
        let channels = recipes.flatMap { plan.fertigation.recipes[$0.offset].parts.map(\.channel) }
        return channels.reduce(.milliseconds(500)) { step, channel in
            if case .pulses(let on, let off) = plan.fertigation.channels[channel.offset].drive { min(step, on, off) } else { step }
        }
    }

    /// Somebody tells the controller what swims in each cage, as it really is: the ration rests on it.
    public func tellStocks() {
        for (number, cage) in plant.seaFarm.cages.enumerated() {
            let stock = CageStock(count: cage.fish.count, mean: .kilograms(cage.fish.mean))
            order(.changeStock(CageIndex(number), .stocked(stock)))
        }
    }

    /// Somebody fills what is less than half full, and says so.
    ///
    /// - Returns: the tanks that were filled.
    @discardableResult
    public func fillUp() -> [TankIndex] {
        field.plant.fillHoppers()
        for (number, silo) in evidence.plan.control.feeding.silos.enumerated() { order(.setSilo(SiloIndex(number), silo.capacity)) }
        return evidence.plan.control.fertigation.tanks.indices.map { TankIndex($0) }.filter { tank in
            let capacity = evidence.plan.control.fertigation.tanks[tank.offset].capacity
            guard field.plant.left(in: tank) < capacity * 0.5 || !isTankTold else { return false }
            field.plant.refill(tank, to: capacity)
            order(.setTank(tank, capacity))
            return true
        }
    }

    /// Nobody has told what is in the tanks until somebody has filled them.
    private var isTankTold: Bool { evidence.now > .start + .hours(1) }
}
