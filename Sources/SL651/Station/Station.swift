import Bytes
public import Language
public import Quantities

/// What a station wants done, in order.
public enum StationAction: Hashable, Sendable {
    case send([UInt8])
    /// The center asks for values of the past: look them up and call `answer(_:values:wall:)`.
    case lookUp(HistoryQuestion)
    case note(StationNote)
}

/// What happened, for people and records.
public enum StationNote: Hashable, Sendable {
    case confirmed(Function, serial: UInt16)
    /// Sent as often as the standard allows, and not heard. The report waits for the line to come again.
    case unanswered(Function, serial: UInt16)
    /// More reports wait than are kept; the oldest is gone.
    case dropped(Function)
    /// The clock is not trusted: nothing is reported, because its time would be false.
    case clockUnset
    case refused(Function, StationRefusal)
    case rubbish(bytes: Int, Flaw)
}

extension StationNote {
    public var phrase: Phrase {
        switch self {
        case .confirmed(let function, let serial):
            Phrase(zh: "\(function.name.zh) \(serial) 号已确认", en: "\(function.name.en) \(serial) has been confirmed")
        case .unanswered(let function, let serial):
            Phrase(zh: "\(function.name.zh) \(serial) 号发了三次没有应答，等线路恢复再发",
                   en: "\(function.name.en) \(serial) was sent three times without an answer: it waits for the line")
        case .dropped(let function): Phrase(zh: "待报报文太多，丢弃了最旧的\(function.name.zh)", en: "too many reports wait: the oldest \(function.name.en) was dropped")
        case .clockUnset: Phrase(zh: "时钟不可信，暂停上报：先校时", en: "the clock is not trusted, nothing is reported: set it")
        case .refused(let function, let why): Phrase(zh: "未应答“\(function.name.zh)”：\(why.phrase.zh)", en: "“\(function.name.en)” was not answered: \(why.phrase.en)")
        case .rubbish(let count, let flaw): Phrase(zh: "线路上有 \(count) 个无效字节：\(flaw.phrase.zh)", en: "\(count) bytes on the line were no frame: \(flaw.phrase.en)")
        }
    }
}

/// Why a center gets no answer. The standard has no frame that says no: silence is the answer.
public enum StationRefusal: Hashable, Sendable {
    /// It would change the station or move water. A center may ask, never order.
    case changesSomething
    case notHere, wrongPassword, otherCenter, tooMuch
    case unreadable(Flaw)

    public var phrase: Phrase {
        switch self {
        case .changesSomething: Phrase(zh: "中心站只能查询，不能改设置、不能控制泵阀", en: "a center may ask, but change nothing and move nothing")
        case .notHere: Phrase(zh: "本站没有这项数据", en: "this station has no such thing")
        case .wrongPassword: Phrase(zh: "密码不对", en: "the password is wrong")
        case .otherCenter: Phrase(zh: "不是本站的中心站", en: "it is not this station's center")
        case .tooMuch: Phrase(zh: "一次要的数据太多", en: "it asks for too much at once")
        case .unreadable(let flaw): Phrase(zh: "读不懂：\(flaw.phrase.zh)", en: "it cannot be read: \(flaw.phrase.en)")
        }
    }
}

/// The station's side of SL 651-2014: reports by time, by change and by the hour, each until it is heard (M2)
/// or sent (M1); answers.
///
/// Pure: time comes in, bytes go out. Whoever owns the line calls `step` about once a second and `hear` when bytes came, opens
/// the line while `wantsLine`, and tells when it came up or went down. What a restart must not lose is `memory`.
///
/// ```
///            report due                     line up
///   idle ───────────────▶ reports wait ───────────────▶ sent ── confirmed ──▶ next, or idle
///                              ▲                          │ no answer: twice more
///                              └──── line left alone ◀────┘ (then `pause`)
/// ```
public struct Station: Sendable {
    public let plan: StationPlan
    public internal(set) var memory: StationMemory
    let composer: Composer
    private var extra: ExtraWatch
    private var hour: HourWatch?
    private var reader = FrameReader()
    var exchange: Exchange?
    /// Packets of the last long answer, for a center that misses one.
    var packets: [Frame] = []
    var packetRepeats = 0
    private var isUp = false
    private var lastSent = Instant.never
    private var lastHeard = Instant.never
    private var pausedUntil = Instant.never
    private var heldUntil = Instant.never
    private var hasToldOfClock = false

    struct Exchange: Sendable {
        let serial: UInt16
        let function: Function
        let bytes: [UInt8]
        var sent: Int
        var deadline: Instant
    }

    public init(_ plan: StationPlan, memory: StationMemory = StationMemory()) {
        self.plan = plan
        self.memory = memory
        composer = Composer(plan: plan)
        extra = ExtraWatch(points: plan.points.count)
        hour = plan.hourly.map(HourWatch.init)
    }

    /// Whether there is, or must be kept, something to say. After three frames without an answer the line is left alone for a
    /// while: a line that is only half open is found so.
    /// - Parameter isSaving: bytes are scarce: the line is wanted for extra reports, with which goes what waits before them.
    public func wantsLine(at now: Instant, isSaving: Bool = false) -> Bool {
        guard now >= pausedUntil else { return false }
        if isSaving { return exchange != nil || memory.reports.contains { $0.function == .extra } }
        return plan.line.isKept || !memory.reports.isEmpty || exchange != nil || now < heldUntil
    }

    public mutating func lineIsUp(now: Instant) {
        (isUp, lastSent, reader) = (true, now, FrameReader())
    }

    /// What was on its way waits again, under its number.
    public mutating func lineIsDown() {
        (isUp, exchange, packets) = (false, nil, [])
    }

    /// One look at the field and the line.
    public mutating func step(now: Instant, wall: WallTime, _ input: StationInput) -> [StationAction] {
        var actions: [StationAction] = []
        if reader.waiting > 0, now - lastHeard > Station.gapAtMost { actions += handle(reader.lineIsIdle(), now, wall, input) }
        guard wall.isTrusted else {
            defer { hasToldOfClock = true }
            return actions + (hasToldOfClock ? [] : [.note(.clockUnset)])
        }
        hasToldOfClock = false
        actions += makeReports(now, wall.unixSeconds, input)
        actions += speak(now, wall)
        return actions
    }

    public mutating func hear(_ bytes: [UInt8], now: Instant, wall: WallTime, _ input: StationInput) -> [StationAction] {
        lastHeard = now
        return handle(reader.read(bytes), now, wall, input)
    }

    /// A report of everything now, marked as a test, so that the center keeps it apart (30H). For installing.
    public mutating func reportTest(wall: WallTime, _ input: StationInput) -> [StationAction] {
        guard wall.isTrusted else { return [.note(.clockUnset)] }
        return queue(.test, everything(input), stamp(wall.unixSeconds))
    }

    /// No frame pauses longer than this within itself.
    private static let gapAtMost = Duration.seconds(5)
    /// ESC keeps the line for so long after the last frame. Source: SL 651-2014, table 10.
    private static let heldFor = Duration.minutes(10)
    /// The first time and two repeats. Source: SL 651-2014, 6.3.2.3.
    private static let sendsAtMost = 3
}

// MARK: Reports

extension Station {
    private mutating func makeReports(_ now: Instant, _ unix: Int64, _ input: StationInput) -> [StationAction] {
        var actions: [StationAction] = []
        for hour in hour?.look(unix, input) ?? [] { actions += reportHour(hour, input) }
        if let hours = plan.timedHours, TimedWatch(hours: hours, clock: plan.clock).isDue(unix, last: &memory.timedSlot) {
            actions += queue(.timed, everything(input), stamp(unix))
            extra.told(input, now: now, isExtra: false)
        }
        extra.forgetCleared(input.state)
        let changed = extra.changed(plan, input, now: now)
        guard !changed.isEmpty || extra.hasNewState(plan, input, now: now) else { return actions }
        let others = plan.points.indices.filter { !changed.contains($0) }
        let elements = (changed + others).compactMap { composer.element($0, input) }
        let state = input.state == 0 ? [] : [Composer.state(input.state)]
        actions += queue(.extra, changed.isEmpty ? state + elements : elements + state, stamp(unix))
        extra.told(input, now: now, isExtra: true)
        return actions
    }

    private mutating func reportHour(_ hour: HourWatch.Hour, _ input: StationInput) -> [StationAction] {
        let first = stamp(hour.first)
        let end = Part.observed(stamp(hour.first + 3300))
        var parts = composer.lead(first)
        if let rain = plan.hourly?.rain, let header = ElementHeader(.rainOfHour) {
            parts += [.element(Element(header, .bytes(hour.rain))), end] + [composer.element(rain, input)].compactMap { $0 }
            parts.append(.observed(first))
        }
        if plan.hourly?.level != nil, let header = ElementHeader(.levelsOfHour) {
            parts.append(.element(Element(header, .bytes(hour.levels.flatMap { high($0) }))))
        }
        let others = plan.points.indices.filter { $0 != plan.hourly?.rain }.compactMap { composer.element($0, input) }
        let whole = composer.bytes(parts + [end] + others)
        if composer.fits(whole) { return keep(.hourly, whole) }
        return keep(.hourly, composer.bytes(parts)) + queue(.hourly, others, stamp(hour.first + 3300))
    }

    func everything(_ input: StationInput) -> [Part] { plan.points.indices.compactMap { composer.element($0, input) } }

    func stamp(_ unix: Int64) -> Stamp { Stamp(unixSeconds: unix, clock: plan.clock) }

    private mutating func queue(_ function: Function, _ elements: [Part], _ observed: Stamp) -> [StationAction] {
        composer.texts(elements, observed: observed).flatMap { keep(function, $0) }
    }

    private mutating func keep(_ function: Function, _ groups: [UInt8]) -> [StationAction] {
        let dropped = memory.add(function, groups, onItsWay: exchange?.serial)
        return dropped.map { [.note(.dropped($0.function))] } ?? []
    }
}

// MARK: The line

extension Station {
    private mutating func speak(_ now: Instant, _ wall: WallTime) -> [StationAction] {
        guard isUp, now >= pausedUntil else { return [] }
        if let waiting = exchange { return now >= waiting.deadline ? repeatOrLeave(waiting, now) : [] }
        if let report = memory.next(), let serial = report.serial { return begin(report, serial, now, wall) }
        guard let every = plan.line.heartbeat, now - lastSent >= every else { return [] }
        lastSent = now
        let beat = Message(serial: max(memory.serial, 1), sent: stamp(wall.unixSeconds))
        return [frame(.heartbeat, beat.body(in: plan.line.form))].compactMap { $0.map { .send($0.bytes) } }
    }

    private mutating func begin(_ report: Report, _ serial: UInt16, _ now: Instant, _ wall: WallTime) -> [StationAction] {
        let text = Message(serial: serial, sent: stamp(wall.unixSeconds), parts: [.bytes(report.groups)]).body(in: plan.line.form)
        guard let frame = frame(report.function, text) else {
            memory.remove(serial: serial)
            return [.note(.dropped(report.function))]
        }
        lastSent = now
        if let within = plan.line.answerWithin {
            exchange = Exchange(serial: serial, function: report.function, bytes: frame.bytes, sent: 1, deadline: now + within)
        } else {
            memory.remove(serial: serial)
        }
        return [.send(frame.bytes)]
    }

    private mutating func repeatOrLeave(_ waiting: Exchange, _ now: Instant) -> [StationAction] {
        guard waiting.sent < Station.sendsAtMost, let within = plan.line.answerWithin else {
            (exchange, pausedUntil) = (nil, now + plan.line.pause)
            return [.note(.unanswered(waiting.function, serial: waiting.serial))]
        }
        exchange?.sent += 1
        exchange?.deadline = now + within
        lastSent = now
        return [.send(waiting.bytes)]
    }

    /// `nil` for a text that fits no frame.
    func frame(_ function: Function, _ text: [UInt8], packet: Packet? = nil, end: FrameEnd = .etx) -> Frame? {
        let identity = plan.identity
        return try? Frame(form: plan.line.form, direction: .up, center: identity.center, station: identity.station,
                          password: identity.password, function: function, packet: packet, body: text, end: end)
    }

    private mutating func handle(_ cuts: [FrameReader.Cut], _ now: Instant, _ wall: WallTime,
                                 _ input: StationInput) -> [StationAction] {
        cuts.flatMap { cut -> [StationAction] in
            switch cut {
            case .rubbish(let count, let flaw): [.note(.rubbish(bytes: count, flaw))]
            case .frame(let frame): handle(frame, now, wall, input)
            }
        }
    }

    /// Frames for others, and our own that come back on a shared line, are nobody's business.
    private mutating func handle(_ frame: Frame, _ now: Instant, _ wall: WallTime, _ input: StationInput) -> [StationAction] {
        guard frame.direction == .down, frame.station.reaches(plan.identity.station) else { return [] }
        guard frame.center == plan.identity.center else { return [.note(.refused(frame.function, .otherCenter))] }
        guard frame.password == plan.identity.password else { return [.note(.refused(frame.function, .wrongPassword))] }
        if now < heldUntil || frame.end == .esc { heldUntil = now + Station.heldFor }
        switch frame.end {
        case .enq: return frame.station == plan.identity.station ? answer(frame, wall, input) : []
        case .nak: return sendAgain(frame)
        default: return confirm(frame)
        }
    }

    private mutating func confirm(_ frame: Frame) -> [StationAction] {
        do throws(Flaw) {
            let message = try Message(frame)
            guard let waiting = exchange, waiting.function == frame.function, waiting.serial == message.serial else { return [] }
            memory.remove(serial: waiting.serial)
            exchange = nil
            return [.note(.confirmed(frame.function, serial: waiting.serial))]
        } catch {
            return [.note(.refused(frame.function, .unreadable(error)))]
        }
    }
}
