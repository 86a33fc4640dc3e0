import BridgeCore
import Foundation
import Testing

/// The golden frames with virtual time; the suite in QEMU and the gateway read the same file.
@Suite struct GoldenTests {
    @Test func `every golden frame is answered byte for byte`() throws {
        let url = try #require(Bundle.module.url(forResource: "golden", withExtension: "txt"))
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        var player = GoldenPlayer()
        for (index, line) in lines.enumerated() {
            if let wrong = player.play(line) { Issue.record("golden.txt:\(index + 1): \(wrong)") }
        }
        #expect(player.replies > 50)
    }
}

/// Plays one line after the other; says what is wrong.
struct GoldenPlayer: ~Copyable {
    private(set) var replies = 0
    private var bench = Bench()
    private var heard: [UInt8] = []

    mutating func play(_ line: Substring) -> String? {
        let words = line.split(separator: " ").map(String.init)
        guard let verb = words.first, !verb.hasPrefix("#") else { return nil }
        let numbers = words.dropFirst().map { Int($0) ?? -1 }
        switch verb {
        case "boot":
            guard let cause = Cause(rawValue: UInt16(numbers[1])) else { return "no such cause" }
            bench = Bench(boot: Boot(count: UInt16(numbers[0]), cause: cause, safeLevels: hex(words[3])))
        case "wait": bench.wait(numbers[0])
        case "inputs": bench.line.server.inputs.digital = hex(words[1])
        case "analogue": bench.line.server.inputs[analogue: numbers[0]] = hex(words[2])
        case "pulse":
            for _ in 0..<numbers[1] { bench.line.server.inputs.count(numbers[0], at: bench.now) }
        case "relays":
            if bench.line.server.relays != hex(words[1]) { return "relays are \(String(bench.line.server.relays, radix: 16))" }
        case ">": heard = bench.send(words.dropFirst().map { UInt8($0, radix: 16) ?? 0 })
        case "<", "<~": return check(words.dropFirst())
        default: return "not understood"
        }
        return nil
    }

    private mutating func check(_ expected: ArraySlice<String>) -> String? {
        replies += 1
        let text = heard.isEmpty ? "-" : Bench.text(heard)
        return text == expected.joined(separator: " ") ? nil : "the reply is \(text)"
    }

    private func hex(_ text: String) -> UInt16 { UInt16(text, radix: 16) ?? 0xDEAD }
}
