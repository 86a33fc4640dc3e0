public import ProcessImage

/// What a device's registers say of a point.
public enum DecodedValue: Sendable, Hashable {
    /// In the point's unit.
    case number(Double)
    case text(String)
    /// `.sensorFault` for sentinels, not-a-number and infinity; `.outOfRange`; `.garbled` when registers are missing.
    case bad(Reason)
}

extension RegisterPoint {
    /// Entries of the table the point takes.
    public var registers: Int { table.isBits ? 1 : type.registers }

    /// Reads the point from its registers, in the order they came over the wire.
    public func decode(_ registers: some Collection<UInt16>) -> DecodedValue {
        guard registers.count == type.registers else { return .bad(.garbled) }
        if case .string = type.kind { return .text(type.text(of: registers)) }
        return decode(raw: type.raw(of: registers))
    }

    /// Reads the point from an answer whose first entry is at `origin` of the table. A text is for people who ask: it has
    /// no number.
    func decode(_ answer: ReceivedAnswer, from origin: Int) -> DecodedValue {
        let first = Int(address) - origin
        if answer.kind == .bits { return decode(answer.bit(first)) }
        return decode(raw: type.raw(count: type.registers) { answer.register(first + $0) })
    }

    private func decode(raw: UInt64) -> DecodedValue {
        if isSentinel(raw) { return .bad(.sensorFault) }
        if let bit { return .number(Double(raw >> UInt64(max(bit, 0)) & 1)) }
        let (field, width) = field(of: raw)
        guard let number = type.number(of: field, width: width) else { return .bad(.sensorFault) }
        return checked(number * scale + offset)
    }

    /// Reads the point from a coil or discrete input.
    public func decode(_ isOn: Bool) -> DecodedValue {
        checked((isOn ? 1 : 0) * scale + offset)
    }

    /// The registers a device shows for a value in the point's unit: the opposite of `decode`.
    /// - Returns: `nil` when the type cannot hold it, or the point is only a part of its registers.
    public func encode(_ value: Double) -> [UInt16]? {
        guard bit == nil, mask == nil, scale != 0 else { return nil }
        return type.raw(of: (value - offset) / scale).map { type.registers(of: $0) }
    }

    private func checked(_ number: Double) -> DecodedValue {
        guard number.isFinite else { return .bad(.sensorFault) }
        if let range, !range.contains(number) { return .bad(.outOfRange) }
        return .number(number)
    }

    /// Sentinels are compared in the width of the type: a sign-extended -999 is met by the 16 bits FC19.
    private func isSentinel(_ raw: UInt64) -> Bool {
        let width = widthMask(type.bits == 1 ? 16 : type.bits)
        return sentinels.contains { $0 & width == raw & width }
    }

    /// The bits the mask picks, moved down to the least, and how many they are.
    private func field(of raw: UInt64) -> (raw: UInt64, width: Int) {
        guard let mask, mask != 0 else { return (raw, type.bits) }
        let shift = mask.trailingZeroBitCount
        return ((raw & mask) >> UInt64(shift), 64 - mask.leadingZeroBitCount - shift)
    }
}
