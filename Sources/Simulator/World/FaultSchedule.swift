import ProcessImage
import Quantities

/// When the next fault of each kind begins, and when those that have begun end.
struct FaultSchedule {
    enum Change {
        case begin(FaultRates.Kind)
        case end(Ongoing)
    }

    /// What must be ended again.
    enum Ongoing: Hashable {
        case plant(PlantFault)
        case processDown, powerDown, guardDown, ledgerSlow, ledgerUnwritable, clockWrong
    }

    private let rates: FaultRates
    private var random: SeededRandom
    /// By kind: when it next begins.
    private var begins: [Instant?]
    private var ends: [(at: Instant, what: Ongoing)] = []
    /// The earliest of all, so that a scan looks at one number.
    private(set) var next = Instant.start

    init(rates: FaultRates, random: SeededRandom, from start: Instant) {
        self.rates = rates
        self.random = random
        begins = FaultRates.Kind.allCases.map { _ in nil }
        for kind in FaultRates.Kind.allCases { plan(kind, after: start) }
        findNext()
    }

    private mutating func plan(_ kind: FaultRates.Kind, after now: Instant) {
        guard let mean = rates[kind] else { return }
        begins[kind.rawValue] = now + mean * random.between(0.05, 1.95)
    }

    private mutating func findNext() {
        next = Instant(nanoseconds: .max)
        for begin in begins { if let begin, begin < next { next = begin } }
        for end in ends where end.at < next { next = end.at }
    }

    /// The next thing that is due, or `nil`.
    mutating func pop(at now: Instant) -> Change? {
        guard next <= now else { return nil }
        defer { findNext() }
        if let index = ends.firstIndex(where: { $0.at <= now }) { return .end(ends.remove(at: index).what) }
        for kind in FaultRates.Kind.allCases {
            guard let begin = begins[kind.rawValue], begin <= now else { continue }
            plan(kind, after: now)
            return .begin(kind)
        }
        return nil
    }

    mutating func end(_ what: Ongoing, at moment: Instant) {
        guard !ends.contains(where: { $0.what == what }) else { return }
        ends.append((moment, what))
        findNext()
    }

    /// Nothing begins any more; what has begun ends now.
    mutating func heal(at now: Instant) {
        for index in begins.indices { begins[index] = nil }
        for index in ends.indices { ends[index].at = now }
        findNext()
    }
}
