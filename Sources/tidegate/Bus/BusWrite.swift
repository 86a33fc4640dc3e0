import ArgumentParser
import Field
import Foundation
import Language

struct BusWrite: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "write", abstract: Phrase(zh: "写线圈或保持寄存器，并读回核对", en: "write coils or holding registers and read them back").said,
            discussion: Phrase(zh: "写之前显示原值并要求确认。同一地址在不同品牌的变频器上含义可能相反：先确认型号。",
                               en: "Shows the old values and asks before it writes. One address may mean opposite things on two makes of drive: be sure of the model.").said)
    }

    @OptionGroup var line: LineOptions
    @OptionGroup var registers: RegisterOptions

    @Option(help: .said(zh: "要写的值；可写多次，依次占后面的地址。线圈写 on 或 off", en: "the value; several go to the addresses that follow. A coil takes on or off",
                        valueName: Phrase(zh: "值", en: "value")))
    var value: [String]

    @Flag(help: .said(zh: "不询问", en: "do not ask"))
    var yes = false

    @OptionGroup var common: CommonOptions

    struct Reply: Encodable {
        let line: String
        let unit: UInt8
        let table: String
        let written: [UInt16]
        let readBack: [UInt16]?
        let confirmed: Bool
    }

    func run() throws {
        let (request, words) = try order()
        guard let span = RegisterSpan(address: registers.address, count: words.count), request.isWithinLimits else {
            throw Refused(.wrongUse, code: "too-many", Phrase(zh: "一次写不了这么多", en: "one request cannot hold so many"))
        }
        let client = try line.open()
        if !yes { try ask(words, span, client) }
        let outcome = client.exchange(request, unit: registers.unit, timeout: line.timeout.duration)
        guard outcome == .answer(.written) else { throw BusWords.refusal(outcome, unit: registers.unit) }
        try report(words, readBack: read(client, span))
    }

    /// A single coil or register is written by functions 5 and 6, which every device knows; more by 15 and 16.
    private func order() throws -> (ModbusRequest, [UInt16]) {
        try registers.check()
        let address = registers.address
        switch registers.table {
        case .coil:
            let bits = try value.map { try BusWrite.bit($0) }
            let request: ModbusRequest = bits.count == 1
                ? .writeCoil(address: address, isOn: bits[0]) : .writeCoils(address: address, values: bits)
            return (request, bits.map { $0 ? 1 : 0 })
        case .holding:
            let words = try value.flatMap { try encode($0) }
            let request: ModbusRequest = words.count == 1 ? .writeRegister(address: address, value: words[0])
                : .writeRegisters(address: address, values: words)
            return (request, words)
        case .discrete, .input:
            throw Refused(.wrongUse, code: "read-only", Phrase(zh: "这张表只能读", en: "this table can only be read"),
                          remedy: Phrase(zh: "写 --coil 或 --holding。", en: "Give --coil or --holding."))
        }
    }

    private static func bit(_ text: String) throws -> Bool {
        switch text.lowercased() {
        case "on", "1": return true
        case "off", "0": return false
        default: throw Refused(.wrongUse, code: "not-a-coil-value", Phrase(zh: "线圈不能写 \(text)", en: "a coil cannot be \(text)"),
                               remedy: Phrase(zh: "写 on 或 off。", en: "Write on or off."))
        }
    }

    private func encode(_ text: String) throws -> [UInt16] {
        let type = registers.type(count: 1)
        let hexadecimal = text.lowercased().hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16).map { Double($0) } : nil
        guard let number = hexadecimal ?? Double(text), let raw = BusWrite.raw(number, text, type) else {
            throw Refused(.wrongUse, code: "value-does-not-fit",
                          Phrase(zh: "\(text) 不能写成 \(registers.kind.rawValue)", en: "\(text) is no \(registers.kind.rawValue)"),
                          remedy: Phrase(zh: "核对 --as 与数值范围。", en: "Check --as and its range."))
        }
        return type.registers(of: raw)
    }

    /// 64-bit integers are read from the text: a `Double` would round them.
    private static func raw(_ number: Double, _ text: String, _ type: RegisterType) -> UInt64? {
        switch type.kind {
        case .unsigned(bits: 64): UInt64(text) ?? type.raw(of: number)
        case .signed(bits: 64): Int64(text).map { UInt64(bitPattern: $0) } ?? type.raw(of: number)
        case .unsigned, .signed: number == number.rounded() ? type.raw(of: number) : nil
        default: type.raw(of: number)
        }
    }

    private func ask(_ words: [UInt16], _ span: RegisterSpan, _ client: ModbusClient) throws {
        let old = read(client, span).map { hex($0) } ?? "–"
        let question = Phrase(zh: "站号 {unit} {table} {address}：{old} → {new}，写吗？[y/N] ",
                              en: "unit {unit} {table} {address}: {old} → {new}. Write? [y/N] ").filled([
            "unit": Phrase(verbatim: "\(registers.unit)"), "table": Phrase(verbatim: registers.table.rawValue),
            "address": Phrase(verbatim: "\(registers.address)"), "old": Phrase(verbatim: old), "new": Phrase(verbatim: hex(words)),
        ])
        try confirm(question, declined: Phrase(zh: "没有写，什么都没变", en: "nothing was written"))
    }

    private func read(_ client: ModbusClient, _ span: RegisterSpan) -> [UInt16]? {
        switch client.exchange(.read(registers.table, span), unit: registers.unit, timeout: line.timeout.duration) {
        case .answer(.bits(let bits)): bits.map { $0 ? 1 : 0 }
        case .answer(.registers(let words)): words
        default: nil
        }
    }

    private func report(_ words: [UInt16], readBack: [UInt16]?) throws {
        let reply = Reply(line: line.name(), unit: registers.unit, table: registers.table.rawValue, written: words,
                          readBack: readBack, confirmed: readBack == words)
        if common.json { try say(json: reply) }
        if reply.confirmed {
            if !common.json { say(Phrase(zh: "已写，读回一致：\(hex(words))", en: "written and read back: \(hex(words))")) }
            return
        }
        guard let readBack else {
            if !common.json { say(Phrase(zh: "设备确认已写，但不让读回", en: "the device confirmed it, but does not let it be read back")) }
            return
        }
        if common.json { throw ExitCode(ExitStatus.failed.rawValue) }
        throw Refused(.failed, code: "readback-differs",
                      Phrase(zh: "写了 \(hex(words))，读回却是 \(hex(readBack))", en: "wrote \(hex(words)), but read back \(hex(readBack))"))
    }
}
