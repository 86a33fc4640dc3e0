import Foundation
import Journal
import Language
import ProcessImage

/// Every route there is. `docs/openapi.yaml` describes them; a test holds the two together.
struct Route: Sendable {
    let method: String
    /// `{zone}` stands for any one part.
    let path: String
    /// Names that may stand after `?`.
    var parameters: [String] = []
    let answer: @Sendable (Ask) throws -> Answer
}

/// One request as a route sees it.
struct Ask: Sendable {
    let context: Context
    let disk: DiskQuestions
    let request: HTTPRequest
    let caller: Caller

    var live: LiveSnapshot { context.journal.live.snapshot() }

    /// A whole number after `?`, within its range; `standard` when it is not given.
    func number(_ name: String, standard: Int64, in range: ClosedRange<Int64>) throws -> Int64 {
        guard let text = request.query[name] else { return standard }
        guard let number = Int64(text), range.contains(number) else {
            throw Answer.refused(400, "bad-parameter", Phrase(
                zh: "\(name) 须为 \(range.lowerBound) 到 \(range.upperBound) 的整数", en: "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
        }
        return number
    }

    /// A zone after `?`, by tag or name; `nil` when none is given.
    var zone: ZoneIndex? {
        get throws {
            try request.query["zone"].map { name in
                guard let zone = context.tables.zone(named: name) else { throw context.unknownZone(name) }
                return zone
            }
        }
    }

    var since: Int64 { get throws { try number("since", standard: 86_400, in: 1...315_360_000) } }
    var limit: Int { get throws { Int(clamping: try number("limit", standard: 500, in: 1...5000)) } }
}

extension Route {
    static let all: [Route] = [
        Route(method: "GET", path: "/v1/status") { ask in Answer(ask.context.status(ask.live)) },
        Route(method: "GET", path: "/v1/scan") { ask in Answer(ask.context.scan(ask.live)) },
        Route(method: "GET", path: "/v1/zones") { ask in Answer(ZonesReply(zones: ask.context.zones(ask.live))) },
        Route(method: "GET", path: "/v1/gates") { ask in
            let live = ask.live
            return Answer(GatesReply(time: ask.context.time(live.wall), gates: ask.context.gates(live)))
        },
        Route(method: "GET", path: "/v1/cages") { ask in Answer(ask.context.cagesReply(ask.live)) },
        Route(method: "GET", path: "/v1/oxygen") { ask in Answer(ask.context.oxygen(ask.live)) },
        Route(method: "GET", path: "/v1/silos") { ask in Answer(try ask.disk.ask { try ask.context.silosReply() }) },
        Route(method: "GET", path: "/v1/sheet", parameters: ["cage", "days"], answer: sheet),
        Route(method: "GET", path: "/v1/points") { ask in Answer(ask.context.points(ask.live)) },
        Route(method: "GET", path: "/v1/io") { ask in Answer(ask.context.io(ask.live)) },
        Route(method: "GET", path: "/v1/alarms") { ask in Answer(AlarmsReply(alarms: ask.context.alarms(ask.live))) },
        Route(method: "GET", path: "/v1/events", parameters: ["since", "limit"], answer: events),
        Route(method: "GET", path: "/v1/runs", parameters: ["since", "limit"], answer: runs),
        Route(method: "GET", path: "/v1/history", parameters: ["tag", "since", "step"], answer: history),
        Route(method: "GET", path: "/v1/why/{subject}", answer: why),
        Route(method: "GET", path: "/v1/balance", parameters: ["zone", "days"], answer: balance),
        Route(method: "GET", path: "/v1/water", parameters: ["days"]) { ask in
            let days = try ask.number("days", standard: 1, in: 1...92)
            return Answer(try ask.disk.ask { try ask.context.water(last: days) })
        },
        Route(method: "GET", path: "/v1/plan", parameters: ["seconds"], answer: plan),
        Route(method: "GET", path: "/v1/programs") { ask in Answer(try ask.disk.ask { try ask.context.programsReply() }) },
        Route(method: "GET", path: "/v1/dosing") { ask in Answer(ask.context.dosing(ask.live)) },
        Route(method: "GET", path: "/v1/doses", parameters: ["since", "zone", "limit"], answer: doses),
        Route(method: "GET", path: "/v1/dose-sums", parameters: ["since", "by"], answer: doseSums),
        Route(method: "GET", path: "/v1/recipes") { ask in Answer(ask.context.recipes(ask.live)) },
        Route(method: "GET", path: "/v1/calibrations", parameters: ["channel"], answer: calibrations),
        Route(method: "GET", path: "/v1/sync") { ask in Answer(ask.context.syncReply) },
        Route(method: "GET", path: "/v1/doctor", answer: doctor),
        Route(method: "GET", path: "/v1/proofs", answer: proofs),
        Route(method: "POST", path: "/v1/commands", answer: command),
    ]

    private static let events: @Sendable (Ask) throws -> Answer = { ask in
        let (since, limit) = (try ask.since, try ask.limit)
        return Answer(try ask.disk.ask { try ask.context.events(last: since, limit: limit) })
    }

    private static let runs: @Sendable (Ask) throws -> Answer = { ask in
        let (since, limit) = (try ask.since, try ask.limit)
        return Answer(try ask.disk.ask { try ask.context.runs(last: since, limit: limit) })
    }

    private static let history: @Sendable (Ask) throws -> Answer = { ask in
        guard let tag = ask.request.query["tag"] else {
            throw Answer.refused(400, "missing-tag", Phrase(zh: "缺少 tag", en: "tag is missing"))
        }
        guard let step = Resolution(rawValue: ask.request.query["step"] ?? "auto") else {
            throw Answer.refused(400, "bad-parameter", Phrase(zh: "step 只可取 auto、samples、minute、hour、day", en: "step is one of auto, samples, minute, hour, day"))
        }
        let since = try ask.since
        return Answer(try ask.disk.ask { try ask.context.history(of: tag, last: since, step) })
    }

    private static let why: @Sendable (Ask) throws -> Answer = { ask in
        let name = ask.request.path.last ?? ""
        if let unit = ask.context.tables.dosingUnits.firstIndex(where: { $0.isNamed(name) }) {
            return Answer(try ask.disk.ask { try ask.context.why(DosingUnitIndex(unit)) })
        }
        if let gate = ask.context.tables.gate(named: name) { return Answer(try ask.disk.ask { try ask.context.why(gate) }) }
        if let cage = ask.context.tables.cage(named: name) { return Answer(try ask.disk.ask { try ask.context.why(cage) }) }
        guard let zone = ask.context.tables.zone(named: name) else { throw ask.context.unknownSubject(name) }
        return Answer(try ask.disk.ask { try ask.context.why(zone) })
    }

    private static let sheet: @Sendable (Ask) throws -> Answer = { ask in
        let cage = try ask.request.query["cage"].map { name in
            guard let cage = ask.context.tables.cage(named: name) else {
                throw Answer.unknown(Phrase(zh: "网箱", en: "cage"), code: "unknown-cage", name, among: ask.context.tables.cages.map(\.tag))
            }
            return cage
        }
        let days = try ask.number("days", standard: 1, in: 1...92)
        return Answer(try ask.disk.ask { try ask.context.sheet(of: cage, last: days) })
    }

    private static let balance: @Sendable (Ask) throws -> Answer = { ask in
        let zone = try ask.zone
        let days = try ask.number("days", standard: 7, in: 1...366)
        return Answer(try ask.disk.ask { try ask.context.balance(of: zone, last: days) })
    }

    private static let doses: @Sendable (Ask) throws -> Answer = { ask in
        let (since, zone, limit) = (try ask.since, try ask.zone, try ask.limit)
        return Answer(try ask.disk.ask { try ask.context.doses(last: since, zone: zone, limit: limit) })
    }

    private static let doseSums: @Sendable (Ask) throws -> Answer = { ask in
        guard let key = DoseSum.Key(rawValue: ask.request.query["by"] ?? "zone") else {
            throw Answer.refused(400, "bad-parameter", Phrase(zh: "by 只可取 zone、recipe、channel、batch", en: "by is one of zone, recipe, channel, batch"))
        }
        let since = try ask.since
        return Answer(try ask.disk.ask { try ask.context.doseSums(by: key, last: since) })
    }

    private static let calibrations: @Sendable (Ask) throws -> Answer = { ask in
        let channel = try ask.request.query["channel"].map { try ask.context.channel(named: $0) }
        return Answer(try ask.disk.ask { try ask.context.calibrations(of: channel) })
    }

    private static let plan: @Sendable (Ask) throws -> Answer = { ask in
        Answer(ask.context.plan(next: try ask.number("seconds", standard: 86_400, in: 60...31 * 86_400)))
    }

    private static let proofs: @Sendable (Ask) throws -> Answer = { ask in
        let live = ask.live
        return Answer(try ask.disk.ask { try ask.context.proofs(live) })
    }

    private static let doctor: @Sendable (Ask) throws -> Answer = { ask in
        let storage = try? ask.disk.ask { ask.context.journal.storage() }
        return Answer(ask.context.doctor(ask.live, storage: storage))
    }

    private static let command: @Sendable (Ask) throws -> Answer = { ask in
        guard let order = try? JSONDecoder().decode(CommandRequest.self, from: ask.request.body) else {
            let verbs = CommandRequest.Verb.allCases.map(\.rawValue).joined(separator: ", ")
            throw Answer.refused(
                400, "bad-body", Phrase(zh: "请求体不是命令", en: "the body is not a command"),
                Phrase(zh: "例：{\"command\":\"run\",\"zone\":\"east-1\",\"forSeconds\":600}；command 可取 \(verbs)",
                       en: "Example: {\"command\":\"run\",\"zone\":\"east-1\",\"forSeconds\":600}; command is one of \(verbs)"))
        }
        return try Orders(context: ask.context).give(order, by: ask.caller)
    }
}

extension Route {
    /// The route's parts fit the request's.
    func fits(_ parts: [String]) -> Bool {
        let mine = path.split(separator: "/")
        return mine.count == parts.count && zip(mine, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    /// Finds the route and lets it answer; everything that goes wrong comes back as an `ErrorReply`.
    static func answer(_ context: Context, _ disk: DiskQuestions, _ request: HTTPRequest, _ caller: Caller) -> Answer {
        let fitting = all.filter { $0.fits(request.path) }
        guard !fitting.isEmpty else {
            return .unknown(Phrase(zh: "路径", en: "path"), code: "unknown-path", "/" + request.path.joined(separator: "/"), among: all.map(\.path))
        }
        guard let route = fitting.first(where: { $0.method == request.method }) else {
            let methods = fitting.map(\.method)
            var answer = Answer.refused(405, "wrong-method", Phrase(
                zh: "此路径只接受 \(methods.joined(separator: "、"))", en: "this path takes only \(methods.joined(separator: ", "))"))
            answer.allow = methods
            return answer
        }
        if let unknown = request.query.keys.sorted().first(where: { !route.parameters.contains($0) }) {
            return .unknown(Phrase(zh: "参数", en: "parameter"), code: "unknown-parameter", unknown, among: route.parameters)
        }
        do {
            return try route.answer(Ask(context: context, disk: disk, request: request, caller: caller))
        } catch let answer as Answer {
            return answer
        } catch QueryRefused.unavailable(let problem) {
            return .refused(503, "records-unavailable", Phrase(zh: "记录现在读不出：\(problem)", en: "the records cannot be read now: \(problem)"),
                            Phrase(zh: "刚启动时请稍等；否则查磁盘：tidegate doctor", en: "Just after a start, wait a moment; else look at the disk: tidegate doctor"))
        } catch {
            return .refused(500, "internal", Phrase(zh: "控制器内部错误：\(error)", en: "an error in the controller: \(error)"))
        }
    }
}
