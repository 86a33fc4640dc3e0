#if hasFeature(Embedded) && BOARD_LM3S6965EVB
internal import BridgeCore
internal import CBoard

/// Stellaris LM3S6965 evaluation board, the reference: QEMU has its pins, UART and watchdog.
///
/// Relays PB0–PB5, inputs PD0–PD7, counters PE0–PE3 (rising edges), analogues ADC0–ADC3, line on UART0 (PA0, PA1).
enum Board {
    static var identity: BoardIdentity { .reference }

    /// Of the processor, per millisecond.
    private static var cycles: UInt32 { 12_500 }
    private static var system: UInt32 { 0x400F_E000 }
    private static var portA: UInt32 { 0x4000_4000 }
    private static var portB: UInt32 { 0x4000_5000 }
    private static var portD: UInt32 { 0x4000_7000 }
    private static var portE: UInt32 { 0x4002_4000 }
    private static var adc: UInt32 { 0x4003_8000 }
    private static var watchdog: UInt32 { 0x4000_0000 }
    private static var uart: PL011 { PL011(base: 0x4000_C000) }

    /// Reset cause register: read once, then cleared for the next start.
    static var resetCause: Cause {
        let bits = tg_read(system + 0x5C)
        tg_write(system + 0x5C, 0)
        if bits & 2 != 0 { return .powerOn }
        if bits & 4 != 0 { return .brownOut }
        if bits & 8 != 0 { return .watchdog }
        return bits & 1 != 0 ? .reset : .none
    }

    /// Pins before clocks: relays are driven from here on.
    static func begin() {
        beginRelays()
        beginClock()
        beginInputs()
        beginLine()
        beginAnalogue()
        beginWatchdog()
    }

    private static func beginRelays() {
        tg_write(system + 0x108, 0x1F)
        _ = tg_read(system + 0x108)
        drive(Retained.safeLevels)
        tg_write(portB + 0x400, 0x3F)
        tg_write(portB + 0x51C, 0x3F)
        drive(Retained.safeLevels)
    }

    /// 8 MHz crystal, PLL, 200 MHz / 16. Without a lock it goes on at a wrong speed: nobody understands it, so it stays safe.
    private static func beginClock() {
        let plan: UInt32 = 15 << 23 | 0xE << 6
        tg_write(system + 0x60, plan | 1 << 11)
        var patience = 100_000
        while tg_read(system + 0x50) & 0x40 == 0, patience > 0 { patience -= 1 }
        tg_write(system + 0x60, plan | 1 << 22)
    }

    private static func beginInputs() {
        tg_write(portD + 0x51C, 0xFF)
        tg_write(portE + 0x51C, 0x0F)
        tg_write(portE + 0x404, 0)
        tg_write(portE + 0x408, 0)
        tg_write(portE + 0x40C, 0x0F)
        tg_write(portE + 0x41C, 0x0F)
        tg_write(portE + 0x410, 0x0F)
    }

    private static func beginLine() {
        tg_write(system + 0x104, 1)
        _ = tg_read(system + 0x104)
        tg_write(portA + 0x420, 3)
        tg_write(portA + 0x51C, 3)
        uart.begin(divisor64: 434)
    }

    /// Sequencer 3: one conversion, started by software.
    private static func beginAnalogue() {
        tg_write(system + 0x100, 1 << 16 | 1 << 3)
        _ = tg_read(system + 0x100)
        tg_write(adc + 0xA4, 6)
        tg_write(adc, 8)
    }

    /// Resets at the second lapse of 250 ms.
    private static func beginWatchdog() {
        tg_write(watchdog, cycles * 250)
        tg_write(watchdog + 8, 3)
    }

    static func startInterrupts() {
        CortexM.enable(interrupt: 4)
        CortexM.enable(interrupt: 5)
        CortexM.startTick(cycles: cycles)
    }

    /// The address says which pins a write may touch.
    static func drive(_ relays: UInt16) { tg_write(portB + 0x3F << 2, UInt32(relays)) }

    static var digitalInputs: UInt16 { UInt16(truncatingIfNeeded: tg_read(portD + 0xFF << 2)) }

    /// Takes a finished conversion (10 bits) and starts the next channel.
    static func sampleAnalogue(into inputs: inout FieldInputs) {
        guard tg_read(adc + 0xAC) & 0x100 == 0 else { return tg_write(adc + 0x28, 8) }
        let channel = tg_read(adc + 0xA0) & 3
        inputs[analogue: Int(channel)] = UInt16(truncatingIfNeeded: (tg_read(adc + 0xA8) & 0x3FF) << 6)
        tg_write(adc + 0xA0, (channel + 1) & 3)
        tg_write(adc + 0x28, 8)
    }

    static func takePulses() -> UInt32 {
        let edges = tg_read(portE + 0x418) & 0x0F
        tg_write(portE + 0x41C, edges)
        return edges
    }

    static func drainLine(_ take: (UInt8) -> Void) { uart.drain(take) }
    static func send(_ byte: UInt8) { uart.send(byte) }
    static func feedWatchdog() { tg_write(watchdog + 0xC, 1) }
}
#endif
