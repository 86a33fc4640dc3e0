public import Field
import Language
import ProcessImage

/// A bus as it was read; its devices and its rate are settled when all devices are known.
struct BusDraft {
    enum Kind { case rtu(path: String?), tcp(host: String, port: UInt16), rtuOverTCP(host: String, port: UInt16) }

    let tag: String
    let entry: Entry
    let kind: Kind
    let baudEntry: Entry?
    var settings: SerialSettings?

    var isSerial: Bool {
        if case .rtu = kind { true } else { false }
    }
}

extension SiteReader {
    func readBuses() {
        var ends: [String: BusDraft] = [:]
        for (tag, entry) in items("buses", atMost: Limits.busesMax) {
            guard let bus = bus(tag, entry) else {
                buses.append(BusDraft(tag: tag, entry: entry, kind: .rtu(path: nil), baudEntry: nil))
                continue
            }
            if let end = bus.end, let other = ends[end] {
                entry.refuse(Phrase(zh: "与总线 \(other.tag)（第 \(other.entry.line) 行）用的是同一个端口 \(end)。",
                                    en: "uses the same port as bus \(other.tag) (line \(other.entry.line)): \(end)."),
                             Phrase(zh: "合成一条总线。", en: "Make them one bus."))
            }
            bus.end.map { ends[$0] = bus }
            buses.append(bus)
        }
    }

    private func bus(_ tag: String, _ entry: Entry) -> BusDraft? {
        let due = Phrase(zh: "写 modbus: rtu、tcp 或 rtu-over-tcp。", en: "Write modbus: rtu, tcp or rtu-over-tcp.")
        guard let fields = entry.fields(["modbus", "port", "baud", "parity", "stop-bits", "host"]),
              let kind = fields.required("modbus", due)?.word(["rtu": 0, "tcp": 1, "rtu-over-tcp": 2]) else { return nil }
        if kind == 0 { return serialBus(tag, entry, fields) }
        for key in ["baud", "parity", "stop-bits"] { fields[key]?.refuseOnNetwork() }
        let hostDue = Phrase(zh: "写上地址，如 host: 192.168.1.20。", en: "Give the address, such as host: 192.168.1.20.")
        guard let host = fields.required("host", hostDue)?.host() else { return nil }
        let port = UInt16(fields["port"]?.integer(1...65_535) ?? 502)
        let end: BusDraft.Kind = kind == 1 ? .tcp(host: host, port: port) : .rtuOverTCP(host: host, port: port)
        return BusDraft(tag: tag, entry: entry, kind: end, baudEntry: nil)
    }

    private func serialBus(_ tag: String, _ entry: Entry, _ fields: Fields) -> BusDraft? {
        fields["host"]?.refuseOnSerial()
        let due = Phrase(zh: "写上板上的串口名。", en: "Name a serial port of the board.")
        let port = fields.required("port", due)
        let path = port.flatMap { serialPath($0) }
        var settings: SerialSettings?
        if let baud = fields["baud"]?.baud() {
            settings = SerialSettings(baud: baud, parity: fields["parity"]?.parity() ?? .none,
                                      stopBits: fields["stop-bits"]?.integer(1...2) ?? 1)
        } else if let lonely = fields["parity"] ?? fields["stop-bits"] {
            lonely.refuse(Phrase(zh: "写了它就要同时写 baud。", en: "needs baud beside it."),
                          Phrase(zh: "补上 baud，或都不写（按设备型号）。", en: "Add baud, or leave both to the devices' profiles."))
        }
        return BusDraft(tag: tag, entry: entry, kind: .rtu(path: path), baudEntry: fields["baud"], settings: settings)
    }

    func serialPath(_ entry: Entry) -> String? {
        guard let name = entry.text(), let board else { return nil }
        if let bridge = board.bridges.first(where: { $0.port == name }) {
            entry.refuse(Phrase(zh: "串口 \(name) 接着安全桥 \(bridge.tag)，不能再接别的。", en: "port \(name) is that of bridge \(bridge.tag); nothing else may talk on it."),
                         choices(board.freePorts, insteadOf: name, zh: "其余串口", en: "other ports"))
            return nil
        }
        if let path = board.port(name) { return path }
        entry.refuse(Phrase(zh: "板 \(board.tag) 没有串口 \(quoted(name))。", en: "board \(board.tag) has no serial port \(quoted(name))."),
                     choices(board.serial.map(\.name), insteadOf: name, zh: "串口", en: "ports"))
        return nil
    }

    /// All devices of a line talk at one rate: the bus's own, or the one their profiles agree on.
    func settleBuses() {
        for index in buses.indices where buses[index].isSerial {
            let members = devices.filter { $0.bus == buses[index].tag }
            if let settings = buses[index].settings {
                members.forEach { checkRate(of: $0, on: buses[index], settings) }
            } else {
                buses[index].settings = commonRate(members, on: buses[index])
            }
        }
    }

    private func checkRate(of device: DeviceDraft, on bus: BusDraft, _ settings: SerialSettings) {
        guard let serial = device.profile?.serial, serial.factory != settings else { return }
        let factory = serial.factory.text
        guard serial.rates.contains(settings.baud) else {
            device.entry.refuse(Phrase(zh: "\(device.profileTag) 只能用 \(serial.rates.list) 波特；总线 \(bus.tag) 是 \(settings.baud)。",
                                       en: "\(device.profileTag) talks at \(serial.rates.list) baud; bus \(bus.tag) is at \(settings.baud)."),
                                Phrase(zh: "换到别的总线，或改总线的 baud。", en: "Put it on another bus, or change the baud of the bus."))
            return
        }
        device.entry.notice(Phrase(zh: "出厂为 \(factory)，总线 \(bus.tag) 是 \(settings.text)。",
                                   en: "leaves the factory at \(factory); bus \(bus.tag) is at \(settings.text)."),
                            Phrase(zh: "接上之前先把设备改到 \(settings.text)。", en: "Set the device to \(settings.text) before it is wired."))
    }

    private func commonRate(_ members: [DeviceDraft], on bus: BusDraft) -> SerialSettings? {
        let rates = members.compactMap { device in device.profile?.serial.map { (device, $0.factory) } }
        guard let (first, settings) = rates.first else {
            if !members.contains(where: { $0.profile == nil }) {
                bus.entry.refuse(Phrase(zh: "不知道波特率。", en: "its rate is not known."),
                                 Phrase(zh: "写上 baud，如 baud: 9600。", en: "Give it, such as baud: 9600."))
            }
            return nil
        }
        if let (other, differing) = rates.first(where: { $0.1 != settings }) {
            bus.entry.refuse(Phrase(zh: "同一条线上 \(first.label.tag) 是 \(settings.text)，\(other.label.tag) 是 \(differing.text)。",
                                    en: "\(first.label.tag) talks at \(settings.text) but \(other.label.tag) at \(differing.text) on one line."),
                             Phrase(zh: "把设备改成同一波特率并在总线写 baud，或分成两条总线。",
                                    en: "Set the devices to one rate and give it as baud, or use two buses."))
        }
        return settings
    }
}

extension BusDraft {
    /// What it is plugged into.
    var end: String? {
        switch kind {
        case .rtu(let path): path
        case .tcp(let host, let port), .rtuOverTCP(let host, let port): "\(host):\(port)"
        }
    }

    func plan(_ devices: [DevicePlan]) -> BusPlan? {
        let transport: BusPlan.Transport
        switch kind {
        case .rtu(let path):
            guard let path, let settings else { return nil }
            transport = .serial(path: path, settings)
        case .tcp(let host, let port): transport = .tcp(host: host, port: port)
        case .rtuOverTCP(let host, let port): transport = .rtuOverTCP(host: host, port: port)
        }
        return BusPlan(tag: tag, transport: transport, devices: devices)
    }
}

extension SerialSettings {
    /// As installers write it: `9600 8N1`.
    public var text: String { "\(baud) 8\(parity.rawValue.prefix(1).uppercased())\(stopBits)" }
}

extension [Int] {
    fileprivate var list: String { map(String.init).joined(separator: ", ") }
}

extension Entry {
    fileprivate func refuseOnNetwork() {
        refuse(Phrase(zh: "网络总线没有这一项。", en: "belongs to a serial bus, not to the network."),
               Phrase(zh: "请删除。", en: "Remove it."))
    }

    fileprivate func refuseOnSerial() {
        refuse(Phrase(zh: "串口总线没有这一项。", en: "belongs to the network, not to a serial bus."),
               Phrase(zh: "请删除，或改用 modbus: tcp。", en: "Remove it, or write modbus: tcp."))
    }

    /// A host name or address.
    func host() -> String? {
        guard let word = text() else { return nil }
        let isAllowed = word.utf8.count <= 253 && word.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "." || $0 == "-" || $0 == ":")
        }
        if isAllowed { return word }
        refuse(Phrase(zh: "“\(quoted(word))”不是主机名或 IP 地址。", en: "\"\(quoted(word))\" is not a host name or address."),
               Phrase(zh: "写成 192.168.1.20。", en: "Write 192.168.1.20 or a host name."))
        return nil
    }
}
