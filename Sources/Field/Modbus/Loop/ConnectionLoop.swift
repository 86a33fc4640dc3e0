internal import ProcessImage
internal import Quantities

/// All Modbus/TCP devices of a site on one thread: whatever is due at one wake-up is sent in that wake-up, and what comes
/// is taken as it comes. Nobody waits for anybody.
final class ConnectionLoop {
    struct Line: Sendable {
        let host: String
        let port: UInt16
    }

    private static let goodbyeAtMost: Duration = .seconds(2)

    private let tools: LoopTools
    private let power: LineSwitch
    private let heart: Heartbeat
    private let connections: [Connection]
    private let withDrives: [Int]
    /// By connection: when it wants its turn.
    private var nextAt: [Instant]

    init(_ lines: [(line: Line, lane: Lane)], power: LineSwitch, heart: Heartbeat, resolver: Resolver) {
        let tools = LoopTools(resolver: resolver)
        self.tools = tools
        self.power = power
        self.heart = heart
        connections = lines.enumerated().map { number, entry in
            Connection(number: number, host: entry.line.host, port: entry.line.port, lane: entry.lane, tools: tools)
        }
        withDrives = connections.indices.filter { lines[$0].lane.hasDrives }
        nextAt = Array(repeating: .never, count: lines.count)
        tools.poller.add(power.descriptor, number: lines.count)
    }

    func run() {
        while !power.isStopping {
            serveDue()
            serveReady(until: nextAt.reduce(.notDue, min))
        }
        sayGoodbye()
    }

    private func serveDue() {
        let wakeUp = SystemClock.now()
        for number in nextAt.indices where nextAt[number] <= wakeUp {
            nextAt[number] = connections[number].turn(at: SystemClock.now())
        }
    }

    private func serveReady(until moment: Instant) {
        heart.willBeat(by: moment)
        let count = tools.poller.wait(until: moment)
        let now = SystemClock.now()
        for index in 0..<count {
            let number = tools.poller.ready(index)
            if number == connections.count { heedOthers(at: now) } else { nextAt[number] = connections[number].ready(at: now) }
        }
    }

    /// The scan has orders, or the resolver has answers.
    private func heedOthers(at now: Instant) {
        power.noticed()
        for number in withDrives { nextAt[number] = .never }
        for answer in tools.resolver.takeAnswers() {
            nextAt[answer.connection] = connections[answer.connection].resolved(answer.addresses, at: now)
        }
    }

    /// Before a clean exit every output goes to its safe value, as far as its device can be reached in two seconds.
    private func sayGoodbye() {
        let deadline = SystemClock.now() + ConnectionLoop.goodbyeAtMost
        for number in withDrives {
            connections[number].lane.leave()
            nextAt[number] = .never
        }
        while SystemClock.now() < deadline, withDrives.contains(where: { connections[$0].isLeaving }) {
            serveDue()
            serveReady(until: min(nextAt.reduce(.notDue, min), deadline))
        }
    }
}
