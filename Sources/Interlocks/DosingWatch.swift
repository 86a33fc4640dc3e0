import ProcessImage
import Quantities

/// What is watched of one dosing unit.
struct DosingWatch: BitwiseCopyable {
    /// Water that has passed since the scan before.
    var water = Volume.zero
    var total: Volume?
    /// What the flow has shown since the meter's count last moved.
    var uncounted = Volume.zero
    var proven = Sustained()
    /// For how long the flow has been proven without a break; `nil`: it is not.
    var provenFor: Duration?
    var isPressureRight = true
    /// Wet, or not known to be dry.
    var isTrayWet = false
    /// A person wants none.
    var isOff = false
    /// A probe shows what no mix may have, or two disagree, in this scan.
    var probes: Interlock?
    /// A channel that must not be missing can not dose.
    var partnerIsHeld = false
    /// What keeps all of it from dosing in this scan.
    var hold: Interlock?
    /// When a channel was last on, and since when it has been dosed without a long break.
    var dosedAt = Instant.never
    var dosingSince = Instant.never
}

/// What is watched of one channel.
struct ChannelWatch: BitwiseCopyable {
    var rate: ChannelRate
    /// What it may give before it can be stopped, whatever fails: one stroke, or until its lease is over and a scan more.
    let reserve: Volume
    var isOff = false
    var isTankEmpty = false
    /// What the meter showed last, all it counted in this life, and all that was booked to the accounts.
    var reading: Volume?
    var metered = Volume.zero
    var counted = Volume.zero
    /// What the meter showed when the channel had come to rest.
    var closedAt: Volume?
    /// Stock that the water which has passed allows.
    var credit = Volume.zero
    /// For how long it was wanted and the water did not allow it, less the time in which the water did.
    var pressed = Duration.zero
    /// Clear water since it was last on; none is known of an earlier life.
    var clearWater = Volume.zero
    /// Since its unit had no water last.
    var inWatering = Volume.zero
    var restsUntil = Instant.never
    var wantedAt = Instant.never
    /// What keeps it off in this scan.
    var hold: Interlock?
    var told: Interlock?
    var toldAt = Instant.never

    init(_ channel: ChannelGuard) {
        rate = channel.rate
        reserve = channel.rate.most(in: Limits.leaseMax + .seconds(1))
    }
}

/// Everything the interlocks keep of dosing.
struct DosingState: ~Copyable {
    let units: Dense<DosingUnitIndex, DosingUnitGuard>
    let channels: Dense<ChannelIndex, ChannelGuard>
    let probes: Dense<ProbePairIndex, ProbeGuard>
    let exclusions: Dense<PairIndex, ExclusionGuard>
    let balances: Dense<PairIndex, BalanceGuard>
    var unitWatch: Dense<DosingUnitIndex, DosingWatch>
    var channelWatch: Dense<ChannelIndex, ChannelWatch>
    var probeWatch: Dense<ProbePairIndex, ProbeWatch>
    var accounts: DoseAccounts
    var lastScan: Instant?
    /// Since the scan before.
    var elapsed = Duration.zero

    init(_ plan: DosingGuards, zones: Int, restored: Restored) {
        units = Dense(plan.units)
        channels = Dense(plan.channels)
        probes = Dense(plan.probes)
        exclusions = Dense(plan.exclusions)
        balances = Dense(plan.balances)
        unitWatch = Dense(repeating: DosingWatch(), count: plan.units.count)
        channelWatch = Dense(plan.channels.map { ChannelWatch($0) })
        probeWatch = Dense(plan.probes.map { ProbeWatch($0) })
        accounts = DoseAccounts(channels: plan.channels.count, zones: zones)
        for (channel, calibration) in restored.calibrations where channel.offset < plan.channels.count {
            channelWatch[channel].rate = plan.channels[channel.offset].rate.larger(of: calibration.rate)
        }
        for order in restored.standing where order.kind == .dosingOff { turn(order.subject, off: true) }
    }

    /// A channel that was found to give more counts as giving more from the scan in which it is written down.
    mutating func hearCalibrations(_ records: borrowing RecordBuffer) {
        guard channels.count > 0 else { return }
        for number in 0..<records.count {
            guard case .ledger(.channelCalibrated(let channel, let found), _) = records[number], channel.offset < channels.count else {
                continue
            }
            channelWatch[channel].rate = channels[channel].rate.larger(of: found.rate)
        }
    }

    /// - Returns: whether there is such a thing.
    @discardableResult
    mutating func turn(_ subject: Subject, off: Bool) -> Bool {
        switch subject {
        case .dosingUnit(let unit) where unit.offset < units.count: unitWatch[unit].isOff = off
        case .channel(let channel) where channel.offset < channels.count: channelWatch[channel].isOff = off
        default: return false
        }
        return true
    }

    /// What earlier lives have booked. Of a ledger that was lost nothing is known: the day counts as used up.
    mutating func restore(_ restored: [Restored.BookedDose], isComplete: Bool, at now: Instant) {
        for dose in restored where dose.channel.offset < channels.count {
            accounts.restore(dose.volume, dose.channel, dose.zone, at: now + (.zero - dose.age), now: now)
        }
        guard !isComplete else { return }
        for number in 0..<channels.count {
            let channel = ChannelIndex(number)
            let ceilings = channels[channel].ceilings
            if let most = ceilings.perDay ?? ceilings.perHour { accounts.count(most, channel, at: now) }
        }
    }
}

struct ProbePairIndex: DenseIndex {
    let rawValue: UInt16
}

/// Two channels that must not, or must, be dosed together.
struct PairIndex: DenseIndex {
    let rawValue: UInt16
}

extension ChannelRate {
    /// The most it gives in a time: one stroke at least.
    func most(in time: Duration) -> Volume {
        switch self {
        case .flow(let flow): flow.volume(over: time)
        case .stroke(let stroke): stroke
        }
    }

    func larger(of other: ChannelRate) -> ChannelRate {
        switch (self, other) {
        case (.flow(let one), .flow(let two)): .flow(max(one, two))
        case (.stroke(let one), .stroke(let two)): .stroke(max(one, two))
        default: self
        }
    }
}

extension Interlocks {
    /// A pause between two pulses ends no dosing.
    static var dosingGoesOn: Duration { .seconds(60) }
    /// A longer gap between two scans counts as this: every lease is over by then.
    private static var longestGap: Duration { .seconds(10) }

    mutating func watchDosing(_ image: borrowing InputImage, _ records: inout RecordBuffer) {
        dosing.elapsed = min(dosing.lastScan.map { image.now - $0 } ?? .zero, Self.longestGap)
        dosing.hearCalibrations(records)
        for number in 0..<dosing.units.count { measure(DosingUnitIndex(number), image, &records) }
        for number in 0..<dosing.channels.count {
            let channel = ChannelIndex(number)
            watchTank(channel, image, &records)
            count(channel, image)
            watchInjector(channel, image, &records)
        }
        for number in 0..<dosing.probes.count { watchProbes(ProbePairIndex(number), image, &records) }
        for number in 0..<dosing.balances.count { watchBalance(dosing.balances[number], &records) }
        dosing.lastScan = image.now
    }

    private mutating func measure(_ unit: DosingUnitIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let rule = dosing.units[unit]
        dosing.unitWatch[unit].probes = nil
        dosing.unitWatch[unit].partnerIsHeld = false
        measureWater(unit, image)
        dosing.unitWatch[unit].isPressureRight = rule.pressure?.holds(in: image) ?? true
        guard let tray = rule.leakTray else { return }
        let isWet = image.isOn(tray, noOlderThan: rule.trayNoOlderThan)
        dosing.unitWatch[unit].isTrayWet = isWet != .known(false)
        if isWet == .known(true) { latch(.leakTray, .dosingUnit(unit), &records) }
    }

    /// The meter's count tells the water where there is one, and bears the flow witness: a flow that reads on while nothing is
    /// counted is a frozen number.
    private mutating func measureWater(_ unit: DosingUnitIndex, _ image: borrowing InputImage) {
        let rule = dosing.units[unit]
        let isMetered = sources[rule.source].flow != nil
        let flow = sources[rule.source].flow.flatMap { image.value(of: $0, noOlderThan: rule.flowNoOlderThan).value }
        let isBelieved = sourceWatch[rule.source].flow != nil && flow?.base.isFinite == true
        let believed = isBelieved ? flow.map { max($0, .zero) } : nil
        let isSwitchedOn = rule.flowSwitch.map { image.isOn($0, noOlderThan: rule.flowNoOlderThan) == .known(true) } ?? true
        let shown = believed.map { $0.volume(over: dosing.elapsed) } ?? .zero
        dosing.unitWatch[unit].water = rule.total == nil ? shown : .zero
        if let point = rule.total {
            dosing.unitWatch[unit].uncounted += shown
            if let total = image.value(of: point, noOlderThan: sources[rule.source].flowNoOlderThan).value, total.base.isFinite {
                take(total, unit)
            }
        }
        let isProven = isSwitchedOn && (isMetered ? believed.map { $0 >= rule.leastFlow } ?? false : true)
        let isCounted = rule.total == nil || dosing.unitWatch[unit].uncounted <= rule.slack
        let held = dosing.unitWatch[unit].proven.look(isProven && isCounted, at: image.now)
        dosing.unitWatch[unit].provenFor = held
    }

    /// A count that falls, or leaps by more than could have flowed, is another count.
    private mutating func take(_ total: Volume, _ unit: DosingUnitIndex) {
        let watch = dosing.unitWatch[unit]
        defer { dosing.unitWatch[unit].total = total }
        guard let last = watch.total, total != last else { return }
        let passed = total - last
        dosing.unitWatch[unit].uncounted = .zero
        guard passed > .zero, passed <= watch.uncounted * 2 + dosing.units[unit].slack else { return }
        dosing.unitWatch[unit].water = passed
    }

    // MARK: Counting

    /// What was permitted until now has been given: by its time, by its stroke, or by its meter if that tells more.
    private mutating func count(_ channel: ChannelIndex, _ image: borrowing InputImage) {
        let rule = dosing.channels[channel]
        let output = outputWatch[rule.output]
        let estimate: Volume = switch dosing.channelWatch[channel].rate {
        case .flow(let flow): output.level.isOn ? flow.volume(over: dosing.elapsed) * speed(of: rule, image) : .zero
        case .stroke(let stroke): output.level.isOn && output.since == dosing.lastScan ? stroke : .zero
        }
        let isMetered = readMeter(channel, image)
        let watch = dosing.channelWatch[channel]
        let given = max(watch.counted + estimate, watch.metered) - watch.counted
        dosing.channelWatch[channel].counted += given
        if !isMetered { dosing.channelWatch[channel].inWatering += estimate }
        earn(channel, given)
        if output.level.isOn { noteDosing(rule.unit, at: image.now) }
        guard given > .zero else { return }
        dosing.accounts.count(given, channel, at: image.now)
        share(given, channel, at: image.now)
    }

    /// Of the greatest.
    private func speed(of rule: ChannelGuard, _ image: borrowing InputImage) -> Double {
        guard let speed = rule.speed else { return 1 }
        return speed.most(setpointWatch[speed.index].value, or: image.feedback(of: speed.index))
    }

    /// - Returns: whether there is a meter that tells.
    private mutating func readMeter(_ channel: ChannelIndex, _ image: borrowing InputImage) -> Bool {
        guard let meter = dosing.channels[channel].meter else { return false }
        let reading = image.value(of: meter.total, noOlderThan: meter.noOlderThan).value.flatMap { $0.base.isFinite ? $0 : nil }
        defer { dosing.channelWatch[channel].reading = reading }
        guard let reading else { return false }
        let passed = dosing.channelWatch[channel].reading.map { reading - $0 } ?? .zero
        guard passed > .zero, passed <= Self.mostAtOnce else { return true }
        dosing.channelWatch[channel].metered += passed
        dosing.channelWatch[channel].inWatering += passed
        return true
    }

    /// A dosing meter that leaps by more is another meter.
    private static var mostAtOnce: Volume { .liters(100) }

    /// Water earns stock, stock uses it up. What stands to a channel's credit is bounded, and nothing is on credit.
    private mutating func earn(_ channel: ChannelIndex, _ given: Volume) {
        let rule = dosing.channels[channel]
        let water = dosing.unitWatch[rule.unit].water
        let isOn = outputWatch[rule.output].level.isOn
        dosing.channelWatch[channel].clearWater = isOn ? .zero : dosing.channelWatch[channel].clearWater + water
        guard let ratio = rule.ceilings.inWater else { return }
        let earned = min(dosing.channelWatch[channel].credit + water * ratio.base, dosing.units[rule.unit].slack * ratio.base)
        dosing.channelWatch[channel].credit = earned - given
    }

    /// The open zones get it by their nominal flows, or equally where one of them has none.
    private mutating func share(_ given: Volume, _ channel: ChannelIndex, at now: Instant) {
        let source = dosing.units[dosing.channels[channel].unit].source
        var (count, flow) = (0, Flow?.some(.zero))
        for number in 0..<zones.count where isFed(by: source, ZoneIndex(number)) {
            count += 1
            flow = flow.flatMap { sum in zones[number].nominalFlow.map { sum + $0 } }
        }
        for number in 0..<zones.count where isFed(by: source, ZoneIndex(number)) {
            let part = flow.flatMap { sum in zones[number].nominalFlow.map { $0 / sum } } ?? 1 / Double(count)
            dosing.accounts.give(given * part, channel, ZoneIndex(number), at: now)
        }
    }

    private func isFed(by source: SourceIndex, _ zone: ZoneIndex) -> Bool {
        zones[zone].source == source && outputWatch[zones[zone].valve].level.isOn
    }

    private mutating func noteDosing(_ unit: DosingUnitIndex, at now: Instant) {
        if now - dosing.unitWatch[unit].dosedAt > Self.dosingGoesOn { dosing.unitWatch[unit].dosingSince = now }
        dosing.unitWatch[unit].dosedAt = now
    }

    // MARK: Tanks and injectors

    private mutating func watchTank(_ channel: ChannelIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        guard let tank = dosing.channels[channel].tank else { return }
        let level = tank.level.map { image.base(of: $0, noOlderThan: tank.noOlderThan).value }
        let isLow = level.map { !($0 ?? -.infinity > tank.least) } ?? false
        let isEmpty = tank.emptyWhen.map { image.isOn($0, noOlderThan: tank.noOlderThan) != .known(false) } ?? false
        dosing.channelWatch[channel].isTankEmpty = isLow || isEmpty
        warn(warnings.emptyTank(channel), isLow || isEmpty, &records)
    }

    /// A closed injector has come to rest after this.
    private static var injectorRests: Duration { .seconds(5) }

    /// Stock that moves through a closed injector runs into whatever stands in the main.
    private mutating func watchInjector(_ channel: ChannelIndex, _ image: borrowing InputImage, _ records: inout RecordBuffer) {
        let rule = dosing.channels[channel]
        guard let meter = rule.meter, let reading = dosing.channelWatch[channel].reading else { return }
        let output = outputWatch[rule.output]
        guard !output.level.isOn, image.now - output.since >= Self.injectorRests else {
            dosing.channelWatch[channel].closedAt = nil
            return
        }
        let closedAt = dosing.channelWatch[channel].closedAt ?? reading
        dosing.channelWatch[channel].closedAt = min(closedAt, reading)
        let leaked = reading - closedAt
        guard leaked >= meter.leak else { return }
        latch(.injectorLeak, .channel(channel), &records, value: leaked.base, limit: meter.leak.base)
    }

    /// Judged over one watering, so that a little difference each day comes to nothing.
    private mutating func watchBalance(_ balance: BalanceGuard, _ records: inout RecordBuffer) {
        let unit = dosing.channels[balance.first].unit
        if sourceWatch[dosing.units[unit].source].isClosed { return balanceAnew(unit) }
        let wanted = dosing.channelWatch[balance.first].inWatering * balance.ratio
        let given = dosing.channelWatch[balance.second].inWatering
        let apart = wanted > given ? wanted - given : given - wanted
        guard apart > balance.least + max(wanted, given) * balance.tolerance else { return }
        latch(.doseUnbalanced, .dosingUnit(unit), &records, value: given.base, limit: wanted.base)
    }

    mutating func balanceAnew(_ unit: DosingUnitIndex) {
        for number in 0..<dosing.channels.count where dosing.channels[number].unit == unit {
            dosing.channelWatch[number].inWatering = .zero
        }
    }
}
