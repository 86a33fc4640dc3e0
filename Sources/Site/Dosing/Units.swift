import Control
import Language
import ProcessImage
import Quantities

/// A dosing unit at a source, as it was read.
struct DosingUnitDraft {
    let label: Label
    let entry: Entry
    let source: SourceIndex?
    let form: MixingForm
    let leastFlow: Flow
    let flowSwitch: PointIndex?
    let pressure: ClosedRange<Double>?
    let steady: Duration
    let patience: Duration
    let leakTray: PointIndex?
    let raw: RawDraft
    let probes: ProbesDraft
    let ec: LoopDraft
    let ph: LoopDraft
    /// Channels that belong together, and what each gives for one of the first.
    var together: [(channel: ChannelIndex, share: Double)] = []
}

extension SiteReader {
    private static let unitKeys = ["name", "water", "mixes", "volume", "least-flow", "flow-switch", "pressure", "steady", "patience",
                                   "leak-tray", "raw", "probes", "ec", "ph", "channels", "together"]

    func readDosing() {
        for (tag, entry) in items("dosing", atMost: Limits.dosingUnitsMax) {
            guard let fields = entry.fields(Self.unitKeys) else { continue }
            dosingUnits.append(unit(label(tag, fields), entry, fields))
            let unit = DosingUnitIndex(dosingUnits.count - 1)
            readChannels(fields, unit)
            dosingUnits[unit.offset].together = fields["together"].map { together($0, unit) } ?? []
        }
        noticeIdleDosers()
    }

    private func unit(_ label: Label, _ entry: Entry, _ fields: Fields) -> DosingUnitDraft {
        let source = unitSource(fields)
        let supply = source.map { sources[$0.offset] }
        let least = Phrase(zh: "写上至少多大水流才许注肥，如 least-flow: 3 m3/h。", en: "Say with how little water nothing is dosed, such as least-flow: 3 m3/h.")
        let leastFlow: Flow? = fields.required("least-flow", least)?.quantity("0.01 m3/h", "1000 m3/h", guess: "m3/h")
        if let supply, supply.meter == nil, supply.entry.isBroken(key: "meter") == false { refuseUnmeasured(entry, supply) }
        let probes = self.probes(fields["probes"])
        return DosingUnitDraft(
            label: label, entry: entry, source: source, form: form(fields), leastFlow: leastFlow ?? .cubicMetersPerHour(1),
            flowSwitch: fields["flow-switch"].flatMap { contact($0) }, pressure: fields["pressure"].flatMap { pressureWindow($0, supply) },
            steady: fields["steady"]?.duration("2 s", "10 min", guess: "s") ?? .seconds(10),
            patience: fields["patience"]?.duration("10 s", "1 h", guess: "min") ?? .minutes(2),
            leakTray: fields["leak-tray"].flatMap { contact($0) }, raw: raw(fields["raw"]), probes: probes,
            ec: loop(fields["ec"], .conductivity, isNeeded: probes.namesEC, fields),
            ph: loop(fields["ph"], .acidity, isNeeded: probes.namesPH, fields))
    }

    /// A source has one unit at most: two would each count on all of its water.
    private func unitSource(_ fields: Fields) -> SourceIndex? {
        let found: SourceIndex?
        if let entry = fields["water"] {
            guard let tag = entry.text() else { return nil }
            found = sources.firstIndex { $0.label.tag == tag }.map { SourceIndex($0) }
            if found == nil {
                entry.refuse(Phrase(zh: "没有水源 \(quoted(tag))。", en: "\(quoted(tag)) is not a source of this site."),
                             choices(sources.map(\.label.tag), insteadOf: tag, zh: "水源", en: "sources"))
            }
        } else {
            found = sources.count == 1 ? SourceIndex(0) : nil
            if found == nil {
                fields.owner.refuse(Phrase(zh: "没有写注进哪个水源。", en: "does not say into which source's water it doses."),
                                    choices(sources.map(\.label.tag), insteadOf: "", zh: "水源", en: "sources"))
            }
        }
        if let found, let other = dosingUnits.first(where: { $0.source == found }) {
            fields.owner.refuse(Phrase(zh: "水源 \(sources[found.offset].label.tag) 已有水肥机 \(other.label.tag)（第 \(other.entry.line) 行）。",
                                       en: "source \(sources[found.offset].label.tag) already has the dosing unit \(other.label.tag) (line \(other.entry.line))."),
                                Phrase(zh: "同一水源的施肥通道写在一台水肥机里。", en: "Put all channels of one source into one unit."))
        }
        return found
    }

    private func refuseUnmeasured(_ entry: Entry, _ supply: SourceDraft) {
        entry.refuse(Phrase(zh: "水源 \(supply.label.tag) 没有水表，无法确认真有水在流。", en: "source \(supply.label.tag) has no meter, so nobody can prove that water flows."),
                     Phrase(zh: "装上水表并写 water.\(supply.label.tag).meter；只凭阀开着不许注肥。", en: "Put in a meter and name it in water.\(supply.label.tag).meter: an open valve is no proof of water."))
    }

    private func form(_ fields: Fields) -> MixingForm {
        let kind = fields["mixes"]?.word(["in-line": true, "in-tank": false]) ?? true
        let due = Phrase(zh: "写上从注肥点到探头的管道水量（in-line），或混肥桶的水量（in-tank），如 volume: 40 L。",
                         en: "Give the water in the pipe from the injection to the probes (in-line), or in the mixing tank (in-tank), such as volume: 40 L.")
        let volume: Volume = fields.required("volume", due)?.quantity("0.1 L", "20 m3", guess: "L") ?? .liters(40)
        return kind ? .inline(volume) : .tank(volume)
    }

    private func pressureWindow(_ entry: Entry, _ supply: SourceDraft?) -> ClosedRange<Double>? {
        guard let range = entry.measureRange(guess: "kPa") else { return nil }
        guard range.unit.dimension == .pressure else {
            entry.refuse(Phrase(zh: "\(range.text) 不是压力。", en: "\(range.text) is no pressure."), Phrase(zh: "写成 100 .. 350 kPa。", en: "Write 100 .. 350 kPa."))
            return nil
        }
        if let supply, supply.supervision.pressure == nil, !supply.entry.isBroken(key: "pressure") {
            entry.refuse(Phrase(zh: "水源 \(supply.label.tag) 没有压力测点。", en: "source \(supply.label.tag) has no pressure to go by."),
                         Phrase(zh: "写上 water.\(supply.label.tag).pressure，或删去这一项。", en: "Name it in water.\(supply.label.tag).pressure, or remove this key."))
        }
        return range.base
    }

    // MARK: Channels that belong together

    /// A list: as much of each; a map: in these shares.
    private func together(_ entry: Entry, _ unit: DosingUnitIndex) -> [(channel: ChannelIndex, share: Double)] {
        var members: [(channel: ChannelIndex, share: Double)] = []
        switch entry.value {
        case .list(let entries):
            members = entries.compactMap { entry in entry.text().flatMap { channel($0, entry, of: unit) }.map { ($0, 1) } }
        default:
            members = (entry.map() ?? []).compactMap { tag, entry in
                channel(tag, entry, of: unit).flatMap { found in entry.number(0.01, 100).map { (found, $0) } }
            }
        }
        if members.count < 2 || Set(members.map(\.channel)).count != members.count {
            if !entry.report.hasProblem(file: entry.file, key: entry.path) {
                entry.refuse(Phrase(zh: "至少写两条不同的施肥通道。", en: "at least two different channels belong together."),
                             Phrase(zh: "写成 [A, B]，或按比例 { A: 1, B: 1.2 }。", en: "Write [A, B], or with shares { A: 1, B: 1.2 }."))
            }
        }
        guard let first = members.first?.share else { return [] }
        return members.map { ($0.channel, $0.share / first) }
    }

    private func noticeIdleDosers() {
        let used = Set(channels.compactMap(\.output))
        for (index, output) in outputs.enumerated() where output.definition.kind == .doser && !used.contains(OutputIndex(index)) {
            output.entry.notice(Phrase(zh: "这台注肥泵不属于任何施肥通道。", en: "this doser belongs to no dosing channel."),
                                Phrase(zh: "写进 dosing.水肥机.channels，或删去它。", en: "Name it in dosing.UNIT.channels, or remove it."))
        }
    }
}
