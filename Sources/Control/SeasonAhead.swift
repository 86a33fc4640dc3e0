public import ProcessImage
public import Quantities

/// A season at the desk: the site's own control in virtual time on an ideal field (`IdealField`), under the weather of a file. Not
/// the scan: it allocates, and it takes as long as it takes.
///
/// While nothing runs, time goes on in steps of up to ten minutes, but never past the next start of a program; while water runs
/// steadily in steps of up to ten seconds, but never past the end of a run; else second by second. So volumes are those of a scan
/// each second, and what begins by a measurement or ends a wait begins ten seconds later at the most (a threshold's start: a minute).
/// Points that the ideal field does not know, soil probes among them, are never read: what rests on them goes by `if-unknown`.
/// Besides control's own records it tells each change of a zone's phase, each turn of a zone that waits, and each change of an output.
public struct SeasonAhead: ~Copyable {
    private let plan: ControlPlan
    private let weather: SeasonWeather
    private var control: IrrigationControl
    private var image: InputImage
    private var demands: Demands
    private var records = RecordBuffer(capacity: 4_096)
    private var field: IdealField
    private var today: CivilDate?
    private var station: StationOfDay?
    /// Looks after midnight, a second apart, until each zone's day is stepped.
    private var looks = 0
    private let hasTriggers: Bool
    private var phases: [ZonePhase]
    private var levels: [OutputLevel]

    private static let idleStep: Int64 = 600
    private static let triggerStep: Int64 = 60
    private static let waitingStep: Int64 = 10

    /// Nothing is remembered: balances begin with the moisture the site file gives them, quotas are unused.
    public init(plan: ControlPlan, tables: borrowing SiteTables, weather: SeasonWeather) {
        self.plan = plan
        self.weather = weather
        control = IrrigationControl(plan: plan, restored: Restored())
        control.weather.gap = Double(Self.idleStep)
        image = InputImage(tables: tables)
        demands = Demands(outputs: tables.outputs, setpoints: tables.setpoints)
        field = IdealField(plan: plan, tables: tables, image)
        phases = plan.zones.map { _ in .idle }
        levels = tables.outputs.map(\.safe)
        hasTriggers = plan.programs.contains { if case .trigger = $0.starts { true } else { false } }
    }

    /// Runs from the local midnight at which a day begins to that of another, and closes the books: a run that is open then is
    /// interrupted. It sets out a moment before the first midnight, so that each zone's balance has begun by then; the day before
    /// is one of the site's averages.
    ///
    /// - Parameters:
    ///   - end: not run itself.
    ///   - tell: every record that control leaves, with its time in seconds since 1970.
    public consuming func run(from begin: CivilDate, until end: CivilDate, tell: (Record.Body, Int64) -> Void) {
        var unix = plan.clock.unixSeconds(date: begin, time: .midnight) - Int64(plan.zones.count) - 1
        let last = plan.clock.unixSeconds(date: end, time: .midnight)
        var step: Int64 = 1
        while unix < last {
            turn(to: unix, after: step)
            for number in 0..<records.count { tell(records[number], unix) }
            step = min(length(of: unix), last - unix)
            unix += step
        }
        records.clear()
        control.interrupt(image, &records)
        for number in 0..<records.count { tell(records[number], unix) }
    }

    private mutating func turn(to unix: Int64, after seconds: Int64) {
        let time = Duration.seconds(seconds)
        image.begin(now: image.now + time, wall: WallTime(unixSeconds: unix, trust: .synced))
        image.latchLedger(durableThrough: .max, isWritable: true)
        field.turn(by: time, control, into: &image)
        showWeather(unix)
        demands.reset()
        records.clear()
        control.step(image, &demands, &records)
        field.follow(demands, at: image.now)
        tellStates()
    }

    private mutating func tellStates() {
        for number in phases.indices {
            let status = control.status(of: ZoneIndex(number))
            guard status.phase != phases[number] || status.phase == .queued else { continue }
            phases[number] = status.phase
            records.append(.zone(ZoneIndex(number), status))
        }
        for number in levels.indices where field.level(number) != levels[number] {
            levels[number] = field.level(number)
            records.append(.output(OutputIndex(number), levels[number], .idle))
        }
    }

    private mutating func showWeather(_ unix: Int64) {
        let (date, time) = plan.clock.local(unixSeconds: unix)
        if date != today { turnDay(date, unix) }
        guard let station, let points = plan.weather?.station else { return }
        station.latch(points, hour: time.components.hour, into: &image)
    }

    private mutating func turnDay(_ date: CivilDate, _ unix: Int64) {
        today = date
        looks = plan.zones.count
        image.latch(weather.forecast(on: date, issued: unix))
        guard let site = plan.weather else { return }
        let before = station?.rainAfter ?? .zero
        station = weather.day(date).map { StationOfDay($0, on: date, site, clock: plan.clock, rainBefore: before) }
    }

    // MARK: How far at once

    private mutating func length(of unix: Int64) -> Int64 {
        if looks > 0 {
            looks -= 1
            return 1
        }
        guard let steady = steadyTime else { return 1 }
        guard field.isQuiet, !hasQueue else { return min(steady, Self.waitingStep) }
        let longest = hasTriggers ? Self.triggerStep : Self.idleStep
        return max(min(longest - unix % longest, nextDue - unix), 1)
    }

    private var hasQueue: Bool { plan.zones.indices.contains { control.zones[$0].hand != nil } }

    private var nextDue: Int64 { plan.programs.indices.map { control.programs[$0].dueNext }.min() ?? .max }

    /// Whole seconds for which every run that waters goes on as it does; `nil`: something is on its way.
    private var steadyTime: Int64? {
        guard !plan.filters.indices.contains(where: { control.washes[$0].isOn }) else { return nil }
        var least = Int64.max, isWatering = false
        for number in plan.zones.indices {
            let zone = control.zones[number]
            guard let run = zone.hand, zone.phase != .queued else { continue }
            guard zone.phase == .watering, zone.settling.isSettled else { return nil }
            isWatering = true
            let left = control.timeLeftInCycle(run, ZoneIndex(number)) - control.sources[plan.zones[number].source].handover
            least = min(least, left.components.seconds - 2)
        }
        guard least >= 1 else { return nil }
        return isWatering || field.isQuiet ? least : nil
    }
}
