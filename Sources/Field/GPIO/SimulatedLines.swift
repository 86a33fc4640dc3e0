import Glibc
public import Quantities

/// The wire between a simulated board and the plant: `lines.sock` in the run directory, Unix SEQPACKET.
///
/// The guard listens, the plant connects; one plant at a time. A message is ASCII, at most 4096 bytes, one or more lines,
/// each ended by a line feed:
///
///     NAME LEVEL             R1 1
///     NAME LEVEL MOMENT      P1 0 123456789012
///
/// `NAME` is the board's name of the line, `LEVEL` is 1 for active and 0 for not (polarity is the board's affair, so a
/// valve is open at 1 whatever its relay wants), `MOMENT` is when it happened in nanoseconds of `CLOCK_BOOTTIME`.
///
/// - From the guard: levels of outputs. All of them when the plant connects, then each change. A guard that is killed
///   says nothing more: the plant keeps the last levels, as real lines do.
/// - From the plant: levels of inputs. The first of a line is only its level; each later change is an edge, at
///   `MOMENT` if it is given, no later than now and no older than a minute, else at its arrival. An input of which the
///   plant has said nothing cannot be read, and none can when the plant is gone.
///
/// A message that is not of this form ends the connection.
enum SimulatedLines {
    static let fileName = "lines.sock"
    static let messageMax = 4096

    struct Report: Equatable {
        let name: Substring
        let level: Bool
        let moment: Instant?
    }

    static func write(_ name: String, _ level: Bool, at moment: Instant? = nil) -> String {
        let stamp = moment.map { " \($0.nanoseconds)" } ?? ""
        return "\(name) \(level ? 1 : 0)\(stamp)\n"
    }

    /// `nil` for a message that is not of the form.
    static func parse(_ message: String) -> [Report]? {
        guard message.hasSuffix("\n") else { return nil }
        var reports: [Report] = []
        for line in message.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2 || words.count == 3, !words[0].isEmpty, words[1] == "0" || words[1] == "1" else { return nil }
            let moment = words.count == 3 ? Int64(words[2]) : nil
            if words.count == 3, moment == nil { return nil }
            reports.append(Report(name: words[0], level: words[1] == "1", moment: moment.map { Instant(nanoseconds: $0) }))
        }
        return reports
    }
}

/// The plant's side of `lines.sock`. No call waits; the guard may come and go.
///
/// For one thread. `turn()` does the work; between turns `drive` only notes what to send.
public final class SimulatedLinesClient {
    private let path: String
    private var socket: Int32?
    private var outputs: [String: Bool] = [:]
    private var inputs: [String: Bool] = [:]
    /// Edges not yet sent. While no guard listens nothing is kept: a line has no memory of its edges.
    private var waiting: [String] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: SimulatedLines.messageMax, alignment: 8)

    /// - Parameter runDirectory: where the guard has its sockets.
    public init(runDirectory: String) {
        path = runDirectory + "/" + SimulatedLines.fileName
    }

    deinit {
        hangUp()
        buffer.deallocate()
    }

    public var isConnected: Bool { socket != nil }

    /// The level of an output as last heard; kept while the guard is gone. `nil`: never heard.
    public func level(output name: String) -> Bool? { outputs[name] }

    /// Drives an input; an edge if its level changes. `moment`: when it happened, `nil` for when the guard reads it.
    public func drive(input name: String, _ level: Bool, at moment: Instant? = nil) {
        guard inputs.updateValue(level, forKey: name) != level, isConnected else { return }
        waiting.append(SimulatedLines.write(name, level, at: moment))
    }

    /// Connects if need be, sends what waits, hears the outputs.
    /// - Parameter changed: called for every level heard that differs from the last.
    public func turn(_ changed: (_ output: String, _ level: Bool) -> Void = { _, _ in }) {
        if socket == nil { connect() }
        send()
        hear(changed)
    }

    private func connect() {
        guard let socket = LocalSocket.connect(to: path) else { return }
        self.socket = socket
        waiting = inputs.map { SimulatedLines.write($0.key, $0.value) }
    }

    private func send() {
        while let socket, !waiting.isEmpty {
            var message = ""
            var taken = 0
            while taken < waiting.count, message.utf8.count + waiting[taken].utf8.count <= SimulatedLines.messageMax {
                message += waiting[taken]
                taken += 1
            }
            switch message.withUTF8({ LocalSocket.send(UnsafeRawBufferPointer($0), to: socket) }) {
            case .done: waiting.removeFirst(taken)
            case .later: return
            case .broken: hangUp()
            }
        }
    }

    private func hear(_ changed: (String, Bool) -> Void) {
        while let socket {
            switch LocalSocket.receive(into: buffer, from: socket) {
            case .done(let count): take(message(count), changed)
            case .later: return
            case .broken: hangUp()
            }
        }
    }

    private func message(_ count: Int) -> [SimulatedLines.Report] {
        guard let text = String(validating: buffer.prefix(count), as: UTF8.self) else { return [] }
        return SimulatedLines.parse(text) ?? []
    }

    private func take(_ reports: [SimulatedLines.Report], _ changed: (String, Bool) -> Void) {
        for report in reports where outputs.updateValue(report.level, forKey: String(report.name)) != report.level {
            changed(String(report.name), report.level)
        }
    }

    private func hangUp() {
        if let socket { close(socket) }
        socket = nil
        waiting = []
    }
}
