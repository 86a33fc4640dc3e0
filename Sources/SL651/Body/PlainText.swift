import Bytes

/// A message's text in the ASCII form: names and values, a blank after each. Source: SL 651-2014, 6.6.2.
///
/// Settings and states of pumps stay bytes as they are; typed values and pictures run to the end of the text.
enum PlainText {
    static func write(_ message: Message) -> [UInt8] {
        hexText(high(message.serial)) + hexText(message.sent.packed(6)) + message.parts.flatMap(bytes)
    }

    private static func bytes(_ part: Part) -> [UInt8] {
        switch part {
        case .station(let address): words("ST", address.description)
        case .category(let category): [category, blank]
        case .observed(let stamp): words("TT") + hexText(stamp.packed(5)) + [blank]
        case .step(let step): words(step.name)
        case .element(let element): words(name(element.header), element.value.text)
        case .wanted(let header): words(name(header))
        case .series(let header, let values): words(name(header)) + values.flatMap { words($0.text) }
        case .span(let from, let through): hexText(from.packed(4)) + [blank] + hexText(through.packed(4)) + [blank]
        case .manual(let bytes): words("RGZS") + bytes
        case .picture(let bytes): words("PIC") + bytes
        case .bytes(let bytes): bytes
        }
    }

    private static let blank: UInt8 = 0x20

    private static func words(_ words: String...) -> [UInt8] { words.flatMap { Array($0.utf8) + [blank] } }

    /// What has no name in table C.1 is written by its guide bytes.
    private static func name(_ header: ElementHeader) -> String {
        ElementTable.row(of: header.id)?.code ?? String(decoding: hexText(header.id.bytes), as: UTF8.self)
    }

    static func read(_ body: [UInt8], _ layout: Layout) throws(Flaw) -> Message {
        guard body.count >= 16 else { throw .textEnds }
        guard let serial = Bytes.bytes(hexText: body[0..<4]), let time = Bytes.bytes(hexText: body[4..<16]) else { throw .badHex }
        guard let sent = Stamp(packed: time[...]) else { throw .badTime }
        var cursor = Cursor(rest: body[16...])
        return Message(serial: serial.reduce(0) { $0 << 8 | UInt16($1) }, sent: sent, parts: try cursor.parts(layout))
    }

    private struct Cursor {
        var rest: ArraySlice<UInt8>

        /// Up to the next blank, which is taken too.
        mutating func word() throws(Flaw) -> String {
            guard let end = rest.firstIndex(of: blank) else { throw .textEnds }
            defer { rest = rest[(end + 1)...] }
            return String(decoding: rest[..<end], as: UTF8.self)
        }

        mutating func stamp(_ size: Int) throws(Flaw) -> Stamp {
            guard let bytes = Bytes.bytes(hexText: try word().utf8), bytes.count == size,
                  let stamp = Stamp(packed: bytes[...]) else { throw .badTime }
            return stamp
        }

        mutating func takeRest() -> [UInt8] {
            defer { rest = [] }
            return Array(rest)
        }

        mutating func parts(_ layout: Layout) throws(Flaw) -> [Part] {
            var parts: [Part] = []
            if case .span = layout {
                let from = try stamp(4)
                parts.append(.span(from: from, through: try stamp(4)))
            }
            while !rest.isEmpty { parts += try group(layout) }
            return parts
        }

        private mutating func group(_ layout: Layout) throws(Flaw) -> [Part] {
            if rest.starts(with: "ST ".utf8) { return try station(layout) }
            switch layout {
            case .own, .settings: return [.bytes(takeRest())]
            default: break
            }
            let word = try word()
            switch word {
            case "TT": return [.observed(try stamp(5))]
            case "RGZS": return [.manual(takeRest())]
            case "PIC": return [.picture(takeRest())]
            default: break
            }
            if let step = TimeStep(name: word) { return [.step(step)] }
            return [try element(word, layout)]
        }

        private mutating func station(_ layout: Layout) throws(Flaw) -> [Part] {
            _ = try word()
            guard let bytes = Bytes.bytes(hexText: try word().utf8), bytes.count == 5 else { throw .badHex }
            let address = Part.station(StationAddress(wire: bytes[...]))
            switch layout {
            case .elements(hasCategory: true), .series: return [address, .category(try category())]
            default: return [address]
            }
        }

        private mutating func category() throws(Flaw) -> UInt8 {
            let word = try word()
            guard word.utf8.count == 1, let letter = word.utf8.first else { throw .textEnds }
            return letter
        }

        private mutating func element(_ name: String, _ layout: Layout) throws(Flaw) -> Part {
            guard let row = ElementTable.row(code: name) else { throw .unknownName }
            let header = ElementHeader(row.id, size: row.size, decimals: row.decimals)
            switch layout {
            case .names, .span: return .wanted(header)
            case .series:
                var values: [Value] = []
                while !rest.isEmpty { values.append(try value(header)) }
                return .series(header, values)
            default:
                let value = try value(header)
                return .element(Element(header.resized(for: value), value))
            }
        }

        private mutating func value(_ header: ElementHeader) throws(Flaw) -> Value {
            let word = try word()
            if word == "M" { return .missing }
            if header.id.isPlainBytes {
                guard let bytes = Bytes.bytes(hexText: word.utf8) else { throw .badHex }
                return .bytes(bytes)
            }
            guard let number = FixedPoint(text: word) else { throw .badDigits }
            return .number(number)
        }
    }
}

extension ElementHeader {
    /// The header this value has in the HEX/BCD form: its own digits behind the point, a byte for its sign.
    fileprivate func resized(for value: Value) -> ElementHeader {
        switch value {
        case .number(let number): ElementHeader(id, size: size + (number.digits < 0 ? 1 : 0), decimals: number.decimals)
        case .bytes(let bytes): ElementHeader(id, size: bytes.count, decimals: 0)
        case .missing: self
        }
    }
}
