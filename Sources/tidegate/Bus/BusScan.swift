import ArgumentParser
import Field
import Language
import LocalAPI

struct BusScan: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "scan", abstract: Phrase(zh: "找线路上有哪些站号", en: "find which units answer on a line").said,
            discussion: Phrase(zh: "只读，不写。每个站号问一次保持寄存器 0；拒绝也算在线。型号只能由铭牌认定：不同型号常用同样的地址。",
                               en: "Reads only. Asks each unit once for holding register 0; a refusal counts as present. Only the label tells the model: different models often share addresses.").said)
    }

    @OptionGroup var line: LineOptions

    @Option(help: .said(zh: "站号范围，如 1-32", en: "units, such as 1-32", valueName: Phrase(zh: "范围", en: "range")))
    var units = UnitRange(1...247)

    @Option(help: .said(zh: "型号目录，如 configs/profiles：列出读数相符的型号，仅供参考", en: "folder of profiles, such as configs/profiles: names models whose registers fit, as hints only",
                        valueName: Phrase(zh: "目录", en: "folder")))
    var profiles: String?

    @OptionGroup var common: CommonOptions

    struct Found: Encodable {
        let line: String
        let unit: UInt8
        /// `answer`, `exception`, or `garbled`: something is there, but not one device at this speed.
        let says: String
        let detail: WireText
        let milliseconds: Double
        /// Models whose registers fit. Never the proof of one.
        let mightBe: [String]
    }

    func run() throws {
        try line.check()
        let bauds = line.rtu == nil ? [nil] : line.baud.map { Optional($0) }
        let hints = ModelHints(profiles: profiles)
        let found = try bauds.flatMap { try scan(baud: $0, hints) }
        if common.json { return try say(json: found) }
        guard !found.isEmpty else {
            return say(Phrase(zh: "没有站号应答。查接线 A/B、供电、波特率（可写多个 --baud）和 --timeout。",
                              en: "No unit answers. Check the A/B wires, power, the speed (--baud several times) and --timeout."))
        }
        BusScan.table(found).lines.forEach { say($0) }
    }

    private func scan(baud: Int?, _ hints: ModelHints) throws -> [Found] {
        let name = line.name(baud: baud)
        let client = try line.open(baud: baud)
        var found: [Found] = []
        for unit in units.range {
            progress(name, unit)
            if let there = try ask(client, unit, name, hints) { found.append(there) }
        }
        progressDone()
        return found
    }

    private func ask(_ client: ModbusClient, _ unit: UInt8, _ name: String, _ hints: ModelHints) throws -> Found? {
        guard let span = RegisterSpan(address: 0, count: 1) else { return nil }
        // After a silent unit a connection may have been closed on purpose; opening it again costs nothing.
        if let fault = client.connect(timeout: .seconds(3)) { throw BusWords.refusal(fault, line: name) }
        let begun = ContinuousClock.now
        let outcome = client.exchange(.read(.holding, span), unit: unit, timeout: line.timeout.duration)
        switch outcome {
        case .noAnswer, .disconnected, .answer(.refused(.gatewayNoAnswer)), .answer(.refused(.gatewayPathUnavailable)): return nil
        case .answer, .garbled:
            let elapsed = milliseconds(since: begun)
            return Found(line: name, unit: unit, says: BusWords.code(outcome), detail: WireText(BusWords.text(outcome)),
                         milliseconds: elapsed, mightBe: hints.fitting(unit, client, timeout: line.timeout.duration))
        }
    }

    private func progress(_ name: String, _ unit: UInt8) {
        guard !common.json, Console.current.width != nil else { return }
        Console.current.err("\r\(name)  \(unit)/\(units.range.upperBound) \u{1B}[K")
    }

    private func progressDone() {
        guard !common.json, Console.current.width != nil else { return }
        Console.current.err("\r\u{1B}[K")
    }

    static func table(_ found: [Found]) -> Table {
        var table = Table([.text(zh: "线路", en: "line"), .number(zh: "站号", en: "unit"), .number(zh: "用时 ms", en: "ms"),
                           .text(zh: "回答", en: "says"), .text(zh: "可能是（以铭牌为准）", en: "might be (the label decides)")])
        for there in found {
            table.add(Table.Cell(there.line), Table.Cell("\(there.unit)"), Table.Cell(Format.number(there.milliseconds, decimals: 1)),
                      Table.Cell(there.detail.phrase, there.says == "garbled" ? .warning : .good),
                      Table.Cell(there.mightBe.joined(separator: ", ")))
        }
        return table
    }
}

/// `1-32`, or one unit.
struct UnitRange: ExpressibleByArgument, CustomStringConvertible {
    let range: ClosedRange<UInt8>

    init(_ range: ClosedRange<UInt8>) { self.range = range }

    init?(argument: String) {
        let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { UInt8($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else { return nil }
        range = first...last
    }

    var description: String { "\(range.lowerBound)-\(range.upperBound)" }
}

func milliseconds(since begun: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - begun) / .milliseconds(1)
}
