internal import BridgeCore
internal import Glibc

/// The bridge's twin on a pty. Says on standard output
///
///     pty PATH              once, first
///     boot COUNT            at each start
///     relays HEX at CLOCK   at each change, and when asked; the clock is the twin's own, ms
///     state N at CLOCK      at each change
///
/// and obeys on standard input, one a line: `inputs HEX`, `analogue N HEX`, `pulse N COUNT`, `relays`, `hang`,
/// `reset [CAUSE]` (a number of `Cause`; 9 when left out), `cut`, `mend`, `quit`. It ends when standard input does.
@main enum BridgeSim {
    static func main() {
        guard let terminal = PseudoTerminal() else {
            perror("bridge-sim: no pty could be opened")
            exit(1)
        }
        say("pty \(terminal.path)")
        var session = Session(terminal: terminal)
        while session.turn() {}
    }
}

/// One line on standard output, at once.
func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(1, bytes, bytes.count)
}

/// The twin, its line and its standard input, turned each millisecond.
struct Session: ~Copyable {
    private let terminal: PseudoTerminal
    private var twin = Twin(at: Session.now)
    private var typed: [UInt8] = []
    private var said: (relays: UInt16, state: BridgeState, boot: UInt16) = (.max, .unconfigured, 0)

    init(terminal: PseudoTerminal) {
        self.terminal = terminal
    }

    private static var now: UInt32 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt32(truncatingIfNeeded: time.tv_sec &* 1000 &+ time.tv_nsec / 1_000_000)
    }

    /// - Returns: whether to go on.
    mutating func turn() -> Bool {
        var ready = [pollfd(fd: terminal.descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: 0, events: Int16(POLLIN), revents: 0)]
        poll(&ready, 2, 1)
        twin.advance(to: Self.now)
        report()
        if ready[0].revents & Int16(POLLIN) != 0 { serve() }
        let goesOn = ready[1].revents == 0 || obeyInput()
        report()
        return goesOn
    }

    private mutating func serve() {
        var bytes: [UInt8] = []
        terminal.drain { bytes.append($0) }
        for byte in bytes {
            let reply = twin.receive(byte)
            if !reply.isEmpty { terminal.send(reply) }
        }
    }

    private mutating func obeyInput() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(0, &buffer, buffer.count)
        guard count > 0 else { return false }
        for byte in buffer.prefix(count) {
            if byte != UInt8(ascii: "\n") {
                typed.append(byte)
                continue
            }
            let words = String(decoding: typed, as: UTF8.self).split(separator: " ").map(String.init)
            typed.removeAll()
            if words.first == "quit" { return false }
            if !obey(words) { say("not understood: \(words.joined(separator: " "))") }
        }
        return true
    }

    private mutating func obey(_ words: [String]) -> Bool {
        func hex(_ index: Int) -> UInt16? { index < words.count ? UInt16(words[index], radix: 16) : nil }
        func number(_ index: Int) -> Int? { index < words.count ? Int(words[index]) : nil }
        switch words.first {
        case "inputs":
            guard let levels = hex(1) else { return false }
            twin.set(digital: levels)
        case "analogue":
            guard let channel = number(1), let word = hex(2) else { return false }
            twin.set(analogue: channel, to: word)
        case "pulse":
            guard let counter = number(1), let count = number(2) else { return false }
            twin.pulse(counter, count: count)
        case "reset":
            guard let cause = Cause(rawValue: UInt16(clamping: number(1) ?? 9)) else { return false }
            twin.restart(cause, at: Self.now)
        case "relays": said.relays = ~twin.relays
        case "hang": twin.hang(at: Self.now)
        case "cut": twin.isWhole = false
        case "mend": twin.isWhole = true
        default: return false
        }
        return true
    }

    /// Says what changed.
    private mutating func report() {
        if twin.bootCount != said.boot { say("boot \(twin.bootCount)") }
        if twin.relays != said.relays { say("relays \(String(twin.relays, radix: 16)) at \(twin.clock)") }
        if twin.state != said.state { say("state \(twin.state.rawValue) at \(twin.clock)") }
        said = (twin.relays, twin.state, twin.bootCount)
    }
}
