import Field
import Language
import Quantities

/// What is soldered: lines, serial ports, polarity. One file a board.
struct Board {
    struct Line {
        enum Direction {
            case output
            case input(debounce: Duration)
            case count(InputLine.Edge, debounce: Duration)

            var isOutput: Bool { if case .output = self { true } else { false } }
        }

        let address: LineAddress
        let direction: Direction
        let pull: InputLine.Pull
    }

    let tag: String
    let driver: LinePlan.Driver
    let lines: [(name: String, line: Line)]
    /// Device paths by the port's name. One that does not begin with `/` lies in the daemon's run directory.
    let serial: [(name: String, path: String)]
    let watchdog: String?

    func line(_ name: String) -> Line? { lines.first { $0.name == name }?.line }
    func port(_ name: String) -> String? { serial.first { $0.name == name }?.path }
}

extension Board {
    static let keys = ["board", "about", "driver", "lines", "serial", "watchdog", "source", "checked"]

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
        lines = fields["lines"]?.tagged().compactMap { name, entry in
            Line(entry, name: name).map { (name, $0) }
        } ?? []
        serial = fields["serial"]?.tagged().compactMap { name, entry in
            Board.port(entry).map { (name, $0) }
        } ?? []
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
            let spot = LineAddress(name: "", chip: line.address.chip, offset: line.address.offset, activeLow: false)
            if let other = names[spot] {
                section.refuse(Phrase(zh: "\(name) 与 \(other) 是同一条线（\(spot.chip) \(spot.offset)）。",
                                      en: "\(name) and \(other) are the same line (\(spot.chip) \(spot.offset))."),
                               Phrase(zh: "请对照原理图改其中一个。", en: "Compare with the schematic and change one."))
            }
            names[spot] = name
        }
    }
}

extension Board.Line {
    init?(_ entry: Entry, name: String) {
        guard let fields = entry.fields(["chip", "line", "out", "in", "count", "pull", "debounce"]) else { return nil }
        let due = Phrase(zh: "写上芯片与线号，如 { chip: gpiochip0, line: 5, … }。", en: "Write chip and number, such as { chip: gpiochip0, line: 5, … }.")
        guard let chip = fields.required("chip", due)?.chip(), let offset = fields.required("line", due)?.integer(0...1023),
              let (direction, activeLow) = Board.Line.direction(entry, fields) else { return nil }
        self.direction = direction
        pull = fields["pull"]?.word(["none": .none, "up": .up, "down": .down]) ?? .none
        address = LineAddress(name: name, chip: chip, offset: offset, activeLow: activeLow)
    }

    private static func direction(_ entry: Entry, _ fields: Fields) -> (Direction, Bool)? {
        let polarity: KeyValuePairs = ["active-high": false, "active-low": true]
        switch (fields["out"], fields["in"], fields["count"]) {
        case (let out?, nil, nil): return out.word(polarity).map { (.output, $0) }
        case (nil, let input?, nil):
            let debounce = fields["debounce"]?.duration("0 ms", "1 s", guess: "ms") ?? .milliseconds(20)
            return input.word(polarity).map { (.input(debounce: debounce), $0) }
        case (nil, nil, let count?):
            let debounce = fields["debounce"]?.duration("0 ms", "100 ms", guess: "ms") ?? .zero
            return count.word(["rising": .rising, "falling": .falling]).map { (.count($0, debounce: debounce), false) }
        default:
            entry.refuse(Phrase(zh: "一条线只能是输出、输入、计数三者之一。", en: "a line is one of out, in and count."),
                         Phrase(zh: "写 out:、in: 或 count: 中的一个。", en: "Write one of out:, in: and count:."))
            return nil
        }
    }
}

extension Entry {
    /// A GPIO chip by name, label or path: printable, without spaces, since it goes into the guard's table of lines.
    fileprivate func chip() -> String? {
        guard let word = text() else { return nil }
        if word.utf8.count <= 64, word.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) { return word }
        refuse(Phrase(zh: "“\(quoted(word))”不是 GPIO 芯片名。", en: "\"\(quoted(word))\" is not the name of a GPIO chip."),
               Phrase(zh: "用 gpiodetect 查看芯片名。", en: "List the chips with gpiodetect."))
        return nil
    }

    /// A library file must say the name it is stored under.
    func refuseOtherName(_ name: String) {
        refuse(Phrase(zh: "与文件名不符。", en: "differs from the name of its file."),
               Phrase(zh: "写成 \(name)，或改文件名。", en: "Write \(name), or rename the file."))
    }
}
