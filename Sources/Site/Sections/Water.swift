import Agronomy
import Language
import ProcessImage
public import Quantities

/// A source of water as it was read.
struct SourceDraft {
    let label: Label
    let entry: Entry
    let pump: OutputIndex?
    let master: OutputIndex?
    let meter: Meter?
    let capacity: Flow?
    let dryWhen: PointIndex?
    let overlap: Duration
    let pressureRelief: Duration
    /// `nil`: as computed from meter and capacity; `.some(nil)`: switched off by the site.
    let leak: Flow??
    let leakAfter: Duration
    let burst: Double?
    let burstAfter: Duration
    let supervision: SourceSupervision
    let zonesAtOnce: Int?
    let power: Power?
    let recovery: RecoveryDraft?
    let filter: FilterDraft?
    let drive: DriveDraft?
    let minimumRun: Duration
    let reliefEntry: Entry?
    /// Found once the zones are read.
    var relief: ZoneIndex?
}

/// A zone as it was read.
struct ZoneDraft {
    let label: Label
    let entry: Entry
    let source: SourceIndex
    let valve: OutputIndex?
    /// Its further valves.
    let followers: [OutputIndex]
    let flow: Flow?
    let area: Area?
    let leastFlow: Flow?
    let flowWithin: Duration
    let limits: ZoneLimits
    let soil: PointIndex?
    let quota: Entry?
    /// What its pipes ask of a dose.
    let pipes: PipeNeeds
    /// `nil`: its water is not accounted for.
    let water: WaterDraft?
}

extension SiteReader {
    func readWater() {
        for (tag, entry) in items("water", atMost: Limits.sourcesMax) {
            let source = source(tag, entry)
            let shared = [source.pump, source.master].compactMap { $0 }.filter { output in
                sources.contains { $0.pump == output || $0.master == output }
            }
            for output in shared { refuseSharedPump(entry, outputs[output.offset].tag) }
            sources.append(source)
        }
    }

    private func refuseSharedPump(_ entry: Entry, _ tag: String) {
        entry.refuse(Phrase(zh: "\(tag) 已属于另一个水源。", en: "\(tag) already belongs to another source."),
                     Phrase(zh: "每个水源用自己的泵与主阀；共用的合成一个水源。", en: "Give each source its own pump and master valve, or make them one source."))
    }

    private func source(_ tag: String, _ entry: Entry) -> SourceDraft {
        let fields = entry.fields(["pump", "master", "meter", "capacity", "dry-when", "overlap", "pressure-relief", "leak",
                                   "leak-after", "burst", "burst-after", "zones-at-once", "power", "recovery", "filter", "drive",
                                   "minimum-run", "relief",
                                   "name"]
                                  + SourceSupervision.keys)
        let power: Power? = fields?["power"]?.quantity("10 W", "10000 kW", guess: "kW")
        checkPower(fields?["power"], power)
        let pump = fields?["pump"].flatMap { output($0, .pump) }
        let supervision = sourceSupervision(fields)
        let burst = fields?["burst"].map { $0.isNone ? nil : $0.fraction("105 %", "300 %")?.base } ?? 1.3
        return SourceDraft(
            label: label(tag, fields), entry: entry,
            pump: pump, master: fields?["master"].flatMap { output($0, .masterValve) },
            meter: fields?["meter"].flatMap { meter($0) },
            capacity: fields?["capacity"]?.flow("0.01 m3/h", "10000 m3/h"),
            dryWhen: fields?["dry-when"].flatMap { contact($0) },
            overlap: fields?["overlap"]?.duration("0 s", "10 min", guess: "s") ?? .seconds(10),
            pressureRelief: fields?["pressure-relief"]?.duration("0 s", "10 min", guess: "s") ?? .seconds(5),
            leak: fields?["leak"].map { $0.isNone ? nil : $0.flow("0.001 m3/h", "1000 m3/h") },
            leakAfter: fields?["leak-after"]?.duration("5 s", "1 h", guess: "s") ?? .seconds(60),
            burst: burst, burstAfter: fields?["burst-after"]?.duration("1 s", "10 min", guess: "s") ?? .seconds(10),
            supervision: supervision,
            zonesAtOnce: fields?["zones-at-once"]?.integer(1...64), power: power,
            recovery: fields?["recovery"].flatMap { recovery($0) }, filter: fields?["filter"].flatMap { filter($0) },
            drive: fields.flatMap { drive($0, pump, supervision.pressure) },
            minimumRun: fields?["minimum-run"]?.duration("0 s", "1 h", guess: "min") ?? .zero, reliefEntry: fields?["relief"])
    }

    /// An output of this site, of one class.
    func output(_ entry: Entry, _ kind: OutputKind) -> OutputIndex? {
        guard let tag = entry.text() else { return nil }
        guard let index = outputs.firstIndex(where: { $0.tag == tag }) else {
            entry.refuse(Phrase(zh: "\(quoted(tag)) 不是本站的输出。", en: "\(quoted(tag)) is not an output of this site."),
                         choices(outputs.map(\.tag), insteadOf: tag, zh: "输出", en: "outputs"))
            return nil
        }
        let found = outputs[index].definition.kind
        if found != kind, !outputs[index].entry.isBroken(key: "is") {
            entry.refuse(Phrase(zh: "\(tag) 是\(found.name.zh)，不是\(kind.name.zh)。", en: "\(tag) is \(found.name.en), not \(kind.name.en)."),
                         Phrase(zh: "换一个输出，或改 outputs.\(tag).is。", en: "Name another output, or change outputs.\(tag).is."))
            return nil
        }
        return OutputIndex(index)
    }

    private func meter(_ entry: Entry) -> Meter? {
        guard let tag = entry.text() else { return nil }
        if let meter = meters[tag] { return meter }
        let known = fields["meters"]?.map()?.map(\.key) ?? []
        if known.contains(tag) { return nil }
        entry.refuse(Phrase(zh: "没有水表 \(quoted(tag))。", en: "\(quoted(tag)) is not a meter of this site."),
                     choices(known, insteadOf: tag, zh: "水表", en: "meters"))
        return nil
    }

    // MARK: Zones

    func readZones() {
        var owners: [OutputIndex: ZoneDraft] = [:]
        for (tag, entry) in items("zones", atMost: Limits.zonesMax) {
            let zone = zone(tag, entry)
            zones.append(zone)
            for valve in [zone.valve].compactMap(\.self) + zone.followers {
                if let other = owners[valve] { refuseShared(valve, entry, other) }
                owners[valve] = zone
            }
        }
        noticeUnused(owners)
    }

    private func refuseShared(_ valve: OutputIndex, _ entry: Entry, _ other: ZoneDraft) {
        entry.refuse(Phrase(zh: "阀 \(outputs[valve.offset].tag) 已属于分区 \(other.label.tag)（第 \(other.entry.line) 行）。",
                            en: "valve \(outputs[valve.offset].tag) already belongs to zone \(other.label.tag) (line \(other.entry.line))."),
                     Phrase(zh: "一个分区一只阀。", en: "Each zone has a valve of its own."))
    }

    private func noticeUnused(_ owners: [OutputIndex: ZoneDraft]) {
        let flushValves = Set(sources.flatMap { $0.filter?.flush ?? [] })
        for (index, output) in outputs.enumerated()
        where output.definition.kind == .flushValve && !flushValves.contains(OutputIndex(index)) {
            output.entry.notice(Phrase(zh: "这只冲洗阀不属于任何过滤器。", en: "this flush valve belongs to no filter."),
                                Phrase(zh: "写进 water.水源.filter.flush，或删去它。", en: "Name it in water.SOURCE.filter.flush, or remove it."))
        }
        for (index, output) in outputs.enumerated() where output.definition.kind == .valve && owners[OutputIndex(index)] == nil {
            output.entry.notice(Phrase(zh: "这只阀不属于任何分区。", en: "this valve belongs to no zone."),
                                Phrase(zh: "加一个分区，或删去它。", en: "Add a zone, or remove it."))
        }
    }

    private func zone(_ tag: String, _ entry: Entry) -> ZoneDraft {
        let keys = ["name", "valve", "area", "flow", "emitters", "soil", "water", "least-flow", "flow-within", "quota",
                    "pipe-fill", "advance"]
        let fields = entry.fields(keys + SiteReader.waterKeys + ZoneLimits.keys)
        let source = fields.map { zoneSource($0) } ?? nil
        let valves = fields?.required("valve", Phrase(zh: "写上阀门。", en: "Name its valve.")).map { self.valves($0) } ?? []
        let area: Area? = fields?["area"]?.quantity("1 m2", "10000 ha", guess: "mu")
        let flow = fields.flatMap { zoneFlow($0, area: area) }
        let probe = fields?["soil"].flatMap { soil($0) }
        let least = fields?["least-flow"]?.flow("0.0001 m3/h", "10000 m3/h")
        let meter = source.flatMap { sources[$0.offset].meter }
        let patience = max(.seconds(30), (meter?.every ?? .zero) * 3)
        let draft = ZoneDraft(
            label: label(tag, fields), entry: entry, source: source ?? SourceIndex(0), valve: valves.first,
            followers: Array(valves.dropFirst()), flow: flow, area: area,
            leastFlow: meter == nil ? nil : least ?? flow.map { $0 * 0.2 },
            flowWithin: fields?["flow-within"]?.duration("5 s", "30 min", guess: "s") ?? patience,
            limits: zoneLimits(fields, source), soil: probe, quota: fields?["quota"], pipes: pipes(fields),
            water: fields.flatMap { self.water($0, area: area, probe: probe) })
        fields.map { checkFlow(draft, $0, source) }
        return draft
    }

    /// One valve, or a list of those that open together.
    private func valves(_ entry: Entry) -> [OutputIndex] {
        guard case .list(let entries) = entry.value else { return output(entry, .valve).map { [$0] } ?? [] }
        if entries.isEmpty || entries.count > Limits.valvesOfZoneMax {
            entry.refuse(Phrase(zh: "要写 1 到 \(Limits.valvesOfZoneMax) 只阀。", en: "1 to \(Limits.valvesOfZoneMax) valves are due."),
                         Phrase(zh: "写成 [V-1, V-2]。", en: "Write [V-1, V-2]."))
        }
        return entries.prefix(Limits.valvesOfZoneMax).compactMap { output($0, .valve) }
    }

    private func pipes(_ fields: Fields?) -> PipeNeeds {
        PipeNeeds(fill: fields?["pipe-fill"]?.quantity("0 L", "1000 m3", guess: "L") ?? .zero,
                  advance: fields?["advance"]?.duration("0 s", "2 h", guess: "min") ?? .zero)
    }

    private func soil(_ entry: Entry) -> PointIndex? {
        guard let point = point(entry), measures(entry, point, .fraction) else { return nil }
        return point
    }

    private func zoneSource(_ fields: Fields) -> SourceIndex? {
        guard let entry = fields["water"] else {
            if sources.count == 1 { return SourceIndex(0) }
            let isNone = sources.isEmpty
            fields.owner.refuse(
                isNone ? Phrase(zh: "没有水源。", en: "has no source of water.") : Phrase(zh: "有多个水源，要写明用哪个。", en: "there are several sources; say which."),
                isNone ? Phrase(zh: "在 water: 下添加水源。", en: "Add one under water:.")
                    : choices(sources.map(\.label.tag), insteadOf: "", zh: "水源", en: "sources"))
            return nil
        }
        guard let tag = entry.text() else { return nil }
        if let index = sources.firstIndex(where: { $0.label.tag == tag }) { return SourceIndex(index) }
        entry.refuse(Phrase(zh: "没有水源 \(quoted(tag))。", en: "\(quoted(tag)) is not a source of this site."),
                     choices(sources.map(\.label.tag), insteadOf: tag, zh: "水源", en: "sources"))
        return nil
    }

    private func checkFlow(_ zone: ZoneDraft, _ fields: Fields, _ source: SourceIndex?) {
        guard let source, let entry = fields["flow"], let flow = zone.flow else { return }
        let supply = sources[source.offset]
        if let capacity = supply.capacity, flow > capacity {
            entry.refuse(Phrase(zh: "\(flow.text) 超过水源 \(supply.label.tag) 的供水能力 \(capacity.text)。",
                                en: "\(flow.text) is more than source \(supply.label.tag) gives (\(capacity.text))."),
                         Phrase(zh: "把分区拆小，或核对两个流量。", en: "Divide the zone, or check both figures."))
        }
        if let least = zone.leastFlow, least >= flow {
            (fields["least-flow"] ?? entry).refuse(
                Phrase(zh: "最小流量 \(least.text) 不小于正常流量 \(flow.text)。", en: "the least flow \(least.text) is not below the normal flow \(flow.text)."),
                Phrase(zh: "一般取正常流量的 20 %。", en: "A fifth of the normal flow is usual."))
        }
    }
}

extension Entry {
    fileprivate func flow(_ low: String, _ high: String) -> Flow? { quantity(low, high, guess: "m3/h") }
    func fraction(_ low: String, _ high: String) -> Fraction? { quantity(low, high, guess: "%") }

    /// The word `none`.
    var isNone: Bool {
        if case .word("none") = value { true } else { false }
    }

    /// Whether it was refused itself: then nothing more is said about it.
    var isBroken: Bool { report.hasProblem(file: file, key: path) }

    /// Whether a key of this map is missing or was refused: then nothing more is said about it.
    func isBroken(key: String) -> Bool { report.hasProblem(file: file, key: "\(path).\(key)") }
}

extension Flow {
    /// As it is written in a site file, such as `12 m3/h`.
    public var text: String { "\(plain((cubicMetersPerHour * 1000).rounded() / 1000)) m3/h" }
}
