public import Quantities

// A connection from its rest to its end, and what is said on it.
extension Session {
    /// How long a transport that is full is left alone.
    private static let retry: Duration = .milliseconds(100)

    /// What is to be done; `nil`: nothing before there is news, or a value, or `wake` has come.
    public mutating func next(at moment: Moment) -> Action? {
        gate.look(at: moment.wall)
        if let action = waiting.take() { return action }
        guard offered == nil else { return nil }
        if isStopping { turnBack() } else if isPaused { pause() }
        return step(at: moment)
    }

    private mutating func step(at moment: Moment) -> Action? {
        let now = moment.instant
        switch phase {
        case .keeping, .stopped: return nil
        case .resting(let until): return now < until || isPaused ? nil : prepare(at: moment)
        case .kept: return connect(at: now)
        case .connected:
            phase = .subscribing(until: now + settings.patience)
            return .subscribe(plan.commandTopics.map(\.topic) + (settings.primaryHost.map { [stateTopic(of: $0)] } ?? []))
        case .connecting(let until), .subscribing(let until):
            guard now >= until else { return nil }
            waiting.append(.report(.noAnswer(broker: broker)))
            return close(politely: false, at: now)
        case .waiting(let until): return now < until ? nil : close(politely: false, at: now)
        case .birthing(let owner): return now < retryAt ? nil : giveBirth(from: owner, at: moment)
        case .alive: return now < retryAt ? nil : talk(at: moment)
        case .leaving: return offer(.death, death)
        case .closing(let politely): return close(politely: politely, at: now)
        }
    }

    private mutating func prepare(at moment: Moment) -> Action? {
        birthNumber.prepare()
        phase = birthNumber.isKept ? .kept : .keeping
        return birthNumber.isKept ? step(at: moment) : .keep(birthNumber: birthNumber.current)
    }

    /// Whether the number of the birth is on disk: the answer to `keep`.
    public mutating func kept(_ isKept: Bool, at now: Instant) {
        guard phase == .keeping else { return }
        if isKept {
            birthNumber.keep()
            phase = .kept
        } else {
            waiting.append(.report(.birthNumberNotKept))
            rest(at: now)
        }
    }

    private mutating func connect(at now: Instant) -> Action {
        birthNumber.spend()
        connectedAt = .never
        lastBirthAt = .never
        phase = .connecting(until: now + settings.patience)
        return .connect(Connection(broker: broker, will: death))
    }

    /// Births in one go: the node, then each device that is there.
    private mutating func giveBirth(from first: Int, at moment: Moment) -> Action? {
        if first == 0 {
            guard moment.instant >= lastBirthAt + settings.birthInterval else { return nil }
            lastBirthAt = moment.instant
            return offer(.birth(owner: 0), nodeBirth(at: moment))
        }
        if let owner = (first..<devices.count + 1).first(where: { devices[$0 - 1].isThere }) {
            phase = .birthing(owner: owner)
            return offer(.birth(owner: owner), deviceBirth(of: owner, at: moment))
        }
        phase = .alive
        nextRoundAt = moment.instant + settings.dataInterval
        return .report(.born(birthCause))
    }

    private mutating func talk(at moment: Moment) -> Action? {
        if wantedBirth != nil {
            beginBirth()
            return step(at: moment)
        }
        if let device = devices.firstIndex(where: { $0.isBorn && !$0.isThere }) {
            return offer(.deviceDeath(device), deviceDeath(of: device, at: moment))
        }
        if let device = devices.firstIndex(where: { !$0.isBorn && $0.isThere }) {
            return offer(.birth(owner: device + 1), deviceBirth(of: device + 1, at: moment))
        }
        return tellNews(at: moment) ?? tellHistory(at: moment)
    }

    private mutating func tellNews(at moment: Moment) -> Action? {
        guard values.hasNews, moment.instant >= nextRoundAt else { return nil }
        let change = values.takeNews(atMost: settings.metricsPerMessage) { $0 == 0 || devices[$0 - 1].isBorn }
        guard let change else {
            nextRoundAt = moment.instant + settings.dataInterval
            return nil
        }
        return offer(.data(change), data(change, at: moment))
    }

    private mutating func tellHistory(at moment: Moment) -> Action? {
        guard let first = history.first else { return nil }
        let owner = plan.owner(of: first.metric)
        let part = history.prefix(max(1, settings.metricsPerMessage)).prefix { plan.owner(of: $0.metric) == owner }
        guard owner == 0 || devices[owner - 1].isBorn else {
            history.removeFirst(part.count)
            return step(at: moment)
        }
        return offer(.history(count: part.count), pastData(Array(part), of: owner, at: moment))
    }

    private mutating func offer(_ offer: Offer, _ publication: Publication) -> Action {
        offered = offer
        return .publish(publication)
    }

    /// Whether the transport took what it was given: only then its number is used up.
    public mutating func published(_ isTaken: Bool, at now: Instant) {
        guard let offer = offered else { return }
        offered = nil
        if isTaken { settle(offer) } else { takeBack(offer, at: now) }
    }

    private mutating func settle(_ offer: Offer) {
        sequence &+= 1
        switch offer {
        case .birth(owner: 0):
            isBorn = true
            sequence = 1
            for device in devices.indices { devices[device].isBorn = false }
            if phase == .birthing(owner: 0) { phase = .birthing(owner: 1) }
        case .birth(let owner):
            devices[owner - 1].isBorn = true
            if phase == .birthing(owner: owner) { phase = .birthing(owner: owner + 1) }
        case .deviceDeath(let device): devices[device].isBorn = false
        case .data(let change): for metric in change.metrics { values.told(metric) }
        case .history(let count): history.removeFirst(count)
        case .death: phase = .closing(politely: true)
        }
    }

    private mutating func takeBack(_ offer: Offer, at now: Instant) {
        retryAt = now + Self.retry
        switch offer {
        case .birth(owner: 0): lastBirthAt = .never
        case .data(let change): values.giveBack(change)
        case .death: phase = .closing(politely: false)
        case .birth, .deviceDeath, .history: break
        }
    }

    /// When `next` is to be asked again though nothing has happened.
    public var wake: Instant {
        switch phase {
        case .resting where isPaused && !isStopping, .keeping, .stopped: .notDue
        case .resting(let until), .connecting(let until), .subscribing(let until), .waiting(let until): until
        case .kept, .connected, .leaving, .closing: .start
        case .birthing(owner: 0): max(retryAt, lastBirthAt + settings.birthInterval)
        case .birthing: retryAt
        case .alive: hasMoreToSay ? retryAt : values.hasNews ? max(retryAt, nextRoundAt) : .notDue
        }
    }

    private var hasMoreToSay: Bool {
        wantedBirth != nil || !history.isEmpty || devices.contains { $0.isBorn != $0.isThere }
    }
}

// How connections end.
extension Session {
    mutating func beginBirth() {
        birthCause = isBorn ? wantedBirth ?? .session : .session
        wantedBirth = nil
        phase = .birthing(owner: 0)
    }

    /// With a death of our own where there was a birth, else by leaving it to the broker: a birth is the first that a node says.
    mutating func leave() { phase = isBorn ? .leaving : .closing(politely: false) }

    private mutating func turnBack() {
        switch phase {
        case .resting, .keeping, .kept: phase = .stopped
        default: pause()
        }
    }

    /// Ends a connection in order.
    private mutating func pause() {
        switch phase {
        case .birthing, .alive: leave()
        case .connecting, .connected, .subscribing, .waiting: phase = .closing(politely: false)
        case .resting, .keeping, .kept, .leaving, .closing, .stopped: break
        }
    }

    private mutating func close(politely: Bool, at now: Instant) -> Action {
        rest(at: now)
        return politely ? .disconnect : .hangUp
    }

    /// The connection is over: rest, then try the next broker.
    mutating func rest(at now: Instant) {
        if connectedAt != .never, now - connectedAt >= settings.settledAfter { backoff.succeed() }
        offered = nil
        isBorn = false
        for device in devices.indices { devices[device].isBorn = false }
        host.isOnline = false
        wantedBirth = nil
        history = []
        retryAt = .start
        broker = (broker + 1) % max(1, settings.brokers)
        phase = isStopping ? .stopped : .resting(until: now + backoff.rest())
    }
}
