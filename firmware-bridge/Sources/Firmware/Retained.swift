#if hasFeature(Embedded)
internal import BridgeCore
internal import CBoard

/// Memory that outlives a warm reset, believed only while its checksum holds.
enum Retained {
    private static var magic: UInt32 { 0x5449_4445 }

    private static var isIntact: Bool { memory.pointee.magic == magic && memory.pointee.crc == crc }

    private static var memory: UnsafeMutablePointer<tg_retained> { tg_retained() }

    private static var crc: UInt16 {
        var crc = CRC16()
        crc.add(memory.pointee.boot_count)
        crc.add(memory.pointee.safe_levels)
        crc.add(memory.pointee.cause)
        return crc.value
    }

    /// 0, all relays off, when nothing is known.
    static var safeLevels: UInt16 { isIntact ? memory.pointee.safe_levels : 0 }

    /// Once a start, before anything else is kept.
    ///
    /// - Parameter resetCause: what the chip says; `none` where it cannot tell. A warm reset nobody explains is the
    ///   watchdog's.
    static func begin(resetCause: Cause) -> Boot {
        let isWarm = isIntact && resetCause != .powerOn && resetCause != .brownOut
        let recorded = isWarm ? Cause(rawValue: memory.pointee.cause) ?? .none : .none
        let guess: Cause = isWarm ? .watchdog : .powerOn
        let cause = recorded != .none ? recorded : resetCause != .none ? resetCause : guess
        let boot = Boot(count: isWarm ? memory.pointee.boot_count &+ 1 : 1, cause: cause, safeLevels: isWarm ? safeLevels : 0)
        memory.pointee.boot_count = boot.count
        memory.pointee.safe_levels = boot.safeLevels
        record(.none)
        memory.pointee.magic = magic
        return boot
    }

    static func keep(safeLevels: UInt16) {
        guard memory.pointee.safe_levels != safeLevels else { return }
        memory.pointee.safe_levels = safeLevels
        memory.pointee.crc = crc
    }

    /// The next start's cause.
    static func record(_ cause: Cause) {
        memory.pointee.cause = cause.rawValue
        memory.pointee.crc = crc
    }
}
#endif
