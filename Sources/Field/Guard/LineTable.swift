import ProcessImage
import Quantities

/// Why a table of lines was not accepted.
public struct LineTableFault: Error, Sendable, Equatable {
    /// From 1; 0 when the file as a whole is meant.
    public let line: Int
    public let what: String
}

/// What the guard must know of the lines it owns: a small checksummed text, so that the guard needs no YAML and no
/// peer to take every line at its safe value the moment it starts.
///
/// ```
/// tidegate lines 1
/// driver simulated
/// output R1 gpiochip0 5 active-low safe-off max-on-ms 7200000
/// output R2 gpiochip0 6 active-low safe-off max-on-ms 7200000 pulse-ms 100 close R3 gpiochip0 7 active-low
/// input D1 gpiochip0 16 active-low pull-up level debounce-us 20000 emergency-stop
/// input P1 gpiochip0 20 active-high pull-none count-rising debounce-us 0
/// checksum 0f1e2d3c4b5a6978
/// ```
///
/// Outputs and inputs are numbered in the order of the text; those numbers are the bits of the guard's frames. The lines
/// that drive the outputs are numbered as these are, and after them the closing lines of valves that latch.
public struct LineTable: Sendable, Equatable {
    /// One bit each in a frame.
    public static let outputsMax = 64
    public static let inputsMax = 64
    static let bytesMax = 65_536
    static let fileName = "guard.lines"

    struct Address: Sendable, Equatable {
        let name: String
        let chip: String
        let offset: UInt32
        let activeLow: Bool
    }

    struct Output: Sendable, Equatable {
        let address: Address
        let safeIsOn: Bool
        let maximumOn: Duration
        var latch: Latch?
    }

    /// A line of its own closes the valve, by a pulse as the opening line's.
    struct Latch: Sendable, Equatable {
        let close: Address
        let pulse: Duration
    }

    struct Input: Sendable, Equatable {
        enum Kind: Sendable, Equatable { case level, pulses(InputLine.Edge) }
        let address: Address
        let pull: InputLine.Pull
        let kind: Kind
        let debounce: Duration
        let isEmergencyStop: Bool
    }

    let driver: LinePlan.Driver
    let outputs: [Output]
    let inputs: [Input]
    let text: String

    /// Every line that is driven: those of the outputs, then the closing ones.
    var drivenLines: [Address] { outputs.map(\.address) + outputs.compactMap { $0.latch?.close } }

    /// The valves that latch, with the numbers of their lines.
    var latchingValves: [LatchPulser.Valve] {
        var closeLine = outputs.count - 1
        return outputs.enumerated().compactMap { index, output in
            output.latch.map { latch in
                closeLine += 1
                return LatchPulser.Valve(output: index, openLine: index, closeLine: closeLine, pulse: latch.pulse)
            }
        }
    }

    /// Tells two tables apart: FNV-1a of the text.
    public var fingerprint: UInt64 { fnv1a(text.utf8) }

    /// - Throws: when the plan cannot be written as a table: too many lines, a name with a blank, a line used twice.
    public init(plan: LinePlan) throws(LineTableFault) {
        try self.init(text: LineTable.render(plan))
    }

    /// Reads a table strictly: what is not exactly as written above is refused.
    init(text: String) throws(LineTableFault) {
        var reader = LineTableReader()
        try reader.read(text)
        guard let driver = reader.driver else { throw LineTableFault(line: 0, what: "no driver") }
        self.driver = driver
        outputs = reader.outputs
        inputs = reader.inputs
        self.text = text
    }
}

/// FNV-1a, 64 bit.
func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

extension LineTable {
    fileprivate static func render(_ plan: LinePlan) -> String {
        var body = "\(LineTableReader.title)\ndriver \(plan.driver.rawValue)\n"
        for output in plan.outputs { body += render(output) + "\n" }
        for input in plan.inputs { body += render(input) + "\n" }
        return body + "checksum \(LineTableReader.hex(fnv1a(body.utf8)))\n"
    }

    private static func render(_ output: OutputLine) -> String {
        "output \(render(output.address)) safe-\(output.safe.isOn ? "on" : "off") "
            + "max-on-ms \(output.maximumOn.nanoseconds / 1_000_000)"
            + (output.latch.map { " pulse-ms \($0.pulse.nanoseconds / 1_000_000) close \(render($0.close))" } ?? "")
    }

    private static func render(_ input: InputLine) -> String {
        let use = switch input.use {
        case .level(_, let debounce): "level debounce-us \(debounce.nanoseconds / 1000)"
        case .pulses(_, _, let edge, _, let debounce): "count-\(edge.rawValue) debounce-us \(debounce.nanoseconds / 1000)"
        }
        return "input \(render(input.address)) pull-\(input.pull.rawValue) \(use)"
            + (input.isEmergencyStop ? " emergency-stop" : "")
    }

    private static func render(_ address: LineAddress) -> String {
        "\(address.name) \(address.chip) \(address.offset) active-\(address.activeLow ? "low" : "high")"
    }
}
