import ProcessImage

/// A dense number for each trip this site can have.
struct TripSlot: DenseIndex {
    let rawValue: UInt16
}

/// Which trips stand. A place for each that can ever be, taken at start: latching one can not fail for want of memory.
///
/// Places of one kind lie together, the kinds in the order of `order`: the first of two that hold an output is told.
struct TripTable: ~Copyable {
    let count: Int
    private let ids: Dense<TripSlot, TripID>
    private var latched: Dense<TripSlot, Bool>
    /// By kind: where its places begin and how many they are.
    private let firsts: Dense<TripSlot, Int>
    private let counts: Dense<TripSlot, Int>

    private static let order: [TripKind] = [
        .emergencyStop, .bridge, .dryRun, .leak, .pressureDecay, .burst, .overPressure, .stuckValve, .noFlow, .highFlow, .lowFlow,
        .motorFault, .gateStuck, .setpointReadback, .maximumOn, .readback,
        .injectorLeak, .doseAcidity, .doseConductivity, .overdose, .doseUnbalanced, .probeFrozen, .leakTray,
    ]

    init(bridges: [DeviceIndex], sources: Int, zones: Int, outputs: Int, gates: Int, setpoints: [PointIndex] = [],
         dosing: DosingGuards = .none) {
        let kinds = Int(TripKind.allCases.map(\.rawValue).max() ?? 0) + 1
        var firsts = Array(repeating: 0, count: kinds)
        var counts = firsts
        var all: [TripID] = []
        for kind in Self.order {
            let subjects = kind.subjects(bridges: bridges, sources: sources, zones: zones, outputs: outputs, gates: gates,
                                         setpoints: setpoints, dosing: dosing)
            firsts[Int(kind.rawValue)] = all.count
            counts[Int(kind.rawValue)] = subjects.count
            all += subjects.map { TripID(kind, $0) }
        }
        precondition(all.count <= Int(UInt16.max))
        count = all.count
        ids = Dense(all)
        latched = Dense(repeating: false, count: all.count)
        self.firsts = Dense(firsts)
        self.counts = Dense(counts)
    }

    func id(_ slot: TripSlot) -> TripID { ids[slot] }

    func stands(_ slot: TripSlot) -> Bool { latched[slot] }

    func stands(_ id: TripID) -> Bool {
        guard let slot = slot(of: id) else { return false }
        return latched[slot]
    }

    /// - Returns: whether it was not latched before.
    mutating func latch(_ id: TripID) -> Bool {
        guard let slot = slot(of: id), !latched[slot] else { return false }
        latched[slot] = true
        return true
    }

    mutating func clear(_ slot: TripSlot) { latched[slot] = false }

    /// `nil` for a trip this site cannot have (restored from a site file that has since changed).
    func slot(of id: TripID) -> TripSlot? {
        let kind = Int(id.kind.rawValue)
        guard kind < firsts.count else { return nil }
        // Bridges are numbered among the devices, set-points and probes among the points, and all lie among few.
        let isSparse = id.kind == .bridge || id.kind == .setpointReadback || id.kind == .probeFrozen
        let place = isSparse ? sparsePlace(of: id) : id.subject.offset
        guard let place, place < counts[kind] else { return nil }
        let slot = TripSlot(firsts[kind] + place)
        return ids[slot] == id ? slot : nil
    }

    private func sparsePlace(of id: TripID) -> Int? {
        let kind = Int(id.kind.rawValue)
        for number in 0..<counts[kind] where ids[firsts[kind] + number] == id { return number }
        return nil
    }
}

extension TripKind {
    fileprivate func subjects(bridges: [DeviceIndex], sources: Int, zones: Int, outputs: Int, gates: Int,
                              setpoints: [PointIndex], dosing: DosingGuards) -> [Subject] {
        switch self {
        case .emergencyStop: [.site]
        case .bridge: bridges.map { .device($0) }
        case .dryRun, .leak, .pressureDecay, .burst, .overPressure: (0..<sources).map { .source(SourceIndex($0)) }
        case .noFlow, .lowFlow, .highFlow, .stuckValve: (0..<zones).map { .zone(ZoneIndex($0)) }
        case .gateStuck: (0..<gates).map { .gate(GateIndex($0)) }
        case .setpointReadback: setpoints.map { .point($0) }
        case .maximumOn, .readback, .motorFault: (0..<outputs).map { .output(OutputIndex($0)) }
        case .doseConductivity, .doseAcidity, .leakTray, .doseUnbalanced: dosing.units.indices.map { .dosingUnit(DosingUnitIndex($0)) }
        case .injectorLeak, .overdose: dosing.channels.indices.map { .channel(ChannelIndex($0)) }
        case .probeFrozen: dosing.probes.flatMap { [$0.first.index] + ($0.second.map { [$0.index] } ?? []) }.map { .point($0) }
        }
    }
}

extension Subject {
    fileprivate var offset: Int {
        switch self {
        case .site: 0
        case .zone(let zone): zone.offset
        case .source(let source): source.offset
        case .output(let output): output.offset
        case .point(let point): point.offset
        case .program(let program): program.offset
        case .device(let device): device.offset
        case .gate(let gate): gate.offset
        case .dosingUnit(let unit): unit.offset
        case .channel(let channel): channel.offset
        case .tank(let tank): tank.offset
        case .cage(let cage): cage.offset
        case .line(let line): line.offset
        case .silo(let silo): silo.offset
        }
    }
}
