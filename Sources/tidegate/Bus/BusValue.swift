import Field
import ProcessImage

/// One value as it was read: exact, also where a `Double` is not.
enum BusValue: Equatable, Encodable {
    case integer(Int64)
    case unsigned(UInt64)
    case number(Double)
    case text(String)
    /// Not a number, or infinite: the device has no value.
    case none

    init(_ registers: [UInt16], _ type: RegisterType) {
        let raw = type.raw(of: registers)
        switch type.kind {
        case .bit: self = .unsigned(raw & 1)
        case .unsigned: self = .unsigned(raw)
        case .signed(let bits): self = .integer(Int64(bitPattern: raw << UInt64(64 - bits)) >> Int64(64 - bits))
        case .float(bits: 64): self = BusValue(Double(bitPattern: raw))
        case .float: self = BusValue(Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw))))
        case .string: self = .text(type.text(of: registers))
        }
    }

    private init(_ number: Double) { self = number.isFinite ? .number(number) : .none }

    var text: String {
        switch self {
        case .integer(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): value
        case .none: "–"
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let value): try container.encode(value)
        case .unsigned(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .none: try container.encodeNil()
        }
    }
}

/// One value with where it lies.
struct BusEntry: Encodable {
    let address: Int
    /// As they came over the wire; a coil is 0 or 1.
    let registers: [UInt16]
    let value: BusValue

    /// The values an answer holds.
    static func all(_ answer: ModbusAnswer, from span: RegisterSpan, as type: RegisterType) -> [BusEntry] {
        switch answer {
        case .bits(let bits):
            bits.enumerated().map { BusEntry(address: span.range.lowerBound + $0, registers: [$1 ? 1 : 0], value: .unsigned($1 ? 1 : 0)) }
        case .registers(let words):
            stride(from: 0, to: words.count - type.registers + 1, by: type.registers).map { offset in
                let registers = Array(words[offset..<offset + type.registers])
                return BusEntry(address: span.range.lowerBound + offset, registers: registers, value: BusValue(registers, type))
            }
        case .written, .refused: []
        }
    }
}

func hex(_ registers: [UInt16]) -> String {
    registers.map { hex($0, digits: 4) }.joined(separator: " ")
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { hex($0, digits: 2) }.joined(separator: " ")
}

private func hex(_ number: some BinaryInteger, digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(digits - text.count, 0)) + text
}
