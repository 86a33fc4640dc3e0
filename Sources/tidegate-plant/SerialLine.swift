import Field
import Glibc
import Quantities

/// A real RS-485 line as far as a pseudo terminal can be one: several devices, one at a time, at the line's pace.
final class SerialLine: Pollable {
    var descriptor: Int32 { master.raw }

    private let master: Descriptor
    /// Kept open, so that the line does not hang up when its reader goes away.
    private let slave: Descriptor
    private let devices: [SimulatedDevice]
    private let characterTime: Duration
    private var received: [UInt8] = []
    private var lastByteAt = Instant.never
    /// Until then the line is taken by a request or answer on its way.
    private var busyUntil = Instant.never

    /// Silence after which half a request is forgotten.
    private static let silence: Duration = .milliseconds(60)

    /// - Parameter link: where the port is to be found; what was there is replaced.
    init(link: String, settings: SerialSettings, devices: [SimulatedDevice]) throws(NotOpened) {
        self.devices = devices
        characterTime = settings.characterTime
        let (master, slave, path) = try openPseudoTerminal()
        self.master = master
        self.slave = slave
        try makeLink(at: link, to: path)
    }

    func isReady(at now: Instant, in loop: EventLoop) {
        guard case .bytes(let bytes) = master.read() else { return }
        if now - lastByteAt > SerialLine.silence { received.removeAll() }
        lastByteAt = now
        received += bytes
        while !received.isEmpty {
            let length = received.count
            switch RTUFrame.cutRequest(from: &received) {
            case .frame(let frame): take(frame, length: length - received.count, at: now, in: loop)
            case .needsMore: return
            case .broken: received.removeAll()
            }
        }
    }

    private func take(_ frame: RTUFrame, length: Int, at now: Instant, in loop: EventLoop) {
        let arrived = max(now, busyUntil) + characterTime * length
        for device in devices where device.plan.unit == frame.unit || frame.unit == 0 {
            guard let answer = device.answer(to: frame.pdu), frame.unit != 0 else { continue }
            let bytes = RTUFrame(unit: frame.unit, pdu: answer.pdu).bytes
            let sent = arrived + answer.after + characterTime * bytes.count
            if answer.after < .seconds(1) { busyUntil = sent }
            loop.later(at: sent) { [master] in master.send(answer.isGarbled ? garbled(bytes, .rtu) : bytes) }
        }
    }
}
