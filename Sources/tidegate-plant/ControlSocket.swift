import Glibc
import Quantities
import Simulator

/// What may be said on the control socket; each line is answered by one line.
struct ControlCommands {
    let farm: Farm

    /// - Returns: `ok`, `error: …`, or what was asked for.
    func answer(_ line: String) -> String {
        let words = line.split(separator: " ").map(String.init)
        switch words.first {
        case "state" where words.count == 1: return FarmState(farm).line
        case "faults" where words.count == 1:
            return farm.plant.faults.map(FaultWords(tables: farm.tables).text(of:)).joined(separator: "; ")
        case "fault": return order(Array(words.dropFirst())) { farm.plant.begin($0) }
        case "clear" where words == ["clear", "all"]:
            farm.plant.endAllFaults()
            return "ok"
        case "clear": return order(Array(words.dropFirst())) { farm.plant.end($0) }
        default: return "error: say state, faults, fault …, clear …, or clear all"
        }
    }

    private func order(_ words: [String], _ act: (PlantFault) -> Void) -> String {
        switch FaultWords(tables: farm.tables).read(words) {
        case .fault(let fault):
            act(fault)
            return "ok"
        case .no(let why): return "error: \(why)"
        }
    }
}

/// RUNDIR/plant.sock: faults in, state out.
final class ControlSocket: Pollable {
    var descriptor: Int32 { listener.raw }
    private let listener: Descriptor
    private let commands: ControlCommands

    init(path: String, farm: Farm) throws(NotOpened) {
        commands = ControlCommands(farm: farm)
        unlink(path)
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard raw >= 0 else { throw NotOpened(path) }
        listener = Descriptor(raw)
        guard var address = unixAddress(path) else { throw NotOpened(path, errno: ENAMETOOLONG) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard isBound == 0, listen(raw, 8) == 0 else { throw NotOpened(path) }
    }

    func isReady(at now: Instant, in loop: EventLoop) {
        let raw = accept(listener.raw, nil, nil)
        guard raw >= 0 else { return }
        loop.add(ControlConnection(Descriptor(raw), commands))
    }
}

private final class ControlConnection: Pollable {
    var descriptor: Int32 { connection.raw }
    private let connection: Descriptor
    private let commands: ControlCommands
    private var received: [UInt8] = []

    private static let lineAtMost = 4096

    init(_ connection: Descriptor, _ commands: ControlCommands) {
        self.connection = connection
        self.commands = commands
    }

    func isReady(at now: Instant, in loop: EventLoop) {
        switch connection.read() {
        case .nothing: return
        case .ended: loop.remove(self)
        case .bytes(let bytes):
            received += bytes
            while let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeSubrange(...end)
                connection.send(Array((commands.answer(line) + "\n").utf8))
            }
            if received.count > ControlConnection.lineAtMost { loop.remove(self) }
        }
    }
}

/// `nil` when the path is too long for a Unix socket (107 bytes).
func unixAddress(_ path: String) -> sockaddr_un? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return address
}
