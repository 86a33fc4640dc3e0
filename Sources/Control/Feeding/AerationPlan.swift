public import ProcessImage
public import Quantities

/// One aerator or oxygen valve of a cage. A cage's stages come on in the order of the list.
public struct AerationStage: Sendable, BitwiseCopyable {
    public let cage: CageIndex
    public let output: OutputIndex
    /// Oxygen from a bottle or a tank: too much of it kills as well, so it is not opened blindly.
    public let isPureOxygen: Bool
    /// On below, off above. Usual: 1 mg/L apart.
    public let on: Density
    public let off: Density
    /// Once on, for so long; once off, no start for less than low oxygen before so long. Usual: 10 and 5 min.
    public let leastOn: Duration
    public let leastOff: Duration
    /// Its current or flow, and what it shows when it really runs. `nil`: only what the output is known to be.
    public let proof: GaugePoint?
    /// In the base unit of the proof.
    public let proofLeast: Double
    public let proveWithin: Duration

    public init(cage: CageIndex, output: OutputIndex, isPureOxygen: Bool = false, on: Density, off: Density, leastOn: Duration = .minutes(10),
                leastOff: Duration = .minutes(5), proof: GaugePoint? = nil, proofLeast: Double = 0, proveWithin: Duration = .seconds(15)) {
        precondition(on.base > 0 && on < off && leastOn >= .zero && leastOff >= .zero && proveWithin > .zero && proofLeast >= 0)
        self.cage = cage
        self.output = output
        self.isPureOxygen = isPureOxygen
        self.on = on
        self.off = off
        self.leastOn = leastOn
        self.leastOff = leastOff
        self.proof = proof
        self.proofLeast = proofLeast
        self.proveWithin = proveWithin
    }
}

/// The hours in which oxygen falls whether it is measured or not. An end before the beginning lies in the next day.
public struct NightGuard: Sendable, BitwiseCopyable {
    public let from: TimeOfDay
    public let to: TimeOfDay

    public init(from: TimeOfDay, to: TimeOfDay) {
        self.from = from
        self.to = to
    }

    public func includes(_ time: TimeOfDay) -> Bool {
        from <= to ? time >= from && time < to : time >= from || time < to
    }
}

/// How the oxygen of one cage is kept.
public struct AerationPlan: Sendable, BitwiseCopyable {
    /// Below it every stage is on at once.
    public let emergency: Density
    /// Oxygen still low, or a stage not proven, for so long: the next stage comes on.
    public let escalateAfter: Duration
    /// Sounds beside the cage, with no network.
    public let siren: OutputIndex?
    /// In the emergency for so long, or with a stage not proven while oxygen is low.
    public let sirenAfter: Duration
    /// No reading for so long.
    public let blindSirenAfter: Duration
    /// The first stage is on through these hours, and while the clock is not trusted to tell them. `nil`: no such hours.
    public let night: NightGuard?
    /// The first stage is on for so long after a meal: fish that digest breathe more.
    public let afterMeal: Duration
    /// Pure oxygen is shut above this saturation.
    public let fullest: Fraction
    /// Where no probe tells of it.
    public let salinity: Salinity?

    public init(emergency: Density, escalateAfter: Duration = .minutes(10), siren: OutputIndex? = nil, sirenAfter: Duration = .seconds(60),
                blindSirenAfter: Duration = .minutes(10), night: NightGuard? = nil, afterMeal: Duration = .zero,
                fullest: Fraction = .percent(120), salinity: Salinity? = nil) {
        precondition(emergency.base > 0 && escalateAfter > .zero && sirenAfter >= .zero && blindSirenAfter >= .zero && afterMeal >= .zero)
        precondition(fullest.base > 0)
        self.emergency = emergency
        self.escalateAfter = escalateAfter
        self.siren = siren
        self.sirenAfter = sirenAfter
        self.blindSirenAfter = blindSirenAfter
        self.night = night
        self.afterMeal = afterMeal
        self.fullest = fullest
        self.salinity = salinity
    }
}

public struct AerationStageIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}
