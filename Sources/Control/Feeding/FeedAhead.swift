public import ProcessImage
import Agronomy
public import Quantities

extension FeedingPlan {
    /// What a cage is given in a day by its rule, its stock as the plan has it, and the sea: the ration as the gates reduce it, and no more
    /// than the day may have. Appetite and what people order are left out; so is the saturation, for want of the air's pressure.
    ///
    /// - Parameter sea: in base units. What is not there lets everything through.
    /// - Returns: `nil`: it cannot be told, for want of stock or the water's temperature.
    public func dayAhead(of cage: CageIndex, sea: [SeaQuantity: Double]) -> Mass? {
        guard cages.indices.contains(cage.offset), let feed = cages[cage.offset].feed, feed.meals.count > 0 else { return .zero }
        guard let ration = ration(of: cages[cage.offset], feed, sea) else { return nil }
        let open = gates.filter { $0.cage == cage && $0.kind != .saturation }.map { gate -> Double in
            guard let value = sea[gate.kind.quantity] else { return 1 }
            return (value - gate.stop) * (gate.kind.isFloor ? 1 : -1) < 0 ? 0 : gate.share(at: value)
        }
        return min(ration * (open.min() ?? 1), feed.meals.dayAtMost)
    }

    private func ration(of cage: CagePlan, _ feed: CageFeed, _ sea: [SeaQuantity: Double]) -> Mass? {
        switch feed.ration {
        case .fixed(let mass): return mass
        case .table(let number):
            guard let stock = cage.stock, let warmth = sea[.temperature] else { return nil }
            return species[Int(number)].daily(stock, at: .celsius(warmth), oxygen: .percent(100), appetite: .percent(100))
        }
    }
}

extension Species {
    /// Feed of a day for what swims in a cage. `nil` in water its table knows no rate for.
    func daily(_ stock: CageStock, at water: Temperature, oxygen: Fraction, appetite: Fraction) -> Mass? {
        ration.rate(stock.mean, at: water).map { FishStock.dailyFeed(stock.biomass, rate: $0, oxygen: oxygen, appetite: appetite) }
    }
}
