import ProcessImage
import Quantities

/// What a run measures for a person, stage by stage.
enum CalibrationStage: BitwiseCopyable, Equatable {
    case flow
    case overrun
    /// The zone's valve opens and closes while another zone keeps the pump running.
    case travel
    /// Keeps the pump running for that zone.
    case partner(of: ZoneIndex)

    /// It is over without having found anything, and that is told.
    var finds: Bool { self == .flow || self == .overrun }
}

/// How long one zone's valve takes, by the flow: beside a partner that waters evenly it rises when the valve opens, and falls back
/// when it has closed. Each counts until the flow has come to rest.
struct TravelTest: BitwiseCopyable {
    enum Stage: BitwiseCopyable, Equatable { case waiting, ready, opening, open, closing, done }

    let zone: ZoneIndex
    let partner: ZoneIndex
    private(set) var stage = Stage.waiting
    private(set) var opens: Duration?
    private(set) var closes: Duration?
    private var alone = Flow.zero
    private var together = Flow.zero
    private var moved = Instant.never
    private var settling = FlowSettling()

    /// Less is the partner's own unrest.
    private static let leastRise = 0.1
    private static let closesWithin: Duration = .minutes(3)

    init(zone: ZoneIndex, beside partner: ZoneIndex) {
        self.zone = zone
        self.partner = partner
    }

    var isReady: Bool { stage != .waiting }

    func isOver(at now: Instant) -> Bool { stage == .done || (stage == .closing && now - moved > Self.closesWithin) }

    /// - Parameter valve: what was permitted of the zone's valve in the scan before.
    mutating func look(_ flow: Flow?, _ valve: Verdict, isPartnerSettled: Bool, at now: Instant) {
        guard let flow else { return }
        switch stage {
        case .waiting where isPartnerSettled:
            alone = flow
            stage = .ready
        case .ready where valve.level.isOn: move(to: .opening, valve.since)
        case .opening where flow >= alone * (1 + Self.leastRise):
            guard let settled = settling.settled(flow, at: now) else { return }
            opens = settling.since - moved
            together = settled
            stage = .open
        case .open where !valve.level.isOn: move(to: .closing, valve.since)
        case .closing where flow <= (alone + together) * 0.5:
            guard settling.settled(flow, at: now) != nil else { return }
            closes = settling.since - moved
            stage = .done
        default: break
        }
    }

    private mutating func move(to next: Stage, _ moment: Instant) {
        stage = next
        moved = moment
        settling = FlowSettling()
    }
}

extension IrrigationControl {
    private static var travelTime: Duration { .minutes(2) }
    /// From its own settling over the zone's opening and closing; it is ended when the test is.
    private static var partnerTime: Duration { .minutes(12) }

    /// After the run that measures the overrun alone: the zone once more, beside a partner.
    mutating func orderTravelTest(_ zone: ZoneIndex, _ command: UInt64, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let source = zonePlans[zone].source
        guard sources[source].travelTest == nil, let partner = partner(of: zone, image) else {
            records.event(Event(.travelUnmeasured, .zone(zone)))
            return
        }
        sources[source].travelTest = TravelTest(zone: zone, beside: partner)
        order(zone, .travel, Self.travelTime, command, image.now, &records)
        order(partner, .partner(of: zone), Self.partnerTime, command, image.now, &records)
    }

    private mutating func order(_ zone: ZoneIndex, _ stage: CalibrationStage, _ time: Duration, _ command: UInt64, _ now: Instant,
                                _ records: inout RecordBuffer) {
        let order = RunOrder(zone: zone, amount: .time(time), cause: .manual(command), obeysWindows: false, calibration: stage)
        _ = enqueue(order, now, &records)
    }

    /// A zone of the same source that is free and may be open together with it.
    private func partner(of zone: ZoneIndex, _ image: borrowing InputImage) -> ZoneIndex? {
        let source = zonePlans[zone].source, plan = sourcePlans[source]
        guard plan.flow != nil, let capacity = plan.capacity, let own = zonePlans[zone].nominalFlow, plan.zonesAtOnce ?? 2 > 1,
              valvesAtOnce ?? 2 > 1 else { return nil }
        for number in zonesOfSource[source].range {
            let other = zoneList[number], verdict = image.verdict(of: zonePlans[other].valve)
            guard other != zone, zones[other].hand == nil, zones[other].trip == nil, verdict.hold == nil, !verdict.lacksProof,
                  let flow = zonePlans[other].nominalFlow, own + flow <= capacity,
                  zonePlans[other].exclusion & zonePlans[zone].exclusion == 0 else { continue }
            return other
        }
        return nil
    }

    mutating func watchTravel(_ source: SourceIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard var test = sources[source].travelTest else { return }
        let isSettled = zones[test.partner].phase == .watering && zones[test.partner].settling.isSettled
        test.look(sources[source].flow, image.verdict(of: zonePlans[test.zone].valve), isPartnerSettled: isSettled, at: image.now)
        sources[source].travelTest = test
        if test.isOver(at: image.now) || isGone(test) { end(test, source, &records) }
    }

    /// A run it needs was stopped, tripped or given up.
    private func isGone(_ test: TravelTest) -> Bool {
        guard zones[test.partner].hand?.calibration == .partner(of: test.zone) else { return true }
        if test.isReady, zones[test.partner].phase != .watering { return true }
        let isAhead = zones[test.zone].hand?.calibration == .travel || zones[test.zone].next?.calibration == .travel
        return !isAhead && test.stage != .open && test.stage != .closing && test.stage != .done
    }

    private mutating func end(_ test: TravelTest, _ source: SourceIndex, _ records: inout RecordBuffer) {
        sources[source].travelTest = nil
        guard let opens = test.opens, let closes = test.closes else {
            records.event(Event(.travelUnmeasured, .zone(test.zone)))
            return
        }
        var proposed = zones[test.zone].proposed ?? zones[test.zone].learned
        proposed.travel = ValveTravel(opens: opens, closes: closes)
        zones[test.zone].proposed = proposed
        records.event(Event(.travelCalibrated, .zone(test.zone), value: opens.seconds, limit: zonePlans[test.zone].travel.seconds,
                            duration: closes))
    }

    /// Whether a run of a travel test has its turn: the partner once the zone is at it, the zone once the partner waters evenly.
    func turnOfTest(_ zone: ZoneIndex, _ run: Run) -> Turn? {
        let test = sources[zonePlans[zone].source].travelTest
        switch run.calibration {
        case .partner(let tested):
            guard test?.zone == tested else { return .gone(run.cause) }
            return zones[tested].hand?.calibration == .travel ? nil : .notYet(.interlock(.calibration))
        case .travel:
            guard let test, test.zone == zone else { return .gone(run.cause) }
            return test.isReady ? nil : .notYet(.interlock(.calibration))
        default: return nil
        }
    }
}
