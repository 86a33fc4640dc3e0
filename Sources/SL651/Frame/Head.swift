/// What stands before a frame's text, and how long the whole frame will be.
struct Head {
    enum Reading {
        case whole(Head)
        /// So many bytes more until it can be read.
        case needs(Int)

        var missing: Int {
            switch self {
            case .whole: 0
            case .needs(let count): count
            }
        }
    }

    let form: FrameForm
    let direction: Direction
    let center: UInt8
    let station: StationAddress
    let password: UInt16
    let function: Function
    /// SYN: packet numbers stand before the body.
    let isPacket: Bool
    /// Bytes of the whole frame, from its start to the end of its check.
    let length: Int

    /// Throws as soon as the bytes cannot be the beginning of a frame.
    static func read(_ bytes: ArraySlice<UInt8>) throws(Flaw) -> Reading {
        guard let first = bytes.first else { return .needs(1) }
        guard let form = FrameForm.allCases.first(where: { $0.start.first == first }) else { throw .notAFrame }
        guard bytes.prefix(form.start.count).elementsEqual(form.start.prefix(bytes.count)) else { throw .notAFrame }
        guard bytes.count > form.headLength else { return .needs(form.headLength + 1 - bytes.count) }
        let mark = bytes[bytes.startIndex + form.headLength]
        guard mark == 0x02 || mark == 0x16 else { throw .notAFrame }
        guard let raw = form.read(bytes.dropFirst(form.start.count).prefix(11 * form.width)) else { throw .badHex }
        return .whole(try Head(form, raw, isPacket: mark == 0x16))
    }

    /// `raw` has eleven bytes.
    private init(_ form: FrameForm, _ raw: [UInt8], isPacket: Bool) throws(Flaw) {
        guard let direction = Direction(rawValue: raw[9] >> 4) else { throw .badDirection(raw[9] >> 4) }
        let text = Int(raw[9] & 15) << 8 | Int(raw[10])
        guard text > 0 else { throw .badLength(0) }
        let isUp = direction == .up
        (self.form, self.direction, self.isPacket) = (form, direction, isPacket)
        center = isUp ? raw[0] : raw[5]
        station = StationAddress(wire: isUp ? raw[1...5] : raw[0...4])
        password = UInt16(raw[6]) << 8 | UInt16(raw[7])
        function = Function(rawValue: raw[8])
        length = form.headLength + 1 + text + 1 + 2 * form.width
    }
}
