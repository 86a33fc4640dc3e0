import Bytes

/// What goes through the satellite: our own numbering and check around a payload, since the service itself acknowledges nothing
/// and loses 1 in 30 to 1 in 300.
///
/// ```
/// 1 byte   version (1) and kind
/// 1 byte   life: another one when the numbers begin anew
/// 2 bytes  number, high byte first; of an acknowledgement 0
/// n bytes  payload
/// 2 bytes  CRC-16/MODBUS over all before, high byte first
/// ```
public struct Envelope: Hashable, Sendable {
    public enum Kind: UInt8, Sendable {
        case alarm = 1
        case state = 2
        /// Down: the numbers that have come.
        case acknowledgement = 3
    }

    public let kind: Kind
    public let life: UInt8
    public let number: UInt16
    public let payload: [UInt8]

    public init(kind: Kind, life: UInt8, number: UInt16, payload: [UInt8]) {
        (self.kind, self.life, self.number, self.payload) = (kind, life, number, payload)
    }

    /// Bytes beside the payload.
    public static let overhead = 6

    public var bytes: [UInt8] {
        let checked = [0x10 | kind.rawValue, life] + high(number) + payload
        return checked + high(crc16(checked))
    }

    /// `nil` for another version, an unknown kind, or another check.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= Envelope.overhead, bytes.count <= Limits.messageAtMost, bytes[0] >> 4 == 1,
              let kind = Kind(rawValue: bytes[0] & 15), high(crc16(bytes.dropLast(2))) == Array(bytes.suffix(2)) else { return nil }
        self.init(kind: kind, life: bytes[1], number: UInt16(bytes[2]) << 8 | UInt16(bytes[3]),
                  payload: Array(bytes[4..<(bytes.count - 2)]))
    }

    /// The center's answer to messages, by their numbers.
    public static func acknowledgement(of numbers: [UInt16], life: UInt8) -> Envelope {
        Envelope(kind: .acknowledgement, life: life, number: 0, payload: numbers.flatMap(high))
    }

    /// The numbers an acknowledgement names.
    var acknowledged: [UInt16] {
        stride(from: 0, to: payload.count - 1, by: 2).map { UInt16(payload[$0]) << 8 | UInt16(payload[$0 + 1]) }
    }
}
