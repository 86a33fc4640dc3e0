import ProcessImage
import Quantities

/// What people are told of a link: that it has been away for long, that it is back, that somebody refuses it. Not every hiccup.
struct LinkWatch {
    /// Shorter is no news: radio links come and go.
    static let dwell: Duration = .minutes(10)

    private(set) var broker = 0
    private(set) var problem: SyncReport?
    private(set) var givenUp = 0
    private var downSince: Instant?
    private var isToldDown = false
    private var isToldRefused = false
    private var events: [Event] = []

    mutating func hear(_ report: SyncReport) {
        problem = report
        switch report {
        case .connected(let broker): self.broker = broker
        case .unreachable(let broker), .lost(let broker), .noAnswer(let broker), .messageTooLarge(let broker): self.broker = broker
        case .refused(let broker, let code):
            self.broker = broker
            refuse(code)
        case .subscriptionRefused(let broker):
            self.broker = broker
            refuse(135)
        case .acknowledgementUnreadable: break
        case .gaveUp(let gap):
            givenUp += gap.rows
            events.append(Event(.uplinkGaveUp, .site, value: Double(gap.rows)))
        }
    }

    private mutating func refuse(_ code: UInt8) {
        guard !isToldRefused else { return }
        isToldRefused = true
        events.append(Event(.uplinkRefused, .site, value: Double(code)))
    }

    mutating func look(isOpen: Bool, at now: Instant) {
        if isOpen {
            if isToldDown { events.append(Event(.uplinkBack, .site)) }
            (downSince, isToldDown, isToldRefused) = (nil, false, false)
            return
        }
        let since = downSince ?? now
        downSince = since
        guard !isToldDown, now - since >= Self.dwell else { return }
        isToldDown = true
        events.append(Event(.uplinkLost, .site, duration: now - since))
    }

    mutating func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }
}

/// Bytes of one local day, by what they were for.
struct TrafficDay {
    private(set) var date: CivilDate
    private(set) var bytes: [String: Int]
    /// What of the link's count is in here, or in days before.
    private var counted = SyncLink.Traffic()

    init(_ date: CivilDate, _ bytes: [String: Int]) {
        self.date = date
        self.bytes = bytes
    }

    /// - Parameter traffic: of the link since it was made.
    mutating func add(_ traffic: SyncLink.Traffic, on date: CivilDate) {
        if date != self.date { (bytes, self.date) = ([:], date) }
        for (stream, sent) in traffic.sent { bytes[stream, default: 0] += sent - (counted.sent[stream] ?? 0) }
        bytes["acknowledgements", default: 0] += traffic.received - counted.received
        counted = traffic
    }

    /// The link counts anew.
    mutating func beginLink() { counted = SyncLink.Traffic() }

    func isOver(_ budget: Int?) -> Bool { budget.map { bytes.values.reduce(0, +) >= $0 } ?? false }
}
