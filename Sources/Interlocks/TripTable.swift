import ProcessImage

/// A dense number for each trip this site can have.
struct TripSlot: DenseIndex {
    let rawValue: UInt16
}

/// Which trips stand. A place for each that can ever be, taken at start: latching one can not fail for want of memory.
struct TripTable: ~Copyable {
    let count: Int
    private let bridges: Dense<BridgeNumber, DeviceIndex>
    private let sources: Int
    private let zones: Int
    private let outputs: Int
    private let ids: Dense<TripSlot, TripID>
    private var latched: Dense<TripSlot, Bool>

    init(bridges: [DeviceIndex], sources: Int, zones: Int, outputs: Int) {
        self.bridges = Dense(bridges)
        self.sources = sources
        self.zones = zones
        self.outputs = outputs
        let bySource = [TripKind.dryRun, .leak, .burst].flatMap { kind in
            (0..<sources).map { TripID(kind, .source(SourceIndex($0))) }
        }
        let byZone = (0..<zones).map { TripID(.noFlow, .zone(ZoneIndex($0))) }
        let byOutput = [TripKind.maximumOn, .readback].flatMap { kind in
            (0..<outputs).map { TripID(kind, .output(OutputIndex($0))) }
        }
        let byBridge = bridges.map { TripID(.bridge, .device($0)) }
        let all = [TripID(.emergencyStop, .site)] + byBridge + bySource + byZone + byOutput
        count = all.count
        ids = Dense(all)
        latched = Dense(repeating: false, count: all.count)
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
        let first = 1 + bridges.count
        return switch (id.kind, id.subject) {
        case (.emergencyStop, .site): TripSlot(0)
        case (.bridge, .device(let device)): slot(ofBridge: device)
        case (.dryRun, .source(let source)): place(source.offset, below: sources, from: first)
        case (.leak, .source(let source)): place(source.offset, below: sources, from: first + sources)
        case (.burst, .source(let source)): place(source.offset, below: sources, from: first + 2 * sources)
        case (.noFlow, .zone(let zone)): place(zone.offset, below: zones, from: first + 3 * sources)
        case (.maximumOn, .output(let output)): place(output.offset, below: outputs, from: first + 3 * sources + zones)
        case (.readback, .output(let output)): place(output.offset, below: outputs, from: first + 3 * sources + zones + outputs)
        default: nil
        }
    }

    private func slot(ofBridge device: DeviceIndex) -> TripSlot? {
        for number in 0..<bridges.count where bridges[number] == device { return TripSlot(1 + number) }
        return nil
    }

    private func place(_ offset: Int, below count: Int, from first: Int) -> TripSlot? {
        offset < count ? TripSlot(first + offset) : nil
    }
}
