import Quantities

// What comes from outside.
extension Session {
    /// What the transport has to tell, in the order in which it happened.
    public mutating func hear(_ news: News, at moment: Moment) {
        switch news {
        case .connected: connected(at: moment)
        case .refused(let code): fail(.refused(broker: broker, code: code), at: moment)
        case .unreachable:
            if case .connecting = phase { birthNumber.spare() }
            fail(.unreachable(broker: broker), at: moment)
        case .subscribed(let isGranted): subscribed(isGranted, at: moment)
        case .lost: fail(.lost(broker: broker), at: moment)
        case .tooLarge: fail(.messageTooLarge(broker: broker), at: moment)
        case .message(let topic, let payload, let isRetained): hear(topic, payload, isRetained: isRetained, at: moment)
        case .taken: break
        }
    }

    private mutating func connected(at moment: Moment) {
        guard case .connecting = phase else { return }
        connectedAt = moment.instant
        phase = .connected
        waiting.append(.report(.connected(broker: broker)))
    }

    private mutating func fail(_ report: Report, at moment: Moment) {
        switch phase {
        case .resting, .keeping, .kept, .stopped: return
        case .connecting, .connected, .subscribing, .waiting, .birthing, .alive, .leaving, .closing:
            waiting.append(.report(report))
            rest(at: moment.instant)
        }
    }

    private mutating func subscribed(_ isGranted: Bool, at moment: Moment) {
        guard case .subscribing = phase else { return }
        guard isGranted else {
            waiting.append(.report(.subscriptionRefused(broker: broker)))
            phase = .closing(politely: false)
            return
        }
        if settings.primaryHost == nil || host.isOnline { return beginBirth() }
        phase = .waiting(until: settings.brokers > 1 ? moment.instant + settings.patience : .notDue)
    }

    private mutating func hear(_ topic: String, _ payload: [UInt8], isRetained: Bool, at moment: Moment) {
        if let owner = commanded[topic] {
            obey(payload, owner: owner, isRetained: isRetained, at: moment)
        } else if let primary = settings.primaryHost, topic == stateTopic(of: primary) {
            hear(HostState(decoding: payload))
        }
    }

    /// The state of the primary host; it is kept by the broker, so it comes with the subscription.
    private mutating func hear(_ state: HostState?) {
        guard let state else { return waiting.append(.report(.hostStateUnreadable)) }
        let wasOnline = host.isOnline
        guard host.hear(state) else { return waiting.append(.report(.hostStateOld)) }
        if host.isOnline != wasOnline { waiting.append(.report(host.isOnline ? .hostOnline : .hostOffline)) }
        switch phase {
        case .waiting where host.isOnline: beginBirth()
        case .waiting where settings.brokers > 1: phase = .closing(politely: false)
        case .birthing where !host.isOnline, .alive where !host.isOnline: leave()
        default: break
        }
    }

    private mutating func obey(_ bytes: [UInt8], owner: Int, isRetained: Bool, at moment: Moment) {
        guard !isRetained else { return refuse(.retained, nil) }
        guard let payload = try? Payload(decoding: bytes, within: .command) else { return refuse(.unreadable, nil) }
        guard isBorn, owner == 0 || devices[owner - 1].isBorn else { return refuse(.notBorn, nil) }
        for metric in payload.metrics {
            if owner == 0, metric.name == rebirthName {
                hearRebirth(metric)
            } else {
                judge(metric, owner: owner, sentAt: payload.timestamp, at: moment)
            }
        }
    }

    /// It moves nothing, so its age does not matter, only how often it comes: data wait until the birth may be.
    private mutating func hearRebirth(_ metric: Metric) {
        guard case .boolean(let isWanted)? = metric.value else { return refuse(.wrongType, nil) }
        if isWanted, phase != .birthing(owner: 0) { wantedBirth = .askedFor }
    }

    private mutating func judge(_ metric: Metric, owner: Int, sentAt: UInt64?, at moment: Moment) {
        guard let index = find(metric, owner: owner) else { return refuse(.unknownMetric, nil) }
        let planned = plan.metrics[index.rawValue]
        guard let writable = planned.writable else { return refuse(.notWritable, index) }
        guard metric.datatype ?? planned.type.rawValue == planned.type.rawValue, let wire = metric.value,
              let value = MetricValue(wire, as: planned.type) else { return refuse(.wrongType, index) }
        guard writable.permits(value) else { return refuse(.outOfRange, index) }
        let timestamp = metric.timestamp ?? sentAt
        if let refusal = gate.refusal(index, givenAt: timestamp, wall: moment.wall) { return refuse(refusal, index) }
        waiting.append(.order(CommandOrder(metric: index, value: value, timestamp: timestamp ?? 0)))
    }

    /// By alias, by name, or by both where they say the same.
    private func find(_ metric: Metric, owner: Int) -> MetricIndex? {
        let byAlias = metric.alias.flatMap(plan.index(alias:))
        let byName = metric.name.flatMap { name in plan.owned[owner].first { plan.metrics[$0].name == name } }
        guard let index = byAlias ?? byName, plan.owned[owner].contains(index) else { return nil }
        if metric.alias != nil, byAlias != index { return nil }
        if metric.name != nil, byName != index { return nil }
        return MetricIndex(rawValue: index)
    }

    private mutating func refuse(_ refusal: CommandRefusal, _ metric: MetricIndex?) {
        waiting.append(.report(.commandRefused(refusal, metric)))
    }
}
