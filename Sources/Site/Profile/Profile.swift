import Field
import Language
import Quantities

/// One model of device: its register map, once for all sites.
struct Profile {
    /// Whether the device takes its outputs back by itself when nobody renews them.
    enum Lease { case none, watchdog, autoOff }

    struct Serial {
        /// As it leaves the factory.
        let factory: SerialSettings
        /// Every rate it can be set to.
        let rates: [Int]
    }

    /// What an output of a site may drive.
    struct Drive {
        let table: RegisterTable
        let address: UInt16
        let on: UInt16
        let off: UInt16
    }

    let tag: String
    let serial: Serial?
    /// The factory's Modbus address.
    let unit: Int
    let rules: ReadRules
    let wake: DevicePlan.WakeRead?
    /// Polled.
    let points: [(tag: String, register: Register)]
    /// Read and written by hand only: parameters wear out memory when they are written over and over.
    let settings: [(tag: String, register: Register)]
    let outputs: [(tag: String, drive: Drive)]
    /// What a set-point of a site may write.
    let setpoints: [(tag: String, setpoint: Setpoint)]
    let lease: Lease
    /// Said by `check` to whoever uses it.
    let warning: Phrase?
    /// Why no site may use it.
    let unusable: Phrase?

    func register(_ tag: String) -> Register? { points.first { $0.tag == tag }?.register }
    func setpoint(_ tag: String) -> Setpoint? { setpoints.first { $0.tag == tag }?.setpoint }
    func drive(_ tag: String) -> Drive? { outputs.first { $0.tag == tag }?.drive }
}

extension Profile {
    static let keys = ["profile", "about", "category", "source", "confidence", "notes", "warning", "unusable", "serial",
                       "unit", "reads", "wake", "points", "settings", "outputs", "setpoints", "lease"]

    init?(_ root: Entry, tag: String) {
        guard let fields = root.fields(Profile.keys) else { return nil }
        let named = fields.required("profile", Phrase(zh: "写上 profile: \(tag)。", en: "Write profile: \(tag)."))
        if let named, let written = named.tag(), written != tag { named.refuseOtherName(tag) }
        Profile.checkOrigin(fields)
        self.tag = tag
        serial = fields["serial"].flatMap { Serial($0) }
        unit = fields["unit"]?.integer(0...255) ?? 1
        let (rules, table) = Profile.reads(fields["reads"])
        self.rules = rules
        wake = fields["wake"].flatMap { Profile.wake($0, table) }
        points = Profile.registers(fields["points"], table)
        settings = Profile.registers(fields["settings"], table)
        outputs = fields["outputs"]?.tagged().compactMap { tag, entry in Drive(entry).map { (tag, $0) } } ?? []
        setpoints = fields["setpoints"]?.tagged().compactMap { tag, entry in Setpoint(entry).map { (tag, $0) } } ?? []
        lease = fields["lease"]?.word(["none": .none, "watchdog": .watchdog, "auto-off": .autoOff]) ?? .none
        warning = fields["warning"]?.sentence()
        unusable = fields["unusable"]?.sentence()
    }

    /// Where a register map comes from, and how far it may be believed, belongs to it.
    private static func checkOrigin(_ fields: Fields) {
        _ = fields.required("about", Phrase(zh: "写明是什么设备。", en: "Say what device it is."))?.text()
        _ = fields.required("source", Phrase(zh: "写明出处。", en: "Say where the map comes from."))?.text()
        let levels = Phrase(zh: "写 high、medium 或 low。", en: "Write high, medium or low.")
        _ = fields.required("confidence", levels)?.word(["high": (), "medium": (), "low": ()])
        _ = fields["category"]?.tag()
        _ = fields["notes"]?.list()?.map { $0.text() }
    }

    private static func reads(_ entry: Entry?) -> (ReadRules, RegisterTable) {
        guard let fields = entry?.fields(["function", "at-most", "gaps", "pause", "timeout", "retries"]) else {
            return (ReadRules(), .holding)
        }
        let table = fields["function"]?.word(["3": RegisterTable.holding, "4": .input]) ?? .holding
        let rules = ReadRules(
            registersAtMost: fields["at-most"]?.registerCount() ?? 125,
            gapsAllowed: fields["gaps"]?.yesNo() ?? false,
            pause: fields["pause"]?.duration("0 ms", "5 s", guess: "ms") ?? .milliseconds(20),
            timeout: fields["timeout"]?.duration("20 ms", "10 s", guess: "ms") ?? .milliseconds(500),
            retries: fields["retries"]?.integer(0...5) ?? 1)
        return (rules, table)
    }

    private static func wake(_ entry: Entry, _ table: RegisterTable) -> DevicePlan.WakeRead? {
        let due = Phrase(zh: "写成 { register: 9472, count: 1 }。", en: "Write { register: 9472, count: 1 }.")
        guard let fields = entry.fields(["register", "count"]),
              let address = fields.required("register", due)?.address() else { return nil }
        return DevicePlan.WakeRead(table: table, address: address, count: fields["count"]?.integer(1...125) ?? 1)
    }

    private static func registers(_ section: Entry?, _ table: RegisterTable) -> [(tag: String, register: Register)] {
        section?.tagged().compactMap { tag, entry in Register(entry, table: table).map { (tag, $0) } } ?? []
    }
}

extension Profile.Serial {
    init?(_ entry: Entry) {
        guard let fields = entry.fields(["baud", "parity", "stop-bits", "can-be"]),
              let baud = fields.required("baud", Phrase(zh: "写上出厂波特率。", en: "Give the factory rate."))?.baud() else { return nil }
        factory = SerialSettings(baud: baud, parity: fields["parity"]?.parity() ?? .none,
                                 stopBits: fields["stop-bits"]?.integer(1...2) ?? 1)
        rates = fields["can-be"]?.list()?.compactMap { $0.baud() } ?? [baud]
    }
}

extension Profile.Drive {
    init?(_ entry: Entry) {
        guard let fields = entry.fields(["coil", "register", "on", "off"]) else { return nil }
        let due = Phrase(zh: "写成 { coil: 0 } 或 { register: 8192, on: 18, off: 1 }。", en: "Write { coil: 0 } or { register: 8192, on: 18, off: 1 }.")
        if let coil = fields["coil"] {
            guard let address = coil.address() else { return nil }
            (table, self.address, on, off) = (.coil, address, 1, 0)
            return
        }
        guard let address = fields.required("register", due)?.address(),
              let on = fields.required("on", due)?.integer(0...65_535), let off = fields.required("off", due)?.integer(0...65_535)
        else { return nil }
        (table, self.address, self.on, self.off) = (.holding, address, UInt16(on), UInt16(off))
    }
}

extension Entry {
    /// A protocol address, from 0 as it goes over the wire.
    func address() -> UInt16? { integer(0...65_535).map { UInt16($0) } }

    func baud() -> Int? {
        guard let baud = integer(1200...115_200) else { return nil }
        let usual = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200]
        if usual.contains(baud) { return baud }
        refuse(Phrase(zh: "\(baud) 不是常用波特率。", en: "\(baud) is not a rate serial ports have."),
               Phrase(zh: "可用：\(usual.map(String.init).joined(separator: ", "))。",
                      en: "Rates are \(usual.map(String.init).joined(separator: ", "))."))
        return nil
    }

    func parity() -> SerialSettings.Parity? { word(["none": .none, "even": .even, "odd": .odd]) }

    /// Such as `20 registers`.
    fileprivate func registerCount() -> Int? {
        guard let word = text() else { return nil }
        let parts = word.split(separator: " ")
        if parts.count == 2, parts[1] == "registers", let count = decimal(parts[0]).flatMap({ Int(exactly: $0) }),
           (1...125).contains(count) { return count }
        refuse(Phrase(zh: "“\(quoted(word))”不是寄存器个数。", en: "\"\(quoted(word))\" is not a number of registers."),
               Phrase(zh: "写成 20 registers，1 至 125。", en: "Write 20 registers; 1 to 125."))
        return nil
    }

    /// A sentence in both languages.
    fileprivate func sentence() -> Phrase? {
        guard let fields = fields(["zh", "en"]) else { return nil }
        let due = Phrase(zh: "写上中文与英文。", en: "Give zh and en.")
        guard let zh = fields.required("zh", due)?.text(), let en = fields.required("en", due)?.text() else { return nil }
        return Phrase(zh: zh, en: en)
    }
}
