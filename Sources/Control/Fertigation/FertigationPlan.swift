public import Agronomy
public import ProcessImage
public import Quantities

/// Everything control knows of dosing. Frozen before the first scan.
public struct FertigationPlan: Sendable {
    public let units: [DosingUnitPlan]
    public let channels: [ChannelPlan]
    public let tanks: [TankPlan]
    public let recipes: [RecipePlan]
    /// What the pipes of each zone ask for, by `ZoneIndex`; zones behind the end of the list ask for nothing.
    public let pipes: [PipeNeeds]

    public static let none = FertigationPlan(units: [], channels: [], tanks: [], recipes: [])

    /// - Precondition: every index is inside its list, no two units share a source, a recipe names only channels of its unit,
    ///   each once, and none that together are a danger to life. A loop has its probe, and stocks whose strength is known.
    public init(units: [DosingUnitPlan], channels: [ChannelPlan], tanks: [TankPlan], recipes: [RecipePlan], pipes: [PipeNeeds] = []) {
        precondition(units.count <= Limits.dosingUnitsMax && Set(units.map(\.source)).count == units.count)
        precondition(channels.count <= Limits.channelsMax && tanks.count <= Limits.tanksMax && recipes.count <= Limits.recipesMax)
        precondition(channels.allSatisfy { units.indices.contains($0.unit.offset) && tanks.indices.contains($0.tank.offset) })
        for unit in units.indices { precondition(channels.count { $0.unit.offset == unit } <= Limits.channelsPerUnitMax) }
        for recipe in recipes {
            precondition(units.indices.contains(recipe.unit.offset) && Set(recipe.parts.map(\.channel)).count == recipe.parts.count)
            for part in recipe.parts {
                precondition(channels.indices.contains(part.channel.offset) && channels[part.channel.offset].unit == recipe.unit)
                let tank = tanks[channels[part.channel.offset].tank.offset]
                if case .ec = part.mode { precondition(tank.adds > .zero && units[recipe.unit.offset].probes.ec != nil) }
                if case .ph = part.mode { precondition(tank.normality > .zero && units[recipe.unit.offset].probes.ph != nil) }
            }
        }
        precondition(recipes.allSatisfy { recipe in
            Set(recipe.parts.filter { $0.mode == .ph }.map { channels[$0.channel.offset].reaction }).count <= 1
        }, "acid and alkali do not keep one pH together")
        self.units = units
        self.channels = channels
        self.tanks = tanks
        self.recipes = recipes
        self.pipes = pipes
        precondition(recipes.allSatisfy { !dangers(in: $0) })
    }

    /// What a stock of one recipe must not meet in one run of it: each pair of its channels, as they stand in their tanks.
    public func incompatibilities(in recipe: RecipePlan) -> Set<Incompatibility> {
        let contents = recipe.parts.map { tanks[channels[$0.channel.offset].tank.offset].contents }
        var found: Set<Incompatibility> = []
        for (number, one) in contents.enumerated() {
            for other in contents[(number + 1)...] { found.formUnion(Incompatibility.between(one, other)) }
        }
        return found
    }

    private func dangers(in recipe: RecipePlan) -> Bool { incompatibilities(in: recipe).contains(where: \.isDangerous) }

    /// Whether what one recipe leaves in the pipes must be flushed out before the other may begin.
    public func mustFlush(between one: RecipePlan, _ other: RecipePlan) -> Bool {
        let ours = contents(of: one), theirs = contents(of: other)
        return Incompatibility.between(ours, theirs).contains(where: \.isDangerous)
    }

    private func contents(of recipe: RecipePlan) -> Set<Constituent> {
        recipe.parts.reduce(into: []) { $0.formUnion(tanks[channels[$1.channel.offset].tank.offset].contents) }
    }
}

/// Where the feeds meet the water.
public enum MixingForm: Hashable, Sendable, BitwiseCopyable {
    /// Into the main; the volume of the pipe from there to the probes.
    case inline(Volume)
    /// Into a stirred tank through which all of the water passes, with the probes in it.
    case tank(Volume)

    public var volume: Volume {
        switch self {
        case .inline(let volume), .tank(let volume): volume
        }
    }
}

/// A probe of conductivity.
public struct ECProbe: Hashable, Sendable, BitwiseCopyable {
    public let point: PointOf<Conductivity>
    /// Of the water, where the probe does not compensate by itself; `nil`: it does. Compensated once, never twice.
    public let temperature: PointOf<Temperature>?
    public let perDegree: Fraction

    public init(_ point: PointOf<Conductivity>, temperature: PointOf<Temperature>? = nil, perDegree: Fraction = .percent(2)) {
        self.point = point
        self.temperature = temperature
        self.perDegree = perDegree
    }
}

/// The probes behind the mixing point. Of two, the second is a witness: farther apart than the tolerance, nothing is dosed.
public struct DosingProbes: Hashable, Sendable, BitwiseCopyable {
    public let ec: ECProbe?
    public let ecWitness: ECProbe?
    public let ecTolerance: Conductivity
    public let ph: PointOf<Acidity>?
    public let phWitness: PointOf<Acidity>?
    public let phTolerance: Acidity
    /// A reading that is older is none.
    public let noOlderThan: Duration
    /// Least step of the numbers, to notice a probe that shows the same for ever.
    public let ecResolution: Conductivity
    public let phResolution: Acidity

    public static let none = DosingProbes()

    public init(ec: ECProbe? = nil, ecWitness: ECProbe? = nil, ecTolerance: Conductivity = .decisiemensPerMeter(0.3),
                ph: PointOf<Acidity>? = nil, phWitness: PointOf<Acidity>? = nil, phTolerance: Acidity = .pH(0.4),
                noOlderThan: Duration = .seconds(10), ecResolution: Conductivity = .decisiemensPerMeter(0.001),
                phResolution: Acidity = .pH(0.005)) {
        precondition(ecResolution > .zero && phResolution > .zero)
        self.ec = ec
        self.ecWitness = ecWitness
        self.ecTolerance = ecTolerance
        self.ph = ph
        self.phWitness = phWitness
        self.phTolerance = phTolerance
        self.noOlderThan = noOlderThan
        self.ecResolution = ecResolution
        self.phResolution = phResolution
    }
}

/// The water before anything is dosed.
public struct RawWater: Hashable, Sendable, BitwiseCopyable {
    /// Measured before the mixing point; `nil`, or without a reading: `otherwise`.
    public let probe: ECProbe?
    public let otherwise: Conductivity
    /// By the laboratory: what acid it takes.
    public let alkalinity: Equivalents
    /// Alkalinity that is left at the recipe's pH, usually 0.5 … 1 eq/m3.
    public let left: Equivalents

    public init(probe: ECProbe? = nil, otherwise: Conductivity = .zero, alkalinity: Equivalents = .zero,
                left: Equivalents = .perCubicMeter(0.75)) {
        self.probe = probe
        self.otherwise = otherwise
        self.alkalinity = alkalinity
        self.left = left
    }
}

/// How a loop steers. Its output is added to what the stocks should do by their strength (feed-forward).
public struct LoopSettings: Hashable, Sendable, BitwiseCopyable {
    /// A smaller error changes nothing.
    public let deadband: Double
    /// What the process does; a tuned model takes its place. The dead time is that of the pipe on top of `deadTime`.
    public let model: LoopModel
    /// The most that the loop adds to or takes off the feed-forward, in mS/cm or eq/m3.
    public let trim: Double
    /// Most rise of the output in a second; it falls at once.
    public let rise: Double
    /// Band of the alarm, and how long outside of it.
    public let band: Double
    public let bandFor: Duration

    public init(deadband: Double, model: LoopModel, trim: Double, rise: Double, band: Double, bandFor: Duration = .seconds(60)) {
        precondition(deadband >= 0 && model.gain != 0 && trim >= 0 && rise > 0 && band > 0)
        self.deadband = deadband
        self.model = model
        self.trim = trim
        self.rise = rise
        self.band = band
        self.bandFor = bandFor
    }

    /// mS/cm. DOMAIN: deadband 0.05 … 0.1, deviation over 0.3 for 60 s.
    public static let ec = LoopSettings(deadband: 0.03, model: LoopModel(gain: 1, lag: .seconds(6), deadTime: .seconds(3)),
                                        trim: 1, rise: 0.1, band: 0.3)
    /// eq/m3 of acid, against pH.
    public static let ph = LoopSettings(deadband: 0.05, model: LoopModel(gain: -0.5, lag: .seconds(6), deadTime: .seconds(3)),
                                        trim: 1.5, rise: 0.05, band: 0.5)
}

/// A dosing unit at a source.
public struct DosingUnitPlan: Sendable, Hashable, BitwiseCopyable {
    public let source: SourceIndex
    public let form: MixingForm
    /// Flow is proven when the source's own meter shows at least this, and the switch, if there is one, is on. A source without
    /// a shown flow needs the switch.
    public let leastFlow: Flow
    public let flowSwitch: DigitalPoint?
    public let flowNoOlderThan: Duration
    public let probes: DosingProbes
    public let raw: RawWater
    public let ecLoop: LoopSettings
    public let phLoop: LoopSettings
    /// Flow must have been proven so long before dosing begins or goes on.
    public let steady: Duration
    /// A pause of this length ends the dose of the run.
    public let patience: Duration
    /// By how much a metered channel may differ from what it is told: half of it is a drift that is told, all of it a fault that
    /// stops every channel.
    public let meterTolerance: Fraction

    public init(source: SourceIndex, form: MixingForm, leastFlow: Flow, flowSwitch: DigitalPoint? = nil,
                flowNoOlderThan: Duration = .seconds(2), probes: DosingProbes = .none, raw: RawWater = RawWater(),
                ecLoop: LoopSettings = .ec, phLoop: LoopSettings = .ph, steady: Duration = .seconds(5),
                patience: Duration = .seconds(120), meterTolerance: Fraction = .percent(20)) {
        precondition(leastFlow > .zero && form.volume >= .zero && meterTolerance > .zero)
        self.source = source
        self.form = form
        self.leastFlow = leastFlow
        self.flowSwitch = flowSwitch
        self.flowNoOlderThan = flowNoOlderThan
        self.probes = probes
        self.raw = raw
        self.ecLoop = ecLoop
        self.phLoop = phLoop
        self.steady = steady
        self.patience = patience
        self.meterTolerance = meterTolerance
    }
}

/// A dosing channel.
public struct ChannelPlan: Sendable, Hashable, BitwiseCopyable {
    public let unit: DosingUnitIndex
    public let output: OutputIndex
    public let drive: ChannelDrive
    /// Before any calibration.
    public let rate: ChannelRate
    public let reaction: ChannelReaction
    /// Running total of its own meter.
    public let meter: PointOf<Volume>?
    /// Stock after which the meter is compared with what was ordered: large against the meter's step.
    public let meterLeast: Volume
    public let tank: TankIndex
    public let ceilings: DoseCeilings

    /// - Precondition: pulses give strokes, a valve and a pump on a drive give a flow: the drive at its greatest speed.
    public init(unit: DosingUnitIndex, output: OutputIndex, drive: ChannelDrive, rate: ChannelRate, reaction: ChannelReaction,
                meter: PointOf<Volume>? = nil, meterLeast: Volume = .liters(1), tank: TankIndex, ceilings: DoseCeilings = .none) {
        switch (drive, rate) {
        case (.duty(let cycle, let on, let off), .flow(let flow)):
            precondition(flow > .zero && cycle > .zero && on >= .zero && off >= .zero && on + off <= cycle)
        case (.pulses(let on, let off), .stroke(let volume)): precondition(volume > .zero && on > .zero && off > .zero)
        case (.speed(_, let least, let cycle), .flow(let flow)):
            precondition(flow > .zero && least > .zero && least.base <= 1 && cycle >= .seconds(2))
        default: preconditionFailure("a drive and its rate do not belong together")
        }
        self.unit = unit
        self.output = output
        self.drive = drive
        self.rate = rate
        self.reaction = reaction
        precondition(meterLeast > .zero)
        self.meter = meter
        self.meterLeast = meterLeast
        self.tank = tank
        self.ceilings = ceilings
    }
}

/// A tank of stock.
public struct TankPlan: Sendable, Hashable {
    public let capacity: Volume
    /// Measured; `nil`: reckoned from its filling and what was given.
    public let level: PointOf<Volume>?
    /// On when the tank is low. Unknown counts as on.
    public let lowWhen: DigitalPoint?
    /// With less in it nothing is drawn, lest air is.
    public let low: Volume
    public let contents: Set<Constituent>
    /// What one litre in a cubic metre of water adds. Zero for a stock without a reckoned effect.
    public let adds: Conductivity
    /// Of an acid or base: what it neutralises.
    public let normality: Equivalents

    public init(capacity: Volume, level: PointOf<Volume>? = nil, lowWhen: DigitalPoint? = nil, low: Volume = .zero,
                contents: Set<Constituent> = [], adds: Conductivity = .zero, normality: Equivalents = .zero) {
        precondition(capacity > .zero && low >= .zero && adds.base >= 0 && normality.base >= 0)
        self.capacity = capacity
        self.level = level
        self.lowWhen = lowWhen
        self.low = low
        self.contents = contents
        self.adds = adds
        self.normality = normality
    }
}
