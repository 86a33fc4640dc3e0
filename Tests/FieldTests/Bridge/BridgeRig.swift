import BridgeCore
@testable import Field
@testable import Interlocks
import Foundation
import Glibc
import Language
import ProcessImage
import Quantities
import Synchronization
import Testing

/// A bridge on a pty: the core with the channels of the reference board, served by a thread, clocked by this machine.
final class TwinPeer: @unchecked Sendable {
    /// `@unchecked Sendable`: everything that moves is behind `state`; the rest is written before the thread starts.
    private struct State: ~Copyable {
        var line: BridgeLine
        var began = SystemClock.now()
        var boots: UInt16 = 1
        var isCut = false
        var garblesEvery = 0
        var replies = 0
        var changes: [(at: Instant, levels: UInt16)] = []
        var isEnding = false

        mutating func tick() {
            line.server.tick(at: UInt32(truncatingIfNeeded: (SystemClock.now() - began).nanoseconds / 1_000_000))
            if changes.last?.levels != line.server.relays { changes.append((SystemClock.now(), line.server.relays)) }
        }

        mutating func answer(_ bytes: [UInt8]) -> [UInt8] {
            var reply: [UInt8] = []
            for byte in bytes where line.receive(byte, at: line.server.clock) {
                reply += (0..<line.reply.count).map { line.reply[$0] }
            }
            tick()
            guard !reply.isEmpty else { return [] }
            replies += 1
            if garblesEvery > 0, replies % garblesEvery == 0 { reply[reply.count / 2] ^= 0x40 }
            return reply
        }
    }

    let path: String
    private let master: Int32
    private let slave: Int32
    private let state: Mutex<State>
    private let done = DispatchSemaphore(value: 0)

    init(_ identity: BoardIdentity = .reference) throws {
        var master: Int32 = -1, slave: Int32 = -1
        var name = [CChar](repeating: 0, count: 256)
        var settings = termios()
        cfmakeraw(&settings)
        guard openpty(&master, &slave, &name, &settings, nil) == 0 else { throw NotOpened() }
        (self.master, self.slave) = (master, slave)
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let boot = Boot(count: 1, cause: .powerOn, safeLevels: 0)
        state = Mutex(State(line: BridgeLine(BridgeServer(identity: identity, boot: boot))))
        Thread { [self] in serve() }.start()
    }

    struct NotOpened: Error {}

    func end() {
        state.withLock { $0.isEnding = true }
        done.wait()
        close(master)
        close(slave)
    }

    private func serve() {
        var buffer = [UInt8](repeating: 0, count: 512)
        while !state.withLock({ $0.isEnding }) {
            var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            poll(&ready, 1, 1)
            state.withLock { $0.tick() }
            guard ready.revents & Int16(POLLIN) != 0 else { continue }
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { continue }
            let reply = state.withLock { $0.isCut ? [] : $0.answer(Array(buffer.prefix(count))) }
            if !reply.isEmpty { _ = write(master, reply, reply.count) }
        }
        done.signal()
    }

    var relays: UInt16 { state.withLock { $0.line.server.relays } }
    var bridgeState: BridgeState { state.withLock { $0.line.server.safety.state } }
    var changes: [(at: Instant, levels: UInt16)] { state.withLock { $0.changes } }

    func cut(_ isCut: Bool) { state.withLock { $0.isCut = isCut } }
    /// Every so many'th reply is damaged; 0: none.
    func garble(every count: Int) { state.withLock { $0.garblesEvery = count } }
    var digital: UInt16 { state.withLock { $0.line.server.inputs.digital } }
    func set(digital: UInt16) { state.withLock { $0.line.server.inputs.digital = digital } }
    func set(analogue: Int, to word: UInt16) { state.withLock { $0.line.server.inputs[analogue: analogue] = word } }
    func pulse(_ counter: Int) { state.withLock { $0.line.server.inputs.count(counter, at: $0.line.server.clock) } }

    func reset(_ cause: BridgeCore.Cause) {
        state.withLock { state in
            state.boots += 1
            let boot = Boot(count: state.boots, cause: cause, safeLevels: state.line.server.safety.safeLevels)
            state.line = BridgeLine(BridgeServer(identity: .reference, boot: boot))
            state.began = SystemClock.now()
            state.tick()
        }
    }
}

/// The field's side of one bridge with its image, turned by hand; as careful as the interlocks: while the bridge is not
/// armed every output is permitted safe.
struct BridgeScanning: ~Copyable {
    static let period: Duration = .milliseconds(20)
    static let valve = OutputIndex(0), aerator = OutputIndex(1)

    let field: BridgeField
    var image: InputImage
    var permitted: PermittedOutputs
    var wanted: OutputLevel = .off

    init(_ twin: TwinPeer, lease: Duration = .milliseconds(800)) throws {
        let tables = try BridgeRig.tables()
        field = BridgeField(plan: [BridgeBench.plan(path: twin.path)], tables: tables, lease: lease)
        image = InputImage(tables: tables)
        permitted = PermittedOutputs(safe: tables.outputs)
        field.start()
    }

    var standing: BridgeStanding? { image.standing(of: BridgePoint(index: PointIndex(5)), noOlderThan: .seconds(2)).value }
    var isOnline: Bool { image.reading(PointIndex(4)).recorded == 1 }
    var isArmed: Bool { standing == .armed }

    func reading(_ point: Int) -> Reading { image.reading(PointIndex(point)) }

    /// - Returns: when it committed.
    @discardableResult
    mutating func scan() -> Instant {
        let now = SystemClock.now()
        image.begin(now: now, wall: WallTime(unixSeconds: 0, trust: .unset))
        field.latch(into: &image)
        permitted[BridgeScanning.valve] = Permitted(level: isArmed ? wanted : .off, cause: .idle, isRefused: false)
        field.commit(permitted, at: now)
        return now
    }

    /// Scans until something holds; `nil` when it takes too long.
    @discardableResult
    mutating func scan(for limit: Duration = .seconds(20), until holds: (borrowing BridgeScanning) -> Bool) -> Duration? {
        let start = SystemClock.now()
        while SystemClock.now() - start < limit {
            scan()
            if holds(self) { return SystemClock.now() - start }
            usleep(20_000)
        }
        return nil
    }
}

enum BridgeRig {
    static func tables() throws -> SiteTables {
        func point(_ tag: String, _ unit: String, digital: Bool = false) throws -> PointDefinition {
            PointDefinition(label: Label(tag: tag), unit: try #require(Unit(symbol: unit)), uncertainAfter: .seconds(1.5),
                            badAfter: .seconds(5), isDigital: digital)
        }
        let points = [try point("D1", "1", digital: true), try point("M.total", "m3"), try point("M.flow", "m3/h"),
                      try point("L", "m"), try point("bridge.online", "1", digital: true), try point("bridge.state", "1")]
        let outputs = [OutputDefinition(label: Label(tag: "V"), kind: .valve, safe: .off, maximumOn: .seconds(60)),
                       OutputDefinition(label: Label(tag: "A"), kind: .aerator, safe: .on, maximumOn: .seconds(60))]
        return SiteTables(site: Label(tag: "test"), clock: LocalClock(name: "UTC", firstOffset: 0), points: points,
                          outputs: outputs, devices: [Label(tag: "bridge")])
    }
}
