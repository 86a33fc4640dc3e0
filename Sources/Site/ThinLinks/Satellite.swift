import BeiDou
import Language
import ProcessImage
import Quantities

/// `beidou:`: the terminal for short messages, whose card is the center's, and what goes.
extension SiteReader {
    func readBeiDou() {
        let keys = ["serial", "baud", "speaks", "card", "center", "bytes", "interval", "acknowledged-within", "alarms", "days"]
        guard let entry = fields["beidou"], let fields = entry.fields(keys) else { return }
        let due = Phrase(zh: "写上终端接的串口，如 serial: RS485-2。", en: "Name the terminal's port, such as serial: RS485-2.")
        let end = fields.required("serial", due).flatMap { lonelySerial($0, fields) }
        let speaks = Phrase(zh: "写 speaks: beidou-3（CCTCQ 指令），老终端写 beidou-2（CCTXA 指令）。",
                            en: "Write speaks: beidou-3 (CCTCQ), or beidou-2 for an old terminal (CCTXA).")
        let kind = fields.required("speaks", speaks)?.word(["beidou-2": TerminalKind.beidou2, "beidou-3": .beidou3])
        let center = fields.required("center", Phrase(zh: "写上中心的北斗卡号。", en: "Give the number of the center's card."))?.card()
        let card = fields["card"]?.card()
        if let card, card == center {
            fields["card"]?.refuse(Phrase(zh: "与中心的卡号相同。", en: "is the center's card."), Phrase(zh: "写本站终端里的卡。", en: "Give the card in this terminal."))
        }
        let bytesDue = Phrase(zh: "写上卡一次能发多少字节，如 bytes: 78；办卡时问清等级。",
                              en: "Give how many bytes the card sends at once, such as bytes: 78; ask which class it is.")
        let bytes = fields.required("bytes", bytesDue)?.integer(38...BeiDou.Limits.messageAtMost)
        let interval = fields["interval"]?.duration("1 s", "1 h", guess: "s") ?? .zero
        let within = fields["acknowledged-within"]?.duration("30 s", "30 min", guess: "min") ?? .minutes(3)
        let alarms = fields["alarms"]?.word(["all": SatelliteSheet.Alarms.all, "critical": .critical, "none": .none]) ?? .all
        let days = satelliteDays(fields["days"])
        if alarms == .none, fields["days"]?.isNone == true {
            entry.refuse(Phrase(zh: "报警和日报都不发，终端没有用处。", en: "neither alarms nor days go: the terminal has nothing to do."),
                         Phrase(zh: "打开一样，或删去 beidou。", en: "Let one of them go, or remove beidou."))
        }
        guard let end, let kind, let center, let bytes else { return }
        let plan = LinkPlan(kind: kind, center: center, bytesAtMost: bytes, interval: interval, acknowledgedWithin: within)
        satellite = plan.map { SatelliteSheet(end: end, plan: $0, card: card, alarms: alarms, daysAt: days) }
    }

    /// Absent: 06:00; `none`: no states of the day.
    private func satelliteDays(_ entry: Entry?) -> TimeOfDay? {
        guard let entry else { return TimeOfDay(hour: 6, minute: 0) }
        guard !entry.isNone, let word = entry.text() else { return nil }
        if let time = TimeOfDay(text: word) { return time }
        entry.refuse(Phrase(zh: "“\(quoted(word))”不是时刻。", en: "\"\(quoted(word))\" is no time of day."),
                     Phrase(zh: "写成 days: \"06:00\"，不发写 none。", en: "Write days: \"06:00\", or none."))
        return nil
    }
}

extension Entry {
    fileprivate func card() -> CardNumber? { integer(1...99_999_999).flatMap { CardNumber(UInt32(clamping: $0)) } }
}
