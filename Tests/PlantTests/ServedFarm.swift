import Control
import Field
import Foundation
import Interlocks
import ProcessImage
import Quantities
import Scan
import Synchronization
@testable import tidegate_plant

/// A small farm served by a thread of this process: a soil line on a pseudo terminal with three units, a TCP gateway with
/// a relay, and an RTU-over-TCP converter.
final class ServedFarm: Sendable {
    let folder: String
    let tcpPort: UInt16
    let converterPort: UInt16
    private let isEnding = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    var serialPort: String { folder + "/dev/ttyS9" }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tg-plant-\(UUID().uuidString.prefix(8))").path
        tcpPort = try freePort()
        converterPort = try freePort()
        let started = DispatchSemaphore(value: 0)
        let (folder, tcp, converter) = (folder, tcpPort, converterPort)
        let thread = Thread { [self] in
            let server = try? PlantServer(farm: SampleSite.farm(tcpPort: tcp, converterPort: converter), folder: folder)
            started.signal()
            server?.run { isEnding.load(ordering: .acquiring) }
            ended.signal()
        }
        thread.start()
        started.wait()
    }

    /// Says one line to the control socket.
    func say(_ line: String) throws -> String { try ServedFarm.say(line, in: folder) }

    static func say(_ line: String, in folder: String) throws -> String {
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(raw) }
        guard var address = unixAddress(folder + "/plant.sock") else { throw CocoaError(.fileReadInvalidFileName) }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard isConnected == 0 else { throw CocoaError(.fileReadUnknown) }
        let bytes = Array((line + "\n").utf8)
        _ = write(raw, bytes, bytes.count)
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while read(raw, &byte, 1) == 1, byte != UInt8(ascii: "\n") { answer.append(byte) }
        return String(decoding: answer, as: UTF8.self)
    }

    func stop() {
        isEnding.store(true, ordering: .releasing)
        ended.wait()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// A port of 127.0.0.1 that nobody uses now.
func freePort() throws -> UInt16 {
    let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(raw) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isFound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(raw, $0, length) == 0 && getsockname(raw, $0, &length) == 0
        }
    }
    guard isFound else { throw CocoaError(.fileReadUnknown) }
    return UInt16(bigEndian: address.sin_port)
}
