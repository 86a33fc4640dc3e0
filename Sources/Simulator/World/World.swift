import Control
public import ProcessImage
import Quantities
public import Scan

/// A farm and its controller in virtual time: the production scan against the plant model, with everything around it
/// that can fail, and checkers that look on. No thread, no clock, no file; a seed decides all.
public final class World {
    public let evidence: Evidence
    public private(set) var violations = ViolationLog()
    /// Called with every record, in order: for whoever tells what happened.
    public var onRecord: ((Record) -> Void)?

    /// What the code under test is told of the site; the evidence has the truth.
    private let believed: ScanPlan
    let field: VirtualField
    let ledger: VirtualLedger
    private let sabotage: Sabotage?
    private let begin: (VirtualLife) -> any VirtualProcess
    var process: (any VirtualProcess)?
    private var inbox = CommandInbox()
    var clock: VirtualClock
    var faults: FaultSchedule
    private var people: VirtualOperator
    var random: SeededRandom
    private var checkers: [any Invariant]
    private var log = EventLog()
    private var loggedLevels: [OutputLevel]
    var stallUntil = Instant.never
    /// `nil`: it goes scan by scan.
    var pace: WorldPace?
    public private(set) var scans: UInt64 = 0

    /// - Parameters:
    ///   - believed: what the scan is told of the site in place of `plan`; only a saboteur's.
    ///   - startUnix: what a right wall clock shows at the start, in seconds since 1970 UTC.
    ///   - isProven: installers proved every output before.
    ///   - commandsEvery: mean time between two commands of people; `nil`: nobody gives any.
    ///   - climate: the plant's weather; `nil`: drawn from the seed.
    ///   - isWatched: the checkers look on, and all that happens goes into the fingerprint; a world that leaps (`leap`) is not for them.
    public convenience init(plan: ScanPlan, believed: ScanPlan? = nil, layout: FieldLayout? = nil, seed: UInt64, startUnix: Int64,
                            faults rates: FaultRates = .none, commandsEvery: Duration? = nil, isProven: Bool = true,
                            sabotage: Sabotage? = nil, climate: PlantClimate? = nil, isWatched: Bool = true) {
        self.init(plan: plan, believed: believed, layout: layout, seed: seed, startUnix: startUnix, faults: rates,
                  commandsEvery: commandsEvery, isProven: isProven, sabotage: sabotage, climate: climate, isWatched: isWatched) { VirtualController($0) }
    }

    /// - Parameter begin: makes each life of the process; tests put another in place of the production scan.
    init(plan: ScanPlan, believed: ScanPlan?, layout: FieldLayout?, seed: UInt64, startUnix: Int64, faults rates: FaultRates,
         commandsEvery: Duration?, isProven: Bool, sabotage: Sabotage?, climate: PlantClimate? = nil, isWatched: Bool = true,
         begin: @escaping (VirtualLife) -> any VirtualProcess) {
        self.begin = begin
        let layout = layout ?? FieldLayout(guessedFrom: plan)
        let seed = sabotage == .unseededNoise ? UInt64.random(in: .min ... .max) : seed
        evidence = Evidence(plan: plan, layout: layout, isWatched: isWatched)
        self.believed = believed ?? plan
        self.sabotage = sabotage
        let wiring = PlantWiring(tables: plan.tables, control: plan.control, interlocks: plan.interlocks)
        let localSeconds = startUnix + Int64(plan.tables.clock.offset(at: startUnix))
        field = VirtualField(plant: Plant(wiring: wiring, seed: seed, localSeconds: localSeconds, climate: climate),
                             evidence: evidence, sabotage: sabotage)
        ledger = VirtualLedger(evidence: evidence, sabotage: sabotage, isProven: isProven)
        clock = VirtualClock(startUnix: startUnix)
        faults = FaultSchedule(rates: rates.possible(in: plan), random: SeededRandom(seed: seed, stream: 12), from: .start)
        people = VirtualOperator(random: SeededRandom(seed: seed, stream: 13), zones: plan.control.zones.count,
                                 programs: plan.control.programs.count, units: plan.control.fertigation.units.count,
                                 cages: plan.control.feeding.cages.count, lines: plan.control.feeding.lines.count, mean: commandsEvery)
        random = SeededRandom(seed: seed, stream: 14)
        checkers = isWatched ? invariants(for: plan) : []
        loggedLevels = evidence.physical
        startProcess()
    }

    public var plant: Plant { field.plant }
    public var isProcessUp: Bool { process != nil }
    /// The fingerprint of all that happened so far.
    public var hash: UInt64 { log.hash }

    /// Lets the world go on for a time.
    public func run(for duration: Duration) {
        let end = evidence.now + duration
        while evidence.now < end { step() }
    }

    /// One scan period, whether the scan runs in it or not.
    public func step() { step(by: evidence.plan.period) }

    func step(by period: Duration, isIdle: Bool = false) {
        evidence.now = evidence.now + period
        while let change = faults.pop(at: evidence.now) { apply(change) }
        evidence.wall = clock.wall(at: evidence.now)
        field.turn(by: period, isIdle: isIdle)
        if people.next <= evidence.now { offer(people.command(at: evidence.now)) }
        evidence.isScan = process != nil && stallUntil <= evidence.now
        if evidence.isScan { scan() } else if process != nil { evidence.stalled += period }
        ledger.settle()
        check()
        logLevels()
        evidence.durableRows.removeAll(keepingCapacity: true)
        evidence.records.removeAll(keepingCapacity: true)
        evidence.dosingOrders.removeAll(keepingCapacity: true)
        evidence.cageOrders.removeAll(keepingCapacity: true)
    }

    private func scan() {
        scans += 1
        evidence.scanOfLife += 1
        let lateness = stallUntil > .never ? evidence.plan.period : .zero
        stallUntil = .never
        var wall = evidence.wall
        if sabotage == .clockClaimsTrust { wall = WallTime(unixNanoseconds: wall.unixNanoseconds, trust: .synced) }
        if sabotage == .wallDrivesMonotonic { field.shift = max(clock.offset, field.shift) }
        process?.run(at: evidence.now + field.shift, wall: wall, lateness: lateness)
        for record in evidence.records {
            if evidence.isWatched { log.add(record) }
            pace?.note(record)
            onRecord?(record)
        }
    }

    private func check() {
        for index in checkers.indices { checkers[index].look(at: evidence, &violations) }
    }

    private func logLevels() {
        guard evidence.isWatched, evidence.physical != loggedLevels else { return }
        loggedLevels = evidence.physical
        log.add(UInt64(bitPattern: evidence.now.nanoseconds))
        log.add(loggedLevels)
    }

    // MARK: People

    /// A person's command, as the local API would offer it.
    /// - Returns: its number; 0 when the process is down or its inbox full.
    @discardableResult
    public func order(_ kind: Command.Kind) -> UInt64 {
        offer(people.make(kind, at: evidence.now))
    }

    @discardableResult
    private func offer(_ command: Command) -> UInt64 {
        guard process != nil, inbox.offer(shifted(command)) else { return 0 }
        pace?.stir(at: evidence.now)
        switch command.kind {
        case .reset, .resetAll: evidence.resets[command.id] = command.kind
        case .disableDosing, .enableDosing: evidence.dosingOrders.append(command.kind)
        case .lockCage, .unlockCage, .silence: evidence.cageOrders.append(command.kind)
        default: break
        }
        return command.id
    }

    private func shifted(_ command: Command) -> Command {
        Command(id: command.id, kind: command.kind, author: command.author, expires: command.expires + field.shift)
    }

    // MARK: Faults

    public func begin(_ fault: PlantFault) { field.begin(fault) }
    public func end(_ fault: PlantFault) { field.end(fault) }
    public func stepClock(by duration: Duration) { clock.step(by: duration) }
    public func loseClock() { clock.loseSetting(at: evidence.now) }
    public func distrustClock() { clock.loseTrust() }
    public func synchronizeClock() { clock.synchronize() }
    /// Rows take this long to the disk from now on.
    public func slowLedger(to delay: Duration) { ledger.delay = delay }

    /// Ends everything that is wrong, starts what is down, and lets nothing go wrong any more.
    public func heal() {
        faults.heal(at: evidence.now)
        while let change = faults.pop(at: evidence.now) { apply(change) }
        if evidence.guardAliveSince == nil { field.startGuard() }
        if process == nil { startProcess() }
        people.leave()
        for fault in field.plant.faults { field.end(fault) }
        clock.synchronize()
        ledger.isWritable = true
        ledger.delay = .milliseconds(20)
        stallUntil = .never
    }

    /// The process dies: what was not on the disk is lost, and nobody renews the lease.
    public func crash() {
        process = nil
        evidence.isProcessUp = false
        stallUntil = .never
    }

    /// No current: the process and the guard are gone, relays and lines drop out.
    public func cutPower() {
        crash()
        field.cutPower()
    }

    /// Current again: the guard takes its lines, then the process starts.
    public func restorePower() {
        field.startGuard()
        if process == nil { startProcess() }
    }

    public func startProcess() {
        evidence.life += 1
        evidence.isProcessUp = true
        evidence.scanOfLife = 0
        inbox = CommandInbox()
        field.restartDrivers()
        process = begin(VirtualLife(plan: believed, restored: ledger.restart(), inbox: inbox, field: VirtualFieldPort(field: field),
                                    records: VirtualRecords(ledger: ledger)))
    }
}
