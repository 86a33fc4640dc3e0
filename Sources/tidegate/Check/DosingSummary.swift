import Agronomy
import Control
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan
import Site

/// What a site's dosing comes to in `check`: channels with their ceilings and who switches them off, tanks, recipes, and for each
/// program's zones the water of the three phases.
struct DosingSummary {
    private let site: Site
    private var plan: FertigationPlan { site.scan.control.fertigation }
    private var tables: SiteTables { site.tables }

    init(_ site: Site) { self.site = site }

    func show() {
        guard !plan.units.isEmpty else { return }
        for line in [""] + channels.lines + [""] + tanks.lines { say(line) }
        for page in RecipePage.all(of: site) { ([""] + page.lines).forEach { say($0) } }
        if !phases.rows.isEmpty { ([""] + phases.lines).forEach { say($0) } }
    }

    private var channels: Table {
        var table = Table([
            .text(zh: "施肥通道", en: "channel"), .text(zh: "水肥机", en: "unit"), .text(zh: "母液桶", en: "tank"), .text(zh: "输出", en: "output"),
            .text(zh: "给", en: "gives"), .number(zh: "上限 L/m3", en: "at most L/m3"), .number(zh: "每次", en: "a run"), .number(zh: "每小时", en: "an hour"),
            .number(zh: "每天", en: "a day"), .text(zh: "租约由谁持有", en: "lease held by"),
        ])
        for (label, channel) in zip(tables.channels, plan.channels) {
            let most = channel.ceilings
            table.add(
                .init(label.tag), .init(tables.dosingUnits[channel.unit.offset].tag), .init(tables.tanks[channel.tank.offset].tag),
                .init(tables.outputs[channel.output.offset].tag), .init(gives(channel)),
                .init(Format.number(most.inWater.map { $0.base * 1000 }, decimals: 2)),
                .init(liters(most.perRun)), .init(liters(most.perHour)), .init(liters(most.perDay)),
                .init(site.leases[channel.output.offset].text))
        }
        return table
    }

    private func liters(_ volume: Volume?) -> String { volume.map { Format.number($0.liters, decimals: 0, unit: "L") } ?? "–" }

    private func gives(_ channel: ChannelPlan) -> String {
        switch channel.rate {
        case .flow(let flow): Format.number(flow.litersPerHour, decimals: 1, unit: "L/h")
        case .stroke(let volume): Phrase(zh: "每次 \(volume.stockText.zh)", en: "\(volume.stockText.en) a stroke").said
        }
    }

    private var tanks: Table {
        var table = Table([.text(zh: "母液桶", en: "tank"), .number(zh: "满 L", en: "full L"), .number(zh: "低限 L", en: "low L"), .text(zh: "成分", en: "holds")])
        for (number, tank) in plan.tanks.enumerated() {
            table.add(.init(tables.tanks[number].tag), .init(Format.number(tank.capacity.liters, decimals: 0)),
                      .init(Format.number(tank.low.liters, decimals: 0)),
                      .init(site.stocks[number]))
        }
        return table
    }

    // MARK: Water, fertiliser, water

    /// For the zones of each program with a recipe whose water is known in advance.
    private var phases: Table {
        var table = Table([
            .text(zh: "程序", en: "program"), .text(zh: "分区", en: "zone"), .text(zh: "配方", en: "recipe"), .number(zh: "前清水 m3", en: "before m3"),
            .number(zh: "施肥", en: "dose"), .number(zh: "冲洗", en: "flush"), .text(zh: "说明", en: "note"),
        ])
        for (label, program) in zip(tables.programs, site.scan.control.programs) {
            guard let recipe = program.recipe else { continue }
            for step in program.steps { table.rows.append(row(label, step, recipe)) }
        }
        return table
    }

    private func row(_ program: Label, _ step: ProgramPlan.Step, _ recipe: ProgramRecipe) -> [Table.Cell] {
        let head = [Table.Cell(program.name), Table.Cell(tables.zones[step.zone.offset].name),
                    Table.Cell(tables.recipes[recipe.recipe.offset].name)]
        func cells(_ split: FertigationSplit, _ note: String) -> [Table.Cell] {
            head + [split.before, split.dose, split.after].map { Table.Cell(Format.number($0.cubicMeters, decimals: 2)) }
                + [Table.Cell(note)]
        }
        switch fit(step, recipe) {
        case .fits(let split): return cells(split, "")
        case .extended(let split, by: let more):
            return cells(split, Phrase(zh: "加灌 \(more.text.zh)", en: "\(more.text.en) added").said)
        case .refused(.needsMoreWater(let more, _)):
            let note = Phrase(zh: "差 \(more.text.zh)，\(recipe.tooShort == .skip ? "跳过" : "只灌清水")", en: "\(more.text.en) short: \(recipe.tooShort == .skip ? "skipped" : "clear water only")")
            return head + [.init("–"), .init("–"), .init("–"), .init(note, .warning)]
        case .refused, nil: return head + [.init("–"), .init("–"), .init("–"), .init(Phrase(zh: "启动时才知道水量", en: "the water is known at the start"))]
        }
    }

    private func fit(_ step: ProgramPlan.Step, _ recipe: ProgramRecipe) -> FertigationFit? {
        let zone = site.scan.control.zones[step.zone.offset]
        guard let flow = zone.nominalFlow, let water = water(step, zone) else { return nil }
        let phases = plan.recipes[recipe.recipe.offset].phases
        // Any stock: only the water is asked.
        return phases.split(water, at: flow, stock: .liters(1), needs: plan.pipes[step.zone.offset],
                            mayAdd: recipe.tooShort == .extend ? water * 10 : .zero)
    }

    private func water(_ step: ProgramPlan.Step, _ zone: ZonePlan) -> Volume? {
        switch step.give {
        case .fixed(.volume(let volume)): volume
        case .fixed(.time(let time)): zone.nominalFlow?.volume(over: time)
        case .depth(let depth): zone.area.map { depth.volume(on: $0) }
        case .deficit, .etSinceIrrigation: nil
        }
    }
}
