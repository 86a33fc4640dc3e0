import Agronomy
import Control
import Language
import ProcessImage
import Quantities

/// A net cage as it was read.
struct CageDraft {
    let label: Label
    let probes: [(quantity: SeaQuantity, point: PointIndex)]
    let isFreshwater: Bool
    let stages: [StageDraft]
    let aeration: AerationPlan
    let conversion: Double
    let feed: CageFeedDraft?
    var gates: [FeedGatePlan]
    /// A key switch or a gate contact.
    let lockedWhen: PointIndex?
    let depth: DepthDraft?
}

/// An aerator, or a valve of pure oxygen.
struct StageDraft {
    let output: OutputIndex
    let isPureOxygen: Bool
    let on: Density
    let off: Density
    let leastOn: Duration
    let leastOff: Duration
    let proof: (point: PointIndex, least: Double)?
}

extension SiteReader {
    private static let cageKeys = ["name", "species", "oxygen", "oxygen-as", "temperature", "salinity", "aeration", "emergency",
                                   "escalate-after", "siren", "siren-after", "blind-siren-after", "night", "fullest", "after-meal",
                                   "locked-when", "depth"] + seaKeys.map(\.key) + feedKeys
    /// What a cage may have besides oxygen, temperature and salt.
    private static let seaKeys: [(key: String, quantity: SeaQuantity, dimension: Dimension)] = [
        ("current", .current, .speed), ("waves", .waves, .length), ("wind", .wind, .speed), ("sulfide", .sulfide, .massPerVolume),
        ("uneaten", .uneaten, .fraction),
    ]

    func readCages() {
        var owners: [OutputIndex: String] = [:]
        for (tag, entry) in items("cages", atMost: Limits.cagesMax) {
            guard let fields = entry.fields(Self.cageKeys) else { continue }
            let cage = cage(label(tag, fields), fields)
            cages.append(cage)
            for stage in cage.stages {
                if let other = owners[stage.output] { refuseShared(fields["aeration"] ?? entry, outputs[stage.output.offset].tag, other) }
                owners[stage.output] = tag
            }
        }
    }

    private func refuseShared(_ entry: Entry, _ output: String, _ cage: String) {
        entry.refuse(Phrase(zh: "输出 \(output) 已给网箱 \(cage) 增氧。", en: "output \(output) already aerates cage \(cage)."),
                     Phrase(zh: "每个网箱用自己的增氧机。", en: "Each cage has aerators of its own."))
    }

    private func cage(_ label: Label, _ fields: Fields) -> CageDraft {
        let species = fields["species"].flatMap { library.species($0)?.species }
        let salinity: Salinity? = fields["salinity"].flatMap { isFigure($0) ? $0.quantity("0 psu", "45 psu", guess: "psu") : nil }
        var probes = points(fields["oxygen"], .massPerVolume).map { (quantity: SeaQuantity.oxygen, point: $0) }
        probes += points(fields["temperature"], .temperature).map { (quantity: .temperature, point: $0) }
        if let entry = fields["salinity"], !isFigure(entry) {
            probes += points(entry, .salinity).map { (quantity: .salinity, point: $0) }
        }
        for sea in Self.seaKeys { probes += points(fields[sea.key], sea.dimension).map { (quantity: sea.quantity, point: $0) } }
        let stages = stages(fields["aeration"])
        if let entry = fields["aeration"], !stages.isEmpty, fields["oxygen"] == nil {
            entry.notice(Phrase(zh: "没有溶氧测点，增氧机一直开着。", en: "without an oxygen probe its aerators are on all the time."),
                         Phrase(zh: "写上 oxygen: [测点]。", en: "Name its probes in oxygen:."))
        }
        let feed = cageFeed(fields, species)
        return CageDraft(label: label, probes: probes, isFreshwater: isFreshwater(fields), stages: stages,
                         aeration: aeration(fields, species, salinity), conversion: species?.conversion ?? 1.5, feed: feed,
                         gates: feed == nil ? [] : feedGates(fields, species, Set(probes.map(\.quantity)), hasSalinity: salinity != nil),
                         lockedWhen: fields["locked-when"].flatMap { contact($0) }, depth: fields["depth"].flatMap { depth($0) })
    }

    /// Whether its oxygen probes were left at salinity 0.
    private func isFreshwater(_ fields: Fields) -> Bool {
        guard let entry = fields["oxygen-as"], entry.word(["corrected": false, "fresh-water": true]) == true else { return false }
        if fields["salinity"] == nil || fields["temperature"] == nil {
            entry.refuse(Phrase(zh: "探头按淡水显示，要有盐度和水温才能校正。", en: "probes that show fresh water need salinity and temperature to be corrected."),
                         Phrase(zh: "写上 salinity: 31 psu 和 temperature: [测点]。", en: "Give salinity: 31 psu and temperature: [points]."))
        }
        return true
    }

    /// `31 psu` and not the name of a point.
    private func isFigure(_ entry: Entry) -> Bool {
        if case .word(let word) = entry.value { word.first?.isNumber == true } else { false }
    }

    private func points(_ entry: Entry?, _ dimension: Dimension) -> [PointIndex] {
        guard let entry else { return [] }
        let entries: [Entry] = if case .list(let several) = entry.value { several } else { [entry] }
        return entries.compactMap { measured($0, dimension) }
    }

    private func aeration(_ fields: Fields, _ species: Species?, _ salinity: Salinity?) -> AerationPlan {
        let usual = AerationPlan(emergency: species?.oxygen.emergency ?? .milligramsPerLiter(3))
        return AerationPlan(
            emergency: fields["emergency"]?.quantity("0.5 mg/L", "10 mg/L", guess: "mg/L") ?? usual.emergency,
            escalateAfter: fields["escalate-after"]?.duration("10 s", "2 h", guess: "min") ?? usual.escalateAfter,
            siren: fields["siren"].flatMap { output($0, .horn) },
            sirenAfter: fields["siren-after"]?.duration("0 s", "1 h", guess: "s") ?? usual.sirenAfter,
            blindSirenAfter: fields["blind-siren-after"]?.duration("0 s", "24 h", guess: "min") ?? usual.blindSirenAfter,
            night: fields["night"]?.dayStretch().map { NightGuard(from: $0.from, to: $0.until) },
            afterMeal: fields["after-meal"]?.duration("0 s", "12 h", guess: "h") ?? usual.afterMeal,
            fullest: fields["fullest"]?.quantity("80 %", "300 %", guess: "%") ?? usual.fullest, salinity: salinity)
    }

    // MARK: Stages

    private func stages(_ entry: Entry?) -> [StageDraft] {
        guard let items = entry?.list() else { return [] }
        return items.prefix(Self.stagesMax).compactMap { stage($0) }
    }

    private static let stagesMax = 8

    private func stage(_ entry: Entry) -> StageDraft? {
        guard let fields = entry.fields(["output", "on", "off", "min-on", "min-off", "proof", "proof-above"]) else { return nil }
        let due = Phrase(zh: "写成 { output: AE-1, on: 5 mg/L, off: 6 mg/L }。", en: "Write { output: AE-1, on: 5 mg/L, off: 6 mg/L }.")
        let output = fields.required("output", due).flatMap { airOutput($0) }
        let on: Density? = fields.required("on", due)?.quantity("0.5 mg/L", "15 mg/L", guess: "mg/L")
        let off: Density? = fields.required("off", due)?.quantity("0.5 mg/L", "20 mg/L", guess: "mg/L")
        guard let output, let on, let off else { return nil }
        guard on < off else {
            entry.refuse(Phrase(zh: "开在 \(plain(on.base)) mg/L，停在 \(plain(off.base)) mg/L：停的要高于开的。",
                                en: "is on below \(plain(on.base)) and off above \(plain(off.base)) mg/L: off must be the higher."),
                         Phrase(zh: "一般高 1 mg/L。", en: "Usual is 1 mg/L more."))
            return nil
        }
        return StageDraft(output: output, isPureOxygen: outputs[output.offset].definition.kind != .aerator, on: on, off: off,
                          leastOn: fields["min-on"]?.duration("0 s", "6 h", guess: "min") ?? .minutes(10),
                          leastOff: fields["min-off"]?.duration("0 s", "6 h", guess: "min") ?? .minutes(5), proof: proof(fields))
    }

    /// An aerator, which fails on, or a valve of pure oxygen.
    private func airOutput(_ entry: Entry) -> OutputIndex? {
        let tag = entry.text()
        let isValve = outputs.contains { $0.tag == tag && $0.definition.kind == .valve }
        guard let index = output(entry, isValve ? .valve : .aerator) else { return nil }
        let definition = outputs[index.offset].definition
        guard definition.kind == .aerator, definition.safe == .off else { return index }
        entry.refuse(Phrase(zh: "增氧机 \(definition.tag) 的安全状态是停，控制器死了就没有氧。", en: "aerator \(definition.tag) is off when the controller dies: the fish would have no air."),
                     Phrase(zh: "把 outputs.\(definition.tag).safe 改为 on，接触器用常闭触点。", en: "Set outputs.\(definition.tag).safe to on, with a contactor that is closed at rest."))
        return nil
    }

    /// A point that shows that it runs, and what it shows at least.
    private func proof(_ fields: Fields) -> (point: PointIndex, least: Double)? {
        guard let entry = fields["proof"], let point = point(entry) else { return nil }
        let due = Phrase(zh: "写明多少算在转，如 proof-above: 2 A。", en: "Say what counts as running, such as proof-above: 2 A.")
        return fields.required("proof-above", due)?.base(of: points[point.offset].unit.dimension).map { (point: point, least: max($0, 0)) }
    }
}
