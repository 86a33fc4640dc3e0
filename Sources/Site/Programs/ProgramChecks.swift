import Control
import Language
import ProcessImage
import Quantities

/// What must hold between a program and the site it waters.
extension ProgramReader {
    func check(_ rule: AmountRule, _ zone: ProgramScope.Zone, _ entry: Entry) {
        switch rule {
        case .fixed(.time(let time)): checkTime(entry, time, zone)
        case .fixed(.volume(let volume)): checkVolume(entry, volume, zone)
        case .depth(let depth): checkDepth(entry, depth, zone)
        case .deficit(let bounds), .etSinceIrrigation(let bounds):
            checkDepth(entry, bounds.atMost ?? bounds.atLeast ?? bounds.otherwise ?? .millimeters(1), zone, isBound: true)
        }
    }

    /// A run must be long enough for the valve to open, and end before the valve's own limit takes it back.
    private func checkTime(_ entry: Entry, _ time: Duration, _ zone: ProgramScope.Zone) {
        guard let valve = zone.valve else { return }
        let least = max(.seconds(10), valve.travel + .seconds(2))
        if time < least {
            entry.refuse(Phrase(zh: "\(Phrase(time).zh)太短，最少 \(Phrase(least).zh)：阀 \(valve.tag) 开到位要 \(Phrase(valve.travel).zh)。",
                                en: "\(time.text) is below the minimum of \(least.text). Valve \(valve.tag) needs \(valve.travel.text) to travel."),
                         Phrase(zh: "至少写 \(least.text)，或去掉这个分区。", en: "Set at least \(least.text), or remove the zone."))
        }
        if time + valve.margin > valve.maximumOn { refuseTooLong(entry, time, zone, valve) }
    }

    /// Says what was written: where that was no time, what it comes to.
    private func refuseTooLong(_ entry: Entry, _ time: Duration, _ zone: ProgramScope.Zone, _ valve: ProgramScope.Valve) {
        let (taken, margin, most) = (Phrase(time), Phrase(valve.margin), Phrase(valve.maximumOn)), longest = valve.maximumOn - valve.margin
        var what = Phrase(zh: "\(taken.zh)，加上启停 \(margin.zh)，超过阀 \(valve.tag) 的最长开启时间 \(most.zh)。",
                          en: "\(taken.en) and \(margin.en) to start and stop are longer than valve \(valve.tag) may be open (\(most.en)).")
        var amount = Phrase(longest)
        if let flow = zone.flow, let written = entry.word, Unit(symbol: written.unitSymbol)?.dimension != .time {
            what = Phrase(zh: "\(quoted(written)) 按分区 \(zone.label.tag) 的流量 \(flow.text) 约需 \(what.zh)",
                          en: "\(quoted(written)) take about \(taken.en) at the \(flow.text) of zone \(zone.label.tag); with \(margin.en) to start and stop "
                            + "that is longer than valve \(valve.tag) may be open (\(most.en)).")
            amount = Phrase(verbatim: "\(plain((flow.volume(over: longest).cubicMeters * 10).rounded(.down) / 10)) m3")
        }
        entry.refuse(what, entry.either(Phrase(zh: "一次至多 \(amount.zh)，不够就分几次灌", en: "Give at most \(amount.en) at once and water more often"),
                                        orChange: "outputs.\(valve.tag).at-most"))
    }

    /// Without a meter a volume is given by flow and time.
    private func checkVolume(_ entry: Entry, _ volume: Volume, _ zone: ProgramScope.Zone, isBound: Bool = false) {
        guard let flow = zone.flow, flow > .zero else {
            if !zone.hasMeter {
                entry.refuse(Phrase(zh: "分区 \(zone.label.tag) 没有水表，也没写流量，无法按水量灌。",
                                    en: "zone \(zone.label.tag) has neither a meter nor a flow, so nobody can tell a volume."),
                             entry.lacking("zones.\(zone.label.tag).flow", "12 m3/h", otherwise: Phrase(zh: "改用时间，如 20 min", en: "write a time such as 20 min")))
            }
            return
        }
        let time = Duration.seconds(Int(min(volume.base / flow.base * 3600, 1e7).rounded()))
        if !isBound { checkTime(entry, time, zone) }
    }

    private func checkDepth(_ entry: Entry, _ depth: Depth, _ zone: ProgramScope.Zone, isBound: Bool = false) {
        guard let area = zone.area else {
            entry.refuse(Phrase(zh: "分区 \(zone.label.tag) 没有面积，无法按毫米或方每亩灌。", en: "zone \(zone.label.tag) has no area, so a depth is no volume."),
                         entry.lacking("zones.\(zone.label.tag).area", "1.6 mu", otherwise: Phrase(zh: "改用水量或时间", en: "write a volume or a time")))
            return
        }
        checkVolume(entry, depth.volume(on: area), zone, isBound: isBound)
    }

    // MARK: What the site can not say

    func refuseUnmeasured(_ matter: Matter, _ entry: Entry) {
        guard matter != .soil, matter != .depletion, !scope.measures.contains(matter) else { return }
        entry.refuse(Phrase(zh: "本站没有\(matter.name.zh)的数据。", en: "this site does not know its \(matter.name.en)."),
                     entry.lacking("weather.station", "{ wind: weather.wind-speed }",
                                   otherwise: Phrase(zh: "直接写测点，如 weather.wind-speed > 4 m/s", en: "use a point itself, such as weather.wind-speed > 4 m/s")))
    }

    /// What each zone has of its own: `soil` is its probe, `depletion` and computed amounts its crop.
    func checkZones(_ plan: ProgramPlan, _ fields: Fields) {
        var asks = (plan.when + plan.unless).map(\.measured)
        if case .trigger(let trigger) = plan.starts, case .condition(let condition, _) = trigger.kind {
            asks.append(condition.measured)
        }
        for step in plan.steps {
            let zone = scope.zones[step.zone.offset]
            if asks.contains(.soil), !zone.hasSoil {
                refuseZone(zone, "soil", fields, Phrase(zh: "没有土壤探头", en: "has no soil probe"))
            }
            if asks.contains(.depletion) || step.give.isComputed || plan.stages != 0, !zone.hasCrop {
                refuseZone(zone, "crop", fields, Phrase(zh: "没有写作物，算不出亏缺", en: "has no crop, so nobody knows its depletion"))
            }
        }
    }

    private func refuseZone(_ zone: ProgramScope.Zone, _ key: String, _ fields: Fields, _ lack: Phrase) {
        let tag = zone.label.tag, example = key == "soil" ? "soil-a.moisture" : "{ is: tomato, planted: 2026-03-01 }"
        fields.owner.refuse(Phrase(zh: "程序要用 \(key)，但分区 \(tag) \(lack.zh)。", en: "asks for the \(key) of zone \(tag), which \(lack.en)."),
                            fields.owner.lacking("zones.\(tag).\(key)", example,
                                                 otherwise: Phrase(zh: "换一个条件或水量", en: "use another condition or amount")))
    }
}

extension AmountRule {
    fileprivate var isComputed: Bool {
        switch self {
        case .deficit, .etSinceIrrigation: true
        case .fixed, .depth: false
        }
    }
}
