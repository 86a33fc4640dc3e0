import Field
import Language
import Quantities

/// One value of a device: where it lies, how it is read, what it means.
struct Register {
    let table: RegisterTable
    let address: UInt16
    let type: RegisterType
    let bit: Int?
    let mask: UInt64?
    /// `nil`: depends on how the device is set; each site must say it.
    let scale: Double?
    let offset: Double
    /// `nil`: depends on how the device is set; each site must say it.
    let unit: Unit?
    let sentinels: [UInt64]
    let range: ClosedRange<Double>?
    let isCounter: Bool
    let isWritable: Bool
    let name: Phrase?

    static let keys = ["register", "coil", "discrete", "as", "order", "length", "bit", "mask", "scale", "offset", "unit",
                       "range", "no-value", "meanings", "counter", "write", "name", "note"]

    /// - Parameter more: keys that the caller reads.
    init?(_ entry: Entry, table: RegisterTable, beside more: [String] = []) {
        guard let fields = entry.fields(Register.keys + more),
              let (place, table) = Register.place(entry, fields, table), let address = place.address() else { return nil }
        self.table = table
        self.address = address
        let isBit = table == .coil || table == .discrete
        guard let type = isBit ? RegisterType(.bit) : Register.type(fields) else { return nil }
        self.type = type
        bit = fields["bit"]?.integer(0...15)
        mask = fields["mask"]?.integer(1...65_535).map { UInt64($0) }
        let due = Phrase(zh: "写上单位；无量纲写 \"1\"，由站点决定写 site。", en: "Give the unit; \"1\" for a bare number, site where the site decides.")
        let unitEntry = isBit || fields["bit"] != nil || fields["write"] != nil ? fields["unit"] : fields.required("unit", due)
        unit = unitEntry.map { $0.isSite ? nil : $0.unit() } ?? Unit(symbol: "1")
        scale = fields["scale"].map { $0.isSite ? nil : $0.number(-1e6, 1e6) } ?? 1
        offset = fields["offset"]?.number(-1e9, 1e9) ?? 0
        range = fields["range"]?.range()
        sentinels = fields["no-value"]?.list()?.compactMap { $0.integer(0...0xFFFF_FFFF).map { UInt64($0) } } ?? []
        isCounter = fields["counter"]?.yesNo() ?? false
        isWritable = fields["write"]?.yesNo() ?? false
        name = fields["name"]?.name()
        _ = fields["note"]?.text()
        fields["meanings"]?.checkMeanings()
    }

    var isDigital: Bool { type.kind == .bit || bit != nil }

    var isText: Bool {
        if case .string = type.kind { true } else { false }
    }

    /// Digits after the point that this register can tell apart.
    func decimals(scale: Double) -> Int {
        if case .float = type.kind { 2 } else { digits(of: scale) }
    }

    private static func place(_ entry: Entry, _ fields: Fields, _ table: RegisterTable) -> (Entry, RegisterTable)? {
        switch (fields["register"], fields["coil"], fields["discrete"]) {
        case (let place?, nil, nil): return (place, table)
        case (nil, let place?, nil): return (place, .coil)
        case (nil, nil, let place?): return (place, .discrete)
        default:
            entry.refuse(Phrase(zh: "要写明一个地址：register、coil 或 discrete。", en: "one place is due: register, coil or discrete."),
                         Phrase(zh: "写成 register: 0（从 0 起）。", en: "Write register: 0 (counted from 0)."))
            return nil
        }
    }

    private static func type(_ fields: Fields) -> RegisterType? {
        let due = Phrase(zh: "写上类型，如 u16、i16、f32。", en: "Give the type, such as u16, i16, f32.")
        guard let entry = fields.required("as", due) else { return nil }
        let order = fields["order"]?.word(["ABCD": RegisterType.Order.abcd, "BADC": .badc, "CDAB": .cdab, "DCBA": .dcba]) ?? .abcd
        if case .word("text") = entry.value { return text(fields) }
        let kinds: KeyValuePairs<String, RegisterType.Kind> = [
            "u16": .unsigned(bits: 16), "u32": .unsigned(bits: 32), "u64": .unsigned(bits: 64), "i16": .signed(bits: 16),
            "i32": .signed(bits: 32), "i64": .signed(bits: 64), "f32": .float(bits: 32), "f64": .float(bits: 64)]
        return entry.word(kinds).map { RegisterType($0, order: order) }
    }

    private static func text(_ fields: Fields) -> RegisterType? {
        let due = Phrase(zh: "写上寄存器个数。", en: "Give its length in registers.")
        return fields.required("length", due)?.integer(1...60).map { RegisterType(.string(registers: $0)) }
    }
}

extension Entry {
    /// The word `site`: every site says it for its own device.
    fileprivate var isSite: Bool {
        if case .word("site") = value { true } else { false }
    }

    /// What numbers or bits mean: `{ 1: forward, 2: reverse }`.
    fileprivate func checkMeanings() {
        for (key, entry) in map() ?? [] {
            _ = entry.text()
            let bits = key.split(separator: ".").first.map(String.init) ?? key
            guard decimal(bits.hasPrefix("bit-") ? String(bits.dropFirst(4)) : bits) == nil else { continue }
            entry.refuse(Phrase(zh: "“\(quoted(key))”不是数。", en: "\"\(quoted(key))\" is not a number."),
                         Phrase(zh: "写成 1: 正转，位写成 bit-0。", en: "Write 1: forward; a bit as bit-0."))
        }
    }
}

/// Digits after the point that show each step; at most 6.
func digits(of step: Double) -> Int {
    var digits = 0
    var step = abs(step)
    while digits < 6, step > 0, step < 0.999 {
        step *= 10
        digits += 1
    }
    return digits
}
