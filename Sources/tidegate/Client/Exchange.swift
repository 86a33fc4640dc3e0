import Glibc

/// Sends a request over a connected socket, and receives its answer.
///
/// - Parameters:
///   - bytesMax: a longer answer is none.
///   - isWhole: whether the answer has come to its end; else it has when the other side closes.
/// - Returns: `nil` when the other side is silent for too long.
func exchange(_ request: [UInt8], over connection: Int32, bytesMax: Int, isWhole: ([UInt8]) -> Bool = { _ in false }) -> [UInt8]? {
    var rest = request[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        // Who takes no more of a request may still have answered it.
        guard count > 0 else { break }
        rest = rest.dropFirst(count)
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while answer.count <= bytesMax {
        let count = recv(connection, &buffer, buffer.count, 0)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { return nil }
        answer += buffer[..<count]
        if count == 0 || isWhole(answer) { return answer }
    }
    return nil
}
