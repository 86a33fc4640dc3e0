import BridgeCore
@testable import Field
import ProcessImage
import Quantities
import Testing

extension RTUFrame {
    /// The bridge's answer to a message, if it is one.
    static func received(_ bytes: inout [UInt8], to message: BridgeMessage) -> ReceivedAnswer? {
        guard case .frame(let frame) = cutAnswer(from: &bytes, of: BridgeProtocol.address, to: message.request) else { return nil }
        return try? ReceivedAnswer.check(frame.pdu[...], to: message.request).get()
    }
}

/// A session with a bridge on a line, and a scan that commits every 100 ms, in virtual time of whole milliseconds.
///
/// The site: V on relay 0 (safe off, at most 60 s), A on relay 5 (safe on, driven by the relay's own level); contact D on
/// input 1 (active low), meter M on counter 0 (10 L a pulse), level L on analogue 2. The scan is as careful as the
/// interlocks are: it wants nothing but safe levels while the bridge is not armed or its trip stands.
struct BridgeBench: ~Copyable {
    static let valve: UInt16 = 0b1, aerator: UInt16 = 0b100000
    static let scan = Duration.milliseconds(100)
    static let timing = BridgeTiming(lease: .milliseconds(800))

    static func plan(path: String = "BRIDGE") -> BridgePlan {
        BridgePlan(
            index: DeviceIndex(0), tag: "bridge", path: path,
            relays: [
                BridgeRelay(name: "R1", output: OutputIndex(0), number: 0, activeLow: false, safe: .off, maximumOn: .seconds(60)),
                BridgeRelay(name: "R6", output: OutputIndex(1), number: 5, activeLow: false, safe: .on, maximumOn: .seconds(60)),
            ],
            inputs: [
                BridgeInput(name: "D1", number: 1, use: .level(PointIndex(0), activeLow: true)),
                BridgeInput(name: "P1", number: 0, use: .pulses(total: PointIndex(1), rate: PointIndex(2), each: .liters(10))),
                BridgeInput(name: "A1", number: 2, use: .signal(PointIndex(3), SignalScale(signal: 0.2...1, values: 0...5))),
            ],
            online: PointIndex(4), state: PointIndex(5))
    }

    var now: Instant = .start + .seconds(1000)
    var session: BridgeSession
    var line: BridgeLine
    private var bridgeBegan: Instant
    private var boots: UInt16 = 1

    // The line.
    var isCut = false
    /// The next so many answers are lost on their way.
    var answersLost = 0
    private(set) var sent: [BridgeMessage] = []
    private(set) var news: [BridgeNews] = []

    // The scan.
    var scanLives = true
    var isStopped = false
    var wanted: UInt16 = aerator
    var tripStands = false
    private(set) var told: [BridgeStanding] = []
    private var posted: BridgeStanding?
    private(set) var lastCommit = Instant.never
    private var nextCommit: Instant
    private var mailed: BridgeOrder?
    private(set) var relayChanges: [(at: Instant, levels: UInt16)] = []

    init(identity: BoardIdentity = .reference) {
        session = BridgeSession(BridgeBench.plan(), timing: BridgeBench.timing, at: now)
        line = BridgeLine(BridgeServer(identity: identity, boot: Boot(count: 1, cause: .powerOn, safeLevels: 0)))
        bridgeBegan = now
        nextCommit = now
    }

    var clock: UInt32 { UInt32(truncatingIfNeeded: (now - bridgeBegan).nanoseconds / 1_000_000) }
    var relays: UInt16 { line.server.relays }
    var state: BridgeState { line.server.safety.state }
    var crc: UInt16 { BridgeConfiguration(BridgeBench.plan().configuration(BridgeBench.timing)).crc }

    // MARK: Time

    mutating func run(for duration: Duration) {
        let end = now + duration
        while now < end { turn() }
    }

    /// - Returns: after how long something held; `nil`: never within a minute.
    mutating func run(until holds: (borrowing BridgeBench) -> Bool) -> Duration? {
        let begun = now
        while now - begun < .seconds(60) {
            if holds(self) { return now - begun }
            turn()
        }
        return nil
    }

    private mutating func turn() {
        if !isStopped, let message = session.next(at: now) { exchange(message) } else { pass(.milliseconds(1)) }
    }

    /// Lets time pass for bridge and scan.
    private mutating func pass(_ duration: Duration) {
        for _ in 0..<(duration.nanoseconds / 1_000_000) {
            now = now + .milliseconds(1)
            line.server.tick(at: clock)
            noteRelays()
            if now >= nextCommit { scan() }
        }
        if let mailed, !isStopped { session.take(mailed) }
    }

    private mutating func noteRelays() {
        if relayChanges.last?.levels != relays { relayChanges.append((now, relays)) }
    }

    private mutating func scan() {
        nextCommit = nextCommit + BridgeBench.scan
        guard scanLives, !isStopped else { return }
        if let posted, told.last != posted {
            told.append(posted)
            if posted.needsPerson { tripStands = true }
        }
        let mayMove = told.last == .armed && !tripStands
        lastCommit = now
        mailed = BridgeOrder(relays: mayMove ? wanted : BridgeBench.aerator, at: now, isHeld: tripStands)
    }

    // MARK: The line

    private mutating func exchange(_ message: BridgeMessage) {
        sent.append(message)
        let outcome = ask(message)
        note(session.heard(message, outcome, at: now))
    }

    private mutating func ask(_ message: BridgeMessage) -> Received {
        let bytes = RTUFrame(unit: BridgeProtocol.address, pdu: message.request.pdu).bytes
        pass(.milliseconds(bytes.count > 20 ? 4 : 1))
        guard !isCut else { return waitInVain() }
        var isComplete = false
        for byte in bytes { isComplete = line.receive(byte, at: clock) || isComplete }
        noteRelays()
        guard isComplete, answersLost == 0 else {
            answersLost = max(answersLost - 1, 0)
            return waitInVain()
        }
        var answer = (0..<line.reply.count).map { line.reply[$0] }
        pass(.milliseconds(answer.count > 20 ? 12 : 1))
        return RTUFrame.received(&answer, to: message).map { .answer($0) } ?? .garbled(.wrongCRC)
    }

    private mutating func waitInVain() -> Received {
        pass(BridgeBench.timing.answerWithin)
        return .noAnswer
    }

    private mutating func note(_ news: BridgeNews) {
        if case .nothing = news { return }
        self.news.append(news)
        guard let standing = session.statement() else { return }
        posted = standing
        session.wasPosted(at: now)
    }

    // MARK: The bridge

    mutating func reset(_ cause: BridgeCore.Cause) {
        let isCold = cause == .powerOn
        boots = isCold ? 1 : boots + 1
        let boot = Boot(count: boots, cause: cause, safeLevels: isCold ? 0 : line.server.safety.safeLevels)
        line = BridgeLine(BridgeServer(identity: .reference, boot: boot))
        bridgeBegan = now
        noteRelays()
    }

    /// Another process of ours in place of the first.
    mutating func restartGateway() {
        session = BridgeSession(BridgeBench.plan(), timing: BridgeBench.timing, at: now)
        told = []
        posted = nil
        mailed = nil
        sent = []
    }
}
