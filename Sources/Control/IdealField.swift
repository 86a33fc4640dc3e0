import ProcessImage
import Quantities

/// A field in which everything works: valves, pumps and set-points follow at once, every zone takes what it is known to take,
/// wells are full, filters clean. Control is run ahead against it.
struct IdealField {
    private let plan: ControlPlan
    private var levels: [OutputLevel]
    private var since: [Instant]
    private var trips: [Cause?]
    private var totals: [Volume]
    private var values: [Double]

    init(plan: ControlPlan, tables: borrowing SiteTables, _ image: borrowing InputImage) {
        self.plan = plan
        levels = []
        since = []
        trips = []
        for number in tables.outputs.indices {
            let verdict = image.verdict(of: OutputIndex(number))
            levels.append(verdict.level)
            since.append(verdict.since)
            // A trip stands until somebody resets it; what else holds now is taken to be over.
            if case .trip(let trip) = verdict.hold { trips.append(.trip(trip)) } else { trips.append(nil) }
        }
        values = tables.setpoints.indices.map { image.verdict(of: SetpointIndex($0)).value }
        totals = plan.sources.map { source in
            source.total.flatMap { image.value(of: $0, noOlderThan: .hours(1)).value } ?? .zero
        }
    }

    /// Water flows for a time, and everything is measured.
    mutating func turn(by time: Duration, _ control: borrowing IrrigationControl, into image: inout InputImage) {
        for number in levels.indices {
            image.latch(Verdict(level: levels[number], since: since[number], hold: trips[number]), of: OutputIndex(number))
        }
        for number in values.indices { image.latch(SetpointVerdict(value: values[number]), of: SetpointIndex(number)) }
        for (number, source) in plan.sources.enumerated() {
            var flow = Flow.zero
            for (place, zone) in plan.zones.enumerated() where zone.source.offset == number && levels[zone.valve.offset].isOn {
                flow += control.expectedFlow(of: ZoneIndex(place)) ?? .cubicMetersPerHour(10)
            }
            if let pump = source.pump, !levels[pump.offset].isOn { flow = .zero }
            totals[number] += flow.volume(over: time)
            if let point = source.flow { image.latch(point.showing(flow, at: image.now), at: point.index) }
            if let point = source.total { image.latch(point.showing(totals[number], at: image.now), at: point.index) }
            if let drive = source.drive, let point = drive.pressure {
                let isOn = source.pump.map { levels[$0.offset].isOn } ?? true
                image.latch(point.showing(isOn ? drive.keep : .zero, at: image.now), at: point.index)
            }
            if let recovery = source.recovery, let point = recovery.level {
                image.latch(point.showing(recovery.start, at: image.now), at: point.index)
            }
        }
        for filter in plan.filters {
            if let contact = filter.contact { image.latch(.good(0, at: image.now), at: contact.index) }
        }
    }

    /// Nothing that irrigation drives is on.
    var isQuiet: Bool {
        !plan.zones.contains { levels[$0.valve.offset].isOn }
            && !plan.sources.contains { isOn($0.pump) || isOn($0.masterValve) }
            && !plan.filters.contains { $0.flushValves.contains { isOn($0) } }
    }

    func level(_ output: Int) -> OutputLevel { levels[output] }

    private func isOn(_ output: OutputIndex?) -> Bool { output.map { levels[$0.offset].isOn } ?? false }

    mutating func follow(_ demands: borrowing Demands, at now: Instant) {
        for number in levels.indices {
            let wanted = trips[number] == nil ? demands[OutputIndex(number)].level : levels[number]
            guard levels[number] != wanted else { continue }
            levels[number] = wanted
            since[number] = now
        }
        for number in values.indices { values[number] = demands[SetpointIndex(number)].value }
    }
}
