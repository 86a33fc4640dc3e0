internal import Glibc

/// A pty in raw mode: whoever opens `path` has a serial line to us.
final class PseudoTerminal {
    let path: String
    let descriptor: Int32
    /// Held open, so that the line outlives those who open and close it.
    private let far: Int32

    /// Two requests of Linux that Swift does not see: their C macros are computed.
    private static let unlock: UInt = 0x4004_5431, number: UInt = 0x8004_5430

    init?() {
        descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
        var number: Int32 = 0, unlocked: Int32 = 0
        guard descriptor >= 0, ioctl(descriptor, Self.unlock, &unlocked) == 0,
              ioctl(descriptor, Self.number, &number) == 0 else { return nil }
        path = "/dev/pts/\(number)"
        far = open(path, O_RDWR | O_NOCTTY)
        var settings = termios()
        guard far >= 0, tcgetattr(far, &settings) == 0 else { return nil }
        cfmakeraw(&settings)
        guard tcsetattr(far, TCSANOW, &settings) == 0 else { return nil }
    }

    deinit {
        close(descriptor)
        close(far)
    }

    /// Calls with each byte that waits.
    func drain(_ take: (UInt8) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &buffer, buffer.count)
        if count > 0 { buffer.prefix(count).forEach(take) }
    }

    /// What does not fit is lost, as on a line that nobody reads.
    func send(_ bytes: [UInt8]) {
        _ = write(descriptor, bytes, bytes.count)
    }
}
