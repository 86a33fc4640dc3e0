import Glibc

/// Stands between the library and its socket, so that what comes in is counted before the library has it.
///
/// MQTT 3.1.1 lets nobody forbid a large message, and libmosquitto takes each one whole into memory, as much as is there in one call. Its
/// descriptor is therefore made one end of a pair; from the socket a little at a time is passed on, encrypted or not.
final class Sluice {
    /// Bytes that are passed on at once.
    static let gulp = 16_384

    private let outside: Int32
    private let inside: Int32
    /// Taken from the library and not yet with the machine.
    private var leaving: ArraySlice<UInt8> = []
    private var buffer = [UInt8](repeating: 0, count: gulp)

    /// Takes the socket over and puts itself in its place, under the same number.
    /// - Returns: `nil`: no descriptor is left; the socket is as it was.
    init?(under socket: Int32) {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { return nil }
        let real = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        let isSwapped = real >= 0 && dup2(pair[0], socket) >= 0
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        close(pair[0])
        guard isSwapped else {
            close(pair[1])
            if real >= 0 { close(real) }
            return nil
        }
        outside = real
        inside = pair[1]
    }

    deinit {
        close(inside)
        close(outside)
    }

    /// To wait for the broker.
    func waited(wantsToWrite: Bool) -> pollfd {
        let events = Int16(POLLIN) | (wantsToWrite || !isEmpty ? Int16(POLLOUT) : 0)
        return pollfd(fd: outside, events: events, revents: 0)
    }

    /// Nothing of the library's is still on its way to the machine.
    var isEmpty: Bool { leaving.isEmpty && unread(inside) == 0 }

    enum Passed: Equatable {
        case bytes(Int)
        /// Nothing is there now.
        case nothing
        case ended
    }

    /// Passes on what the broker sent, `gulp` bytes at most.
    func takeIn() -> Passed {
        let count = recv(outside, &buffer, Self.gulp, Int32(MSG_DONTWAIT))
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .nothing : .ended }
        guard count > 0 else { return .ended }
        return send(inside, buffer, count, Int32(MSG_NOSIGNAL)) == count ? .bytes(count) : .ended
    }

    /// Passes on what the library wrote, as much as the machine takes now.
    func letOut() -> Passed {
        var passed = 0
        while true {
            if leaving.isEmpty {
                let count = recv(inside, &buffer, Self.gulp, Int32(MSG_DONTWAIT))
                guard count > 0 else { return passed > 0 ? .bytes(passed) : .nothing }
                leaving = buffer[..<count]
            }
            let count = leaving.withUnsafeBytes { send(outside, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else {
                return count < 0 && errno != EAGAIN && errno != EINTR ? .ended : passed > 0 ? .bytes(passed) : .nothing
            }
            leaving = leaving.dropFirst(count)
            passed += count
        }
    }
}

/// Bytes that wait to be read.
func unread(_ descriptor: Int32) -> Int {
    var count: Int32 = 0
    return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
}
