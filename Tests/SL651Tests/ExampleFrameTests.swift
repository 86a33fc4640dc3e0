import Quantities
import SL651
import Testing

/// Frames of real stations, from public sources.
@Suite struct ExampleFrameTests {
    @Test func `every whole frame is read, and written again bit for bit`() throws {
        var whole = 0
        for line in try exampleFrames() {
            guard let frame = try? Frame(line) else { continue }
            whole += 1
            #expect(frame.bytes == line)
            guard frame.packet == nil else { continue }
            let message = try Message(frame)
            #expect(message.body(in: .hex) == frame.body)
        }
        #expect(whole == 35)
    }

    @Test func `the broken ones are told by what is wrong with them`() throws {
        let lines = try exampleFrames()
        var flaws: [Int: Flaw] = [:]
        for (index, line) in lines.enumerated() {
            do throws(Flaw) { _ = try Frame(line) } catch { flaws[index] = error }
        }
        #expect(flaws == [0: .badEnd(0x05), 2: .cut(missing: 2), 4: .cut(missing: 2), 7: .wrongCRC(found: 0x4602, due: 0xD76F), 24: .cut(missing: 2)])
    }

    @Test func `a timed report says what was measured, when and where`() throws {
        let message = try Message(Frame(try exampleFrames()[25]))
        #expect(message.serial == 0x34)
        #expect(message.sent == (try stamp(2017, 7, 18, 11, 0, 16)))
        let address = try #require(StationAddress("0011223344"))
        #expect(message.parts.prefix(3) == [.station(address), .category(0x48), .observed(try stamp(2017, 7, 18, 11, 0))])
        let values = message.parts.dropFirst(3).compactMap { part -> Double? in
            guard case .element(let element) = part, case .number(let number) = element.value else { return nil }
            return number.value
        }
        #expect(values == [4.0, 4.0, 10.49, 10.99])
    }

    @Test func `an hourly report has its twelve rains and levels as bytes, FF where there were none`() throws {
        let message = try Message(Frame(try exampleFrames()[27]))
        let sets = message.parts.compactMap { part -> [UInt8]? in
            guard case .element(let element) = part, case .bytes(let bytes) = element.value else { return nil }
            return bytes
        }
        #expect(sets == [bytes("0500000014FFFFFFFFFF0000"), bytes("000C000C001C00310031FFFFFFFFFFFFFFFFFFFF00310031")])
    }

    @Test func `a series carries its step and its values`() throws {
        let message = try Message(Frame(try exampleFrames()[28]))
        #expect(message.parts.contains(.step(try #require(TimeStep(5, .minute)))))
        guard case .series(let header, let values)? = message.parts.last else {
            Issue.record("no series: \(message.parts)")
            return
        }
        #expect(header.id == .rainOfHour)
        #expect(values == [.bytes(bytes("0500000014FFFFFFFFFF0000"))])
    }

    @Test func `settings, version and state are read by their own layouts`() throws {
        let lines = try exampleFrames()
        let settings = try Message(Frame(lines[33])).parts.compactMap { part -> UInt16? in
            guard case .element(let element) = part else { return nil }
            return element.header.id.rawValue
        }
        #expect(settings == [0x01, 0x02, 0x03, 0x04, 0x05, 0x0C, 0x0D, 0x0F])
        #expect(try Message(Frame(lines[37])).parts.last == .bytes([17] + Array("DATA86-SW-V1.2(H)".utf8)))
        let state = try #require(ElementHeader(.state))
        #expect(try Message(Frame(lines[38])).parts.last == .element(Element(state, .bytes([0, 0, 4, 0]))))
    }

    @Test func `a picture in thirteen packets is put together, and a packet that is missing is named`() throws {
        let packets = try exampleFrames().compactMap { try? Frame($0) }.filter { $0.packet != nil }
            .sorted { ($0.packet?.number ?? 0) < ($1.packet?.number ?? 0) }
        #expect(packets.map { $0.packet?.number } == Array(1...13))
        var joiner = PacketJoiner()
        for frame in packets where frame.packet?.number != 7 {
            let progress = joiner.add(frame)
            #expect(progress == (frame.packet?.number == 13 ? .missing([7]) : .waiting))
        }
        guard case .whole(let body) = joiner.add(packets[6]) else {
            Issue.record("not whole")
            return
        }
        let message = try Message(body, of: packets[0])
        guard case .picture(let jpeg)? = message.parts.last else {
            Issue.record("no picture")
            return
        }
        #expect(jpeg.prefix(4) == [0xFF, 0xD8, 0xFF, 0xE0])
        #expect(message.body(in: .hex) == body)
    }
}
