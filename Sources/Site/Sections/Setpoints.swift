import Field
import Interlocks
public import Language
public import ProcessImage
import Quantities

/// A set-point as it was read: a value of a device, bounded by the site.
struct SetpointDraft {
    let entry: Entry
    let definition: SetpointDefinition
    /// Where it is written; `nil`: broken, and reported.
    let place: Place?
    let signedOffBy: String?
    var lease = LeaseHolder.nobody

    struct Place {
        let device: Int
        let register: Profile.Setpoint
        /// From the numbers in the register to the set-point's own unit.
        let scale: Double
        let offset: Double
    }

    var tag: String { definition.tag }
}

/// The items of `outputs` that are written to a register as a value: speeds, rates, openings.
extension SiteReader {
    private static let setpointKinds: KeyValuePairs<String, SetpointKind> = ["speed": .speed, "rate": .rate, "opening": .opening]
    private static let setpointKeys = ["register", "is", "of", "range", "safe", "ramp", "name", "signed-off-by"]

    /// A set-point names a register; everything else in `outputs` is on or off.
    func isSetpoint(_ entry: Entry) -> Bool {
        if case .map(let pairs) = entry.value { return pairs.contains { $0.key == "register" } }
        return false
    }

    func readSetpoints(_ items: [(tag: String, entry: Entry)]) {
        for (tag, entry) in items {
            guard setpoints.count < Limits.setpointsMax else {
                entry.refuse(Phrase(zh: "给定量超过 \(Limits.setpointsMax) 个。", en: "the site has more than \(Limits.setpointsMax) set-points."),
                             Phrase(zh: "请分到多个网关。", en: "Divide them between several gateways."))
                return
            }
            if let draft = setpoint(tag, entry) { setpoints.append(draft) }
        }
    }

    /// `nil`: too little of it could be read, and that was reported.
    private func setpoint(_ tag: String, _ entry: Entry) -> SetpointDraft? {
        guard let fields = entry.fields(SiteReader.setpointKeys) else { return nil }
        let kindDue = Phrase(zh: "写明给定什么，如 is: speed。", en: "Say what it sets, such as is: speed.")
        let kind = fields.required("is", kindDue)?.word(SiteReader.setpointKinds)
        let owner = fields["of"].flatMap { self.owner($0, kind) }
        let register = fields["register"].flatMap { self.register($0) }
        let rangeDue = Phrase(zh: "写明允许的范围，如 range: 0 .. 50 Hz。", en: "Say what it may be, such as range: 0 .. 50 Hz.")
        guard let range = fields.required("range", rangeDue)?.measureRange(guess: "Hz"), let kind else { return nil }
        let ramp = self.ramp(fields, range.unit)
        let safe = self.safe(fields, range)
        guard let safe, let ramp else { return nil }
        let label = label(tag, fields)
        let point = addPoint(tag, name: label.name, unit: range.unit, decimals: register?.register.decimals ?? 1, every: .seconds(1))
        let definition = SetpointDefinition(
            label: label, kind: kind, unit: range.unit, range: range.low...range.high, safe: safe, risePerSecond: ramp.up,
            fallPerSecond: ramp.down, output: owner, device: register.map { devices[$0.device].index }, point: point,
            wiring: register.map { wiring($0) } ?? "")
        let place = register.flatMap { fit($0, range, fields["range"] ?? entry) }
        return SetpointDraft(entry: entry, definition: definition, place: place, signedOffBy: fields["signed-off-by"]?.name()?.zh)
    }

    // MARK: Values

    private func safe(_ fields: Fields, _ range: MeasureRange) -> Double? {
        let due = Phrase(zh: "写明没有程序时的值，如 safe: \(plain(range.low)) \(range.unit.symbol)。",
                         en: "Say what it is without a program, such as safe: \(plain(range.low)) \(range.unit.symbol).")
        guard let entry = fields.required("safe", due), let base = entry.base(of: range.unit.dimension) else { return nil }
        let safe = range.unit.fromBase(base)
        if (range.low...range.high).contains(safe) { return safe }
        entry.refuse(Phrase(zh: "安全值在范围 \(range.text) 之外。", en: "the safe value is outside the range \(range.text)."),
                     Phrase(zh: "安全值也要在范围内；设备停着应是 0，就让范围从 0 起。",
                            en: "It has to lie in the range; if 0 is safe, let the range begin at 0."))
        return nil
    }

    /// `5 Hz/s`, or `{ up: 5 Hz/s, down: 10 Hz/s }`.
    private func ramp(_ fields: Fields, _ unit: Unit) -> (up: Double, down: Double)? {
        let due = Phrase(zh: "写明最快变化，如 ramp: 5 \(unit.symbol)/s。", en: "Say how fast it may change, such as ramp: 5 \(unit.symbol)/s.")
        guard let entry = fields.required("ramp", due) else { return nil }
        guard case .map = entry.value else { return entry.changePerSecond(of: unit).map { ($0, $0) } }
        guard let both = entry.fields(["up", "down"]), let up = both.required("up", due)?.changePerSecond(of: unit),
              let down = both.required("down", due)?.changePerSecond(of: unit) else { return nil }
        return (up, down)
    }

    // MARK: Where it is

    /// The register of a device, as `drive.frequency`.
    private func register(_ entry: Entry) -> (device: Int, register: Profile.Setpoint)? {
        guard let word = entry.text() else { return nil }
        let parts = word.split(separator: ".", maxSplits: 1).map(String.init)
        guard let device = devices.firstIndex(where: { $0.label.tag == parts.first }) else {
            entry.refuse(Phrase(zh: "没有设备 \(quoted(parts.first ?? word))。", en: "\(quoted(parts.first ?? word)) is not a device of this site."),
                         choices(devices.map(\.label.tag), insteadOf: parts.first ?? word, zh: "设备", en: "devices"))
            return nil
        }
        guard let profile = devices[device].profile else { return nil }
        let name = parts.count > 1 ? parts[1] : ""
        guard let register = profile.setpoint(name) else {
            entry.refuse(Phrase(zh: "型号 \(profile.tag) 没有可写的给定量 \(quoted(name))。", en: "profile \(profile.tag) has no set-point \(quoted(name))."),
                         choices(profile.setpoints.map { "\(devices[device].label.tag).\($0.tag)" }, insteadOf: word, zh: "给定量", en: "set-points"))
            return nil
        }
        guard let other = setpoints.first(where: { $0.place?.device == device && $0.place?.register.address == register.address }) else {
            return (device, register)
        }
        entry.refuse(Phrase(zh: "已用于 \(other.entry.path)（第 \(other.entry.line) 行）。", en: "is already used by \(other.entry.path) (line \(other.entry.line))."),
                     Phrase(zh: "一个寄存器只能有一个给定。", en: "A register has one set-point."))
        return nil
    }

    /// The register must measure the same, and hold every value of the range.
    private func fit(_ place: (device: Int, register: Profile.Setpoint), _ range: MeasureRange, _ entry: Entry) -> SetpointDraft.Place? {
        let (own, register) = (range.unit, place.register)
        guard register.unit.dimension == own.dimension else {
            entry.refuse(Phrase(zh: "该寄存器的单位是 \(register.unit.symbol)。", en: "the register is in \(register.unit.symbol)."),
                         Phrase(zh: "按 \(register.unit.symbol) 写范围、安全值和变化率。", en: "Write range, safe and ramp in \(register.unit.symbol)."))
            return nil
        }
        let scale = register.scale * register.unit.scale / own.scale
        let offset = (register.offset * register.unit.scale + register.unit.offset - own.offset) / own.scale
        let bounds = register.range.map { range in
            own.fromBase(register.unit.toBase(range.lowerBound))...own.fromBase(register.unit.toBase(range.upperBound))
        }
        let fits = [range.low, range.high].allSatisfy { end in
            register.type.raw(of: (end - offset) / scale) != nil && bounds?.contains(end) ?? true
        }
        if fits { return SetpointDraft.Place(device: place.device, register: register, scale: scale, offset: offset) }
        let most = bounds.map { "\(plain($0.lowerBound)) .. \(plain($0.upperBound)) \(own.symbol)" }
        entry.refuse(Phrase(zh: "\(range.text) 超出该寄存器能写的范围\(most.map { " \($0)" } ?? "")。",
                            en: "\(range.text) is more than the register takes\(most.map { " (\($0))" } ?? "")."),
                     Phrase(zh: "缩小范围。", en: "Make the range smaller."))
        return nil
    }

    /// The output that must be on for it to be other than safe.
    private func owner(_ entry: Entry, _ kind: SetpointKind?) -> OutputIndex? {
        guard let tag = entry.text() else { return nil }
        guard let index = outputs.firstIndex(where: { $0.tag == tag }) else {
            entry.refuse(Phrase(zh: "没有开关输出 \(quoted(tag))。", en: "\(quoted(tag)) is not an on/off output of this site."),
                         choices(outputs.map(\.tag), insteadOf: tag, zh: "输出", en: "outputs"))
            return nil
        }
        guard let kind, !kind.fits(outputs[index].definition.kind) else { return OutputIndex(index) }
        let (own, other) = (kind.shortName, outputs[index].definition.kind.name)
        entry.refuse(Phrase(zh: "\(tag) 是\(other.zh)，没有\(own.zh)可给。", en: "\(tag) is \(other.en), and that has no \(own.en) to be set."),
                     Phrase(zh: "写它真正所属的输出。", en: "Name the output it really belongs to."))
        return nil
    }

    private func wiring(_ place: (device: Int, register: Profile.Setpoint)) -> String {
        let device = devices[place.device]
        return "\(device.bus) \(device.label.tag) unit \(device.unit) holding \(place.register.address)"
    }

    // MARK: Leases and proofs

    /// Who takes each set-point back when the controller dies: whoever switches its output off, or its device by itself.
    func settleSetpoints() {
        for index in setpoints.indices {
            let draft = setpoints[index]
            guard let place = draft.place else { continue }
            setpoints[index].lease = leaseHolder(draft, place)
            refuseUnheld(setpoints[index])
            refuseUnproven(draft)
        }
    }

    private func leaseHolder(_ draft: SetpointDraft, _ place: SetpointDraft.Place) -> LeaseHolder {
        if devices[place.device].profile?.lease == .watchdog { return .relayWatchdog }
        if let output = draft.definition.output, outputs[output.offset].lease != .nobody { return outputs[output.offset].lease }
        return draft.signedOffBy.map { .signedOff(by: $0) } ?? .nobody
    }

    private func refuseUnheld(_ draft: SetpointDraft) {
        guard draft.lease == .nobody, draft.definition.kind != .opening else { return }
        // Its output was refused for the same reason already.
        if let output = draft.definition.output, outputs[output.offset].definition.kind.mustHaveLease { return }
        draft.entry.refuse(
            Phrase(zh: "控制器死机时没有谁来停它：没有所属的开关输出，设备也没有通信超时。",
                   en: "nobody stops it when the controller dies: it belongs to no output, and its device has no time-out."),
            Phrase(zh: "写 of: 带动它的输出；确要如此，写 signed-off-by: 负责人姓名。",
                   en: "Write of: the output that runs it; if it must be so, write signed-off-by: NAME."))
    }

    /// What belongs to an output is proven with it.
    private func refuseUnproven(_ draft: SetpointDraft) {
        guard requiresProof, draft.definition.output == nil, draft.entry.fieldExists("of") == false else { return }
        draft.entry.refuse(
            Phrase(zh: "没有所属的输出，无法现场验证，而本站要求验证（commissioning: required）。",
                   en: "belongs to no output, so nobody can prove it, and this site requires proof (commissioning: required)."),
            Phrase(zh: "写 of: 它所属的输出。", en: "Write of: the output it belongs to."))
    }
}

extension SetpointKind {
    fileprivate func fits(_ kind: OutputKind) -> Bool {
        switch self {
        case .speed: [.pump, .blower, .feeder, .doser, .aerator, .other].contains(kind)
        case .rate: [.doser, .feeder, .pump, .other].contains(kind)
        case .opening: [.valve, .masterValve, .flushValve, .gate, .other].contains(kind)
        }
    }

    public var shortName: Phrase {
        switch self {
        case .speed: Phrase(zh: "转速", en: "speed")
        case .rate: Phrase(zh: "流量", en: "rate")
        case .opening: Phrase(zh: "开度", en: "opening")
        }
    }
}

extension Entry {
    fileprivate func fieldExists(_ key: String) -> Bool {
        if case .map(let pairs) = value { return pairs.contains { $0.key == key } }
        return false
    }

    /// A change in a time, such as `5 Hz/s`, as the number of units in a second.
    fileprivate func changePerSecond(of unit: Unit) -> Double? {
        guard let word = text() else { return nil }
        guard let time = ["/s": 1.0, "/min": 60].first(where: { word.hasSuffix($0.key) }) else {
            refuse(Phrase(zh: "“\(quoted(word))”不是变化率。", en: "\"\(quoted(word))\" is not a rate of change."),
                   Phrase(zh: "写成 5 \(unit.symbol)/s。", en: "Write 5 \(unit.symbol)/s."))
            return nil
        }
        guard let base = replacing(String(word.dropLast(time.key.count))).base(of: unit.dimension) else { return nil }
        let change = (unit.fromBase(base) - unit.fromBase(0)) / time.value
        if change > 0 { return change }
        refuse(Phrase(zh: "变化率要大于 0。", en: "a rate of change is above 0."), Phrase(zh: "写成 5 \(unit.symbol)/s。", en: "Write 5 \(unit.symbol)/s."))
        return nil
    }
}
