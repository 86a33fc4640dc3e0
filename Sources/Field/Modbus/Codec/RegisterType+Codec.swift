extension RegisterType {
    /// Bits of the value, or 0 for a string.
    public var bits: Int {
        switch kind {
        case .bit: 1
        case .unsigned(let bits), .signed(let bits), .float(let bits): min(max(bits, 16), 64)
        case .string: 0
        }
    }

    /// Puts the registers of one value together, as `order` says.
    ///
    /// With 64 bits the same rule goes on: CDAB sends the least significant register first, BADC swaps the bytes within
    /// each register, DCBA does both. In a single register BADC and DCBA swap its two bytes.
    ///
    /// - Parameter registers: 1 … 4, in the order they came over the wire.
    public func raw(of registers: some Collection<UInt16>) -> UInt64 {
        raw(count: registers.count) { registers[registers.index(registers.startIndex, offsetBy: $0)] }
    }

    func raw(count: Int, _ register: (Int) -> UInt16) -> UInt64 {
        var raw: UInt64 = 0
        for index in 0..<min(count, 4) {
            let word = UInt64(order.swapsBytes ? register(index).byteSwapped : register(index))
            raw = order.leastFirst ? raw | word << UInt64(16 * index) : raw << 16 | word
        }
        return raw
    }

    /// The registers that hold raw bits, in the order they go over the wire.
    public func registers(of raw: UInt64) -> [UInt16] {
        let words = (0..<min(registers, 4)).map { index in
            let word = UInt16(truncatingIfNeeded: raw >> UInt64(16 * index))
            return order.swapsBytes ? word.byteSwapped : word
        }
        return order.leastFirst ? words : words.reversed()
    }

    /// What raw bits stand for as a number; `nil` for a string. Above 2^53 the nearest `Double`.
    public func number(of raw: UInt64, width: Int) -> Double? {
        switch kind {
        case .bit: Double(raw & 1)
        case .unsigned: Double(raw)
        case .signed: Double(signExtended(raw, width: width))
        case .float(let bits): bits == 64 ? Double(bitPattern: raw) : Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw)))
        case .string: nil
        }
    }

    /// Raw bits of a number.
    /// - Returns: `nil` when the type cannot hold it.
    public func raw(of number: Double) -> UInt64? {
        switch kind {
        case .bit: number == 0 ? 0 : number == 1 ? 1 : nil
        case .unsigned: UInt64(exactly: number.rounded()).flatMap { $0 & widthMask(bits) == $0 ? $0 : nil }
        case .signed: Int64(exactly: number.rounded()).flatMap { value in
            let raw = UInt64(bitPattern: value) & widthMask(bits)
            return signExtended(raw, width: bits) == value ? raw : nil
        }
        case .float(let bits): bits == 64 ? number.bitPattern : Float(exactly32: number).map { UInt64($0.bitPattern) }
        case .string: nil
        }
    }

    /// The text in a string's registers, two ASCII characters each, up to the first zero. Anything that is not
    /// printable ASCII shows as `?`.
    public func text(of registers: some Collection<UInt16>) -> String {
        let bytes = registers.flatMap { word -> [UInt8] in
            let word = order.swapsBytes ? word.byteSwapped : word
            return [UInt8(word >> 8), UInt8(word & 0xFF)]
        }
        let text = bytes.prefix { $0 != 0 }.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: text, as: UTF8.self)
    }
}

extension RegisterType.Order {
    var swapsBytes: Bool { self == .badc || self == .dcba }
    /// The least significant register comes first.
    var leastFirst: Bool { self == .cdab || self == .dcba }
}

func widthMask(_ width: Int) -> UInt64 { width >= 64 ? .max : (1 << UInt64(max(width, 0))) - 1 }

func signExtended(_ raw: UInt64, width: Int) -> Int64 {
    let shift = Int64(64 - min(max(width, 1), 64))
    return Int64(bitPattern: raw << shift) >> shift
}

extension Float {
    /// The nearest `Float`; `nil` when it is too large for one. Not-a-number and infinity stay what they are.
    init?(exactly32 number: Double) {
        self = Float(number)
        if isInfinite, number.isFinite { return nil }
    }
}
