/// One Modbus/TCP frame: MBAP header and PDU.
public struct TCPFrame: Hashable, Sendable {
    public let transaction: UInt16
    public let unit: UInt8
    public let pdu: [UInt8]

    public init(transaction: UInt16, unit: UInt8, pdu: [UInt8]) {
        self.transaction = transaction
        self.unit = unit
        self.pdu = pdu
    }

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(7 + pdu.count)
        bytes.append(words: transaction, 0)
        bytes.append(word: UInt16(truncatingIfNeeded: pdu.count + 1))
        bytes.append(unit)
        return bytes + pdu
    }

    /// Cuts the first frame off a stream of bytes: see `TCPSlice.find`.
    public static func cut(from stream: inout [UInt8]) -> Cut<TCPFrame> {
        switch TCPSlice.find(in: stream[...]) {
        case .needsMore: return .needsMore
        case .broken(let fault): return .broken(fault)
        case .frame(let found):
            let frame = TCPFrame(transaction: found.transaction, unit: found.unit, pdu: Array(found.pdu))
            stream.removeFirst(7 + found.pdu.count)
            return .frame(frame)
        }
    }
}

/// A Modbus/TCP frame where it was received.
struct TCPSlice: Hashable, Sendable {
    let transaction: UInt16
    let unit: UInt8
    let pdu: ArraySlice<UInt8>

    /// The first frame of a stream of bytes.
    ///
    /// The length field alone says where it ends. A header that cannot be leaves no way to find the next frame: the
    /// connection must be closed.
    static func find(in stream: ArraySlice<UInt8>) -> Cut<TCPSlice> {
        var reader = ByteReader(stream)
        guard let transaction = reader.word(), let version = reader.word(), let length = reader.word().map(Int.init),
              let unit = reader.byte() else { return .needsMore }
        guard version == 0, (2...ModbusLimits.pduAtMost + 1).contains(length) else { return .broken(.wrongHeader) }
        guard stream.count >= 6 + length else { return .needsMore }
        let begin = stream.startIndex
        return .frame(TCPSlice(transaction: transaction, unit: unit, pdu: stream[begin + 7..<begin + 6 + length]))
    }
}

/// What the beginning of a stream of bytes turned out to be.
public enum Cut<Frame: Sendable & Hashable>: Sendable, Hashable {
    case frame(Frame)
    /// Nothing wrong so far, but not complete.
    case needsMore
    /// No frame begins here.
    case broken(FrameFault)
}
