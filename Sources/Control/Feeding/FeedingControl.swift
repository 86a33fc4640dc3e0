import Agronomy
public import ProcessImage
public import Quantities

/// One cage's memory.
struct CageState: BitwiseCopyable {
    /// `nil`: nobody has said yet what swims in it.
    var stock: CageStock?
    var appetite = Appetite()
    var fasts = Fasts()
    var run: MealRun?
    /// Its meal wants the doser to turn in this scan.
    var doses = false
    var reason = FeedReason.waiting
    var isLocked = false
    /// What was told of its oxygen last.
    var told = OxygenStatus()
}

/// One line's memory.
struct LineState: BitwiseCopyable {
    var line: FeedLine
    /// The cage whose meal it gives.
    var owner: CageIndex?
    var meter = DoserMeter()
    /// What the ledger says of the pipe.
    var booked: UInt8?
}

/// Net cages: image in, demands out. Oxygen first; feed only where every gate says so, through lines whose every step is proven, each
/// meal once.
public struct FeedingControl: ~Copyable {
    let cages: Dense<CageIndex, CagePlan>
    let lines: Dense<FeedLineIndex, FeedLineWiring>
    let outlets: Dense<OutletIndex, OutletWiring>
    let stages: Dense<AerationStageIndex, AerationStage>
    let species: [Species]
    /// Who is asked first whether a meal is due: the higher priority, and of equals the one that stands first.
    private let mealOrder: [CageIndex]
    let clock: LocalClock

    var senses: CageSenses
    var gates: FeedGates
    var air: Aeration
    var book: MealBook
    var silos: SiloBook
    var depth: DepthControl
    var states: Dense<CageIndex, CageState>
    var lineStates: Dense<FeedLineIndex, LineState>
    /// Meals that the process died in, to be told in the first scan.
    private var interrupted: [BookedMeal]
    private var lastScan: Instant?

    public init(_ plan: FeedingPlan, clock: LocalClock, sun: SunClock, restored: Restored) {
        cages = Dense(plan.cages)
        lines = Dense(plan.lines)
        outlets = Dense(plan.outlets)
        stages = Dense(plan.stages)
        species = plan.species
        mealOrder = plan.cages.indices.sorted { first, second in
            let priorities = [first, second].map { plan.cages[$0].feed?.priority ?? 0 }
            return priorities[0] == priorities[1] ? first < second : priorities[0] > priorities[1]
        }.map { CageIndex($0) }
        self.clock = clock
        let salinities = plan.cages.map { $0.aeration.salinity?.psu }
        senses = CageSenses(plan.probes, cages: plan.cages.count, salinities: salinities)
        gates = FeedGates(plan.gates, cages: plan.cages.count)
        air = Aeration(plan.cages.map(\.aeration), stages: plan.stages, clock: clock)
        let meals = plan.cages.map { $0.feed?.meals ?? .byHandOnly }
        book = MealBook(meals, clock: MealClock(clock: clock, sun: sun, slack: plan.slack), restoring: restored.meals,
                        isComplete: restored.ledgerIsComplete)
        silos = SiloBook(plan.silos, restoring: restored.silos)
        depth = DepthControl(plan.depths, probes: plan.depthProbes)
        states = Dense(repeating: CageState(), count: plan.cages.count)
        lineStates = Dense(plan.lines.indices.map { number in
            if plan.lines[number].plan.hasBlower, !restored.ledgerIsComplete { return LineState(line: .unknown) }
            let owed = restored.loadedLines.first { $0.line.offset == number }?.outlet
            return LineState(line: FeedLine(owing: owed), booked: owed)
        })
        interrupted = restored.meals.filter { $0.outcome == nil && $0.meal.cage.offset < plan.cages.count }
        for number in plan.cages.indices { states[CageIndex(number)].stock = plan.cages[number].stock }
        for (cage, stock) in restored.stocks where cage.offset < plan.cages.count { states[cage].stock = stock }
        for (cage, fast) in restored.fasts where cage.offset < plan.cages.count { states[cage].fasts.set(fast) }
        for (cage, order) in restored.appetites where cage.offset < plan.cages.count { states[cage].appetite.set(order) }
    }

    public var cageCount: Int { cages.count }
    public var lineCount: Int { lines.count }
    public var siloCount: Int { silos.count }

    public func reason(of cage: CageIndex) -> FeedReason { states[cage].reason }
    /// Why its gates let no more through; `nil`: they let everything.
    public func gate(of cage: CageIndex) -> FeedReason? { gates[cage].reason }
    public func oxygen(of cage: CageIndex) -> OxygenStatus { air.status(of: cage) }
    public func fault(of line: FeedLineIndex) -> LineFault? { lineStates[line].line.phase == .faulted ? lineStates[line].line.fault : nil }

    /// `nil`: it is no submersible cage.
    public func depth(of cage: CageIndex) -> DepthStatus? { depth.status(of: cage) }

    public func status(of silo: SiloIndex) -> SiloStatus { silos.status(of: silo) }

    public func status(of line: FeedLineIndex) -> LineStatus {
        var status = LineStatus()
        status.phase = lineStates[line].line.phase
        status.cage = lineStates[line].owner
        status.fault = fault(of: line)?.reason
        status.isLoaded = lineStates[line].line.isLoaded
        return status
    }

    /// - Parameter wall: of this scan.
    public func status(of cage: CageIndex, _ wall: WallTime) -> CageStatus {
        let state = states[cage]
        var status = CageStatus()
        status.reason = reason(of: cage)
        status.share = gates[cage].share
        status.gate = gate(of: cage)
        status.stock = state.stock
        status.planned = state.run?.planned ?? .zero
        status.given = state.run?.givenSoFar ?? .zero
        status.today = book.given(today: cage) + status.given
        status.isLocked = state.isLocked
        status.appetite = state.appetite.factor(on: clock.local(unixSeconds: wall.unixSeconds).date)
        status.nextMeal = wall.isTrusted ? book.nextMeal(of: cage).flatMap { book.dueTime($0, of: cage) } : nil
        status.fast = state.fasts.holding(wall)
        status.saturation = senses.saturation(of: cage)
        status.oxygen = oxygen(of: cage)
        return status
    }

    /// One scan.
    public mutating func step(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) {
        guard cages.count > 0 else { return }
        let elapsed = lastScan.map { image.now - $0 } ?? .zero
        if lastScan == nil { tellInterrupted(image.now, &records) }
        lastScan = image.now
        senses.look(image)
        gates.step(senses, at: image.now)
        silos.look(image, &records)
        obey(image, &records)
        for turn in mealOrder.indices { feed(mealOrder[turn], image, over: elapsed, &records) }
        for line in 0..<lines.count { drive(FeedLineIndex(line), image, over: elapsed, &demands, &records) }
        depth.step(image, states, &demands, &records)
        air.step(image, senses)
        demandAir(&demands)
        for cage in 0..<cages.count { tellOxygen(CageIndex(cage), &records) }
    }

    /// An orderly end of the program: meals are accounted for. Demands nothing.
    public mutating func interrupt(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<cages.count where states[number].run != nil { end(CageIndex(number), .interrupted, image.now, &records) }
    }

    private mutating func tellInterrupted(_ now: Instant, _ records: inout RecordBuffer) {
        for meal in interrupted {
            records.ledger(.feedMeal(.ended(meal.meal, .interrupted, given: meal.given)))
            records.event(Event(.mealInterrupted, .cage(meal.meal.cage), value: meal.given.kilograms, limit: meal.planned.kilograms))
            takeFromSilo(meal.given, for: meal.meal.cage, &records)
        }
        interrupted = []
    }

    // MARK: Oxygen

    private func demandAir(_ demands: inout Demands) {
        for number in 0..<stages.count {
            let stage = AerationStageIndex(number)
            let status = air.status(of: stages[stage].cage)
            let isOn = air.isOn(stage)
            let need: FeedReason = status.isBlind ? .oxygenUnknown : status.isLow || status.isEmergency ? .oxygenLow : .oxygenLead
            let cause = isOn ? need : .oxygenEnough
            demands[stages[stage].output] = Demand(isOn ? .on : .off, because: .feed(cause))
        }
        for number in 0..<cages.count where air.status(of: CageIndex(number)).siren {
            guard let siren = cages[number].aeration.siren else { continue }
            demands[siren] = Demand(.on, because: .feed(air.status(of: CageIndex(number)).isBlind ? .oxygenUnknown : .oxygenLow))
        }
    }

    /// What has come about, once.
    private mutating func tellOxygen(_ cage: CageIndex, _ records: inout RecordBuffer) {
        let now = air.status(of: cage), was = states[cage].told
        states[cage].told = now
        func tell(_ kind: EventKind, limit: Double = .nan) { records.event(Event(kind, .cage(cage), value: now.worst, limit: limit)) }
        if now.isLow, !was.isLow { tell(.oxygenLow, limit: firstLimit(of: cage)) }
        if now.isEmergency, !was.isEmergency { tell(.oxygenEmergency, limit: cages[cage].aeration.emergency.milligramsPerLiter) }
        if now.isBlind, !was.isBlind { tell(.oxygenBlind) }
        if now.isUnproven, !was.isUnproven { tell(.aeratorUnproven) }
        if now.isFull, !was.isFull { tell(.oxygenFull) }
        if now.siren, !was.siren { tell(.sirenSounds) }
        let isWell = !now.isLow && !now.isEmergency && !now.isBlind
        if isWell, was.isLow || was.isEmergency || was.isBlind { tell(.oxygenEnough) }
    }

    private func firstLimit(of cage: CageIndex) -> Double {
        for number in 0..<stages.count where stages[number].cage == cage { return stages[number].on.milligramsPerLiter }
        return .nan
    }
}

public struct OutletIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}
