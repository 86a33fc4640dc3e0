import Journal
import Language
import ProcessImage
import Quantities

/// `why ZONE`: what the zone does now, or what became of its latest run, told in order with what led to it.
extension Context {
    /// Asks the records; waits for the disk.
    func why(_ zone: ZoneIndex) throws -> WhyReply {
        let live = journal.live.snapshot()
        let now = live.wall.unixSeconds
        let tag = tables.tag(of: .zone(zone))
        let run = try journal.runs(zone: tag, from: now - 30 * 86_400, to: now + 1, limit: 1).first
        let from = run.map { $0.started.unixSeconds - 60 } ?? now - 86_400
        let water = zones[zone.offset]
        let about = [
            SubjectTag(kind: "zone", tag: tag), SubjectTag(kind: "output", tag: tables.tag(of: .output(water.valve))),
            SubjectTag(kind: "source", tag: tables.tag(of: .source(water.source))),
        ]
        let events = try about.flatMap { try journal.events(from: from, to: now + 1, subject: $0, limit: 50) }
        let findings = try journal.findings(zone: tag, from: min(from, now - 86_400), to: now + 1)
        return why(zone, live, latest: run, events: events.sorted { $0.wall.unixNanoseconds < $1.wall.unixNanoseconds }, findings)
    }

    /// - Parameters:
    ///   - run: the zone's latest run, if it ever had one that is remembered.
    ///   - events: of the zone, its valve and its source, oldest first, since a little before that run.
    ///   - findings: of the zone's newest starts, newest start first.
    func why(_ zone: ZoneIndex, _ live: LiveSnapshot, latest run: RunRow?, events: [EventRow],
             _ findings: [FindingRow] = []) -> WhyReply {
        let holding = holdingAlarms(zone, live)
        // What a start decided is told in full by its findings.
        let told = events.filter { $0.kind != .zoneSkipped }.suffix(20).map { (at: $0.wall, text: $0.text) }
        // A start is weighed before its water: of two things in one second the reasons come first.
        var lines = (self.lines(of: findings) + told).sorted { $0.at.unixSeconds < $1.at.unixSeconds }
            .map { WhyReply.Line(at: time($0.at), text: WireText($0.text)) }
        lines.append(.init(at: nil, text: WireText(now(zone, live, holding))))
        lines += unarmed(zone, live).map { WhyReply.Line(at: nil, text: WireText($0.text)) }
        let tag = Phrase(verbatim: holding.first.map { tables.tag(of: $0.id.subject) } ?? "")
        return WhyReply(
            subject: tables.label(of: zone), headline: WireText(headline(zone, live, run, skip(in: findings))), lines: lines,
            remedy: holding.first?.id.kind.remedy.map { WireText($0.filled(["subject": tag])) })
    }

    /// Trips that hold this zone: its own, its valve's, its source's, the whole site's.
    func holdingAlarms(_ zone: ZoneIndex, _ live: LiveSnapshot) -> [LiveSnapshot.Alarm] {
        live.alarms.filter { $0.isHoldingTrip && concerns($0.id.subject, zone) }
    }

    /// Whether something about this subject matters to the zone.
    func concerns(_ subject: Subject, _ zone: ZoneIndex) -> Bool {
        let water = zones[zone.offset]
        return [.site, .zone(zone), .output(water.valve), .source(water.source)].contains(subject)
    }

    private func headline(_ zone: ZoneIndex, _ live: LiveSnapshot, _ run: RunRow?, _ skip: FindingRow?) -> Phrase {
        let status = live.zones[zone.offset].status
        let name = tables.name(of: .zone(zone))
        let cause = why(live.zones[zone.offset])
        switch status.phase {
        case .watering, .starting, .stopping:
            let given = status.planned.volume == nil ? Phrase(status.watered) : status.volume.text
            return Phrase(zh: "{name} 正在灌溉：已灌 {watered}，计划 {planned}（{cause}）", en: "{name} is watering: {watered} of {planned} ({cause})")
                .filled(["name": name, "watered": given, "planned": status.planned.text, "cause": cause])
        case .queued:
            return Phrase(zh: "{name} 在排队（{cause}）", en: "{name} waits ({cause})").filled(["name": name, "cause": cause])
        case .resting:
            return Phrase(zh: "{name} 间歇：已灌 {watered}，计划 {planned}（{cause}）", en: "{name} rests after {watered} of {planned} ({cause})")
                .filled(["name": name, "watered": status.planned.volume == nil ? Phrase(status.watered) : status.volume.text,
                         "planned": status.planned.text, "cause": cause])
        case .idle, .tripped:
            if let skip, skip.at.unixSeconds >= run?.started.unixSeconds ?? .min {
                return Phrase(zh: "{name} 于 {at} 未灌：{reason}", en: "{name} was not watered at {at}: {reason}")
                    .filled(["name": name, "at": moment(skip.at), "reason": skip.text])
            }
            return run.map { ended($0, name) }
                ?? Phrase(zh: "{name} 近期没有灌溉", en: "{name} has not watered lately").filled(["name": name])
        }
    }

    private func ended(_ run: RunRow, _ name: Phrase) -> Phrase {
        let text = switch run.outcome {
        case .completed: Phrase(zh: "{name} 于 {at} 灌完：{watered}，{volume}", en: "{name} finished at {at}: {watered}, {volume}")
        case .notStarted: Phrase(zh: "{name} 于 {at} 未能开始（{cause}）", en: "{name} was not started at {at} ({cause})")
        default: Phrase(zh: "{name} 于 {at} 提前停止：已灌 {watered}，计划 {planned}，水量 {volume}（{cause}）",
                        en: "{name} was cut short at {at}, after {watered} of {planned} and {volume} ({cause})")
        }
        return text.filled([
            "name": name, "at": moment(run.ended ?? run.started), "watered": Phrase(run.watered), "planned": run.planned.text,
            "volume": run.isEstimated ? Phrase(zh: "{volume}（估算）", en: "{volume} (estimated)").filled(["volume": run.volume.text]) : run.volume.text,
            "cause": (run.endCause ?? run.cause).text,
        ])
    }

    private func now(_ zone: ZoneIndex, _ live: LiveSnapshot, _ holding: [LiveSnapshot.Alarm]) -> Phrase {
        if let trip = holding.first {
            let text = tables.text(of: trip.event ?? Event(trip.id.kind, trip.id.subject))
            return Phrase(zh: "联锁停，等待复位：{text}", en: "latched until it is reset: {text}").filled(["text": text])
        }
        let status = live.zones[zone.offset].status
        if status.phase != .idle { return tables.text(of: status.cause) }
        let now = live.wall.unixSeconds
        let next = upcoming(now, now + 7 * 86_400).first { $0.zones.contains { $0.zone == zone } }
        guard let next else { return Phrase(zh: "空闲；一周内没有计划", en: "idle; nothing is planned within a week") }
        return Phrase(zh: "空闲；下次 {at}，程序 {program}", en: "idle; next {at} by program {program}").filled([
            "at": moment(WallTime(unixSeconds: next.unixSeconds, trust: live.wall.trust)),
            "program": tables.name(of: .program(next.program)),
        ])
    }

    private func moment(_ wall: WallTime) -> Phrase { shortMoment(time(wall)) }
}
