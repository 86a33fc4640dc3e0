import Glibc
internal import Quantities

/// The serial line of one bridge. What is said on it is fresh: nothing that could not be sent or was not read at once is
/// kept, so that no late beat renews a lease and no late answer is taken for the next.
final class BridgePort {
    /// Half a frame is forgotten by the bridge after this much silence, and what is left of a broken answer has come.
    private static let silence: Duration = .milliseconds(25)

    private let path: String
    private let unit: UInt8
    private let receiver = RTUReceiver(characterTime: BridgePlan.settings.characterTime)
    private var line: LibModbusLine?
    private(set) var counts = LineCounts()

    init(_ plan: BridgePlan) {
        path = plan.path
        unit = plan.unit
    }

    var isOpen: Bool { line != nil }

    func open() -> Bool {
        line = try? LibModbusLine.open(.serial(path: path, BridgePlan.settings), timeout: .seconds(1)).get()
        return isOpen
    }

    func close() { line = nil }

    /// Sends a request and waits for its answer.
    func ask(_ request: ModbusRequest, within limit: Duration) -> Received {
        guard let line else { return .disconnected(.closed) }
        let begun = SystemClock.now()
        let outcome = exchange(request, over: line.descriptor, within: limit)
        counts.requests &+= 1
        counts.busy += SystemClock.now() - begun
        counts.note(outcome)
        if case .disconnected = outcome { close() }
        return outcome
    }

    private func exchange(_ request: ModbusRequest, over descriptor: Int32, within limit: Duration) -> Received {
        let frame = RTUFrame(unit: unit, pdu: request.pdu).bytes
        tcflush(descriptor, TCIOFLUSH)
        let written = write(descriptor, frame, frame.count)
        guard written == frame.count else {
            let failed = written < 0 && errno != EAGAIN && errno != EINTR
            tcflush(descriptor, TCOFLUSH)
            if failed { return .disconnected(.system(errno)) }
            return waitInVain(descriptor, until: SystemClock.now() + limit)
        }
        let onTheWire = BridgePlan.settings.characterTime * (frame.count + request.answerLength + 3)
        let bytes = ByteLine(descriptor: descriptor, isSocket: false)
        let outcome = receiver.receive(request, of: unit, until: SystemClock.now() + limit + onTheWire, read: bytes.read)
        if case .garbled = outcome { settle(bytes) }
        return outcome
    }

    /// A line that takes no bytes is no faster than one that does not answer.
    private func waitInVain(_ descriptor: Int32, until deadline: Instant) -> Received {
        let bytes = ByteLine(descriptor: descriptor, isSocket: false)
        while SystemClock.now() < deadline {
            if case .lost(let fault) = bytes.read(until: deadline) { return .disconnected(fault) }
        }
        return .noAnswer
    }

    /// Reads away until the line is silent, but not for ever.
    private func settle(_ bytes: ByteLine) {
        let deadline = SystemClock.now() + BridgePort.silence * 4
        while SystemClock.now() < deadline, case .bytes = bytes.read(until: SystemClock.now() + BridgePort.silence) {}
    }
}
