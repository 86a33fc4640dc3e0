import Quantities

/// The lines of one table, held: what the rules say of them is driven, what they show is kept.
final class HeldLines {
    let table: LineTable
    /// Tells this holding from the next: its counts began at 0 at this moment.
    let incarnation: UInt64
    private let driver: any LineDriver
    private(set) var rules: GuardState
    private var inputs: [InputState]
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
        drive()
    }

    func lease(_ lease: GuardRequest.Lease, at now: Instant) {
        rules.lease(lease.renewed, levels: lease.levels, from: lease.from, for: lease.length, at: now)
    }

    /// Nobody leases any more: safe at once.
    func dropPeer(at now: Instant) {
        rules.dropPeer(at: now)
        drive()
    }

    func release() {
        driver.release()
    }

    func forEachDescriptor(_ body: (Int32) -> Void) { driver.forEachDescriptor(body) }

    /// When the next turn is due if nothing is heard.
    var deadline: Instant {
        let settle = inputs.reduce(lookedAt + HeldLines.lookEvery) { min($0, $1.deadline ?? $0) }
        return min(settle, rules.deadline ?? settle)
    }

    /// Until it has been read once nothing moves, but nothing latches either: a guard that was started again in a run
    /// goes on with it. After that, a line that is lost is a stop like one that is pressed.
    private func watchEmergencyStop(at now: Instant) {
        let isPressed = emergencyStops.contains { inputs[$0].level == true }
        let isUnread = emergencyStops.contains { inputs[$0].level == nil }
        if !isUnread { emergencyStopWasRead = true }
        if emergencyStopWasRead || isPressed { rules.emergencyStop(isPressed || isUnread, at: now) }
    }

    private func drive() {
        forEach(rules.levels ^ driven) { output in
            if driver.set(output: output, rules.levels & bit(output) != 0) { driven ^= bit(output) }
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
        let taken = driver.take(outputs: rules.levels)
        driven = (driven & ~taken) | (rules.levels & taken)
    }

    private func look(at now: Instant) {
        lookedAt = now
        for index in inputs.indices {
            if let level = driver.level(input: index) { inputs[index].looked(level, at: now) }
            else { inputs[index].lose() }
        }
    }

    /// Writes the whole state into a frame begun for this table.
    func describe(into state: StateFrame, at now: Instant) {
        state.moment = now
        state.levels = driven
        state.expired = rules.expired
        state.tripped = rules.tripped
        state.faulted = driver.faulted
        state.emergencyStop = rules.isEmergencyStop ? 1 : 0
        state.incarnation = incarnation
        for (index, input) in inputs.enumerated() {
            if input.isKnown { state.inputsKnown |= bit(index) }
            if input.level == true { state.inputLevels |= bit(index) }
            state.setPulses(index, count: input.pulses, last: input.lastPulse)
        }
    }
}
