#if hasFeature(Embedded) && !BOARD_MPS2AN386
internal import CBoard

/// The UART of two of the boards.
struct PL011 {
    let base: UInt32

    /// 8 data bits, no parity, one stop bit. `divisor64` is clock · 4 / baud.
    func begin(divisor64: UInt32) {
        tg_write(base + 0x24, divisor64 / 64)
        tg_write(base + 0x28, divisor64 % 64)
        tg_write(base + 0x2C, 0x70)
        tg_write(base + 0x30, 0x301)
        tg_write(base + 0x38, 0x50)
    }

    /// Acknowledges first: a byte that lands while it drains must raise the interrupt anew.
    func drain(_ take: (UInt8) -> Void) {
        tg_write(base + 0x44, 0x50)
        while tg_read(base + 0x18) & 0x10 == 0 { take(UInt8(truncatingIfNeeded: tg_read(base))) }
    }

    func send(_ byte: UInt8) {
        while tg_read(base + 0x18) & 0x20 != 0 {}
        tg_write(base, UInt32(byte))
    }
}
#endif
