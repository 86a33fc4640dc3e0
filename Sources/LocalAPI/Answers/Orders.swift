import Foundation
import Journal
import Language
import ProcessImage
import Quantities

/// People's orders: named things become indexes, each order goes straight to the inbox, the audit follows. Nothing here
/// waits for the disk, so a stop gets through while it hangs.
struct Orders: Sendable {
    let context: Context
    /// Orders not latched by then are worth nothing.
    static let validFor: Duration = .seconds(10)
    /// How long the answer waits for the outcome.
    static let outcomeWithin: Duration = .seconds(2)

    struct Order {
        let kind: Command.Kind
        let about: Phrase
        /// What a person adds for the audit.
        var note = ""
        var id: UInt64 = 0
    }

    /// What became of an order, and what stood against it.
    struct Seen {
        let outcome: CommandOutcome
        let against: [Event]
    }

    func give(_ request: CommandRequest, by caller: Caller) throws -> Answer {
        var orders = try resolve(request)
        for index in orders.indices {
            orders[index].id = try send(orders[index], by: caller)
        }
        let outcomes = waitForOutcomes(of: orders.map(\.id))
        let results = orders.map { result($0, outcomes[$0.id]) }
        return Answer(CommandReply(results: results), status: results.contains { $0.state == "accepted" } ? 202 : 200)
    }

    // MARK: What is meant

    private func resolve(_ request: CommandRequest) throws -> [Order] {
        switch request.command {
        case .run:
            let zone = try zone(request.zone)
            if let recipe = request.recipe { return [try fertigate(zone, try amount(request), recipe)] }
            return [Order(kind: .run(zone, try amount(request)), about: context.tables.name(of: .zone(zone)))]
        case .stop:
            let zone = try zone(request.zone)
            return [Order(kind: .stopZone(zone), about: context.tables.name(of: .zone(zone)))]
        case .calibrate:
            let zone = try zone(request.zone)
            guard let what = Calibration.allCases.first(where: { "\($0)" == request.what }) else {
                throw Answer.refused(400, "bad-what", Phrase(zh: "what 只可取 flow、valve", en: "what is flow or valve"))
            }
            return [Order(kind: .calibrate(zone, what), about: context.tables.name(of: .zone(zone)))]
        case .acceptCalibration:
            let zone = try zone(request.zone)
            return [Order(kind: .acceptCalibration(zone), about: context.tables.name(of: .zone(zone)))]
        case .stopAll: return [Order(kind: .stopAll, about: Phrase(zh: "全部分区", en: "every zone"))]
        case .acknowledge: return try alarms(request.subject)
        case .acknowledgeAll: return [Order(kind: .acknowledgeAll, about: Phrase(zh: "全部告警", en: "every alarm"))]
        case .reset:
            if let line = ofLine(request.subject ?? "", isEmpty: request.isEmpty ?? false) { return [line] }
            return try trips(request.subject)
        case .prove:
            let output = try output(request.subject)
            guard let seconds = request.forSeconds, seconds >= 1, seconds <= Limits.proofMax.seconds else {
                throw Answer.refused(400, "duration-range", Phrase(zh: "forSeconds 须在 1 到 300 之间", en: "forSeconds must be between 1 and 300"))
            }
            return [Order(kind: .prove(output, for: .milliseconds(Int64(seconds * 1000))), about: context.tables.name(of: .output(output)))]
        case .confirmProof:
            let output = try output(request.subject)
            return [Order(kind: .confirmProof(output), about: context.tables.name(of: .output(output)), note: request.seen ?? "")]
        case .resetAll: return [Order(kind: .resetAll, about: Phrase(zh: "所有跳停项", en: "every trip"))]
        case .start, .pause, .resume, .rainDelay, .skip, .adjust: return [try ofPrograms(request)]
        case .doseStop, .doseDisable, .doseEnable, .flush, .tankSet, .calibrateChannel, .acceptCylinder, .tune, .acceptTuning:
            return [try ofDosing(request)]
        case .gate: return [try ofGate(request)]
        case .cageStock, .cageSample, .cageMortality, .cageSilence, .cageMove, .cageLock, .cageUnlock, .cageNote, .feed,
             .feedMeal, .feedStop, .feedRelease, .appetite, .fast, .fastEnd, .siloFill, .siloSet, .depthGo,
             .depthAccept, .depthHold: return [try ofCage(request)]
        case .scheduleNote: return [try ofSchedule(request)]
        }
    }

    /// What somebody did with a schedule beside the controller, to be kept with who it was.
    private func ofSchedule(_ request: CommandRequest) throws -> Order {
        let step = ScheduleStep.allCases.first { "\($0)" == request.what }
        let reason = ScheduleReason.allCases.first { "\($0)" == request.subject ?? "none" }
        guard let step, let reason, let version = UInt32(exactly: request.count ?? 0) else {
            throw Answer.refused(400, "bad-what", Phrase(zh: "what、subject 或 count 不对", en: "what, subject or count is not one of theirs"))
        }
        return Order(kind: .noteSchedule(step, version: version, reason), about: context.tables.site.name, note: request.seen ?? "")
    }

    // MARK: Programs

    private func ofPrograms(_ request: CommandRequest) throws -> Order {
        switch request.command {
        case .start: return try order(request.program) { .startProgram($0, over: request.over ?? false) }
        case .skip: return try order(request.program) { .skipNext($0) }
        case .adjust:
            guard let percent = request.percent, Limits.adjustRange.contains(percent) else {
                throw Answer.refused(400, "percent-range", Phrase(zh: "percent 须在 10 到 300 之间", en: "percent must be between 10 and 300"))
            }
            return try order(request.program) { .adjust($0, .percent(percent)) }
        case .rainDelay:
            guard let time = try span(request.forSeconds) else {
                throw Answer.refused(400, "duration-range", Phrase(zh: "缺少 forSeconds", en: "forSeconds is missing"))
            }
            return Order(kind: .rainDelay(for: time), about: context.tables.site.name)
        default:
            let subject = try subject(request.subject)
            let about = context.tables.name(of: subject)
            guard request.command == .pause else { return Order(kind: .resume(subject), about: about) }
            return Order(kind: .pause(subject, for: try span(request.forSeconds)), about: about)
        }
    }

    private func order(_ name: String?, _ kind: (ProgramIndex) -> Command.Kind) throws -> Order {
        let name = try given(name, "program")
        guard let program = context.tables.program(named: name) else {
            throw Answer.unknown(Phrase(zh: "程序", en: "program"), code: "unknown-program", name, among: context.tables.programs.map(\.tag))
        }
        return Order(kind: kind(program), about: context.tables.name(of: .program(program)))
    }

    /// The site, a program or a zone.
    private func subject(_ text: String?) throws -> Subject {
        let name = try given(text, "subject")
        if name == "site" { return .site }
        if let program = context.tables.program(named: name) { return .program(program) }
        if let zone = context.tables.zone(named: name) { return .zone(zone) }
        throw Answer.unknown(Phrase(zh: "程序或分区", en: "program or zone"), code: "unknown-subject", name,
                             among: ["site"] + (context.tables.programs + context.tables.zones).map(\.tag))
    }

    func span(_ seconds: Double?) throws -> Duration? {
        guard let seconds else { return nil }
        guard seconds >= 60, seconds <= Limits.pauseMax.seconds else {
            throw Answer.refused(400, "duration-range", Phrase(zh: "时长须在 1 分钟到 366 天之间", en: "the time must be between 1 min and 366 days"))
        }
        return .seconds(Int(seconds))
    }

    func zone(_ name: String?) throws -> ZoneIndex {
        let name = try given(name, "zone")
        if let zone = context.tables.zone(named: name) { return zone }
        throw context.unknownZone(name)
    }

    private func output(_ tag: String?) throws -> OutputIndex {
        let tag = try given(tag, "subject")
        if let output = context.tables.output(tag: tag) { return output }
        throw Answer.unknown(Phrase(zh: "输出", en: "output"), code: "unknown-output", tag, among: context.tables.outputs.map(\.tag))
    }

    func given(_ text: String?, _ key: String) throws -> String {
        guard let text, !text.isEmpty else {
            throw Answer.refused(400, "missing-\(key)", Phrase(zh: "缺少 \(key)", en: "\(key) is missing"))
        }
        return text
    }

    private func amount(_ request: CommandRequest) throws -> Amount {
        guard let cubicMeters = request.volumeM3 else { return .time(try time(request.forSeconds)) }
        guard request.forSeconds == nil, cubicMeters >= 0.001, cubicMeters <= Limits.manualVolumeMax.cubicMeters else {
            throw Answer.refused(400, "volume-range", Phrase(
                zh: "volumeM3 须在 0.001 到 10000 之间，且不能与 forSeconds 同时写", en: "volumeM3 must be between 0.001 and 10000, and without forSeconds"))
        }
        return .volume(.cubicMeters(cubicMeters))
    }

    private func time(_ seconds: Double?) throws -> Duration {
        guard let seconds, seconds >= 1, seconds <= Limits.manualRunMax.seconds else {
            throw Answer.refused(400, "duration-range", Phrase(zh: "forSeconds 须在 1 到 86400 之间", en: "forSeconds must be between 1 and 86400"))
        }
        return .milliseconds(Int64(seconds * 1000))
    }

    private func alarms(_ text: String?) throws -> [Order] {
        let text = try given(text, "subject")
        let standing = context.journal.live.snapshot().alarms.map(\.id)
        let meant = standing.filter { context.tables.identifier(of: $0) == text || context.tables.isNamed($0.subject, text) }
        guard !meant.isEmpty else {
            throw Answer.unknown(Phrase(zh: "告警", en: "alarm"), code: "unknown-alarm", text, among: standing.map { context.tables.identifier(of: $0) })
        }
        return meant.map { Order(kind: .acknowledge($0), about: Phrase(verbatim: context.tables.identifier(of: $0))) }
    }

    /// A trip by its id or by what tripped; a zone's name means its own trips and its valve's.
    private func trips(_ text: String?) throws -> [Order] {
        let text = try given(text, "subject")
        let valves = context.tables.zone(named: text).map { context.zones[$0.offset].valves.map { Subject.output($0) } } ?? []
        let standing = context.journal.live.snapshot().alarms.filter(\.isHoldingTrip).map(\.id)
        let meant = standing.filter {
            context.tables.identifier(of: $0) == text || context.tables.isNamed($0.subject, text) || valves.contains($0.subject)
        }
        guard !meant.isEmpty else { throw noTrip(text, standing) }
        return meant.compactMap { id in
            id.kind.trip.map { Order(kind: .reset(TripID($0, id.subject)), about: context.tables.name(of: id.subject)) }
        }
    }

    private func noTrip(_ text: String, _ standing: [AlarmID]) -> Answer {
        let isKnown = context.tables.subjects.contains { context.tables.isNamed($0, text) }
        guard isKnown, let zone = context.tables.zone(named: text) else {
            return isKnown ? nothingLatched(text, nil)
                : .unknown(Phrase(zh: "跳停", en: "trip"), code: "unknown-trip", text, among: standing.map { context.tables.identifier(of: $0) })
        }
        return nothingLatched(text, standing.first { context.concerns($0.subject, zone) })
    }

    private func nothingLatched(_ text: String, _ holding: AlarmID?) -> Answer {
        let tag = holding.map { context.tables.tag(of: $0.subject) }
        return .refused(409, "nothing-to-reset", Phrase(zh: "\(text) 自身没有跳停", en: "\(text) itself has no trip"),
                        tag.map { Phrase(zh: "它被 \($0) 的跳停住：tidegate reset \($0)", en: "It is held by the trip of \($0): tidegate reset \($0)") })
    }

    // MARK: On its way

    private func send(_ order: Order, by caller: Caller) throws -> UInt64 {
        let id = context.journal.nextCommandID()
        context.journal.noteCommand(id, author: caller.account, text: text(order))
        let command = Command(id: id, kind: order.kind, author: .localOperator, expires: context.now() + Orders.validFor)
        guard context.inbox.offer(command) else {
            throw Answer.refused(503, "inbox-full", Phrase(zh: "等候的命令太多，这条没有收下", en: "too many commands wait; this one was not taken"),
                                 Phrase(zh: "几秒后再试；急需停水请按急停", en: "Try again in a few seconds; in an emergency press the emergency stop"))
        }
        return id
    }

    /// Outcomes as the records show them, without the disk. An order without one in time is left out.
    private func waitForOutcomes(of ids: [UInt64]) -> [UInt64: Seen] {
        let deadline = ContinuousClock.now + Orders.outcomeWithin
        while true {
            let seen = context.journal.live.snapshot().outcomes
            let ours = seen.filter { ids.contains($0.command) }.map { ($0.command, Seen(outcome: $0.outcome, against: $0.because)) }
            let found = Dictionary(ours) { _, last in last }
            if found.count == ids.count || ContinuousClock.now >= deadline { return found }
            poll(nil, 0, 20)
        }
    }
}

extension Context {
    func unknownZone(_ name: String) -> Answer {
        .unknown(Phrase(zh: "分区", en: "zone"), code: "unknown-zone", name, among: tables.zones.map(\.tag))
    }

    /// Of what `why` can tell about.
    func unknownSubject(_ name: String) -> Answer {
        guard !tables.gates.isEmpty || !tables.cages.isEmpty else { return unknownZone(name) }
        return .unknown(Phrase(zh: "分区、闸门或网箱", en: "zone, gate or cage"), code: "unknown-zone", name,
                        among: (tables.zones + tables.gates + tables.cages).map(\.tag))
    }
}
