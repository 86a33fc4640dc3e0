public import Quantities

/// Water, fertiliser, water: how the water of one irrigation is shared out (水-肥-水).
///
/// Clear water first fills and steadies the pipes; the dose follows; clear water then carries it out of the pipes. By volume,
/// a quarter, a half and a quarter unless said otherwise. Dosed at the very beginning nitrate is washed too deep, at the very
/// end it stays in the drip lines (Hanson, UC Davis).
public struct ThreePhase: Sendable, Hashable, BitwiseCopyable {
    public let before: Fraction
    public let after: Fraction

    public static let usual = ThreePhase(before: .percent(25), after: .percent(25))

    /// Shares of the whole; the dose has the rest. Whether they leave any is looked at in `split`.
    public init(before: Fraction, after: Fraction) {
        self.before = before
        self.after = after
    }
}

/// What the pipes of a zone ask of the phases. Zero asks for nothing.
public struct PipeNeeds: Sendable, Hashable, BitwiseCopyable {
    /// To fill the pipes and to bring up the pressure: the least clear water before.
    public let fill: Volume
    /// From the injection point to the last emitter, at the zone's flow: the dose lasts at least as long, or the near
    /// emitters get more of it than the far, and so does the flush, or fertiliser stays in the lines (da Silva 2022).
    public let advance: Duration

    public init(fill: Volume = .zero, advance: Duration = .zero) {
        self.fill = fill
        self.advance = advance
    }
}

/// The three phases of one irrigation.
public struct FertigationSplit: Sendable, Hashable, BitwiseCopyable {
    public let before: Volume
    public let dose: Volume
    public let after: Volume
    public let doseTime: Duration
    /// Of stock.
    public let injection: Flow
    /// Stock to water, by volume.
    public let ratio: Fraction

    public var total: Volume { before + dose + after }
}

public enum FertigationFit: Sendable, Hashable, BitwiseCopyable {
    case fits(FertigationSplit)
    /// More water than was asked for, so that each phase has what the pipes need.
    case extended(FertigationSplit, by: Volume)
    case refused(FertigationRefusal)
}

/// Why an irrigation cannot carry its dose.
public enum FertigationRefusal: Sendable, Hashable, BitwiseCopyable {
    /// No water, no flow, no stock, or a number that is none.
    case nothingToShare
    /// The clear water before and after leaves nothing for the dose.
    case noShareForDose
    /// The phases need so much more water than may be added.
    case needsMoreWater(Volume, allowed: Volume)
    /// The injector gives no more, or no less, than this.
    case injection(Flow, outside: Flow, Flow)
}

extension ThreePhase {
    /// Shares out an irrigation.
    ///
    /// A phase that is shorter than the pipes need is lengthened to it; the others stay, so the irrigation grows by what was
    /// missing.
    ///
    /// - Parameters:
    ///   - stock: to be injected in all.
    ///   - mayAdd: most water that may be added.
    ///   - injector: what the injector can give, least and most. `nil`: not looked at.
    public func split(_ total: Volume, at flow: Flow, stock: Volume, needs: PipeNeeds = PipeNeeds(), mayAdd: Volume = .zero,
                      injector: (least: Flow, most: Flow)? = nil) -> FertigationFit {
        guard [total.base, flow.base, stock.base].allSatisfy({ $0 > 0 && $0.isFinite }) else { return .refused(.nothingToShare) }
        let share = 1 - before.base - after.base
        guard share > 0, before.base >= 0, after.base >= 0 else { return .refused(.noShareForDose) }
        let advance = flow.volume(over: max(needs.advance, .zero))
        let first = max(total * before.base, needs.fill)
        let dose = max(total * share, advance)
        let last = max(total * after.base, advance)
        let added = lack(first, total * before.base) + lack(dose, total * share) + lack(last, total * after.base)
        guard added <= mayAdd else { return .refused(.needsMoreWater(added, allowed: mayAdd)) }
        guard let split = FertigationSplit(first, dose, last, at: flow, stock: stock) else { return .refused(.nothingToShare) }
        if let injector, split.injection < injector.least || split.injection > injector.most {
            return .refused(.injection(split.injection, outside: injector.least, injector.most))
        }
        return added > .zero ? .extended(split, by: added) : .fits(split)
    }

    private func lack(_ needed: Volume, _ had: Volume) -> Volume { max(needed - had, .zero) }
}

extension FertigationSplit {
    /// `nil` where the dose would take years.
    fileprivate init?(_ before: Volume, _ dose: Volume, _ after: Volume, at flow: Flow, stock: Volume) {
        let hours = dose.base / flow.base
        guard hours > 0, hours < 100_000 else { return nil }
        self.before = before
        self.dose = dose
        self.after = after
        doseTime = .nanoseconds(Int64((hours * 3600e9).rounded()))
        injection = Flow(base: stock.base / hours)
        ratio = Fraction(base: injection / flow)
    }
}
