import Glibc
internal import Quantities

/// Bytes in and out of an open line, with deadlines and nothing else.
struct ByteLine {
    let descriptor: Int32

    /// Writes all bytes, or says why not. A line that takes none for two seconds counts as closed.
    func write(_ bytes: [UInt8]) -> LineFault? {
        var rest = bytes[...]
        let deadline = SystemClock.now() + .seconds(2)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            let written = count < 0 && errno == ENOTSOCK
                ? rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } : count
            if written > 0 { rest = rest.dropFirst(written); continue }
            guard written == 0 || errno == EAGAIN || errno == EINTR else { return .system(errno) }
            guard wait(for: POLLOUT, until: deadline) == .ready else { return .closed }
        }
        return nil
    }

    enum Received: Equatable {
        case bytes([UInt8])
        case nothing
        case lost(LineFault)
    }

    /// Waits for bytes until a moment and takes what is there.
    func read(until deadline: Instant) -> Received {
        switch wait(for: POLLIN, until: deadline) {
        case .timeout: return .nothing
        case .lost(let fault): return .lost(fault)
        case .ready: break
        }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 { return .bytes(Array(buffer.prefix(count))) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        return .lost(count == 0 ? .closed : .system(errno))
    }

    private enum Readiness: Equatable { case ready, timeout, lost(LineFault) }

    private func wait(for events: Int32, until deadline: Instant) -> Readiness {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        let count = poll(&entry, 1, milliseconds(until: deadline))
        if count < 0 { return errno == EINTR ? .timeout : .lost(.system(errno)) }
        if count == 0 { return .timeout }
        // What was sent before the other side hung up is still worth reading.
        if entry.revents & Int16(events) != 0 { return .ready }
        return .lost(.closed)
    }
}

/// From now, rounded up: never awake before the deadline.
func milliseconds(until deadline: Instant) -> Int32 {
    let remaining = max((deadline - SystemClock.now()).nanoseconds, 0)
    return Int32(clamping: (remaining + 999_999) / 1_000_000)
}
