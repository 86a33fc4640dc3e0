import Quantities

/// Reads the text of a `LineTable`. The bytes come from outside: nothing in them traps, everything odd is refused.
struct LineTableReader {
    static let title = "tidegate lines 1"

    private(set) var driver: LinePlan.Driver?
    private(set) var outputs: [LineTable.Output] = []
    private(set) var inputs: [LineTable.Input] = []
    private var names: Set<String> = []
    private var places: Set<String> = []
    private var line = 0
    private var drivenLines = 0

    mutating func read(_ text: String) throws(LineTableFault) {
        guard text.utf8.count <= LineTable.bytesMax else { throw fault("longer than \(LineTable.bytesMax) bytes") }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // The text ends with a line feed, so the last piece is empty and the one before it is the checksum.
        guard lines.count >= 4, lines.last == "", lines[0] == LineTableReader.title else { throw fault("not a table of lines") }
        try check(lines[lines.count - 2], of: text)
        for (index, piece) in lines[1..<(lines.count - 2)].enumerated() {
            line = index + 2
            try read(words: piece.split(separator: " ", omittingEmptySubsequences: false).map(String.init))
        }
    }

    private func check(_ last: Substring, of text: String) throws(LineTableFault) {
        let body = text.utf8.dropLast(last.utf8.count + 1)
        guard last == "checksum \(LineTableReader.hex(fnv1a(body)))" else { throw fault("the checksum does not fit") }
    }

    private mutating func read(words: [String]) throws(LineTableFault) {
        switch words.first {
        case "driver" where words.count == 2 && driver == nil:
            guard let named = LinePlan.Driver(rawValue: words[1]) else { throw fault("no such driver") }
            driver = named
        case "output" where words.count == 8 || words.count == 15: try readOutput(words)
        case "input" where words.count == 9 || words.count == 10: try readInput(words)
        default: throw fault("not a line of a table")
        }
    }

    private mutating func readOutput(_ words: [String]) throws(LineTableFault) {
        drivenLines += words.count == 15 ? 2 : 1
        guard drivenLines <= LineTable.outputsMax else { throw fault("more than \(LineTable.outputsMax) outputs") }
        let address = try address(words)
        guard let safe = ["safe-off": false, "safe-on": true][words[5]], words[6] == "max-on-ms",
              let milliseconds = number(words[7], in: 1...31_536_000_000) else { throw fault("not an output") }
        let latch = words.count == 15 ? try latch(Array(words[8...])) : nil
        if latch != nil, safe { throw fault("a valve that latches has no safe state but closed") }
        outputs.append(LineTable.Output(address: address, safeIsOn: safe, maximumOn: .milliseconds(milliseconds), latch: latch))
    }

    private mutating func latch(_ words: [String]) throws(LineTableFault) -> LineTable.Latch {
        guard words[0] == "pulse-ms", let milliseconds = number(words[1], in: 10...1000), words[2] == "close" else {
            throw fault("not a valve that latches")
        }
        return LineTable.Latch(close: try address(Array(words[2...])), pulse: .milliseconds(milliseconds))
    }

    private mutating func readInput(_ words: [String]) throws(LineTableFault) {
        guard inputs.count < LineTable.inputsMax else { throw fault("more than \(LineTable.inputsMax) inputs") }
        let address = try address(words)
        let kinds: [String: LineTable.Input.Kind] = [
            "level": .level, "count-rising": .pulses(.rising), "count-falling": .pulses(.falling)]
        let isEmergencyStop = words.count == 10
        guard words[5].hasPrefix("pull-"), let pull = InputLine.Pull(rawValue: String(words[5].dropFirst(5))),
              let kind = kinds[words[6]], words[7] == "debounce-us",
              let microseconds = number(words[8], in: 0...10_000_000) else { throw fault("not an input") }
        if isEmergencyStop, kind != .level || words[9] != "emergency-stop" { throw fault("not an emergency stop") }
        inputs.append(LineTable.Input(address: address, pull: pull, kind: kind, debounce: .microseconds(microseconds),
                                      isEmergencyStop: isEmergencyStop))
    }

    private mutating func address(_ words: [String]) throws(LineTableFault) -> LineTable.Address {
        let (name, chip) = (words[1], words[2])
        guard LineTableReader.isName(name), LineTableReader.isName(chip) else { throw fault("not a name of a line or chip") }
        guard let offset = number(words[3], in: 0...1023), let activeLow = ["active-low": true, "active-high": false][words[4]]
        else { throw fault("not an address of a line") }
        guard names.insert(name).inserted, places.insert("\(chip) \(offset)").inserted else {
            throw fault("line \(name) is used twice")
        }
        return LineTable.Address(name: name, chip: chip, offset: UInt32(offset), activeLow: activeLow)
    }

    private func number(_ word: String, in range: ClosedRange<Int>) -> Int? {
        guard let first = word.utf8.first, (0x30...0x39).contains(first), let value = Int(word) else { return nil }
        return range.contains(value) ? value : nil
    }

    private func fault(_ what: String) -> LineTableFault { LineTableFault(line: line, what: what) }

    /// Printable ASCII without a blank, up to 64 characters.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
