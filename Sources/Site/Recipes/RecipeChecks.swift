import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// What must hold between a recipe, its unit and the programs that use it.
extension SiteReader {
    // MARK: Loops

    /// Shares want an EC to share, `ph` a pH to keep, and both what they steer by.
    func targetsFit(_ parts: [RecipePlan.Part], _ fields: Fields, ec: Bool, ph: Bool) -> Bool {
        let shares = parts.filter { if case .ec = $0.mode { true } else { false } }
        let acids = parts.filter { $0.mode == .ph }
        let unit = parts.first.map { dosingUnits[channels[$0.channel.offset].unit.offset] }
        var fits = true
        func refuse(_ entry: Entry?, _ what: Phrase, _ remedy: Phrase) {
            (entry ?? fields.owner).refuse(what, remedy)
            fits = false
        }
        if shares.isEmpty != !ec, fields["ec"]?.isBroken != true {
            refuse(fields["ec"], ec ? Phrase(zh: "有 EC 设定值，却没有哪条施肥通道按份数给。", en: "there is an EC to keep and no channel with a share of it.")
                   : Phrase(zh: "施肥通道写了份数，却没有写 EC 设定值。", en: "a channel has a share, and there is no EC to share."),
                   Phrase(zh: "写 ec: 2.2 mS/cm 与 channels: { A: 1, B: 1 }。", en: "Write ec: 2.2 mS/cm with channels: { A: 1, B: 1 }."))
        }
        if acids.isEmpty != !ph, fields["ph"]?.isBroken != true {
            refuse(fields["ph"], ph ? Phrase(zh: "有 pH 设定值，却没有哪条施肥通道写 ph。", en: "there is a pH to keep and no channel says ph.")
                   : Phrase(zh: "施肥通道写了 ph，却没有写 pH 设定值。", en: "a channel says ph, and there is no pH to keep."),
                   Phrase(zh: "写 ph: 5.8 与 channels: { acid: ph }。", en: "Write ph: 5.8 with channels: { acid: ph }."))
        }
        for part in shares + acids where !reacts(part) {
            let channel = channels[part.channel.offset], tank = channel.tank.map { tanks[$0.offset].label.tag } ?? channel.label.tag
            let (key, example) = part.mode == .ph ? ("acid", "{ is: nitric, strength: 20 % }") : ("adds", "0.15 mS/cm")
            refuse(fields["channels"], Phrase(zh: "施肥通道 \(channel.label.tag) 的桶没有写它对 \(part.mode == .ph ? "pH" : "EC") 的作用。", en: "the tank of channel \(channel.label.tag) does not say what it does to the \(part.mode == .ph ? "pH" : "EC")."),
                   fields.owner.lacking("tanks.\(tank).\(key)", example))
        }
        if Set(acids.compactMap { channels[$0.channel.offset].tank.map { tanks[$0.offset].reaction } }).count > 1 {
            refuse(fields["channels"], Phrase(zh: "一个配方里酸和碱不能同调一个 pH。", en: "acid and alkali would work against each other for one pH."),
                   Phrase(zh: "只留一个写 ph。", en: "Leave ph to one of them."))
        }
        guard let unit else { return fits }
        func refuseWithoutProbe(_ key: String, _ name: String) {
            refuse(fields[key], Phrase(zh: "水肥机 \(unit.label.tag) 没有 \(name) 探头。", en: "unit \(unit.label.tag) has no \(name) probe."),
                   fields.owner.lacking("dosing.\(unit.label.tag).probes", "{ \(key): [\(key)-1.\(key)] }", otherwise: Self.withoutLoop))
        }
        if ec, !unit.probes.namesEC, !unit.entry.isBroken(key: "probes") { refuseWithoutProbe("ec", "EC") }
        if ph, !unit.probes.namesPH, !unit.entry.isBroken(key: "probes") { refuseWithoutProbe("ph", "pH") }
        if ph, unit.raw.alkalinity == nil, !unit.entry.isBroken(key: "raw") {
            refuse(fields["ph"], Phrase(zh: "水肥机 \(unit.label.tag) 没有写原水碱度，不知道该加多少酸。", en: "unit \(unit.label.tag) does not say the water's alkalinity, so nobody knows how much acid it takes."),
                   Phrase(zh: "化验原水，碳酸氢根 mmol/L 就是 eq/m3。", en: "Have the water analysed: mmol/L of bicarbonate are eq/m3.")
                       .then(fields.owner.lacking("dosing.\(unit.label.tag).raw.alkalinity", "3 eq/m3")))
        }
        return fits
    }

    private static let withoutLoop = Phrase(zh: "改按 L/m3、L/mu 给", en: "give L/m3 or L/mu instead")

    private func reacts(_ part: RecipePlan.Part) -> Bool {
        guard let tank = channels[part.channel.offset].tank.map({ tanks[$0.offset] }) else { return true }
        return part.mode == .ph ? tank.normality > .zero : tank.adds > .zero
    }

    // MARK: What meets what, and how much

    func check(_ recipe: RecipePlan, _ entry: Entry) {
        for (number, one) in recipe.parts.enumerated() {
            for other in recipe.parts.dropFirst(number + 1) { refuseDanger(one.channel, other.channel, entry) }
            refuseOverCeiling(one, entry)
        }
        checkTogether(recipe, entry)
    }

    private func refuseDanger(_ one: ChannelIndex, _ other: ChannelIndex, _ entry: Entry) {
        guard let first = channels[one.offset].tank, let second = channels[other.offset].tank else { return }
        let found = Incompatibility.between(tanks[first.offset].contents, tanks[second.offset].contents).filter(\.isDangerous)
        guard let danger = found.min(by: { $0.rawValue < $1.rawValue }) else { return }
        let tags = (channels[one.offset].label.tag, channels[other.offset].label.tag)
        entry.refuse(Phrase(zh: "\(tags.0) 和 \(tags.1) 同用会\(danger.text.zh)。", en: "\(tags.0) with \(tags.1): \(danger.text.en)."),
                     Phrase(zh: "分成两个配方、两个程序，中间隔一次清水冲洗。", en: "Make two recipes and two programs, with clear water between."))
    }

    private func refuseOverCeiling(_ part: RecipePlan.Part, _ entry: Entry) {
        let channel = channels[part.channel.offset]
        if case .ratio(let ratio) = part.mode, let most = channel.ceilings.inWater, ratio > most {
            entry.refuse(Phrase(zh: "\(channel.label.tag) 每方水要 \(Volume(base: ratio.base).stockText.zh)，超过上限 \(Volume(base: most.base).stockText.zh)。", en: "\(channel.label.tag) would give \(Volume(base: ratio.base).stockText.en) in each m3, more than its ceiling of \(Volume(base: most.base).stockText.en)."),
                         entry.either(Phrase(zh: "核对配方", en: "Check the recipe"), orChange: ceiling("per-m3", channel)))
        }
        if case .quantity(let volume) = part.mode, let most = channel.ceilings.perRun, volume > most {
            entry.refuse(Phrase(zh: "\(channel.label.tag) 每次要 \(volume.stockText.zh)，超过上限 \(most.stockText.zh)。", en: "\(channel.label.tag) would give \(volume.stockText.en) in a run, more than its ceiling of \(most.stockText.en)."),
                         entry.either(Phrase(zh: "核对配方", en: "Check the recipe"), orChange: ceiling("per-run", channel)))
        }
    }

    private func ceiling(_ key: String, _ channel: ChannelDraft) -> String {
        "dosing.\(dosingUnits[channel.unit.offset].label.tag).channels.\(channel.label.tag).at-most.\(key)"
    }

    // MARK: Programs

    /// What a program's zones and water must be for its recipe.
    func check(_ program: ProgramPlan, _ recipe: ProgramRecipe, _ entry: Entry) {
        let draft = recipes[recipe.recipe.offset]
        let unit = dosingUnits.indices.contains(draft.plan.unit.offset) ? dosingUnits[draft.plan.unit.offset] : nil
        guard !draft.entry.isBroken, let unit, let source = unit.source else { return }
        for step in program.steps {
            let zone = zones[step.zone.offset]
            if zone.source != source {
                entry.refuse(Phrase(zh: "分区 \(zone.label.tag) 的水来自 \(sources[zone.source.offset].label.tag)，水肥机 \(unit.label.tag) 注在 \(sources[source.offset].label.tag)。", en: "zone \(zone.label.tag) has its water from \(sources[zone.source.offset].label.tag), and unit \(unit.label.tag) doses into \(sources[source.offset].label.tag)."),
                             Phrase(zh: "去掉这个分区，或换配方。", en: "Remove the zone, or use another recipe."))
                continue
            }
            checkArea(draft, zone, entry)
            checkWater(step, draft, recipe.tooShort, zone, entry)
        }
        if draft.stages != 0, program.stages == 0 || program.stages & ~draft.stages != 0 {
            entry.refuse(Phrase(zh: "配方 \(draft.label.tag) 只用于某些生育期，程序却不限。", en: "recipe \(draft.label.tag) is for some stages of the crop, and the program waters in others too."),
                         Phrase(zh: "给程序写同样的 stage:，或删去配方的 stage。", en: "Give the program the same stage:, or take stage: out of the recipe."))
        }
    }

    private func checkArea(_ recipe: RecipeDraft, _ zone: ZoneDraft, _ entry: Entry) {
        for part in recipe.plan.parts {
            guard case .perArea(let depth) = part.mode else { continue }
            let channel = channels[part.channel.offset]
            guard let area = zone.area else {
                entry.refuse(Phrase(zh: "配方按亩给 \(channel.label.tag)，分区 \(zone.label.tag) 没有面积。", en: "the recipe gives \(channel.label.tag) by the mu, and zone \(zone.label.tag) has no area."),
                             entry.lacking("zones.\(zone.label.tag).area", "1.6 mu"))
                return
            }
            if let most = channel.ceilings.perRun, depth.volume(on: area) > most {
                entry.refuse(Phrase(zh: "分区 \(zone.label.tag) 一次要 \(channel.label.tag) \(depth.volume(on: area).stockText.zh)，超过上限 \(most.stockText.zh)。", en: "zone \(zone.label.tag) would get \(depth.volume(on: area).stockText.en) of \(channel.label.tag), more than its ceiling of \(most.stockText.en) a run."),
                             entry.either(Phrase(zh: "核对配方与面积", en: "Check recipe and area"), orChange: ceiling("per-run", channel)))
            }
        }
    }

    /// Where the water is told in advance: whether the phases fit, and whether the injector gives so much in its time.
    private func checkWater(_ step: ProgramPlan.Step, _ recipe: RecipeDraft, _ tooShort: TooShort, _ zone: ZoneDraft, _ entry: Entry) {
        guard let flow = zone.flow, let water = step.give.volume(of: zone) else { return }
        for part in recipe.plan.parts {
            guard let stock = part.mode.stock(for: zone, water, recipe.plan.phases), stock > .zero else { continue }
            let mayAdd = tooShort == .extend ? water * 10 : .zero
            let most = channels[part.channel.offset].mostFlow
            switch recipe.plan.phases.split(water, at: flow, stock: stock, needs: zone.pipes, mayAdd: mayAdd,
                                            injector: (least: .zero, most: most)) {
            case .fits: break
            case .extended(_, by: let more): noticeExtended(zone, water, more, entry)
            case .refused(.needsMoreWater(let more, _)): noticeLeftOut(zone, water, more, tooShort, entry)
            case .refused(.injection(let rate, _, _)): refuseInjection(part, zone, rate, most, entry)
            case .refused: break
            }
        }
    }

    private func noticeExtended(_ zone: ZoneDraft, _ water: Volume, _ more: Volume, _ entry: Entry) {
        entry.notice(Phrase(zh: "分区 \(zone.label.tag) 的 \(water.text.zh) 不够充管、施肥、冲洗，每次会多灌 \(more.text.zh)。", en: "the \(water.text.en) of zone \(zone.label.tag) do not reach to fill, dose and flush: \(more.text.en) are added each time."),
                     Phrase(zh: "加大水量；或写 too-short: clear-water，水不够就不施肥。", en: "Give more water; or write too-short: clear-water, for no dose when the water is too little."))
    }

    private func noticeLeftOut(_ zone: ZoneDraft, _ water: Volume, _ more: Volume, _ tooShort: TooShort, _ entry: Entry) {
        let zh = tooShort == .skip ? "这个分区每次都会跳过" : "这个分区永远只灌清水", en = tooShort == .skip ? "it is always skipped" : "it never gets a dose"
        entry.notice(Phrase(zh: "分区 \(zone.label.tag) 的 \(water.text.zh) 比充管、施肥、冲洗所需少 \(more.text.zh)，\(zh)。", en: "the \(water.text.en) of zone \(zone.label.tag) are \(more.text.en) short of filling, dosing and flushing: \(en)."),
                     Phrase(zh: "加大水量，或写 too-short: extend。", en: "Give more water, or write too-short: extend."))
    }

    private func refuseInjection(_ part: RecipePlan.Part, _ zone: ZoneDraft, _ rate: Flow, _ most: Flow, _ entry: Entry) {
        let tag = channels[part.channel.offset].label.tag
        entry.refuse(Phrase(zh: "分区 \(zone.label.tag) 要 \(tag) 每小时 \(plain((rate.litersPerHour * 10).rounded() / 10)) L，它只出 \(plain((most.litersPerHour * 10).rounded() / 10)) L/h。", en: "zone \(zone.label.tag) would need \(plain((rate.litersPerHour * 10).rounded() / 10)) L/h of \(tag), which gives \(plain((most.litersPerHour * 10).rounded() / 10)) L/h."),
                     Phrase(zh: "把母液配浓，或加大水量，或换大一些的注肥器。", en: "Make the stock stronger, give more water, or take a larger injector."))
    }
}

// MARK: Figures known in advance

extension AmountRule {
    /// `nil`: by time without a flow, or computed at the start.
    func volume(of zone: ZoneDraft) -> Volume? {
        switch self {
        case .fixed(.volume(let volume)): volume
        case .fixed(.time(let time)): zone.flow?.volume(over: time)
        case .depth(let depth): zone.area.map { depth.volume(on: $0) }
        case .deficit, .etSinceIrrigation: nil
        }
    }
}

extension DoseMode {
    /// Stock for one run; `nil` where a loop decides.
    func stock(for zone: ZoneDraft, _ water: Volume, _ phases: ThreePhase) -> Volume? {
        switch self {
        case .quantity(let volume): volume
        case .perArea(let depth): zone.area.map { depth.volume(on: $0) }
        case .ratio(let ratio): water * (1 - phases.before.base - phases.after.base) * ratio.base
        case .time, .ec, .ph: nil
        }
    }
}

extension ChannelDraft {
    /// When it is on all the time.
    var mostFlow: Flow {
        switch (drive, rate) {
        case (.pulses(let on, let off), .stroke(let volume)): Flow(base: volume.base / (on + off).seconds * 3600)
        case (_, .flow(let flow)): flow
        case (_, .stroke): .zero
        }
    }
}
