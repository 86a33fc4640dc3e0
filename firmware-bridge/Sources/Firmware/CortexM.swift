#if hasFeature(Embedded)
internal import CBoard

/// What every Cortex-M has.
enum CortexM {
    /// One tick each millisecond, of `cycles` cycles.
    static func startTick(cycles: UInt32) {
        tg_write(0xE000_E014, cycles - 1)
        tg_write(0xE000_E018, 0)
        tg_write(0xE000_E010, 7)
    }

    static func enable(interrupt: UInt32) {
        tg_write(0xE000_E100, 1 << interrupt)
    }
}
#endif
