public import ProcessImage
public import Quantities

/// When programs start and how long they take, as far as the plan alone can say.
extension StartTime {
    /// The moment of a start on a local day; `nil` when the sun does not rise or set on it.
    ///
    /// A local time that is shown twice (autumn) means the first, one that is skipped (spring) the moment of the change: so
    /// each has one moment a day over every change of the clock. The sun needs no local time.
    /// - Parameter length: of the whole program.
    func unixSeconds(on date: CivilDate, _ clock: LocalClock, _ sun: SunClock, length: @autoclosure () -> Duration) -> Int64? {
        switch self {
        case .clock(let time): clock.unixSeconds(date: date, time: time)
        case .sun(let event, let offset): sun.unixSeconds(of: event, on: date).map { $0 + offset.components.seconds }
        case .finish(let time): clock.unixSeconds(date: date, time: time) - length().components.seconds
        }
    }
}

extension ControlPlan {
    /// When a start of a program is due on a local day; `nil` when there is none.
    /// - Parameter number: of its times, as listed.
    public func due(_ program: ProgramIndex, on date: CivilDate, number: Int) -> Int64? {
        let plan = programs[program.offset]
        guard case .times(let times) = plan.starts, times.indices.contains(number), plan.runs(on: date) else { return nil }
        return times[number].unixSeconds(on: date, clock, sun, length: length(of: plan, month: date.components.month))
    }

    /// How long a program takes at most when all is well: what is computed counts with the most it may come to, and zones
    /// that fit together into their source's capacity share their time.
    /// - Parameter month: from 1.
    public func length(of program: ProgramPlan, month: Int) -> Duration {
        let part = program.byMonth.isEmpty ? 1 : program.byMonth[month - 1].base
        var seconds = Array(repeating: 0.0, count: sources.count)
        for step in program.steps {
            let zone = zones[step.zone.offset]
            let source = sources[zone.source.offset]
            var share = 1.0
            if let capacity = source.capacity, capacity > .zero, let flow = zone.nominalFlow { share = min(flow / capacity, 1) }
            let watering = min(longestTime(of: step, zone).seconds * part, step.longest.seconds)
            seconds[zone.source.offset] += watering * share + (zone.travel + source.masterTravel).seconds
        }
        return .seconds(Int((seconds.max() ?? 0).rounded(.up)))
    }

    /// Twelve for each program.
    var lengths: [Duration] {
        programs.flatMap { program in (1...12).map { length(of: program, month: $0) } }
    }

    private func longestTime(of step: ProgramPlan.Step, _ zone: ZonePlan) -> Duration {
        switch step.give {
        case .fixed(.time(let time)): time
        case .fixed(.volume(let volume)): time(for: volume, zone) ?? step.longest
        case .depth(let depth): zone.area.flatMap { time(for: depth.volume(on: $0), zone) } ?? step.longest
        case .deficit(let bounds), .etSinceIrrigation(let bounds):
            zone.area.flatMap { area in bounds.atMost.flatMap { time(for: $0.volume(on: area), zone) } } ?? step.longest
        }
    }

    private func time(for volume: Volume, _ zone: ZonePlan) -> Duration? {
        guard let flow = zone.nominalFlow, flow > .zero else { return nil }
        return .seconds(min(volume / Volume(base: flow.base), 168) * 3600)
    }
}
