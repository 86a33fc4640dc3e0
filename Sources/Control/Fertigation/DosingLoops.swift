import Agronomy
import ProcessImage
import Quantities

/// One loop of a unit: what is ordered, by the strength of the stocks and a PI on what is measured.
struct LoopState: BitwiseCopyable {
    var model: LoopModel
    var pid: PID
    /// Ordered: mS/cm to add, or eq/m3 of acid.
    var output = 0.0
    var target: Double?
    var measured: Double?
    /// The two probes are too far apart.
    var apart = Sustained()
    /// The value has been in its band since dosing began.
    var hasReached = false
    /// It has been steered long enough to reach it.
    var hadItsTime = false
    private var steered = Sustained()
    var deviates = Sustained()
    var isTold = false
    /// Water and time since this loop's stock first went in without a break.
    var water = Volume.zero
    var since: Instant?

    init(_ plan: DosingUnitPlan, _ loop: DosingLoop, _ model: LoopModel, flow: Flow? = nil) {
        let settings = loop == .ec ? plan.ecLoop : plan.phLoop
        self.model = model
        let process = LoopState.process(plan.form, model, flow)
        // As slow as the water itself at least: what is dosed too much can not be taken back.
        pid = PID(process.lambdaTuning(max(process.deadTime * 3, process.lag)), model.gain < 0 ? .lowers : .raises,
                  limits: Bounds(-settings.trim, settings.trim), deadband: settings.deadband, nominalStep: .seconds(1))
    }

    /// In the main the way to the probes is dead time; a stirred tank is lag.
    static func process(_ form: MixingForm, _ model: LoopModel, _ flow: Flow?) -> ProcessModel {
        let way = flow.flatMap { $0 > .zero ? Duration.seconds(min(form.volume.base / $0.base * 3600, 600)) : nil } ?? .seconds(10)
        switch form {
        case .inline: return ProcessModel(gain: model.gain, lag: model.lag, deadTime: model.deadTime + way)
        case .tank: return ProcessModel(gain: model.gain, lag: model.lag + way, deadTime: model.deadTime)
        }
    }

    /// Since dosing went on, what is measured is still the water of before.
    func isSettling(_ form: MixingForm, at now: Instant) -> Bool {
        guard let since else { return true }
        let water = form.volume * (form.isTank ? 3 : 1.5)
        return self.water < water || now - since < model.lag * 3 + model.deadTime
    }

    /// What the probes show in this scan. While two disagree the safe one counts, and the loop stands.
    mutating func see(_ probes: (value: Double?, isApart: Bool), at now: Instant) {
        measured = probes.value
        _ = apart.look(probes.isApart, at: now)
    }

    /// Two probes have disagreed for longer than the mix explains.
    func isDoubted(at now: Instant) -> Bool { apart.hasHeld(for: Limits.probesApartMax, at: now) }

    mutating func noteTime(_ isSettling: Bool, _ settings: LoopSettings, at now: Instant) {
        if steered.look(!isSettling, for: settings.bandFor, at: now) != nil { hadItsTime = true }
    }

    /// Stock is added slowly and taken back at once. While it is seconds behind, what is measured tells of less than is wanted: it
    /// settles anew.
    mutating func rise(to wanted: Double, _ rate: Double, over elapsed: Duration, _ now: Instant) {
        if wanted > output + rate * 5 {
            since = now
            water = .zero
        }
        output = min(wanted, output + rate * elapsed.seconds)
    }

    mutating func rest() {
        since = nil
        water = .zero
        deviates = Sustained()
    }
}

extension MixingForm {
    var isTank: Bool { if case .tank = self { true } else { false } }
}

/// The EC loop first, then the pH loop: acid is dosed once the conductivity has come into its band, since the stocks are acid too.
/// Where it does not come there, acid does not wait longer than the conductivity's own alarm: water without acid is a wrong mix as well.
extension FertigationControl {
    /// Of the acid that the laboratory's alkalinity asks for. The loop adds the rest: the laboratory's water is not today's.
    private static var acidAtFirst: Double { 0.85 }

    mutating func beginLoops(_ unit: DosingUnitIndex, flow: Flow?) {
        states[unit].ec = LoopState(book.units[unit], .ec, states[unit].ec.model, flow: flow)
        let raises = states[unit].recipe.map { book.recipes[$0].raisesPH } ?? false
        states[unit].ph = LoopState(book.units[unit], .ph, states[unit].ph.model.raising(raises), flow: flow)
        states[unit].ecProbe = FrozenProbe(resolution: book.units[unit].probes.ecResolution.base)
        states[unit].phProbe = FrozenProbe(resolution: book.units[unit].probes.phResolution.base)
        states[unit].toldSalty = false
    }

    /// With what its tuning found, from the output it has.
    mutating func beginLoop(_ unit: DosingUnitIndex, _ loop: DosingLoop) {
        let old = loop == .ec ? states[unit].ec : states[unit].ph
        var new = LoopState(book.units[unit], loop, old.model, flow: states[unit].flow)
        new.pid.follow(old.pid.output, setpoint: old.target ?? 0, measured: old.measured)
        (new.output, new.target, new.measured, new.hasReached) = (old.output, old.target, old.measured, old.hasReached)
        (new.apart, new.hadItsTime) = (old.apart, old.hadItsTime)
        if loop == .ec { states[unit].ec = new } else { states[unit].ph = new }
    }

    mutating func restLoops(_ unit: DosingUnitIndex) {
        states[unit].ec.rest()
        states[unit].ph.rest()
    }

    mutating func steer(_ unit: DosingUnitIndex, _ recipe: RecipeRule, over elapsed: Duration, _ now: Instant,
                        _ records: inout RecordBuffer) {
        if let ec = recipe.ec, recipe.strength > 0 {
            let raw = states[unit].rawEC ?? book.units[unit].raw.otherwise.base
            steer(unit, .ec, feed: feed(unit, ec, raw, &records), target: ec.mix(over: raw), elapsed, now, &records)
        }
        guard let ph = recipe.ph, recipe.ec == nil || states[unit].ec.hasReached || states[unit].ec.hadItsTime else { return }
        let raw = book.units[unit].raw
        let demand = recipe.raisesPH ? 0 : raw.alkalinity.acidDemand(leaving: raw.left).base
        steer(unit, .ph, feed: demand * Self.acidAtFirst, target: ph.pH, elapsed, now, &records)
    }

    /// What the stocks have to add; nothing over raw water that has more.
    private mutating func feed(_ unit: DosingUnitIndex, _ target: ECTarget, _ raw: Double, _ records: inout RecordBuffer) -> Double {
        switch target {
        case .feed(let feed): return feed.base
        case .mix(let mix):
            if let feed = mix.feed(over: Conductivity(base: raw)) { return feed.base }
            if !states[unit].toldSalty { records.event(Event(.rawTooSalty, .dosingUnit(unit), value: raw, limit: mix.base)) }
            states[unit].toldSalty = true
            return 0
        }
    }

    private mutating func steer(_ unit: DosingUnitIndex, _ loop: DosingLoop, feed: Double, target: Double, _ elapsed: Duration,
                                _ now: Instant, _ records: inout RecordBuffer) {
        let settings = book.units[unit].settings(of: loop)
        var state = loop == .ec ? states[unit].ec : states[unit].ph
        state.since = state.since ?? now
        state.water += states[unit].view.water
        state.target = target
        let isSettling = state.isSettling(book.units[unit].form, at: now)
        let wanted = tuned(unit, loop, state.measured, over: elapsed, &records) ?? (feed + trim(&state, unit, loop, isSettling, elapsed))
        state.rise(to: max(wanted, 0), settings.rise, over: elapsed, now)
        watch(&state, settings, isSettling, now)
        if state.deviates.hasHeld(for: settings.bandFor, at: now), !state.isTold {
            state.isTold = true
            records.event(Event(loop == .ec ? .ecDeviates : .phDeviates, .dosingUnit(unit), value: state.measured ?? .nan, limit: target,
                                duration: settings.bandFor))
        }
        if loop == .ec { states[unit].ec = state } else { states[unit].ph = state }
    }

    private func trim(_ state: inout LoopState, _ unit: DosingUnitIndex, _ loop: DosingLoop, _ isSettling: Bool,
                      _ elapsed: Duration) -> Double {
        guard let target = state.target, let measured = state.measured, !isSettling, !state.apart.isBegun else {
            state.pid.follow(state.pid.output, setpoint: state.target ?? 0, measured: state.measured)
            return state.pid.output
        }
        var hold: IntegratorHold = []
        if isShort(unit, loop) { hold.insert(.atLimit) }
        // What was given too much is taken back twice as fast as it is given: the pH falls through where little alkalinity is left.
        let isBeyond = loop == .ph && (state.model.gain < 0 ? measured < target : measured > target)
        return state.pid.step(setpoint: target, measured: isBeyond ? target - 2 * (target - measured) : measured, over: elapsed, hold: hold)
    }

    /// A channel of the loop gives all it can.
    private func isShort(_ unit: DosingUnitIndex, _ loop: DosingLoop) -> Bool {
        guard let recipe = states[unit].recipe else { return false }
        for number in book.recipes[recipe].parts.range {
            let part = book.parts[number]
            let isOfLoop = switch part.mode {
            case .ec: loop == .ec
            case .ph: loop == .ph
            default: false
            }
            if isOfLoop, channels[part.channel].driver.isShort { return true }
        }
        return false
    }

    private func watch(_ state: inout LoopState, _ settings: LoopSettings, _ isSettling: Bool, _ now: Instant) {
        let off = state.measured.flatMap { measured in state.target.map { abs(measured - $0) } }
        if let off, !isSettling, off <= settings.reached { state.hasReached = true }
        state.noteTime(isSettling, settings, at: now)
        _ = state.deviates.look(isSettling ? false : off.map { $0 > settings.band }, at: now)
    }

    // MARK: Tuning

    /// What the step test orders; `nil`: there is none.
    private mutating func tuned(_ unit: DosingUnitIndex, _ loop: DosingLoop, _ measured: Double?, over elapsed: Duration,
                                _ records: inout RecordBuffer) -> Double? {
        guard var tuning = states[unit].tuning, tuning.loop == loop else { return nil }
        let phase = tuning.test.step(measured, over: elapsed)
        states[unit].tuning = tuning
        switch phase {
        case .waiting, .stepping: return tuning.test.output
        case .aborted:
            states[unit].tuning = nil
            records.event(Event(.tuneFailed, .dosingUnit(unit), because: .dosing(.tuning)))
        case .done(let model):
            states[unit].tuning = nil
            propose(model, unit, loop, &records)
        }
        return nil
    }

    private mutating func propose(_ model: ProcessModel, _ unit: DosingUnitIndex, _ loop: DosingLoop, _ records: inout RecordBuffer) {
        let way = LoopState.process(book.units[unit].form, LoopModel(gain: 1, lag: .zero, deadTime: .zero), states[unit].flow)
        let proposal = LoopModel(gain: model.gain, lag: max(model.lag - way.lag, .seconds(1)),
                                 deadTime: max(model.deadTime - way.deadTime, .zero))
        states[unit].proposed = (loop, proposal)
        records.event(Event(.tuned, .dosingUnit(unit), value: model.lag.seconds, duration: model.deadTime))
    }

    /// A step small enough to stay harmless and large enough to be seen.
    func stepTest(_ unit: DosingUnitIndex, _ loop: DosingLoop) -> StepTest? {
        let state = loop == .ec ? states[unit].ec : states[unit].ph
        guard let target = state.target, state.hasReached, state.output > 0 else { return nil }
        let settings = book.units[unit].settings(of: loop)
        let process = LoopState.process(book.units[unit].form, state.model, states[unit].flow)
        let step = loop == .ec ? state.output * 0.15 : -0.15 / state.model.gain
        let plan = StepTest.Plan(base: state.output, step: step, bounds: Bounds(target - settings.band * 2, target + settings.band * 2),
                                 band: max(settings.deadband, 0.01), rest: max(process.lag * 2, .seconds(15)) + process.deadTime,
                                 atMost: .minutes(15))
        return StepTest(plan)
    }
}

extension LoopSettings {
    /// As near as this the value has come to its target.
    var reached: Double { max(deadband * 3, band / 3) }
}

extension DosingUnitPlan {
    func settings(of loop: DosingLoop) -> LoopSettings { loop == .ec ? ecLoop : phLoop }
}

extension ECTarget {
    func mix(over raw: Double) -> Double {
        switch self {
        case .mix(let mix): max(mix.base, raw)
        case .feed(let feed): raw + feed.base
        }
    }
}
