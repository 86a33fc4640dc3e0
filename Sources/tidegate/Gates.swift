import ArgumentParser
import Language
import LocalAPI

struct Gates: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "gates", abstract: Phrase(
            zh: "各座闸门：水位、流量、设定从哪来、在做什么、为什么不动", en: "every canal gate: level, flow, where its set-point comes from, what it does or why it holds").said,
            discussion: Phrase(zh: "改设定：tidegate gate --help；来龙去脉：tidegate why 闸门", en: "To order another set-point: tidegate gate --help. What led to it: tidegate why GATE").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: GatesReply = try controller.client.get("gates")
        if common.json { return try say(json: reply) }
        guard !reply.gates.isEmpty else { return say(Phrase(zh: "本站没有闸门", en: "this site has no canal gates")) }
        for (number, gate) in reply.gates.enumerated() {
            if number > 0 { say() }
            GateSheet(gate: gate, now: reply.time).lines.forEach { say($0) }
        }
    }
}

/// One gate on a few lines.
struct GateSheet {
    let gate: GateReply
    let now: WireTime

    var lines: [String] {
        let title = painted(gate.gate.title, .strong)
        let rows: [(Phrase, Phrase?)] = [
            (Phrase(zh: "跳停", en: "tripped"), gate.trip?.phrase), (Phrase(zh: "设定", en: "set by"), source),
            (Phrase(zh: "水位", en: "levels"), levels), (Phrase(zh: "开度", en: "opening"), opening),
            (Phrase(zh: "动作", en: "moves"), moves), (Phrase(zh: "会锁定", en: "locked in"), locks),
            (Phrase(zh: "可下达", en: "may order"), mayOrder),
        ]
        return ["\(title)  \(painted(gate.why.phrase.said, .of(gate: gate.state)))"] + rows.flatMap { title, text in
            text.map { sheetRow(title, $0) } ?? []
        }
    }

    private var source: Phrase {
        guard gate.from == "person" else { return Phrase(zh: "站点文件：\(gate.own.zh)", en: "the site file: \(gate.own.en)") }
        let sets = GateWords.setpoint(gate)
        let end = gate.until.map { Format.moment($0, now: now) }
        let until = end.map { Phrase(zh: "，到 \($0)", en: " until \($0)") } ?? Phrase(zh: "，直到 gate auto", en: " until gate auto")
        return Phrase(zh: "人工：\(sets.zh)\(until.zh)；站点文件：\(gate.own.zh)", en: "a person: \(sets.en)\(until.en); the site file: \(gate.own.en)")
    }

    private var levels: Phrase {
        let above = GateWords.meters(gate.upstreamM)
        let below = gate.downstreamM.map { GateWords.meters($0) }
        let steered = gate.steersForM.flatMap { steered in
            gate.setpointM.map { abs($0 - steered) >= 0.01 } ?? false ? Format.number(steered, decimals: 2, unit: "m") : nil
        }
        let zh = [below.map { "闸后 \($0)" }, "闸前 \(above)", steered.map { "先缓降到 \($0)" }].compactMap(\.self)
        let en = [below.map { "\($0) below" }, "\(above) above", steered.map { "led down slowly, now to \($0)" }].compactMap(\.self)
        return Phrase(zh: zh.joined(separator: "，"), en: en.joined(separator: ", "))
    }

    private var opening: Phrase {
        let now = GateWords.centimeters(gate.openingM)
        let target = gate.targetOpeningM.map { GateWords.centimeters($0) }
        let flow = Format.number(gate.flowM3s, decimals: 2, unit: "m3/s")
        let how = gate.flowIsMetered ? Phrase(zh: "流量计", en: "metered") : Phrase(zh: "按闸孔公式", en: "by its equation")
        let to = target.map { $0 == now ? Phrase(verbatim: "") : Phrase(zh: "，应开 \($0)", en: ", should be \($0)") } ?? Phrase(verbatim: "")
        return Phrase(zh: "\(now)\(to.zh)；流量 \(flow)（\(how.zh)）", en: "\(now)\(to.en); flow \(flow) (\(how.en))")
    }

    private var moves: Phrase {
        let rest = gate.restSeconds > 0 ? Format.span(gate.restSeconds) : nil
        let wait = rest.map { Phrase(zh: "；再动要等 \($0)", en: "; may move again in \($0)") } ?? Phrase(verbatim: "")
        return Phrase(zh: "本小时 \(gate.movesLastHour) 次，24 小时 \(gate.movesLastDay) 次，至多 \(gate.movesPerDay) 次\(wait.zh)",
                      en: "\(gate.movesLastHour) this hour, \(gate.movesLastDay) in 24 h, at most \(gate.movesPerDay)\(wait.en)")
    }

    private var locks: Phrase? {
        guard !gate.locks.isEmpty else { return nil }
        return Phrase(zh: gate.locks.map(\.zh).joined(separator: "；"), en: gate.locks.map(\.en).joined(separator: "; "))
    }

    private var mayOrder: Phrase {
        let bounds = gate.mayOrder
        func range(_ low: Double, _ high: Double, _ decimals: Int) -> String {
            "\(Format.number(low, decimals: decimals)) .. \(Format.number(high, decimals: decimals))"
        }
        let flow = range(bounds.leastFlowM3s, bounds.mostFlowM3s, 2)
        let opening = range(bounds.leastOpeningM * 100, bounds.mostOpeningM * 100, 0)
        let level = bounds.leastLevelM.flatMap { low in bounds.mostLevelM.map { range(low, $0, 2) } }
        return Phrase(zh: (level.map { "水位 \($0) m，" } ?? "") + "流量 \(flow) m3/s，开度 \(opening) cm",
                      en: (level.map { "level \($0) m, " } ?? "") + "flow \(flow) m3/s, opening \(opening) cm")
    }
}

/// The gates on the screen of `status` and `watch`.
struct GateTable {
    let gates: [GateReply]
    let now: WireTime

    var lines: [String] {
        var table = Table([
            .text(zh: "闸门", en: "gate"), .text(zh: "状态", en: "state"), .number(zh: "水位", en: "level"), .number(zh: "设定", en: "set-point"),
            .number(zh: "开度", en: "opening"), .number(zh: "流量", en: "flow"), .text(zh: "原因", en: "why"),
        ])
        for gate in gates {
            table.add(
                Table.Cell(gate.gate.name.phrase.said), Table.Cell(GateWords.state(gate.state), .of(gate: gate.state)),
                Table.Cell(GateWords.meters(gate.keeps == "upstream" ? gate.upstreamM : gate.downstreamM ?? gate.upstreamM)),
                Table.Cell(GateWords.setpoint(gate)), Table.Cell(GateWords.centimeters(gate.openingM)),
                Table.Cell(Format.number(gate.flowM3s, decimals: 2, unit: "m3/s")), Table.Cell(why(gate)))
        }
        return table.lines
    }

    private func why(_ gate: GateReply) -> String {
        let text = gate.trip?.phrase.said ?? gate.why.phrase.said
        guard gate.from == "person", gate.until != nil || gate.keeps != "hold" else { return text }
        let end = gate.until.map { Format.moment($0, now: now) }
        let byHand = end.map { Phrase(zh: "人工，到 \($0)", en: "by hand until \($0)") } ?? Phrase(zh: "人工", en: "by hand")
        return "\(text)\(Phrase(zh: "；", en: "; ").said)\(byHand.said)"
    }
}

/// Short words and figures of gates.
enum GateWords {
    static func meters(_ value: Double?) -> String { Format.number(value, decimals: 2, unit: "m") }
    static func centimeters(_ meters: Double?) -> String { Format.number(meters.map { $0 * 100 }, decimals: 1, unit: "cm") }

    static func setpoint(_ gate: GateReply) -> Phrase {
        switch gate.keeps {
        case "hold": Phrase(zh: "停住", en: "hold")
        case "opening": Phrase(zh: "开度 \(centimeters(gate.setpointM))", en: "open \(centimeters(gate.setpointM))")
        case "flow": Phrase(verbatim: Format.number(gate.setpointM3s, decimals: 2, unit: "m3/s"))
        default: Phrase(verbatim: meters(gate.setpointM))
        }
    }

    static func state(_ name: String) -> Phrase {
        switch name {
        case "moving": Phrase(zh: "调闸中", en: "moving")
        case "settled": Phrase(zh: "到位", en: "in place")
        case "resting": Phrase(zh: "等待", en: "rests")
        case "falling": Phrase(zh: "缓降", en: "falls slowly")
        case "blocked": Phrase(zh: "被挡住", en: "blocked")
        case "movesUsedUp": Phrase(zh: "次数用完", en: "no moves left")
        case "heldByHand": Phrase(zh: "人工停", en: "held by hand")
        case "ice", "silt", "dateUnknown": Phrase(zh: "锁定", en: "locked")
        case "levelUnknown", "positionUnknown", "flowUnknown": Phrase(zh: "停在原位", en: "holds")
        default: Phrase(verbatim: name)
        }
    }
}

extension Colour {
    static func of(gate state: String) -> Colour? {
        switch state {
        case "moving": .water
        case "settled", "resting": nil
        case "levelUnknown", "positionUnknown", "flowUnknown": .bad
        default: .warning
        }
    }
}
