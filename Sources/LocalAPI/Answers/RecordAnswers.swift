import Journal
import Language
import ProcessImage
import Quantities

/// Answers from the records on disk, and from the plan.
extension Context {
    /// - Parameter last: seconds back from the latest scan.
    func events(last seconds: Int64, limit: Int) throws -> EventsReply {
        let now = journal.live.snapshot().wall.unixSeconds
        let rows = try journal.events(from: now - seconds, to: now + 1, limit: limit)
        return EventsReply(events: rows.reversed().map { event($0) })
    }

    func runs(last seconds: Int64, limit: Int) throws -> RunsReply {
        let now = journal.live.snapshot().wall.unixSeconds
        let rows = try journal.runs(from: now - seconds, to: now + 1, limit: limit)
        return RunsReply(runs: rows.reversed().map { run($0) })
    }

    private func event(_ row: EventRow) -> EventReply {
        EventReply(
            at: time(row.wall), kind: row.kind.map { "\($0)" } ?? "kind\(row.code)", severity: "\(row.severity)",
            subject: WireLabel(tag: row.subject.tag, name: WireText(name(of: row.subject))), text: WireText(row.text))
    }

    private func run(_ row: RunRow) -> RunReply {
        RunReply(
            run: row.id.rawValue, zone: WireLabel(tag: row.zone, name: WireText(name(of: SubjectTag(kind: "zone", tag: row.zone)))),
            startedAt: time(row.started), endedAt: row.ended.map { time($0) }, outcome: row.outcome.map { "\($0)" },
            why: WireText((row.outcome == .completed ? nil : row.endCause?.text) ?? row.cause.text),
            plannedSeconds: row.planned.time?.seconds, plannedM3: row.planned.volume?.cubicMeters,
            wateredSeconds: row.watered.seconds, volumeM3: row.volume.cubicMeters, isEstimated: row.isEstimated,
            areaM2: tables.zones.firstIndex { $0.tag == row.zone }.flatMap { zones[$0].area?.squareMeters })
    }

    /// Today's name of a thing of the past; its tag when the site has it no more.
    private func name(of subject: SubjectTag) -> Phrase {
        tables.subject(subject).map { tables.name(of: $0) } ?? Phrase(verbatim: subject.tag)
    }

    func history(of tag: String, last seconds: Int64, _ resolution: Resolution) throws -> HistoryReply {
        let subject = tables.point(tag: tag).map { Subject.point($0) } ?? tables.output(tag: tag).map { .output($0) }
        guard let subject else {
            let tags = tables.points.map(\.tag) + tables.outputs.map(\.tag)
            throw Answer.unknown(Phrase(zh: "测点或输出", en: "point or output"), code: "unknown-point", tag, among: tags)
        }
        let now = journal.live.snapshot().wall.unixSeconds
        let past = try past(of: tag, from: now - seconds, to: now + 1, resolution)
        return HistoryReply(
            point: tables.label(of: subject), unit: past?.unit ?? "", decimals: past?.decimals ?? 0, isDigital: isDigital(subject),
            from: WireTime(now - seconds, tables.clock), to: WireTime(now, tables.clock),
            stepSeconds: past?.resolution.seconds ?? 0, values: past.map { values($0.rows) } ?? [])
    }

    /// `nil`: the site has it, but nothing of it was ever kept.
    private func past(of tag: String, from: Int64, to: Int64, _ resolution: Resolution) throws -> History? {
        do {
            return try journal.history(tag: tag, from: from, to: to, resolution: resolution)
        } catch .unknownTag {
            return nil
        }
    }

    private func isDigital(_ subject: Subject) -> Bool {
        if case .point(let point) = subject { tables.points[point.offset].isDigital } else { true }
    }

    private func values(_ rows: History.Rows) -> [HistoryReply.Value] {
        switch rows {
        case .samples(let samples):
            samples.map { .init(at: WireTime($0.unixMilliseconds / 1000, tables.clock), value: $0.value) }
        case .rollups(let rollups):
            rollups.map { .init(at: WireTime($0.unixSeconds, tables.clock), value: $0.mean, minimum: $0.min, maximum: $0.max) }
        }
    }

    // MARK: Plan

    /// A plan ahead looks no further: what comes later depends on too much.
    private static var aheadAtMost: Int64 { 48 * 3600 }

    func plan(next seconds: Int64) -> PlanReply {
        let live = journal.live.snapshot()
        let from = live.wall.unixSeconds
        let starts = upcoming(from, from + seconds).map { start in
            PlanReply.Start(
                at: WireTime(start.unixSeconds, tables.clock), program: tables.label(of: .program(start.program)),
                zones: start.zones.map { .init(zone: tables.label(of: $0.zone), forSeconds: $0.amount?.time?.seconds,
                                               volumeM3: $0.amount?.volume?.cubicMeters, gives: gives(start.program, $0.zone)) },
                conditions: conditions(start, live))
        }
        return PlanReply(from: WireTime(from, tables.clock), to: WireTime(from + seconds, tables.clock), starts: starts,
                         gates: gateEnds(live, until: from + seconds),
                         runs: planAhead(.seconds(min(seconds, Self.aheadAtMost)))?.map { plannedRun($0) }, note: note(live))
    }

    private func plannedRun(_ run: PlannedRun) -> PlanReply.Run {
        PlanReply.Run(
            zone: tables.label(of: run.zone), why: WireText(tables.text(of: run.cause)),
            opensAt: run.opens.map { WireTime($0, tables.clock) }, endsAt: run.ends.map { WireTime($0, tables.clock) },
            plannedSeconds: run.planned.time?.seconds, plannedM3: run.planned.volume?.cubicMeters,
            wateredSeconds: run.watered.seconds, volumeM3: run.volume.cubicMeters, areaM2: zones[run.zone.offset].area?.squareMeters,
            outcome: run.outcome.map { "\($0)" }, waitsSeconds: run.waits.seconds,
            waitsFor: run.waitsFor.map { WireText(tables.text(of: $0)) }, recipe: run.recipe.flatMap { tables.label(of: $0) },
            doses: run.doses.isEmpty ? nil : run.doses.map {
                .init(channel: tables.label(of: .channel($0.channel)), stockL: $0.stock.liters)
            })
    }

    private func gives(_ program: ProgramIndex, _ zone: ZoneIndex) -> WireText? {
        guard programs.indices.contains(program.offset) else { return nil }
        return programs[program.offset].gives.first { $0.zone == zone }.map { WireText($0.text) }
    }

    /// What a person ordered of it, else its own conditions.
    private func conditions(_ start: PlannedStart, _ live: LiveSnapshot) -> WireText? {
        let orders = zip(live.standing, standing(live)).filter { order, _ in
            order.until > start.unixSeconds && (order.subject == .site || order.subject == .program(start.program))
        }
        let own = programs.indices.contains(start.program.offset) ? programs[start.program.offset].limits : nil
        let parts = orders.map(\.1.text.phrase) + [own].compactMap(\.self)
        guard !parts.isEmpty else { return nil }
        return WireText(Phrase(zh: parts.map(\.zh).joined(separator: "；"), en: parts.map(\.en).joined(separator: "; ")))
    }

    private func note(_ live: LiveSnapshot) -> WireText? {
        if !live.wall.isTrusted {
            return WireText(Phrase(zh: "时钟不可信：以下程序要等对时后才会启动", en: "the clock is not trusted: nothing of this starts before it is set"))
        }
        if !live.ledgerIsWritable {
            return WireText(Phrase(zh: "台账写不进：以下程序要等磁盘恢复后才会启动", en: "the ledger cannot be written: nothing of this starts before the disk is well"))
        }
        return nil
    }
}

extension Resolution {
    /// Length of the stretch one row stands for; 0 for samples.
    var seconds: Double {
        switch self {
        case .samples, .auto: 0
        case .minute: 60
        case .hour: 3600
        case .day: 86_400
        }
    }
}
