/// Puts a message together that was sent in several packets (M3), and says which are missing.
///
/// Memory: `Limits.packetsAtMost` packets and `Limits.joinedAtMost` bytes. A packet of another message begins anew.
public struct PacketJoiner: Sendable {
    public enum Progress: Hashable, Sendable {
        /// The whole text, first packet to last.
        case whole([UInt8])
        /// The last packet has come and these have not: each is asked for by itself, with NAK and its number.
        case missing([Int])
        case waiting
        /// More packets or bytes than are taken.
        case tooMany
    }

    private var parts: [Int: [UInt8]] = [:]
    private var total = 0
    private var function = Function(rawValue: 0)
    private var size = 0

    public init() {}

    public mutating func add(_ frame: Frame) -> Progress {
        guard let packet = frame.packet else { return .whole(frame.body) }
        guard packet.total <= Limits.packetsAtMost else { return .tooMany }
        if packet.total != total || frame.function != function { begin(packet.total, frame.function) }
        size += frame.body.count - (parts[packet.number]?.count ?? 0)
        guard size <= Limits.joinedAtMost else {
            begin(0, frame.function)
            return .tooMany
        }
        parts[packet.number] = frame.body
        if parts.count == total { return whole() }
        let isLast = packet.number == total || frame.end == .etx
        return isLast ? .missing((1...total).filter { parts[$0] == nil }) : .waiting
    }

    private mutating func whole() -> Progress {
        let text = (1...total).flatMap { parts[$0] ?? [] }
        begin(0, function)
        return .whole(text)
    }

    private mutating func begin(_ total: Int, _ function: Function) {
        (self.total, self.function, size) = (total, function, 0)
        parts.removeAll()
    }

    /// Cuts a text into packets of a size; all but the last end with ETB.
    ///
    /// - Returns: `nil` for a text that needs more packets than are taken, or a size of nothing.
    public static func cut(_ text: [UInt8], every size: Int) -> [(packet: Packet, body: [UInt8], end: FrameEnd)]? {
        guard size > 0, !text.isEmpty, (text.count + size - 1) / size <= Limits.packetsAtMost else { return nil }
        let total = (text.count + size - 1) / size
        return (0..<total).compactMap { index in
            guard let packet = Packet(number: index + 1, of: total) else { return nil }
            return (packet, Array(text[(index * size)..<min((index + 1) * size, text.count)]), index + 1 == total ? .etx : .etb)
        }
    }
}
