import Journal
import Language
import ProcessImage
import Quantities

/// Answers from the live state alone: they need no disk, so they work while it hangs.
extension Context {
    func status(_ live: LiveSnapshot) -> StatusReply {
        StatusReply(
            site: WireLabel(tag: tables.site.tag, name: WireText(tables.site.name)),
            siteFile: siteFile, version: version, time: time(live.wall), startedAt: time(startedAt),
            clock: .init(trust: "\(live.wall.trust)", zone: tables.clock.name),
            scan: .init(number: live.scan, periodMilliseconds: scanPeriod.milliseconds,
                        overruns: live.statistics.overruns, latenessMilliseconds: live.statistics.latest.milliseconds,
                        worstLatenessMilliseconds: live.statistics.worst.milliseconds,
                        lateness: SpreadReply(scanTimes.lateness.read()), length: SpreadReply(scanTimes.length.read())),
            records: .init(dropped: live.statistics.recordsDropped, ledgerWritable: live.ledgerIsWritable,
                           journalWritable: live.journalIsWritable), uplink: uplinkSummary,
            zones: zones(live), dosing: dosing(live).units.filter { $0.state != "\(DosingReason.idle)" || $0.isDisabled },
            gates: gates(live), cages: cages(live),
            standing: standing(live), alarms: alarms(live))
    }

    func scan(_ live: LiveSnapshot) -> ScanReply {
        ScanReply(number: live.scan, periodMilliseconds: scanPeriod.milliseconds, overruns: live.statistics.overruns,
                  lateness: buckets(scanTimes.lateness.read()), length: buckets(scanTimes.length.read()))
    }

    private func buckets(_ spread: Spread) -> [ScanReply.Bucket] {
        spread.buckets.map { .init(belowMicroseconds: $0.below.microseconds, count: $0.count) }
    }

    func time(_ wall: WallTime) -> WireTime { WireTime(wall, tables.clock) }

    // MARK: Zones

    func zones(_ live: LiveSnapshot) -> [ZoneReply] {
        let next = nextStarts(after: live.wall)
        return live.zones.indices.map { zone(ZoneIndex($0), live, next) }
    }

    private func zone(_ zone: ZoneIndex, _ live: LiveSnapshot, _ next: [ZoneIndex: Int64]) -> ZoneReply {
        let state = live.zones[zone.offset]
        return ZoneReply(
            zone: tables.label(of: zone), phase: "\(state.status.phase)", since: time(state.since),
            why: WireText(why(state)), skipped: skipped(state, now: live.wall).map { WireText($0) },
            plannedSeconds: state.status.planned.time?.seconds,
            plannedM3: state.status.planned.volume?.cubicMeters, wateredSeconds: state.status.watered.seconds,
            volumeM3: state.status.volume.cubicMeters, isEstimated: state.status.isEstimated, areaM2: zones[zone.offset].area?.squareMeters,
            nominalFlowM3h: zones[zone.offset].nominalFlow?.cubicMetersPerHour,
            learnedFlowM3h: state.status.learned.flow?.cubicMetersPerHour, overrunM3: state.status.learned.overrun.cubicMeters,
            proposedFlowM3h: state.status.proposed?.flow?.cubicMetersPerHour,
            proposedOverrunM3: state.status.proposed?.overrun.cubicMeters,
            travelSeconds: tables.outputs[zones[zone.offset].valve.offset].travel.seconds,
            opensSeconds: state.status.learned.travel?.opens.seconds, closesSeconds: state.status.learned.travel?.closes.seconds,
            proposedOpensSeconds: state.status.proposed?.travel?.opens.seconds,
            proposedClosesSeconds: state.status.proposed?.travel?.closes.seconds,
            flowM3h: state.status.flow?.cubicMetersPerHour,
            valve: zones[zone.offset].valves.map { tables.outputs[$0.offset].tag }.joined(separator: ", "),
            source: tables.sources[zones[zone.offset].source.offset].tag,
            owesFlushM3: live.doseBooks.flushDebts.first { $0.zone == zone }?.volume.cubicMeters,
            nextStart: next[zone].map { WireTime($0, tables.clock) })
    }

    /// A program with what called for its water, such as "program morning-drip: depletion 41 % > 35 %".
    func why(_ zone: LiveSnapshot.Zone) -> Phrase {
        let cause = tables.text(of: zone.status.cause)
        guard let reason = reason(of: zone) else { return cause }
        return Phrase(zh: "{cause}：{reason}", en: "{cause}: {reason}").filled(["cause": cause, "reason": reason])
    }

    /// The first start planned for each zone within a week.
    private func nextStarts(after wall: WallTime) -> [ZoneIndex: Int64] {
        var next: [ZoneIndex: Int64] = [:]
        for start in upcoming(wall.unixSeconds, wall.unixSeconds + 7 * 86_400) {
            for (zone, _) in start.zones where next[zone] == nil { next[zone] = start.unixSeconds }
        }
        return next
    }

    // MARK: Points

    func points(_ live: LiveSnapshot) -> PointsReply {
        PointsReply(time: time(live.wall), points: live.readings.indices.map { point(PointIndex($0), live) })
    }

    private func point(_ point: PointIndex, _ live: LiveSnapshot) -> PointReply {
        let definition = tables.points[point.offset]
        let reading = live.readings[point.offset]
        let known = reading.quality != .bad && reading.recorded.isFinite
        return PointReply(
            point: tables.label(of: .point(point)), value: known ? reading.recorded : nil,
            unit: definition.isDigital ? "" : definition.unit.symbol, decimals: definition.decimals,
            quality: "\(reading.quality)", reason: "\(reading.reason)", reasonText: WireText(reading.reason.text),
            recordedAgoSeconds: reading.takenAt > .start ? max(0, (live.instant - reading.takenAt).seconds) : nil,
            device: definition.device.map { tables.devices[$0.offset].tag }, isDigital: definition.isDigital)
    }

    // MARK: Outputs and inputs

    func io(_ live: LiveSnapshot) -> IOReply {
        IOReply(outputs: live.outputs.indices.map { output(OutputIndex($0), live) },
                setpoints: live.setpoints.indices.map { setpoint(SetpointIndex($0), live) },
                inputs: inputWiring.map { .init(input: point($0.point, live), wiring: $0.wiring.place) })
    }

    private func output(_ output: OutputIndex, _ live: LiveSnapshot) -> IOReply.Output {
        let definition = tables.outputs[output.offset]
        let state = live.outputs[output.offset]
        let wiring = outputWiring[output.offset]
        let fault = live.alarms.first { $0.id.subject == .output(output) && $0.state != .returned }
        return .init(
            output: tables.label(of: .output(output)), kind: "\(definition.kind)", isOn: state.level.isOn,
            safeIsOn: definition.safe.isOn, since: time(state.since), why: WireText(tables.text(of: state.cause)),
            maximumOnSeconds: definition.maximumOn.seconds, wiring: wiring.place,
            leaseHolder: wiring.leaseHolder.rawValue, leaseSeconds: wiring.lease?.seconds,
            fault: fault.map { WireText(text(of: $0)) })
    }

    private func setpoint(_ setpoint: SetpointIndex, _ live: LiveSnapshot) -> IOReply.Setpoint {
        let definition = tables.setpoints[setpoint.offset]
        let fault = live.alarms.first { $0.id.subject == .point(definition.point) && $0.state != .returned }
        let reading = live.readings[definition.point.offset]
        let isHeld = setpointLeases.indices.contains(setpoint.offset)
        return .init(
            setpoint: tables.label(of: .point(definition.point)), kind: "\(definition.kind)", unit: definition.unit.symbol,
            decimals: tables.points[definition.point.offset].decimals, value: reading.quality == .good ? reading.recorded : nil,
            safe: definition.safe, least: definition.range.lowerBound, most: definition.range.upperBound,
            risePerSecond: definition.risePerSecond, fallPerSecond: definition.fallPerSecond,
            output: definition.output.map { tables.outputs[$0.offset].tag },
            why: WireText(tables.text(of: live.setpoints[setpoint.offset])),
            wiring: definition.wiring, leaseHolder: isHeld ? setpointLeases[setpoint.offset].rawValue : "nobody",
            fault: fault.map { WireText(text(of: $0)) })
    }

    // MARK: Alarms

    /// The worst first, then the newest.
    func alarms(_ live: LiveSnapshot) -> [AlarmReply] {
        live.alarms.sorted { ($0.id.kind.severity, $0.since.unixNanoseconds) > ($1.id.kind.severity, $1.since.unixNanoseconds) }
            .map { alarm($0) }
    }

    private func alarm(_ alarm: LiveSnapshot.Alarm) -> AlarmReply {
        let tag = Phrase(verbatim: tables.tag(of: alarm.id.subject))
        let over = Phrase(zh: "已经过去；确认：tidegate ack {subject}", en: "It is over; acknowledge it: tidegate ack {subject}")
        let remedy = alarm.state == .returned ? over : alarm.id.kind.remedy
        return AlarmReply(
            id: tables.identifier(of: alarm.id), subject: tables.label(of: alarm.id.subject),
            severity: "\(alarm.id.kind.severity)", state: "\(alarm.state)", since: time(alarm.since),
            text: WireText(text(of: alarm)), remedy: remedy.map { WireText($0.filled(["subject": tag])) },
            isTrip: alarm.isHoldingTrip)
    }

    /// What it is about, with the numbers it was raised for.
    func text(of alarm: LiveSnapshot.Alarm) -> Phrase {
        if let event = alarm.event { return tables.text(of: event) }
        // It was raised in an earlier life of the controller: the log has its numbers.
        let (dash, log) = (Phrase(verbatim: "–"), Phrase(zh: "见 tidegate log", en: "see tidegate log"))
        return alarm.id.kind.text.filled(["subject": tables.name(of: alarm.id.subject), "value": dash, "limit": dash, "duration": dash,
                                          "cause": log, "finding": log])
    }
}

extension SpreadReply {
    init(_ spread: Spread) {
        self.init(count: spread.count, p50Microseconds: spread.quantile(0.5).microseconds,
                  p99Microseconds: spread.quantile(0.99).microseconds, p999Microseconds: spread.quantile(0.999).microseconds,
                  maxMicroseconds: spread.longest.microseconds)
    }
}

extension Duration {
    var milliseconds: Double { seconds * 1000 }
    var microseconds: Double { Double(nanoseconds) / 1000 }
}

extension LiveSnapshot.Alarm {
    /// A trip that is still latched: one that was reset stays listed as returned until somebody acknowledges it.
    var isHoldingTrip: Bool { id.kind.trip != nil && state != .returned }
}
