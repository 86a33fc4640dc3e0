import Quantities
@testable import Sparkplug

/// A session, its disk, its brokers and its host in virtual time, drawn from a seed: what can go wrong between them does.
struct UplinkWorld {
    static let start: Int64 = 1_764_000_000

    private(set) var session: Session
    private(set) var wrongs: [String] = []
    private(set) var disk: UInt8?
    private(set) var witness: Witness?
    private(set) var tally = Tally()
    private var random: Seeded
    private var now = Instant.start
    private var wallOffset: Int64 = 0
    private var news: [(at: Instant, News)] = []
    /// Of the CONNECT before, in this life.
    private var lastNumber: UInt64?
    private var isHostSaidOnline = false
    private var legitimate: Set<CommandOrder> = []
    private var sent: [(topic: String, payload: Payload)] = []
    private var obeyed: Set<CommandOrder> = []
    private var isThere = [true, true]
    private var truth: [Int: (value: MetricValue?, quality: MetricQuality)] = [:]
    var isCalm = false

    struct Tally { var connections = 0, births = 0, data = 0, historical = 0, orders = 0, refused = 0, lives = 1, deaths = 0 }

    static let plan: NodePlan = {
        guard let farm = TopicName("farm"), let gate = TopicName("gate-7"), let east = TopicName("east"), let tank = TopicName("tank"),
              let plan = try? NodePlan(NodeName(group: farm, node: gate), metrics: [
                  MetricPlan("alarms", .int32), MetricPlan("site", .string), MetricPlan("load", .double, unit: "%"),
              ], devices: [
                  DevicePlan(east, [MetricPlan("flow", .double, unit: "m³/h"), MetricPlan("open", .boolean, writable: .boolean),
                                    MetricPlan("started", .dateTime)]),
                  DevicePlan(tank, [MetricPlan("level", .double, unit: "m"), MetricPlan("setpoint", .double, writable: .number(0.5...3)),
                                    MetricPlan("total", .int64)]),
              ]) else { preconditionFailure("the plan of the tests is sound") }
        return plan
    }()

    init(seed: UInt64) {
        random = Seeded(seed)
        session = Self.life(disk: nil, seed: seed)
    }

    private static func life(disk: UInt8?, seed: UInt64) -> Session {
        var settings = SessionSettings()
        settings.brokers = Int(seed % 3) + 1
        settings.primaryHost = seed % 2 == 0 ? TopicName("scada") : nil
        settings.metricsPerMessage = Int(seed % 4) + 1
        settings.longestRest = .seconds(20)
        settings.seed = seed
        return Session(plan, settings, lastBirthNumber: disk)
    }

    private var wall: WallTime {
        WallTime(unixNanoseconds: Self.start * 1_000_000_000 + now.nanoseconds + wallOffset, trust: .synced)
    }
    private var moment: Moment { Moment(now, wall) }
    private var milliseconds: UInt64 { UInt64(now.nanoseconds / 1_000_000) }

    mutating func run(steps: Int) {
        for _ in 0..<steps {
            now = now + .milliseconds(1 + random.below(random.chance(10) ? 5000 : 200))
            live()
            deliver()
            drain()
            if wrongs.count > 3 { return }
        }
    }

    /// No fault any more, for ten minutes of the world.
    mutating func calmDown() {
        isCalm = true
        say("spBv1.0/STATE/scada", Array("{\"online\":true,\"timestamp\":\(milliseconds + 1)}".utf8))
        for device in isThere.indices { flip(device, to: true) }
        for _ in 0..<6000 {
            now = now + .milliseconds(100)
            deliver()
            drain()
        }
    }

    // What the farm and the world do by themselves.
    private mutating func live() {
        for _ in 0..<random.below(4) { setOne() }
        if random.chance(2) { flip(random.below(2), to: random.chance(60)) }
        if random.chance(10) { tellHistory() }
        if random.chance(2) { wallOffset += Int64(random.below(4_000_000_000)) - 2_000_000_000 }
        if random.chance(1), random.chance(10) { wallOffset -= 3_600_000_000_000 }
        if witness != nil {
            if random.chance(2) { news.append((now, .lost)) }
            hostSpeaks()
        }
        if random.chance(1), random.chance(30) { die() }
    }

    private mutating func setOne() {
        let metric = random.below(Self.plan.metrics.count)
        let value = random.chance(5) ? nil : drawValue(Self.plan.metrics[metric].type)
        let quality: MetricQuality = random.chance(90) ? .good : .stale
        session.set(MetricIndex(rawValue: metric), value, quality, at: wall)
        truth[metric] = (value, quality)
    }

    private mutating func drawValue(_ type: MetricType) -> MetricValue {
        let number = random.below(50)
        return switch type {
        case .int32: .int32(Int32(number))
        case .int64: .int64(Int64(number))
        case .double: .double(Double(number))
        case .boolean: .boolean(number % 2 == 0)
        case .string: .string("site \(number)")
        case .dateTime: .dateTime(milliseconds: UInt64(number))
        }
    }

    private mutating func flip(_ device: Int, to there: Bool) {
        isThere[device] = there
        session.set(device: device, isThere: there)
    }

    private mutating func tellHistory() {
        let past = (0..<1 + random.below(5)).map { _ in
            PastValue(Self.plan.index(device: random.below(2), metric: 0), .double(-1 - Double(random.below(9))), .good, at: wall)
        }
        _ = session.tell(history: past)
    }

    private mutating func die() {
        session = Self.life(disk: disk, seed: random.next())
        for device in isThere.indices { session.set(device: device, isThere: isThere[device]) }
        truth = [:]
        end()
        lastNumber = nil
        tally.lives += 1
    }

    // What the host and others send down.
    private mutating func hostSpeaks() {
        if random.chance(6) {
            let online = random.chance(70)
            say("spBv1.0/STATE/scada", Array("{\"online\": \(online), \"timestamp\": \(milliseconds)}".utf8), isRetained: random.chance(50))
        }
        if random.chance(3) { say("spBv1.0/STATE/other", Array("{\"online\":false,\"timestamp\":\(milliseconds)}".utf8)) }
        if random.chance(1) { say("spBv1.0/STATE/scada", Array("{\"online\":false,\"timestamp\":1}".utf8)) }
        if random.chance(3) { ask(Metric(name: "Node Control/Rebirth", value: random.chance(80) ? .boolean(true) : .int(1))) }
        if random.chance(10) { command() }
        if random.chance(5), let again = sent.randomElement(using: &random) { say(again.topic, again.payload.encoded(), isRetained: random.chance(20)) }
        if random.chance(2) { say("spBv1.0/farm/NCMD/gate-7", (0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }) }
    }

    private mutating func ask(_ metric: Metric) { say("spBv1.0/farm/NCMD/gate-7", Payload(metrics: [metric]).encoded()) }

    private mutating func command() {
        let isValve = random.chance(50)
        let index = isValve ? 4 : 7
        let age = UInt64(random.below(150_000))
        let timestamp = wall.milliseconds - age
        let value: WireValue = random.chance(80) ? (isValve ? .boolean(random.chance(50)) : .double(Double(random.below(8)) / 2)) : .int(1)
        let metric = Metric(alias: random.chance(95) ? UInt64(index) + 2 : UInt64(random.below(12)), timestamp: timestamp, value: value)
        let topic = "spBv1.0/farm/DCMD/gate-7/\(isValve ? "east" : "tank")"
        let payload = Payload(timestamp: timestamp, metrics: [metric], sequence: random.chance(50) ? 3 : nil)
        guard !random.chance(10) else { return say(topic, payload.encoded(), isRetained: true) }
        sent.append((topic, payload))
        if sent.count > 40 { sent.removeFirst() }
        if age <= 61_000, metric.alias == UInt64(index) + 2, let order = order(index, value, timestamp) { legitimate.insert(order) }
        say(topic, payload.encoded())
    }

    /// What the value would be as an order, when it may be one at all.
    private func order(_ index: Int, _ value: WireValue, _ timestamp: UInt64) -> CommandOrder? {
        let typed: MetricValue
        switch (index, value) {
        case (4, .boolean(let isOpen)): typed = .boolean(isOpen)
        case (7, .double(let number)) where (0.5...3).contains(number): typed = .double(number)
        default: return nil
        }
        return CommandOrder(metric: MetricIndex(rawValue: index), value: typed, timestamp: timestamp)
    }

    private mutating func say(_ topic: String, _ payload: [UInt8], isRetained: Bool = false) {
        news.append((now, .message(topic: topic, payload: payload, isRetained: isRetained)))
    }

    private mutating func deliver() {
        let due = news.filter { $0.at <= now }
        news.removeAll { $0.at <= now }
        for one in due {
            if case .message("spBv1.0/STATE/scada", let bytes, _) = one.1, let state = HostState(decoding: bytes), state.timestamp > 1 {
                isHostSaidOnline = state.isOnline
            }
            session.hear(one.1, at: moment)
            if one.1 == .lost || one.1 == .unreachable || one.1 == .refused(code: 5) { end() }
        }
    }

    private mutating func end() {
        news = []
        guard let witness else { return }
        wrongs += witness.wrongs
        tally.data += witness.messages
        tally.historical += witness.historical
        for (earlier, later) in zip(witness.births, witness.births.dropFirst()) where later - earlier < 10_000 {
            wrongs.append("births after \(later - earlier) ms")
        }
        tally.births += witness.births.count
        isHostSaidOnline = false
        self.witness = nil
    }

    // What the shell does for the session.
    private mutating func drain() {
        for _ in 0..<300 {
            guard let action = session.next(at: moment) else {
                if session.wake <= now { wrongs.append("it is to be woken for nothing at \(session.wake)") }
                return
            }
            perform(action)
        }
        wrongs.append("there is no end of actions")
    }

    private mutating func perform(_ action: Action) {
        switch action {
        case .keep(let number): keep(number)
        case .connect(let connection): connect(connection)
        case .subscribe(let topics): subscribe(topics)
        case .publish(let publication): publish(publication)
        case .disconnect, .hangUp:
            if case .disconnect = action { tally.deaths += 1 }
            end()
        case .order(let order):
            tally.orders += 1
            if !legitimate.contains(order) { wrongs.append("never given so: \(order)") }
            if !obeyed.insert(order).inserted { wrongs.append("obeyed twice: \(order)") }
        case .report(.born): checkDevices()
        case .report(.commandRefused): tally.refused += 1
        case .report(.reportsLost(let count)): wrongs.append("\(count) reports lost")
        case .report: break
        }
    }

    private mutating func keep(_ number: UInt8) {
        let isKept = isCalm || random.chance(90)
        if isKept { disk = number }
        if !isCalm, random.chance(3) { die() } else { session.kept(isKept, at: now) }
    }

    private mutating func connect(_ connection: Connection) {
        if witness != nil { wrongs.append("two connections at once") }
        let number = birthNumber(of: connection.will)
        if number != disk.map(UInt64.init) { wrongs.append("the number \(number ?? 999) is not on disk") }
        let roll = isCalm ? 99 : random.below(100)
        if roll < 20 { return news.append((now + .milliseconds(300), .unreachable)) }
        if let lastNumber, number != (lastNumber + 1) % 256 { wrongs.append("\(lastNumber) is followed by \(number ?? 999)") }
        lastNumber = number
        tally.connections += 1
        if roll < 30 { return news.append((now + .milliseconds(300), .refused(code: 5))) }
        witness = Witness(will: connection.will)
        if roll >= 35 { news.append((now + .milliseconds(200), .connected)) }
    }

    private func birthNumber(of will: Publication) -> UInt64? {
        guard will.topic == "spBv1.0/farm/NDEATH/gate-7", will.qualityOfService == 1,
              let payload = try? Payload(decoding: will.payload, within: .command), payload.sequence == nil,
              case .long(let number)? = payload.metrics.first?.value else { return nil }
        return number
    }

    private mutating func subscribe(_ topics: [String]) {
        let commands = ["spBv1.0/farm/NCMD/gate-7", "spBv1.0/farm/DCMD/gate-7/east", "spBv1.0/farm/DCMD/gate-7/tank"]
        let state = session.settings.primaryHost == nil ? [] : ["spBv1.0/STATE/scada"]
        if topics != commands + state { wrongs.append("subscribes to \(topics)") }
        let roll = isCalm ? 99 : random.below(100)
        if roll >= 5 { news.append((now + .milliseconds(100), .subscribed(isGranted: roll >= 10))) }
        if isCalm { say("spBv1.0/STATE/scada", Array("{\"online\":true,\"timestamp\":\(milliseconds)}".utf8), isRetained: true) }
    }

    private mutating func publish(_ publication: Publication) {
        let isTaken = isCalm || random.chance(93)
        if isTaken {
            if publication.topic.contains("/NBIRTH/"), session.settings.primaryHost != nil, !isHostSaidOnline { wrongs.append("the host is away") }
            let now = milliseconds
            witness?.hear(publication, now: now)
            if witness == nil { wrongs.append("published without a connection") }
        }
        session.published(isTaken, at: now)
    }

    private mutating func checkDevices() {
        for (device, name) in ["east", "tank"].enumerated() where isThere[device] && witness?.born[name] == nil {
            wrongs.append("\(name) is there and was not born")
        }
    }

    /// What the host believes against what is.
    func disagreements() -> [String] {
        guard let witness else { return ["not connected"] }
        return Self.plan.metrics.indices.compactMap { metric in
            let owner = Self.plan.owner(of: MetricIndex(rawValue: metric))
            let known = witness.value(of: ["", "east", "tank"][owner], Self.plan.metrics[metric].name)
            let (value, quality) = truth[metric] ?? (nil, .bad)
            let isKnown = known?.value == value?.wire && known?.quality == quality
            return isKnown ? nil : "\(Self.plan.metrics[metric].name): \(String(describing: known)) for \(String(describing: value)) \(quality)"
        } + witness.wrongs
    }
}
