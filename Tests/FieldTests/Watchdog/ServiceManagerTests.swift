import CAllocationCounter
@testable import Field
import Foundation
import ProcessImage
import Quantities
import Testing

/// What systemd hears, over a real datagram socket.
@Suite struct ServiceManagerTests {
    private func manager(_ socket: NotifySocket, hearts: [Heartbeat] = [], environment: [String: String] = [:]) -> ServiceManager {
        let all = ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "300000"].merging(environment) { $1 }
        return ServiceManager(hearts: hearts, process: 1000) { all[$0] }
    }

    private func moment(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test(arguments: ["", "@"])
    func `a beat a third of its patience apart, however often the scan turns`(kind: String) throws {
        let socket = try NotifySocket(kind)
        let manager = manager(socket)
        manager.ready()
        for turn in 0..<700 { manager.beat(at: moment(Int64(turn))) }
        manager.stopping()
        #expect(socket.heard(within: 0) == ["READY=1"] + [String](repeating: "WATCHDOG=1", count: 7) + ["STOPPING=1"])
    }

    @Test func `nothing is vouched for while one thread is missed`() throws {
        let socket = try NotifySocket()
        let drain = Heartbeat(), bus = Heartbeat()
        let manager = manager(socket, hearts: [drain, bus])
        manager.beat(at: moment(0))
        manager.ready()
        #expect(socket.heard(within: 0) == ["READY=1"])
        manager.beat(at: moment(0))
        drain.willBeat(by: moment(100_000))
        bus.willBeat(by: moment(1000))
        manager.beat(at: moment(6000))
        #expect(socket.heard(within: 0).count == 2)
        manager.beat(at: moment(6001))
        manager.beat(at: moment(9000))
        #expect(socket.heard(within: 0).isEmpty)
        bus.willBeat(by: moment(20_000))
        manager.beat(at: moment(9001))
        #expect(socket.heard(within: 0) == ["WATCHDOG=1"])
    }

    @Test func `a watchdog that is meant for another process, or for none, is not fed`() throws {
        let socket = try NotifySocket()
        func live(_ manager: ServiceManager) -> [String] {
            manager.ready()
            manager.beat(at: moment(0))
            return socket.heard(within: 0)
        }
        #expect(live(manager(socket, environment: ["WATCHDOG_PID": "999"])) == ["READY=1"])
        #expect(live(manager(socket, environment: ["WATCHDOG_USEC": "often"])) == ["READY=1"])
        #expect(live(ServiceManager(hearts: [], process: 1000) { _ in nil }).isEmpty)
        #expect(live(manager(socket, environment: ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)])).isEmpty)
        #expect(live(manager(socket, environment: ["WATCHDOG_PID": "1000"])) == ["READY=1", "WATCHDOG=1"])
    }

    @Test func `a beat allocates nothing, and a manager that does not listen holds nobody up`() throws {
        let socket = try NotifySocket()
        let manager = manager(socket, hearts: [Heartbeat()])
        manager.ready()
        manager.beat(at: moment(0))
        let before = allocations_of_this_thread()
        for turn in 1...1000 { manager.beat(at: moment(Int64(turn) * 1000)) }
        #expect(allocations_of_this_thread() == before)
    }

    @Test func `the controller vouches for itself once its scan turns, and stands still without a word`() throws {
        let socket = try NotifySocket()
        let folder = try TemporaryDirectory()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
        let daemon = try ChildProcess(ChildProcess.built("tidegated"), [
            root.appendingPathComponent("configs/example-drip-greenhouse.yaml").path, "--plant", "--run", folder.path, "--data", folder.path,
        ], environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "300000"])
        try watchLife(of: daemon, socket)
    }

    @Test func `so does the guard`() throws {
        let socket = try NotifySocket()
        let folder = try TemporaryDirectory()
        let guardProcess = try ChildProcess(ChildProcess.built("tidegate-guard"), [folder.path],
                                            environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "300000"])
        try watchLife(of: guardProcess, socket)
    }

    private func watchLife(of process: ChildProcess, _ socket: NotifySocket) throws {
        let beginning = socket.heard(within: 10, atLeast: 4)
        try #require(beginning.count >= 4, "\(beginning) \(process.said)")
        #expect(Array(beginning.prefix(4)) == ["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"])
        process.signal(SIGSTOP)
        usleep(100_000)
        _ = socket.heard(within: 0)
        #expect(socket.heard(within: 1).isEmpty)
        process.signal(SIGCONT)
        #expect(socket.heard(within: 10, atLeast: 2) == ["WATCHDOG=1", "WATCHDOG=1"])
        process.signal(SIGTERM)
        #expect(socket.heard(within: 10, until: "STOPPING=1").last == "STOPPING=1")
    }
}

/// Where a service manager listens.
final class NotifySocket {
    let path: String
    private let socket: Int32

    /// - Parameter kind: "@" for the abstract namespace, which leaves no file.
    init(_ kind: String = "") throws {
        path = kind + "/tmp/tg-notify-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        let isBound = LocalSocket.withAddress(of: path) { bind(socket, $0, $1) == 0 }
        try #require(isBound == true)
    }

    deinit {
        close(socket)
        unlink(path)
    }

    /// What came, in order; waits for so many messages or for one of them, and no longer than the time in seconds.
    func heard(within seconds: Double, atLeast count: Int = .max, until last: String? = nil) -> [String] {
        var messages: [String] = []
        let end = Date().addingTimeInterval(seconds)
        var bytes = [UInt8](repeating: 0, count: 256)
        while messages.count < count, last == nil || messages.last != last {
            let length = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if length > 0 { messages.append(String(decoding: bytes.prefix(length), as: UTF8.self)) }
            if length > 0 { continue }
            guard Date() < end else { break }
            usleep(5000)
        }
        return messages
    }
}
