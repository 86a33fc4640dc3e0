import Quantities

/// The lines of one table, held: what the rules say of them is driven, what they show is kept.
final class HeldLines {
    let table: LineTable
    /// Tells this holding from the next: its counts began at 0 at this moment.
    let incarnation: UInt64
    private let driver: any LineDriver
    private(set) var rules: GuardState
    private var inputs: [InputState]
    private var pulser: LatchPulser
    /// Outputs that follow the rules by a line of their own; the others latch.
    private let plain: UInt64
    private let latching: [LatchPulser.Valve]
    private let outputs: UInt64
    /// Levels the lines are at.
    private(set) var driven: UInt64
    private var lookedAt = Instant.never
    private var takenAt = Instant.never
    private let emergencyStops: [Int]
    private var emergencyStopWasRead = false

    /// How often lines are looked at apart from their edges: an edge the kernel lost must not leave a level wrong, and a
    /// line that is gone must be found.
    static let lookEvery: Duration = .milliseconds(50)
    /// How often lines that could not be taken are tried again.
    static let takeEvery: Duration = .seconds(1)

    /// Takes every line, outputs at their safe level.
    init(_ table: LineTable, driver: any LineDriver, at now: Instant) {
        self.table = table
        self.driver = driver
        incarnation = UInt64(clamping: now.nanoseconds)
        inputs = table.inputs.map { InputState($0) }
        emergencyStops = table.inputs.indices.filter { table.inputs[$0].isEmergencyStop }
        rules = GuardState(
            rules: table.outputs.map { GuardState.Rule(safeIsOn: $0.safeIsOn, maximumOn: $0.maximumOn) },
            hasEmergencyStop: !emergencyStops.isEmpty)
        latching = table.latchingValves
        outputs = table.outputs.indices.reduce(0) { $0 | bit($1) }
        pulser = LatchPulser(latching)
        plain = ~pulser.outputs
        driven = rules.safe
        take(at: now)
        look(at: now)
    }

    /// One turn: what the inputs showed, what time has brought, and the outputs as it follows. `linesSpoke`: some
    /// descriptor of the driver is readable.
    func turn(at now: Instant, linesSpoke: Bool) {
        if linesSpoke { driver.read { take($0) } }
        if now - lookedAt >= HeldLines.lookEvery { look(at: now) }
        for index in inputs.indices { inputs[index].settle(at: now) }
        watchEmergencyStop(at: now)
        rules.advance(to: now)
        if now - takenAt >= HeldLines.takeEvery { take(at: now) }
        drive(at: now)
    }

    func lease(_ lease: GuardRequest.Lease, at now: Instant) {
        rules.lease(lease.renewed, levels: lease.levels, from: lease.from, for: lease.length, at: now)
    }

    /// Nobody leases any more: safe at once.
    func dropPeer(at now: Instant) {
        rules.dropPeer(at: now)
        drive(at: now)
    }

    /// Gives the lines back. Valves that latch would stay where they are, so they are closed first.
    /// - Parameter wait: lets so much time pass.
    func release(at now: Instant, wait: (Duration) -> Instant) {
        var now = now
        dropPeer(at: now)
        // Lines that cannot be driven close nothing, however long one waits.
        while pulser.isBusy(rules.levels), driver.faulted == 0 {
            now = wait(max((pulser.deadline(rules.levels) ?? now) - now, .milliseconds(1)))
            drive(at: now)
        }
        driver.release()
    }

    func forEachDescriptor(_ body: (Int32) -> Void) { driver.forEachDescriptor(body) }

    /// When the next turn is due if nothing is heard.
    var deadline: Instant {
        let settle = inputs.reduce(lookedAt + HeldLines.lookEvery) { min($0, $1.deadline ?? $0) }
        return min(settle, rules.deadline ?? settle, pulser.deadline(rules.levels) ?? settle)
    }

    /// Until it has been read once nothing moves, but nothing latches either: a guard that was started again in a run
    /// goes on with it. After that, a line that is lost is a stop like one that is pressed.
    private func watchEmergencyStop(at now: Instant) {
        let isPressed = emergencyStops.contains { inputs[$0].level == true }
        let isUnread = emergencyStops.contains { inputs[$0].level == nil }
        if !isUnread { emergencyStopWasRead = true }
        if emergencyStopWasRead || isPressed { rules.emergencyStop(isPressed || isUnread, at: now) }
    }

    /// Plain lines are at the level of their output, pulsed lines on while their pulse lasts.
    private func drive(at now: Instant) {
        let lines = (rules.levels & plain) | pulser.turn(rules.levels, at: now)
        forEach(lines ^ driven) { line in
            if driver.set(output: line, lines & bit(line) != 0) { driven ^= bit(line) }
        }
    }

    private func take(_ sight: LineSight) {
        switch sight {
        case .edge(let input, let level, let moment, let missed):
            inputs[input].edge(to: level, at: moment, missed: missed)
        case .level(let input, let level, let moment): inputs[input].looked(level, at: moment)
        case .lost(let input): inputs[input].lose()
        }
    }

    /// What is missing is taken at what the rules say now, not at the level it was lost at.
    private func take(at now: Instant) {
        takenAt = now
        let levels = rules.levels & plain
        let taken = driver.take(outputs: levels)
        driven = (driven & ~taken) | (levels & taken)
        pulser.forget(lines: taken, at: now)
    }

    private func look(at now: Instant) {
        lookedAt = now
        for index in inputs.indices {
            if let level = driver.level(input: index) { inputs[index].looked(level, at: now) }
            else { inputs[index].lose() }
        }
    }

    /// Outputs whose level is not known: a line of theirs cannot be driven, or a valve that latches has not been put anywhere
    /// yet.
    private var faulted: UInt64 {
        let lines = driver.faulted
        let closers = latching.reduce(UInt64(0)) { lines & bit($1.closeLine) != 0 ? $0 | bit($1.output) : $0 }
        return (lines & outputs) | closers | pulser.unknown
    }

    /// Writes the whole state into a frame begun for this table.
    func describe(into state: StateFrame, at now: Instant) {
        state.moment = now
        state.levels = (driven & outputs & plain) | pulser.open
        state.expired = rules.expired
        state.tripped = rules.tripped
        state.faulted = faulted
        state.emergencyStop = rules.isEmergencyStop ? 1 : 0
        state.incarnation = incarnation
        for (index, input) in inputs.enumerated() {
            if input.isKnown { state.inputsKnown |= bit(index) }
            if input.level == true { state.inputLevels |= bit(index) }
            state.setPulses(index, count: input.pulses, last: input.lastPulse)
        }
    }
}
