import Language
import LocalAPI
import ProcessImage

/// The screen of `dose status`.
struct DosingScreen {
    let reply: DosingReply

    init(_ reply: DosingReply) { self.reply = reply }

    var lines: [String] {
        guard !reply.units.isEmpty else { return [Phrase(zh: "本站没有水肥机", en: "this site has no dosing unit").said] }
        return reply.units.flatMap { DosingScreen.headlines($0) + [""] + channels($0).lines + proposed($0) + [""] } + tanks.lines + debts
    }

    // MARK: Units

    /// A line or two for each unit: what it does and what its probes show. Also on `status`, for those that are not idle.
    static func headlines(_ unit: DosingUnitReply) -> [String] {
        var head = painted(unit.unit.name.phrase.said, .strong) + "  " + painted(unit.why.phrase.said, colour(unit))
        if let recipe = unit.recipe?.name.phrase.said {
            let zone = unit.zone.map { Phrase(zh: "，\($0.name.zh)", en: ", \($0.name.en)").said } ?? ""
            head += Phrase(zh: "（配方 \(recipe)\(zone)）", en: " (recipe \(recipe)\(zone))").said
        }
        if unit.phaseM3 > 0 { head += "  \(Format.number(unit.passedM3, decimals: 2))/\(Format.number(unit.phaseM3, decimals: 2)) m3" }
        let stopped = unit.stopped.map { ["  " + painted(Phrase(zh: "本次不再施肥：\($0.zh)", en: "no more in this run: \($0.en)").said, .warning)] } ?? []
        let disabled = unit.isDisabled ? ["  " + painted(Phrase(zh: "已停用；tidegate dose enable 恢复", en: "disabled; tidegate dose enable ends it").said, .warning)] : []
        return [head] + probes(unit) + stopped + disabled
    }

    private static func probes(_ unit: DosingUnitReply) -> [String] {
        var parts: [String] = []
        if let ec = unit.ecMsCm {
            let raw = unit.rawEcMsCm.map { Phrase(zh: "（原水 \(Format.number($0, decimals: 2))）", en: " (raw water \(Format.number($0, decimals: 2)))").said } ?? ""
            parts.append("EC \(Format.number(ec, decimals: 2))\(target(unit.ecTarget)) mS/cm\(raw)")
        }
        if let ph = unit.ph { parts.append("pH \(Format.number(ph, decimals: 2))\(target(unit.phTarget))") }
        return parts.isEmpty ? [] : ["  " + parts.joined(separator: "   ")]
    }

    private static func target(_ value: Double?) -> String { value.map { " → \(Format.number($0, decimals: 2))" } ?? "" }

    private static func colour(_ unit: DosingUnitReply) -> Colour? {
        guard let reason = DosingReason.allCases.first(where: { "\($0)" == unit.state }) else { return nil }
        return reason.isStop ? .bad : reason.isPause ? .warning : reason == .idle ? nil : .water
    }

    private func proposed(_ unit: DosingUnitReply) -> [String] {
        guard let found = unit.proposed else { return [] }
        let (lag, dead) = (Format.number(found.lagSeconds, decimals: 1), Format.number(found.deadTimeSeconds, decimals: 1))
        return ["  " + Phrase(zh: "\(found.loop) 整定结果：滞后 \(lag) s，纯延迟 \(dead) s；采用：tidegate dose tune --accept",
                              en: "tuning of \(found.loop) found a lag of \(lag) s and a dead time of \(dead) s; to keep it: tidegate dose tune --accept").said]
    }

    // MARK: Channels

    private func channels(_ unit: DosingUnitReply) -> Table {
        var table = Table([
            .text(zh: "肥路", en: "channel"), .text(zh: "母液桶", en: "tank"), .number(zh: "每方水 L", en: "L/m3"), .number(zh: "已出 L", en: "given L"),
            .number(zh: "计划", en: "planned"), .number(zh: "计量", en: "metered"), .number(zh: "24 h L", en: "24 h L"), .number(zh: "上限", en: "at most"),
            .text(zh: "标定", en: "calibrated"), .text(zh: "状态", en: "state"),
        ])
        for channel in unit.channels {
            table.add(
                Table.Cell(channel.channel.name.phrase), Table.Cell(channel.tank.name.phrase),
                Table.Cell(Format.number(channel.litersPerM3, decimals: 2)),
                Table.Cell(Format.number(channel.commandedL, decimals: 2)), Table.Cell(Format.number(channel.plannedL, decimals: 2)),
                Table.Cell(Format.number(channel.meteredL, decimals: 2)),
                Table.Cell(Format.number(channel.lastDayL, decimals: 1), nearCeiling(channel)),
                Table.Cell(Format.number(channel.mostPerDayL, decimals: 0)), Table.Cell(DosingScreen.calibrated(channel)),
                Table.Cell(state(channel), channel.isOn ? .water : channel.isDisabled ? .warning : nil))
        }
        return table
    }

    private func nearCeiling(_ channel: ChannelReply) -> Colour? {
        channel.mostPerDayL.flatMap { channel.lastDayL > $0 * 0.9 ? .warning : nil }
    }

    private func state(_ channel: ChannelReply) -> String {
        if channel.isDisabled { return Phrase(zh: "停用", en: "disabled").said }
        return channel.isOn ? Phrase(zh: "出肥", en: "on").said : channel.why.phrase.said
    }

    /// `300.0 L/h (20 Nov)`, or the nameplate's where nobody measured yet.
    static func calibrated(_ channel: ChannelReply) -> String {
        let rate = channel.litersPerHour.map { Format.number($0, decimals: 1, unit: "L/h") }
            ?? Format.number(channel.millilitersPerStroke, decimals: 3, unit: Phrase(zh: "mL/次", en: "mL/stroke").said)
        let when = channel.calibratedAt.map { Phrase(verbatim: Format.day($0)) } ?? Phrase(zh: "未标定", en: "never")
        return rate + Phrase(zh: "（\(when.zh)）", en: " (\(when.en))").said
    }

    // MARK: Tanks and debts

    private var tanks: Table { TankLevel.table(reply.tanks) }

    private var debts: [String] {
        guard !reply.debts.isEmpty else { return [] }
        return [""] + reply.debts.map { painted(" ! " + DosingScreen.text(of: $0), .warning) }
    }

    static func text(of debt: FlushDebtReply) -> String {
        let volume = Format.number(debt.volumeM3, decimals: 2, unit: "m3")
        return debt.waitsForPerson
            ? Phrase(zh: "\(debt.zone.name.zh) 欠冲洗 \(volume)，等人下令：tidegate dose flush \(debt.zone.tag)", en: "\(debt.zone.name.en) owes a flush of \(volume) and waits for a person: tidegate dose flush \(debt.zone.tag)").said
            : Phrase(zh: "\(debt.zone.name.zh) 欠冲洗 \(volume)，轮到时自动补", en: "\(debt.zone.name.en) owes a flush of \(volume), which comes in its turn").said
    }
}
