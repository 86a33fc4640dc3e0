import ArgumentParser
import Field
import Foundation
import Language

struct BusStats: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "stats", abstract: Phrase(
            zh: "连读多次，量应答时间和出错率", en: "read many times: how long answers take, how often they fail").said)
    }

    @OptionGroup var line: LineOptions
    @OptionGroup var registers: RegisterOptions

    @Option(help: .said(zh: "每次读几个值", en: "values a read", valueName: Phrase(zh: "个数", en: "count")))
    var count = 1

    @Option(help: .said(zh: "读多少次，1–100000", en: "how many reads, 1 to 100000", valueName: Phrase(zh: "次数", en: "number")))
    var polls = 100

    @OptionGroup var common: CommonOptions

    struct Reply: Encodable {
        let line: String
        let unit: UInt8
        let polls: Int
        let answers: Int
        let timeouts: Int
        let garbled: Int
        let exceptions: Int
        let disconnects: Int
        /// Of the answers, in milliseconds; `null` without any.
        let minimum: Double?
        let median: Double?
        let p99: Double?
        let maximum: Double?
    }

    func run() throws {
        guard (1...100_000).contains(polls) else {
            throw Refused(.wrongUse, code: "polls", Phrase(zh: "次数须在 1 到 100000 之间", en: "--polls must be from 1 to 100000"))
        }
        let span = try registers.span(count: count, type: registers.type(count: count))
        let client = try line.open()
        var outcomes: [ExchangeOutcome] = []
        var times: [Double] = []
        for _ in 0..<polls {
            _ = client.connect(timeout: .seconds(3))
            let begun = ContinuousClock.now
            outcomes.append(client.exchange(.read(registers.table, span), unit: registers.unit, timeout: line.timeout.duration))
            if case .answer = outcomes[outcomes.count - 1] { times.append(milliseconds(since: begun)) }
        }
        try report(BusStats.reply(line.name(), registers.unit, outcomes, times))
    }

    static func reply(_ line: String, _ unit: UInt8, _ outcomes: [ExchangeOutcome], _ times: [Double]) -> Reply {
        let sorted = times.sorted()
        /// Nearest rank: the value that so large a share of the answers does not exceed.
        func rank(_ share: Double) -> Double? {
            guard !sorted.isEmpty else { return nil }
            return sorted[min(max(Int((share * Double(sorted.count)).rounded(.up)) - 1, 0), sorted.count - 1)]
        }
        func number(_ code: String) -> Int { outcomes.count { BusWords.code($0) == code } }
        return Reply(line: line, unit: unit, polls: outcomes.count, answers: number("answer"), timeouts: number("no-answer"),
                     garbled: number("garbled"), exceptions: number("exception"), disconnects: number("disconnected"),
                     minimum: sorted.first, median: rank(0.5), p99: rank(0.99), maximum: sorted.last)
    }

    private func report(_ reply: Reply) throws {
        if common.json {
            try say(json: reply)
        } else {
            var table = Table([.number(zh: "次数", en: "polls"), .number(zh: "应答", en: "answers"), .number(zh: "无应答", en: "silent"),
                               .number(zh: "乱码", en: "garbled"), .number(zh: "拒绝", en: "refused"), .number(zh: "最短 ms", en: "min ms"),
                               .number(zh: "中位 ms", en: "median ms"), .number(zh: "p99 ms", en: "p99 ms"), .number(zh: "最长 ms", en: "max ms")])
            let silent = reply.timeouts + reply.disconnects
            table.rows.append([reply.polls, reply.answers, silent, reply.garbled, reply.exceptions].map { Table.Cell("\($0)") }
                + [reply.minimum, reply.median, reply.p99, reply.maximum].map { Table.Cell(Format.number($0, decimals: 2)) })
            table.lines.forEach { say($0) }
        }
        if reply.answers == 0 { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}
