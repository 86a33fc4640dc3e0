import ArgumentParser
import Language
import LocalAPI
import Quantities

/// A weight of fish as people type it: `412g`, `1.2 kg`, `0.8斤`. A bare number is refused.
struct FishWeight: ExpressibleByArgument {
    let grams: Double

    /// `nil` when it is not a weight, is more than 100 kg, or names no unit.
    init?(argument: String) {
        guard let amount = SpelledAmount(argument.lowercased()), let unit = FishWeight.units[amount.unit],
              amount.number > 0, amount.number * unit <= 100_000 else { return nil }
        grams = amount.number * unit
    }

    private static let units: [String: Double] = ["g": 1, "克": 1, "kg": 1000, "公斤": 1000, "千克": 1000, "斤": 500]
}

/// Which cage, and the controller that has it.
struct CageOptions: ParsableArguments {
    @Argument(help: .said(zh: "网箱的标签或名称", en: "tag or name of the cage", valueName: Phrase(zh: "网箱", en: "cage")))
    var cage: String

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func order(_ verb: CommandRequest.Verb, count: Int? = nil, mean: FishWeight? = nil, to: String? = nil) throws {
        try order(CommandRequest(verb, subject: cage, count: count.map(Double.init), meanG: mean?.grams, to: to))
    }

    func order(_ request: CommandRequest) throws { try give(request, controller, json: common.json) }
}

private var countHelp: ArgumentHelp { .said(zh: "尾数", en: "how many fish", valueName: Phrase(zh: "尾数", en: "count")) }

/// So many fish of this weight.
struct WeighedFish: ParsableArguments {
    @Option(help: countHelp)
    var count: Int

    @Option(help: .said(zh: "均重，如 412g", en: "their mean weight, such as 412g", valueName: Phrase(zh: "重量", en: "weight")))
    var mean: FishWeight
}

struct StockCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "stock", abstract: Phrase(zh: "登记网箱里有多少鱼、多重", en: "book how many fish a cage holds, and their mean weight").said,
            discussion: Phrase(zh: "放苗或全部清点后用。例：tidegate stock 一号 --count 12000 --mean 350g", en: "After stocking, or when all were counted. Example: tidegate stock cage-1 --count 12000 --mean 350g").said)
    }

    @OptionGroup var fish: WeighedFish
    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(.cageStock, count: fish.count, mean: fish.mean) }
}

struct Sample: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "sample", abstract: Phrase(zh: "抽样称重：以后按这个均重算", en: "fish were weighed: the mean is this from now on").said,
            discussion: Phrase(zh: "至少称 5 尾，最好 30 尾以上；与账上差得太多会拒绝，先核对。例：tidegate sample 一号 --count 50 --mean 412g",
                               en: "At least 5 fish, better 30. Too far from the book it is refused: check first. Example: tidegate sample cage-1 --count 50 --mean 412g").said)
    }

    @OptionGroup var fish: WeighedFish
    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(.cageSample, count: fish.count, mean: fish.mean) }
}

struct Mortality: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "mortality", abstract: Phrase(zh: "登记捞出的死鱼", en: "book dead fish that were taken out").said,
            discussion: Phrase(zh: "例：tidegate mortality 一号 --count 12", en: "Example: tidegate mortality cage-1 --count 12").said)
    }

    @Option(help: countHelp)
    var count: Int

    @Option(help: .said(zh: "称过的话，均重，如 380g", en: "their mean weight if they were weighed, such as 380g", valueName: Phrase(zh: "重量", en: "weight")))
    var mean: FishWeight?

    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(.cageMortality, count: count, mean: mean) }
}

struct Move: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "move", abstract: Phrase(zh: "登记移出的鱼：转到另一网箱，或起捕卖出", en: "book fish that left a cage: into another, or harvested").said,
            discussion: Phrase(zh: "例：tidegate move 一号 --count 3000 --to 二号；不写 --to 就是离场", en: "Example: tidegate move cage-1 --count 3000 --to cage-2; without --to they have left the farm").said)
    }

    @Option(help: countHelp)
    var count: Int

    @Option(help: .said(zh: "转入哪个网箱", en: "the cage they went into", valueName: Phrase(zh: "网箱", en: "cage")))
    var to: String?

    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(.cageMove, count: count, to: to) }
}

struct Silence: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "silence", abstract: Phrase(
            zh: "停网箱的警笛；告警还在", en: "silence the siren of a cage; its alarm stays").said)
    }

    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(.cageSilence) }
}
