import Interlocks
import ProcessImage
import Quantities
import Scan

/// The field behind the scan's port: plant, devices, guard and relays, in virtual time. It outlives the process.
///
/// What every scan goes through is not watched for overlapping accesses (`exclusivity`): one thread turns a world, nothing here
/// calls back, and watching took a sixth of a season's time.
final class VirtualField {
    @exclusivity(unchecked) var plant: Plant
    @exclusivity(unchecked) private(set) var guardModel: VirtualGuard
    @exclusivity(unchecked) private var links: [DeviceLink]
    private var relays: [RelayLink] = []
    private var setpoints: [SetpointLink] = []
    /// By `PointIndex`: what the drivers have for the scan.
    @exclusivity(unchecked) private var mailbox: [Reading]
    @exclusivity(unchecked) private var changed: [PointIndex] = []
    private var linePoints: [PointIndex] = []
    private var onlinePoints: [(point: PointIndex, device: DeviceIndex)] = []
    private var guardPoint: PointIndex?
    private let isGuarded: [Bool]
    private let rounding: [Double]
    private let hasStop: Bool
    let evidence: Evidence
    let sabotage: Sabotage?
    /// Added to every moment the scan is told: only a saboteur's.
    var shift = Duration.zero

    init(plant: Plant, evidence: Evidence, sabotage: Sabotage?) {
        let plan = evidence.plan
        self.plant = plant
        self.evidence = evidence
        self.sabotage = sabotage
        guardModel = VirtualGuard(outputs: plan.tables.outputs, lease: evidence.layout.lease)
        guardModel.forgetsLease = sabotage == .guardForgetsLease
        guardModel.forgetsMaximumOn = sabotage == .guardForgetsMaximumOn
        links = Array(repeating: DeviceLink(), count: plan.tables.devices.count)
        mailbox = Array(repeating: .neverRead, count: plan.tables.points.count)
        isGuarded = evidence.layout.holders.map { $0 == .guardian }
        rounding = plan.tables.points.map { point in (0..<point.decimals).reduce(1.0) { scale, _ in scale * 10 } }
        hasStop = plan.interlocks.emergencyStop != nil
        wirePoints()
        wireRelays()
        for (index, setpoint) in plan.tables.setpoints.enumerated() {
            setpoints.append(SetpointLink(device: evidence.layout.setpoints[index], safe: setpoint.safe))
        }
    }

    private func wirePoints() {
        for (index, supply) in evidence.layout.supplies.enumerated() {
            let point = PointIndex(index)
            switch supply {
            case .line: linePoints.append(point)
            case .deviceOnline(let device): onlinePoints.append((point, device))
            case .guardOnline: guardPoint = point
            case .scan: break
            case .device(let device, let every):
                links[device.offset].points.append(point)
                links[device.offset].every = min(links[device.offset].every, every)
            }
        }
    }

    private func wireRelays() {
        for (index, holder) in evidence.layout.holders.enumerated() {
            guard case .relay(let device) = holder else { continue }
            relays.append(RelayLink(device: device, output: OutputIndex(index), ordered: evidence.committed[index]))
        }
    }

    // MARK: Time

    /// Lets the field go on by one step, to `evidence.now`.
    /// - Parameter isIdle: as `Plant.advance` has it.
    func turn(by step: Duration, isIdle: Bool = false) {
        plant.advance(by: step, isIdle: isIdle)
        if evidence.isWatched { noteSea() }
        driveLines()
        driveSetpoints()
    }

    /// The drivers outlive a scan that stands still, not their process: then the device keeps what it has.
    private func driveSetpoints() {
        let isOver = evidence.now - evidence.committedAt > evidence.layout.lease
        for index in setpoints.indices {
            if isOver, evidence.isProcessUp { setpoints[index].order(setpoints[index].safe, at: evidence.now) }
            let answers = setpoints[index].device.map { links[$0.offset].behaviour == .answers } ?? true
            let held = plant.held(SetpointIndex(index))
            if let value = setpoints[index].write(at: evidence.now, held: held, answers: answers) {
                plant.set(value, of: SetpointIndex(index))
            }
        }
    }

    /// What guard and relays do with what they were told.
    func driveLines() {
        let now = evidence.now
        if evidence.guardAliveSince != nil {
            let isPressed = hasStop && plant.isStopPressed
            guardModel.drive(&evidence.physical, mine: isGuarded, isStopPressed: isPressed, at: now)
            guardModel.noteSafe(evidence.physical)
        }
        for relay in relays where relay.arrives <= now && links[relay.device.offset].behaviour == .answers {
            evidence.physical[relay.output.offset] = relay.ordered
        }
        if sabotage == .lineMovesByItself, evidence.now.nanoseconds / 1_000_000_000 % 600 == 300 {
            evidence.physical[evidence.physical.count - 1] = .on
        }
        plant.set(evidence.physical)
    }

    // MARK: The scan's side

    func latch(into image: inout InputImage) {
        pollDevices()
        readLines()
        for point in changed { image.latch(shifted(mailbox[point.offset]), at: point) }
        changed.removeAll(keepingCapacity: true)
        for index in evidence.physical.indices { image.latch(feedback(of: index), of: OutputIndex(index)) }
        for index in setpoints.indices { image.latch(setpointFeedback(of: index), of: SetpointIndex(index)) }
        guard evidence.isWatched else { return }
        for index in mailbox.indices { evidence.readings[index] = unshifted(image.reading(PointIndex(index))) }
    }

    func commit(_ outputs: borrowing PermittedOutputs) {
        swap(&evidence.committedBefore, &evidence.committed)
        for index in evidence.committed.indices { evidence.committed[index] = outputs[OutputIndex(index)].level }
        if sabotage == .startsWithLineOn, evidence.scanOfLife == 1 { evidence.committed[evidence.committed.count - 1] = .on }
        swap(&evidence.committedValuesBefore, &evidence.committedValues)
        for index in setpoints.indices {
            evidence.committedValues[index] = outputs[SetpointIndex(index)].value
            setpoints[index].order(evidence.committedValues[index], at: evidence.now)
        }
        evidence.committedAt = evidence.now
        if evidence.guardAliveSince != nil { guardModel.receive(evidence.committed, at: evidence.now) }
        for index in relays.indices {
            let level = evidence.committed[relays[index].output.offset]
            guard relays[index].ordered != level else { continue }
            relays[index].ordered = level
            relays[index].arrives = evidence.now + RelayLink.delay
        }
        driveLines()
    }

    private func setpointFeedback(of index: Int) -> SetpointFeedback {
        if let device = setpoints[index].device, links[device.offset].isLost { return .unknown }
        let held = plant.held(SetpointIndex(index))
        return SetpointFeedback(value: held, agrees: held == setpoints[index].written, at: evidence.now + shift)
    }

    private func feedback(of output: Int) -> OutputFeedback {
        switch evidence.layout.holders[output] {
        case .guardian where evidence.guardAliveSince == nil: .unknown
        case .guardian:
            OutputFeedback(level: evidence.physical[output], at: evidence.now + shift, leaseExpired: guardModel.hasExpired[output])
        case .relay(let device) where links[device.offset].isLost: .unknown
        case .relay: OutputFeedback(level: evidence.physical[output], at: evidence.now + shift)
        }
    }

    // MARK: Devices and lines

    private func pollDevices() {
        for index in links.indices where links[index].due <= evidence.now {
            switch links[index].poll(at: evidence.now) {
            case .answers: answer(of: index)
            case .silent, .slow: miss(index, .noAnswer)
            case .garbled: miss(index, .garbled)
            }
        }
    }

    /// The device answers: its side is noted as evidence, the drivers' side goes into the mailbox.
    private func answer(of device: Int) {
        for point in links[device].points {
            read(point)
        }
    }

    private func read(_ point: PointIndex) {
        let number = shown(point)
        if evidence.isWatched { evidence.answers[point.offset] = Evidence.Answer(number: number, at: evidence.now) }
        put(reading(number), at: point)
    }

    /// A sensor that gives no number is one that reports a fault.
    private func reading(_ number: Double) -> Reading {
        number.isFinite ? .good(number, at: evidence.now) : .bad(.sensorFault, at: evidence.now)
    }

    private func miss(_ device: Int, _ reason: Reason) {
        for point in links[device].points where links[device].isLost {
            if sabotage == .oldValueMadeNew, mailbox[point.offset].quality == .good {
                put(.good(mailbox[point.offset].recorded, at: evidence.now), at: point)
            } else {
                put(.bad(reason, at: evidence.now), at: point)
            }
        }
    }

    private func readLines() {
        let now = evidence.now
        let isAlive = evidence.guardAliveSince != nil
        for point in linePoints {
            guard isAlive else {
                put(.bad(.guardLost, at: now), at: point)
                continue
            }
            read(point)
        }
        for (point, device) in onlinePoints where links[device.offset].hasAnswered || links[device.offset].isLost {
            put(.good(links[device.offset].isLost ? 0 : 1, at: now), at: point)
        }
        if let guardPoint { put(.good(isAlive ? 1 : 0, at: now), at: guardPoint) }
    }

    private func shown(_ point: PointIndex) -> Double {
        let value = plant.value(of: point)
        return (value * rounding[point.offset]).rounded() / rounding[point.offset]
    }

    private func put(_ reading: Reading, at point: PointIndex) {
        mailbox[point.offset] = reading
        changed.append(point)
    }

    private func shifted(_ reading: Reading) -> Reading { moved(reading, by: shift) }
    private func unshifted(_ reading: Reading) -> Reading { moved(reading, by: .zero - shift) }

    private func moved(_ reading: Reading, by shift: Duration) -> Reading {
        guard shift != .zero else { return reading }
        return switch reading.quality {
        case .good: .good(reading.recorded, at: reading.takenAt + shift)
        case .uncertain: .uncertain(reading.recorded, reading.reason, at: reading.takenAt + shift)
        case .bad: .bad(reading.reason, at: reading.takenAt + shift)
        }
    }

    // MARK: Faults

    func begin(_ fault: PlantFault) {
        plant.begin(fault)
        setBehaviours()
    }

    func end(_ fault: PlantFault) {
        plant.end(fault)
        setBehaviours()
    }

    private func setBehaviours() {
        noteLies()
        for index in links.indices { links[index].behaviour = .answers }
        for fault in plant.faults {
            switch fault {
            case .deviceSilent(let device): links[device.offset].behaviour = .silent
            case .deviceSlow(let device): links[device.offset].behaviour = .slow
            case .deviceGarbage(let device): links[device.offset].behaviour = .garbled
            default: break
            }
        }
    }

    /// A new process opens its ports: nothing is known, everything is due.
    func restartDrivers() {
        for index in links.indices { links[index].forget() }
        for index in mailbox.indices { mailbox[index] = .neverRead }
        changed.removeAll(keepingCapacity: true)
        for index in setpoints.indices { setpoints[index].order(setpoints[index].safe, at: evidence.now) }
        for index in relays.indices {
            relays[index].ordered = evidence.plan.tables.outputs[relays[index].output.offset].safe
            relays[index].arrives = evidence.now + RelayLink.delay
        }
    }

    func killGuard() { evidence.guardAliveSince = nil }

    func startGuard() {
        guardModel.restart()
        evidence.guardAliveSince = evidence.now
        driveLines()
    }

    /// No current: relays and lines drop out; valves that latch stay where they are.
    func cutPower() {
        killGuard()
        for index in evidence.physical.indices where !evidence.plan.tables.outputs[index].isLatching {
            evidence.physical[index] = evidence.plan.tables.outputs[index].safe
        }
        for index in evidence.physical.indices { plant.set(evidence.physical[index], of: OutputIndex(index)) }
        for index in setpoints.indices {
            setpoints[index].reset()
            plant.set(setpoints[index].safe, of: SetpointIndex(index))
        }
    }
}

/// The scan's view of the field.
struct VirtualFieldPort: FieldPort {
    let field: VirtualField

    mutating func latch(into image: inout InputImage) { field.latch(into: &image) }
    mutating func commit(_ outputs: borrowing PermittedOutputs, at now: Instant) { field.commit(outputs) }
}
