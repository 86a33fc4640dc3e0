import ArgumentParser
import Field
import Language

struct BusRead: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "read", abstract: Phrase(zh: "读寄存器或线圈", en: "read registers or coils").said)
    }

    @OptionGroup var line: LineOptions
    @OptionGroup var registers: RegisterOptions

    @Option(help: .said(zh: "几个值（string：几个寄存器）", en: "how many values (string: how many registers)", valueName: Phrase(zh: "个数", en: "count")))
    var count = 1

    @OptionGroup var common: CommonOptions

    struct Reply: Encodable {
        let line: String
        let unit: UInt8
        let table: String
        let type: String
        let order: String
        let values: [BusEntry]
    }

    func run() throws {
        let type = registers.type(count: count)
        let span = try registers.span(count: count, type: type)
        let client = try line.open()
        let outcome = client.exchange(.read(registers.table, span), unit: registers.unit, timeout: line.timeout.duration)
        guard case .answer(let answer) = outcome, answer.isValue else { throw BusWords.refusal(outcome, unit: registers.unit) }
        let entries = BusEntry.all(answer, from: span, as: type)
        if common.json {
            return try say(json: Reply(line: line.name(), unit: registers.unit, table: registers.table.rawValue,
                                       type: registers.kind.rawValue, order: registers.order.rawValue, values: entries))
        }
        BusRead.table(entries).lines.forEach { say($0) }
    }

    static func table(_ entries: [BusEntry]) -> Table {
        var table = Table([.number(zh: "地址", en: "address"), .text(zh: "十六进制", en: "hex"), .number(zh: "值", en: "value")])
        for entry in entries { table.add(Table.Cell("\(entry.address)"), Table.Cell(hex(entry.registers)), Table.Cell(entry.value.text)) }
        return table
    }
}

extension ModbusAnswer {
    var isValue: Bool {
        switch self {
        case .bits, .registers: true
        case .written, .refused: false
        }
    }
}
