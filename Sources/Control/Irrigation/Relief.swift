import ProcessImage
import Quantities

/// Too much pressure in a main: a drive goes slower, and where the site names a zone for it, its valve opens. If that does not
/// help, the interlocks stop the pump.
extension IrrigationControl {
    /// A pressure that is not known opens nothing and keeps nothing open for longer than it takes to know it again.
    mutating func watchRelief(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) {
        for number in 0..<sources.count {
            let source = SourceIndex(number)
            guard let plan = sourcePlans[source].relief else { continue }
            let pressure = image.value(of: plan.pressure, noOlderThan: plan.noOlderThan).value
            sources[source].isOver = pressure.map { $0 > plan.maximum } ?? false
            if let zone = plan.zone { relieve(source, plan, zone, pressure, image.now, &demands, &records) }
        }
    }

    private mutating func relieve(_ source: SourceIndex, _ plan: ReliefPlan, _ zone: ZoneIndex, _ pressure: Pressure?, _ now: Instant,
                                  _ demands: inout Demands, _ records: inout RecordBuffer) {
        let over = sources[source].over.look(pressure.map { $0 > plan.maximum }, for: ReliefPlan.after, at: now)
        let isEased = pressure.map { $0 < plan.maximum * ReliefPlan.easedPart } ?? true
        let eased = sources[source].eased.look(isEased, for: ReliefPlan.closesAfter, at: now)
        let wasOpen = sources[source].isRelieving
        if over != nil { sources[source].isRelieving = true } else if eased != nil { sources[source].isRelieving = false }
        if sources[source].isRelieving != wasOpen {
            let kind: EventKind = wasOpen ? .reliefClosed : .reliefOpened
            records.event(Event(kind, .zone(zone), value: pressure?.base ?? .nan, limit: plan.maximum.base))
        }
        guard sources[source].isRelieving, demands[zonePlans[zone].valve].level == .off else { return }
        demandValves(of: zone, Demand(.on, because: .interlock(.overPressure)), &demands)
    }
}
