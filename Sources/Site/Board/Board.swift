import Field
import Language
import Quantities

/// What is soldered: lines, serial ports, safety bridges, polarity. One file a board.
struct Board {
    struct Line {
        enum Direction {
            case output
            case input(debounce: Duration)
            case count(InputLine.Edge, debounce: Duration)
            /// A converter of a bridge, and what of the signal its full scale is.
            case analogue(MeasureRange)

            var isOutput: Bool { if case .output = self { true } else { false } }
        }

        /// On a bridge `chip` is its tag, and outputs, inputs, counters and analogues are each numbered from 0.
        let address: LineAddress
        let direction: Direction
        let pull: InputLine.Pull
        /// The bridge it is on; `nil`: a GPIO line.
        let bridge: String?
    }

    let tag: String
    let driver: LinePlan.Driver
    let lines: [(name: String, line: Line)]
    /// Device paths by the port's name. One that does not begin with `/` lies in the daemon's run directory.
    let serial: [(name: String, path: String)]
    let bridges: [Bridge]
    let watchdog: String?

    func line(_ name: String) -> Line? { lines.first { $0.name == name }?.line }
    func port(_ name: String) -> String? { serial.first { $0.name == name }?.path }
}

extension Board {
    static let keys = ["board", "about", "driver", "lines", "serial", "bridges", "watchdog", "source", "checked"]

    init?(_ root: Entry, tag: String) {
        guard let fields = root.fields(Board.keys) else { return nil }
        let named = fields.required("board", Phrase(zh: "写上 board: \(tag)。", en: "Write board: \(tag)."))
        if let named, let written = named.tag(), written != tag { named.refuseOtherName(tag) }
        _ = fields.required("about", Phrase(zh: "写明是什么板子。", en: "Say what board it is."))?.text()
        _ = fields.required("checked", Phrase(zh: "写明谁在何时在实物上验过，或 not on hardware。",
                                              en: "Say who checked it on hardware and when, or: not on hardware."))?.text()
        _ = fields["source"]?.text()
        self.tag = tag
        driver = fields["driver"]?.word(["gpio": .gpio, "simulated": .simulated]) ?? .gpio
        let bridgeTags = fields["bridges"]?.map()?.map(\.key) ?? []
        lines = fields["lines"]?.tagged().compactMap { name, entry in
            Line(entry, name: name, bridges: bridgeTags).map { (name, $0) }
        } ?? []
        serial = fields["serial"]?.tagged().compactMap { name, entry in
            Board.port(entry).map { (name, $0) }
        } ?? []
        bridges = Board.readBridges(fields["bridges"], ports: self.serial.map(\.name))
        watchdog = fields["watchdog"]?.text()
        refuseSharedLines(fields["lines"])
    }

    private static func port(_ entry: Entry) -> String? {
        guard let fields = entry.fields(["device", "direction"]) else { return nil }
        _ = fields["direction"]?.word(["automatic": (), "rts": ()])
        let due = Phrase(zh: "写上设备路径，如 /dev/ttyS1。", en: "Write its path, such as /dev/ttyS1.")
        guard let device = fields.required("device", due), let path = device.text() else { return nil }
        let isAllowed = path.hasPrefix("/dev/") || !path.contains("/")
        if !isAllowed || path.contains("..") {
            device.refuse(Phrase(zh: "串口要么在 /dev/ 下，要么是运行目录里的文件名。",
                                 en: "a serial device lies under /dev/, or is a plain name in the run directory."),
                          Phrase(zh: "改为 /dev/…。", en: "Write /dev/…."))
        }
        return path
    }

    private func refuseSharedLines(_ section: Entry?) {
        guard let section else { return }
        var names: [LineAddress: String] = [:]
        for (name, line) in lines {
            let chip = line.bridge == nil ? line.address.chip : "\(line.address.chip) \(line.direction.channel)"
            let spot = LineAddress(name: "", chip: chip, offset: line.address.offset, activeLow: false)
            if let other = names[spot] {
                section.refuse(Phrase(zh: "\(name) 与 \(other) 是同一条线（\(spot.chip) \(spot.offset)）。",
                                      en: "\(name) and \(other) are the same line (\(spot.chip) \(spot.offset))."),
                               Phrase(zh: "请对照原理图改其中一个。", en: "Compare with the schematic and change one."))
            }
            names[spot] = name
        }
    }
}

extension Entry {
    /// A library file must say the name it is stored under.
    func refuseOtherName(_ name: String) {
        refuse(Phrase(zh: "与文件名不符。", en: "differs from the name of its file."),
               Phrase(zh: "写成 \(name)，或改文件名。", en: "Write \(name), or rename the file."))
    }
}
