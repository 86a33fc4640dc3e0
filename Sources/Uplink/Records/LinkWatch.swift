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
    /// What was found where the broker should be, in this absence.
    private(set) var reach: Reach?
    private var lookDue = Instant.start
    private var events: [Event] = []

    /// How long after the link broke somebody looks what stands in the way, and how long until again.
    static let lookAfter: Duration = .minutes(2)
    static let lookAgain: Duration = .hours(1)

    mutating func hear(_ report: SyncReport) {
        if case .gaveUp = report {} else { problem = report }
        if !isUnreached { reach = nil }
        switch report {
        case .connected(let broker): self.broker = broker
        case .failed(let broker, let fault):
            self.broker = broker
            if let code = fault.refusal { refuse(code) }
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
            (downSince, isToldDown, isToldRefused, reach, lookDue) = (nil, false, false, nil, .start)
            return
        }
        let since = downSince ?? now
        downSince = since
        guard !isToldDown, now - since >= Self.dwell else { return }
        isToldDown = true
        events.append(Event(.uplinkLost, .site, duration: now - since))
        if let reason = reach?.event { events.append(Event(reason, .site)) }
    }

    /// Whether somebody has to look now what stands in the way. A broker that refuses us has said it itself.
    mutating func takeLook(at now: Instant) -> Bool {
        guard let downSince, isUnreached, now - downSince >= Self.lookAfter, now >= lookDue else { return false }
        lookDue = now + Self.lookAgain
        return true
    }

    mutating func found(_ reach: Reach) { self.reach = downSince == nil ? nil : reach }

    private var isUnreached: Bool {
        guard case .failed(_, let fault) = problem else { return false }
        return switch fault {
        case .unreachable, .lost, .noAnswer: true
        case .refused, .tooLarge, .subscriptionRefused: false
        }
    }

    mutating func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }
}

extension DialFault {
    /// The broker's code where it wants none of us: one of MQTT 3.1.1, or 135 "not authorized" of MQTT 5 for a subscription.
    fileprivate var refusal: UInt8? {
        switch self {
        case .refused(let code): code
        case .subscriptionRefused: 135
        case .unreachable, .lost, .tooLarge, .noAnswer: nil
        }
    }
}
