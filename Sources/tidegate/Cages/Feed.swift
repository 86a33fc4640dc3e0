import ArgumentParser
import Language
import LocalAPI

/// A weight of feed as people type it: `40kg`, `0.5 t`, `80斤`. A bare number is refused.
struct FeedWeight: ExpressibleByArgument {
    let kilograms: Double

    /// `nil` when it is not a weight, is more than 500 t, or names no unit.
    init?(argument: String) {
        guard let amount = SpelledAmount(argument.lowercased()), let unit = FeedWeight.units[amount.unit],
              amount.number * unit <= 500_000 else { return nil }
        kilograms = amount.number * unit
    }

    private static let units: [String: Double] = ["kg": 1, "公斤": 1, "千克": 1, "t": 1000, "吨": 1000, "g": 0.001, "克": 0.001, "斤": 0.5]
}

/// `40`, or `40kg`: after `--kg` the unit is said already. At most 500 t.
struct Kilograms: ExpressibleByArgument {
    let number: Double

    init?(argument: String) {
        guard let amount = SpelledAmount(argument.lowercased()), ["", "kg", "公斤", "千克"].contains(amount.unit),
              amount.number <= 500_000 else { return nil }
        number = amount.number
    }
}

struct FeedCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "feed", abstract: Phrase(zh: "投喂一个网箱、停喂", en: "feed a cage, or stop").said,
            discussion: Phrase(
                zh: "例：tidegate feed 一号 --kg 40；feed 一号 --meal（把下一餐提前到现在）；feed stop 一号；feed stop（全部停）。溶氧、风浪、锁和当天上限照样管着；没喂完的不补。",
                en: "Examples: tidegate feed cage-1 --kg 40; feed cage-1 --meal (its next meal, now); feed stop cage-1; feed stop (every cage). Oxygen, weather, locks and the day's limit hold as ever; what is missing is not made up for.").said,
            subcommands: [FeedGive.self, FeedStop.self, FeedRelease.self], defaultSubcommand: FeedGive.self)
    }
}

struct FeedGive: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "give", abstract: Phrase(zh: "现在投喂", en: "feed it now").said)
    }

    @Option(help: .said(zh: "多少公斤", en: "how many kilograms", valueName: Phrase(zh: "公斤", en: "kg")))
    var kg: Kilograms?

    @Flag(help: .said(zh: "把计划的下一餐提前到现在", en: "the next meal of the plan, now"))
    var meal = false

    @OptionGroup var cage: CageOptions

    func run() throws {
        guard (kg == nil) == meal else {
            throw Refused(.wrongUse, code: "usage", Phrase(zh: "写 --kg 多少公斤，或写 --meal，二者取一", en: "say how much with --kg, or --meal: one of the two"))
        }
        if meal { return try cage.order(.feedMeal) }
        try cage.order(CommandRequest(.feed, subject: cage.cage, massKg: kg?.number))
    }
}

struct FeedStop: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "stop", abstract: Phrase(zh: "停喂：一个网箱，或全部", en: "stop feeding: a cage, or every one").said)
    }

    @Argument(help: .said(zh: "网箱的标签或名称；不写就是全部", en: "tag or name of the cage; without, every one", valueName: Phrase(zh: "网箱", en: "cage")))
    var cage: String?

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws { try give(CommandRequest(.feedStop, subject: cage), controller, json: common.json) }
}

struct FeedRelease: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "release", abstract: Phrase(
            zh: "解除要人放行的停喂（如硫化氢）；原因还在时仍不喂", en: "release a stop that waits for a person (such as hydrogen sulfide); while its cause stands nothing is fed").said)
    }

    @OptionGroup var cage: CageOptions

    func run() throws { try cage.order(.feedRelease) }
}

struct AppetiteCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "appetite", abstract: Phrase(zh: "按抢食情况加减投喂量，逐日减退", en: "more or less feed by how they eat; it fades day by day").said,
            discussion: Phrase(zh: "例：tidegate appetite 一号 +10%；appetite 一号 -20%；appetite 一号 0%。每天减退三成，至多 +20 %、至少 -50 %。",
                               en: "Examples: tidegate appetite cage-1 +10%; appetite cage-1 -20%; appetite cage-1 0%. A third of it fades each day; at most +20 %, at least -50 %.").said)
    }

    @Argument(help: .said(zh: "网箱的标签或名称", en: "tag or name of the cage", valueName: Phrase(zh: "网箱", en: "cage")))
    var cage: String

    @Argument(parsing: .allUnrecognized, help: .said(zh: "加减多少，如 +10%、-20%", en: "how much, such as +10% or -20%", valueName: Phrase(zh: "百分比", en: "per cent")))
    var change: [String] = []

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        guard change.count == 1, let percent = AppetiteCommand.percent(change[0]) else {
            throw Refused(.wrongUse, code: "usage", Phrase(zh: "写加减多少，如 +10% 或 -20%", en: "say how much, such as +10% or -20%"))
        }
        try give(CommandRequest(.appetite, percent: percent, subject: cage), controller, json: common.json)
    }

    /// `+10%`, `-20%`, `0%`.
    static func percent(_ text: String) -> Double? {
        guard text.last == "%" || text.last == "％" else { return nil }
        let body = text.dropLast(), sign: Double = body.first == "-" ? -1 : 1
        let digits = body.first == "-" || body.first == "+" ? body.dropFirst() : body
        return SpelledAmount(String(digits)).flatMap { $0.unit.isEmpty ? $0.number * sign : nil }
    }
}
