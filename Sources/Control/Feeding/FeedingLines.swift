import ProcessImage
import Quantities

/// The lines: what each sees, and what it demands of its outputs.
extension FeedingControl {
    mutating func drive(_ index: FeedLineIndex, _ image: borrowing InputImage, over elapsed: Duration, _ demands: inout Demands,
                        _ records: inout RecordBuffer) {
        let wiring = lines[index]
        var wish = LineWish.rest
        // While a gate is shut the pipe is blown out and rests.
        if let owner = lineStates[index].owner, let feed = cages[owner].feed, gates[owner].share > 0 {
            wish = .feed(feed.outlet, dose: states[owner].doses)
        }
        let order = lineStates[index].line.step(sight(index, image), wish, wiring.plan, over: elapsed)
        demand(order, index, &demands)
        tell(order.news, index, &records)
        if !lineStates[index].line.isLoaded, lineStates[index].owner == nil, lineStates[index].booked != nil {
            lineStates[index].booked = nil
            records.ledger(.feedPipe(index, loadedAt: nil))
        }
    }

    private func sight(_ index: FeedLineIndex, _ image: borrowing InputImage) -> LineSight {
        let wiring = lines[index]
        var sight = LineSight(position: position(index, image))
        let doser = image.verdict(of: wiring.doser)
        sight.doserRuns = doser.level.isOn || image.feedback(of: wiring.doser).level == .on
        // Held for want of air is what the sequence brings, not what stands against it.
        sight.doserIsHeld = doser.isHeld(butFor: .feedAir)
        for number in 0..<outlets.count where outlets[number].line == index {
            if image.verdict(of: outlets[number].drive).isHeld(butFor: .selectorAir) { sight.selectorIsHeld = true }
        }
        guard let blower = wiring.blower, let air = wiring.air else { return sight }
        sight.blowerRuns = image.verdict(of: blower).level.isOn || image.feedback(of: blower).level == .on
        sight.blowerIsHeld = image.verdict(of: blower).hold != nil
        sight.air = blown(air, image)
        if let temperature = air.temperature {
            sight.isHot = image.value(of: temperature, noOlderThan: .seconds(30)).value.map { $0 > air.hottest } ?? true
        }
        return sight
    }

    private func blown(_ air: LineAirPlan, _ image: borrowing InputImage) -> LineAir {
        guard let pressure = image.value(of: air.pressure, noOlderThan: air.noOlderThan).value,
              pressure.base.isFinite else { return .unknown }
        if pressure < air.still { return .still }
        if pressure < air.least { return .low }
        return pressure <= air.most ? .good : .high
    }

    private func position(_ index: FeedLineIndex, _ image: borrowing InputImage) -> SelectorPosition {
        var found: UInt8?
        var outlet: UInt8 = 0
        for number in 0..<outlets.count where outlets[number].line == index {
            guard let isOn = image.isOn(outlets[number].mark, noOlderThan: .seconds(5)).value else { return .unknown }
            if isOn, found != nil { return .unknown }
            if isOn { found = outlet }
            outlet += 1
        }
        return found.map { .at($0) } ?? .between
    }

    private func demand(_ order: LineOrder, _ index: FeedLineIndex, _ demands: inout Demands) {
        let wiring = lines[index]
        let line = lineStates[index].line
        let cause = Cause.feed(line.phase == .feeding ? .feeding : line.isLoaded ? .purgeOwed : .resting)
        func want(_ output: OutputIndex, _ isOn: Bool) { if isOn { demands[output] = Demand(.on, because: cause) } }
        want(wiring.doser, order.doser)
        if let blower = wiring.blower { want(blower, order.blower) }
        if let spreader = wiring.spreader { want(spreader, order.spreader) }
        guard let outlet = order.outlet else { return }
        var number: UInt8 = 0
        for place in 0..<outlets.count where outlets[place].line == index {
            if number == outlet { want(outlets[place].drive, true) }
            number += 1
        }
    }

    private func tell(_ news: LineNews?, _ index: FeedLineIndex, _ records: inout RecordBuffer) {
        switch news {
        case .fault(let fault)?: records.event(Event(.lineFault, .line(index), because: .feed(fault.reason)))
        case .purgeOwed?: records.event(Event(.linePurgeOwed, .line(index)))
        case .purged?: records.event(Event(.linePurged, .line(index)))
        case .pushing?: records.event(Event(.linePushed, .line(index)))
        case .purgeBegan?, nil: break
        }
    }
}

extension LineFault {
    var reason: FeedReason { FeedReason(rawValue: 63 + rawValue) ?? .lineFault }
}

extension Verdict {
    func isHeld(butFor interlock: Interlock) -> Bool { hold != nil && hold != .interlock(interlock) }
}
