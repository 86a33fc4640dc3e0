import CRealtime
import Glibc
internal import Quantities

/// Bytes in and out of an open line, with deadlines and nothing else.
struct ByteLine {
    let descriptor: Int32
    /// A socket must be written to without the signal of a broken pipe.
    let isSocket: Bool

    /// Writes all bytes, or says why not. A line that takes none for two seconds counts as closed.
    func write(_ bytes: [UInt8]) -> LineFault? {
        var rest = bytes[...]
        let deadline = SystemClock.now() + .seconds(2)
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { bytes in
                isSocket ? send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                    : Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
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
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 512) { buffer, taken in
            count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            taken = max(count, 0)
        }
        if count > 0 { return .bytes(bytes) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        return .lost(count == 0 ? .closed : .system(errno))
    }

    private enum Readiness: Equatable { case ready, timeout, lost(LineFault) }

    private func wait(for events: Int32, until deadline: Instant) -> Readiness {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        let count = tg_poll(&entry, 1, max(deadline - SystemClock.now(), .zero).nanoseconds)
        if count < 0 { return errno == EINTR ? .timeout : .lost(.system(errno)) }
        if count == 0 { return .timeout }
        // What was sent before the other side hung up is still worth reading.
        if entry.revents & Int16(events) != 0 { return .ready }
        return .lost(.closed)
    }
}
