import Bytes

/// How a frame is written: bytes as they are (HEX/BCD, for thin links), or everything as characters (ASCII).
public enum FrameForm: Sendable, Hashable, CaseIterable {
    case hex, ascii

    /// Bytes on the wire for one byte of head or check.
    var width: Int { self == .hex ? 1 : 2 }
    var start: [UInt8] { self == .hex ? [0x7E, 0x7E] : [0x01] }
    /// Start, addresses (6 bytes), password (2), function (1), direction and length (2).
    var headLength: Int { start.count + 11 * width }

    func written(_ raw: [UInt8]) -> [UInt8] { self == .hex ? raw : hexText(raw) }
    func read(_ wire: ArraySlice<UInt8>) -> [UInt8]? { self == .hex ? Array(wire) : bytes(hexText: wire) }
}

/// Whether the station speaks (up) or the center.
public enum Direction: UInt8, Sendable, Hashable {
    case up = 0
    case down = 8
}

/// What stands after the text, and says what comes next. Source: SL 651-2014, table 10.
public enum FrameEnd: UInt8, Sendable, Hashable {
    /// Up: nothing follows.
    case etx = 0x03
    /// Up: more follows, stay.
    case etb = 0x17
    /// Down: a question or an order.
    case enq = 0x05
    /// Down: heard, and good-bye.
    case eot = 0x04
    /// Down: heard, go on.
    case ack = 0x06
    /// Down: send that packet again.
    case nak = 0x15
    /// Down: heard, stay on the line for 10 minutes.
    case esc = 0x1B

    var direction: Direction { self == .etx || self == .etb ? .up : .down }
}

/// Which packet of a message that is sent in several (SYN frames). Numbers begin with 1.
public struct Packet: Hashable, Sendable {
    public let number: Int
    public let total: Int

    /// `nil` unless 1 ≤ number ≤ total ≤ 4095.
    public init?(number: Int, of total: Int) {
        guard (1...0xFFF).contains(total), (1...total).contains(number) else { return nil }
        self.number = number
        self.total = total
    }

    var bytes: [UInt8] { [UInt8(total >> 4), UInt8(total & 15) << 4 | UInt8(number >> 8), UInt8(number & 0xFF)] }
}

/// One frame between a station and its center, with the check done. Source: SL 651-2014, tables 11–23.
public struct Frame: Hashable, Sendable {
    public let form: FrameForm
    public let direction: Direction
    /// 1 … 255.
    public let center: UInt8
    public let station: StationAddress
    /// Two bytes in the clear: it keeps mix-ups apart, nobody out.
    public let password: UInt16
    public let function: Function
    public let packet: Packet?
    /// The text as it stands on the wire, without packet numbers.
    public let body: [UInt8]
    public let end: FrameEnd

    /// Throws `.badEnd` for an end of the other direction, `.badLength` for an empty body, `.tooLong` for one that does not fit.
    public init(form: FrameForm, direction: Direction, center: UInt8, station: StationAddress, password: UInt16,
                function: Function, packet: Packet? = nil, body: [UInt8], end: FrameEnd) throws(Flaw) {
        guard end.direction == direction else { throw .badEnd(end.rawValue) }
        let length = body.count + (packet == nil ? 0 : 3 * form.width)
        guard length > 0 else { throw .badLength(0) }
        guard length <= Limits.textAtMost else { throw .tooLong(length) }
        (self.form, self.direction, self.center, self.station) = (form, direction, center, station)
        (self.password, self.function, self.packet, self.body, self.end) = (password, function, packet, body, end)
    }

    /// The frame as it goes over the wire.
    public var bytes: [UInt8] {
        let text = form.written(packet?.bytes ?? []) + body
        let addresses = direction == .up ? [center] + station.bytes : station.bytes + [center]
        let head = addresses + high(password) + [function.rawValue] + high(UInt16(direction.rawValue) << 12 | UInt16(text.count))
        let checked = form.start + form.written(head) + [packet == nil ? 0x02 : 0x16] + text + [end.rawValue]
        return checked + form.written(high(crc16(checked)))
    }

    /// Reads exactly one frame.
    public init(_ bytes: some Collection<UInt8>) throws(Flaw) {
        let bytes = Array(bytes)
        let head = try Head.read(bytes[...])
        guard case .whole(let head) = head else { throw .cut(missing: head.missing) }
        guard bytes.count >= head.length else { throw .cut(missing: head.length - bytes.count) }
        guard bytes.count == head.length else { throw .leftOver(bytes.count - head.length) }
        self = try Frame(head, bytes)
    }

    /// `bytes` has the head's length.
    private init(_ head: Head, _ bytes: [UInt8]) throws(Flaw) {
        let checkAt = head.length - 2 * head.form.width
        guard let check = head.form.read(bytes[checkAt...]) else { throw .badHex }
        let (found, due) = (UInt16(check[0]) << 8 | UInt16(check[1]), crc16(bytes[..<checkAt]))
        guard found == due else { throw .wrongCRC(found: found, due: due) }
        guard let end = FrameEnd(rawValue: bytes[checkAt - 1]) else { throw .badEnd(bytes[checkAt - 1]) }
        let text = bytes[(head.form.headLength + 1)..<(checkAt - 1)]
        let packet = head.isPacket ? try Frame.packet(text, head.form) : nil
        let body = Array(text.dropFirst(head.isPacket ? 3 * head.form.width : 0))
        try self.init(form: head.form, direction: head.direction, center: head.center, station: head.station,
                      password: head.password, function: head.function, packet: packet, body: body, end: end)
    }

    private static func packet(_ text: ArraySlice<UInt8>, _ form: FrameForm) throws(Flaw) -> Packet {
        guard text.count >= 3 * form.width else { throw .badLength(text.count) }
        guard let raw = form.read(text.prefix(3 * form.width)) else { throw .badHex }
        let total = Int(raw[0]) << 4 | Int(raw[1] >> 4)
        let number = Int(raw[1] & 15) << 8 | Int(raw[2])
        guard let packet = Packet(number: number, of: total) else { throw .badPacket(number: number, of: total) }
        return packet
    }
}
