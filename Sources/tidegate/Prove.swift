import ArgumentParser
import Language
import LocalAPI
import Quantities

/// `tidegate prove OUTPUT`: the output is moved for a moment, what is seen is told, and a person says whether it was right.
struct Prove: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "prove",
            abstract: Phrase(zh: "装机验证：动一个输出，现场看对不对，记下来", en: "move one output, see on the spot that it is right, keep the record").said,
            discussion: Phrase(
                zh: "不写输出时列出哪些已验证。先主阀，再一只分区阀，再水泵，然后其余各阀。接线或板上的线一改，就要重做。",
                en: "Without an output: which are proven. First the master valve, then one zone's valve, then the pump, then the other valves. What is wired anew has to be proven anew.").said)
    }

    @Argument(help: .said(zh: "输出的标签，或肥路的标签、名称", en: "tag of the output, or tag or name of a dosing channel", valueName: Phrase(zh: "输出", en: "output")))
    var output: String?

    @Option(name: .customLong("for"), help: .said(zh: "开多长时间，如 20s；至多 5 分钟（缺省 20s）", en: "how long it is on, such as 20s; at most 5 min (default: 20s)",
                                                  valueName: Phrase(zh: "时长", en: "time")))
    var time: TimeSpan?

    private var duration: Duration { time?.duration ?? .seconds(20) }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply: ProofsReply = try controller.client.get("proofs")
        guard let output else {
            if common.json { return try say(json: reply) }
            return Prove.lines(reply).forEach { say($0) }
        }
        let named = try self.output(named: output, reply)
        guard let before = reply.outputs.first(where: { $0.output.tag == named }) else {
            throw Refused.unknown(Phrase(zh: "输出", en: "output"), code: "unknown-output", output, among: reply.outputs.map(\.output.tag))
        }
        try confirm(Phrase(zh: "\(named) 接在 \(before.wiring)。请到能看见它的地方。现在动它吗？[y/N] ", en: "\(named) is wired to \(before.wiring). Stand where it can be seen. Move it now? [y/N] "),
                    remedy: Prove.needsSomebody)
        try giveStep(CommandRequest(.prove, forSeconds: duration.seconds, subject: named), controller, json: common.json)
        try judge(named, try watch(named, before))
    }

    private static let needsSomebody = Phrase(zh: "要有人在终端前回答看到了什么", en: "Somebody has to answer at a terminal what was seen")

    /// A dosing channel is proven by its output.
    private func output(named text: String, _ reply: ProofsReply) throws -> String {
        if reply.outputs.contains(where: { $0.output.tag == text }) { return text }
        guard let dosing = try? controller.client.get("dosing") as DosingReply else { return text }
        return dosing.units.flatMap(\.channels).first { $0.channel.isNamed(text) }?.output ?? text
    }

    /// Tells each second what is seen, until the time is up.
    private func watch(_ output: String, _ before: ProofReply) throws -> Seen {
        var seen = Seen(before)
        let clock = ContinuousClock()
        let end = clock.now + duration + .seconds(1)
        while clock.now < end {
            let reply: ProofsReply = try controller.client.get("proofs")
            if let now = reply.outputs.first(where: { $0.output.tag == output }) {
                seen.take(now)
                remark("  " + seen.line(now), json: common.json)
            }
            pause(.seconds(1))
        }
        return seen
    }

    private func judge(_ output: String, _ seen: Seen) throws {
        guard seen.moved else {
            throw Refused(.failed, code: "did-not-move", Phrase(zh: "\(output) 没有动，未记录", en: "\(output) was not moved; nothing was recorded"),
                          remedy: Phrase(zh: "看原因：tidegate io", en: "See why: tidegate io"))
        }
        try confirm(Phrase(zh: "命令它开时它开了，命令它关时它关了吗？[y/N] ", en: "Did it open (or run) when it was told to, and only then? [y/N] "),
                    remedy: Prove.needsSomebody,
                    declined: Phrase(zh: "未验证。查接线、极性与线名，再来一次", en: "not proven. Look at wires, polarity and the line's name, then try again"))
        try give(CommandRequest(.confirmProof, subject: output, seen: seen.text), controller, json: common.json)
    }

    static func lines(_ reply: ProofsReply) -> [String] {
        var table = Table([.text(zh: "输出", en: "output"), .text(zh: "接线", en: "wiring"), .text(zh: "验证", en: "proven"), .text(zh: "何人", en: "by")])
        for output in reply.outputs {
            let proven = output.isProven ? output.provenAt?.description ?? Phrase(zh: "是", en: "yes").said : Phrase(zh: "未", en: "no").said
            table.rows.append([Table.Cell(output.output.tag), Table.Cell(output.wiring),
                               Table.Cell(proven, output.isProven || !reply.required ? nil : .warning), Table.Cell(output.provenBy ?? "")])
        }
        let note = reply.required ? [] : ["", Phrase(zh: "本站点不要求验证（commissioning: off 或模拟板）", en: "this site does not ask for it (commissioning: off, or a simulated board)").said]
        return table.lines + note
    }
}

/// What was seen while an output was on trial.
private struct Seen {
    private let before: ProofReply
    private var most: ProofReply
    private(set) var moved = false

    init(_ before: ProofReply) {
        self.before = before
        most = before
    }

    mutating func take(_ now: ProofReply) {
        if now.isOn != before.isOn { moved = true }
        most.flowM3h = [most.flowM3h, now.flowM3h].compactMap(\.self).max()
        most.pressureKPa = [most.pressureKPa, now.pressureKPa].compactMap(\.self).max()
        most.differs = most.differs || now.differs
    }

    func line(_ now: ProofReply) -> String {
        let level = Words.level(now.isOn, of: now.kind).said
        let flow = now.flowM3h.map { " " + Format.number($0, decimals: 1, unit: "m3/h") } ?? ""
        let pressure = now.pressureKPa.map { " " + Format.number($0, decimals: 0, unit: "kPa") } ?? ""
        return level + flow + pressure + (now.isOn == before.isOn ? " (" + now.why.phrase.said + ")" : "")
    }

    /// For the record; English, as the audit is.
    var text: String {
        var parts = [most.differs ? "read back otherwise" : "read back as told"]
        if let most = most.flowM3h { parts.append(change("flow", before.flowM3h, most, "m3/h", decimals: 1)) }
        if let most = most.pressureKPa { parts.append(change("pressure", before.pressureKPa, most, "kPa", decimals: 0)) }
        return parts.joined(separator: ", ")
    }

    private func change(_ what: String, _ before: Double?, _ most: Double, _ unit: String, decimals: Int) -> String {
        "\(what) \(Format.number(before, decimals: decimals)) to \(Format.number(most, decimals: decimals, unit: unit))"
    }
}
