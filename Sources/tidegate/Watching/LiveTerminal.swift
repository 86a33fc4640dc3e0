import Glibc
import Synchronization

/// A terminal drawn over and over: alternate screen, keys without return. `restore` gives it back as it was.
struct LiveTerminal: ~Copyable {
    private let saved: termios

    /// `nil` when input or output is no terminal.
    init?() {
        var settings = termios()
        guard isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        saved = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        for number in [SIGTERM, SIGHUP, SIGINT] { signal(number, noteEnd) }
        signal(SIGWINCH, noteResize)
        Console.current.out("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l")
    }

    func restore() {
        Console.current.out("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        var settings = saved
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    var columns: Int { Console.terminalSize().columns }

    /// Draws over what is there, so that nothing flickers; lines that do not fit are left out.
    func draw(_ lines: [String]) {
        let rows = Console.terminalSize().rows
        let shown = lines.count <= rows ? lines : lines.prefix(max(rows - 1, 0)) + [lines.last ?? ""]
        Console.current.out("\u{1B}[H" + shown.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
    }

    /// Waits a second, or less when the window changes.
    /// - Returns: `false` when somebody wants to leave.
    func waitForNextTurn() -> Bool {
        var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        let ready = poll(&waiting, 1, 1000)
        if endWanted.load(ordering: .relaxed) { return false }
        guard ready > 0 else { return true }
        var key: UInt8 = 0
        guard read(STDIN_FILENO, &key, 1) == 1 else { return false }
        let quits: [UInt8] = [0x71, 0x51, 0x03, 0x04]  // q, Q, Ctrl-C, Ctrl-D
        return !quits.contains(key)
    }
}

private let endWanted = Atomic<Bool>(false)

private func noteEnd(_ number: Int32) { endWanted.store(true, ordering: .relaxed) }
/// Does nothing but end the wait.
private func noteResize(_ number: Int32) {}
