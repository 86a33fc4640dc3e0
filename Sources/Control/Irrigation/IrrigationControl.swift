import Agronomy
public import ProcessImage
public import Quantities

/// Zones, programs and manual runs: image in, demands out.
///
/// The steps of a scan, each in a file of its own: the weather and the water in the soil (`WeatherBook`, `WaterBalance`), what has
/// flowed (`WaterAccount`), what people want (`ManualRuns`), what is due and how much it gets (`Calendar`, `Programs/`), how far
/// each run is (`ZoneSequence`), who is next (`RunQueue`), what the outputs should do (`SourceSequence`). All memory is taken at
/// `init`.
public struct IrrigationControl: ~Copyable {
    let sourcePlans: Dense<SourceIndex, SourcePlan>
    let zonePlans: Dense<ZoneIndex, ZonePlan>
    /// Zones in the order of their sources, and each source's part of that list.
    let zoneList: Dense<ZoneIndex, ZoneIndex>
    let zonesOfSource: Dense<SourceIndex, Part>
    let book: ProgramBook
    let clock: LocalClock
    let dosers: Dense<ChannelIndex, OutputIndex>
    let followers: Dense<FollowerIndex, ValveFollower>
    let filters: Dense<FilterIndex, FilterRule>
    let flushValves: Dense<OutputIndex, OutputIndex>

    let valvesAtOnce: Int?
    let power: Power?
    let recipePhases: Dense<RecipeIndex, ThreePhase>
    let recipeSources: Dense<RecipeIndex, SourceIndex>
    let pipes: Dense<ZoneIndex, PipeNeeds>

    var sources: Dense<SourceIndex, SourceState>
    var zones: Dense<ZoneIndex, ZoneState>
    var washes: Dense<FilterIndex, WashState>
    var programs: Dense<ProgramIndex, ProgramState>
    var memory: OccurrenceMemory
    var thirsts: Dense<ProgramIndex, Thirst>
    /// When each program started last in an earlier life, seconds since 1970.
    var earlierStarts: Dense<ProgramIndex, Int64?>
    var standing: StandingBook
    var quotas: QuotaBook
    let windowPlans: Dense<WindowIndex, WaterWindow>
    var windows: Dense<WindowIndex, WindowState>
    /// Bit by bit, the windows that stand now.
    var windowsOn: UInt32 = 0
    public internal(set) var weather: WeatherBook
    public internal(set) var balance: WaterBalance
    var crowd = Crowd()
    var nextRun: RunID
    var orders: UInt64 = 0
    /// The output somebody looks at now.
    var proof: Proof?

    private var openRuns: [Restored.OpenRun]
    private var hasBegun = false
    /// The first scan of this life, and what the wall clock showed then as far as can be told.
    var begun = Instant.start
    var begunAt: Int64?
    var lastScan = Instant.start
    var booksDue = Instant.never
    var calendarLast = Int64.min
    var untrustedSince: Instant?
    var clockWaitTold = false
    /// The local day on which pauses that stand were told last.
    var toldOrdersOn: CivilDate?

    public init(plan: ControlPlan, restored: Restored) {
        sourcePlans = Dense(plan.sources)
        zonePlans = Dense(plan.zones)
        var list: [ZoneIndex] = []
        var parts: [Part] = []
        for source in plan.sources.indices {
            let first = list.count
            for (number, zone) in plan.zones.enumerated() where zone.source.offset == source { list.append(ZoneIndex(number)) }
            parts.append(Part(first..<list.count))
        }
        zoneList = Dense(list)
        zonesOfSource = Dense(parts)
        book = ProgramBook(plan)
        dosers = Dense(plan.fertigation.channels.map(\.output))
        followers = Dense(plan.followers)
        valvesAtOnce = plan.valvesAtOnce
        power = plan.power
        clock = plan.clock
        let dosing = plan.fertigation
        recipePhases = Dense(dosing.recipes.map(\.phases))
        recipeSources = Dense(dosing.recipes.map { dosing.units[$0.unit.offset].source })
        pipes = Dense(plan.zones.indices.map { dosing.pipes.indices.contains($0) ? dosing.pipes[$0] : PipeNeeds() })
        let valves = plan.filters.map(\.flushValves)
        let firsts = valves.indices.map { valves[..<$0].reduce(0) { $0 + $1.count } }
        filters = Dense(zip(plan.filters, firsts).map { FilterRule($0, valves: Part($1..<($1 + $0.flushValves.count))) })
        flushValves = Dense(valves.flatMap { $0 })
        washes = Dense(repeating: WashState(), count: plan.filters.count)
        sources = Dense(plan.sources.indices.map { SourceState(SourceIndex($0), plan, restored) })
        zones = Dense(plan.zones.indices.map { number in
            var zone = ZoneState()
            zone.learned = restored.learned[ZoneIndex(number)] ?? Learned()
            return zone
        })
        programs = Dense(repeating: ProgramState(), count: plan.programs.count)
        memory = OccurrenceMemory(programs: plan.programs.count, restoring: restored.decided)
        thirsts = Dense(repeating: Thirst(), count: book.steps.count)
        earlierStarts = Dense(plan.programs.indices.map { restored.lastStarts[ProgramIndex($0)] })
        standing = StandingBook(zones: plan.zones.count, programs: plan.programs.count, restoring: restored.standing)
        quotas = QuotaBook(plan.quotas, zones: plan.zones.count, given: restored.given)
        windowPlans = Dense(plan.windows)
        windows = Dense(repeating: WindowState(), count: plan.windows.count)
        weather = WeatherBook(plan.weather, clock: plan.clock, restored: restored.weather)
        balance = WaterBalance(plan, restored: restored)
        nextRun = restored.nextRun
        openRuns = restored.openRuns
    }

    /// One scan.
    public mutating func step(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) {
        beginIfFirst(image.now, &records)
        weather.look(image, &records)
        account(image, &records)
        bookWater(image, &records)
        balance.step(weather, image, &records)
        watchWindows(image, &records)
        obey(image, &records)
        obeyCalibration(image, &records)
        runCalendar(image, &records)
        advance(image, &records)
        admit(image, &records)
        demandWater(image, &demands, &records)
        demandWashes(&demands)
        watchRelief(image, &demands, &records)
        demandProof(image, &demands)
    }

    /// Takes over the state of another control of the same plan: from here on both do the same on the same image.
    public mutating func take(from other: borrowing IrrigationControl) {
        sources.take(from: other.sources)
        zones.take(from: other.zones)
        washes.take(from: other.washes)
        programs.take(from: other.programs)
        memory.take(from: other.memory)
        thirsts.take(from: other.thirsts)
        earlierStarts.take(from: other.earlierStarts)
        standing.take(from: other.standing)
        quotas.take(from: other.quotas)
        windows.take(from: other.windows)
        windowsOn = other.windowsOn
        weather.take(from: other.weather)
        balance.take(from: other.balance)
        crowd = other.crowd
        nextRun = other.nextRun
        orders = other.orders
        proof = other.proof
        hasBegun = other.hasBegun
        begun = other.begun
        begunAt = other.begunAt
        lastScan = other.lastScan
        booksDue = other.booksDue
        calendarLast = other.calendarLast
        untrustedSince = other.untrustedSince
        clockWaitTold = other.clockWaitTold
        toldOrdersOn = other.toldOrdersOn
    }

    /// An orderly end of the program: what runs or waits is accounted for. Demands nothing.
    public mutating func interrupt(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        account(image, &records)
        for number in 0..<zones.count {
            let zone = ZoneIndex(number)
            while zones[zone].hand != nil {
                let ending = zones[zone].ending.flatMap { $0.rests ? nil : $0 }
                close(zone, ending ?? Ending(outcome: .interrupted, cause: .idle, isPrompt: true), image.now, &records)
            }
        }
        tellBooks(image, &records)
    }

    public var sourceCount: Int { sources.count }

    public var zoneCount: Int { zones.count }

    /// What runs have taught that the zone takes alone; `nil`: nothing yet.
    public func learnedFlow(of zone: ZoneIndex) -> Flow? { zones[zone].learned.flow }

    public var programCount: Int { programs.count }

    /// Whether a filter of the source is being washed: no fertiliser goes into that water.
    public func isBackwashing(_ source: SourceIndex) -> Bool {
        for number in 0..<filters.count where filters[number].source == source && washes[number].isOn { return true }
        return false
    }

    /// Whether a filter of the source washes too often to be clean.
    public func isFouled(_ source: SourceIndex) -> Bool {
        for number in 0..<filters.count where filters[number].source == source && washes[number].isFouled { return true }
        return false
    }

    /// Whether a start of the program waits because its ledger row can not be written.
    public func waitsForLedger(_ program: ProgramIndex) -> Bool { programs[program].waitsForLedger }

    /// What a zone does, for screens.
    public func status(of zone: ZoneIndex) -> ZoneStatus {
        let state = zones[zone]
        guard let run = state.hand else {
            guard let trip = state.trip else {
                let isMeasured = sources[zonePlans[zone].source].travelTest?.zone == zone
                return ZoneStatus(phase: isMeasured ? .stopping : .idle, cause: isMeasured ? .interlock(.calibration) : .idle,
                                  learned: state.learned, proposed: state.proposed)
            }
            return ZoneStatus(phase: .tripped, cause: .trip(trip), learned: state.learned, proposed: state.proposed)
        }
        let isResting = state.phase == .queued && run.hasBegun
        return ZoneStatus(phase: isResting ? .resting : state.phase, cause: state.ending?.cause ?? state.waits ?? run.cause,
                          run: run.id, planned: run.planned, watered: run.watered, volume: run.volume,
                          isEstimated: isEstimated(run, zone), flow: state.flow, learned: state.learned, proposed: state.proposed)
    }

    /// The process died in these runs: they are closed as far as they were recorded, and not taken up again.
    private mutating func beginIfFirst(_ now: Instant, _ records: inout RecordBuffer) {
        guard !hasBegun else { return }
        hasBegun = true
        begun = now
        lastScan = now
        for number in 0..<sources.count {
            sources[number].quietSince = now + (.zero - sources[number].drawing.quietBefore)
        }
        for open in openRuns {
            records.ledger(.runEnded(open.run, .interrupted, watered: open.watered, volume: open.volume,
                                     isEstimated: open.isEstimated, .idle))
            records.event(Event(.runInterruptedByRestart, .zone(open.zone), value: open.volume.base, duration: open.watered))
            tellShortfall(open.zone, open.planned, watered: open.watered, volume: open.volume, .idle, &records)
        }
        openRuns = []
    }
}
