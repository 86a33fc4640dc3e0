@testable import Field
import Foundation
import Synchronization

/// Modbus/TCP devices in this process, for tests that count what goes over the wire: each on its own port, all on one
/// thread. A silent one accepts and never answers.
final class ModbusFleet: Sendable {
    private struct Device: Sendable {
        let listener: Int32
        let isSilent: Bool
    }

    private struct Client {
        let descriptor: Int32
        let device: Int
        var stream: [UInt8] = []
    }

    let ports: [UInt16]
    private let devices: [Device]
    private let requestsByDevice: Mutex<[[ModbusRequest]]>
    private let coils: Mutex<[Bool]>
    private let stopping = Atomic<Bool>(false)
    private let thread = Mutex<WorkThread?>(nil)

    init(answering: Int, silent: Int = 0) throws {
        let opened = try (0..<answering + silent).map { _ in try ModbusFleet.listen() }
        ports = opened.map(\.port)
        devices = opened.enumerated().map { Device(listener: $0.element.descriptor, isSilent: $0.offset >= answering) }
        requestsByDevice = Mutex(Array(repeating: [], count: devices.count))
        coils = Mutex(Array(repeating: false, count: devices.count))
        thread.withLock { $0 = WorkThread(name: "fleet") { [self] in serve() } }
    }

    /// In the order they came.
    func requests(of device: Int) -> [ModbusRequest] { requestsByDevice.withLock { $0[device] } }
    func isOn(_ device: Int) -> Bool { coils.withLock { $0[device] } }

    func stop() {
        stopping.store(true, ordering: .relaxed)
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
    }

    private static func listen() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
                bind(descriptor, plain, length) == 0 && Glibc.listen(descriptor, 64) == 0 && getsockname(descriptor, plain, &length) == 0
            }
        }
        guard result else { throw POSIXError(.EADDRINUSE) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func serve() {
        var clients: [Client] = []
        while !stopping.load(ordering: .relaxed) {
            var entries = (devices.map(\.listener) + clients.map(\.descriptor)).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, nfds_t(entries.count), 20) > 0 else { continue }
            var gone: Set<Int32> = []
            for index in clients.indices where entries[devices.count + index].revents != 0 {
                if !serve(&clients[index]) { gone.insert(clients[index].descriptor) }
            }
            for index in devices.indices where entries[index].revents != 0 {
                clients.append(Client(descriptor: accept(devices[index].listener, nil, nil), device: index))
            }
            gone.forEach { close($0) }
            clients.removeAll { gone.contains($0.descriptor) }
        }
        (devices.map(\.listener) + clients.map(\.descriptor)).forEach { close($0) }
    }

    /// - Returns: whether the client is still there.
    private func serve(_ client: inout Client) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(client.descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        client.stream += buffer.prefix(count)
        while case .frame(let frame) = TCPFrame.cut(from: &client.stream) {
            guard case .success(let request) = ModbusRequest.decode(pdu: frame.pdu[...]) else { continue }
            requestsByDevice.withLock { $0[client.device].append(request) }
            if devices[client.device].isSilent { continue }
            let pdu = answer(request, of: client.device).pdu(to: request)
            let bytes = TCPFrame(transaction: frame.transaction, unit: frame.unit, pdu: pdu).bytes
            _ = send(client.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
        return true
    }

    /// Registers hold their address; a coil is what was last written.
    private func answer(_ request: ModbusRequest, of device: Int) -> ModbusAnswer {
        switch request {
        case .read(.coil, let span): .bits(Array(repeating: isOn(device), count: span.count))
        case .read(.discrete, let span): .bits(Array(repeating: false, count: span.count))
        case .read(_, let span), .readWrite(let span, _, _): .registers(span.range.map { UInt16(truncatingIfNeeded: $0) })
        case .writeCoil(_, let isOn): writeCoil(device, isOn)
        case .writeRegister, .writeCoils, .writeRegisters: .written
        }
    }

    private func writeCoil(_ device: Int, _ isOn: Bool) -> ModbusAnswer {
        coils.withLock { $0[device] = isOn }
        return .written
    }
}
