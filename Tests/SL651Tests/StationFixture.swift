import Quantities
import SL651
import Testing

/// A station of the tests with its line and a center that hears what gets through, in virtual time.
struct Bench {
    var station: Station
    var now = Instant.start
    /// Seconds since 1970; the station's clock shows 2026-11-28 07:58:00 in Shanghai first.
    var unix: Int64 = 1_795_823_880
    var trust = ClockTrust.synced
    var input: StationInput
    /// Every frame that was sent, as the center reads it.
    var sent: [Frame] = []
    var notes: [StationNote] = []
    var lookUps: [HistoryQuestion] = []

    init(_ plan: StationPlan, _ values: [Double?], memory: StationMemory = StationMemory()) {
        station = Station(plan, memory: memory)
        input = StationInput(values: values)
        station.lineIsUp(now: now)
    }

    var wall: WallTime { WallTime(unixSeconds: unix, trust: trust) }

    /// One second goes by, and the station looks.
    mutating func second() {
        (now, unix) = (now + .seconds(1), unix + 1)
        take(station.step(now: now, wall: wall, input))
    }

    mutating func seconds(_ count: Int) {
        for _ in 0..<count { second() }
    }

    mutating func take(_ actions: [StationAction]) {
        for action in actions {
            switch action {
            case .send(let bytes): (try? Frame(bytes)).map { sent.append($0) }
            case .note(let note): notes.append(note)
            case .lookUp(let question): lookUps.append(question)
            }
        }
    }

    /// The center says something.
    mutating func say(_ function: Function, _ parts: [Part] = [], end: FrameEnd = .enq, serial: UInt16 = 0, password: UInt16 = 0x1234,
                      center: UInt8 = 1, station address: String = "0012345678", packet: Packet? = nil) throws {
        let form = station.plan.line.form
        let message = Message(serial: serial, sent: Stamp(unixSeconds: unix, clock: .shanghai), parts: parts)
        let frame = try Frame(form: form, direction: .down, center: center, station: try #require(StationAddress(address)),
                              password: password, function: function, packet: packet, body: message.body(in: form), end: end)
        take(station.hear(frame.bytes, now: now, wall: wall, input))
    }

    /// The center confirms the last frame that was sent.
    mutating func confirm(end: FrameEnd = .eot) throws {
        let last = try #require(sent.last)
        try say(last.function, end: end, serial: try Message(last).serial)
    }

    /// What was sent but heartbeats.
    var reports: [Frame] { sent.filter { $0.function != .heartbeat } }
}

func plan(form: FrameForm = .hex, answerWithin: Duration? = .seconds(30), isKept: Bool = true, heartbeat: Duration? = nil,
          frameAtMost: Int = 256, points: [ReportedPoint]? = nil, timedHours: Int? = 1, hourly: HourlySets? = nil) throws -> StationPlan {
    let identity = StationPlan.Identity(station: try #require(StationAddress("0012345678")), center: 1, password: 0x1234, category: 0x4D,
                                        version: "Tidegate 1")
    let line = StationPlan.Line(form: form, answerWithin: answerWithin, isKept: isKept, heartbeat: heartbeat, frameAtMost: frameAtMost)
    let usual = [ReportedPoint(.soilMoisture10), ReportedPoint(.flow, extraAt: 36), ReportedPoint(.supplyVoltage)]
    return try StationPlan(identity: identity, line: line, points: points ?? usual, timedHours: timedHours, hourly: hourly)
}

/// Numbers of a message, `nil` where one is missing.
func numbers(_ message: Message) -> [Double?] {
    message.parts.compactMap { part -> Double?? in
        guard case .element(let element) = part else { return nil }
        guard case .number(let number) = element.value else { return .some(nil) }
        return number.value
    }
}
