#if hasFeature(Embedded) && BOARD_MPS2AN386
internal import BridgeCore
internal import CBoard

/// Arm MPS2 with a Cortex-M4 image: proves the port in QEMU. Relays are the eight LEDs of the board's controller; it has
/// no inputs that a program could read.
enum Board {
    static var identity: BoardIdentity { BoardIdentity(.mps2an386, relays: 8, inputs: 0, counters: 0, analogues: 0) }

    /// Of the processor, per millisecond.
    private static var cycles: UInt32 { 25_000 }
    private static var uart: UInt32 { 0x4000_4000 }
    private static var watchdog: UInt32 { 0x4000_8000 }
    private static var leds: UInt32 { 0x4002_F004 }

    /// The board does not tell.
    static var resetCause: Cause { .none }

    static func begin() {
        tg_write(uart + 0x10, 217)
        tg_write(uart + 8, 0xB)
        tg_write(watchdog + 0xC00, 0x1ACC_E551)
        tg_write(watchdog, cycles * 250)
        tg_write(watchdog + 8, 3)
    }

    static func startInterrupts() {
        CortexM.enable(interrupt: 0)
        CortexM.startTick(cycles: cycles)
    }

    static func drive(_ relays: UInt16) { tg_write(leds, UInt32(relays)) }
    static var digitalInputs: UInt16 { 0 }
    static func sampleAnalogue(into inputs: inout FieldInputs) {}
    static func takePulses() -> UInt32 { 0 }

    /// Acknowledges first: a byte that lands while it drains must raise the interrupt anew.
    static func drainLine(_ take: (UInt8) -> Void) {
        tg_write(uart + 0xC, 2)
        while tg_read(uart + 4) & 2 != 0 { take(UInt8(truncatingIfNeeded: tg_read(uart))) }
    }

    static func send(_ byte: UInt8) {
        while tg_read(uart + 4) & 1 != 0 {}
        tg_write(uart, UInt32(byte))
    }

    static func feedWatchdog() { tg_write(watchdog + 0xC, 1) }
}
#endif
