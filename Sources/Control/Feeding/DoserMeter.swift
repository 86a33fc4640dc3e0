import ProcessImage
import Quantities

/// What a doser has given: by the time it turned and, where its hopper is weighed, by what is missing there. The larger counts, so
/// that a meal is never more than it was to be; half of what the time says counts at least.
struct DoserMeter: BitwiseCopyable {
    private var byTime = Mass.zero
    private var first: Mass?
    private var total = Mass.zero
    /// It turned, and the hopper got no lighter.
    private(set) var isJammed = false

    /// From so much by time on, less than a tenth by weight is a jam or an empty hopper.
    private static let jamAfter = Mass.kilograms(0.5)

    /// A quantum, or a meal, begins.
    mutating func begin() { self = DoserMeter() }

    /// - Parameters:
    ///   - isOn: it turned since the scan before.
    ///   - weight: of the hopper; `nil`: not weighed, or not known.
    /// - Returns: what came since the scan before. Never below nothing.
    mutating func step(isOn: Bool, rate: MassRate, over elapsed: Duration, weight: Mass?) -> Mass {
        if isOn { byTime += rate.mass(over: elapsed) }
        var now = byTime
        if let weight {
            let begin = first ?? weight
            first = begin
            let lost = begin - weight
            now = max(lost, byTime * 0.5)
            isJammed = byTime >= Self.jamAfter && lost < byTime * 0.1
        }
        let gave = max(now - total, .zero)
        total += gave
        return gave
    }
}
