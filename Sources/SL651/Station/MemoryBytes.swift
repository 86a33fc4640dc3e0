import Bytes

/// `StationMemory` as a file or a database keeps it.
///
/// ```
/// 1  version (1)
/// 2  number used last
/// 8  timed slot made last; all ones: none
/// 2  count of reports, then for each:
///      1 function, 2 number (0: none yet), 2 count of bytes, its groups
/// 2  CRC over all before
/// ```
/// Numbers are written high byte first.
extension StationMemory {
    public var bytes: [UInt8] {
        let slot = UInt64(bitPattern: timedSlot ?? -1)
        let all = [1] + high(serial) + high(slot) + high(UInt16(reports.count)) + reports.flatMap { report in
            [report.function.rawValue] + high(report.serial ?? 0) + high(UInt16(report.groups.count)) + report.groups
        }
        return all + high(crc16(all))
    }

    /// `nil` for bytes of another version, that are damaged, or hold more than may wait.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 15, bytes[0] == 1, high(crc16(bytes.dropLast(2))) == Array(bytes.suffix(2)) else { return nil }
        self.init()
        var rest = bytes[1..<(bytes.count - 2)]
        func number(_ size: Int) -> UInt64? {
            guard rest.count >= size else { return nil }
            defer { rest = rest.dropFirst(size) }
            return rest.prefix(size).reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard let serial = number(2), let slot = number(8), let count = number(2), count <= Limits.reportsAtMost else { return nil }
        (self.serial, timedSlot) = (UInt16(serial), slot == .max ? nil : Int64(bitPattern: slot))
        for _ in 0..<count {
            guard let function = number(1), let serial = number(2), let size = number(2), size <= Limits.textAtMost,
                  rest.count >= size else { return nil }
            reports.append(Report(function: Function(rawValue: UInt8(function)), groups: Array(rest.prefix(Int(size))),
                                  serial: serial == 0 ? nil : UInt16(serial)))
            rest = rest.dropFirst(Int(size))
        }
        guard rest.isEmpty else { return nil }
    }
}
