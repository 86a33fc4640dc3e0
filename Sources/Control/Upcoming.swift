public import ProcessImage
import Quantities

/// A start that a program will make, if nothing comes in between.
public struct PlannedStart: Sendable, Hashable {
    public let program: ProgramIndex
    public let occurrence: Occurrence
    /// Seconds since 1970.
    public let unixSeconds: Int64
    /// What each of its zones is to get.
    public let steps: [ProgramPlan.Step]
}

extension ControlPlan {
    /// The starts that the clock tells, of all programs, from one moment (included) to another (not included), in order of
    /// time. What a sensor starts can not be foretold.
    ///
    /// - Parameter limit: no more than this many are listed. At most 366 days are looked through.
    public func upcoming(from: Int64, until: Int64, limit: Int = 1000) -> [PlannedStart] {
        let first = clock.local(unixSeconds: from).date
        let days = min(max(until - from, 0) / 86_400 + 2, 367)
        var starts: [PlannedStart] = []
        // A start that is reckoned back from its end, or from a sunrise, can lie on the day before its own.
        for day in -1...Int(days) {
            starts += startsOn(first.adding(days: day)).filter { $0.unixSeconds >= from && $0.unixSeconds < until }
            if starts.count >= limit + Limits.startsPerProgramMax * programs.count { break }
        }
        return Array(starts.sorted { $0.unixSeconds < $1.unixSeconds }.prefix(max(limit, 0)))
    }

    private func startsOn(_ date: CivilDate) -> [PlannedStart] {
        programs.enumerated().flatMap { number, program in
            program.startNumbers.compactMap { start in
                due(ProgramIndex(number), on: date, number: start).map { moment in
                    let occurrence = Occurrence(program: ProgramIndex(number), date: date, number: UInt8(truncatingIfNeeded: start))
                    return PlannedStart(program: occurrence.program, occurrence: occurrence, unixSeconds: moment, steps: program.steps)
                }
            }
        }
    }
}

extension ControlPlan {
    /// What a zone is to get as far as the plan alone can say; `nil`: it is computed when the program starts.
    public func amount(of step: ProgramPlan.Step) -> Amount? {
        switch step.give {
        case .fixed(let amount): amount
        case .depth(let depth): zones[step.zone.offset].area.map { .volume(depth.volume(on: $0)) }
        case .deficit, .etSinceIrrigation: nil
        }
    }
}

extension ProgramPlan {
    fileprivate var startNumbers: Range<Int> {
        if case .times(let times) = starts { times.indices } else { 0..<0 }
    }
}
