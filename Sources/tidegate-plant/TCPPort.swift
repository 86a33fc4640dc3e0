import Field
import Glibc
import Quantities

/// One listening port of 127.0.0.1: a Modbus TCP device, a gateway with several behind it, or a serial converter that
/// carries RTU frames.
final class TCPPort: Pollable {
    var descriptor: Int32 { listener.raw }
    private let listener: Descriptor
    private let devices: [SimulatedDevice]
    private let framing: Framing
    private var connections = 0

    /// One more is turned away, as small devices do.
    private static let connectionsAtMost = 16

    init(port: UInt16, framing: Framing, devices: [SimulatedDevice]) throws(NotOpened) {
        self.devices = devices
        self.framing = framing
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard raw >= 0 else { throw NotOpened("127.0.0.1:\(port)") }
        listener = Descriptor(raw)
        var reuse: Int32 = 1
        setsockopt(raw, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard isBound == 0, listen(raw, 16) == 0 else { throw NotOpened("127.0.0.1:\(port)") }
    }

    func isReady(at now: Instant, in loop: EventLoop) {
        let raw = accept(listener.raw, nil, nil)
        guard raw >= 0 else { return }
        let descriptor = Descriptor(raw)
        guard connections < TCPPort.connectionsAtMost else { return }
        connections += 1
        var noDelay: Int32 = 1
        setsockopt(raw, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        loop.add(TCPConnection(descriptor, framing: framing, devices: devices) { [weak self] in self?.connections -= 1 })
    }
}

private final class TCPConnection: Pollable {
    var descriptor: Int32 { connection.raw }
    private let connection: Descriptor
    private let framing: Framing
    private let devices: [SimulatedDevice]
    private let ended: () -> Void
    private var received: [UInt8] = []

    init(_ connection: Descriptor, framing: Framing, devices: [SimulatedDevice], ended: @escaping () -> Void) {
        self.connection = connection
        self.framing = framing
        self.devices = devices
        self.ended = ended
    }

    func isReady(at now: Instant, in loop: EventLoop) {
        switch connection.read() {
        case .nothing: return
        case .ended: finish(loop)
        case .bytes(let bytes):
            received += bytes
            let isSound = switch framing {
            case .tcp: takeTCP(at: now, in: loop)
            case .rtu: takeRTU(at: now, in: loop)
            }
            if !isSound { finish(loop) }
        }
    }

    private func finish(_ loop: EventLoop) {
        loop.remove(self)
        ended()
    }

    /// - Returns: `false` when the stream can no longer be understood.
    private func takeTCP(at now: Instant, in loop: EventLoop) -> Bool {
        while true {
            switch TCPFrame.cut(from: &received) {
            case .needsMore: return true
            case .broken: return false
            case .frame(let frame):
                reply(to: frame.pdu, unit: frame.unit, at: now, in: loop) {
                    TCPFrame(transaction: frame.transaction, unit: frame.unit, pdu: $0).bytes
                }
            }
        }
    }

    private func takeRTU(at now: Instant, in loop: EventLoop) -> Bool {
        while !received.isEmpty {
            switch RTUFrame.cutRequest(from: &received) {
            case .needsMore: return true
            case .broken: received.removeAll()
            case .frame(let frame):
                reply(to: frame.pdu, unit: frame.unit, at: now, in: loop) { RTUFrame(unit: frame.unit, pdu: $0).bytes }
            }
        }
        return true
    }

    private func reply(to pdu: [UInt8], unit: UInt8, at now: Instant, in loop: EventLoop,
                       framed: @escaping ([UInt8]) -> [UInt8]) {
        guard let device = devices.first(where: { $0.plan.unit == unit }) else { return refuse(pdu, framed) }
        guard let answer = device.answer(to: pdu) else { return }
        let bytes = framed(answer.pdu)
        loop.later(at: now + answer.after) { [connection, framing] in
            connection.send(answer.isGarbled ? garbled(bytes, framing) : bytes)
        }
    }

    /// A gateway says so when nobody behind it has that number; on an RTU line nobody says anything.
    private func refuse(_ pdu: [UInt8], _ framed: ([UInt8]) -> [UInt8]) {
        guard framing == .tcp, let function = pdu.first else { return }
        connection.send(framed(RefusedRequest(function: function, .gatewayNoAnswer).pdu))
    }
}
