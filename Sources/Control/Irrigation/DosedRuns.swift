import Agronomy
import ProcessImage
import Quantities

/// The recipe of a run, and how its water is shared out: clear water, dose, clear water.
struct RunDosing: BitwiseCopyable {
    let recipe: RecipeIndex
    let before: Volume
    let dose: Volume
    let after: Volume

    var total: Volume { before + dose + after }
}

/// Whether a run reaches for its dose and flush.
enum DoseFit: BitwiseCopyable {
    case fits(RunOrder)
    case extended(RunOrder, by: Volume)
    /// It gets its water and no dose.
    case clear(RunOrder, Cause)
    case skip(has: Volume, needs: Volume)
}

/// Which water flows from a source, by the runs that take it.
enum WaterMix: BitwiseCopyable, Equatable {
    case none, clear, mixed
    case recipe(RecipeIndex)

    init(_ run: Run?) { self = run?.dosing.map { .recipe($0.recipe) } ?? .clear }

    mutating func add(_ other: WaterMix) {
        guard other != .none, other != self else { return }
        self = self == .none ? other : .mixed
    }
}

/// Runs that carry a recipe: how much water they need, and what flows beside them.
extension IrrigationControl {
    /// - Parameter longest: as long as its valve may be open.
    func fit(_ order: RunOrder, _ recipe: ProgramRecipe, longest: Duration, isRationed: Bool) -> DoseFit {
        guard let flow = expectedFlow(of: order.zone), flow > .zero else { return .clear(order, .matter(.unmeasured, 0)) }
        let total = order.amount.volume ?? flow.volume(over: order.amount.time ?? .zero)
        var mayAdd = Volume.zero
        if recipe.tooShort == .extend {
            mayAdd = max(flow.volume(over: longest) - total, .zero)
            if isRationed { mayAdd = min(mayAdd, max(leftOfQuotas(order.zone) - total, .zero)) }
        }
        // How much stock goes in is the unit's to see; here the water is shared out.
        let fit = recipePhases[recipe.recipe].split(total, at: flow, stock: .liters(1), needs: pipes[order.zone], mayAdd: mayAdd)
        switch fit {
        case .fits(let split): return .fits(dosed(order, recipe.recipe, split, isExtended: false))
        case .extended(let split, let more): return .extended(dosed(order, recipe.recipe, split, isExtended: true), by: more)
        case .refused(.needsMoreWater(let more, _)) where recipe.tooShort == .skip: return .skip(has: total, needs: total + more)
        case .refused: return .clear(order, .dosing(.tooShort))
        }
    }

    private func dosed(_ order: RunOrder, _ recipe: RecipeIndex, _ split: FertigationSplit, isExtended: Bool) -> RunOrder {
        var order = order
        order.dosing = RunDosing(recipe: recipe, before: split.before, dose: split.dose, after: split.after)
        guard isExtended else { return order }
        order.amount = order.amount.volume == nil ? time(for: split.total, order.zone).map { .time($0) } ?? order.amount
            : .volume(split.total)
        return order
    }

    /// Fits the order to its recipe and tells people what had to be changed.
    /// - Returns: `nil` when the zone is to be skipped, with why.
    func fitted(_ order: RunOrder, _ recipe: ProgramRecipe?, longest: Duration, isRationed: Bool, _ chain: inout Chain,
                _ records: inout RecordBuffer) -> RunOrder? {
        guard let recipe else { return order }
        switch fit(order, recipe, longest: longest, isRationed: isRationed) {
        case .fits(let order): return order
        case .extended(let order, let more):
            let total = order.dosing?.total ?? .zero
            records.event(Event(.runExtended, .zone(order.zone), value: more.base, limit: total.base))
            chain.add(Finding(.recipe, .changes, value: (total - more).base, limit: total.base))
            return order
        case .clear(let order, let cause):
            records.event(Event(.doseLeftOut, .zone(order.zone), because: cause))
            return order
        case .skip(let has, let needs):
            chain.add(Finding(.recipe, .skips, value: has.base, limit: needs.base))
            return nil
        }
    }

    /// Water of the run so far, and of a run by time the part of its whole.
    func progress(_ run: Run, _ dosing: RunDosing) -> Volume {
        guard let time = run.planned.time, time > .zero else { return run.volume }
        return dosing.total * min(run.watered.seconds / time.seconds, 1)
    }

    /// Fertiliser is about to go into its water, or has: nobody may join any more.
    func isPastClearWater(_ run: Run) -> Bool {
        guard let dosing = run.dosing else { return false }
        return progress(run, dosing) >= dosing.before * 0.5
    }

    /// Clear water for the lines of an idle zone.
    /// - Returns: whether it was taken.
    mutating func orderFlush(_ zone: ZoneIndex, _ volume: Volume, _ now: Instant, _ records: inout RecordBuffer) -> Bool {
        guard zones[zone].hand == nil, zones[zone].trip == nil, proof == nil else { return false }
        let amount: Amount = canTellVolume(zone) ? .volume(volume) : .time(Self.flushTime)
        return enqueue(RunOrder(zone: zone, amount: amount, cause: .dosing(.flushOwed), priority: 9), now, &records)
    }

    /// Where nobody can tell a volume.
    static var flushTime: Duration { .minutes(20) }
}
