import Quantities
import SL651
import Testing

/// What a center may ask, and what it may not have.
@Suite struct StationAnswerTests {
    private func bench(_ form: FrameForm = .hex, frameAtMost: Int = 256) throws -> Bench {
        var bench = Bench(try plan(form: form, frameAtMost: frameAtMost, timedHours: nil), [0.234, 36, 12.1])
        bench.seconds(1)
        return bench
    }

    @Test(arguments: FrameForm.allCases)
    func `values now, named elements, state, version and clock are answered`(form: FrameForm) throws {
        var bench = try bench(form)
        try bench.say(.queryNow)
        try bench.say(.queryElements, [.wanted(try #require(ElementHeader(.flow))), .wanted(try #require(ElementHeader(.level)))])
        try bench.say(.queryState)
        try bench.say(.queryVersion)
        try bench.say(.queryClock)
        #expect(bench.sent.map(\.function) == [.queryNow, .queryElements, .queryState, .queryVersion, .queryClock])
        let messages = try bench.sent.map { try Message($0) }
        #expect(messages.map(\.serial) == [1, 2, 3, 4, 5])
        #expect(numbers(messages[0]) == [23.4, 0.01, 12.1])
        #expect(numbers(messages[1]) == [0.01, nil], "what this station does not have is missing, not 0")
        #expect(messages[3].parts.last == .bytes(form == .hex ? [10] + Array("Tidegate 1".utf8) : Array("0ATidegate 1".utf8)))
        #expect(bench.notes.isEmpty)
    }

    @Test func `whatever changes a station or moves water meets silence and a note`() throws {
        var bench = try bench()
        let changing: [Function] = [.setBasics, .setRunning, .eraseStore, .factorySettings, .setPassword, .setClock, .setCard,
                                    .controlPumps, .controlValves, .controlGates, .controlQuota]
        for function in changing { try bench.say(function, [.bytes([1, 0xFF])]) }
        #expect(bench.sent.isEmpty)
        #expect(bench.notes == changing.map { .refused($0, .changesSomething) })
        #expect(bench.station.plan.identity.password == 0x1234)
    }

    @Test func `every function there is, with any text: a center moves nothing and never learns the password`() throws {
        var random = SeededGenerator(seed: 11)
        var bench = try bench()
        for raw in UInt8.min...UInt8.max {
            for _ in 0..<20 {
                let noise = (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                try bench.say(Function(rawValue: raw), [.bytes(noise)])
            }
        }
        try bench.say(.readBasics, [.bytes([0x03, 0x10])])
        #expect(bench.sent.allSatisfy { $0.function.kind == .query })
        #expect(!bench.sent.contains { $0.body.suffix(4) == [0x03, 0x10, 0x12, 0x34] })
        #expect(bench.sent.count > 100)
        #expect(bench.station.memory.reports.isEmpty)
    }

    @Test func `settings that are the station's to tell are told`() throws {
        var bench = try bench()
        try bench.say(.readBasics, [.bytes([0x01, 0x20, 0x02, 0x28, 0x03, 0x10, 0x0C, 0x08])])
        let body = try #require(bench.sent.first).body
        #expect(body.dropFirst(15) == bytes("0120 01000000 0228 0012345678 0C08 02")[...])
    }

    @Test func `a question to every station of a county is nobody's to answer, and a stranger's is refused`() throws {
        var bench = try bench()
        try bench.say(.queryNow, station: "001234FFFF")
        try bench.say(.queryNow, password: 0)
        try bench.say(.queryNow, center: 9)
        #expect(bench.sent.isEmpty)
        #expect(bench.notes == [.refused(.queryNow, .wrongPassword), .refused(.queryNow, .otherCenter)])
    }

    @Test func `values of the past are looked up, and answered in packets where they are too long for a frame`() throws {
        var bench = try bench(frameAtMost: 98)
        try bench.say(.queryPeriod, [.span(from: try stamp(2026, 11, 27, 8, 0), through: try stamp(2026, 11, 28, 7, 0)),
                                     .step(try #require(TimeStep(1, .hour))), .wanted(try #require(ElementHeader(.flow)))])
        let question = try #require(bench.lookUps.first)
        #expect(question.count == 24 && question.point == 1)
        bench.take(bench.station.answer(question, values: (0..<23).map { $0 == 5 ? nil : 3600 * Double($0) }, wall: bench.wall))
        #expect(bench.sent.count > 1 && bench.sent.allSatisfy { $0.bytes.count <= 98 })
        var joiner = PacketJoiner()
        var progress = PacketJoiner.Progress.waiting
        for frame in bench.sent { progress = joiner.add(frame) }
        guard case .whole(let body) = progress, case .series(_, let values)? = try Message(body, of: bench.sent[0]).parts.last else {
            Issue.record("not whole: \(progress)")
            return
        }
        let found = values.map { value -> Double? in if case .number(let number) = value { number.value } else { nil } }
        let due = (0..<24).map { hour -> Double? in hour == 5 || hour == 23 ? nil : Double(hour) }
        #expect(found == due)
        let sent = bench.sent.count
        for _ in 0..<99 { try bench.say(.queryPeriod, end: .nak, packet: Packet(number: 2, of: sent)) }
        #expect(bench.sent.count == sent + 2 * sent, "asked again and again, it ends")
        #expect(bench.sent.last?.packet == bench.sent[1].packet && bench.sent.last?.end == .etx)
    }

    @Test func `a year of minutes is too much`() throws {
        var bench = try bench()
        try bench.say(.queryPeriod, [.span(from: try stamp(2025, 11, 27, 8, 0), through: try stamp(2026, 11, 28, 7, 0)),
                                     .step(try #require(TimeStep(1, .minute))), .wanted(try #require(ElementHeader(.flow)))])
        #expect(bench.lookUps.isEmpty)
        #expect(bench.notes == [.refused(.queryPeriod, .tooMuch)])
    }

    @Test func `hostile bytes on the line leave the reports alone`() throws {
        var random = SeededGenerator(seed: 5)
        var bench = Bench(try plan(), [0.2, 0, 12])
        for _ in 0..<4000 {
            let noise = (0..<Int.random(in: 0..<60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            bench.take(bench.station.hear(noise, now: bench.now, wall: bench.wall, bench.input))
            bench.second()
        }
        #expect(bench.station.memory.reports.count == 2)
        #expect(bench.notes.contains { if case .rubbish = $0 { true } else { false } })
    }
}
