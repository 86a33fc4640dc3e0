import Journal
import Language
import ProcessImage
import Quantities

/// Programs, what people ordered of them, and what is left of the quotas.
extension Context {
    /// Asks the ledger what was given; waits for the disk.
    func programsReply() throws -> ProgramsReply {
        let live = journal.live.snapshot()
        let next = nextStarts(ofPrograms: live.wall)
        return ProgramsReply(
            time: time(live.wall), programs: tables.programs.indices.map { program(ProgramIndex($0), live, next) },
            standing: standing(live), quotas: try quotas.indices.map { number throws in try quota(number, live.wall) })
    }

    private func program(_ program: ProgramIndex, _ live: LiveSnapshot, _ next: [ProgramIndex: Int64]) -> ProgramReply {
        let rules = programs.indices.contains(program.offset) ? programs[program.offset] : nil
        let orders = live.standing.filter { $0.subject == .program(program) }
        return ProgramReply(
            program: tables.label(of: .program(program)), starts: WireText(rules?.starts ?? Phrase(verbatim: "")),
            limits: rules?.limits.map { WireText($0) },
            zones: (rules?.gives ?? []).map { .init(zone: tables.label(of: $0.zone), gives: WireText($0.text)) },
            percent: (orders.first { $0.kind == .adjust }?.factor ?? 1) * 100,
            skipsNext: orders.contains { $0.kind == .skipNext }, nextStart: next[program].map { WireTime($0, tables.clock) })
    }

    private func nextStarts(ofPrograms wall: WallTime) -> [ProgramIndex: Int64] {
        var next: [ProgramIndex: Int64] = [:]
        for start in upcoming(wall.unixSeconds, wall.unixSeconds + 7 * 86_400) where next[start.program] == nil {
            next[start.program] = start.unixSeconds
        }
        return next
    }

    /// What stands, the whole site first.
    func standing(_ live: LiveSnapshot) -> [StandingReply] {
        live.standing.map { order in
            let end = order.until == .max ? nil : WireTime(order.until, tables.clock)
            return StandingReply(kind: "\(order.kind)", subject: tables.label(of: order.subject), until: end,
                                 text: WireText(text(of: order, until: end)))
        }
    }

    func text(of order: StandingOrder, until end: WireTime?) -> Phrase {
        let text = switch order.kind {
        case .pause: Phrase(zh: "{about} 暂停自动灌溉{until}", en: "{about} is paused{until}")
        case .rainDelay: Phrase(zh: "因雨停灌{until}", en: "rain delay{until}")
        case .skipNext: Phrase(zh: "程序 {about} 下一次不启动", en: "program {about} skips its next start")
        case .dosingOff: Phrase(zh: "{about} 施肥已停用", en: "dosing of {about} is disabled")
        case .adjust: Phrase(zh: "程序 {about} 按 {percent} % 给水", en: "program {about} gives {percent} % of its water")
        case .gateLevel, .gateFlow, .gateOpening, .gateHold: gateText(order, until: end)
        }
        let until = end.map { Phrase(zh: "，到 {at}", en: " until {at}").filled(["at": shortMoment($0)]) }
            ?? Phrase(zh: "，直到恢复", en: " until it is resumed")
        let percent = Phrase(order.factor * 100, decimals: 0)
        return text.filled(["about": tables.name(of: order.subject), "until": until, "percent": percent])
    }

    /// `11-23 06:31`
    func shortMoment(_ time: WireTime) -> Phrase {
        let text = time.description
        return Phrase(verbatim: text.dropFirst(5).prefix(5) + " " + text.dropFirst(11).prefix(5))
    }

    private func quota(_ number: Int, _ wall: WallTime) throws -> QuotaReply {
        let quota = quotas[number]
        let from = quota.beginning(tables.clock.local(unixSeconds: wall.unixSeconds).date)
            .map { tables.clock.unixSeconds(date: $0, time: .midnight) }
        let days = try from.map { try journal.totals(from: $0, to: wall.unixSeconds + 1) } ?? []
        let tag = quota.zone.map { tables.zones[$0.offset].tag }
        let used = days.filter { tag == nil || $0.zone == tag }.reduce(Volume.zero) { $0 + $1.volume }
        return QuotaReply(
            quota: WireLabel(tag: tables.quotas[number].tag, name: WireText(tables.quotas[number].name)),
            zone: quota.zone.map { tables.label(of: $0) }, limitM3: quota.limit.cubicMeters, usedM3: used.cubicMeters,
            leftM3: max(quota.limit.cubicMeters - used.cubicMeters, 0),
            since: from.map { String(WireTime($0, tables.clock).description.prefix(10)) })
    }
}
