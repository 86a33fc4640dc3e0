import Agronomy
import ProcessImage
import Quantities

/// One stage's memory.
struct AeratorState: BitwiseCopyable {
    /// On until it is known that it need not be.
    var isOn: Bool
    var since = Instant.never
    var unproven = Sustained()
    var isUnproven = false
}

/// One cage's memory.
struct OxygenState: BitwiseCopyable {
    var status = OxygenStatus()
    /// Stages called because those before them were not enough.
    var called = 0
    var short = Sustained()
    var emergency = Sustained()
    var blind = Sustained()
    var mealUntil = Instant.never
    var silentUntil = Instant.never
}

/// Keeps the oxygen of every cage: what is not known to be enough is too little. Aerators are off only while every probe of the
/// cage says that they may be; pure oxygen is open only while a probe says that it is needed and none that there is too much.
struct Aeration: ~Copyable {
    private let plans: Dense<CageIndex, AerationPlan>
    private let stages: Dense<AerationStageIndex, AerationStage>
    private let clock: LocalClock
    private var states: Dense<CageIndex, OxygenState>
    private var aerators: Dense<AerationStageIndex, AeratorState>
    /// The first scan of a life only looks: everything is as it is safe.
    private var hasLooked = false

    init(_ plans: [AerationPlan], stages: [AerationStage], clock: LocalClock) {
        self.plans = Dense(plans)
        self.stages = Dense(stages)
        self.clock = clock
        states = Dense(repeating: OxygenState(), count: plans.count)
        aerators = Dense(stages.map { AeratorState(isOn: !$0.isPureOxygen) })
    }

    func status(of cage: CageIndex) -> OxygenStatus { states[cage].status }

    func isOn(_ stage: AerationStageIndex) -> Bool { aerators[stage].isOn }

    /// A meal has ended, or goes on.
    mutating func noteMeal(in cage: CageIndex, at now: Instant) { states[cage].mealUntil = now + plans[cage].afterMeal }

    /// A person has heard the siren: it is silent for a quarter of an hour, and sounds again if the cause still stands.
    mutating func silence(_ cage: CageIndex, at now: Instant) { states[cage].silentUntil = now + .minutes(15) }

    mutating func step(_ image: borrowing InputImage, _ senses: borrowing CageSenses) {
        for cage in 0..<plans.count { look(CageIndex(cage), senses[CageIndex(cage)], image) }
        for stage in 0..<stages.count { drive(AerationStageIndex(stage), senses[stages[stage].cage], image) }
        for cage in 0..<plans.count { sound(CageIndex(cage), image.now) }
        hasLooked = true
    }

    // MARK: Looking

    /// What the cage's water says, and how many stages that calls for beyond their own limits.
    private mutating func look(_ cage: CageIndex, _ sight: CageSight, _ image: borrowing InputImage) {
        let oxygen = sight[.oxygen], was = states[cage].status
        var status = OxygenStatus()
        status.worst = oxygen.lowestSeen ?? .nan
        status.isBlind = !oxygen.isKnown
        status.isEmergency = oxygen.lowestSeen.map { $0 < plans[cage].emergency.base } ?? false
        let first = firstStage(of: cage)
        if let first, let lowest = oxygen.lowestSeen {
            status.isLow = lowest < (was.isLow ? stages[first].off.base : stages[first].on.base)
        }
        status.isFull = isFull(cage, sight)
        status.siren = was.siren
        states[cage].status = status
        call(cage, running: Int(was.stages), image.now)
    }

    private mutating func call(_ cage: CageIndex, running: Int, _ now: Instant) {
        let status = states[cage].status
        let isShort = status.isLow || (isAnyUnproven(cage) && states[cage].called > 0)
        if states[cage].short.look(isShort, for: plans[cage].escalateAfter, at: now) != nil {
            states[cage].called = min(max(states[cage].called, running) + 1, stages.count)
            states[cage].short = Sustained()
        }
        if isAnyUnproven(cage), status.isLow { states[cage].called = max(states[cage].called, 2) }
        if status.isEmergency { states[cage].called = stages.count }
        if !status.isLow, !status.isEmergency { states[cage].called = 0 }
    }

    private func firstStage(of cage: CageIndex) -> Int? {
        for stage in 0..<stages.count where stages[stage].cage == cage { return stage }
        return nil
    }

    private func isAnyUnproven(_ cage: CageIndex) -> Bool {
        for stage in 0..<stages.count where stages[stage].cage == cage && aerators[stage].isUnproven { return true }
        return false
    }

    /// Whether a probe says that pure oxygen is enough. Without temperature or salinity its own upper limit tells.
    private func isFull(_ cage: CageIndex, _ sight: CageSight) -> Bool {
        guard let most = sight[.oxygen].highestSeen else { return false }
        let water = sight[.temperature], salt = sight[.salinity]
        guard water.isKnown, let salinity = plans[cage].salinity?.psu ?? (salt.isKnown ? salt.high : nil),
              let part = DissolvedOxygen.saturated(.milligramsPerLiter(most), at: .celsius(water.high), .psu(salinity)) else {
            return false
        }
        return part >= plans[cage].fullest
    }

    // MARK: Driving

    private mutating func drive(_ index: AerationStageIndex, _ sight: CageSight, _ image: borrowing InputImage) {
        let (stage, now) = (stages[index], image.now)
        let state = states[stage.cage]
        let need = !hasLooked ? (stage.isPureOxygen ? .never : .must)
            : stage.isPureOxygen ? oxygenNeed(index, sight, state) : airNeed(index, sight, state, image)
        let rested = now - aerators[index].since
        switch need {
        case .must: turn(index, on: true, now)
        case .should: if aerators[index].isOn || rested >= stage.leastOff { turn(index, on: true, now) }
        case .none: if !aerators[index].isOn || rested >= stage.leastOn { turn(index, on: false, now) }
        case .never: turn(index, on: false, now)
        }
        prove(index, image)
        if aerators[index].isOn { states[stage.cage].status.stages += 1 }
        if aerators[index].isUnproven { states[stage.cage].status.isUnproven = true }
    }

    private func airNeed(_ index: AerationStageIndex, _ sight: CageSight, _ state: OxygenState, _ image: borrowing InputImage) -> AirNeed {
        let stage = stages[index], place = place(of: index)
        guard let lowest = sight[.oxygen].lowestSeen, !state.status.isBlind else { return .must }
        if lowest < stage.on.base || place < state.called { return .must }
        if aerators[index].isOn, lowest <= stage.off.base { return .must }
        if place == 0, isNight(stage.cage, image) || image.now < state.mealUntil { return .should }
        return .none
    }

    private func oxygenNeed(_ index: AerationStageIndex, _ sight: CageSight, _ state: OxygenState) -> AirNeed {
        let stage = stages[index]
        guard let lowest = sight[.oxygen].lowestSeen, let highest = sight[.oxygen].highestSeen else { return .never }
        if state.status.isFull || highest > stage.off.base { return .never }
        if lowest < stage.on.base || place(of: index) < state.called { return .must }
        return aerators[index].isOn && lowest <= stage.off.base ? .must : .none
    }

    /// Which of its cage's stages it is, from 0.
    private func place(of index: AerationStageIndex) -> Int {
        var place = 0
        for stage in 0..<index.offset where stages[stage].cage == stages[index].cage { place += 1 }
        return place
    }

    private func isNight(_ cage: CageIndex, _ image: borrowing InputImage) -> Bool {
        guard let night = plans[cage].night else { return false }
        return !image.wall.isTrusted || night.includes(clock.local(unixSeconds: image.wall.unixSeconds).time)
    }

    private mutating func turn(_ index: AerationStageIndex, on isOn: Bool, _ now: Instant) {
        guard aerators[index].isOn != isOn else { return }
        aerators[index].isOn = isOn
        aerators[index].since = now
    }

    /// It is to run and, given its time, is not known to.
    private mutating func prove(_ index: AerationStageIndex, _ image: borrowing InputImage) {
        let stage = stages[index]
        var runs = image.verdict(of: stage.output).level.isOn && image.feedback(of: stage.output).level != .off
        if let proof = stage.proof {
            runs = runs && (image.base(of: proof, noOlderThan: stage.proveWithin * 4).value ?? 0) >= stage.proofLeast
        }
        let lacking = aerators[index].unproven.look(aerators[index].isOn && !runs, for: stage.proveWithin, at: image.now)
        aerators[index].isUnproven = lacking != nil
    }

    private mutating func sound(_ cage: CageIndex, _ now: Instant) {
        let (plan, status) = (plans[cage], states[cage].status)
        let isDire = status.isEmergency || (status.isLow && status.isUnproven)
        let long = states[cage].emergency.look(isDire, for: plan.sirenAfter, at: now) != nil
        let dark = states[cage].blind.look(status.isBlind, for: plan.blindSirenAfter, at: now) != nil
        // Where nobody could tell and now it is known to be dire, what sounds goes on: it does not wait its minute anew.
        states[cage].status.siren = (long || dark || (isDire && status.siren)) && now >= states[cage].silentUntil
    }
}

/// How much a stage is needed.
enum AirNeed {
    /// Whatever its rest.
    case must
    /// Once it has rested.
    case should
    case none
    /// Whatever its least time.
    case never
}
