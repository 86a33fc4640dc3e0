public import ArgumentParser
public import Field
import Language

/// Which entries of which table of which unit, and what they mean.
struct RegisterOptions: ParsableArguments {
    @Option(help: .said(zh: "站号 0–255", en: "unit, 0 to 255", valueName: Phrase(zh: "站号", en: "unit")))
    var unit: UInt8 = 1

    @Option(help: .said(zh: "线圈起始地址（从 0 起，可写 0x10）", en: "first coil (from 0; 0x10 works)", valueName: Phrase(zh: "地址", en: "address")))
    var coil: WireAddress?

    @Option(help: .said(zh: "离散输入起始地址", en: "first discrete input", valueName: Phrase(zh: "地址", en: "address")))
    var discrete: WireAddress?

    @Option(help: .said(zh: "输入寄存器起始地址", en: "first input register", valueName: Phrase(zh: "地址", en: "address")))
    var input: WireAddress?

    @Option(help: .said(zh: "保持寄存器起始地址", en: "first holding register", valueName: Phrase(zh: "地址", en: "address")))
    var holding: WireAddress?

    @Option(name: .customLong("as"), help: .said(
        zh: "数值类型", en: "type of a value",
        valueName: Phrase(zh: "类型", en: "type")))
    var kind: ValueKind = .u16

    @Option(help: .said(zh: "字节顺序，A 为最高字节", en: "byte order, A the most significant",
                        valueName: Phrase(zh: "顺序", en: "order")))
    var order: RegisterType.Order = .abcd

    /// Throws a refusal. Not the parser's `validate`: that would put it in the parser's words.
    func check() throws {
        guard [coil, discrete, input, holding].count(where: { $0 != nil }) == 1 else {
            throw Refused(.wrongUse, code: "which-table",
                          Phrase(zh: "要指明一张表和地址", en: "one table and its address must be named"),
                          remedy: Phrase(zh: "写 --holding、--input、--coil、--discrete 四者之一，如 --holding 0。",
                                         en: "Give one of --holding, --input, --coil and --discrete, such as --holding 0."))
        }
    }

    var table: RegisterTable { coil != nil ? .coil : discrete != nil ? .discrete : input != nil ? .input : .holding }

    var address: UInt16 { (coil ?? discrete ?? input ?? holding)?.number ?? 0 }

    /// The entries of `count` values; a string's count is its registers.
    func span(count: Int, type: RegisterType) throws -> RegisterSpan {
        try check()
        let entries = table.isBits || kind == .string ? count : count.multipliedReportingOverflow(by: type.registers).partialValue
        guard (1...table.readAtMost).contains(entries), let span = RegisterSpan(address: address, count: entries) else {
            throw Refused(.wrongUse, code: "too-many",
                          Phrase(zh: "一次读不了这么多", en: "one request cannot hold so many"),
                          remedy: Phrase(zh: "一次至多 \(table.readAtMost) 个，且不能越过地址 65535。",
                                         en: "At most \(table.readAtMost) at once, and none past address 65535."))
        }
        return span
    }

    /// - Parameter count: registers of a string.
    func type(count: Int) -> RegisterType { RegisterType(kind.kind(stringRegisters: count), order: order) }
}

enum ValueKind: String, CaseIterable, ExpressibleByArgument {
    case bit, u16, i16, u32, i32, u64, i64, f32, f64, string

    func kind(stringRegisters: Int) -> RegisterType.Kind {
        switch self {
        case .bit: .bit
        case .u16: .unsigned(bits: 16)
        case .i16: .signed(bits: 16)
        case .u32: .unsigned(bits: 32)
        case .i32: .signed(bits: 32)
        case .u64: .unsigned(bits: 64)
        case .i64: .signed(bits: 64)
        case .f32: .float(bits: 32)
        case .f64: .float(bits: 64)
        case .string: .string(registers: stringRegisters)
        }
    }
}

extension RegisterType.Order: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument.uppercased()) }
}

/// An address on the wire, decimal or `0x` hexadecimal.
struct WireAddress: ExpressibleByArgument {
    let number: UInt16

    init?(argument: String) {
        let parsed = argument.lowercased().hasPrefix("0x") ? UInt16(argument.dropFirst(2), radix: 16) : UInt16(argument)
        guard let parsed else { return nil }
        number = parsed
    }
}
