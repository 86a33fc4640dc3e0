import Agronomy
public import ProcessImage
public import Quantities

/// One probe: what it can credibly show.
public struct SeaProbePlan: Sendable, BitwiseCopyable {
    public let cage: CageIndex
    public let quantity: SeaQuantity
    public let gauge: GaugePoint
    /// In the base unit of the quantity; outside, it is not believed.
    public let low: Double
    public let high: Double
    /// From one report to the next; more is a swapped, torn or freshly cleaned probe, and is not believed until it has settled.
    public let leap: Double
    /// The same number for so long is a frozen probe.
    public let stuckAfter: Duration
    public let noOlderThan: Duration
    /// An oxygen probe that was left at salinity 0: it shows what fresh water would hold, up to a fifth too much in the sea, and is
    /// corrected here, once.
    public let isFreshwater: Bool

    public init(cage: CageIndex, _ quantity: SeaQuantity, _ gauge: GaugePoint, low: Double, high: Double, leap: Double,
                stuckAfter: Duration = .hours(6), noOlderThan: Duration = .minutes(3), isFreshwater: Bool = false) {
        precondition(!isFreshwater || quantity == .oxygen)
        self.isFreshwater = isFreshwater
        precondition(low < high && leap > 0 && stuckAfter > noOlderThan && noOlderThan > .zero)
        self.cage = cage
        self.quantity = quantity
        self.gauge = gauge
        self.low = low
        self.high = high
        self.leap = leap
        self.stuckAfter = stuckAfter
        self.noOlderThan = noOlderThan
    }
}

/// One probe's memory.
struct SeaProbe: BitwiseCopyable {
    private var last = Double.nan
    private var lastTaken = Instant.never
    private var unchangedSince = Instant.never
    private var doubtedUntil = Instant.never

    /// How long a probe that has leapt must go on without a leap.
    static let settling: Duration = .minutes(10)

    /// - Returns: `nil` when it cannot be read, or is not believed.
    mutating func look(_ plan: SeaProbePlan, _ image: borrowing InputImage) -> Double? {
        let taken = image.reading(plan.gauge.index).takenAt
        guard let value = image.base(of: plan.gauge, noOlderThan: plan.noOlderThan).value else { return nil }
        guard value >= plan.low, value <= plan.high else { return nil }
        if taken != lastTaken { follow(value, at: taken, plan) }
        return taken < doubtedUntil || taken - unchangedSince >= plan.stuckAfter ? nil : value
    }

    private mutating func follow(_ value: Double, at taken: Instant, _ plan: SeaProbePlan) {
        lastTaken = taken
        if last.isFinite, abs(value - last) > plan.leap { doubtedUntil = taken + Self.settling }
        if value != last { unchangedSince = taken }
        last = value
    }
}

/// What a cage's probes of one quantity say together: every one of them is asked, and the worst counts.
struct SeaValue: BitwiseCopyable {
    /// No probe of it.
    var isAbsent = true
    /// One of them cannot be read, or is not believed.
    var isBlind = false
    var low = Double.infinity
    var high = -Double.infinity

    mutating func add(_ value: Double?) {
        isAbsent = false
        guard let value else { return isBlind = true }
        low = min(low, value)
        high = max(high, value)
    }

    var isKnown: Bool { !isAbsent && !isBlind }
    /// Of the probes that can be read; `nil`: of none.
    var lowestSeen: Double? { low <= high ? low : nil }
    var highestSeen: Double? { low <= high ? high : nil }
}

/// All a cage's probes say in one scan.
public struct CageSight: BitwiseCopyable {
    private var values = InlineArray<8, SeaValue>(repeating: SeaValue())

    subscript(quantity: SeaQuantity) -> SeaValue {
        get { values[Int(quantity.rawValue)] }
        set { values[Int(quantity.rawValue)] = newValue }
    }
}

public struct SeaProbeIndex: DenseIndex {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// Looks at every probe once a scan.
struct CageSenses: ~Copyable {
    private let plans: Dense<SeaProbeIndex, SeaProbePlan>
    private var probes: Dense<SeaProbeIndex, SeaProbe>
    private var sights: Dense<CageIndex, CageSight>
    /// Where no probe tells of it, psu.
    private let salinities: Dense<CageIndex, Double?>

    init(_ plans: [SeaProbePlan], cages: Int, salinities: [Double?] = []) {
        self.salinities = Dense(salinities.isEmpty ? Array(repeating: nil, count: cages) : salinities)
        self.plans = Dense(plans)
        probes = Dense(repeating: SeaProbe(), count: plans.count)
        sights = Dense(repeating: CageSight(), count: cages)
    }

    mutating func look(_ image: borrowing InputImage) {
        for cage in 0..<sights.count { sights[cage] = CageSight() }
        for number in 0..<plans.count where !plans[number].isFreshwater {
            let plan = plans[number]
            sights[plan.cage][plan.quantity].add(probes[number].look(plan, image))
        }
        // After those of temperature and salinity, which they need.
        for number in 0..<plans.count where plans[number].isFreshwater {
            let plan = plans[number]
            sights[plan.cage][.oxygen].add(probes[number].look(plan, image).flatMap { corrected($0, plan.cage) })
        }
    }

    /// What the sea holds, by what fresh water would. `nil`: temperature or salinity is not known.
    private func corrected(_ shown: Double, _ cage: CageIndex) -> Double? {
        let water = sights[cage][.temperature], salt = sights[cage][.salinity]
        guard water.isKnown, let salinity = salinities[cage] ?? (salt.isKnown ? salt.high : nil) else { return nil }
        return UncorrectedOxygen(shown: .milligramsPerLiter(shown))
            .corrected(for: .psu(salinity), at: .celsius((water.low + water.high) / 2))?.milligramsPerLiter
    }

    subscript(cage: CageIndex) -> CageSight { sights[cage] }

    /// How full of oxygen the worst of the cage's water is: its lowest oxygen in its coldest water. `nil`: it cannot be told.
    func saturation(of cage: CageIndex) -> Fraction? {
        let oxygen = sights[cage][.oxygen], water = sights[cage][.temperature], salt = sights[cage][.salinity]
        guard oxygen.isKnown, water.isKnown, let salinity = salinities[cage] ?? (salt.isKnown ? salt.low : nil) else { return nil }
        return DissolvedOxygen.saturated(.milligramsPerLiter(oxygen.low), at: .celsius(water.low), .psu(salinity))
    }
}
