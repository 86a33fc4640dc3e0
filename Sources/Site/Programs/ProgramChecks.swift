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
            refuseUnmeasured(.depletion, entry)
            checkDepth(entry, bounds.atMost ?? bounds.atLeast ?? bounds.otherwise ?? .millimeters(1), zone, isBound: true)
        }
    }

    /// A run must be long enough for the valve to open, and end before the valve's own limit takes it back.
    private func checkTime(_ entry: Entry, _ time: Duration, _ zone: ProgramScope.Zone) {
        guard let valve = zone.valve else { return }
        let least = max(.seconds(10), valve.travel + .seconds(2))
        if time < least {
            entry.refuse(Phrase(zh: "\(time.text) 短于最小值 \(least.text)。阀 \(valve.tag) 开到位要 \(valve.travel.text)。",
                                en: "\(time.text) is below the minimum of \(least.text). Valve \(valve.tag) needs \(valve.travel.text) to travel."),
                         Phrase(zh: "至少写 \(least.text)，或去掉这个分区。", en: "Set at least \(least.text), or remove the zone."))
        }
        if time + valve.margin > valve.maximumOn {
            entry.refuse(Phrase(zh: "\(time.text) 加上启停 \(valve.margin.text)，超过阀 \(valve.tag) 的最长开启 \(valve.maximumOn.text)。",
                                en: "\(time.text) and \(valve.margin.text) to start and stop are longer than valve \(valve.tag) may be open (\(valve.maximumOn.text))."),
                         Phrase(zh: "缩短灌水时间，或加大 outputs.\(valve.tag).at-most。", en: "Shorten it, or raise outputs.\(valve.tag).at-most."))
        }
    }

    /// Without a meter a volume is given by flow and time.
    private func checkVolume(_ entry: Entry, _ volume: Volume, _ zone: ProgramScope.Zone, isBound: Bool = false) {
        guard let flow = zone.flow, flow > .zero else {
            if !zone.hasMeter {
                entry.refuse(Phrase(zh: "分区 \(zone.label.tag) 没有水表，也没写流量，无法按水量灌。",
                                    en: "zone \(zone.label.tag) has neither a meter nor a flow, so nobody can tell a volume."),
                             Phrase(zh: "写上 zones.\(zone.label.tag).flow，或改用时间，如 20 min。", en: "Give zones.\(zone.label.tag).flow, or a time such as 20 min."))
            }
            return
        }
        let time = Duration.seconds(Int(min(volume.base / flow.base * 3600, 1e7).rounded()))
        if isBound, let valve = zone.valve, time + valve.margin <= valve.maximumOn { return }
        guard !isBound else { return }
        checkTime(entry, time, zone)
    }

    private func checkDepth(_ entry: Entry, _ depth: Depth, _ zone: ProgramScope.Zone, isBound: Bool = false) {
        guard let area = zone.area else {
            entry.refuse(Phrase(zh: "分区 \(zone.label.tag) 没有面积，无法按毫米或方每亩灌。", en: "zone \(zone.label.tag) has no area, so a depth is no volume."),
                         Phrase(zh: "写上 zones.\(zone.label.tag).area，如 1.6 mu。", en: "Give zones.\(zone.label.tag).area, such as 1.6 mu."))
            return
        }
        checkVolume(entry, depth.volume(on: area), zone, isBound: isBound)
    }

    // MARK: What the site can not say

    func refuseUnmeasured(_ matter: Matter, _ entry: Entry) {
        guard matter != .soil, !scope.measures.contains(matter) else { return }
        entry.refuse(Phrase(zh: "本站没有\(matter.name.zh)可用。", en: "this site does not know its \(matter.name.en)."), remedy(for: matter))
    }

    private func remedy(for matter: Matter) -> Phrase {
        switch matter {
        case .depletion, .deficit: Phrase(zh: "给分区写上 crop 与 soil-type，或换一个条件。", en: "Give the zones crop and soil-type, or use another condition.")
        default: Phrase(zh: "在 weather: 下写上相应的测点，或直接写测点名，如 weather.wind-speed > 4 m/s。",
                        en: "Name the point under weather:, or use the point itself, such as weather.wind-speed > 4 m/s.")
        }
    }

    /// `soil` is each zone's own probe.
    func checkSoil(_ plan: ProgramPlan, _ fields: Fields) {
        var asks = (plan.when + plan.unless).map(\.measured)
        if case .trigger(let trigger) = plan.starts, case .condition(let condition, _) = trigger.kind {
            asks.append(condition.measured)
        }
        guard asks.contains(.soil) else { return }
        for step in plan.steps where !scope.zones[step.zone.offset].hasSoil {
            let tag = scope.zones[step.zone.offset].label.tag
            fields.owner.refuse(Phrase(zh: "条件用到 soil，但分区 \(tag) 没有土壤探头。", en: "asks for soil, but zone \(tag) has no soil probe."),
                                Phrase(zh: "写上 zones.\(tag).soil，或直接写某个测点名。", en: "Give zones.\(tag).soil, or name a point instead."))
        }
    }
}
