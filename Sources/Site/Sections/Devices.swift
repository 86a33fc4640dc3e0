import Field
import Language
import ProcessImage
import Quantities

/// A device as it was read.
struct DeviceDraft {
    let index: DeviceIndex
    let label: Label
    let entry: Entry
    let bus: String
    let profileTag: String
    /// `nil`: it could not be read, and was reported.
    let profile: Profile?
    let unit: UInt8
    let online: PointIndex
    let points: [RegisterPoint]
}

extension SiteReader {
    func readDevices() {
        var units: [String: DeviceDraft] = [:]
        for (tag, entry) in items("devices", atMost: Limits.devicesMax) {
            let device = device(tag, entry)
            devices.append(device)
            let address = "\(device.bus)/\(device.unit)"
            if let other = units[address], !device.bus.isEmpty, device.profile != nil, other.profile != nil {
                entry.refuse(Phrase(zh: "总线 \(device.bus) 上的从站号 \(device.unit) 已是 \(other.label.tag)（第 \(other.entry.line) 行）。",
                                    en: "unit \(device.unit) of bus \(device.bus) is already \(other.label.tag) (line \(other.entry.line))."),
                             Phrase(zh: "给每台设备不同的 unit，并先在设备上改好。", en: "Give each device a unit of its own, and set it in the device first."))
            }
            units[address] = device
        }
    }

    private func device(_ tag: String, _ entry: Entry) -> DeviceDraft {
        let index = DeviceIndex(devices.count)
        let fields = entry.fields(["profile", "bus", "unit", "every", "name", "points", "skip"])
        let label = label(tag, fields)
        let profileEntry = fields?.required("profile", Phrase(zh: "写上型号。", en: "Name its profile."))
        let profile = profileEntry.flatMap { usableProfile($0) }
        let bus: BusDraft? = fields?.required("bus", Phrase(zh: "写上所在总线。", en: "Name its bus.")).flatMap { self.bus($0) }
        let every = fields?["every"]?.duration("50 ms", "24 h", guess: "s") ?? .seconds(10)
        let online = addOnline(label, index, every)
        let points = profile.map { readPoints($0, fields, DeviceHead(entry: entry, label: label, index: index, every: every)) } ?? []
        let unit = fields?["unit"]?.integer(bus?.isSerial == true ? 1...247 : 0...255) ?? profile?.unit ?? 1
        return DeviceDraft(index: index, label: label, entry: entry, bus: bus?.tag ?? "", profileTag: profile?.tag ?? "",
                           profile: profile, unit: UInt8(unit), online: online, points: points)
    }

    private struct DeviceHead {
        let entry: Entry
        let label: Label
        let index: DeviceIndex
        let every: Duration
    }

    private func usableProfile(_ entry: Entry) -> Profile? {
        guard let profile = library.profile(entry) else { return nil }
        let isFirst = !devices.contains { $0.profileTag == profile.tag }
        if let warning = profile.warning, isFirst {
            entry.notice(warning, Phrase(zh: "出处与可信度见 profiles/\(profile.tag).yaml。", en: "Source and confidence: profiles/\(profile.tag).yaml."))
        }
        guard let reason = profile.unusable else { return profile }
        entry.refuse(reason, Phrase(zh: "换用别的型号，或补全 profiles/\(profile.tag).yaml。",
                                    en: "Use another model, or complete profiles/\(profile.tag).yaml."))
        return nil
    }

    private func bus(_ entry: Entry) -> BusDraft? {
        guard let tag = entry.text() else { return nil }
        if let bus = buses.first(where: { $0.tag == tag }) { return bus }
        entry.refuse(Phrase(zh: "没有总线 \(quoted(tag))。", en: "\(quoted(tag)) is not a bus of this site."),
                     choices(buses.map(\.tag), insteadOf: tag, zh: "总线", en: "buses"))
        return nil
    }

    /// A silent device is asked less and less often, so whether it answers is known for longer than its values are.
    private func addOnline(_ label: Label, _ index: DeviceIndex, _ every: Duration) -> PointIndex {
        let name = Phrase(zh: label.name.zh + " 在线", en: label.name.en + " online")
        return addPoint("\(label.tag).online", name: name, unit: .one, device: index, every: max(every, .seconds(60)), isDigital: true)
    }

    private func readPoints(_ profile: Profile, _ fields: Fields?, _ head: DeviceHead) -> [RegisterPoint] {
        let skipped = Set(fields?["skip"]?.list()?.compactMap { pointName($0, of: profile) } ?? [])
        var own: [String: Entry] = [:]
        for (tag, entry) in fields?["points"]?.map() ?? [] where isPoint(tag, of: profile, entry) { own[tag] = entry }
        let found = profile.points.filter { !skipped.contains($0.tag) }.compactMap { tag, register in
            point(tag, register, own[tag], head)
        }
        // An array as large as what it holds: thousands of devices keep theirs for good.
        return found.map { $0 }
    }

    private func pointName(_ entry: Entry, of profile: Profile) -> String? {
        guard let tag = entry.text(), isPoint(tag, of: profile, entry) else { return nil }
        return tag
    }

    private func isPoint(_ tag: String, of profile: Profile, _ entry: Entry) -> Bool {
        if profile.register(tag) != nil { return true }
        entry.refuse(Phrase(zh: "型号 \(profile.tag) 没有测点 \(quoted(tag))。", en: "profile \(profile.tag) has no point \(quoted(tag))."),
                     choices(profile.points.map(\.tag), insteadOf: tag, zh: "测点", en: "points"))
        return false
    }

    private func point(_ tag: String, _ register: Register, _ entry: Entry?, _ head: DeviceHead) -> RegisterPoint? {
        let own = entry?.fields(["every", "unit", "scale", "name", "range"])
        let every = own?["every"]?.duration("50 ms", "24 h", guess: "s") ?? head.every
        guard let unit = own?["unit"].flatMap({ $0.unit() }) ?? register.unit,
              let scale = own?["scale"].flatMap({ $0.number(-1e6, 1e6) }) ?? register.scale else {
            refuseUnset(tag, register, head)
            return nil
        }
        let name = own?["name"]?.name() ?? register.name ?? Phrase(verbatim: tag)
        let index = addPoint("\(head.label.tag).\(tag)", name: Phrase(zh: "\(head.label.name.zh) \(name.zh)", en: "\(head.label.name.en) \(name.en)"),
                             unit: unit, decimals: register.decimals(scale: scale), device: head.index, every: every,
                             isDigital: register.isDigital, isCounter: register.isCounter)
        return RegisterPoint(point: index, table: register.table, address: register.address, type: register.type,
                             bit: register.bit, mask: register.mask, scale: scale, offset: register.offset,
                             sentinels: register.sentinels, range: own?["range"]?.range() ?? register.range, every: every)
    }

    private func refuseUnset(_ tag: String, _ register: Register, _ head: DeviceHead) {
        let missing = [register.unit == nil ? "unit: m3/h" : nil, register.scale == nil ? "scale: 1" : nil].compactMap { $0 }
        let example = "\(tag): { \(missing.joined(separator: ", ")) }"
        report.add(Problem(
            file: head.entry.file, line: head.entry.line, key: "\(head.entry.path).points.\(tag)",
            what: Phrase(zh: "在这种设备上由仪表设置决定，站点必须写明。", en: "depends on how the meter is set, so the site must say it."),
            remedy: Phrase(zh: "看仪表设置后在 points: 下写，如 \(example)；不用就放进 skip。",
                           en: "Look at the meter and write under points:, such as \(example); or list it under skip.")))
    }
}
