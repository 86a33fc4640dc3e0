public import ProcessImage
import Quantities

/// A start that a program will make, if nothing comes in between.
public struct PlannedStart: Sendable, Hashable {
    public let program: ProgramIndex
    public let occurrence: Occurrence
    /// Seconds since 1970.
    public let unixSeconds: Int64
    public let zones: [ZoneIndex]
    /// Watering time of each zone of `zones`.
    public let durations: [Duration]
}

extension ControlPlan {
    /// The starts of all programs from one moment (included) to another (not included), in order of time.
    ///
    /// - Parameter limit: no more than this many are listed. At most 366 days are looked through.
    public func upcoming(from: Int64, until: Int64, limit: Int = 1000) -> [PlannedStart] {
        let first = clock.local(unixSeconds: from).date
        let days = min(max(until - from, 0) / 86_400 + 1, 366)
        var starts: [PlannedStart] = []
        for day in 0...Int(days) {
            starts += startsOn(first.adding(days: day)).filter { $0.unixSeconds >= from && $0.unixSeconds < until }
            if starts.count >= limit { break }
        }
        return Array(starts.sorted { $0.unixSeconds < $1.unixSeconds }.prefix(max(limit, 0)))
    }

    private func startsOn(_ date: CivilDate) -> [PlannedStart] {
        programs.enumerated().filter { $0.element.days.includes(date) }.flatMap { number, program in
            program.starts.enumerated().map { start, time in
                PlannedStart(
                    program: ProgramIndex(number),
                    occurrence: Occurrence(program: ProgramIndex(number), date: date, number: UInt8(truncatingIfNeeded: start)),
                    unixSeconds: clock.unixSeconds(date: date, time: time),
                    zones: program.zones, durations: program.durations)
            }
        }
    }
}
