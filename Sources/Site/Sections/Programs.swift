import Control
import Language
import ProcessImage
import Quantities

extension SiteReader {
    func readPrograms() {
        let reader = ProgramReader(scope: programScope())
        for (tag, entry) in items("programs", atMost: Limits.programsMax) {
            guard let fields = entry.fields(ProgramReader.keys) else { continue }
            let plan = reader.read(fields)
            programs.append((label(tag, fields), plan, entry))
            checkPump(entry, plan)
            if let recipe = plan.recipe { check(plan, recipe, entry) }
        }
    }

    /// What a program may name on this site.
    func programScope() -> ProgramScope {
        let tables = SiteTables(site: label, clock: clock, points: points, outputs: [])
        return ProgramScope(
            zones: zones.map { zone in
                let supply = zone.source.offset < sources.count ? sources[zone.source.offset] : nil
                return ProgramScope.Zone(label: zone.label, valve: zone.valve.map { valve($0, supply) }, flow: zone.flow,
                                         area: zone.area, hasMeter: supply?.meter?.total != nil, hasSoil: zone.soil != nil,
                                         hasCrop: zone.water != nil)
            },
            windows: windows.map(\.label.tag), recipes: recipes.map(\.label.tag), measures: measuredMatters,
            isPoint: { [pointByTag] in pointByTag[$0] != nil }, point: { self.point($0) }, gauge: { tables.gauge($0) })
    }

    /// What stands in the weather section. Whether there is a forecast shows only later: until one comes it is not known.
    private var measuredMatters: Set<Matter> {
        guard let weather else { return [] }
        var matters: Set<Matter> = [.forecastRain]
        guard let station = weather.station else { return matters }
        matters.insert(.temperature)
        if station.wind != nil { matters.insert(.wind) }
        if station.rain != nil { matters.insert(.rain) }
        if station.radiation != nil { matters.insert(.radiation) }
        return matters
    }

    private func valve(_ output: OutputIndex, _ supply: SourceDraft?) -> ProgramScope.Valve {
        let valve = outputs[output.offset].definition
        let master = supply?.master.map { outputs[$0.offset].definition.travel } ?? .zero
        let margin = valve.travel + master + (supply?.overlap ?? .zero) + (supply?.pressureRelief ?? .zero)
        return ProgramScope.Valve(tag: valve.tag, travel: valve.travel, maximumOn: valve.maximumOn, margin: margin)
    }

    /// The pump runs through the whole program. However many zones run at once, the water they take sets a least time.
    private func checkPump(_ entry: Entry, _ plan: ProgramPlan) {
        for (index, source) in sources.enumerated() {
            guard let pump = source.pump.map({ outputs[$0.offset].definition }) else { continue }
            let own = plan.steps.filter { zones[$0.zone.offset].source == SourceIndex(index) }
            let least = leastTime(own, source.capacity)
            guard least > pump.maximumOn.seconds else { continue }
            entry.refuse(Phrase(zh: "至少要灌 \(Phrase(.seconds(Int(least))).zh)，超过水泵 \(pump.tag) 的最长运行时间 \(Phrase(pump.maximumOn).zh)。",
                                en: "takes at least \(Duration.seconds(Int(least)).text), longer than pump \(pump.tag) may run (\(pump.maximumOn.text))."),
                         entry.either(Phrase(zh: "分成几个程序", en: "Divide the program"), orChange: "outputs.\(pump.tag).at-most"))
        }
    }

    /// Seconds. Zones of unknown flow run alone; the others share the capacity. What is computed at the start counts nothing.
    private func leastTime(_ steps: [ProgramPlan.Step], _ capacity: Flow?) -> Double {
        steps.reduce(0) { sum, step in
            guard let time = leastTime(step) else { return sum }
            guard let capacity, let flow = zones[step.zone.offset].flow else { return sum + time }
            return sum + time * min(flow / capacity, 1)
        }
    }

    /// Seconds of one zone's water; `nil`: it is computed at the start, or its flow is not known.
    func leastTime(_ step: ProgramPlan.Step) -> Double? {
        let zone = zones[step.zone.offset]
        return switch step.give {
        case .fixed(.time(let time)): time.seconds
        case .fixed(.volume(let volume)): zone.flow.map { volume.base / $0.base * 3600 }
        case .depth(let depth): zone.flow.flatMap { flow in zone.area.map { depth.volume(on: $0).base / flow.base * 3600 } }
        case .deficit, .etSinceIrrigation: nil
        }
    }
}
