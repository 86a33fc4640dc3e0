import ArgumentParser
import Control
import Language
import LocalAPI
import ProcessImage
import Scan
import Site

struct RecipeCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "recipe", abstract: Phrase(zh: "配方：有哪些、怎么换算、表对不对得上", en: "recipes: which there are, their conversions, whether tables add up").said,
            subcommands: [RecipeList.self, RecipeShow.self, RecipeCheck.self], defaultSubcommand: RecipeList.self)
    }
}

struct RecipeList: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: Phrase(zh: "本站的配方与用它的程序", en: "the site's recipes and the programs that use them").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: RecipesReply = try controller.client.get("recipes")
        if common.json { return try say(json: reply) }
        guard !reply.recipes.isEmpty else { return say(Phrase(zh: "本站没有配方", en: "this site has no recipes")) }
        var table = Table([.text(zh: "配方", en: "recipe"), .text(zh: "名称", en: "name"), .text(zh: "水肥机", en: "unit"), .text(zh: "程序", en: "programs"),
                           .text(zh: "目标", en: "targets")])
        for recipe in reply.recipes {
            table.add(Table.Cell(recipe.recipe.tag, recipe.isInUse ? .water : nil), Table.Cell(recipe.recipe.name.phrase),
                      Table.Cell(recipe.unit.name.phrase),
                      Table.Cell(recipe.programs.map(\.name.phrase.said).joined(separator: ", ")), Table.Cell(recipe.targets.phrase))
        }
        table.lines.forEach { say($0) }
    }
}

struct RecipeShow: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: Phrase(zh: "一个配方：各肥路给多少，合多少养分", en: "one recipe: what each channel gives, and what nutrients that is").said)
    }

    @Argument(help: .said(zh: "配方的标签或名称", en: "tag or name of the recipe", valueName: Phrase(zh: "配方", en: "recipe")))
    var recipe: String

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: RecipesReply = try controller.client.get("recipes")
        guard let found = reply.recipes.first(where: { $0.recipe.isNamed(recipe) }) else {
            throw Refused.unknown(Phrase(zh: "配方", en: "recipe"), code: "unknown-recipe", recipe, among: reply.recipes.map(\.recipe.tag))
        }
        if common.json { return try say(json: found) }
        RecipePage(found).lines.forEach { say($0) }
    }
}

struct RecipeCheck: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "check", abstract: Phrase(zh: "在桌面上检查站点文件里的配方", en: "check the recipes of a site file at the desk").said,
            discussion: Phrase(
                zh: "读站点文件，列出每个配方的换算；方案表加不起来的，写明差多少，不改。",
                en: "Reads the site file and shows every recipe with its conversions. Where a plan's table does not add up, the difference is told and nothing is mended.").said)
    }

    @Argument(help: .said(zh: "站点文件，如 configs/example-fertigation.yaml", en: "a site file, such as configs/example-fertigation.yaml",
                          valueName: Phrase(zh: "站点文件", en: "site")))
    var site: String

    @OptionGroup var common: CommonOptions

    func run() throws {
        let pages = RecipePage.all(of: try Site.load(path: site))
        if common.json { return try say(json: pages.map(\.recipe)) }
        guard !pages.isEmpty else { return say(Phrase(zh: "这个站点没有配方", en: "this site has no recipes")) }
        for (number, page) in pages.enumerated() {
            if number > 0 { say() }
            page.lines.forEach { say($0) }
        }
    }
}

/// One recipe on some lines: the same from a controller and from a file.
struct RecipePage {
    let recipe: RecipesReply.Recipe

    init(_ recipe: RecipesReply.Recipe) { self.recipe = recipe }

    static func all(of site: Site) -> [RecipePage] {
        zip(site.tables.recipes, site.recipes).map { label, sheet in
            func named(_ label: Label) -> WireLabel { WireLabel(tag: label.tag, name: WireText(label.name)) }
            let channels = site.scan.control.fertigation.channels
            return RecipePage(RecipesReply.Recipe(
                recipe: named(label), unit: named(site.tables.dosingUnits[sheet.unit.offset]), targets: WireText(sheet.targets),
                parts: sheet.parts.map { part in
                    .init(channel: named(site.tables.channels[part.channel.offset]),
                          tank: named(site.tables.tanks[channels[part.channel.offset].tank.offset]),
                          gives: WireText(part.gives), holds: part.holds.map { WireText($0) })
                },
                table: sheet.table.map { WireText($0) }, programs: sheet.programs.map { named(site.tables.programs[$0.offset]) },
                isInUse: false))
        }
    }

    var lines: [String] {
        let head = painted(recipe.recipe.title, .strong) + "  \(recipe.unit.name.phrase.said)  \(recipe.targets.phrase.said)"
        var table = Table([.text(zh: "肥路", en: "channel"), .text(zh: "母液桶", en: "tank"), .text(zh: "给", en: "gives"), .text(zh: "合", en: "which is")])
        for part in recipe.parts {
            table.add(Table.Cell(part.channel.name.phrase), Table.Cell(part.tank.name.phrase), Table.Cell(part.gives.phrase),
                      Table.Cell(part.holds?.phrase.said ?? "–"))
        }
        let programs = recipe.programs.map(\.name.phrase.said).joined(separator: Phrase(zh: "、", en: ", ").said)
        let used = programs.isEmpty ? [] : [" " + Phrase(zh: "用于程序：", en: "used by: ").said + programs]
        return [head] + table.lines + recipe.table.flatMap { hung(" ", $0.phrase.said) } + used
    }
}
