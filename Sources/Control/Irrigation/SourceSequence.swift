import ProcessImage
import Quantities

/// What one source's zones want together, gathered anew each scan.
private struct Wish: BitwiseCopyable {
    /// The first zone that wants water, for the cause.
    var by: ZoneIndex?
    /// A zone that wants water has its valve open; for the whole overlap.
    var isOpen = false
    var isOpenForOverlap = false
    /// Some zone in hand, ending or not, has its valve open.
    var anyIsOpen = false
    var isStopping = false
    var isPrompt = false
    /// A valve was told to close and has not travelled yet.
    var isClosing = false

    /// A person's stop takes the pump off, unless another zone is open to take its water.
    var water: Bool { by != nil && (!isPrompt || isOpen) }
}

/// Start order: zone valve, master valve, pump, each when the one before it has travelled. Stop order: pump, slowed down first
/// where its speed is set, then after the pressure is off the master valve, then the zone valve; or the zone valve first, where the
/// main is to stay full. At a change of zones the next is open before the last closes.
extension IrrigationControl {
    mutating func demandWater(_ image: borrowing InputImage, _ demands: inout Demands, _ records: inout RecordBuffer) {
        for number in 0..<sources.count {
            let source = SourceIndex(number)
            let wish = wish(of: source, image)
            let plan = sourcePlans[source]
            guard wish.by != nil || wish.isStopping || (plan.closesMasterLast && wish.isClosing) else {
                if let drive = plan.drive { sources[source].drive?.stand(drive) }
                continue
            }
            demandZones(source, wish, image, &demands, &records)
            demandMaster(plan, wish, image, &demands)
            demandPump(source, plan, wish, image, &demands, &records)
        }
    }

    private func wish(of source: SourceIndex, _ image: borrowing InputImage) -> Wish {
        var wish = Wish()
        for number in zonesOfSource[source].range {
            let zone = zoneList[number]
            let isOpen = zones[zone].openSince != nil
            if zones[zone].wantsWater {
                wish.by = wish.by ?? zone
                wish.isOpen = wish.isOpen || isOpen
                let valve = verdict(of: zone, image)
                if isOpen, valve.isOn(for: sourcePlans[source].overlap, at: image.now) { wish.isOpenForOverlap = true }
            } else if zones[zone].phase == .stopping {
                wish.isStopping = true
                wish.isPrompt = wish.isPrompt || zones[zone].ending?.isPrompt == true
            } else {
                wish.isClosing = wish.isClosing || !zones[zone].isShut
                continue
            }
            wish.anyIsOpen = wish.anyIsOpen || isOpen
        }
        return wish
    }

    private mutating func demandZones(_ source: SourceIndex, _ wish: Wish, _ image: borrowing InputImage,
                                      _ demands: inout Demands, _ records: inout RecordBuffer) {
        for number in zonesOfSource[source].range {
            let zone = zoneList[number]
            if zones[zone].wantsWater, let run = zones[zone].hand {
                demandValves(of: zone, Demand(.on, because: run.cause), &demands)
            } else if zones[zone].phase == .stopping, let ending = zones[zone].ending {
                if mayClose(ending, sourcePlans[source], wish, image) {
                    close(zone, ending, image.now, &records)
                } else {
                    demandValves(of: zone, Demand(.on, because: .stopping), &demands)
                }
            }
        }
    }

    /// With the pump going on, another valve must have been open for the overlap; without it, the pump must be off, the
    /// pressure gone, and the master valve closed.
    private func mayClose(_ ending: Ending, _ plan: SourcePlan, _ wish: Wish, _ image: borrowing InputImage) -> Bool {
        if wish.water { return ending.isPrompt ? wish.isOpen : wish.isOpenForOverlap }
        guard pressureIsOff(plan, image) else { return false }
        if plan.closesMasterLast { return true }
        return plan.masterValve.map { image.verdict(of: $0).isOff(for: plan.masterTravel, at: image.now) } ?? true
    }

    private func pressureIsOff(_ plan: SourcePlan, _ image: borrowing InputImage) -> Bool {
        plan.pump.map { image.verdict(of: $0).isOff(for: plan.pressureRelief, at: image.now) } ?? true
    }

    private func demandMaster(_ plan: SourcePlan, _ wish: Wish, _ image: borrowing InputImage, _ demands: inout Demands) {
        guard let master = plan.masterValve else { return }
        let isOn = image.verdict(of: master).level.isOn
        if wish.water, let zone = wish.by, wish.anyIsOpen || isOn {
            demands[master] = Demand(.on, because: .needed(by: zone))
        } else if isOn, plan.closesMasterLast || (wish.isStopping && !pressureIsOff(plan, image)) {
            demands[master] = Demand(.on, because: .stopping)
        }
    }

    /// Starts against a valve that wants water; once it runs, any open valve will do while the next one travels.
    private mutating func demandPump(_ source: SourceIndex, _ plan: SourcePlan, _ wish: Wish, _ image: borrowing InputImage,
                                     _ demands: inout Demands, _ records: inout RecordBuffer) {
        guard let pump = plan.pump else { return }
        var cause = reasonToRun(pump, plan, wish, image)
        if let drive = plan.drive { cause = self.drive(source, drive, pump: pump, for: cause, image, &demands, &records) }
        if let cause { demands[pump] = Demand(.on, because: cause) }
    }

    private func reasonToRun(_ pump: OutputIndex, _ plan: SourcePlan, _ wish: Wish, _ image: borrowing InputImage) -> Cause? {
        let verdict = image.verdict(of: pump)
        if wish.water, let zone = wish.by {
            let masterIsOpen = plan.masterValve.map { image.verdict(of: $0).isOn(for: plan.masterTravel, at: image.now) } ?? true
            let isOpen = wish.isOpen || (wish.anyIsOpen && verdict.level.isOn)
            return masterIsOpen && isOpen ? .needed(by: zone) : nil
        }
        let hasMore = verdict.level.isOn && image.now - verdict.since < plan.minimumRun
        return hasMore && wish.isStopping && !wish.isPrompt && wish.anyIsOpen ? .stopping : nil
    }
}
