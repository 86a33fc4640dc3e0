import Journal
import Language
import ProcessImage
import Quantities

/// Answers about dosing from the records on disk.
extension Context {
    /// - Parameter last: seconds back from the latest scan.
    func doses(last seconds: Int64, zone: ZoneIndex?, limit: Int) throws -> DosesReply {
        let now = journal.live.snapshot().wall.unixSeconds
        let rows = try journal.doses(zone: zone.map { tables.tag(of: .zone($0)) }, from: now - seconds, to: now + 1, limit: limit)
        let batches = try batchTexts(rows.map(\.batch))
        return DosesReply(doses: rows.reversed().map { dose($0, batches) })
    }

    private func dose(_ row: DoseRow, _ batches: [UInt64: String]) -> DoseReply {
        DoseReply(
            run: row.run.rawValue, zone: named(row.zone, tables.zones), channel: named(row.channel, tables.channels),
            recipe: row.recipe.map { named($0, tables.recipes) }, batch: row.batch, batchText: batches[row.batch],
            startedAt: time(row.started),
            endedAt: row.ended.map { time($0) }, outcome: row.outcome.map { "\($0)" }, why: row.endCause.map { WireText($0.text) },
            plannedL: row.planned.liters, commandedL: row.commanded.liters, meteredL: row.metered?.liters, givenL: row.given.liters,
            productKg: row.stock.product.mass(in: row.given).kilograms, nitrogenKg: row.stock.nitrogen.mass(in: row.given).kilograms,
            phosphateKg: row.stock.phosphate.mass(in: row.given).kilograms, potashKg: row.stock.potash.mass(in: row.given).kilograms,
            areaM2: area(row.zone))
    }

    private func area(_ zone: String) -> Double? { tables.zones.firstIndex { $0.tag == zone }.flatMap { zones[$0].area?.squareMeters } }

    /// Today's name of a thing of the past; its tag when the site has it no more.
    private func named(_ tag: String, _ labels: [Label]) -> WireLabel {
        WireLabel(tag: tag, name: WireText(labels.first { $0.tag == tag }?.name ?? Phrase(verbatim: tag)))
    }

    /// What people wrote when they filled tanks: behind the colon of the order.
    private func batchTexts(_ commands: [UInt64]) throws -> [UInt64: String] {
        let orders = try journal.audit(of: Set(commands).subtracting([0]).sorted())
        return Dictionary(orders.compactMap { order in
            order.text.firstRange(of: ": ").map { (order.command, String(order.text[$0.upperBound...])) }
        }) { first, _ in first }
    }

    func doseSums(by key: DoseSum.Key, last seconds: Int64) throws -> DoseSumsReply {
        let now = journal.live.snapshot().wall.unixSeconds
        let sums = try journal.doseSums(by: key, from: now - seconds, to: now + 1)
        let batches = key == .batch ? try batchTexts(sums.compactMap { UInt64($0.key) }) : [:]
        return DoseSumsReply(by: key.rawValue, since: WireTime(now - seconds, tables.clock), sums: sums.map { sum in
            .init(subject: subject(of: sum, key, batches), doses: sum.doses, stockL: sum.stock.liters, productKg: sum.product.kilograms,
                  nitrogenKg: sum.nitrogen.kilograms, phosphateKg: sum.phosphate.kilograms, potashKg: sum.potash.kilograms,
                  areaM2: key == .zone ? area(sum.key) : nil)
        })
    }

    private func subject(of sum: DoseSum, _ key: DoseSum.Key, _ batches: [UInt64: String]) -> WireLabel {
        switch key {
        case .zone: named(sum.key, tables.zones)
        case .recipe: named(sum.key, tables.recipes)
        case .channel: named(sum.key, tables.channels)
        case .batch:
            if let text = UInt64(sum.key).flatMap({ batches[$0] }) { WireLabel(tag: sum.key, name: WireText(Phrase(verbatim: text))) }
            else { WireLabel(tag: sum.key, name: WireText(sum.key == "0" ? Phrase(zh: "未登记", en: "not told") : Phrase(zh: "第 \(sum.key) 号命令灌桶", en: "filled by order \(sum.key)"))) }
        }
    }

    func calibrations(of channel: ChannelIndex?) throws -> CalibrationsReply {
        CalibrationsReply(calibrations: try journal.calibrations(channel: channel.map { tables.tag(of: .channel($0)) }).map { row in
            .init(channel: named(row.channel, tables.channels),
                  at: row.calibration.at > 0 ? WireTime(row.calibration.at, tables.clock) : nil, by: row.author,
                  litersPerHour: row.calibration.rate.flow?.litersPerHour,
                  millilitersPerStroke: row.calibration.rate.stroke.map { $0.liters * 1000 },
                  driftPercent: row.calibration.drift.percent)
        })
    }

    // MARK: Why

    /// What a unit does now, and what led to it in the last hours.
    func why(_ unit: DosingUnitIndex) throws -> WhyReply {
        let live = journal.live.snapshot()
        let now = live.wall.unixSeconds
        let about = subjects(of: unit, live).map { tables.subjectTag($0) }
        let events = try about.flatMap { try journal.events(from: now - 12 * 3600, to: now + 1, subject: $0, limit: 20) }
        var lines = events.sorted { $0.wall.unixNanoseconds < $1.wall.unixNanoseconds }.suffix(20)
            .map { WhyReply.Line(at: time($0.wall), text: WireText($0.text)) }
        lines.append(.init(at: nil, text: WireText(state(unit, live))))
        let holding = live.alarms.first { $0.isHoldingTrip && subjects(of: unit, live).contains($0.id.subject) }
        let tag = Phrase(verbatim: holding.map { tables.tag(of: $0.id.subject) } ?? "")
        lines += channelLines(unit, live) + debtLines(unit, live)
        return WhyReply(subject: tables.label(of: .dosingUnit(unit)), headline: WireText(headline(unit, live)), lines: lines,
                              remedy: holding?.id.kind.remedy.map { WireText($0.filled(["subject": tag])) })
    }

    /// The unit, its channels with their outputs and tanks, its source, and the zone that it doses.
    private func subjects(of unit: DosingUnitIndex, _ live: LiveSnapshot) -> [Subject] {
        let channels = fertigation.channels.indices.filter { fertigation.channels[$0].unit == unit }
        let own = channels.flatMap { number in
            [Subject.channel(ChannelIndex(number)), .output(fertigation.channels[number].output), .tank(fertigation.channels[number].tank)]
        }
        let all = [Subject.dosingUnit(unit), .source(fertigation.units[unit.offset].source)] + own
            + (live.dosing[unit.offset].zone.map { [.zone($0)] } ?? [])
        return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func headline(_ unit: DosingUnitIndex, _ live: LiveSnapshot) -> Phrase {
        let status = live.dosing[unit.offset]
        let name = tables.name(of: .dosingUnit(unit))
        guard let recipe = status.recipe.flatMap({ tables.label(of: $0) }) else {
            return Phrase(zh: "{name}：{state}", en: "{name}: {state}").filled(["name": name, "state": status.reason.text])
        }
        return Phrase(zh: "{name}：{state}（配方 {recipe}）", en: "{name}: {state} (recipe {recipe})")
            .filled(["name": name, "state": status.reason.text, "recipe": recipe.name.phrase])
    }

    private func state(_ unit: DosingUnitIndex, _ live: LiveSnapshot) -> Phrase {
        let status = live.dosing[unit.offset]
        if let stop = status.stop, stop != status.reason {
            return Phrase(zh: "{state}；本次不再施肥：{stop}", en: "{state}; no more in this run: {stop}").filled(["state": status.reason.text, "stop": stop.text])
        }
        return status.reason.text
    }

    /// Channels that are held or disabled.
    private func channelLines(_ unit: DosingUnitIndex, _ live: LiveSnapshot) -> [WhyReply.Line] {
        fertigation.channels.indices.filter { fertigation.channels[$0].unit == unit }.compactMap { number in
            let output = live.outputs[fertigation.channels[number].output.offset]
            let name = tables.name(of: .channel(ChannelIndex(number)))
            if live.isDosingOff(.channel(ChannelIndex(number))) {
                return .init(at: nil, text: WireText(Phrase(zh: "{name} 已停用", en: "{name} is disabled").filled(["name": name])))
            }
            guard case .interlock = output.cause else { return nil }
            return .init(at: nil, text: WireText(Phrase(zh: "{name}：{why}", en: "{name}: {why}").filled(["name": name, "why": tables.text(of: output.cause)])))
        }
    }

    private func debtLines(_ unit: DosingUnitIndex, _ live: LiveSnapshot) -> [WhyReply.Line] {
        let source = fertigation.units[unit.offset].source
        return live.doseBooks.flushDebts.filter { zones[$0.zone.offset].source == source }.map { debt in
            let text = debt.waitsForPerson
                ? Phrase(zh: "{zone} 管里留有肥液，欠冲洗 {volume}；确认能放水后：tidegate dose flush {tag}", en: "{zone} has fertiliser in its lines and owes {volume} of clear water; when water may flow: tidegate dose flush {tag}")
                : Phrase(zh: "{zone} 欠冲洗 {volume}，轮到时自动补冲", en: "{zone} owes {volume} of clear water, which comes in its turn")
            return .init(at: nil, text: WireText(text.filled([
                "zone": tables.name(of: .zone(debt.zone)), "volume": debt.volume.text,
                "tag": Phrase(verbatim: tables.tag(of: .zone(debt.zone))),
            ])))
        }
    }
}
