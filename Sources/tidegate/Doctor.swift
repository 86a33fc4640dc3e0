import ArgumentParser
import Language
import LocalAPI

struct Doctor: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "doctor", abstract: Phrase(
            zh: "体检：控制器、守护、时钟、磁盘、总线、实时权限", en: "check-up: controller, guard, clock, disk, buses, real-time right").said)
    }

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let reply = try examined()
        if common.json { try say(json: reply) } else { Doctor.lines(reply).forEach { say($0) } }
        if reply.checks.first?.state == "bad" { throw ExitCode(ExitStatus.notReachable.rawValue) }
        if reply.checks.contains(where: { $0.state == "bad" }) { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    /// What the controller says of itself, under the line that says whether it answers at all.
    private func examined() throws -> DoctorReply {
        do {
            let reply: DoctorReply = try controller.client.get("doctor")
            let answers = DoctorReply.Check(check: "controller", state: "ok", text: WireText(Phrase(zh: "控制器在运行", en: "the controller runs")))
            return DoctorReply(checks: [answers] + reply.checks)
        } catch let refused as Refused {
            return DoctorReply(checks: [DoctorReply.Check(
                check: "controller", state: "bad", text: WireText(refused.what), remedy: refused.remedy.map { WireText($0) })])
        }
    }

    static func lines(_ reply: DoctorReply) -> [String] {
        reply.checks.flatMap { check in
            let (mark, colour): (Phrase, Colour) = switch check.state {
            case "ok": (Phrase(zh: "正常", en: "ok"), .good)
            case "warning": (Phrase(zh: "注意", en: "warn"), .warning)
            default: (Phrase(zh: "异常", en: "bad"), .bad)
            }
            let head = " " + padded(mark.said, to: 4) + "  ", under = padded("", to: displayWidth(head))
            return hung(head, check.text.phrase.said, colour) + (check.remedy.map { hung(under, "→ " + $0.phrase.said) } ?? [])
        }
    }
}
