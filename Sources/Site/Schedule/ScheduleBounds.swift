import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// What a schedule asks for against what the site file's `schedules:` allows.
extension SiteReader {
    /// A schedule has programs in any case; none are no change where the site has none.
    func refuseParts(_ schedule: ScheduleFile, over file: Fields) {
        for part in ScheduleLimits.Part.allCases where !schedules.parts.contains(part) {
            guard let entry = schedule.fields[part.rawValue] else { continue }
            if part == .programs, entry.isEmptyMap, file["programs"]?.isEmptyMap != false { continue }
            entry.refuseBeyond("may-change", Phrase(zh: "本站不许方案改 \(part.rawValue)。", en: "schedules may not change \(part.rawValue) on this site."))
        }
    }

    func refuseForeign(_ zone: Int, _ entry: Entry) {
        guard let allowed = schedules.zones, !allowed.contains(ZoneIndex(zone)) else { return }
        entry.refuseBeyond("zones", Phrase(zh: "分区 \(zones[zone].label.tag) 不归方案管。", en: "zone \(zones[zone].label.tag) is not for schedules."))
    }

    /// Within the zones, the hours and the longest run. What can only be seen while it runs is cut there: by a window, and by the clock.
    func obeyPrograms(_ entries: Entry) {
        let window = hoursWindow(entries)
        for (number, program) in programs.enumerated() {
            let entry = program.entry
            for zone in Set(program.plan.zones.map(\.offset)).sorted() { refuseForeign(zone, entry) }
            refuseOutsideHours(program.plan, entry)
            for step in program.plan.steps { refuseTooLong(step, entry) }
            programs[number].plan = program.plan.within(longest: schedules.longestRun, windows: window)
        }
    }

    /// Stands outside of the hours; water that still flows then rests until they come again.
    /// - Returns: its bit.
    private func hoursWindow(_ entry: Entry) -> UInt32 {
        guard let hours = schedules.hours else { return 0 }
        guard windows.count < Limits.windowsMax else {
            entry.refuse(Phrase(zh: "停灌时段已满，放不下方案时段。", en: "the site has as many no-water windows as there may be, and schedules.hours needs one more."),
                         Phrase(zh: "请安装商减少 no-water。", en: "Have the installer leave out one of no-water."))
            return 0
        }
        let name = Phrase(zh: "方案许可时段以外", en: "outside the hours of schedules")
        windows.append(WindowDraft(label: Label(tag: "schedule-hours", name: name),
                                   plan: WaterWindow(.hours(from: hours.until, until: hours.from, .everyDay))))
        return 1 << UInt32(windows.count - 1)
    }

    private func refuseOutsideHours(_ plan: ProgramPlan, _ entry: Entry) {
        guard let hours = schedules.hours, case .times(let times) = plan.starts else { return }
        for case .clock(let time) in times where !hours.includes(time) {
            (entry["start"] ?? entry["starts"] ?? entry).refuse(
                Phrase(zh: "\(time.text) 在许可时段 \(hours.from.text) .. \(hours.until.text) 以外。", en: "\(time.text) is outside of the hours \(hours.from.text) .. \(hours.until.text) that the site allows."),
                Phrase(zh: "改到时段以内，或请安装商改 schedules.hours。", en: "Start within them, or have the installer change schedules.hours."))
        }
    }

    private func refuseTooLong(_ step: ProgramPlan.Step, _ entry: Entry) {
        guard let most = schedules.longestRun, let time = leastTime(step), time > most.seconds + 0.5 else { return }
        let text = Duration.seconds(Int(time.rounded())).text, tag = zones[step.zone.offset].label.tag
        entry.refuse(Phrase(zh: "分区 \(tag) 一次要灌 \(text)，超过许可的 \(most.text)。", en: "zone \(tag) would be watered for \(text) at once, longer than the \(most.text) that the site allows."),
                     Phrase(zh: "减少水量，或请安装商改 schedules.run。", en: "Give less, or have the installer change schedules.run."))
    }

    // MARK: Recipes

    func obeyRecipes() {
        for recipe in recipes where !recipe.entry.isBroken {
            refuseTargets(recipe.plan, recipe.entry)
            for part in recipe.plan.parts { refuseDose(part, recipe.entry) }
        }
    }

    private func refuseTargets(_ plan: RecipePlan, _ entry: Entry) {
        let asked: Conductivity? = switch plan.ec {
        case .mix(let ec), .feed(let ec): ec
        case nil: nil
        }
        if let asked, let most = schedules.conductivity, asked > most {
            let figures = (plain(asked.decisiemensPerMeter), plain(most.decisiemensPerMeter))
            (entry["ec"] ?? entry).refuse(Phrase(zh: "EC \(figures.0) 超过许可的 \(figures.1) mS/cm。", en: "an EC of \(figures.0) is more than the \(figures.1) mS/cm that the site allows."),
                                          Phrase(zh: "调低，或请安装商改 schedules.ec。", en: "Lower it, or have the installer change schedules.ec."))
        }
        if let ph = plan.ph?.pH, let range = schedules.acidity, !range.contains(ph) {
            let bounds = "\(plain(range.lowerBound)) .. \(plain(range.upperBound))"
            (entry["ph"] ?? entry).refuse(Phrase(zh: "pH \(plain(ph)) 在许可的 \(bounds) 以外。", en: "a pH of \(plain(ph)) is outside of \(bounds), which the site allows."),
                                          Phrase(zh: "改到范围内，或请安装商改 schedules.ph。", en: "Keep within it, or have the installer change schedules.ph."))
        }
    }

    private func refuseDose(_ part: RecipePlan.Part, _ entry: Entry) {
        guard case .perArea(let dose) = part.mode, let most = schedules.dose, dose > most else { return }
        func liters(_ depth: Depth) -> String { plain((depth.volume(on: .mu(1)).liters * 1000).rounded() / 1000) }
        let tag = channels[part.channel.offset].label.tag
        (entry["channels"]?[tag] ?? entry).refuse(
            Phrase(zh: "每亩 \(liters(dose)) L，超过许可的 \(liters(most)) L。", en: "\(liters(dose)) L on each mu are more than the \(liters(most)) L that the site allows."),
            Phrase(zh: "减量，或请安装商改 schedules.dose。", en: "Give less, or have the installer change schedules.dose."))
    }
}

extension Entry {
    fileprivate var isEmptyMap: Bool { if case .map(let pairs) = value { pairs.isEmpty } else { false } }
}
