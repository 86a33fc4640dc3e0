import Glibc
import Quantities

/// Lines the plant sees and drives over `lines.sock`; the form of the messages is in `SimulatedLines`.
final class SimulatedDriver: LineDriver {
    private let drivenLines: [LineTable.Address]
    private let path: String
    private let inputNumbers: [String: Int]
    private var listener: Int32?
    private var plant: Int32?
    private var levels: UInt64 = 0
    private var inputs: [Bool?]
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: SimulatedLines.messageMax, alignment: 8)

    init(_ table: LineTable, runDirectory: String) {
        drivenLines = table.drivenLines
        path = runDirectory + "/" + SimulatedLines.fileName
        inputNumbers = Dictionary(
            table.inputs.enumerated().map { ($1.address.name, $0) }, uniquingKeysWith: { first, _ in first })
        inputs = Array(repeating: nil, count: table.inputs.count)
    }

    deinit {
        release()
        buffer.deallocate()
    }

    /// A simulated line exists as long as the socket it is heard on.
    var faulted: UInt64 { listener == nil ? every : 0 }
    private var every: UInt64 { drivenLines.indices.reduce(0) { $0 | bit($1) } }

    @discardableResult
    func take(outputs levels: UInt64) -> UInt64 {
        guard listener == nil else { return 0 }
        self.levels = levels
        listener = LocalSocket.listen(at: path)
        return ~faulted & every
    }

    func set(output: Int, _ level: Bool) -> Bool {
        guard listener != nil else { return false }
        levels = level ? levels | bit(output) : levels & ~bit(output)
        tell(SimulatedLines.write(drivenLines[output].name, level))
        return true
    }

    func level(input: Int) -> Bool? { inputs[input] }

    func forEachDescriptor(_ body: (Int32) -> Void) {
        if let listener { body(listener) }
        if let plant { body(plant) }
    }

    func read(_ report: (LineSight) -> Void) {
        if let listener, let socket = LocalSocket.accept(listener) { welcome(socket) }
        while let socket = plant {
            switch LocalSocket.receive(into: buffer, from: socket) {
            case .done(let count): hear(count, report)
            case .later: return
            case .broken: hangUp(report)
            }
        }
    }

    /// A second plant is turned away: two would drive the same lines.
    private func welcome(_ socket: Int32) {
        guard plant == nil, LocalSocket.mayServe(socket, group: nil) else {
            close(socket)
            return
        }
        plant = socket
        for (index, line) in drivenLines.enumerated() {
            tell(SimulatedLines.write(line.name, levels & bit(index) != 0))
        }
    }

    /// A plant that does not listen and has its queue full is cut off; it hears all levels when it comes back.
    private func tell(_ message: String) {
        guard let plant else { return }
        var message = message
        if message.withUTF8({ LocalSocket.send(UnsafeRawBufferPointer($0), to: plant) }) == .later {
            shutdown(plant, Int32(SHUT_RDWR))
        }
    }

    private func hear(_ count: Int, _ report: (LineSight) -> Void) {
        guard count <= buffer.count, let text = String(validating: buffer.prefix(count), as: UTF8.self),
              let reports = SimulatedLines.parse(text) else { return hangUp(report) }
        let now = SystemClock.now()
        for item in reports {
            guard let input = inputNumbers[String(item.name)] else { return hangUp(report) }
            let isFirst = inputs[input] == nil
            guard inputs[input] != item.level else { continue }
            inputs[input] = item.level
            if isFirst { report(.level(input: input, item.level, at: now)) }
            else { report(.edge(input: input, to: item.level, at: credible(item.moment, now), missed: 0)) }
        }
    }

    private func credible(_ moment: Instant?, _ now: Instant) -> Instant {
        guard let moment, moment <= now, now - moment <= .seconds(60) else { return now }
        return moment
    }

    private func hangUp(_ report: (LineSight) -> Void) {
        if let plant { close(plant) }
        plant = nil
        for index in inputs.indices where inputs[index] != nil {
            inputs[index] = nil
            report(.lost(input: index))
        }
    }

    func release() {
        hangUp { _ in }
        if let listener {
            close(listener)
            unlink(path)
        }
        listener = nil
    }
}
