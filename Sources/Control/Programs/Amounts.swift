import ProcessImage
import Quantities

/// How much water a zone gets: the rule's amount, times what the month and a person make of it, within the program's own
/// bounds, within what its valve may be open, within what is left of its quotas.
extension IrrigationControl {
    /// Less than this is not worth opening a valve for.
    private static var leastWatering: Duration { .seconds(10) }

    /// - Parameter isRationed: whether quotas hold; they do not for a person's order, which is booked all the same.
    /// - Returns: `nil` when the chain says why there is none.
    func amount(of step: ProgramPlan.Step, program: ProgramIndex, on date: CivilDate, _ chain: inout Chain,
                isRationed: Bool) -> Amount? {
        let part = book.part(of: program, on: date) * standing.factor(of: program)
        guard var amount = asked(step, part, &chain) else { return nil }
        if part != 1 { chain.add(Finding(.adjusted, .changes, value: part)) }
        cut(&amount, toTime: step.longest, step.zone, &chain)
        if isRationed { ration(&amount, step.zone, &chain) }
        guard chain.against == nil, amount.isPositive else { return nil }
        return amount
    }

    private func asked(_ step: ProgramPlan.Step, _ part: Double, _ chain: inout Chain) -> Amount? {
        switch step.give {
        case .fixed(.time(let time)): return .time(.nanoseconds(Int64(min(time.seconds * part, 1e9) * 1e9)))
        case .fixed(.volume(let volume)): return told(volume * part, step.zone, &chain)
        case .depth(let depth): return told(volume(depth * part, step.zone), step.zone, &chain)
        case .deficit(let bounds):
            return computed(balance.deficit(of: step.zone), .deficit, bounds, part, step.zone, &chain)
        case .etSinceIrrigation(let bounds):
            return computed(balance.etSinceIrrigation(of: step.zone), .etSinceIrrigation, bounds, part, step.zone, &chain)
        }
    }

    /// A volume needs a meter, or a flow to reckon with.
    private func told(_ volume: Volume, _ zone: ZoneIndex, _ chain: inout Chain) -> Amount? {
        guard canTellVolume(zone) else {
            chain.add(Finding(.unmeasured, .skips))
            return nil
        }
        return .volume(volume)
    }

    private func volume(_ depth: Depth, _ zone: ZoneIndex) -> Volume {
        zonePlans[zone].area.map { depth.volume(on: $0) } ?? .zero
    }

    private func computed(_ net: Known<Depth>, _ matter: Matter, _ bounds: AmountRule.Bounds, _ part: Double, _ zone: ZoneIndex,
                          _ chain: inout Chain) -> Amount? {
        let tier = balance.tier(of: zone)
        guard case .known(let lack) = net else {
            let reason: Reason = if case .unknown(let reason) = net { reason } else { .none }
            let otherwise = bounds.otherwise
            chain.add(Finding(matter, otherwise == nil ? .skips : .changes, limit: otherwise?.base ?? .nan, reason: reason,
                              tier: tier))
            return otherwise.flatMap { told(volume($0 * part, zone), zone, &chain) }
        }
        guard lack > .zero else {
            chain.add(Finding(matter, .skips, value: lack.base, tier: tier))
            return nil
        }
        chain.add(Finding(matter, .allows, value: lack.base, tier: tier))
        var gross = balance.volume(for: lack * part, of: zone) ?? volume(lack * part, zone)
        if let least = bounds.atLeast.map({ volume($0, zone) }), gross < least {
            gross = least
            chain.add(Finding(.atLeast, .changes, value: least.base))
        }
        if let most = bounds.atMost.map({ volume($0, zone) }), gross > most {
            gross = most
            chain.add(Finding(.atMost, .changes, value: most.base))
        }
        return told(gross, zone, &chain)
    }

    // MARK: Cut

    private func cut(_ amount: inout Amount, toTime longest: Duration, _ zone: ZoneIndex, _ chain: inout Chain) {
        guard let time = wateringTime(of: amount, zone), time > longest else { return }
        amount = scaled(amount, by: longest.seconds / time.seconds)
        chain.add(Finding(.valveTime, .changes, value: time.seconds, limit: longest.seconds))
    }

    private func ration(_ amount: inout Amount, _ zone: ZoneIndex, _ chain: inout Chain) {
        for number in 0..<quotas.count where quotas.concerns(number, zone) {
            let left = max(quotas.left(number).base - promised(number), 0)
            guard let wanted = wateringVolume(of: amount, zone) else {
                // Of a time without a flow nobody knows the water: it is given while there is any left.
                if left <= 0 { chain.add(quotaFinding(number, left, .skips)) }
                continue
            }
            guard wanted.base > left else { continue }
            amount = scaled(amount, by: left / wanted.base)
            let isTooLittle = !amount.isPositive || wateringTime(of: amount, zone).map { $0 < Self.leastWatering } ?? false
            chain.add(quotaFinding(number, left, isTooLittle ? .skips : .changes))
        }
    }

    private func quotaFinding(_ number: Int, _ left: Double, _ effect: Finding.Effect) -> Finding {
        Finding(.quota, effect, value: left, limit: quotas.limit(number).base, index: UInt16(number))
    }

    /// What a zone may still get by its quotas; without one, more than there is.
    func leftOfQuotas(_ zone: ZoneIndex) -> Volume {
        var left = Volume(base: .greatestFiniteMagnitude)
        for number in 0..<quotas.count where quotas.concerns(number, zone) {
            left = min(left, Volume(base: max(quotas.left(number).base - promised(number), 0)))
        }
        return left
    }

    /// Ordered, but not given yet, of what a quota counts. m3.
    func promised(_ quota: Int) -> Double {
        var sum = 0.0
        for number in 0..<zones.count where quotas.concerns(quota, ZoneIndex(number)) {
            if let run = zones[number].hand { sum += stillToCome(run, ZoneIndex(number)) }
            if let run = zones[number].next { sum += stillToCome(run, ZoneIndex(number)) }
        }
        return sum
    }

    private func stillToCome(_ run: Run, _ zone: ZoneIndex) -> Double {
        wateringVolume(of: run.planned.less(watered: run.watered, volume: run.volume), zone)?.base ?? 0
    }

    /// `nil`: the zone's flow is not known.
    func wateringTime(of amount: Amount, _ zone: ZoneIndex) -> Duration? {
        switch amount {
        case .time(let time): time
        case .volume(let volume): time(for: volume, zone)
        }
    }

    func wateringVolume(of amount: Amount, _ zone: ZoneIndex) -> Volume? {
        switch amount {
        case .time(let time): zonePlans[zone].nominalFlow?.volume(over: time)
        case .volume(let volume): volume
        }
    }

    private func scaled(_ amount: Amount, by factor: Double) -> Amount {
        switch amount {
        case .time(let time): .time(.nanoseconds(Int64(time.seconds * factor * 1e9)))
        case .volume(let volume): .volume(volume * factor)
        }
    }
}
