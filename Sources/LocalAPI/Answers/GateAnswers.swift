import Journal
import Language
import ProcessImage
import Quantities

/// Canal gates as people see them: from the live state alone, so that they are told while the disk hangs.
extension Context {
    func gates(_ live: LiveSnapshot) -> [GateReply] { gates.indices.map { gate(GateIndex($0), live) } }

    private func gate(_ gate: GateIndex, _ live: LiveSnapshot) -> GateReply {
        let (plan, state) = (gates[gate.offset], live.gates[gate.offset])
        let order = order(of: gate, live)
        let metered = plan.flow.flatMap { base($0, live) }.map { Flow(base: $0) }
        let sets = setpoint(of: gate, live)
        let trip = holdingAlarms(gate, live).first.map { TripID($0.id.kind.trip ?? .gateStuck, $0.id.subject) }
        return GateReply(
            gate: tables.label(of: .gate(gate)), state: "\(state.status.reason)", since: time(state.since),
            why: WireText(why(gate, live)), keeps: sets.keeps, setpointM: sets.meters, setpointM3s: sets.flow,
            steersForM: state.status.setpoint?.meters, from: order == nil ? "site" : "person",
            until: order.flatMap { $0.until == .max ? nil : WireTime($0.until, tables.clock) }, own: WireText(own(plan.goal)),
            openingM: base(plan.position, live), upstreamM: base(plan.upstream, live),
            downstreamM: plan.downstream.flatMap { base($0, live) }, targetOpeningM: state.status.target?.meters,
            flowM3s: (metered ?? state.status.flow)?.cubicMetersPerSecond, flowIsMetered: metered != nil,
            restSeconds: state.status.restLeft.seconds, movesLastHour: Int(state.status.movesLastHour),
            movesLastDay: Int(state.status.movesLastDay), movesPerDay: plan.movesPerDay, locks: plan.locks.map { WireText($0) },
            mayOrder: .init(plan.bounds), trip: trip.map { WireText(tables.text(of: $0)) })
    }

    private func order(of gate: GateIndex, _ live: LiveSnapshot) -> StandingOrder? {
        live.standing.first { $0.subject == .gate(gate) && $0.kind.isOfGate }
    }

    /// In the base unit of what the point measures; `nil` unless it is good.
    private func base(_ point: PointIndex, _ live: LiveSnapshot) -> Double? {
        let reading = live.readings[point.offset]
        return reading.quality == .good ? tables.points[point.offset].unit.toBase(reading.recorded) : nil
    }

    /// What it goes by now: a person's order, else the site file.
    private func setpoint(of gate: GateIndex, _ live: LiveSnapshot) -> (keeps: String, meters: Double?, flow: Double?) {
        let goal = gates[gate.offset].goal
        switch order(of: gate, live)?.gateOrder {
        case nil: break
        case .level(let level): return (goal.isUpstream ? "upstream" : "downstream", level.meters, nil)
        case .flow(let flow): return ("flow", nil, flow.cubicMetersPerSecond)
        case .opening(let opening): return ("opening", opening.meters, nil)
        case .hold: return ("hold", nil, nil)
        }
        switch goal {
        case .downstream(let level): return ("downstream", level.meters, nil)
        case .upstream(let level): return ("upstream", level.meters, nil)
        case .flow(let flow): return ("flow", nil, flow.cubicMetersPerSecond)
        }
    }

    /// What the site file says.
    private func own(_ goal: GateGoal) -> Phrase {
        switch goal {
        case .downstream(let level): Phrase(zh: "闸后水位 {value}", en: "{value} below").filled(["value": GateOrder.level(level).shown])
        case .upstream(let level): Phrase(zh: "闸前水位 {value}", en: "{value} above").filled(["value": GateOrder.level(level).shown])
        case .flow(let flow): Phrase(zh: "流量 {value}", en: "{value}").filled(["value": GateOrder.flow(flow).shown])
        }
    }

    /// Orders of people that end by then.
    func gateEnds(_ live: LiveSnapshot, until end: Int64) -> [PlanReply.Gate] {
        live.standing.filter { $0.kind.isOfGate && $0.until <= end }.sorted { $0.until < $1.until }.compactMap { order in
            guard case .gate(let gate) = order.subject, gates.indices.contains(gate.offset) else { return nil }
            let text = Phrase(zh: "{name} 恢复站点设定：{own}", en: "{name} goes by its own set-point again: {own}")
                .filled(["name": tables.name(of: order.subject), "own": own(gates[gate.offset].goal)])
            return .init(at: WireTime(order.until, tables.clock), gate: tables.label(of: order.subject), text: WireText(text))
        }
    }

    /// What it does, or why it holds, with how long that lasts or what stands against it.
    func why(_ gate: GateIndex, _ live: LiveSnapshot) -> Phrase {
        let status = live.gates[gate.offset].status
        switch status.reason {
        case .resting where status.restLeft > .zero:
            return Phrase(zh: "{reason}，还要 {time}", en: "{reason}, {time} more")
                .filled(["reason": status.reason.text, "time": Phrase(status.restLeft)])
        case .blocked:
            guard let hold = status.hold else { return status.reason.text }
            return Phrase(zh: "被挡住：{hold}", en: "held: {hold}").filled(["hold": tables.text(of: hold)])
        default: return status.reason.text
        }
    }

    /// Trips that hold a gate: its own, its drives', the whole site's.
    func holdingAlarms(_ gate: GateIndex, _ live: LiveSnapshot) -> [LiveSnapshot.Alarm] {
        live.alarms.filter { $0.isHoldingTrip && subjects(of: gate).contains($0.id.subject) }
    }

    private func subjects(of gate: GateIndex) -> [Subject] {
        [.gate(gate), .output(gates[gate.offset].raise), .output(gates[gate.offset].lower), .site]
    }

    // MARK: Why

    /// `why GATE`: how it stands, and what led to it in the last 24 h. Waits for the disk.
    func why(_ gate: GateIndex) throws -> WhyReply {
        let live = journal.live.snapshot()
        let end = live.wall.unixSeconds + 1
        let about = subjects(of: gate).filter { $0 != .site }.map { tables.subjectTag($0) }
        let events = try about.flatMap { try journal.events(from: end - 86_400, to: end, subject: $0, limit: 50) }
            .sorted { $0.wall.unixNanoseconds < $1.wall.unixNanoseconds }.suffix(20)
        let holding = holdingAlarms(gate, live)
        var lines = events.map { WhyReply.Line(at: time($0.wall), text: WireText($0.text)) }
        lines.append(.init(at: nil, text: WireText(now(gate, live, holding.first))))
        let tag = Phrase(verbatim: holding.first.map { tables.tag(of: $0.id.subject) } ?? tables.tag(of: .gate(gate)))
        let blind = live.gates[gate.offset].status.reason.isBlind ? EventKind.gateBlind.remedy : nil
        return WhyReply(subject: tables.label(of: .gate(gate)), headline: WireText(headline(gate, live)), lines: lines,
                        remedy: (holding.first?.id.kind.remedy ?? blind).map { WireText($0.filled(["subject": tag])) })
    }

    private func headline(_ gate: GateIndex, _ live: LiveSnapshot) -> Phrase {
        let opening = base(gates[gate.offset].position, live).map { GateOrder.opening(.meters($0)).shown }
        return Phrase(zh: "{name} 开度 {opening}：{why}（{order}）", en: "{name} is open by {opening}: {why} ({order})").filled([
            "name": tables.name(of: .gate(gate)), "opening": opening ?? Phrase(zh: "读不到", en: "an unknown amount"),
            "why": why(gate, live), "order": orderText(gate, live),
        ])
    }

    private func now(_ gate: GateIndex, _ live: LiveSnapshot, _ trip: LiveSnapshot.Alarm?) -> Phrase {
        guard let trip else { return why(gate, live) }
        return Phrase(zh: "联锁停，等待复位：{text}", en: "latched until it is reset: {text}")
            .filled(["text": tables.text(of: trip.event ?? Event(trip.id.kind, trip.id.subject))])
    }

    /// What it goes by, such as "the site's 1.20 m below", or a person's order and its end.
    private func orderText(_ gate: GateIndex, _ live: LiveSnapshot) -> Phrase {
        guard let order = order(of: gate, live) else {
            return Phrase(zh: "站点设定{own}", en: "set by the site: {own}").filled(["own": own(gates[gate.offset].goal)])
        }
        return text(of: order, until: order.until == .max ? nil : WireTime(order.until, tables.clock))
    }

    /// A person's order of a gate as it stands.
    func gateText(_ order: StandingOrder, until end: WireTime?) -> Phrase {
        let text = switch order.gateOrder {
        case .level: Phrase(zh: "{about} 人工定水位 {value}{until}", en: "{about} by hand at {value}{until}")
        case .flow: Phrase(zh: "{about} 人工定流量 {value}{until}", en: "{about} by hand at {value}{until}")
        case .opening: Phrase(zh: "{about} 人工定开度 {value}{until}", en: "{about} by hand at an opening of {value}{until}")
        case .hold, nil: Phrase(zh: "{about} 人工停在原位{until}", en: "{about} is held by hand{until}")
        }
        let until = end.map { Phrase(zh: "，到 {at}", en: " until {at}").filled(["at": shortMoment($0)]) }
            ?? Phrase(zh: "，直到恢复自动", en: " until it is set to auto")
        let value = order.gateOrder?.shown ?? Phrase(verbatim: "")
        return text.filled(["about": tables.name(of: order.subject), "value": value, "until": until])
    }
}

extension GateGoal {
    fileprivate var isUpstream: Bool { if case .upstream = self { true } else { false } }
}

extension GateReply.Bounds {
    fileprivate init(_ bounds: GateBounds) {
        self.init(leastLevelM: bounds.level?.least.meters, mostLevelM: bounds.level?.most.meters,
                  leastFlowM3s: bounds.flow.least.cubicMetersPerSecond, mostFlowM3s: bounds.flow.most.cubicMetersPerSecond,
                  leastOpeningM: bounds.opening.least.meters, mostOpeningM: bounds.opening.most.meters)
    }
}
