import ArgumentParser
import Language
import LocalAPI
import Quantities

/// `tidegate gate NAME level 1.2 m`: a person's set-point of a canal gate.
struct GateCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "gate", abstract: Phrase(
            zh: "给一座闸门定水位、流量或开度，停住，或恢复自动", en: "give a canal gate a level, a flow or an opening, hold it, or set it to auto").said,
            discussion: Phrase(
                zh: "例：tidegate gate 三号节制闸 level 1.2m --for 6h；gate gate-3 opening 30cm；gate gate-3 hold；gate gate-3 auto。到时自动恢复站点设定，缺省 24 小时；hold 不写时长就一直停着，每天提醒一次。读数丢失、锁定、水位下降限速和联锁都在它之上。可下达的范围见 tidegate gates。",
                en: "Examples: tidegate gate gate-3 level 1.2m --for 6h; gate gate-3 opening 30cm; gate gate-3 hold; gate gate-3 auto. It goes back to the site's own set-point by itself, after 24 h unless said; a hold without a time stands, and is told each day. Lost readings, locks, the speed of a falling level and the interlocks stand above it. What may be ordered: tidegate gates.").said)
    }

    @Argument(help: .said(zh: "闸门的标签或名称", en: "tag or name of the gate", valueName: Phrase(zh: "闸门", en: "gate")))
    var gate: String

    @Argument(help: .said(zh: "定什么：level 水位、flow 流量、opening 开度、hold 停住、auto 自动", en: "what: level, flow, opening, hold or auto",
                          valueName: Phrase(zh: "什么", en: "what")))
    var what: GateOrderWord

    @Argument(help: .said(zh: "多少，如 1.2m、0.8m3/s、30cm", en: "how much, such as 1.2m, 0.8m3/s, 30cm", valueName: Phrase(zh: "数值", en: "value")))
    var value: [String] = []

    @Option(name: .customLong("for"), help: .said(zh: "多长时间，如 6h、2d", en: "how long, such as 6h, 2d", valueName: Phrase(zh: "时长", en: "time")))
    var time: TimeSpan?

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let number = try base()
        let request = CommandRequest(
            .gate, forSeconds: time?.duration.seconds, subject: gate, what: what.rawValue, levelM: what == .level ? number : nil,
            flowM3s: what == .flow ? number.map { $0 / 3600 } : nil, openingM: what == .opening ? number : nil)
        try give(request, controller, json: common.json)
    }

    /// In the base unit of what is ordered; `nil` where there is nothing to say.
    private func base() throws -> Double? {
        let text = value.joined()
        switch what {
        case .hold, .auto:
            guard text.isEmpty, what == .hold || time == nil else {
                throw wrong(Phrase(zh: "\(what.rawValue) 后面不用写数值或时长", en: "\(what.rawValue) takes no value, and auto no time"), "hold")
            }
            return nil
        case .level, .opening:
            guard let length: Length = measured(text) else {
                throw wrong(Phrase(zh: "请写长度和单位", en: "give a length with its unit"), what == .level ? "level 1.2m" : "opening 30cm")
            }
            return length.meters
        case .flow:
            guard let flow: Flow = measured(text) else {
                throw wrong(Phrase(zh: "请写流量和单位", en: "give a flow with its unit"), "flow 0.8m3/s")
            }
            return flow.cubicMetersPerHour
        }
    }

    private func wrong(_ what: Phrase, _ example: String) -> Refused {
        Refused(.wrongUse, code: "gate-value", what, remedy: Phrase(zh: "例：tidegate gate \(gate) \(example)", en: "Example: tidegate gate \(gate) \(example)"))
    }
}

/// As people type it, in either language.
enum GateOrderWord: String, ExpressibleByArgument {
    case level, flow, opening, hold, auto

    init?(argument: String) {
        switch argument.lowercased() {
        case "level", "水位": self = .level
        case "flow", "流量": self = .flow
        case "opening", "开度": self = .opening
        case "hold", "停住", "停": self = .hold
        case "auto", "自动": self = .auto
        default: return nil
        }
    }
}

/// A number with its unit as people type it: `1.2m`, `30cm`, `0.8 m3/s`, `30厘米`. A bare number is refused.
func measured<Q: Quantity>(_ text: String) -> Q? {
    let names = ["米": "m", "厘米": "cm", "毫米": "mm", "m³/s": "m3/s", "m³/h": "m3/h", "方/秒": "m3/s", "方每秒": "m3/s", "方/小时": "m3/h"]
    guard let amount = SpelledAmount(text, digitsMost: 12), let unit = Unit(symbol: names[amount.unit] ?? amount.unit) else { return nil }
    return Q(amount.number, unit)
}
