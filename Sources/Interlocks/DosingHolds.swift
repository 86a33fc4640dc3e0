import ProcessImage
import Quantities

/// Which channels may not dose in this scan. Decided when pumps and valves of this scan are, so that dosing ends in the very scan
/// in which its water does.
extension Interlocks {
    mutating func refuseDosing(_ demands: borrowing Demands, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        for number in 0..<dosing.channels.count { dosing.channelWatch[number].hold = fault(of: ChannelIndex(number), at: image.now) }
        for number in 0..<dosing.balances.count { spread(dosing.balances[number]) }
        for number in 0..<dosing.units.count { dosing.unitWatch[number].hold = hold(of: DosingUnitIndex(number), at: image.now) }
        for number in 0..<dosing.channels.count {
            let channel = ChannelIndex(number)
            let isWanted = demands[dosing.channels[channel].output].level.isOn
            let hold = hold(of: channel, isWanted: isWanted, image, &records)
            dosing.channelWatch[channel].hold = hold
            tellCeiling(channel, hold, isWanted, &records)
            guard let hold else { continue }
            refuse(channel, hold, at: image.now, &records)
        }
        for number in 0..<dosing.exclusions.count { refuseBoth(dosing.exclusions[number], at: image.now, &records) }
    }

    /// What is wrong with the channel itself: those that belong with it wait too.
    private func fault(of channel: ChannelIndex, at now: Instant) -> Interlock? {
        let watch = dosing.channelWatch[channel]
        if watch.isOff { return .dosingDisabled }
        if watch.isTankEmpty { return .stockEmpty }
        let rule = dosing.channels[channel]
        if rule.needsConductivity, !isKnown(.conductivity, of: rule.unit) { return .probeUnknown }
        if rule.needsAcidity, !isKnown(.acidity, of: rule.unit) { return .probeUnknown }
        return dosing.accounts.reached(channel, rule.ceilings, more: watch.reserve, at: now)
    }

    private mutating func spread(_ balance: BalanceGuard) {
        guard isFaulted(balance.first) || isFaulted(balance.second) else { return }
        dosing.unitWatch[dosing.channels[balance.first].unit].partnerIsHeld = true
    }

    /// A trip, a device that is silent and whatever else holds its output count too.
    private func isFaulted(_ channel: ChannelIndex) -> Bool {
        dosing.channelWatch[channel].hold != nil || holds[dosing.channels[channel].output] != nil
    }

    /// The first that applies is the one that is told.
    private mutating func hold(of channel: ChannelIndex, isWanted: Bool, _ image: borrowing InputImage,
                               _ records: inout RecordBuffer) -> Interlock? {
        let unit = dosing.channels[channel].unit
        if let hold = dosing.unitWatch[unit].hold ?? dosing.channelWatch[channel].hold { return hold }
        if dosing.unitWatch[unit].partnerIsHeld { return .partnerHeld }
        if isIncompatible(channel) { return .incompatible }
        if image.now < dosing.channelWatch[channel].restsUntil || isLongOn(channel, image.now) { return .longestPulse }
        if let hold = holdByWater(channel, isWanted, &records) { return hold }
        if isWanted { dosing.channelWatch[channel].wantedAt = image.now }
        return holdByAccounts(channel, image, &records)
    }

    private func hold(of unit: DosingUnitIndex, at now: Instant) -> Interlock? {
        let (rule, watch) = (dosing.units[unit], dosing.unitWatch[unit])
        if watch.isOff { return .dosingDisabled }
        guard let provenFor = watch.provenFor, isDrivenNow(rule.source), hasOpenZone(rule.source, for: .zero, at: now) else {
            return .noProvenFlow
        }
        if isWashing(rule.source, at: now) { return .backwash }
        if !watch.isPressureRight { return .dosePressure }
        if provenFor < rule.preFlush || !hasOpenZone(rule.source, for: rule.preFlush, at: now) { return .preFlush }
        if watch.isTrayWet { return .leakTray }
        return watch.probes
    }

    private func isDrivenNow(_ source: SourceIndex) -> Bool {
        if let pump = sources[source].pump, !outputs[pump].level.isOn { return false }
        guard let master = sources[source].masterValve else { return true }
        return outputs[master].level.isOn
    }

    private func hasOpenZone(_ source: SourceIndex, for time: Duration, at now: Instant) -> Bool {
        for number in 0..<zones.count where zones[number].source == source {
            if isOpen(zones[number].valve, for: time, at: now), areFollowersOpen(ZoneIndex(number), for: time, at: now) { return true }
        }
        return false
    }

    private func isOpen(_ valve: OutputIndex, for time: Duration, at now: Instant) -> Bool {
        isOpen(valve, at: now) && now - outputWatch[valve].since >= outputPlans[valve].travel + time
    }

    /// Behind a further valve that is shut the stock would stand.
    private func areFollowersOpen(_ zone: ZoneIndex, for time: Duration, at now: Instant) -> Bool {
        for number in 0..<followers.count where followers[number].zone == zone {
            if !isOpen(followers[number].valve, for: time, at: now) { return false }
        }
        return true
    }

    /// A flush valve that is open, or not yet closed, takes water and pressure away.
    private func isWashing(_ source: SourceIndex, at now: Instant) -> Bool {
        for number in 0..<flushes.count where flushes[number].source == source {
            let valve = flushes[number].valve
            let isClosing = outputWatch[valve].hasMoved && now - outputWatch[valve].since < outputPlans[valve].travel
            if outputs[valve].level.isOn || outputWatch[valve].level.isOn || isClosing { return true }
        }
        return false
    }

    // MARK: Of one channel

    private func isIncompatible(_ channel: ChannelIndex) -> Bool {
        for number in 0..<dosing.exclusions.count {
            let rule = dosing.exclusions[number]
            guard rule.first == channel || rule.second == channel else { continue }
            let other = rule.first == channel ? rule.second : rule.first
            let isOn = outputWatch[dosing.channels[other].output].level.isOn
            if isOn || dosing.channelWatch[other].clearWater < rule.flush { return true }
        }
        return false
    }

    private func isLongOn(_ channel: ChannelIndex, _ now: Instant) -> Bool {
        guard let longest = dosing.channels[channel].longestPulse else { return false }
        let watch = outputWatch[dosing.channels[channel].output]
        return watch.level.isOn && now - watch.since >= longest
    }

    /// Pressed for so long, and for more than twice what the water bears: no honest recipe is that far off, a person has to look.
    private static var overdoseAfter: Duration { .seconds(30) }

    private mutating func holdByWater(_ channel: ChannelIndex, _ isWanted: Bool, _ records: inout RecordBuffer) -> Interlock? {
        let rule = dosing.channels[channel]
        guard let ratio = rule.ceilings.inWater else { return nil }
        let isShort = dosing.channelWatch[channel].credit < rule.rate.most(in: .seconds(1))
        let pressed = dosing.channelWatch[channel].pressed
        if isWanted { dosing.channelWatch[channel].pressed = isShort ? pressed + dosing.elapsed : max(pressed - dosing.elapsed, .zero) }
        if pressed >= Self.overdoseAfter {
            latch(.overdose, .channel(channel), &records, limit: ratio.base * 1000, duration: pressed)
        }
        return isShort ? .doseInWater : nil
    }

    private mutating func holdByAccounts(_ channel: ChannelIndex, _ image: borrowing InputImage,
                                         _ records: inout RecordBuffer) -> Interlock? {
        let (rule, reserve) = (dosing.channels[channel], dosing.channelWatch[channel].reserve)
        let source = dosing.units[rule.unit].source
        for number in 0..<zones.count where zones[number].source == source && outputs[zones[number].valve].level.isOn {
            let (zone, opened) = (ZoneIndex(number), outputWatch[zones[number].valve].since)
            if dosing.accounts.isRunFull(channel, zone, rule.ceilings, more: reserve, opened: opened) { return .dosePerRun }
            guard image.now - dosing.channelWatch[channel].wantedAt <= Self.wantedFor else { continue }
            if !dosing.accounts.book(channel, zone, rule.ceilings, more: reserve, image, &records) { return .doseUnbooked }
        }
        return nil
    }

    /// Who pauses, between two pulses or because it is told to wait for its row, wants on.
    private static var wantedFor: Duration { .seconds(10) }

    // MARK: Refusing

    private static var pulseRest: Duration { .seconds(1) }
    /// The same reason is not told again within this.
    private static var toldAgainAfter: Duration { .minutes(1) }

    private mutating func refuse(_ channel: ChannelIndex, _ hold: Interlock, at now: Instant, _ records: inout RecordBuffer) {
        let output = dosing.channels[channel].output
        let wasOn = outputWatch[output].level.isOn
        if wasOn, hold == .longestPulse { dosing.channelWatch[channel].restsUntil = now + Self.pulseRest }
        if holds[output] == nil {
            holds[output] = .interlock(hold)
            if wasOn { tell(channel, hold, at: now, &records) }
        }
        if outputs[output].level.isOn { refuse(output, because: .interlock(hold)) }
    }

    private mutating func tell(_ channel: ChannelIndex, _ hold: Interlock, at now: Instant, _ records: inout RecordBuffer) {
        let watch = dosing.channelWatch[channel]
        guard hold != .longestPulse, watch.told != hold || now - watch.toldAt >= Self.toldAgainAfter else { return }
        dosing.channelWatch[channel].told = hold
        dosing.channelWatch[channel].toldAt = now
        records.event(Event(.doseRefused, .channel(channel), because: .interlock(hold)))
    }

    /// An alarm while somebody wants more than a ceiling leaves.
    private mutating func tellCeiling(_ channel: ChannelIndex, _ hold: Interlock?, _ isWanted: Bool, _ records: inout RecordBuffer) {
        let isReached = hold == .dosePerRun || hold == .dosePerHour || hold == .dosePerDay
        let stands = warnings.stands(warnings.doseCeiling(channel))
        warn(warnings.doseCeiling(channel), isReached && (isWanted || stands), &records)
    }

    /// Both wanted in one scan: neither.
    private mutating func refuseBoth(_ rule: ExclusionGuard, at now: Instant, _ records: inout RecordBuffer) {
        let (first, second) = (dosing.channels[rule.first].output, dosing.channels[rule.second].output)
        guard outputs[first].level.isOn, outputs[second].level.isOn else { return }
        refuse(rule.first, .incompatible, at: now, &records)
        refuse(rule.second, .incompatible, at: now, &records)
    }

    // MARK: Trips

    /// What a trip of dosing takes back: all of its unit, since a mix that lacks a part is a wrong mix; the water too where stock
    /// would run on into a main that stands, or where the site wants it.
    mutating func holdDosing(for trip: TripID) {
        switch (trip.kind, trip.subject) {
        case (.doseConductivity, .dosingUnit(let unit)), (.doseAcidity, .dosingUnit(let unit)):
            holdUnit(unit, .trip(trip))
            if stopsWater(trip.kind, unit) { shut(dosing.units[unit].source, .trip(trip)) }
        case (.leakTray, .dosingUnit(let unit)), (.doseUnbalanced, .dosingUnit(let unit)): holdUnit(unit, .trip(trip))
        case (.overdose, .channel(let channel)): holdUnit(dosing.channels[channel].unit, .trip(trip))
        case (.injectorLeak, .channel(let channel)):
            holdUnit(dosing.channels[channel].unit, .trip(trip))
            shut(dosing.units[dosing.channels[channel].unit].source, .trip(trip))
        case (.probeFrozen, .point(let point)):
            for number in 0..<dosing.probes.count where dosing.probes[number].has(point) {
                holdUnit(dosing.probes[number].unit, .trip(trip))
            }
        default: break
        }
    }

    private mutating func holdUnit(_ unit: DosingUnitIndex, _ cause: Cause) {
        for number in 0..<dosing.channels.count where dosing.channels[number].unit == unit { hold(dosing.channels[number].output, cause) }
    }

    private func stopsWater(_ trip: TripKind, _ unit: DosingUnitIndex) -> Bool {
        for number in 0..<dosing.probes.count {
            let rule = dosing.probes[number]
            if rule.unit == unit, rule.trip == trip, rule.stopsWater { return true }
        }
        return false
    }

    /// What was seen of a trip's cause begins anew with its reset.
    mutating func forgetDosing(_ trip: TripID) {
        switch (trip.kind, trip.subject) {
        case (.injectorLeak, .channel(let channel)): dosing.channelWatch[channel].closedAt = nil
        case (.overdose, .channel(let channel)): dosing.channelWatch[channel].pressed = .zero
        case (.doseUnbalanced, .dosingUnit(let unit)): balanceAnew(unit)
        case (.probeFrozen, .point(let point)): forgetFreeze(of: point)
        default: break
        }
    }

    // MARK: People

    /// "Disabled" is "stopped within one scan": the order is seen here too, whatever control makes of it.
    mutating func answerDosingOrders(_ image: borrowing InputImage) {
        for number in 0..<image.commandCount {
            switch image.command(number).kind {
            case .disableDosing(let subject): dosing.turn(subject, off: true)
            case .enableDosing(let subject): dosing.turn(subject, off: false)
            default: continue
            }
        }
    }
}
