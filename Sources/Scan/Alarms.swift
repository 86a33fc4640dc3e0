import ProcessImage

struct AlarmSlot: DenseIndex {
    let rawValue: UInt16
}

/// Alarm states after ISA-18.2: normal → unacknowledged → acknowledged → normal, and returned when the condition went
/// away before anybody acknowledged it. A place for every alarm this site can have, taken at start.
struct Alarms: ~Copyable {
    let count: Int
    let firstDevice: Int
    let firstProgram: Int
    let firstSource: Int
    let firstGate: Int
    let firstDosing: Int
    let firstCage: Int
    let firstLine: Int
    let firstSilo: Int
    private let ids: Dense<AlarmSlot, AlarmID>
    private var states: Dense<AlarmSlot, AlarmState>
    private var active: Dense<AlarmSlot, Bool>

    /// Alarms of the whole site, in the order of their places.
    private static let ofSite: [EventKind] = [
        .guardLost, .clockUntrusted, .ledgerUnwritable, .journalUnwritable, .scanOverrun, .recordsDropped,
    ]
    /// Alarms of each cage, in the order of their places.
    private static let ofCage: [EventKind] = [.oxygenLow, .oxygenEmergency, .oxygenBlind, .aeratorUnproven]
    static let perCage = 4
    let guardLost: AlarmSlot
    let clockUntrusted: AlarmSlot
    let ledgerUnwritable: AlarmSlot
    let journalUnwritable: AlarmSlot
    let scanOverrun: AlarmSlot
    let recordsDropped: AlarmSlot

    init(supervised: [AlarmID], devices: Int, programs: Int, sources: Int, gates: Int,
         dosing: [AlarmID], cages: Int = 0, lines: Int = 0, silos: Int = 0, restored: [(id: AlarmID, state: AlarmState)]) {
        let ofSite = Self.ofSite.map { AlarmID($0, .site) }
        let ofDevices = (0..<devices).map { AlarmID(.deviceLost, .device(DeviceIndex($0))) }
        let ofPrograms = (0..<programs).map { AlarmID(.programWaitsForLedger, .program(ProgramIndex($0))) }
        let ofSources = (0..<sources).map { AlarmID(.filterFouled, .source(SourceIndex($0))) }
        let ofGates = (0..<gates).map { AlarmID(.gateBlind, .gate(GateIndex($0))) }
        let ofCages = (0..<cages).flatMap { cage in Self.ofCage.map { AlarmID($0, .cage(CageIndex(cage))) } }
        let ofLines = (0..<lines).map { AlarmID(.lineFault, .line(FeedLineIndex($0))) }
        let ofSilos = (0..<silos).map { AlarmID(.siloLow, .silo(SiloIndex($0))) }
        let all = supervised + ofSite + ofDevices + ofPrograms + ofSources + ofGates + dosing + ofCages + ofLines + ofSilos
        let first = supervised.count
        guardLost = AlarmSlot(first)
        clockUntrusted = AlarmSlot(first + 1)
        ledgerUnwritable = AlarmSlot(first + 2)
        journalUnwritable = AlarmSlot(first + 3)
        scanOverrun = AlarmSlot(first + 4)
        recordsDropped = AlarmSlot(first + 5)
        firstDevice = first + ofSite.count
        firstProgram = firstDevice + devices
        firstSource = firstProgram + programs
        firstGate = firstSource + sources
        firstDosing = firstGate + gates
        firstCage = firstDosing + dosing.count
        firstLine = firstCage + cages * Self.perCage
        firstSilo = firstLine + lines
        count = all.count
        ids = Dense(all)
        states = Dense(repeating: .normal, count: count)
        active = Dense(repeating: false, count: count)
        for (id, state) in restored {
            guard let slot = all.firstIndex(of: id) else { continue }
            states[slot] = state
            active[slot] = state == .unacknowledged || state == .acknowledged
        }
    }

    /// Whether the condition was there when it was last said.
    func isActive(_ slot: AlarmSlot) -> Bool { active[slot] }

    /// Says whether the condition of an alarm is there in this scan.
    /// - Returns: whether it has just come.
    @discardableResult
    mutating func update(_ slot: AlarmSlot, isActive: Bool, _ records: inout RecordBuffer) -> Bool {
        guard active[slot] != isActive else { return false }
        active[slot] = isActive
        let next: AlarmState = switch (states[slot], isActive) {
        case (_, true): .unacknowledged
        case (.acknowledged, false): .normal
        case (let state, false): state == .normal ? .normal : .returned
        }
        enter(next, slot, &records)
        return isActive
    }

    /// Answers the people who acknowledged in this scan.
    mutating func answer(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<image.commandCount {
            let command = image.command(number)
            switch command.kind {
            case .acknowledge(let id):
                records.ledger(.commandDone(command.id, acknowledge(only: id, &records) ? .done : .refusedNothingToDo))
            case .acknowledgeAll:
                records.ledger(.commandDone(command.id, acknowledge(only: nil, &records) ? .done : .refusedNothingToDo))
            default: continue
            }
        }
    }

    private mutating func acknowledge(only id: AlarmID?, _ records: inout RecordBuffer) -> Bool {
        var any = false
        for number in 0..<count where id == nil || ids[number] == id {
            switch states[number] {
            case .unacknowledged: enter(.acknowledged, AlarmSlot(number), &records)
            case .returned: enter(.normal, AlarmSlot(number), &records)
            default: continue
            }
            any = true
        }
        return any
    }

    private mutating func enter(_ state: AlarmState, _ slot: AlarmSlot, _ records: inout RecordBuffer) {
        guard states[slot] != state else { return }
        states[slot] = state
        records.append(.alarm(ids[slot], state))
    }
}
