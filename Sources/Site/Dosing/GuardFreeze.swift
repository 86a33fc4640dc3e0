import Agronomy
import Control
import Interlocks
import ProcessImage
import Quantities

/// What was read of dosing becomes the plan of its guards, which know nothing of recipes.
extension SiteReader {
    func dosingGuards(_ tables: SiteTables) -> DosingGuards {
        DosingGuards(
            units: dosingUnits.compactMap { unitGuard($0, tables) }, channels: channels.compactMap { channelGuard($0, tables) },
            probes: dosingUnits.enumerated().flatMap { number, unit in probeGuards(unit, DosingUnitIndex(number), tables) },
            exclusions: exclusionGuards(), balances: dosingUnits.flatMap { balances($0) })
    }

    private func unitGuard(_ unit: DosingUnitDraft, _ tables: SiteTables) -> DosingUnitGuard? {
        unit.source.map { source in
            let supply = sources[source.offset]
            return DosingUnitGuard(
                source: source, leastFlow: unit.leastFlow, flowSwitch: unit.flowSwitch.flatMap { tables.digital($0) },
                flowNoOlderThan: flowAge(source), total: supply.meter?.total.flatMap { tables.quantity($0) },
                pressure: pressureWindow(unit, supply, tables), preFlush: unit.steady,
                leakTray: unit.leakTray.flatMap { tables.digital($0) }, trayNoOlderThan: patience(unit.leakTray), slack: slack(supply))
        }
    }

    /// Water that the meter may leave uncounted for a while: three of its steps, where they are large.
    private func slack(_ supply: SourceDraft) -> Volume {
        let step = supply.meter?.step?.base ?? supply.meter?.total.map { resolution([$0]) } ?? 0
        return max(.liters(200), Volume(base: step * 3))
    }

    private func pressureWindow(_ unit: DosingUnitDraft, _ supply: SourceDraft, _ tables: SiteTables) -> PressureWindow? {
        guard let range = unit.pressure, let draft = supply.supervision.pressure,
              let point: PointOf<Pressure> = tables.quantity(draft.point) else { return nil }
        return PressureWindow(point: point, least: Pressure(base: range.lowerBound), most: Pressure(base: range.upperBound),
                              noOlderThan: max(.seconds(2), interval(of: draft.point) * 2))
    }

    // MARK: Channels

    private func channelGuard(_ channel: ChannelDraft, _ tables: SiteTables) -> ChannelGuard? {
        guard let output = channel.output, let tank = channel.tank.map({ tanks[$0.offset] }) else { return nil }
        let uses = recipes.flatMap { $0.plan.parts.filter { channels[$0.channel.offset].label == channel.label } }
        return ChannelGuard(
            unit: channel.unit, output: output, rate: channel.rate, speed: channel.drive.setpoint, ceilings: channel.ceilings,
            meter: channel.meter.flatMap { meterGuard($0, channel, tables) }, tank: tankGuard(tank, tables),
            longestPulse: longestPulse(channel),
            needsConductivity: uses.contains { if case .ec = $0.mode { true } else { false } },
            needsAcidity: uses.contains { $0.mode == .ph })
    }

    private func meterGuard(_ point: PointIndex, _ channel: ChannelDraft, _ tables: SiteTables) -> DosingMeter? {
        tables.quantity(point).map { DosingMeter(total: $0, noOlderThan: max(.seconds(10), interval(of: point) * 3), leak: channel.leak) }
    }

    /// A stuck contact of a metering pump gives a stroke and no more; still it is not left on.
    private func longestPulse(_ channel: ChannelDraft) -> Duration? {
        if case .pulses(let on, _) = channel.drive { max(on * 5, .seconds(1)) } else { nil }
    }

    private func tankGuard(_ tank: TankDraft, _ tables: SiteTables) -> TankGuard? {
        guard tank.level != nil || tank.lowWhen != nil else { return nil }
        return TankGuard(level: tank.level.flatMap { tables.gauge($0) }, least: tank.low.base, emptyWhen: tank.lowWhen.flatMap { tables.digital($0) },
                         noOlderThan: max(.minutes(2), tank.level.map { interval(of: $0) * 3 } ?? .zero))
    }

    // MARK: Probes

    private func probeGuards(_ unit: DosingUnitDraft, _ index: DosingUnitIndex, _ tables: SiteTables) -> [ProbeGuard] {
        [probeGuard(unit, index, unit.probes.ec, unit.ec, .conductivity, apart: unit.probes.ecApart.base, tables),
         probeGuard(unit, index, unit.probes.ph, unit.ph, .acidity, apart: unit.probes.phApart.base, tables)].compactMap(\.self)
    }

    private func probeGuard(_ unit: DosingUnitDraft, _ index: DosingUnitIndex, _ probes: [PointIndex], _ loop: LoopDraft,
                            _ kind: ProbeGuard.Kind,
                            apart: Double, _ tables: SiteTables) -> ProbeGuard? {
        guard let first = probes.first.flatMap({ tables.gauge($0) }) else { return nil }
        return ProbeGuard(
            unit: index, kind: kind, first: first, second: probes.dropFirst().first.flatMap { tables.gauge($0) },
            noOlderThan: probeAge(probes),
            band: ProbeGuard.Band(least: loop.range?.lowerBound, most: loop.range?.upperBound), bandFor: loop.rangeFor,
            arrival: arrival(unit),
            cut: ProbeGuard.Band(least: loop.cut), apart: apart, resolution: resolution(probes), stopsWater: loop.stopsWater)
    }

    /// Until stock shows at the probes at the least flow: three times the water between, and what the probes need themselves.
    private func arrival(_ unit: DosingUnitDraft) -> Duration {
        .seconds(unit.form.volume.base * 3 / unit.leastFlow.base * 3600) + .seconds(30)
    }

    // MARK: Pairs

    /// Every two channels of one unit whose stocks together are a danger to people.
    private func exclusionGuards() -> [ExclusionGuard] {
        var pairs: [ExclusionGuard] = []
        for (number, one) in channels.enumerated() {
            for (other, second) in channels.enumerated().dropFirst(number + 1) where second.unit == one.unit {
                guard let a = one.tank.map({ tanks[$0.offset].contents }), let b = second.tank.map({ tanks[$0.offset].contents }),
                      Incompatibility.between(a, b).contains(where: \.isDangerous) else { continue }
                pairs.append(ExclusionGuard(ChannelIndex(number), ChannelIndex(other), flush: clearWater(dosingUnits[one.unit.offset])))
            }
        }
        return pairs
    }

    private func balances(_ unit: DosingUnitDraft) -> [BalanceGuard] {
        guard let first = unit.together.first else { return [] }
        return unit.together.dropFirst().map { BalanceGuard(first.channel, $0.channel, ratio: $0.share / first.share) }
    }
}
