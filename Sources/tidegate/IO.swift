import ArgumentParser
import Language
import LocalAPI

struct IO: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "io", abstract: Phrase(
            zh: "全部输出与输入：当前、安全状态、原因、谁保租约", en: "every output and input: level, safe state, cause, who holds its lease").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: IOReply = try controller.client.get("io")
        if common.json { return try say(json: reply) }
        IO.lines(reply).forEach { say($0) }
    }

    static func lines(_ reply: IOReply) -> [String] {
        var outputs = Table([
            .text(zh: "输出", en: "output"), .text(zh: "类型", en: "kind"), .text(zh: "现在", en: "now"), .text(zh: "安全", en: "safe"),
            .text(zh: "接线", en: "wiring"), .text(zh: "租约", en: "lease"), .text(zh: "上限", en: "at most"), .text(zh: "原因", en: "cause"),
        ])
        for output in reply.outputs { outputs.rows.append(cells(output)) }
        var inputs = Table([
            .text(zh: "输入", en: "input"), .text(zh: "名称", en: "name"), .number(zh: "现在", en: "now"), .text(zh: "单位", en: "unit"),
            .text(zh: "质量", en: "quality"), .text(zh: "接线", en: "wiring"),
        ])
        var setpoints = Table([
            .text(zh: "给定", en: "set-point"), .text(zh: "类型", en: "kind"), .number(zh: "现在", en: "now"), .text(zh: "单位", en: "unit"),
            .number(zh: "安全", en: "safe"), .text(zh: "范围", en: "range"), .text(zh: "属于", en: "of"), .text(zh: "接线", en: "wiring"),
            .text(zh: "租约", en: "lease"), .text(zh: "原因", en: "cause"),
        ])
        for setpoint in reply.setpoints { setpoints.rows.append(cells(setpoint)) }
        for input in reply.inputs { inputs.rows.append(cells(input)) }
        return (reply.outputs.isEmpty ? [] : outputs.lines) + (reply.setpoints.isEmpty ? [] : [""] + setpoints.lines)
            + (reply.inputs.isEmpty ? [] : [""] + inputs.lines)
    }

    private static func cells(_ output: IOReply.Output) -> [Table.Cell] {
        let isSafe = output.isOn == output.safeIsOn
        let lease = output.leaseSeconds.map { " " + Format.number($0, decimals: 1, unit: "s") } ?? ""
        return [
            Table.Cell(output.output.tag), Table.Cell(Words.outputKind(output.kind)),
            Table.Cell(Words.level(output.isOn, of: output.kind), isSafe ? nil : .water),
            Table.Cell(Words.level(output.safeIsOn, of: output.kind)), Table.Cell(output.wiring),
            Table.Cell(Words.leaseHolder(output.leaseHolder).said + lease, output.leaseHolder == "nobody" ? .warning : nil),
            Table.Cell(Format.span(output.maximumOnSeconds)),
            Table.Cell(output.fault?.phrase.said ?? (isSafe ? "" : output.why.phrase.said), output.fault == nil ? nil : .bad),
        ]
    }

    private static func cells(_ setpoint: IOReply.Setpoint) -> [Table.Cell] {
        func number(_ value: Double?) -> String { value.map { Format.number($0, decimals: setpoint.decimals) } ?? "–" }
        let isSafe = setpoint.value == setpoint.safe
        return [
            Table.Cell(setpoint.setpoint.tag), Table.Cell(Words.setpointKind(setpoint.kind)),
            Table.Cell(number(setpoint.value), isSafe ? nil : .water), Table.Cell(setpoint.unit), Table.Cell(number(setpoint.safe)),
            Table.Cell("\(number(setpoint.least)) .. \(number(setpoint.most))"), Table.Cell(setpoint.output ?? "–"),
            Table.Cell(setpoint.wiring),
            Table.Cell(Words.leaseHolder(setpoint.leaseHolder), setpoint.leaseHolder == "nobody" ? .warning : nil),
            Table.Cell(setpoint.fault?.phrase.said ?? (isSafe ? "" : setpoint.why.phrase.said), setpoint.fault == nil ? nil : .bad),
        ]
    }

    private static func cells(_ input: IOReply.Input) -> [Table.Cell] {
        let point = input.input
        let reason = point.quality == "good" ? "" : " " + point.reasonText.phrase.said
        return [
            Table.Cell(point.point.tag), Table.Cell(point.point.name.phrase.said), Table.Cell(Points.reading(point)),
            Table.Cell(point.unit), Table.Cell(Words.quality(point.quality).said + reason, .of(quality: point.quality)),
            Table.Cell(input.wiring),
        ]
    }
}
