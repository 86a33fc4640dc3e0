/// JSON as RFC 8259 has it, without space. Numbers with a point are doubles, in the fewest digits that give the same bits again; all
/// others are integers. None has an exponent: there are readers that take such a number for a text, ThingsBoard among them.
enum JSONWriter {
    static func write(_ value: SyncValue) -> [UInt8] {
        var text = ""
        append(value, to: &text)
        return Array(text.utf8)
    }

    private static func append(_ value: SyncValue, to text: inout String) {
        switch value {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += "\(value)"
        case .number(let value): text += value.isFinite ? digits(of: value) : "null"
        case .text(let value): append(value, to: &text)
        case .list(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += "," }
                append(item, to: &text)
            }
            text += "]"
        case .map(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                append(member.key, to: &text)
                text += ":"
                append(member.value, to: &text)
            }
            text += "}"
        }
    }

    private static func digits(of value: Double) -> String {
        let parts = value.description.split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else { return value.description }
        let sign = value < 0 ? "-" : "", number = parts[0].drop { $0 == "-" }.split(separator: ".")
        let digits = number.joined(), point = (number.first?.count ?? 0) + exponent
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) + ".0" }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private static func append(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
