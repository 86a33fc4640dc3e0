import ProcessImage
import Quantities

/// One silo's memory.
struct SiloState: BitwiseCopyable {
    /// What people filled in, less what was given. `nil`: nobody has said.
    var booked: Mass?
    /// By its load cells; `nil`: none, or they cannot be read.
    var weighed: Mass?
    var isLow = false
}

/// What each silo holds: by its load cells where it has any, else by the book. It stops nothing: a doser that turns without feed is
/// found by its own scale, and a book that nobody keeps must not leave fish unfed.
struct SiloBook: ~Copyable {
    private let plans: Dense<SiloIndex, SiloPlan>
    private var states: Dense<SiloIndex, SiloState>

    /// It is no longer low once it holds so much of its capacity more.
    private static let margin = 0.02

    init(_ plans: [SiloPlan], restoring booked: [(silo: SiloIndex, holds: Mass)]) {
        self.plans = Dense(plans)
        states = Dense(repeating: SiloState(), count: plans.count)
        for (silo, holds) in booked where silo.offset < plans.count { states[silo].booked = holds }
    }

    var count: Int { plans.count }

    func status(of silo: SiloIndex) -> SiloStatus {
        var status = SiloStatus()
        status.isWeighed = plans[silo].weight != nil
        status.holds = status.isWeighed ? states[silo].weighed : states[silo].booked
        status.isLow = states[silo].isLow
        return status
    }

    mutating func look(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<plans.count {
            let silo = SiloIndex(number), plan = plans[number]
            if let weight = plan.weight { states[silo].weighed = image.value(of: weight, noOlderThan: .minutes(3)).value }
            guard let holds = status(of: silo).holds else { continue }
            let wasLow = states[silo].isLow
            states[silo].isLow = holds < plan.low + (wasLow ? plan.capacity * Self.margin : .zero)
            if states[silo].isLow, !wasLow {
                records.event(Event(.siloLow, .silo(silo), value: holds.kilograms, limit: plan.low.kilograms))
            }
        }
    }

    /// What a person says that it holds. `nil`: it is weighed, or cannot hold that.
    mutating func set(_ silo: SiloIndex, to holds: Mass) -> Mass? {
        guard plans[silo].weight == nil, holds >= .zero, holds <= plans[silo].capacity else { return nil }
        states[silo].booked = holds
        return holds
    }

    /// So much was filled in.
    mutating func fill(_ silo: SiloIndex, _ mass: Mass) -> Mass? {
        guard mass > .zero else { return nil }
        return set(silo, to: (states[silo].booked ?? .zero) + mass)
    }

    /// So much was given from it. `nil`: nobody keeps a book of it.
    mutating func take(_ mass: Mass, from silo: SiloIndex) -> Mass? {
        guard plans[silo].weight == nil, mass > .zero, let holds = states[silo].booked else { return nil }
        states[silo].booked = max(holds - mass, .zero)
        return states[silo].booked
    }
}
