import ProcessImage
import Quantities

/// What zones take together, or would.
struct Load: BitwiseCopyable {
    var count = 0
    /// `nil`: one of them does not know its flow.
    var flow: Flow? = .zero
    var groups: UInt64 = 0
    /// Two of them exclude each other.
    var clashes = false
    /// A zone was told to end at once and its valves are not closed yet.
    var isClosing = false
    var mix = WaterMix.none
    /// Fertiliser is in that water, or about to be.
    var isDosed = false

    mutating func add(_ taken: Flow?, exclusion: UInt64 = 0, mix: WaterMix = .none, isDosed: Bool = false) {
        count += 1
        self.mix.add(mix)
        self.isDosed = self.isDosed || isDosed
        if let sum = flow, let taken { flow = sum + taken } else { flow = nil }
        clashes = clashes || groups & exclusion != 0
        groups |= exclusion
    }
}

/// What is open on the whole site.
struct Crowd: BitwiseCopyable {
    /// Zone valves that are on, or will be in this scan.
    var valves = 0
    /// Exclusion groups with a valve that is not shut.
    var groups: UInt64 = 0
    var power = Power.zero

    mutating func add(_ load: Load, power: Power) {
        valves += load.count
        groups |= load.groups
        self.power += power
    }
}

/// Whether a run's turn has come, as far as it is its own affair.
enum Turn: BitwiseCopyable {
    case ready
    /// It is given up, with what it waited for.
    case gone(Cause)
    /// It waits for something that is not a place among others.
    case notYet(Cause)
}

/// Whether a run may begin: its own conditions (`turn`), then its place among others (`obstacle`).
extension IrrigationControl {
    /// A program's run that has not begun by then is given up, and a person's sooner: who ordered it is gone.
    private static var waitsAtMost: Duration { .hours(24) }
    private static var personWaitsAtMost: Duration { .hours(4) }

    func turn(of zone: ZoneIndex, _ run: Run, _ image: borrowing InputImage) -> Turn {
        if let trip = zones[zone].trip { return .gone(.trip(trip)) }
        if let lacking = unproven(zone, for: run.cause, image) { return .gone(lacking) }
        if run.row > image.ledgerDurableThrough { return image.now >= run.rowBy ? .gone(run.cause) : .notYet(run.cause) }
        let longest = run.isManual ? Self.personWaitsAtMost : Self.waitsAtMost
        if image.now - run.queuedSince > longest { return .gone(zones[zone].waits ?? run.cause) }
        if run.obeysWindows {
            switch mayWater(zone, run.cause, image) {
            case .yes: break
            case .hold(let cause): return .notYet(cause)
            case .end(let cause): return .gone(cause)
            }
        }
        if image.now < run.restUntil { return .notYet(.interlock(.soak)) }
        // What still lacks proof here is what this run is to prove.
        if let cause = whatHolds(zone, image), cause != .interlock(.notProven) { return .notYet(cause) }
        return .ready
    }

    /// What keeps the zone's water back whoever asks: an interlock, or a source that has to recover.
    func whatHolds(_ zone: ZoneIndex, _ image: borrowing InputImage) -> Cause? {
        let plan = zonePlans[zone]
        let source = sourcePlans[plan.source]
        return image.verdict(of: plan.valve).hold ?? source.pump.flatMap { image.verdict(of: $0).hold }
            ?? source.masterValve.flatMap { image.verdict(of: $0).hold }
            ?? (sources[plan.source].mustRest ? .interlock(.recovery) : nil)
    }

    // MARK: A place among others

    /// What the zones that go on watering take. One that will be done by the time another valve is open does not count:
    /// so the next opens before the last closes, and the pump goes on.
    mutating func gatherLoads(_ image: borrowing InputImage) {
        crowd = Crowd()
        for number in 0..<sources.count {
            sources[number].load = Load()
            sources[number].firstRank = .max
            sources[number].takesPower = sourcePlans[number].pump.map { image.verdict(of: $0).level.isOn } ?? false
        }
        for number in 0..<zones.count {
            let source = zonePlans[number].source
            let isOn = image.verdict(of: zonePlans[number].valve).level.isOn
            if isOn || zones[number].wantsWater { crowd.valves += 1 }
            if !zones[number].isShut || zones[number].wantsWater { crowd.groups |= zonePlans[number].exclusion }
            if zones[number].phase == .stopping, zones[number].ending?.isPrompt == true { sources[source].load.isClosing = true }
            guard let run = zones[number].hand else { continue }
            if zones[number].phase == .queued { sources[source].firstRank = min(sources[source].firstRank, run.rank) }
            guard zones[number].wantsWater else { continue }
            sources[source].takesPower = true
            guard !isHandingOver(ZoneIndex(number), run) else { continue }
            sources[source].load.add(flowTaken(by: ZoneIndex(number)), mix: WaterMix(run), isDosed: isPastClearWater(run))
        }
        for number in 0..<sources.count where sources[number].takesPower { crowd.power += sourcePlans[number].power ?? .zero }
    }

    private func isHandingOver(_ zone: ZoneIndex, _ run: Run) -> Bool {
        zones[zone].phase == .watering && timeLeftInCycle(run, zone) <= sources[zonePlans[zone].source].handover
    }

    /// For admission the larger of nominal and learned flow counts, so that the source is never promised twice.
    private func flowTaken(by zone: ZoneIndex) -> Flow? {
        guard let nominal = zonePlans[zone].nominalFlow, zones[zone].hand?.calibration == nil else { return nil }
        return max(nominal, zones[zone].learned.flow ?? .zero)
    }

    func need(of zone: ZoneIndex) -> Load {
        var need = Load()
        need.add(flowTaken(by: zone), exclusion: zonePlans[zone].exclusion, mix: WaterMix(zones[zone].hand))
        return need
    }

    /// What keeps a ready run from beginning; `nil`: nothing does.
    func obstacle(_ zone: ZoneIndex, _ run: Run, _ source: SourceIndex, _ image: borrowing InputImage) -> Cause? {
        if waitsForOtherShift(run) { return .interlock(.shift) }
        return obstacle(startsTogether(run, source, image) ?? need(of: zone), source, sources[source].load, crowd)
    }

    private func obstacle(_ need: Load, _ source: SourceIndex, _ load: Load, _ crowd: Crowd) -> Cause? {
        let plan = sourcePlans[source]
        if need.clashes || crowd.groups & need.groups != 0 { return .interlock(.exclusion) }
        if let most = valvesAtOnce, crowd.valves + need.count > most { return .interlock(.valvesAtOnce) }
        if let most = plan.zonesAtOnce, load.count + need.count > most { return .interlock(.valvesAtOnce) }
        if let most = power, crowd.power + addedPower(source) > most { return .interlock(.power) }
        if load.isClosing { return .interlock(.capacity) }
        if need.mix == .mixed || (load.count > 0 && (load.mix != need.mix || load.isDosed)) { return .dosing(.otherWater) }
        if load.count == 0, need.count == 1 { return nil }
        guard let capacity = plan.capacity, let used = load.flow, let flow = need.flow, used + flow <= capacity else {
            return .interlock(.capacity)
        }
        return nil
    }

    /// Power that a start takes on top of what is drawn: the source's pump, unless it runs.
    func addedPower(_ source: SourceIndex) -> Power {
        sources[source].takesPower ? .zero : sourcePlans[source].power ?? .zero
    }

    // MARK: Shifts (轮灌组)

    /// The zones of the run's shift that wait with it, if the source could ever open them together; `nil`: each goes alone.
    func startsTogether(_ run: Run, _ source: SourceIndex, _ image: borrowing InputImage) -> Load? {
        guard run.shift != 0 else { return nil }
        var need = Load()
        for number in zonesOfSource[source].range {
            let zone = zoneList[number]
            guard isReady(zone, ofShiftOf: run, image) else { continue }
            need.add(flowTaken(by: zone), exclusion: zonePlans[zone].exclusion, mix: WaterMix(zones[zone].hand))
        }
        guard need.count > 1, obstacle(need, source, Load(), Crowd()) == nil else { return nil }
        return need
    }

    func isReady(_ zone: ZoneIndex, ofShiftOf run: Run, _ image: borrowing InputImage) -> Bool {
        guard zones[zone].phase == .queued, let other = zones[zone].hand, other.shift == run.shift, other.cause == run.cause
        else { return false }
        if case .ready = turn(of: zone, other, image) { return true }
        return false
    }

    /// Shifts of one program go one after another: while another one waters, and before one that was asked for sooner.
    private func waitsForOtherShift(_ run: Run) -> Bool {
        guard run.shift != 0 else { return false }
        for number in 0..<zones.count {
            guard let other = zones[number].hand, other.shift != 0, other.shift != run.shift, other.cause == run.cause
            else { continue }
            if zones[number].wantsWater, !isHandingOver(ZoneIndex(number), other) { return true }
            if zones[number].phase == .queued, other.blockedSince != nil, other.rank < run.rank { return true }
        }
        return false
    }
}
