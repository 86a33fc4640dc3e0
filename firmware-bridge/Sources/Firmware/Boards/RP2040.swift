#if hasFeature(Embedded) && BOARD_RP2040
internal import BridgeCore
internal import CBoard

/// RP2040 as on a Raspberry Pi Pico. Compiled and linked here, never run: no emulator at hand has its pins.
///
/// Relays GP2–GP9, inputs GP10–GP15, counters GP16–GP19 (rising edges), analogues GP26–GP28, line on UART0 (GP0, GP1).
/// Runs from its 12 MHz crystal without a PLL.
enum Board {
    static var identity: BoardIdentity { BoardIdentity(.rp2040, relays: 8, inputs: 6, counters: 4, analogues: 3) }

    /// Of the processor, per millisecond.
    private static var cycles: UInt32 { 12_000 }
    private static var clocks: UInt32 { 0x4000_8000 }
    private static var resets: UInt32 { 0x4000_C000 }
    private static var pinFunctions: UInt32 { 0x4001_4000 }
    private static var pads: UInt32 { 0x4001_C000 }
    private static var crystal: UInt32 { 0x4002_4000 }
    private static var adc: UInt32 { 0x4004_C000 }
    private static var watchdog: UInt32 { 0x4005_8000 }
    private static var pins: UInt32 { 0xD000_0000 }
    private static var uart: PL011 { PL011(base: 0x4003_4000) }

    static var resetCause: Cause {
        if tg_read(watchdog + 8) & 3 != 0 { return .watchdog }
        let bits = tg_read(0x4006_4008)
        return bits & 0x100 != 0 ? .powerOn : bits & 0x1_0000 != 0 ? .reset : .none
    }

    /// Pins before clocks: relays are driven from here on.
    static func begin() {
        release(1 << 5 | 1 << 8)
        beginRelays()
        beginClock()
        release(1 << 22 | 1)
        beginInputs()
        select(function: 2, pin: 0)
        select(function: 2, pin: 1)
        uart.begin(divisor64: 417)
        tg_write(adc, 1)
        beginWatchdog()
    }

    private static func release(_ blocks: UInt32) {
        tg_write(resets + 0x3000, blocks)
        while tg_read(resets + 8) & blocks != blocks {}
    }

    private static func select(function: UInt32, pin: UInt32) { tg_write(pinFunctions + 4 + 8 * pin, function) }

    private static func beginRelays() {
        drive(Retained.safeLevels)
        tg_write(pins + 0x24, 0x3FC)
        for pin in UInt32(2)...9 { select(function: 5, pin: pin) }
    }

    /// Crystal to system, peripherals and ADC; the watchdog counts its microseconds.
    private static func beginClock() {
        tg_write(crystal + 0xC, 47)
        tg_write(crystal, 0xFAB << 12 | 0xAA0)
        while tg_read(crystal + 4) >> 31 == 0 {}
        tg_write(clocks + 0x30, 2)
        tg_write(clocks + 0x3C, 0)
        tg_write(clocks + 0x48, 1 << 11)
        tg_write(clocks + 0x60, 1 << 11 | 3 << 5)
        tg_write(watchdog + 0x2C, 1 << 9 | 12)
    }

    /// Inputs keep the pads' pull-down; analogue pads lose pull and input buffer.
    private static func beginInputs() {
        for pin in UInt32(10)...19 { select(function: 5, pin: pin) }
        for pin in UInt32(26)...28 { tg_write(pads + 4 + 4 * pin, 0x80) }
        tg_write(pinFunctions + 0xF8, 0x8888)
        tg_write(pinFunctions + 0x108, 0x8888)
    }

    /// 0.5 s; the counter falls by two each microsecond. A lapse resets all but the oscillators.
    private static func beginWatchdog() {
        tg_write(0x4001_0008, 0x1_FFFC)
        feedWatchdog()
        tg_write(watchdog, 1 << 30)
    }

    static func startInterrupts() {
        CortexM.enable(interrupt: 13)
        CortexM.enable(interrupt: 20)
        CortexM.startTick(cycles: cycles)
    }

    /// Set and clear registers: other pins are not touched.
    static func drive(_ relays: UInt16) {
        tg_write(pins + 0x14, UInt32(relays & 0xFF) << 2)
        tg_write(pins + 0x18, UInt32(~relays & 0xFF) << 2)
    }

    static var digitalInputs: UInt16 { UInt16(truncatingIfNeeded: tg_read(pins + 4) >> 10 & 0x3F) }

    /// Takes a finished conversion (12 bits) and starts the next channel.
    static func sampleAnalogue(into inputs: inout FieldInputs) {
        let control = tg_read(adc)
        guard control & 0x100 != 0 else { return }
        let channel = control >> 12 & 7
        inputs[analogue: Int(channel)] = UInt16(truncatingIfNeeded: (tg_read(adc + 4) & 0xFFF) << 4)
        tg_write(adc, (channel >= 2 ? 0 : channel + 1) << 12 | 1)
        tg_write(adc + 0x2000, 4)
    }

    static func takePulses() -> UInt32 {
        let bits = tg_read(pinFunctions + 0x128) & 0x8888
        tg_write(pinFunctions + 0xF8, bits)
        return bits >> 3 & 1 | bits >> 6 & 2 | bits >> 9 & 4 | bits >> 12 & 8
    }

    static func drainLine(_ take: (UInt8) -> Void) { uart.drain(take) }
    static func send(_ byte: UInt8) { uart.send(byte) }
    static func feedWatchdog() { tg_write(watchdog + 4, 1_000_000) }
}
#endif
