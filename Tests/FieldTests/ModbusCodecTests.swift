import Bytes
import Field
import Testing

@Suite struct `Modbus codec` {
    @Test func `the specification's examples come out byte for byte, both ways`() throws {
        var checked = 0
        for row in try modbusFixture("modbus_spec_examples") {
            let unit = try #require(row["unit"].flatMap { UInt8($0) })
            let asked = bytes(try #require(row["pdu_request"])), answered = bytes(try #require(row["pdu_response"]))
            guard case .success(let request) = ModbusRequest.decode(pdu: asked[...]) else { continue }
            checked += 1
            #expect(request.pdu == asked)
            #expect(RTUFrame(unit: unit, pdu: asked).bytes == bytes(row["rtu_request"] ?? ""))
            #expect(TCPFrame(transaction: 0x1501, unit: unit, pdu: asked).bytes == bytes(row["tcp_request(tid=0x1501)"] ?? ""))
            let decoded = ModbusAnswer.decode(pdu: answered[...], to: request)
            let answer = try #require(try? decoded.get(), "\(row)")
            #expect(answer.pdu(to: request) == answered)
            #expect(RTUFrame(unit: unit, pdu: answered).bytes == bytes(row["rtu_response"] ?? ""))
            var stream = bytes(row["tcp_response"] ?? "")
            #expect(TCPFrame.cut(from: &stream) == .frame(TCPFrame(transaction: 0x1501, unit: unit, pdu: answered)))
            #expect(stream.isEmpty)
        }
        #expect(checked == 12)
    }

    @Test func `a function we do not serve is refused as illegal function, never guessed at`() {
        #expect(ModbusRequest.decode(pdu: bytes("16 00 04 00 F2 00 25")[...])
            == .failure(RefusedRequest(function: 0x16, .illegalFunction)))
    }

    @Test func `published frames have the CRC we compute`() throws {
        let rows = try modbusFixture("modbus_crc_lrc_vectors")
        #expect(rows.count == 76)
        for row in rows {
            let crc = crc16(bytes(row["bytes"] ?? ""))
            #expect([UInt8(crc & 0xFF), UInt8(crc >> 8)] == bytes(row["crc_lo_hi"] ?? ""), "\(row)")
        }
    }

    @Test func `a frame ends where its byte count says, not where a CRC happens to fit`() throws {
        // 11 06 00 01 02 | 58 DA is a prefix with a fitting CRC of the frame 11 06 00 01 02 58 DA 00.
        var stream = bytes("11 06 00 01 02 58 DA")
        let request = ModbusRequest.writeRegister(address: 1, value: 600)
        #expect(RTUFrame.cutAnswer(from: &stream, of: 0x11, to: request) == .needsMore)
        stream.append(0)
        guard case .frame(let frame) = RTUFrame.cutAnswer(from: &stream, of: 0x11, to: request) else {
            Issue.record("not a frame"); return
        }
        #expect(ModbusAnswer.decode(pdu: frame.pdu[...], to: request) == .success(.written))
    }

    @Test func `an RTU answer that cannot be ours is broken at the first wrong byte`() throws {
        let request = ModbusRequest.read(.holding, try #require(RegisterSpan(address: 0, count: 2)))
        func cut(_ hex: String) -> Cut<RTUFrame> {
            var stream = bytes(hex)
            return RTUFrame.cutAnswer(from: &stream, of: 1, to: request)
        }
        #expect(cut("") == .needsMore)
        #expect(cut("02") == .broken(.wrongUnit(2)))
        #expect(cut("01 04") == .broken(.wrongFunction(4)))
        #expect(cut("01 03 02") == .broken(.wrongLength))
        #expect(cut("01 03 04 00 01 00 02 00") == .needsMore)
        #expect(cut("01 03 04 00 01 00 02 00 00") == .broken(.wrongCRC))
        #expect(cut("01 83 02 C0 F1") == .frame(RTUFrame(unit: 1, pdu: [0x83, 2])))
    }

    @Test func `a write confirmed with other values is no confirmation`() {
        let request = ModbusRequest.writeRegister(address: 1, value: 3)
        #expect(ModbusAnswer.decode(pdu: bytes("06 00 01 00 04")[...], to: request) == .failure(.wrongEcho))
        #expect(ModbusAnswer.decode(pdu: bytes("06 00 02 00 03")[...], to: request) == .failure(.wrongEcho))
        #expect(ModbusAnswer.decode(pdu: bytes("06 00 01 00 03")[...], to: request) == .success(.written))
    }

    @Test func `requests past the last address, with no entries or with too many are refused by their rule`() {
        func exception(_ hex: String) -> ModbusException? {
            if case .failure(let refused) = ModbusRequest.decode(pdu: bytes(hex)[...]) { refused.exception } else { nil }
        }
        #expect(exception("03 FF FF 00 02") == .illegalAddress)
        #expect(exception("03 00 00 00 00") == .illegalValue)
        #expect(exception("03 00 00 00 7E") == .illegalValue)
        #expect(exception("03 00 00 00 7D") == nil)
        #expect(exception("01 00 00 07 D1") == .illegalValue)
        #expect(exception("05 00 00 12 34") == .illegalValue)
        #expect(exception("10 00 00 00 02 02 00 01") == .illegalValue)
        #expect(exception("03 00") == .illegalValue)
    }

    @Test func `a Modbus-TCP header that cannot be ends the stream`() {
        var wrongProtocol = bytes("00 01 00 01 00 06 01 03 00 00 00 01")
        var tooLong = bytes("00 01 00 00 FF FF 01 03")
        var tooShort = bytes("00 01 00 00 00 01 01 03")
        #expect(TCPFrame.cut(from: &wrongProtocol) == .broken(.wrongHeader))
        #expect(TCPFrame.cut(from: &tooLong) == .broken(.wrongHeader))
        #expect(TCPFrame.cut(from: &tooShort) == .broken(.wrongHeader))
    }

    @Test func `every request survives the way to a device and back`() throws {
        let span = try #require(RegisterSpan(address: 4, count: 3))
        let requests: [ModbusRequest] = [
            .read(.coil, span), .read(.discrete, span), .read(.input, span), .read(.holding, span),
            .writeCoil(address: 7, isOn: true), .writeRegister(address: 8, value: 0xBEEF),
            .writeCoils(address: 9, values: [true, false, true, true, false, false, true, true, true]),
            .writeRegisters(address: 10, values: [1, 2, 3]), .readWrite(read: span, address: 20, values: [5, 6]),
        ]
        for request in requests {
            var stream = RTUFrame(unit: 9, pdu: request.pdu).bytes
            guard case .frame(let frame) = RTUFrame.cutRequest(from: &stream) else {
                Issue.record("\(request) is not cut"); continue
            }
            #expect(ModbusRequest.decode(pdu: frame.pdu[...]) == .success(request))
            var bank = ArrayBank()
            let answer = ModbusServer.answer(pdu: frame.pdu[...], from: &bank)
            #expect(answer.count == request.answerLength)
            guard case .success(let decoded) = ModbusAnswer.decode(pdu: answer[...], to: request) else {
                Issue.record("\(request) has no answer"); continue
            }
            #expect(decoded.pdu(to: request) == answer)
        }
    }

    @Test func `a device without such a register says so`() throws {
        var bank = ArrayBank()
        let request = ModbusRequest.read(.holding, try #require(RegisterSpan(address: 95, count: 6)))
        #expect(ModbusServer.answer(pdu: request.pdu[...], from: &bank) == [0x83, 2])
    }
}

/// 100 entries in each table.
struct ArrayBank: RegisterBank {
    var coils = [Bool](repeating: false, count: 100)
    var registers = [UInt16](repeating: 0, count: 100)

    func readBits(_ table: RegisterTable, _ span: RegisterSpan) -> Result<[Bool], BankRefusal> {
        span.range.upperBound <= 100 ? .success(Array(coils[span.range])) : .failure(.noSuchAddress)
    }

    func readRegisters(_ table: RegisterTable, _ span: RegisterSpan) -> Result<[UInt16], BankRefusal> {
        span.range.upperBound <= 100 ? .success(Array(registers[span.range])) : .failure(.noSuchAddress)
    }

    mutating func writeCoils(at address: UInt16, _ values: [Bool]) -> Result<Void, BankRefusal> {
        guard Int(address) + values.count <= 100 else { return .failure(.noSuchAddress) }
        coils.replaceSubrange(Int(address)..<Int(address) + values.count, with: values)
        return .success(())
    }

    mutating func writeRegisters(at address: UInt16, _ values: [UInt16]) -> Result<Void, BankRefusal> {
        guard Int(address) + values.count <= 100 else { return .failure(.noSuchAddress) }
        registers.replaceSubrange(Int(address)..<Int(address) + values.count, with: values)
        return .success(())
    }
}
