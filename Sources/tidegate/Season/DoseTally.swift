import ProcessImage
import Quantities

/// Stock and nutrients that were dosed: by recipe, by zone, by day.
struct DoseTally {
    /// kg.
    struct Nutrients: Encodable {
        var nitrogenKg = 0.0
        var phosphateKg = 0.0
        var potashKg = 0.0

        static func + (a: Self, b: Self) -> Self {
            Self(nitrogenKg: a.nitrogenKg + b.nitrogenKg, phosphateKg: a.phosphateKg + b.phosphateKg, potashKg: a.potashKg + b.potashKg)
        }

        /// In kg/mu, in this order.
        func perMu(_ mu: Double) -> [Double] { [nitrogenKg, phosphateKg, potashKg].map { $0 / mu } }
        var all: [Double] { [nitrogenKg, phosphateKg, potashKg] }
    }

    struct Sum {
        var runs: Set<RunID> = []
        /// By channel.
        var stock: [Volume]
        var nutrients = Nutrients()
        var productKg = 0.0
        /// Days of the season.
        var days: Set<Int> = []
    }

    private(set) var byRecipe: [Sum]
    private(set) var byZone: [Sum]
    /// By day of the season.
    private(set) var byDay: [Nutrients]
    /// Doses that ended early, by what stood against them, with the stock that is missing.
    private(set) var short: [Cause: (times: Int, stock: Volume)] = [:]
    private var recipeOf: [RunID: RecipeIndex] = [:]
    private let stocks: [StockStrength]

    init(_ tables: SiteTables, days: Int) {
        let nothing = Sum(stock: tables.channels.map { _ in .zero })
        byRecipe = tables.recipes.map { _ in nothing }
        byZone = tables.zones.map { _ in nothing }
        byDay = Array(repeating: Nutrients(), count: days)
        stocks = tables.channels.indices.map { tables.stocks.indices.contains($0) ? tables.stocks[$0] : .unknown }
    }

    mutating func note(_ entry: LedgerEntry, day: Int?) {
        switch entry {
        case .dosePlanned(let dose, let recipe, _): recipeOf[dose.run] = recipe
        case .doseEnded(let dose, _, let outcome, let cause):
            let given = dose.metered ?? dose.commanded
            add(dose, given, day)
            guard outcome != .completed, dose.planned > given else { return }
            let before = short[cause] ?? (0, .zero)
            short[cause] = (before.times + 1, before.stock + dose.planned - given)
        default: break
        }
    }

    private mutating func add(_ dose: DoseSoFar, _ given: Volume, _ day: Int?) {
        let strength = stocks[dose.channel.offset]
        let holds = Nutrients(nitrogenKg: strength.nitrogen.mass(in: given).kilograms,
                              phosphateKg: strength.phosphate.mass(in: given).kilograms,
                              potashKg: strength.potash.mass(in: given).kilograms)
        let product = strength.product.mass(in: given).kilograms
        byZone[dose.zone.offset].add(dose, given, holds, product)
        if let day, given > .zero { byZone[dose.zone.offset].days.insert(day) }
        if let recipe = recipeOf[dose.run] { byRecipe[recipe.offset].add(dose, given, holds, product) }
        if let day { byDay[day] = byDay[day] + holds }
    }
}

extension DoseTally.Sum {
    fileprivate mutating func add(_ dose: DoseSoFar, _ given: Volume, _ holds: DoseTally.Nutrients, _ product: Double) {
        runs.insert(dose.run)
        stock[dose.channel.offset] += given
        nutrients = nutrients + holds
        productKg += product
    }
}
