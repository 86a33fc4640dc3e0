import Control
import Language
import ProcessImage
import Quantities

/// What a schedule brings besides the site file's own sections.
extension SiteReader {
    /// To be called when all of the site has been read, the document's sections in place of its own.
    /// - Parameters:
    ///   - file: the site's own sections.
    ///   - own: the site as they say it, read where the document is held against it.
    func obey(_ schedule: ScheduleFile, over file: Fields, own: SiteReader?) {
        check(site: schedule.head.site, schedule.fields["site"])
        refuseParts(schedule, over: file)
        func part(_ part: ScheduleLimits.Part) -> Entry? { schedules.parts.contains(part) ? schedule.fields[part.rawValue] : nil }
        part(.programs).map { obeyPrograms($0) }
        if part(.recipes) != nil { obeyRecipes() }
        part(.crops).map { obeyCrops($0) }
        if let own { part(.feeding).map { obeyFeeding($0, own: own) } }
        for (tag, entry) in part(.setpoints)?.map() ?? [] { setGate(tag, entry) }
        schedule.fields["expect"].map { readExpectations($0, schedule.head) }
        if part(.programs) != nil { for program in programs { noteIdle(program.plan, program.entry, schedule.head.valid) } }
        if part(.recipes) != nil { noteUnused() }
    }

    /// Where a program is wrong it may be the one that was to use it.
    private func noteUnused() {
        guard !programs.isEmpty, programs.allSatisfy({ !report.hasProblem(file: $0.entry.file, under: $0.entry.path) }) else { return }
        let used = Set(programs.compactMap { $0.plan.recipe?.recipe.offset })
        for (number, recipe) in recipes.enumerated() where !used.contains(number) {
            recipe.entry.notice(Phrase(zh: "没有程序用这个配方。", en: "no program uses this recipe."),
                                Phrase(zh: "在程序里写 recipe: \(recipe.label.tag)；只供手动施肥就不用改。", en: "Write recipe: \(recipe.label.tag) in a program; for runs by hand it is right as it is."))
        }
    }

    /// A program whose dates lie beside those of the document would be looked for in vain.
    private func noteIdle(_ program: ProgramPlan, _ entry: Entry, _ valid: ClosedRange<CivilDate>) {
        guard !["valid", entry.path].contains(where: { report.hasProblem(file: entry.file, under: $0) }) else { return }
        let days = Int(valid.upperBound.daysSinceEpoch) - Int(valid.lowerBound.daysSinceEpoch)
        guard !(0...max(days, 0)).contains(where: { program.runs(on: valid.lowerBound.adding(days: $0)) }) else { return }
        entry.notice(Phrase(zh: "在 valid 的日子里一次也不启动。", en: "does not start on any day of valid:."),
                     Phrase(zh: "核对 dates、days 与 valid。", en: "Check dates: and days: against valid:."))
    }

    /// A document is for one site. Tags are compared byte by byte.
    private func check(site: String, _ entry: Entry?) {
        guard let entry, !site.isEmpty, !site.utf8.elementsEqual(label.tag.utf8) else { return }
        let what = Entry.isTag(site) ? Phrase(zh: "这是给 \(site) 的，站点文件是 \(label.tag)。", en: "is \(site); this site file is \(label.tag).")
            : Phrase(zh: "“\(quoted(site))”不是站点标识（只有英文字母、数字、- 和 _），站点文件是 \(label.tag)。",
                     en: "\"\(quoted(site))\" is no site's tag (letters a-z, digits, - and _); this site file is \(label.tag).")
        entry.refuse(what,
                     Phrase(zh: "写成 site: \(label.tag)，或换成对的站点文件。", en: "Write site: \(label.tag), or take the site file it is for."))
    }

    /// The level or flow of a canal gate, within what the site file lets people order of it.
    private func setGate(_ tag: String, _ entry: Entry) {
        guard let number = gates.firstIndex(where: { $0.label.tag == tag }) else {
            entry.refuse(Phrase(zh: "没有闸门 \(quoted(tag))。", en: "\(quoted(tag)) is not a gate of this site."),
                         choices(gates.map(\.label.tag), insteadOf: tag, zh: "闸门", en: "gates"))
            return
        }
        guard let own = gates[number].goal else { return }
        gates[number].goal = goal(own, entry, within: gates[number].orders) ?? own
    }

    private func goal(_ own: GateGoal, _ entry: Entry, within orders: GateBounds) -> GateGoal? {
        let (flow, level) = (orders.flow, orders.level)
        switch own {
        case .flow:
            let most = "\(plain(flow.most.cubicMetersPerSecond)) m3/s"
            return entry.quantity("\(plain(flow.least.cubicMetersPerSecond)) m3/s", most, guess: "m3/s").map { .flow($0) }
        case .upstream, .downstream:
            guard let level else { return nil }
            let given: Length? = entry.quantity("\(plain(level.least.meters)) m", "\(plain(level.most.meters)) m", guess: "m")
            if case .upstream = own { return given.map { .upstream($0) } }
            return given.map { .downstream($0) }
        }
    }
}
