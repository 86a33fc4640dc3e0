public import Language

/// Why bytes are no frame, or a frame's text no message.
public enum Flaw: Error, Hashable, Sendable {
    /// Neither 7E7E nor SOH at the beginning, or no STX or SYN after the head.
    case notAFrame
    /// The frame ends early by so many bytes; 2 (4 in the ASCII form): its CRC is not there.
    case cut(missing: Int)
    case wrongCRC(found: UInt16, due: UInt16)
    /// The mark of direction is neither 0 (up) nor 8 (down).
    case badDirection(UInt8)
    /// A length of 0, or one its own packet numbers do not fit in.
    case badLength(Int)
    /// An end character that does not belong to this direction.
    case badEnd(UInt8)
    /// In the ASCII form: a character that is no hexadecimal digit where one must be.
    case badHex
    /// A packet number of 0, or above the count of packets.
    case badPacket(number: Int, of: Int)
    /// Bytes after the end of the frame.
    case leftOver(Int)
    /// Data ends in the middle of a group.
    case textEnds
    /// No digits where a decimal number must be.
    case badDigits
    /// No day or time of the calendar.
    case badTime
    /// A name of the ASCII form that table C.1 does not have.
    case unknownName
    /// One packet of several: they are put together first.
    case onePacketOfMany
    /// A body longer than one frame may carry.
    case tooLong(Int)

    /// For people, without the name of who sent it.
    public var phrase: Phrase {
        switch self {
        case .notAFrame: Phrase(zh: "不是 SL 651 报文", en: "not a frame of SL 651")
        case .cut(let missing): Phrase(zh: "报文不完整，缺 \(missing) 个字节", en: "the frame is cut: \(missing) bytes are missing")
        case .wrongCRC(let found, let due):
            Phrase(zh: "校验码是 \(hex(found))，应为 \(hex(due))", en: "its CRC is \(hex(found)), \(hex(due)) is due")
        case .badDirection(let mark): Phrase(zh: "上下行标识 \(mark) 无效", en: "\(mark) is no direction")
        case .badLength(let length): Phrase(zh: "正文长度 \(length) 无效", en: "a text of \(length) bytes cannot be")
        case .badEnd(let byte):
            Phrase(zh: "结束符 \(hex(UInt16(byte))) 与方向不符", en: "the end character \(hex(UInt16(byte))) does not belong there")
        case .badHex: Phrase(zh: "应为十六进制字符", en: "a character is no hexadecimal digit")
        case .badPacket(let number, let total): Phrase(zh: "包序号 \(number)/\(total) 无效", en: "packet \(number) of \(total) cannot be")
        case .leftOver(let count): Phrase(zh: "报文后多出 \(count) 个字节", en: "\(count) bytes too many after the frame")
        case .textEnds: Phrase(zh: "正文在一组数据中间中断", en: "the text ends in the middle of a group")
        case .badDigits: Phrase(zh: "数据不是十进制数字", en: "the data are no decimal digits")
        case .badTime: Phrase(zh: "时间无效", en: "no such day or time")
        case .unknownName: Phrase(zh: "要素标识符不在附录 C 中", en: "the name of the element is not in table C.1")
        case .onePacketOfMany: Phrase(zh: "这只是分包报文中的一包", en: "one packet of several")
        case .tooLong(let count): Phrase(zh: "正文 \(count) 字节，超过一帧 \(Limits.textAtMost) 字节",
                                         en: "a text of \(count) bytes does not fit a frame of \(Limits.textAtMost)")
        }
    }
}

private func hex(_ value: UInt16) -> String { String(value, radix: 16, uppercase: true) + "H" }
