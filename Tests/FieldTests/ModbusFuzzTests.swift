import Field
import Testing

/// Any bytes in, a typed result out. A trap anywhere ends the test run, which is the failure.
@Suite struct `Modbus parsers against hostile bytes` {
    private static let requests: [ModbusRequest] = RegisterSpan(address: 65_000, count: 20).map { span in
        [.read(.coil, span), .read(.holding, span), .writeCoil(address: 1, isOn: true),
         .writeRegister(address: 2, value: 9), .writeCoils(address: 3, values: [true, false, true]),
         .writeRegisters(address: 4, values: [7, 8]), .readWrite(read: span, address: 5, values: [1])]
    } ?? []

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `random, cut, stretched and bent frames`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<5000 {
            guard let request = Self.requests.randomElement(using: &random) else { return }
            let bytes = Self.bent(request, &random)
            accepted += Self.feed(bytes, request)
        }
        // Some frames stay whole: the parsers did look at them.
        #expect(accepted > 100)
    }

    private static func bent(_ request: ModbusRequest, _ random: inout SeededGenerator) -> [UInt8] {
        var bank = ArrayBank()
        var bytes: [UInt8] = switch Int.random(in: 0..<5, using: &random) {
        case 0: (0..<Int.random(in: 0..<300, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        case 1: RTUFrame(unit: 1, pdu: request.pdu).bytes
        case 2: TCPFrame(transaction: 7, unit: 1, pdu: request.pdu).bytes
        case 3: RTUFrame(unit: 1, pdu: ModbusServer.answer(pdu: request.pdu[...], from: &bank)).bytes
        default: request.pdu
        }
        for _ in 0..<Int.random(in: 0..<3, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[position] = .random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(position...)
            default: bytes.insert(.random(in: 0...255, using: &random), at: position)
            }
        }
        return bytes
    }

    private static func feed(_ bytes: [UInt8], _ request: ModbusRequest) -> Int {
        var accepted = 0
        var stream = bytes
        if case .frame = TCPFrame.cut(from: &stream) { accepted += 1 }
        stream = bytes
        if case .frame = RTUFrame.cutRequest(from: &stream) { accepted += 1 }
        stream = bytes
        if case .frame = RTUFrame.cutAnswer(from: &stream, of: 1, to: request) { accepted += 1 }
        if case .success = ModbusAnswer.decode(pdu: bytes[...], to: request) { accepted += 1 }
        var bank = ArrayBank()
        _ = ModbusServer.answer(pdu: bytes.dropFirst(bytes.count / 2), from: &bank)
        return accepted
    }

    @Test func `any registers decode in any type`() {
        var random = SeededGenerator(seed: 9)
        let kinds: [RegisterType.Kind] = [.bit, .unsigned(bits: 16), .signed(bits: 32), .float(bits: 32), .float(bits: 64),
                                          .unsigned(bits: 64), .string(registers: 4), .unsigned(bits: 0), .signed(bits: 99)]
        for _ in 0..<5000 {
            let words = (0..<Int.random(in: 0..<6, using: &random)).map { _ in UInt16.random(in: 0...65_535, using: &random) }
            let subject = point(kinds.randomElement(using: &random) ?? .bit, RegisterType.Order.allCases.randomElement(using: &random) ?? .abcd,
                                bit: Bool.random(using: &random) ? .random(in: -2...70, using: &random) : nil,
                                mask: Bool.random(using: &random) ? random.next() : nil,
                                scale: Double(bitPattern: random.next()), range: 0 ... 100)
            if case .number(let number) = subject.decode(words) {
                #expect(subject.bit != nil || (0 ... 100).contains(number))
            }
        }
    }
}
