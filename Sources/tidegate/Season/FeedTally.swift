import ProcessImage
import Quantities

/// Feed that each cage got, its meals, and what it weighs by the books.
struct FeedTally {
    struct Cage {
        var meals = 0
        var plannedKg = 0.0
        var givenKg = 0.0
        /// By day of the season.
        var byDay: [Double]
        /// Meals that were short or never came, by what stood against them.
        var against: [Cause: Int] = [:]
        /// By the books, first and newest.
        var stocked: CageStock?
        var stock: CageStock?
    }

    private(set) var cages: [Cage]
    private var planned: [MealID: Mass] = [:]

    init(cages: Int, days: Int) { self.cages = Array(repeating: Cage(byDay: Array(repeating: 0, count: days)), count: cages) }

    mutating func note(_ entry: LedgerEntry, day: Int?) {
        switch entry {
        case .feedMeal(.started(let meal, let mass)): planned[meal] = mass
        case .feedMeal(.ended(let meal, _, let given)):
            guard let day else { return }
            cages[meal.cage.offset].meals += 1
            cages[meal.cage.offset].plannedKg += planned.removeValue(forKey: meal)?.kilograms ?? 0
            cages[meal.cage.offset].givenKg += given.kilograms
            cages[meal.cage.offset].byDay[day] += given.kilograms
        case .feedStock(let cage, let stock):
            cages[cage.offset].stocked = cages[cage.offset].stocked ?? stock
            cages[cage.offset].stock = stock
        default: break
        }
    }

    mutating func note(_ event: Event) {
        guard [.mealShort, .mealMissed].contains(event.kind), case .cage(let cage) = event.subject else { return }
        cages[cage.offset].against[event.cause, default: 0] += 1
    }
}
