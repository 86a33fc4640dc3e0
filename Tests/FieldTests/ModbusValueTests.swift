import Field
import ProcessImage
import Testing

@Suite struct `Modbus values` {
    @Test func `published registers decode to their values`() throws {
        let rows = try modbusFixture("modbus_value_decode")
        #expect(rows.count == 29)
        for row in rows {
            let parts = (row["type"] ?? "").split(separator: "_").map(String.init)
            let words = (row["registers_hex_in_wire_order"] ?? "").split(separator: " ").compactMap { UInt16($0, radix: 16) }
            let kind: RegisterType.Kind = parts[0] == "f32" ? .float(bits: 32) : .signed(bits: parts[0] == "i32" ? 32 : 16)
            let order = RegisterType.Order(rawValue: parts[1]) ?? .abcd
            let scale = Double(parts[1].drop { !$0.isNumber }) ?? 1
            let expected = try #require(Double(row["expected"] ?? ""))
            guard case .number(let number) = point(kind, order, scale: scale).decode(words) else {
                Issue.record("\(row) has no value"); continue
            }
            #expect(abs(number - expected) <= abs(expected) * 1e-12, "\(row): \(number)")
        }
    }

    @Test(arguments: RegisterType.Order.allCases)
    func `the four orders, in one, two and four registers`(order: RegisterType.Order) {
        let sixteen = RegisterType(.unsigned(bits: 16), order: order)
        let thirtyTwo = RegisterType(.unsigned(bits: 32), order: order)
        let sixtyFour = RegisterType(.unsigned(bits: 64), order: order)
        let wire: (one: [UInt16], two: [UInt16], four: [UInt16]) = switch order {
        case .abcd: ([0x0102], [0x0102, 0x0304], [0x0102, 0x0304, 0x0506, 0x0708])
        case .badc: ([0x0201], [0x0201, 0x0403], [0x0201, 0x0403, 0x0605, 0x0807])
        case .cdab: ([0x0102], [0x0304, 0x0102], [0x0708, 0x0506, 0x0304, 0x0102])
        case .dcba: ([0x0201], [0x0403, 0x0201], [0x0807, 0x0605, 0x0403, 0x0201])
        }
        #expect(sixteen.raw(of: wire.one) == 0x0102 && sixteen.registers(of: 0x0102) == wire.one)
        #expect(thirtyTwo.raw(of: wire.two) == 0x0102_0304 && thirtyTwo.registers(of: 0x0102_0304) == wire.two)
        #expect(sixtyFour.raw(of: wire.four) == 0x0102_0304_0506_0708)
        #expect(sixtyFour.registers(of: 0x0102_0304_0506_0708) == wire.four)
    }

    @Test func `every number type goes to registers and back at its ends`() throws {
        let cases: [(RegisterType.Kind, [Double])] = [
            (.unsigned(bits: 16), [0, 1, 65_535]), (.signed(bits: 16), [-32_768, -1, 0, 32_767]),
            (.unsigned(bits: 32), [0, 4_294_967_295]), (.signed(bits: 32), [-2_147_483_648, 2_147_483_647]),
            (.unsigned(bits: 64), [0, 9_007_199_254_740_992]),
            (.signed(bits: 64), [-9_223_372_036_854_775_808, -1, 9_007_199_254_740_992]),
            (.float(bits: 32), [-1.5, 0.25, 3.402_823_466_385_288_6e38]), (.float(bits: 64), [-1e300, 0.1]),
        ]
        for (kind, numbers) in cases {
            for order in RegisterType.Order.allCases {
                let subject = point(kind, order)
                for number in numbers {
                    let words = try #require(subject.encode(number))
                    #expect(words.count == subject.registers)
                    #expect(subject.decode(words) == .number(number), "\(kind) \(order)")
                }
            }
        }
    }

    @Test func `a number the type cannot hold is not written`() {
        #expect(point(.unsigned(bits: 16)).encode(65_536) == nil)
        #expect(point(.unsigned(bits: 16)).encode(-1) == nil)
        #expect(point(.signed(bits: 16)).encode(32_768) == nil)
        #expect(point(.unsigned(bits: 64)).encode(1e30) == nil)
        #expect(point(.signed(bits: 32)).encode(.nan) == nil)
        #expect(point(.float(bits: 32)).encode(1e39) == nil)
        #expect(point(.bit).encode(2) == nil)
    }

    @Test func `not-a-number and infinity are a sensor fault, never a value`() {
        #expect(point(.float(bits: 32)).decode([0x7FC0, 0]) == .bad(.sensorFault))
        #expect(point(.float(bits: 32)).decode([0x7F80, 0]) == .bad(.sensorFault))
        #expect(point(.float(bits: 64)).decode([0xFFF0, 0, 0, 0]) == .bad(.sensorFault))
        #expect(point(.float(bits: 64), scale: 1e300).decode([0x7FE0, 0, 0, 0]) == .bad(.sensorFault))
    }

    @Test func `a sentinel is a sensor fault however wide it was written down`() {
        let narrow = point(.signed(bits: 16), sentinels: [0xFC19])
        let wide = point(.signed(bits: 16), sentinels: [UInt64(bitPattern: -999)])
        #expect(narrow.decode([0xFC19]) == .bad(.sensorFault))
        #expect(wide.decode([0xFC19]) == .bad(.sensorFault))
        #expect(wide.decode([0xFC18]) == .number(-1000))
    }

    @Test func `outside the range of the sensor is bad, at its ends good`() {
        let subject = point(.signed(bits: 16), scale: 0.1, range: -40 ... 80)
        #expect(subject.decode([800]) == .number(80))
        #expect(subject.decode([801]) == .bad(.outOfRange))
        #expect(subject.decode([UInt16(bitPattern: -400)]) == .number(-40))
    }

    @Test func `bits and fields come out of a register before scale and offset`() {
        #expect(point(.unsigned(bits: 16), bit: 3).decode([0b1000]) == .number(1))
        #expect(point(.unsigned(bits: 16), bit: 3).decode([0b0111]) == .number(0))
        #expect(point(.unsigned(bits: 16), bit: 64).decode([0xFFFF]) == .number(0))
        #expect(point(.unsigned(bits: 16), mask: 0x0FF0, scale: 2, offset: 1).decode([0xABCD]) == .number(0xBC * 2 + 1))
        #expect(point(.signed(bits: 16), mask: 0x00F0).decode([0x00F0]) == .number(-1))
        #expect(point(.signed(bits: 16), mask: 0).decode([0xFFFF]) == .number(-1))
    }

    @Test func `a string ends at its first zero and shows nothing unprintable`() {
        let subject = RegisterType(.string(registers: 3))
        #expect(subject.text(of: [0x4142, 0x431B, 0x0044]) == "ABC?")
        #expect(RegisterType(.string(registers: 1), order: .badc).text(of: [0x4142]) == "BA")
        #expect(point(.string(registers: 1)).decode([0x4142]) == .text("AB"))
    }

    @Test func `too few or too many registers are not a value`() {
        #expect(point(.unsigned(bits: 32)).decode([1]) == .bad(.garbled))
        #expect(point(.unsigned(bits: 16)).decode([UInt16]()) == .bad(.garbled))
        #expect(point(.unsigned(bits: 16)).decode([1, 2]) == .bad(.garbled))
    }
}

func point(_ kind: RegisterType.Kind, _ order: RegisterType.Order = .abcd, address: UInt16 = 0,
           table: RegisterTable = .holding, bit: Int? = nil, mask: UInt64? = nil, scale: Double = 1, offset: Double = 0,
           sentinels: [UInt64] = [], range: ClosedRange<Double>? = nil, index: Int = 0,
           every: Duration = .seconds(1)) -> RegisterPoint {
    RegisterPoint(point: PointIndex(index), table: table, address: address, type: RegisterType(kind, order: order),
                  bit: bit, mask: mask, scale: scale, offset: offset, sentinels: sentinels, range: range, every: every)
}
