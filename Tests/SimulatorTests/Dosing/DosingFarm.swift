import Agronomy
@testable import Control
import ProcessImage
import Quantities
@testable import Simulator

/// A source with pump, two zones of 12 m3/h and a dosing unit with stocks A and B and acid, around the controls of irrigation and
/// fertigation. The water and what is dissolved in it are the simulator's; everything else obeys at once, unless told otherwise.
final class DosingFarm {
    static let pump = OutputIndex(0)
    static let valves = [OutputIndex(1), OutputIndex(2)]
    static let dosers = [OutputIndex(3), OutputIndex(4), OutputIndex(5)]
    static let channels = [ChannelIndex(0), ChannelIndex(1), ChannelIndex(2)]
    static let unit = DosingUnitIndex(0)
    /// m3/h of a channel that is on.
    static let capacity = [0.2, 0.2, 0.12]
    static let stroke = Volume.liters(0.01)
    /// m3/h of a zone.
    static let flow = 12.0
    static let mondayAtSix: Int64 = 1_795_384_800

    let tables: SiteTables
    let plan: ControlPlan
    var irrigation: IrrigationControl
    var fertigation: FertigationControl
    var image: InputImage
    var demands: Demands
    var records = RecordBuffer(capacity: 4_096)
    var plant: MixingPlant
    var ledger = DoseRows()
    let scan: Duration

    var now = Instant(nanoseconds: 1_000_000_000_000)
    var levels: [OutputLevel]
    var since: [Instant]
    private var commands: UInt64 = 0
    private var waiting: [Command] = []
    private var total = 0.0
    private var metered = [0.0, 0.0, 0.0]

    /// Of the flow that the zones take; 0: the water is gone though pump and valve are on.
    var flowFactor = 1.0
    /// Outputs that an interlock keeps off.
    var held: [OutputIndex: Cause] = [:]
    /// What a channel's own meter sees of what it gives.
    var meterFactor = [1.0, 1.0, 1.0]
    var ecOffset = 0.0
    var ecAnswers = true
    var clockIsTrusted = true

    init(recipes: [RecipePlan], programs: [ProgramPlan] = [], drive: ChannelDrive = DosingFarm.duty, ceilings: DoseCeilings = .none,
         pipes: PipeNeeds = PipeNeeds(), form: MixingPlant.Form = .inline(pipe: 0.0333, mixer: 0.005), twoProbes: Bool = false,
         contents: [Set<Constituent>] = [[.calcium], [.sulfate], [.acid]], alkalinity: Double = 4, third: ChannelReaction = .acid,
         restored: Restored = Restored(),
         scan: Duration = .milliseconds(100)) {
        tables = DosingFarm.siteTables(programs: programs.count, recipes: recipes.count)
        let dosing = DosingFarm.fertigation(tables, recipes, drive, ceilings, pipes, form, twoProbes, contents, alkalinity, third)
        plan = DosingFarm.control(tables, programs, dosing)
        irrigation = IrrigationControl(plan: plan, restored: restored)
        fertigation = FertigationControl(plan: plan, restored: restored)
        image = InputImage(tables: tables)
        demands = Demands(outputs: tables.outputs)
        let stroke: Double? = if case .pulses = drive { DosingFarm.stroke.base } else { nil }
        let alkali = Solution(conductivity: 0.6, alkalinity: -MixingTests.acid.alkalinity)
        let stocks = [MixingTests.stock, MixingTests.stock, third == .base ? alkali : MixingTests.acid]
        plant = MixingPlant(form, raw: MixingTests.raw,
                            channels: zip(stocks, DosingFarm.capacity).map { DosingChannel(stock: $0, capacity: $1, stroke: stroke, tank: 10) },
                            probes: [(.conductivity, 2), (.pH, 3)])
        levels = tables.outputs.map { _ in .off }
        since = tables.outputs.map { _ in .start }
        self.scan = scan
    }

    static let duty = ChannelDrive.duty(cycle: .seconds(3), leastOn: .milliseconds(300), leastOff: .milliseconds(300))
    static let pulses = ChannelDrive.pulses(on: .milliseconds(100), off: .milliseconds(100))

    // MARK: Turning

    func turn() {
        now = now + scan
        flow()
        image.begin(now: now, wall: WallTime(unixNanoseconds: DosingFarm.mondayAtSix * 1_000_000_000 + now.nanoseconds - 1_000_000_000_000,
                                             trust: clockIsTrusted ? .synced : .unset))
        latch()
        demands.reset()
        records.clear()
        irrigation.step(image, &demands, &records)
        fertigation.step(&irrigation, image, &demands, &records)
        for number in levels.indices {
            let output = OutputIndex(number)
            let level = held[output] == nil ? demands[output].level : .off
            if level != levels[number] { since[number] = now }
            levels[number] = level
        }
        ledger.take(records, at: now)
    }

    func turn(for time: Duration) {
        for _ in 0..<Int(time.seconds / scan.seconds + 0.5) { turn() }
    }

    /// Turns until something is so; `false` when it is not within the time.
    @discardableResult
    func turn(atMost time: Duration, until isSo: (DosingFarm) -> Bool) -> Bool {
        for _ in 0..<Int(time.seconds / scan.seconds + 0.5) {
            turn()
            if isSo(self) { return true }
        }
        return false
    }

    /// m3/h through the open valves while the pump runs.
    var flowNow: Double {
        guard isOn(Self.pump) else { return 0 }
        return Self.flow * Double(Self.valves.count { isOn($0) }) * flowFactor
    }

    private func flow() {
        let seconds = scan.seconds
        total += flowNow / 3600 * seconds
        let before = plant.channels.map(\.given)
        let on = Self.dosers.map { levels[$0.offset].isOn }
        plant.advance(seconds, flow: flowNow) { on[$0] ? 1 : 0 }
        for number in 0..<3 { metered[number] += (plant.channels[number].given - before[number]) * meterFactor[number] }
    }

    private func latch() {
        for number in levels.indices {
            image.latch(Verdict(level: levels[number], since: since[number], hold: held[OutputIndex(number)]), of: OutputIndex(number))
        }
        image.latch(.good(flowNow, at: now), at: PointIndex(0))
        image.latch(.good(total, at: now), at: PointIndex(1))
        image.latch(ecAnswers ? .good(plant.shown(0), at: now) : .bad(.noAnswer, at: now), at: PointIndex(2))
        image.latch(.good(plant.shown(0) + ecOffset, at: now), at: PointIndex(3))
        image.latch(.good(plant.shown(1), at: now), at: PointIndex(4))
        for number in 0..<3 { image.latch(.good(metered[number], at: now), at: PointIndex(5 + number)) }
        image.latchLedger(durableThrough: ledger.durableThrough(at: now), isWritable: true)
        while let command = waiting.first, image.latch(command) { waiting.removeFirst() }
    }

    @discardableResult
    func order(_ kind: Command.Kind) -> UInt64 {
        commands += 1
        waiting.append(Command(id: commands, kind: kind, author: .localOperator, expires: now + .minutes(1)))
        return commands
    }

    /// The controls alone, with what was latched last and a disk that is done at once: nothing of the field, for counting.
    func scanAlone() {
        now = now + scan
        image.begin(now: now, wall: WallTime(unixNanoseconds: DosingFarm.mondayAtSix * 1_000_000_000, trust: .synced))
        for number in 0..<image.pointCount {
            image.latch(.good(image.reading(PointIndex(number)).recorded, at: now), at: PointIndex(number))
        }
        image.latchLedger(durableThrough: .max, isWritable: true)
        demands.reset()
        records.clear()
        irrigation.step(image, &demands, &records)
        fertigation.step(&irrigation, image, &demands, &records)
    }

    static func at(_ hour: Int, _ minute: Int) -> TimeOfDay { TimeOfDay(hour: hour, minute: minute) ?? .midnight }

    // MARK: What is seen

    func isOn(_ output: OutputIndex) -> Bool { levels[output.offset].isOn }
    var isDosing: Bool { Self.dosers.contains { isOn($0) } }
    var reason: DosingReason { fertigation.status(of: Self.unit).reason }
    /// m3 that really went into the water, of each channel.
    var given: [Double] { plant.channels.map(\.given) }

    /// The process dies here and begins anew with what is on disk; the field stands as safe, the water as it was.
    func die() {
        let restored = ledger.restored(at: now)
        irrigation = IrrigationControl(plan: plan, restored: restored)
        fertigation = FertigationControl(plan: plan, restored: restored)
        ledger.die(at: now)
        records = RecordBuffer(capacity: 4_096)
        waiting = []
        for number in levels.indices where levels[number].isOn {
            levels[number] = .off
            since[number] = now
        }
    }
}

/// The rows on a disk that needs a moment, and what they add up to.
struct DoseRows {
    private var pending: [(number: UInt64, entry: LedgerEntry, at: Instant)] = []
    private(set) var rows: [LedgerEntry] = []
    private(set) var events: [Event] = []
    private(set) var outcomes: [UInt64: CommandOutcome] = [:]
    private var through: UInt64 = 0
    private var state = DoseState()
    var delay: Duration = .milliseconds(50)

    mutating func take(_ records: borrowing RecordBuffer, at now: Instant) {
        for number in 0..<records.count {
            switch records[number] {
            case .ledger(let entry, let row): pending.append((row, entry, now + delay))
            case .event(let event): events.append(event)
            default: break
            }
        }
        settle(at: now)
    }

    private mutating func settle(at now: Instant) {
        while let first = pending.first, first.at <= now {
            pending.removeFirst()
            through = first.number
            rows.append(first.entry)
            state.apply(first.entry)
            if case .commandDone(let command, let outcome) = first.entry { outcomes[command] = outcome }
        }
    }

    mutating func durableThrough(at now: Instant) -> UInt64 {
        settle(at: now)
        return through
    }

    func restored(at now: Instant) -> Restored { state.restored }

    mutating func die(at now: Instant) {
        pending = []
        through = 0
    }

    func count(_ kind: EventKind) -> Int { events.count { $0.kind == kind } }
    var ended: [(dose: DoseSoFar, outcome: RunOutcome, cause: Cause)] {
        rows.compactMap { if case .doseEnded(let dose, _, let outcome, let cause) = $0 { (dose, outcome, cause) } else { nil } }
    }
}

/// What a new life takes over, from the rows of dosing and runs.
private struct DoseState {
    private(set) var restored = Restored()

    mutating func apply(_ entry: LedgerEntry) {
        switch entry {
        case .runStarted(let run, let zone, _, let planned):
            restored.nextRun = max(restored.nextRun, RunID(rawValue: run.rawValue + 1))
            restored.openRuns.append(.init(run: run, zone: zone, planned: planned))
        case .runEnded(let run, _, _, _, _, _): restored.openRuns.removeAll { $0.run == run }
        case .dosePlanned(let dose, _, _): put(dose)
        case .doseIntent(let dose, let hour):
            put(dose)
            put(hour)
        case .doseEnded(let dose, let hour, _, _):
            restored.openDoses.removeAll { $0.run == dose.run && $0.channel == dose.channel }
            put(hour)
        case .flushOwed(let debt):
            restored.flushDebts.removeAll { $0.zone == debt.zone }
            restored.flushDebts.append(debt)
        case .flushPaid(let zone): restored.flushDebts.removeAll { $0.zone == zone }
        case .tank(let tank, let state):
            restored.tanks.removeAll { $0.tank == tank }
            restored.tanks.append((tank, state))
        case .channelCalibrated(let channel, let calibration): restored.calibrations.append((channel, calibration))
        case .loopTuned(let unit, let loop, let model, _): restored.loopModels.append((unit, loop, model))
        case .standing(let order): restored.standing.append(order)
        case .standingEnded(let kind, let subject): restored.standing.removeAll { $0.kind == kind && $0.subject == subject }
        default: break
        }
    }

    private mutating func put(_ dose: DoseSoFar) {
        restored.openDoses.removeAll { $0.run == dose.run && $0.channel == dose.channel }
        restored.openDoses.append(dose)
    }

    private mutating func put(_ hour: DoseHour) {
        restored.doseHours.removeAll { $0.channel == hour.channel && $0.hour == hour.hour }
        restored.doseHours.append(hour)
    }
}

extension DosingFarm {
    static func siteTables(programs: Int, recipes: Int) -> SiteTables {
        func point(_ tag: String, _ unit: String) -> PointDefinition {
            PointDefinition(label: Label(tag: tag), unit: Unit(symbol: unit) ?? Unit.all[0], uncertainAfter: .seconds(5), badAfter: .seconds(15))
        }
        let names: [(String, OutputKind)] = [("P", .pump), ("V1", .valve), ("V2", .valve), ("A", .doser), ("B", .doser), ("C", .doser)]
        let outputs = names.map {
            OutputDefinition(label: Label(tag: $0), kind: $1, safe: .off, maximumOn: .hours(8), travel: $1 == .valve ? .seconds(5) : .zero)
        }
        let points = [point("FT", "m3/h"), point("FQ", "m3"), point("EC", "mS/cm"), point("EC2", "mS/cm"), point("PH", "pH"),
                      point("QA", "m3"), point("QB", "m3"), point("QC", "m3")]
        return SiteTables(site: Label(tag: "farm"), clock: .shanghai, points: points, outputs: outputs, zones: [Label(tag: "east"), Label(tag: "west")],
                          sources: [Label(tag: "well")], programs: (0..<programs).map { Label(tag: "program-\($0)") },
                          dosingUnits: [Label(tag: "mixer")], channels: ["A", "B", "C"].map { Label(tag: $0) },
                          tanks: ["A", "B", "C"].map { Label(tag: $0) }, recipes: (0..<recipes).map { Label(tag: "recipe-\($0)") })
    }

    static func fertigation(_ tables: SiteTables, _ recipes: [RecipePlan], _ drive: ChannelDrive, _ ceilings: DoseCeilings, _ pipes: PipeNeeds,
                            _ form: MixingPlant.Form, _ twoProbes: Bool, _ contents: [Set<Constituent>], _ alkalinity: Double,
                            _ third: ChannelReaction) -> FertigationPlan {
        func ec(_ tag: String) -> ECProbe? { tables.point(tag: tag).flatMap { tables.quantity($0, as: Conductivity.self) }.map { ECProbe($0) } }
        let probes = DosingProbes(ec: ec("EC"), ecWitness: twoProbes ? ec("EC2") : nil,
                                  ph: tables.point(tag: "PH").flatMap { tables.quantity($0, as: Acidity.self) })
        let mixing: MixingForm = form.pipe > 0 ? .inline(Volume(base: form.pipe)) : .tank(Volume(base: form.mixer))
        let unit = DosingUnitPlan(source: SourceIndex(0), form: mixing, leastFlow: .cubicMetersPerHour(3), probes: probes,
                                  raw: RawWater(otherwise: .decisiemensPerMeter(MixingTests.raw.conductivity),
                                                alkalinity: .perCubicMeter(alkalinity), left: .perCubicMeter(0.9)))
        let channels = (0..<3).map { number in
            let isPulses = if case .pulses = drive { true } else { false }
            return ChannelPlan(unit: DosingUnitIndex(0), output: dosers[number], drive: drive,
                               rate: isPulses ? .stroke(stroke) : .flow(Flow(base: capacity[number])),
                               reaction: number == 2 ? third : .ec,
                               meter: tables.point(tag: ["QA", "QB", "QC"][number]).flatMap { tables.quantity($0, as: Volume.self) },
                               tank: TankIndex(number), ceilings: ceilings)
        }
        let tanks = (0..<3).map { number in
            TankPlan(capacity: .liters(500), low: .liters(5), contents: contents[number],
                     adds: .decisiemensPerMeter(number == 2 ? 0 : MixingTests.stock.conductivity / 1000),
                     normality: .perCubicMeter(number == 2 ? -MixingTests.acid.alkalinity : 0))
        }
        return FertigationPlan(units: [unit], channels: channels, tanks: tanks, recipes: recipes, pipes: [pipes, pipes])
    }

    static func control(_ tables: SiteTables, _ programs: [ProgramPlan], _ dosing: FertigationPlan) -> ControlPlan {
        func quantity<Q: Quantity>(_ tag: String) -> PointOf<Q>? { tables.point(tag: tag).flatMap { tables.quantity($0) } }
        let source = SourcePlan(pump: pump, masterValve: nil, capacity: .cubicMetersPerHour(30), flow: quantity("FT"), total: quantity("FQ"))
        let zones = valves.map {
            ZonePlan(source: SourceIndex(0), valve: $0, travel: .seconds(5), nominalFlow: .cubicMetersPerHour(flow), area: .mu(3))
        }
        return ControlPlan(clock: tables.clock, sources: [source], zones: zones, programs: programs, fertigation: dosing)
    }
}
