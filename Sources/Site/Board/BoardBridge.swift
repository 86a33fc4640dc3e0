import Field
import Language
import Quantities

extension Board {
    /// A safety bridge: a microcontroller with relays, inputs and counters on a serial line of its own.
    struct Bridge {
        let tag: String
        /// The board's name of the serial port.
        let port: String
        let unit: UInt8
    }

    static func readBridges(_ section: Entry?, ports: [String]) -> [Bridge] {
        var bridges: [Bridge] = []
        for (tag, entry) in section?.tagged() ?? [] {
            let due = Phrase(zh: "写上板上的串口名。", en: "Name a serial port of the board.")
            guard let fields = entry.fields(["port", "unit"]), let portEntry = fields.required("port", due),
                  let port = portEntry.text() else { continue }
            if !ports.contains(port) {
                portEntry.refuse(Phrase(zh: "板上没有串口 \(quoted(port))。", en: "the board has no serial port \(quoted(port))."),
                                 choices(ports, insteadOf: port, zh: "串口", en: "ports"))
            } else if let other = bridges.first(where: { $0.port == port }) {
                portEntry.refuse(Phrase(zh: "串口 \(port) 已接安全桥 \(other.tag)。", en: "port \(port) is already that of bridge \(other.tag)."),
                                 Phrase(zh: "每台桥单独用一个串口。", en: "Give each bridge a port of its own."))
            }
            bridges.append(Bridge(tag: tag, port: port, unit: UInt8(fields["unit"]?.integer(1...247) ?? 17)))
        }
        return bridges
    }

    func bridge(_ tag: String) -> Bridge? { bridges.first { $0.tag == tag } }

    /// Serial ports for buses.
    var freePorts: [String] { serial.map(\.name).filter { name in !bridges.contains { $0.port == name } } }
}

extension Board.Line {
    /// A line of a bridge: `{ bridge: bridge-1, line: 0, out: active-high }`.
    init?(onBridge entry: Entry, name: String, _ fields: Fields, bridges: [String]) {
        let due = Phrase(zh: "写上桥名与通道号，如 { bridge: bridge-1, line: 0, … }。", en: "Write bridge and number, such as { bridge: bridge-1, line: 0, … }.")
        guard let tag = entry.text(), let (direction, activeLow) = Board.Line.direction(fields.owner, fields),
              let offset = fields.required("line", due)?.integer(0...direction.lastChannel) else { return nil }
        if !bridges.contains(tag) {
            entry.refuse(Phrase(zh: "没有安全桥 \(quoted(tag))。", en: "\(quoted(tag)) is not a bridge of this board."),
                         choices(bridges, insteadOf: tag, zh: "安全桥", en: "bridges"))
        }
        for key in ["chip", "pull", "debounce"] { fields[key]?.refuseOnBridge() }
        if case .count(.falling, _) = direction {
            fields["count"]?.refuse(Phrase(zh: "安全桥只计上升沿。", en: "a bridge counts rising edges only."),
                                    Phrase(zh: "写 count: rising。", en: "Write count: rising."))
        }
        self.direction = direction
        pull = .none
        bridge = tag
        address = LineAddress(name: name, chip: tag, offset: offset, activeLow: activeLow)
    }
}

extension Board.Line.Direction {
    /// The protocol's layout has room for no more; a model may have fewer, which is seen when it is met.
    fileprivate var lastChannel: Int {
        switch self {
        case .output, .input: 15
        case .count, .analogue: 7
        }
    }
}

extension Entry {
    fileprivate func refuseOnBridge() {
        refuse(Phrase(zh: "安全桥的线没有这一项。", en: "a line of a bridge has no such setting."),
               Phrase(zh: "请删除。", en: "Remove it."))
    }
}
