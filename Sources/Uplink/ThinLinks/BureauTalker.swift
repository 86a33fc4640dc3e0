public import Quantities
public import SL651

/// What a station of the water bureau asks its owner. Each may take its time: only this line waits for it.
public struct BureauPorts: Sendable {
    /// What the field shows.
    public var input: @Sendable () -> StationInput
    /// Values of the past; `nil` where there was no good reading.
    public var history: @Sendable (HistoryQuestion) -> [Double?]
    public var wall: @Sendable () -> WallTime
    public var report: @Sendable (ThinNews) -> Void

    public init(input: @escaping @Sendable () -> StationInput, history: @escaping @Sendable (HistoryQuestion) -> [Double?],
                wall: @escaping @Sendable () -> WallTime, report: @escaping @Sendable (ThinNews) -> Void) {
        (self.input, self.history, self.wall, self.report) = (input, history, wall, report)
    }
}

/// A `Station` that looks at the field through its ports.
struct BureauTalker: Talker {
    private var station: Station
    private let ports: BureauPorts
    /// Answers that look into the past are ten seconds apart: each reads the disk.
    private var mayLookAt = Instant.never
    /// When answers went out, within the last minute. Each has a number, and so a write to the disk.
    private var answered: [Instant] = []
    private static let answersAMinute = 20

    init(_ plan: StationPlan, memory: [UInt8]?, _ ports: BureauPorts) {
        station = Station(plan, memory: memory.flatMap { StationMemory($0) } ?? StationMemory())
        self.ports = ports
    }

    var memory: StationMemory { station.memory }
    var memoryBytes: [UInt8] { station.memory.bytes }
    static var staleIsWorseThanNone: Bool { false }
    var waiting: Int { station.memory.reports.count }

    func wantsLine(at now: Instant, isSaving: Bool) -> Bool { station.wantsLine(at: now, isSaving: isSaving) }
    mutating func lineIsUp(now: Instant) { station.lineIsUp(now: now) }
    mutating func lineIsDown() { station.lineIsDown() }

    mutating func step(now: Instant, wall: WallTime, isUp: Bool) -> [TalkerAction] {
        let actions = station.step(now: now, wall: wall, ports.input())
        return carryOut(actions, now, wall)
    }

    mutating func hear(_ bytes: [UInt8], now: Instant, wall: WallTime) -> [TalkerAction] {
        let heard = station.hear(bytes, now: now, wall: wall, ports.input())
        let actions = carryOut(heard, now, wall)
        guard actions.contains(where: \.isSend) else { return actions }
        answered.removeAll { now - $0 >= .minutes(1) }
        guard answered.count < Self.answersAMinute else { return actions.filter { !$0.isSend } + [.tell(.askedTooOften)] }
        answered.append(now)
        return actions
    }

    private mutating func carryOut(_ actions: [StationAction], _ now: Instant, _ wall: WallTime) -> [TalkerAction] {
        actions.flatMap { action -> [TalkerAction] in
            switch action {
            case .send(let bytes): return [.send(bytes)]
            case .note(let note): return [.tell(.bureau(note))]
            case .lookUp(let question):
                guard now >= mayLookAt else { return [.tell(.bureau(.refused(.queryPeriod, .tooMuch)))] }
                mayLookAt = now + .seconds(10)
                let found = station.answer(question, values: ports.history(question), wall: wall)
                return carryOut(found, now, wall)
            }
        }
    }
}
