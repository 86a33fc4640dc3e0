@testable import Field
import Foundation
import Quantities
import Testing

/// The real guard process. Bounds of time are the requirement's own, with slack for a loaded machine.
@Suite(.serialized) struct GuardProcessTests {
    private func running() throws -> GuardRig {
        let rig = try GuardRig()
        try rig.writeTable()
        try rig.startGuard()
        try #require(rig.wait { rig.levels == [false, false, true, false] } != nil, "\(rig.guardProcess?.said ?? "")")
        return rig
    }

    @Test func `before any peer came, every line is at its own safe level`() throws {
        let rig = try running()
        #expect(rig.levels == [false, false, true, false])
    }

    @Test func `kill -9 of the peer with a valve open: safe at once`() throws {
        let rig = try running()
        let peer = try rig.startPeer(levels: 0b0001)
        try #require(rig.wait { rig.levels == [true, false, false, false] } != nil, "\(peer.said) \(rig.guardProcess?.said ?? "")")
        peer.signal(SIGKILL)
        let took = try #require(rig.wait { rig.levels == [false, false, true, false] })
        print("measured: kill -9 of the peer to safe at the line: \(took)")
        #expect(took <= GuardRig.lease + GuardRig.slack)
    }

    @Test func `a peer that stands still (SIGSTOP): safe when its lease is over, on again when it goes on`() throws {
        let rig = try running()
        let peer = try rig.startPeer(levels: 0b0101)
        try #require(rig.wait { rig.levels == [true, false, true, false] } != nil)
        peer.signal(SIGSTOP)
        let took = try #require(rig.wait { rig.levels == [false, false, true, false] })
        print("measured: SIGSTOP of the peer to safe at the line: \(took) (lease \(GuardRig.lease))")
        #expect(took <= GuardRig.lease + GuardRig.slack)
        peer.signal(SIGCONT)
        #expect(rig.wait { rig.levels == [true, false, true, false] } != nil)
    }

    @Test func `a guard that stood still (SIGSTOP) does not act on frames that waited too long`() throws {
        let rig = try running()
        let peer = try rig.startPeer(levels: 0b0101)
        try #require(rig.wait { rig.plant.level(output: "V1") == true } != nil)
        let guardProcess = try #require(rig.guardProcess)
        guardProcess.signal(SIGSTOP)
        peer.signal(SIGSTOP)
        usleep(500_000)
        guardProcess.signal(SIGCONT)
        let took = try #require(rig.wait { rig.plant.level(output: "V1") == false })
        #expect(took <= GuardRig.slack)
    }

    @Test func `kill -9 of the guard: the plant keeps the levels, and the next guard begins with safe`() throws {
        let rig = try running()
        let peer = try rig.startPeer(levels: 0b0101)
        try #require(rig.wait { rig.plant.level(output: "V1") == true } != nil)
        rig.guardProcess?.signal(SIGKILL)
        _ = rig.guardProcess?.waitForEnd()
        peer.signal(SIGKILL)
        rig.wait(.milliseconds(300)) { false }
        #expect(rig.plant.level(output: "V1") == true, "a real line stays where it was")
        let start = SystemClock.now()
        try rig.startGuard()
        var first: [String: Bool] = [:]
        while first.isEmpty, SystemClock.now() - start < .seconds(10) {
            rig.plant.turn { name, level in first[name] = first[name] ?? level }
            usleep(500)
        }
        print("measured: start of the guard to safe at the line: \(SystemClock.now() - start)")
        #expect(first == ["V1": false])
    }

    @Test func `SIGTERM leaves every output safe and ends with 0`() throws {
        let rig = try running()
        let peer = try rig.startPeer(levels: 0b0001)
        try #require(rig.wait { rig.plant.level(output: "V1") == true } != nil)
        rig.guardProcess?.signal(SIGTERM)
        #expect(rig.wait { rig.levels == [false, false, true, false] } != nil)
        #expect(rig.guardProcess?.waitForEnd() == 0)
        #expect(peer.id > 0)
    }

    @Test func `emergency stop: safe by the guard alone, while the peer goes on commanding`() throws {
        let rig = try running()
        let peer = try rig.startPeer(levels: 0b0001)
        try #require(rig.wait { rig.plant.level(output: "V1") == true } != nil)
        rig.plant.drive(input: "STOP", true)
        let took = try #require(rig.wait { rig.levels == [false, false, true, false] })
        print("measured: emergency stop to safe at the line: \(took) (debounce 10 ms)")
        #expect(took <= .milliseconds(10) + GuardRig.slack)
        rig.plant.drive(input: "STOP", false)
        #expect(rig.wait(.milliseconds(400)) { rig.plant.level(output: "V1") == true } == nil, "it came back by itself")
        #expect(peer.isRunning)
    }

    @Test func `longest time on: safe after 1 s though the peer renews, and it stays`() throws {
        let rig = try running()
        let peer = try rig.startPeer(levels: 0b1100)
        try #require(rig.wait { rig.plant.level(output: "V3") == true } != nil)
        let took = try #require(rig.wait { rig.plant.level(output: "V3") == false })
        print("measured: longest time of 1 s ended at the line after \(took)")
        #expect(took <= .seconds(1) + GuardRig.slack && took >= .milliseconds(500))
        #expect(rig.wait(.milliseconds(500)) { rig.plant.level(output: "V3") == true } == nil)
        #expect(peer.isRunning)
    }

    @Test(arguments: ["garbage", "long", "lease first", "sequence"])
    func `a malformed frame: every output safe, the peer is cut off, the guard goes on`(kind: String) throws {
        let rig = try running()
        let wire = try Wire(rig)
        if kind != "lease first" {
            wire.send(.hello(fingerprint: try LineTable(plan: GuardRig.plan()).fingerprint))
            #expect(wire.receive() != nil)
            wire.lease(1, levels: 0b0101)
            try #require(rig.wait { rig.plant.level(output: "V1") == true } != nil)
        }
        switch kind {
        case "garbage": wire.send([1, 2, 3])
        case "long": wire.send(Array(repeating: 0x54, count: 3000))
        case "lease first": wire.lease(1, levels: 0b0101)
        default: wire.lease(1, levels: 0b0101)
        }
        #expect(rig.wait { rig.levels == [false, false, true, false] && wire.isCutOff } != nil)
        #expect(rig.guardProcess?.said.contains("a frame was malformed") == true)
        let peer = try rig.startPeer(levels: 0b0101)
        #expect(rig.wait { rig.plant.level(output: "V1") == true } != nil)
        #expect(peer.isRunning)
    }

    @Test func `a second peer is told that the place is taken, and changes nothing`() throws {
        let rig = try running()
        let peer = try rig.startPeer(levels: 0b0101)
        try #require(rig.wait { rig.plant.level(output: "V1") == true } != nil)
        let second = try Wire(rig)
        #expect(second.receive() == .refused(.busy))
        #expect(rig.wait(.milliseconds(300)) { rig.plant.level(output: "V1") == false } == nil)
        #expect(peer.isRunning)
    }

    @Test func `a peer that says nothing does not keep the place`() throws {
        let rig = try running()
        let silent = try Wire(rig)
        #expect(rig.wait(.seconds(5)) { silent.isCutOff } != nil)
        let peer = try rig.startPeer(levels: 0b0101)
        #expect(rig.wait { rig.plant.level(output: "V1") == true } != nil)
        #expect(peer.isRunning)
    }

    @Test func `a second guard in one directory does not start`() throws {
        let rig = try running()
        let second = try ChildProcess(try ChildProcess.built("tidegate-guard"), [rig.directory.path])
        #expect(second.waitForEnd() == 1)
        #expect(second.said.contains("another guard"))
    }

    @Test(arguments: ["missing", "corrupt"])
    func `without a table it can read the guard says so, holds no line, and takes the one it is given`(kind: String) throws {
        let rig = try GuardRig()
        if kind == "corrupt" { try "tidegate lines 1\n".write(toFile: rig.directory.path + "/guard.lines", atomically: true, encoding: .utf8) }
        try rig.startGuard()
        let wire = try Wire(rig)
        let fingerprint = try LineTable(plan: GuardRig.plan()).fingerprint
        wire.send(.hello(fingerprint: fingerprint))
        #expect(wire.receive() == .refused(.noTable))
        #expect(rig.guardProcess?.said.contains("no line is held") == true)
        rig.plant.turn()
        #expect(!rig.plant.isConnected)
        try rig.writeTable()
        wire.send(.reload(fingerprint: fingerprint))
        guard case .welcome(fingerprint, _) = wire.receive() else { return #expect(Bool(false), "not welcome") }
        #expect(rig.wait { rig.levels == [false, false, true, false] } != nil)
    }
}

/// A peer spoken by hand.
private final class Wire {
    private let socket: Int32
    private let frame = FrameBuffer(capacity: GuardFrame.stateMax)

    init(_ rig: GuardRig) throws {
        var socket: Int32?
        rig.wait {
            socket = LocalSocket.connect(to: rig.directory.path + "/guard.sock")
            return socket != nil
        }
        self.socket = try #require(socket)
    }

    deinit { close(socket) }

    func send(_ request: GuardRequest) {
        request.write(to: frame)
        _ = LocalSocket.send(frame.used, to: socket)
    }

    func send(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { _ = LocalSocket.send($0, to: socket) }
    }

    func lease(_ sequence: UInt64, levels: UInt64) {
        send(.lease(GuardRequest.Lease(sequence: sequence, from: SystemClock.now(), length: .seconds(2), renewed: .max, levels: levels)))
    }

    func receive() -> GuardReply? {
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 5000) == 1,
              case .done(let count) = LocalSocket.receive(into: frame.bytes, from: socket) else { return nil }
        return GuardReply(frame, received: count)
    }

    /// Reads away what waits and finds the end.
    var isCutOff: Bool {
        while true {
            switch LocalSocket.receive(into: frame.bytes, from: socket) {
            case .done: continue
            case .later: return false
            case .broken: return true
            }
        }
    }
}
