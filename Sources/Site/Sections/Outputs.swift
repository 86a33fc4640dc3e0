import Field
public import Language
public import ProcessImage
import Quantities

/// An output as it was read.
struct OutputDraft {
    enum Place {
        case line(LineAddress)
        /// A relay of a safety bridge; `chip` is the bridge's tag.
        case relay(LineAddress)
        /// An output of the device at this position, as its profile drives it.
        case device(Int, Profile.Drive)
        /// Broken, and reported.
        case unknown
    }

    let entry: Entry
    let definition: OutputDefinition
    let place: Place
    let signedOffBy: String?
    let motor: MotorDraft?
    let latch: Latch?
    var lease = LeaseHolder.nobody

    var tag: String { definition.tag }
}

extension SiteReader {
    private static let kinds: KeyValuePairs<String, OutputKind> = [
        "valve": .valve, "master-valve": .masterValve, "pump": .pump, "doser": .doser, "feeder": .feeder,
        "aerator": .aerator, "blower": .blower, "lamp": .lamp, "horn": .horn, "other": .other, "flush-valve": .flushValve, "gate": .gate,
        "selector": .selector, "spreader": .spreader, "winch": .winch]

    func readOutputs() {
        let all = items("outputs", atMost: Limits.outputsMax)
        for (tag, entry) in all where !isSetpoint(entry) { outputs.append(output(tag, entry)) }
        readSetpoints(all.filter { isSetpoint($0.entry) })
    }

    private func output(_ tag: String, _ entry: Entry) -> OutputDraft {
        let fields = entry.fields(["line", "device", "output", "is", "safe", "at-most", "travel", "name", "signed-off-by"]
                                  + MotorDraft.keys + SiteReader.latchKeys)
        let label = label(tag, fields)
        let kindDue = Phrase(zh: "写明驱动什么，如 is: valve。", en: "Say what it drives, such as is: valve.")
        let kind = fields?.required("is", kindDue)?.word(SiteReader.kinds)
        let safe = fields.flatMap { safeState($0, kind) } ?? (kind == .aerator ? .on : .off)
        let atMostDue = Phrase(zh: "写明最长离开安全状态多久，如 at-most: 2 h。", en: "Say how long it may be away from its safe state, such as at-most: 2 h.")
        let atMost = fields?.required("at-most", atMostDue)?.duration("1 s", "168 h", guess: "h") ?? .hours(24)
        let travel = fields?["travel"]?.duration("0 s", "10 min", guess: "s") ?? .zero
        let place: OutputDraft.Place = fields.map { self.place($0) } ?? .unknown
        let (isLatching, latch) = fields.map { self.latch($0, kind) } ?? (false, nil)
        let definition = OutputDefinition(label: label, kind: kind ?? .other, safe: safe, maximumOn: atMost, travel: travel,
                                          isLatching: isLatching, wiring: wiring(place, latch))
        if case .relay(let line) = place, let fields, kind != nil, !entry.isBroken(key: "safe") {
            checkRelay(fields["line"] ?? entry, line, safe: safe, kind: definition.kind)
            checkLongest(fields["at-most"], atMost)
        }
        return OutputDraft(entry: entry, definition: definition, place: place,
                           signedOffBy: fields?["signed-off-by"]?.name()?.zh, motor: fields.flatMap { motor($0, kind) }, latch: latch)
    }

    // MARK: Safe state

    private func safeState(_ fields: Fields, _ kind: OutputKind?) -> OutputLevel? {
        let due = Phrase(zh: "写明没有程序时的状态：阀写 safe: closed，其余写 safe: off（增氧机写 on）。",
                         en: "Say what it is without a program: safe: closed for a valve, else safe: off (aerators: on).")
        guard let entry = fields.required("safe", due), let kind else { return nil }
        let words: KeyValuePairs<String, OutputLevel> = kind.isValve ? ["closed": .off, "open": .on] : ["off": .off, "on": .on]
        guard let safe = entry.word(words) else { return nil }
        if let must = kind.safeMust, must != safe {
            let word = kind.isValve ? "closed" : must == .on ? "on" : "off"
            entry.refuse(Phrase(zh: "\(kind.name.zh)的安全状态只能是 \(word)。", en: "the safe state of \(kind.name.en) is \(word), never the other."),
                         Phrase(zh: "写 safe: \(word)；若接线相反，请改板文件里的极性。",
                                en: "Write safe: \(word); if it is wired the other way, change the polarity in the board file."))
        }
        return safe
    }

    // MARK: Where it is

    private func place(_ fields: Fields) -> OutputDraft.Place {
        switch (fields["line"], fields["device"]) {
        case (let line?, nil): return linePlace(line)
        case (nil, let device?): return devicePlace(device, fields)
        default:
            fields.owner.refuse(Phrase(zh: "要写明接在哪里。", en: "does not say where it is wired."),
                                Phrase(zh: "写 line: 线名，或 device: 设备 与 output: 继电器路号。",
                                       en: "Write line: LINE, or device: DEVICE and output: NAME."))
            return .unknown
        }
    }

    private func linePlace(_ entry: Entry) -> OutputDraft.Place {
        guard let line = claimLine(entry) else { return .unknown }
        if case .output = line.direction { return line.bridge == nil ? .line(line.address) : .relay(line.address) }
        let names = lineNames { if case .output = $0 { true } else { false } }
        entry.refuse(Phrase(zh: "线 \(line.address.name) 不是输出线。", en: "line \(line.address.name) is not an output."),
                     choices(names, insteadOf: line.address.name, zh: "输出线", en: "output lines"))
        return .unknown
    }

    private func devicePlace(_ entry: Entry, _ fields: Fields) -> OutputDraft.Place {
        guard let tag = entry.text() else { return .unknown }
        guard let index = devices.firstIndex(where: { $0.label.tag == tag }) else {
            entry.refuse(Phrase(zh: "没有设备 \(quoted(tag))。", en: "\(quoted(tag)) is not a device of this site."),
                         choices(devices.map(\.label.tag), insteadOf: tag, zh: "设备", en: "devices"))
            return .unknown
        }
        guard let profile = devices[index].profile,
              let nameEntry = fields.required("output", Phrase(zh: "写上继电器路号。", en: "Name an output of its profile.")),
              let name = nameEntry.text() else { return .unknown }
        guard let drive = profile.drive(name) else {
            nameEntry.refuse(Phrase(zh: "型号 \(profile.tag) 没有可驱动的 \(quoted(name))。", en: "profile \(profile.tag) has no output \(quoted(name))."),
                             choices(profile.outputs.map(\.tag), insteadOf: name, zh: "输出", en: "outputs"))
            return .unknown
        }
        refuseSharedDrive(nameEntry, index, drive)
        return .device(index, drive)
    }

    private func refuseSharedDrive(_ entry: Entry, _ device: Int, _ drive: Profile.Drive) {
        let other = outputs.first { output in
            if case .device(device, let taken) = output.place { return taken.table == drive.table && taken.address == drive.address }
            return false
        }
        guard let other else { return }
        entry.refuse(Phrase(zh: "已用于 \(other.entry.path)（第 \(other.entry.line) 行）。", en: "is already used by \(other.entry.path) (line \(other.entry.line))."),
                     Phrase(zh: "两处各用一路。", en: "Give each an output of its own."))
    }

    /// As an electrician finds it; with polarity and values, so that a change of either shows.
    private func wiring(_ place: OutputDraft.Place, _ latch: Latch?) -> String {
        switch place {
        case .line(let address): address.wiring + (latch.map { ", closes by \($0.close.wiring)" } ?? "")
        case .relay(let address): address.wiring
        case .device(let index, let drive):
            "\(devices[index].bus) \(devices[index].label.tag) unit \(devices[index].unit) "
                + "\(drive.table.rawValue) \(drive.address) on \(drive.on) off \(drive.off)"
        case .unknown: ""
        }
    }

    // MARK: Leases

    /// Says for each output who holds its lease, and refuses the classes that must have one where nobody does.
    func settleOutputs() {
        for index in outputs.indices {
            let output = outputs[index]
            if case .unknown = output.place { continue }
            outputs[index].lease = leaseHolder(output)
            guard outputs[index].lease == .nobody, output.definition.kind.mustHaveLease else { continue }
            output.entry.refuse(
                Phrase(zh: "控制器死机时没有谁来\(output.definition.safe.isOn ? "开" : "关")这台\(output.definition.kind.name.zh)：它的继电器没有看门狗。",
                       en: "nobody switches \(output.definition.kind.name.en) \(output.definition.safe.isOn ? "on" : "off") when the controller dies: its relay has no watchdog."),
                Phrase(zh: "接到板的输出线上，或用带看门狗的继电器；确要如此，写 signed-off-by: 负责人姓名。",
                       en: "Wire it to a line of the board or a relay with a watchdog; if it must be so, write signed-off-by: NAME."))
        }
    }

    private func leaseHolder(_ output: OutputDraft) -> LeaseHolder {
        if case .line = output.place { return .guardProcess }
        if case .relay = output.place { return .bridge }
        if case .device(let index, _) = output.place, let profile = devices[index].profile {
            switch profile.lease {
            case .watchdog: return .relayWatchdog
            case .autoOff: return .relayAutoOff
            case .none: break
            }
        }
        return output.signedOffBy.map { .signedOff(by: $0) } ?? .nobody
    }
}

extension LineAddress {
    fileprivate var wiring: String { "\(name) \(chip):\(offset) active-\(activeLow ? "low" : "high")" }
}

extension OutputKind {
    /// Its safe state is told as closed or open, not off or on.
    public var isValve: Bool { self == .valve || self == .masterValve || self == .flushValve }

    /// The one safe state of a class; `nil` where either may be right. Fish without air die in minutes: aerators stay on.
    fileprivate var safeMust: OutputLevel? {
        switch self {
        case .valve, .masterValve, .flushValve, .pump, .doser, .feeder, .blower, .gate, .selector, .winch: .off
        case .aerator: .on
        case .lamp, .horn, .spreader, .other: nil
        }
    }

    /// Without article, for tables.
    public var shortName: Phrase {
        Phrase(zh: name.zh, en: name.en.split(separator: " ").dropFirst().joined(separator: " "))
    }

    /// With its article in English.
    var name: Phrase {
        switch self {
        case .valve: Phrase(zh: "阀门", en: "a valve")
        case .masterValve: Phrase(zh: "主阀", en: "a master valve")
        case .flushValve: Phrase(zh: "冲洗阀", en: "a flush valve")
        case .pump: Phrase(zh: "水泵", en: "a pump")
        case .doser: Phrase(zh: "注肥泵", en: "a doser")
        case .feeder: Phrase(zh: "投饵机", en: "a feeder")
        case .aerator: Phrase(zh: "增氧机", en: "an aerator")
        case .blower: Phrase(zh: "鼓风机", en: "a blower")
        case .lamp: Phrase(zh: "灯", en: "a lamp")
        case .horn: Phrase(zh: "喇叭", en: "a horn")
        case .other: Phrase(zh: "其他", en: "another thing")
        case .gate: Phrase(zh: "闸门启闭机", en: "a gate drive")
        case .selector: Phrase(zh: "分配器", en: "a selector")
        case .spreader: Phrase(zh: "撒料盘", en: "a spreader")
        case .winch: Phrase(zh: "网箱绞车", en: "a cage winch")
        }
    }
}
