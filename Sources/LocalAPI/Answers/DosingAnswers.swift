import Journal
import Language
import ProcessImage
import Quantities

/// Answers about dosing from the live state: they need no disk.
extension Context {
    func dosing(_ live: LiveSnapshot) -> DosingReply {
        DosingReply(
            time: time(live.wall), units: tables.dosingUnits.indices.map { unit(DosingUnitIndex($0), live) },
            tanks: tables.tanks.indices.map { tank(TankIndex($0), live) }, debts: live.doseBooks.flushDebts.map { debt($0) })
    }

    private func unit(_ unit: DosingUnitIndex, _ live: LiveSnapshot) -> DosingUnitReply {
        let status = live.dosing[unit.offset]
        let channels = fertigation.channels.indices.filter { fertigation.channels[$0].unit == unit }.map { ChannelIndex($0) }
        return DosingUnitReply(
            unit: tables.label(of: .dosingUnit(unit)), source: tables.label(of: .source(fertigation.units[unit.offset].source)),
            state: "\(status.reason)", why: WireText(status.reason.text), stopped: status.stop.map { WireText($0.text) },
            isDisabled: live.isDosingOff(.dosingUnit(unit)), recipe: status.recipe.flatMap { tables.label(of: $0) },
            zone: status.zone.map { tables.label(of: $0) }, passedM3: status.passed.cubicMeters, phaseM3: status.phaseWater.cubicMeters,
            ecTarget: status.ecTarget?.decisiemensPerMeter, ecMsCm: status.ec?.decisiemensPerMeter,
            rawEcMsCm: status.rawEC?.decisiemensPerMeter,
            phTarget: status.phTarget?.pH, ph: status.ph?.pH, channels: channels.map { channel($0, live) },
            proposed: status.proposed.map {
                .init(loop: status.proposedLoop.map { "\($0)" } ?? "", gain: $0.gain, lagSeconds: $0.lag.seconds,
                      deadTimeSeconds: $0.deadTime.seconds)
            })
    }

    private func channel(_ channel: ChannelIndex, _ live: LiveSnapshot) -> ChannelReply {
        let plan = fertigation.channels[channel.offset]
        let status = live.channels[channel.offset] ?? ChannelStatus(rate: plan.rate)
        let calibration = live.doseBooks.calibrations.first { $0.channel == channel }?.calibration
        let output = live.outputs[plan.output.offset]
        let rate = live.channels[channel.offset]?.rate ?? calibration?.rate ?? plan.rate
        return ChannelReply(
            channel: tables.label(of: .channel(channel)), tank: tables.label(of: .tank(plan.tank)),
            output: tables.outputs[plan.output.offset].tag,
            isOn: output.level.isOn, why: WireText(tables.text(of: output.cause)),
            isDisabled: status.isDisabled || live.isDosingOff(.channel(channel)), litersPerM3: status.ratio.base * 1000,
            plannedL: status.planned.liters,
            commandedL: status.commanded.liters, meteredL: status.metered?.liters, litersPerHour: rate.flow?.litersPerHour,
            millilitersPerStroke: rate.stroke.map { $0.liters * 1000 },
            calibratedAt: calibration.flatMap { $0.at > 0 ? WireTime($0.at, tables.clock) : nil },
            driftPercent: calibration?.drift.percent, lastDayL: lastDay(channel, live).liters,
            mostPerM3L: plan.ceilings.inWater.map { $0.base * 1000 }, mostPerRunL: plan.ceilings.perRun?.liters,
            mostPerHourL: plan.ceilings.perHour?.liters, mostPerDayL: plan.ceilings.perDay?.liters,
            cylinder: status.calibrated.map { .init(onSeconds: $0.on.seconds, strokes: Int($0.strokes), isOver: $0.isOver) })
    }

    /// By whole hours, so at most an hour's more than the last 24.
    private func lastDay(_ channel: ChannelIndex, _ live: LiveSnapshot) -> Volume {
        let now = live.wall.unixSeconds / 3600
        return live.doseBooks.doseHours.filter { $0.channel == channel && ($0.hour >= now - 24 || $0.hour < Restored.firstHour) }
            .reduce(.zero) { $0 + $1.volume }
    }

    func tank(_ tank: TankIndex, _ live: LiveSnapshot) -> TankReply {
        let plan = fertigation.tanks[tank.offset]
        let booked = live.doseBooks.tanks.first { $0.tank == tank }?.state
        let measured = plan.level.flatMap { point -> Volume? in
            let reading = live.readings[point.offset]
            return reading.quality == .good ? Volume(base: tables.points[point.offset].unit.toBase(reading.recorded)) : nil
        }
        let channels = fertigation.channels.indices.filter { fertigation.channels[$0].tank == tank }.map { tables.channels[$0].tag }
        return TankReply(
            tank: tables.label(of: .tank(tank)), capacityL: plan.capacity.liters, leftL: (measured ?? booked?.left)?.liters,
            isMeasured: measured != nil,
            lowL: plan.low.liters, batch: booked?.batch ?? 0, holds: WireText(plan.holds), channels: channels)
    }

    private func debt(_ debt: FlushDebt) -> FlushDebtReply {
        FlushDebtReply(zone: tables.label(of: debt.zone), recipe: debt.recipe.flatMap { tables.label(of: $0) },
                       volumeM3: debt.volume.cubicMeters,
                       waitsForPerson: debt.waitsForPerson)
    }

    func recipes(_ live: LiveSnapshot) -> RecipesReply {
        RecipesReply(recipes: tables.recipes.indices.map { number in
            let recipe = fertigation.recipes[number]
            return .init(
                recipe: WireLabel(tag: tables.recipes[number].tag, name: WireText(tables.recipes[number].name)),
                unit: tables.label(of: .dosingUnit(recipe.unit)), targets: WireText(recipe.targets),
                parts: recipe.parts.map { part in
                    .init(channel: tables.label(of: .channel(part.channel)),
                          tank: tables.label(of: .tank(fertigation.channels[part.channel.offset].tank)),
                          gives: WireText(part.gives), holds: part.holds.map { WireText($0) })
                },
                table: recipe.table.map { WireText($0) }, programs: recipe.programs.map { tables.label(of: .program($0)) },
                isInUse: live.dosing.contains { $0.recipe == RecipeIndex(number) })
        })
    }
}

extension LiveSnapshot {
    /// A person disabled it.
    func isDosingOff(_ subject: Subject) -> Bool { standing.contains { $0.kind == .dosingOff && $0.subject == subject } }
}

extension SiteTables {
    func label(of recipe: RecipeIndex) -> WireLabel? {
        guard recipes.indices.contains(recipe.offset) else { return nil }
        return WireLabel(tag: recipes[recipe.offset].tag, name: WireText(recipes[recipe.offset].name))
    }
}

extension ChannelRate {
    var flow: Flow? { if case .flow(let flow) = self { flow } else { nil } }
    var stroke: Volume? { if case .stroke(let volume) = self { volume } else { nil } }
}
