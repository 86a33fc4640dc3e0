import Language
import Quantities
import SL651
import Testing

@Suite struct FrameTests {
    private func report() throws -> Message {
        Message(serial: 7, sent: try stamp(2026, 11, 28, 10, 0, 3), parts: [
            .station(try #require(StationAddress("0012345678"))), .category(0x4D), .observed(try stamp(2026, 11, 28, 10, 0)),
            .element(try #require(Element(.soilMoisture10, 23.4))), .element(try #require(Element(ElementID(0x02), -1.5))),
            .element(try #require(Element(.flow, nil))), .element(try #require(Element(.supplyVoltage, 12.1))),
        ])
    }

    @Test func `a report in the ASCII form is written as the standard shows it, and read again`() throws {
        let message = try report()
        let text = "0007261128100003ST 0012345678 M TT 2611281000 M10 23.4 AI -1.5 Q M VT 12.10 "
        #expect(String(decoding: message.body(in: .ascii), as: UTF8.self) == text)
        let sent = try frame(.ascii, .up, .timed, message)
        #expect(sent.bytes.first == 0x01)
        let received = try Frame(sent.bytes)
        #expect(received == sent)
        #expect(try Message(received) == message)
    }

    @Test func `below zero a byte FF stands before the digits, and what is missing is all FF`() throws {
        let body = try report().body(in: .hex)
        #expect(body.suffix(20) == bytes("1011 0234  0219 FF0015  272B FFFFFFFFFF  3812 1210"))
        #expect(try Message(frame(.hex, .up, .timed, report())) == report())
    }

    @Test(arguments: FrameForm.allCases)
    func `every question of a center is read as it was asked`(form: FrameForm) throws {
        let soil = try #require(ElementHeader(.soilMoisture10))
        let span = Part.span(from: try stamp(2026, 11, 27, 8, 0), through: try stamp(2026, 11, 28, 8, 0))
        let step = Part.step(try #require(TimeStep(1, .hour)))
        let asked: [(Function, [Part])] = [
            (.queryNow, []), (.queryElements, [.wanted(soil), .wanted(try #require(ElementHeader(.flow)))]),
            (.queryPeriod, [span, step, .wanted(soil)]), (.queryVersion, []), (.queryClock, []),
        ]
        for (function, parts) in asked {
            let message = Message(serial: 0, sent: try stamp(2026, 11, 28, 10, 0), parts: parts)
            #expect(try Message(Frame(frame(form, .down, function, message).bytes)) == message, "\(function.name.en)")
        }
    }

    @Test func `a series with a hole in it goes over in both forms`() throws {
        let header = try #require(ElementHeader(.level))
        let values: [Value] = [.number(FixedPoint(digits: 12_345, decimals: 3)), .missing, .number(FixedPoint(digits: 12_351, decimals: 3))]
        let message = Message(serial: 9, sent: try stamp(2026, 11, 28, 10, 0), parts: [
            .station(try #require(StationAddress("0012345678"))), .category(0x48), .observed(try stamp(2026, 11, 27, 8, 0)),
            .step(try #require(TimeStep(5, .minute))), .series(header, values),
        ])
        for form in FrameForm.allCases {
            #expect(try Message(Frame(frame(form, .up, .queryPeriod, message).bytes)) == message)
        }
        let ascii = String(decoding: message.body(in: .ascii), as: UTF8.self)
        #expect(ascii.hasSuffix("TT 2611270800 DRN05 Z 12.345 M 12.351 "))
    }

    @Test func `every element of the table goes over in both forms, with its digits`() throws {
        for row in ElementTable.rows where row.digits > 0 && row.id != ElementID(0x05) {
            let most = (1...row.digits).reduce(into: Int64(0)) { number, _ in number = number * 10 + 9 }
            let value = FixedPoint(digits: most, decimals: row.decimals).value
            let message = Message(serial: 1, sent: try stamp(2026, 1, 1, 0, 0), parts: [.element(try #require(Element(row.id, value)))])
            for form in FrameForm.allCases {
                let read = try Message(Frame(frame(form, .up, .timed, message).bytes))
                #expect(read == message, "\(row.code) in \(form)")
            }
            #expect(Element(row.id, value * 11)?.value == .missing, "\(row.code): a number with a digit too many is not cut")
        }
        #expect(ElementTable.rows.count == 125)
        #expect(Set(ElementTable.rows.map(\.code)).count == ElementTable.rows.count)
    }

    @Test func `a frame says whom it is for, and a broadcast is for every station of its county`() throws {
        let station = try #require(StationAddress("3702140007"))
        #expect(try #require(StationAddress("370214FFFF")).reaches(station))
        #expect(try !#require(StationAddress("370213FFFF")).reaches(station))
        #expect(try !#require(StationAddress("3702140008")).reaches(station))
        #expect(StationAddress("0000000000") == nil)
        #expect(StationAddress("37021400") == nil)
        #expect(station.description == "3702140007")
    }

    @Test func `an end of the other direction, an empty body and one that is too long are refused`() throws {
        let station = try #require(StationAddress("0012345678"))
        func flaw(_ body: [UInt8], _ end: FrameEnd) -> Flaw? {
            do throws(Flaw) {
                _ = try Frame(form: .hex, direction: .up, center: 1, station: station, password: 0, function: .timed, body: body, end: end)
                return nil
            } catch {
                return error
            }
        }
        #expect(flaw([1], .enq) == .badEnd(0x05))
        #expect(flaw([], .etx) == .badLength(0))
        #expect(flaw([UInt8](repeating: 0, count: 4096), .etx) == .tooLong(4096))
        #expect(flaw([UInt8](repeating: 0, count: 4095), .etx) == nil)
    }

    @Test func `a long text is cut into packets and put together again`() throws {
        let text = (0..<1000).map { UInt8($0 & 0xFF) }
        let cut = try #require(PacketJoiner.cut(text, every: 240))
        #expect(cut.map(\.body.count) == [240, 240, 240, 240, 40])
        #expect(cut.map(\.end) == [.etb, .etb, .etb, .etb, .etx])
        var joiner = PacketJoiner()
        var progress = PacketJoiner.Progress.waiting
        for piece in cut {
            let frame = try Frame(form: .hex, direction: .up, center: 1, station: try #require(StationAddress("0012345678")), password: 0,
                                  function: .manual, packet: piece.packet, body: piece.body, end: piece.end)
            progress = joiner.add(try Frame(frame.bytes))
        }
        #expect(progress == .whole(text))
        #expect(PacketJoiner.cut(text, every: 3) == nil, "more packets than are taken")
    }

    @Test func `every flaw has its words`() {
        let flaws: [Flaw] = [.notAFrame, .cut(missing: 2), .wrongCRC(found: 1, due: 2), .badDirection(3), .badLength(0), .badEnd(9), .badHex,
                             .badPacket(number: 0, of: 3), .leftOver(4), .textEnds, .badDigits, .badTime, .unknownName,
                             .onePacketOfMany, .tooLong(5000)]
        #expect(Set(flaws.map(\.phrase.en)).count == flaws.count)
        #expect(Set(flaws.map(\.phrase.zh)).count == flaws.count)
    }
}
