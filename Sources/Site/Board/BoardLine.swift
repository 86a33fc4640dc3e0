import Field
import Language
import Quantities

extension Board.Line {
    init?(_ entry: Entry, name: String, bridges: [String]) {
        let keys = ["chip", "bridge", "line", "out", "in", "count", "analogue", "pull", "debounce"]
        guard let fields = entry.fields(keys) else { return nil }
        if let bridge = fields["bridge"] { self.init(onBridge: bridge, name: name, fields, bridges: bridges) }
        else { self.init(gpio: entry, name: name, fields) }
    }

    private init?(gpio entry: Entry, name: String, _ fields: Fields) {
        let due = Phrase(zh: "写上芯片与线号，如 { chip: gpiochip0, line: 5, … }。", en: "Write chip and number, such as { chip: gpiochip0, line: 5, … }.")
        guard let chip = fields.required("chip", due)?.chip(), let offset = fields.required("line", due)?.integer(0...1023),
              let (direction, activeLow) = Board.Line.direction(entry, fields) else { return nil }
        if case .analogue = direction {
            entry.refuse(Phrase(zh: "只有安全桥有模拟输入。", en: "only a safety bridge has analogue inputs."),
                         Phrase(zh: "写 bridge: 桥名，或用总线上的变送器。", en: "Write bridge: BRIDGE, or use a transmitter on a bus."))
            return nil
        }
        bridge = nil
        self.direction = direction
        pull = fields["pull"]?.word(["none": .none, "up": .up, "down": .down]) ?? .none
        address = LineAddress(name: name, chip: chip, offset: offset, activeLow: activeLow)
    }

    static func direction(_ entry: Entry, _ fields: Fields) -> (Direction, Bool)? {
        let polarity: KeyValuePairs = ["active-high": false, "active-low": true]
        switch (fields["out"], fields["in"], fields["count"], fields["analogue"]) {
        case (let out?, nil, nil, nil): return out.word(polarity).map { (.output, $0) }
        case (nil, let input?, nil, nil):
            let debounce = fields["debounce"]?.duration("0 ms", "1 s", guess: "ms") ?? .milliseconds(20)
            return input.word(polarity).map { (.input(debounce: debounce), $0) }
        case (nil, nil, nil, let signal?): return signal.electricSignal().map { (.analogue($0), false) }
        case (nil, nil, let count?, nil):
            let debounce = fields["debounce"]?.duration("0 ms", "100 ms", guess: "ms") ?? .zero
            return count.word(["rising": .rising, "falling": .falling]).map { (.count($0, debounce: debounce), false) }
        default:
            entry.refuse(Phrase(zh: "一条线只能是输出、输入、计数、模拟四者之一。", en: "a line is one of out, in, count and analogue."),
                         Phrase(zh: "写 out:、in:、count: 或 analogue: 中的一个。", en: "Write one of out:, in:, count: and analogue:."))
            return nil
        }
    }
}

extension Board.Line.Direction {
    /// As the terminals of a bridge are labelled.
    var channel: String {
        switch self {
        case .output: "relay"
        case .input: "input"
        case .count: "counter"
        case .analogue: "analogue"
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

    /// What a converter's whole scale is, in volts or amperes.
    fileprivate func electricSignal() -> MeasureRange? {
        guard let range = measureRange(guess: "mA") else { return nil }
        if range.unit.dimension == .voltage || range.unit.dimension == .current { return range }
        refuse(Phrase(zh: "\(range.text) 不是电信号。", en: "\(range.text) is no electric signal."),
               Phrase(zh: "写转换器的满量程，如 0 .. 20 mA 或 0 .. 10 V。", en: "Write the converter's whole scale, such as 0 .. 20 mA or 0 .. 10 V."))
        return nil
    }
}
