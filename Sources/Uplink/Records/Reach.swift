import Quantities

/// What is found at a broker's place by looking there once, past the library that says only that it was not reached.
public enum Reach: Hashable, Sendable {
    /// Nobody knows its name, or nobody is there to be asked.
    case noName
    /// The machine answers, and nobody listens at that port.
    case closed
    case silent
    /// A web page answers: a network that wants a login first, or a SIM card that was stopped.
    case webPage
    /// Something else takes connections.
    case open

    /// Tells a broker, that hangs up on it, from what serves pages.
    private static let question = Array("GET / HTTP/1.0\r\n\r\n".utf8)
    private static let page = Array("HTTP/".utf8)

    /// - Parameter patience: for the connection to each address, and for its answer. The name takes the machine's own time to look up,
    ///   some ten seconds when nobody answers.
    static func look(at host: String, _ port: UInt16, patience: Duration = .seconds(5)) -> Reach {
        switch BytePort.open(.tcp(host: host, port: port), within: patience) {
        case .failure(.noAddress): .noName
        case .failure(.turnedAway): .closed
        case .failure: .silent
        case .success(let port): servesPages(port, until: LineThread.now() + patience) ? .webPage : .open
        }
    }

    private static func servesPages(_ port: BytePort, until deadline: Instant) -> Bool {
        guard port.write(question) == nil else { return false }
        var answer: [UInt8] = []
        while answer.count < page.count, case .bytes(let more) = port.read(until: deadline, bell: -1) { answer += more }
        return answer.starts(with: page)
    }
}
