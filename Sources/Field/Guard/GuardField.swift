public import Interlocks
public import ProcessImage
public import Quantities

/// The daemon's side of the guard: what the lines show goes into the image, what may happen goes to the guard.
///
/// Both are done by the scan thread itself with one or two system calls that never wait: a `send` in `commit` and a
/// `recv` in `latch`. So the lease is the scan's own: if the scan stands still, nothing is renewed, and no other thread
/// could. A thread beside it only connects (see `GuardLink`).
///
/// - Levels: 0 or 1, good, as old as the guard's report. A line the guard cannot read is bad (`notConnected`).
/// - Pulses: total and rate, see `PulseMeter`.
/// - A guard that has left two leases and half a second unanswered is lost: inputs bad (`guardLost`), feedback of the
///   outputs unknown, the `online` point 0.
///
/// `@unchecked Sendable`: `start` and `stop` may come from any thread; `latch` and `commit` are the scan's alone, and
/// only they touch the variables below.
public final class GuardField: @unchecked Sendable {
    private let link: GuardLink
    private let outputs: [OutputIndex]
    private let online: PointIndex?
    private let lease: Duration
    private let frame = FrameBuffer(capacity: GuardFrame.stateMax)
    private let request = FrameBuffer(capacity: GuardFrame.requestMax)
    private var inputs: [GuardInput]
    private var sequence: UInt64 = 0
    private var unanswered = 0
    private var lastReport: Instant?

    private static let lostAfter: Duration = .milliseconds(500)

    /// - Precondition: the plan can be written as a table of lines (`LineTable.init(plan:)` does not throw), its lease
    ///   is at most `Limits.leaseMax`, and its points and outputs are in the tables.
    public init(plan: LinePlan, tables: SiteTables, runDirectory: String) {
        precondition(plan.lease >= .milliseconds(1) && plan.lease <= Limits.leaseMax)
        guard let table = try? LineTable(plan: plan) else { preconditionFailure("lines that no table can hold") }
        link = GuardLink(directory: runDirectory, table: table)
        outputs = plan.outputs.map(\.output)
        inputs = plan.inputs.map { GuardInput($0, tables: tables) }
        online = plan.online
        lease = plan.lease
    }

    /// Begins to connect; the guard may come later, and come back.
    public func start() { link.start() }

    /// Hangs up: the guard takes every output to its safe state.
    /// - Precondition: the scan has stopped.
    public func stop() { link.stop() }

    public var isConnected: Bool { link.current != nil }

    // MARK: The scan's side

    /// Writes what the guard last said into the image. Waits for nothing, allocates nothing.
    public func latch(into image: inout InputImage) {
        let since = lastReport ?? image.now
        lastReport = since
        if receive() { take(StateFrame(frame), into: &image) }
        let isLost = unanswered >= 2 && image.now - (lastReport ?? since) > GuardField.lostAfter
        if isLost { lose(into: &image) }
        if let online, isLost || isConnected {
            image.latch(.good(isLost ? 0 : 1, at: image.now), at: online)
        }
    }

    /// Hands over what may happen and renews the lease of every output, counted from `now`.
    public func commit(_ permitted: borrowing PermittedOutputs, at now: Instant) {
        unanswered += 1
        guard let socket = link.current else { return }
        sequence += 1
        var levels: UInt64 = 0
        for index in outputs.indices where permitted[outputs[index]].level.isOn { levels |= bit(index) }
        GuardRequest.lease(GuardRequest.Lease(
            sequence: sequence, from: now, length: lease, renewed: .max, levels: levels)).write(to: request)
        if LocalSocket.send(request.used, to: socket) == .broken { link.drop() }
    }

    /// The newest state that waits. `false`: none.
    private func receive() -> Bool {
        var isFresh = false
        while let socket = link.current {
            switch LocalSocket.receive(into: frame.bytes, from: socket) {
            case .done(let count):
                isFresh = GuardReply(frame, received: count) == .state(inputs: inputs.count)
                if !isFresh { link.drop() }
            case .later: return isFresh
            case .broken: link.drop()
            }
        }
        return isFresh
    }

    private func take(_ state: StateFrame, into image: inout InputImage) {
        let moment = min(state.moment, image.now)
        lastReport = moment
        unanswered = 0
        for index in inputs.indices { inputs[index].take(state, index, at: moment, into: &image) }
        for index in outputs.indices {
            let isFaulted = state.faulted & bit(index) != 0
            let level: OutputLevel = state.levels & bit(index) != 0 ? .on : .off
            image.latch(OutputFeedback(level: isFaulted ? nil : level, at: moment,
                                       leaseExpired: state.expired & bit(index) != 0), of: outputs[index])
        }
    }

    private func lose(into image: inout InputImage) {
        for index in inputs.indices { inputs[index].latch(.bad(.guardLost, at: image.now), into: &image) }
        for index in outputs.indices { image.latch(.unknown, of: outputs[index]) }
    }
}

/// One input on its way into the image.
private struct GuardInput {
    private let point: PointIndex
    private let meter: (rate: PointIndex, total: UnitScale, flow: UnitScale)?
    private var pulses: PulseMeter

    init(_ input: InputLine, tables: SiteTables) {
        switch input.use {
        case .level(let point, _):
            self.point = point
            meter = nil
            pulses = PulseMeter(each: .zero)
        case .pulses(let total, let rate, _, let each, _):
            point = total
            meter = (rate, UnitScale(total, .volume, tables), UnitScale(rate, .flow, tables))
            pulses = PulseMeter(each: each)
        }
    }

    mutating func take(_ state: StateFrame, _ index: Int, at moment: Instant, into image: inout InputImage) {
        if meter != nil {
            let (count, last) = state.pulses(index)
            pulses.report(count: count, last: last, incarnation: state.incarnation)
        }
        guard state.inputsKnown & bit(index) != 0 else { return latch(.bad(.notConnected, at: moment), into: &image) }
        guard let meter else {
            return image.latch(.good(state.inputLevels & bit(index) != 0 ? 1 : 0, at: moment), at: point)
        }
        image.latch(.good(meter.total.fromBase(pulses.total.base), at: moment), at: point)
        image.latch(.good(meter.flow.fromBase(pulses.rate(at: moment).base), at: moment), at: meter.rate)
    }

    /// The same for every point of the input.
    func latch(_ reading: Reading, into image: inout InputImage) {
        image.latch(reading, at: point)
        if let meter { image.latch(reading, at: meter.rate) }
    }
}
