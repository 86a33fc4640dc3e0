public import ProcessImage

/// A dense number for each warning this site can have.
struct WarningSlot: DenseIndex {
    let rawValue: UInt16
}

/// What is wrong and holds nothing: an alarm as long as it lasts, and no reset.
struct WarningTable: ~Copyable {
    let count: Int
    private let ids: Dense<WarningSlot, AlarmID>
    private var standing: Dense<WarningSlot, Bool>
    private let firstZone: Int
    private let firstMotor: Int
    private let firstTank: Int
    private let firstCeiling: Int
    private let firstProbes: Int
    private let firstGroup: Int

    init(sources: Int, zones: Int, motors: [MotorGuard], dosing: DosingGuards = .none) {
        let ofSources = (0..<sources).map { AlarmID(.meterFrozen, .source(SourceIndex($0))) }
        let ofZones = (0..<zones).map { AlarmID(.lowFlow, .zone(ZoneIndex($0))) }
        let ofMotors = motors.map { AlarmID(.startsUsedUp, .output($0.output)) }
        let ofGroups = (0..<sources).flatMap { source in
            [.groupLowFlow, .groupHighFlow, .zonesApart].map { AlarmID($0, .source(SourceIndex(source))) }
        }
        firstZone = ofSources.count
        firstMotor = firstZone + ofZones.count
        firstGroup = firstMotor + ofMotors.count
        firstTank = firstGroup + ofGroups.count
        firstCeiling = firstTank + dosing.channels.count
        firstProbes = firstCeiling + dosing.channels.count
        count = firstProbes + dosing.probes.count
        let channels = dosing.channels.indices.map { Subject.channel(ChannelIndex($0)) }
        let ofTanks = channels.map { AlarmID(.stockEmpty, $0) }, ofCeilings = channels.map { AlarmID(.doseCeiling, $0) }
        let ofProbes = dosing.probes.map { AlarmID(.probesApart, .point($0.first.index)) }
        ids = Dense(ofSources + ofZones + ofMotors + ofGroups + ofTanks + ofCeilings + ofProbes)
        standing = Dense(repeating: false, count: count)
    }

    func frozenMeter(_ source: SourceIndex) -> WarningSlot { WarningSlot(source.offset) }
    func lowFlow(_ zone: ZoneIndex) -> WarningSlot { WarningSlot(firstZone + zone.offset) }
    func groupLow(_ source: SourceIndex) -> WarningSlot { WarningSlot(firstGroup + 3 * source.offset) }
    func groupHigh(_ source: SourceIndex) -> WarningSlot { WarningSlot(firstGroup + 3 * source.offset + 1) }
    func apart(_ source: SourceIndex) -> WarningSlot { WarningSlot(firstGroup + 3 * source.offset + 2) }
    func startsUsedUp(_ motor: MotorIndex) -> WarningSlot { WarningSlot(firstMotor + motor.offset) }

    func emptyTank(_ channel: ChannelIndex) -> WarningSlot { WarningSlot(firstTank + channel.offset) }
    func doseCeiling(_ channel: ChannelIndex) -> WarningSlot { WarningSlot(firstCeiling + channel.offset) }
    func probesApart(_ pair: ProbePairIndex) -> WarningSlot { WarningSlot(firstProbes + pair.offset) }

    func id(_ slot: WarningSlot) -> AlarmID { ids[slot] }
    func stands(_ slot: WarningSlot) -> Bool { standing[slot] }

    /// - Returns: whether it has just come.
    mutating func set(_ slot: WarningSlot, _ isTrue: Bool) -> Bool {
        defer { standing[slot] = isTrue }
        return isTrue && !standing[slot]
    }
}

extension Interlocks {
    /// Alarms the interlocks can have, standing or not: first the trips, then what is wrong and stops nothing.
    /// `alarm(at:)` numbers them from 0.
    public var alarmCount: Int { tripCount + warnings.count }

    public func alarm(at number: Int) -> (id: AlarmID, stands: Bool) {
        guard number >= tripCount else {
            let trip = trip(at: number)
            return (AlarmID(EventKind(trip: trip.id.kind), trip.id.subject), trip.stands)
        }
        let slot = WarningSlot(number - tripCount)
        return (warnings.id(slot), warnings.stands(slot))
    }

    /// Says whether a warning is true in this scan; it is told when it comes.
    mutating func warn(_ slot: WarningSlot, _ isTrue: Bool, _ records: inout RecordBuffer, value: Double = .nan,
                       limit: Double = .nan, duration: Duration = .zero) {
        guard warnings.set(slot, isTrue) else { return }
        let id = warnings.id(slot)
        records.event(Event(id.kind, id.subject, value: value, limit: limit, duration: duration))
    }
}
