import Language
import Quantities
import SL651
import Testing

@Suite struct StationTests {
    @Test(arguments: FrameForm.allCases)
    func `a timed report goes out at the whole hour, in the units of the bureau, and once`(form: FrameForm) throws {
        var bench = Bench(try plan(form: form), [0.234, 36, nil])
        bench.seconds(119)
        #expect(bench.sent.isEmpty)
        bench.seconds(3)
        try bench.confirm()
        bench.seconds(3500)
        #expect(bench.sent.count == 1)
        let message = try Message(try #require(bench.sent.first))
        #expect(bench.sent.first?.function == .timed)
        #expect(message.serial == 1)
        #expect(message.parts.contains(.observed(try stamp(2026, 11, 28, 8, 0))))
        // 23.4 %, 36 m3/h = 0.010 m3/s, no reading of the supply.
        #expect(numbers(message) == [23.4, 0.01, nil])
        #expect(bench.notes == [.confirmed(.timed, serial: 1)])
    }

    @Test func `M1: a report is sent once and not waited for`() throws {
        var bench = Bench(try plan(answerWithin: nil), [0.2, 0, 12])
        bench.seconds(3 * 3600)
        #expect(bench.reports.map(\.function) == [.timed, .timed, .timed])
        #expect(bench.station.memory.reports.isEmpty)
    }

    @Test func `M2: without an answer the same frame goes twice more, the line is left alone, and the report keeps its number`() throws {
        var bench = Bench(try plan(), [0.2, 0, 12])
        bench.seconds(122)
        #expect(bench.sent.count == 1)
        bench.seconds(30)
        #expect(bench.sent.count == 2)
        bench.seconds(30)
        #expect(bench.sent.count == 3)
        #expect(Set(bench.sent.map(\.bytes)).count == 1, "a repeat is the same frame")
        #expect(bench.notes.isEmpty)
        bench.seconds(30)
        #expect(bench.notes == [.unanswered(.timed, serial: 1)])
        #expect(!bench.station.wantsLine(at: bench.now))
        bench.station.lineIsDown()
        bench.seconds(61)
        #expect(bench.station.wantsLine(at: bench.now))
        bench.station.lineIsUp(now: bench.now)
        bench.seconds(1)
        #expect(bench.sent.count == 4)
        #expect(try Message(try #require(bench.sent.last)).serial == 1)
        try bench.confirm()
        #expect(bench.station.memory.reports.isEmpty)
    }

    @Test func `only the answer with its function and number confirms`() throws {
        var bench = Bench(try plan(), [0.2, 0, 12])
        bench.seconds(122)
        try bench.say(.timed, end: .eot, serial: 9)
        try bench.say(.extra, end: .eot, serial: 1)
        try bench.say(.timed, end: .eot, serial: 1, password: 1)
        try bench.say(.timed, end: .eot, serial: 1, center: 2)
        try bench.say(.timed, end: .eot, serial: 1, station: "0012345679")
        #expect(bench.station.memory.reports.count == 1)
        try bench.say(.timed, end: .eot, serial: 1)
        #expect(bench.station.memory.reports.isEmpty)
        #expect(bench.notes == [.refused(.timed, .wrongPassword), .refused(.timed, .otherCenter), .confirmed(.timed, serial: 1)])
    }

    @Test func `a value that changes by its bound is told at once, itself first, and goes before what waits`() throws {
        var bench = Bench(try plan(), [0.2, 100, 12])
        bench.station.lineIsDown()
        bench.seconds(125)
        bench.input = StationInput(values: [0.2, 135, 12])
        bench.seconds(10)
        #expect(bench.station.memory.reports.map(\.function) == [.timed])
        bench.input = StationInput(values: [0.2, nil, 12])
        bench.seconds(10)
        bench.input = StationInput(values: [0.2, 137, 12])
        bench.seconds(10)
        #expect(bench.station.memory.reports.map(\.function) == [.timed, .extra], "unknown is no change")
        bench.station.lineIsUp(now: bench.now)
        bench.seconds(1)
        #expect(bench.sent.map(\.function) == [.extra])
        #expect(numbers(try Message(bench.sent[0])).first == 0.038)
        try bench.confirm()
        bench.seconds(1)
        #expect(bench.sent.map(\.function) == [.extra, .timed])
    }

    @Test func `a value that swings makes no more extra reports than one a minute`() throws {
        var bench = Bench(try plan(answerWithin: nil, timedHours: nil), [0.2, 0, 12])
        for second in 0..<600 {
            bench.input = StationInput(values: [0.2, second.isMultiple(of: 2) ? 0 : 100, 12])
            bench.second()
        }
        #expect((9...11).contains(bench.sent.count))
    }

    @Test func `a bit of the state that comes is told at once, and again only when it has gone and come`() throws {
        var bench = Bench(try plan(answerWithin: nil, timedHours: nil), [0.2, 0, 12])
        bench.seconds(5)
        bench.input = StationInput(values: [0.2, 0, 12], state: 0b100)
        bench.seconds(300)
        #expect(bench.sent.map(\.function) == [.extra])
        let header = ElementHeader(.state, size: 4, decimals: 0)
        #expect(try Message(bench.sent[0]).parts.contains(.element(Element(header, .bytes([0, 0, 0, 4])))))
        bench.input = StationInput(values: [0.2, 0, 12])
        bench.seconds(5)
        bench.input = StationInput(values: [0.2, 0, 12], state: 0b100)
        bench.seconds(5)
        #expect(bench.sent.count == 2)
    }

    @Test func `an hourly report carries the rain of each five minutes and the levels, as the public example does`() throws {
        let points = [ReportedPoint(.rainTotal), ReportedPoint(.level), ReportedPoint(.supplyVoltage)]
        var bench = Bench(try plan(answerWithin: nil, points: points, timedHours: nil, hourly: HourlySets(rain: 0, level: 1, levelBase: 10)),
                          [0.05, 10.12, 12])
        bench.seconds(122)
        for mark in 1...12 {
            // Half a millimetre each five minutes, 30 mm in the fourth: more than its byte can say.
            let rain = 50 + 0.5 * Double(mark) + (mark >= 4 ? 30 : 0)
            bench.input = StationInput(values: [rain / 1000, mark == 6 ? nil : 10.12 + 0.01 * Double(mark), 12])
            bench.seconds(300)
        }
        let frame = try #require(bench.sent.last)
        #expect(bench.sent.map(\.function) == [.hourly, .hourly], "the hour of the start, of which the end is known, and this one")
        let message = try Message(frame)
        let sets = message.parts.compactMap { part -> [UInt8]? in
            guard case .element(let element) = part, case .bytes(let bytes) = element.value else { return nil }
            return bytes
        }
        #expect(sets.first == [5, 5, 5, 254, 56, 5, 5, 5, 5, 5, 5, 5])
        #expect(sets.last?.prefix(4) == [0, 13, 0, 14])
        #expect(sets.last?.dropFirst(10).prefix(2) == [0xFF, 0xFF])
        let times = message.parts.compactMap { part -> Stamp? in if case .observed(let stamp) = part { stamp } else { nil } }
        let (first, end) = (try stamp(2026, 11, 28, 8, 5), try stamp(2026, 11, 28, 9, 0))
        #expect(times == [first, end, first, end])
    }

    @Test func `a heartbeat goes out when the line was silent for its time, with the last number`() throws {
        var bench = Bench(try plan(heartbeat: .seconds(40), timedHours: nil), [0.2, 0, 12])
        bench.seconds(400)
        #expect(bench.sent.count == 10)
        #expect(bench.sent.allSatisfy { $0.function == .heartbeat && $0.body.count == 8 })
        #expect(bench.station.memory.serial == 0)
    }

    @Test func `a line that is let go is wanted while there is something to say, and for ten minutes after ESC`() throws {
        var bench = Bench(try plan(isKept: false), [0.2, 0, 12])
        bench.seconds(110)
        #expect(!bench.station.wantsLine(at: bench.now))
        bench.seconds(12)
        #expect(bench.station.wantsLine(at: bench.now))
        try bench.confirm(end: .esc)
        bench.seconds(599)
        #expect(bench.station.wantsLine(at: bench.now))
        bench.seconds(2)
        #expect(!bench.station.wantsLine(at: bench.now))
    }

    @Test func `without a trusted clock nothing is reported, and that is said once`() throws {
        var bench = Bench(try plan(answerWithin: nil, heartbeat: .seconds(40)), [0.2, 0, 12])
        bench.trust = .unset
        bench.seconds(7200)
        try bench.say(.queryNow)
        #expect(bench.sent.isEmpty)
        #expect(bench.notes == [.clockUnset, .clockUnset])
    }

    @Test func `a clock that steps makes no burst and no second report of an hour`() throws {
        var bench = Bench(try plan(answerWithin: nil), [0.2, 0, 12])
        bench.seconds(130)
        #expect(bench.sent.count == 1)
        bench.unix += 5 * 86_400
        bench.seconds(60)
        #expect(bench.sent.count == 2)
        bench.unix -= 300
        bench.seconds(240)
        #expect(bench.sent.count == 2)
        bench.unix -= 5 * 86_400
        bench.seconds(60)
        #expect(bench.sent.count == 2)
        bench.seconds(3600)
        #expect(bench.sent.count == 3, "it begins anew after the step back")
    }

    @Test func `a month without a line is kept, and the oldest goes first when it is more`() throws {
        var bench = Bench(try plan(), [0.2, 0, 12])
        bench.station.lineIsDown()
        for _ in 0..<1002 {
            bench.unix += 3599
            bench.second()
        }
        #expect(bench.station.memory.reports.count == Limits.reportsAtMost)
        #expect(bench.notes.allSatisfy { $0 == .dropped(.timed) })
        #expect(bench.notes.count == 1)
    }

    @Test func `a memory that is damaged, cut or of another version is none, and nothing in it traps`() throws {
        var bench = Bench(try plan(), [0.2, 0, 12])
        bench.seconds(3800)
        let good = bench.station.memory.bytes
        #expect(StationMemory(good)?.reports.count == 2)
        for bit in 0..<(good.count * 8) {
            var bent = good
            bent[bit / 8] ^= 1 << (bit % 8)
            #expect(StationMemory(bent) == nil)
        }
        for count in 0..<good.count { #expect(StationMemory(Array(good.prefix(count))) == nil) }
        #expect(StationMemory(StationMemory().bytes) == StationMemory())
    }

    @Test func `every note has its words`() {
        let notes: [StationNote] = [.confirmed(.timed, serial: 1), .unanswered(.timed, serial: 1), .dropped(.timed), .clockUnset,
                                    .refused(.setClock, .changesSomething), .rubbish(bytes: 3, .notAFrame)]
        #expect(Set(notes.map(\.phrase.zh)).count == notes.count)
        #expect(notes[4].phrase.en == "“set the clock” was not answered: a center may ask, but change nothing and move nothing")
    }

    @Test func `elements too many for a frame of the line go out in several reports, none of them cut`() throws {
        let ids = (UInt8(0x10)...0x17).map { ElementID($0) } + (UInt8(0x28)...0x2F).map { ElementID($0) }
        var bench = Bench(try plan(answerWithin: nil, frameAtMost: 98, points: ids.map { ReportedPoint($0) }), ids.map { _ in 0.5 })
        bench.seconds(130)
        #expect(bench.sent.count == 2)
        #expect(bench.sent.allSatisfy { $0.bytes.count <= 98 })
        #expect(try bench.sent.flatMap { numbers(try Message($0)) }.count == ids.count)
        #expect(try Set(bench.sent.map { try Message($0).serial }) == [1, 2])
    }

    @Test func `a plan that cannot be is refused with what to do`() throws {
        func flaw(_ make: () throws -> StationPlan) -> StationPlanFlaw? {
            do {
                _ = try make()
                return nil
            } catch {
                return error as? StationPlanFlaw
            }
        }
        #expect(flaw { try plan(points: []) } == .points(0))
        #expect(flaw { try plan(points: [ReportedPoint(ElementID(0x99))]) } == .unknownElement(ElementID(0x99)))
        #expect(flaw { try plan(points: [ReportedPoint(.state)]) } == .unknownElement(.state))
        #expect(flaw { try plan(timedHours: 5) } == .timedHours(5))
        #expect(flaw { try plan(heartbeat: .seconds(256)) } == .heartbeat)
        #expect(flaw { try plan(answerWithin: .zero) } == .answerWithin)
        #expect(flaw { try plan(frameAtMost: 32) } == .frameAtMost(32))
        #expect(flaw { try plan(hourly: HourlySets(rain: 0, level: nil)) } == .notRain)
        #expect(flaw { try plan(hourly: HourlySets(rain: nil, level: 1)) } == .notLevel)
        #expect(flaw { try plan(hourly: HourlySets(rain: nil, level: 7)) } == .notLevel)
        let twice = flaw { try plan(points: [ReportedPoint(.flow), ReportedPoint(.flow)]) }
        #expect(twice?.phrase.en == "“flow” is reported twice: give each element one point.")
    }
}
