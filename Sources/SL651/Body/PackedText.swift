import Bytes

/// A message's text in the HEX/BCD form: no separators, each group says how long it is. Source: SL 651-2014, 6.6.3.
enum PackedText {
    static func write(_ message: Message) -> [UInt8] {
        high(message.serial) + message.sent.packed(6) + message.parts.flatMap(bytes)
    }

    private static func bytes(_ part: Part) -> [UInt8] {
        switch part {
        case .station(let address): [0xF1, 0xF1] + address.bytes
        case .category(let category): [category]
        case .observed(let stamp): [0xF0, 0xF0] + stamp.packed(5)
        case .step(let step): [0x04, 0x18] + step.packed
        case .element(let element): element.header.bytes + element.value.packed(element.header)
        case .wanted(let header): header.bytes
        case .series(let header, let values): header.bytes + values.flatMap { $0.packed(header) }
        case .span(let from, let through): from.packed(4) + through.packed(4)
        case .manual(let bytes): [0xF2, 0xF2] + bytes
        case .picture(let bytes): [0xF3, 0xF3] + bytes
        case .bytes(let bytes): bytes
        }
    }

    static func read(_ body: [UInt8], _ layout: Layout) throws(Flaw) -> Message {
        var cursor = Cursor(rest: body[...])
        let serial = try cursor.take(2)
        let sent = try cursor.stamp(6)
        let parts = try cursor.parts(layout)
        return Message(serial: serial.reduce(0) { $0 << 8 | UInt16($1) }, sent: sent, parts: parts)
    }

    private struct Cursor {
        var rest: ArraySlice<UInt8>

        mutating func take(_ count: Int) throws(Flaw) -> ArraySlice<UInt8> {
            guard rest.count >= count else { throw .textEnds }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func takeRest() -> [UInt8] {
            defer { rest = [] }
            return Array(rest)
        }

        mutating func stamp(_ size: Int) throws(Flaw) -> Stamp {
            guard let stamp = Stamp(packed: try take(size)) else { throw .badTime }
            return stamp
        }

        func begins(with pair: UInt8) -> Bool { rest.prefix(2).elementsEqual([pair, pair]) }

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
            if begins(with: 0xF1) { return try station(layout) }
            if case .own = layout { return [.bytes(takeRest())] }
            if begins(with: 0xF0) {
                _ = try take(2)
                return [.observed(try stamp(5))]
            }
            if begins(with: 0xF2) || begins(with: 0xF3) {
                let isManual = try take(2).first == 0xF2
                return [isManual ? .manual(takeRest()) : .picture(takeRest())]
            }
            return [try element(layout)]
        }

        private mutating func station(_ layout: Layout) throws(Flaw) -> [Part] {
            _ = try take(2)
            let address = Part.station(StationAddress(wire: try take(5)))
            switch layout {
            case .elements(hasCategory: true), .series: return [address, .category(try take(1).first ?? 0)]
            default: return [address]
            }
        }

        private mutating func element(_ layout: Layout) throws(Flaw) -> Part {
            // Flow in bulk: its definition byte is no length, and nothing follows it.
            if rest.first == 0xFD { return .bytes(takeRest()) }
            if case .settings = layout { return try setting() }
            if rest.prefix(2).elementsEqual([0x04, 0x18]) {
                guard let step = TimeStep(packed: try take(5).dropFirst(2)) else { throw .badTime }
                return .step(step)
            }
            let header = try header()
            switch layout {
            case .names, .span: return .wanted(header)
            case .series: return try series(header)
            default: return .element(Element(header, Value(try take(header.size), header)))
            }
        }

        private mutating func header() throws(Flaw) -> ElementHeader {
            let guide = try take(1).first ?? 0
            let id = guide == 0xFF ? ElementID(own: try take(1).first ?? 0) : ElementID(guide)
            let definition = Int(try take(1).first ?? 0)
            return ElementHeader(id, size: definition >> 3, decimals: definition & 7)
        }

        /// Settings are bytes: some are digits, some are not, and their identifiers are other ones than the elements'.
        private mutating func setting() throws(Flaw) -> Part {
            // The list of relayed stations has more than 31 bytes: its definition is the count of bytes as it is (table D.1).
            if rest.first == 0x0E { return .bytes(takeRest()) }
            let header = try header()
            return .element(Element(header, .bytes(Array(try take(header.size)))))
        }

        private mutating func series(_ header: ElementHeader) throws(Flaw) -> Part {
            guard header.size > 0 else { throw .textEnds }
            var values: [Value] = []
            while !rest.isEmpty { values.append(Value(try take(header.size), header)) }
            return .series(header, values)
        }
    }
}
