public import ProcessImage
import Quantities

/// The last judge before the field: demands in, permitted outputs and trips out.
///
/// Worst wins (DESIGN §5): emergency stop over trip over interlock over demand. Each watch looks at the image and at
/// what was permitted in the scan before, and latches trips; then every output is permitted or refused, in one place.
public struct Interlocks: ~Copyable {
    let emergencyStop: EmergencyStop?
    let readbackDelay: Duration
    let sources: Dense<SourceIndex, SourceGuard>
    let zones: Dense<ZoneIndex, ZoneGuard>
    let motors: Dense<MotorIndex, MotorGuard>
    let flushes: Dense<OutputIndex, FlushGuard>
    let gates: Dense<GateIndex, GateGuard>
    let winches: Dense<WinchNumber, WinchGuard>
    let feeds: Dense<FeedNumber, FeedGuard>
    let selectors: Dense<FeedNumber, SelectorGuard>
    let cageGuards: Dense<CageGuardNumber, CageGuard>
    let cageContacts: Dense<CageGuardNumber, CageContact>
    let setpoints: Dense<SetpointIndex, SetpointRule>
    let followers: Dense<FollowerIndex, ValveFollower>
    let outputPlans: Dense<OutputIndex, OutputRule>

    var trips: TripTable
    var warnings: WarningTable
    var stop = EmergencyStopWatch()
    var sourceWatch: Dense<SourceIndex, SourceWatch>
    var zoneWatch: Dense<ZoneIndex, ZoneWatch>
    var motorWatch: Dense<MotorIndex, MotorWatch>
    var motorStarts: RollingHour<MotorIndex>
    var dryRetries: RollingHour<SourceIndex>
    var gateWatch: Dense<GateIndex, GateWatch>
    var dosing: DosingState
    /// People are at work there.
    var cageLocks: Dense<CageIndex, Bool>
    let requiresProof: Bool
    var isProven: Dense<OutputIndex, Bool>
    var trial: OnTrial?
    var outputWatch: Dense<OutputIndex, OutputWatch>
    var bridgeWatch: Dense<BridgeNumber, BridgeWatch>
    var setpointWatch: Dense<SetpointIndex, SetpointWatch>
    var setpointsMovedAt = Instant.start
    /// What keeps each output at its safe state in this scan, worst of all.
    var holds: Dense<OutputIndex, Cause?>
    var permitted: PermittedOutputs
    private var hasBegun = false
    private var restoredStarts: [Restored.MotorStart]
    private var restoredDoses: [Restored.BookedDose]
    private let bookedIsComplete: Bool

    /// - Parameter restored: trips of an earlier life of the process, of which a restart clears none; the starts its motors
    ///   have had; what was learned of its meters.
    public init(plan: InterlockPlan, restored: Restored = Restored()) {
        emergencyStop = plan.emergencyStop
        readbackDelay = plan.readbackDelay
        sources = Dense(plan.sources)
        zones = Dense(plan.zones)
        motors = Dense(plan.motors)
        flushes = Dense(plan.flushes)
        gates = Dense(plan.gates)
        followers = Dense(plan.followers)
        winches = Dense(plan.winches)
        feeds = Dense(plan.feeds)
        selectors = Dense(plan.selectors)
        cageGuards = Dense(plan.cages)
        cageContacts = Dense(plan.cageContacts)
        cageLocks = Dense(repeating: false, count: plan.cageCount)
        setpoints = Dense(plan.setpoints.map { SetpointRule($0) })
        outputPlans = Dense(plan.outputs.indices.map { OutputRule(OutputIndex($0), in: plan) })
        trips = TripTable(bridges: plan.bridges.map(\.device), sources: plan.sources.count, zones: plan.zones.count,
                          outputs: plan.outputs.count, gates: plan.gates.count,
                          setpoints: plan.setpoints.map(\.definition.point), dosing: plan.dosing)
        warnings = WarningTable(sources: plan.sources.count, zones: plan.zones.count, motors: plan.motors, dosing: plan.dosing)
        sourceWatch = Dense(repeating: SourceWatch(), count: plan.sources.count)
        zoneWatch = Dense(repeating: ZoneWatch(), count: plan.zones.count)
        motorWatch = Dense(repeating: MotorWatch(), count: plan.motors.count)
        motorStarts = RollingHour(count: plan.motors.count)
        dryRetries = RollingHour(count: plan.sources.count)
        gateWatch = Dense(repeating: GateWatch(), count: plan.gates.count)
        dosing = DosingState(plan.dosing, zones: plan.zones.count, restored: restored)
        // A ledger that was lost has lost the proofs, not the wiring: the farm is not left dry for it.
        requiresProof = plan.requiresProof && restored.ledgerIsComplete
        isProven = Dense(repeating: false, count: plan.outputs.count)
        outputWatch = Dense(repeating: OutputWatch(), count: plan.outputs.count)
        bridgeWatch = Dense(plan.bridges.map { BridgeWatch($0) })
        setpointWatch = Dense(plan.setpoints.map { SetpointWatch(value: $0.definition.safe) })
        holds = Dense(repeating: nil, count: plan.outputs.count)
        permitted = PermittedOutputs(safe: plan.outputs, setpoints: plan.setpoints.map(\.definition))
        restoredStarts = restored.motorStarts
        restoredDoses = restored.bookedDoses
        bookedIsComplete = restored.bookedIsComplete
        for trip in restored.trips { _ = trips.latch(trip) }
        for cage in restored.lockedCages where cage.offset < plan.cageCount { cageLocks[cage] = true }
        for output in restored.proven where output.offset < plan.outputs.count { isProven[output] = true }
        for meter in restored.meterReports where meter.source.offset < plan.sources.count {
            sourceWatch[meter.source].rememberedReports = meter.every
        }
    }

    /// Judges one scan.
    public mutating func judge(_ demands: borrowing Demands, _ image: borrowing InputImage,
                               _ records: inout RecordBuffer) {
        beginIfFirst(image.now)
        watchEmergencyStop(image, &records)
        watchBridges(image, &records)
        watchSources(image, &records)
        watchZones(image, &records)
        watchMotors(image, &records)
        watchGates(image, &records)
        watchOutputs(image, &records)
        watchSetpoints(image, &records)
        watchDosing(image, &records)
        answerDosingOrders(image)
        answerResets(image, &records)
        answerProofs(image, &records)
        answerLocks(image, &records)
        gatherHolds(image)
        permit(demands)
        keepApart()
        refuseDeadHead(at: image.now)
        refuseBothDrives()
        refuseDosing(demands, image, &records)
        refuseBothWinches()
        refuseFeed()
        permitSetpoints(demands, image, &records)
        noteChanges(at: image.now, &records)
    }

    /// What may happen now: the outcome of the last `judge`.
    public var outputs: PermittedOutputs {
        _read { yield permitted }
    }

    /// What control is to know of an output in the next scan.
    public func verdict(of output: OutputIndex) -> Verdict {
        Verdict(level: permitted[output].level, since: outputWatch[output].since, hold: holds[output],
                lacksProof: requiresProof && !isProven[output])
    }

    /// Trips this site can have, standing or not; `trip(at:)` numbers them from 0.
    public var tripCount: Int { trips.count }

    public func trip(at number: Int) -> (id: TripID, stands: Bool) {
        let slot = TripSlot(number)
        return (trips.id(slot), trips.stands(slot))
    }

    /// Latches a trip with its event and its ledger row; one that stands already stays as it is.
    /// - Returns: whether it is new.
    @discardableResult
    mutating func latch(_ kind: TripKind, _ subject: Subject, _ records: inout RecordBuffer, because cause: Cause = .idle,
                        value: Double = .nan, limit: Double = .nan, duration: Duration = .zero) -> Bool {
        guard trips.latch(TripID(kind, subject)) else { return false }
        records.event(Event(EventKind(trip: kind), subject, because: cause, value: value, limit: limit, duration: duration))
        records.ledger(.tripLatched(TripID(kind, subject)))
        return true
    }

    // MARK: Permitting

    private mutating func permit(_ demands: borrowing Demands) {
        for number in 0..<outputPlans.count {
            let output = OutputIndex(number)
            let demand = demands[output]
            let safe = outputPlans[output].safe
            if let hold = holds[output] {
                permitted[output] = Permitted(level: safe, cause: hold, isRefused: demand.level != safe)
            } else {
                permitted[output] = Permitted(level: demand.level, cause: demand.cause, isRefused: false)
            }
        }
    }

    /// A pump may run only against an open valve: permitted on in this very scan and travelled, the master valve too.
    private mutating func refuseDeadHead(at now: Instant) {
        for number in 0..<sources.count { sourceWatch[number].hasOpenValve = false }
        for number in 0..<zones.count where isOpen(zones[number].valve, at: now) {
            sourceWatch[zones[number].source].hasOpenValve = true
        }
        for number in 0..<sources.count {
            guard let pump = sources[number].pump, permitted[pump].level.isOn else { continue }
            let masterIsOpen = sources[number].masterValve.map { isOpen($0, at: now) } ?? true
            guard !(sourceWatch[number].hasOpenValve && masterIsOpen) else { continue }
            refuse(pump, because: .interlock(.deadHead))
        }
    }

    func isPermittedOn(_ output: OutputIndex) -> Bool { permitted[output].level.isOn }

    /// Takes back what was permitted on in this scan.
    mutating func refuse(_ output: OutputIndex, because cause: Cause) {
        permitted[output] = Permitted(level: .off, cause: cause, isRefused: true)
    }

    /// Open all the way: permitted in this scan, and on since at least its travel.
    func isOpen(_ valve: OutputIndex, at now: Instant) -> Bool {
        let watch = outputWatch[valve]
        return permitted[valve].level.isOn && watch.level.isOn && now - watch.since >= outputPlans[valve].travel
    }

    private mutating func noteChanges(at now: Instant, _ records: inout RecordBuffer) {
        for number in 0..<outputPlans.count {
            let output = OutputIndex(number)
            let level = permitted[output].level
            guard outputWatch[output].level != level else { continue }
            outputWatch[output].level = level
            outputWatch[output].since = now
            outputWatch[output].hasMoved = true
            if level.isOn, let motor = outputPlans[output].motor { noteStart(of: motor, at: now, &records) }
        }
    }

    /// Nothing is known of the time before the first scan: every output counts as safe from now on.
    private mutating func beginIfFirst(_ now: Instant) {
        guard !hasBegun else { return }
        hasBegun = true
        stop.begun = now
        setpointsMovedAt = now
        for number in 0..<outputPlans.count {
            outputWatch[number].level = outputPlans[number].safe
            outputWatch[number].since = now
        }
        for start in restoredStarts where start.output.offset < outputPlans.count {
            if let motor = outputPlans[start.output].motor { motorStarts.note(motor, at: now + (.zero - start.age)) }
        }
        restoredStarts = []
        dosing.restore(restoredDoses, isComplete: bookedIsComplete, at: now)
        restoredDoses = []
    }
}
