import Language
import ProcessImage
import Quantities
import SL651

/// `water-bureau:`: who this station is, what it reports, and to which centers (SL 651-2014).
extension SiteReader {
    private static let bureauKeys = ["station", "category", "centers", "elements", "timed", "hourly", "extra-apart"]
    /// A station speaks to four centers at most. Source: SL 651-2014, table D.1.
    private static let centersAtMost = 4

    func readWaterBureau() {
        guard let entry = fields["water-bureau"], let fields = entry.fields(Self.bureauKeys) else { return }
        let elements = bureauElements(fields)
        let report = BureauReport(
            station: bureauStation(fields), category: bureauCategory(fields), elements: elements, timedHours: timedHours(fields["timed"]),
            hourly: fields["hourly"].flatMap { hourlySets($0, elements) },
            extraApart: fields["extra-apart"]?.duration("1 min", "24 h", guess: "min") ?? .minutes(1))
        let due = Phrase(zh: "写成 centers: { 标识: { center: 1, password: \"1234\", host: 10.1.2.3, port: 5000 } }。",
                         en: "Write centers: { TAG: { center: 1, password: \"1234\", host: 10.1.2.3, port: 5000 } }.")
        let centers = fields.required("centers", due)?.tagged() ?? []
        if centers.count > Self.centersAtMost {
            entry.refuse(Phrase(zh: "有 \(centers.count) 个中心站，规约最多 4 个。", en: "has \(centers.count) centers; the standard knows 4 at most."),
                         Phrase(zh: "删去多余的。", en: "Remove some."))
        }
        for (tag, entry) in centers.prefix(Self.centersAtMost) { readCenter(tag, entry, report) }
    }

    // MARK: The station

    private func bureauStation(_ fields: Fields) -> StationAddress? {
        let due = Phrase(zh: "写上水利部门给的遥测站地址，如 station: \"0012345678\"。",
                         en: "Give the station's address from the bureau, such as station: \"0012345678\".")
        guard let entry = fields.required("station", due), let word = entry.text() else { return nil }
        if let address = StationAddress(word) { return address }
        entry.refuse(Phrase(zh: "“\(quoted(word))”不是遥测站地址：应为 10 位十六进制数字，不能全是 0。",
                            en: "\"\(quoted(word))\" is no station address: it has 10 hexadecimal digits, not all 0."), due)
        return nil
    }

    private func bureauCategory(_ fields: Fields) -> UInt8? {
        let due = Phrase(zh: "写上测站类别，如 category: soil-moisture。", en: "Give the kind of station, such as category: soil-moisture.")
        return fields.required("category", due)?.word([
            "soil-moisture": 0x4D, "river": 0x48, "reservoir": 0x4B, "gate": 0x5A, "pump-station": 0x44, "intake": 0x49, "outfall": 0x4F,
            "groundwater": 0x47, "water-quality": 0x51, "rain": 0x50, "tide": 0x54,
        ])
    }

    /// Hours between timed reports. Absent: 1; `none`: no timed reports.
    private func timedHours(_ entry: Entry?) -> Int? {
        guard let entry else { return 1 }
        guard !entry.isNone, let time = entry.duration("1 h", "24 h", guess: "h") else { return nil }
        let hours = time.seconds / 3600
        if let whole = Int(exactly: hours), 24 % whole == 0 { return whole }
        entry.refuse(Phrase(zh: "定时报间隔只能是 1、2、3、4、6、8、12、24 h。", en: "timed reports are 1, 2, 3, 4, 6, 8, 12 or 24 h apart."),
                     Phrase(zh: "改为其中之一，或 none。", en: "Take one of them, or none."))
        return nil
    }

    private func hourlySets(_ entry: Entry, _ elements: [BureauElement]) -> HourlySets? {
        guard !entry.isNone, let fields = entry.fields(["rain", "level", "level-base"]) else { return nil }
        let rain = fields["rain"].flatMap { one(of: elements, $0, Phrase(zh: "雨量要素 PT", en: "PT, rain in all")) { $0.id == .rainTotal } }
        let level = fields["level"].flatMap {
            one(of: elements, $0, Phrase(zh: "一个水位要素，如 Z", en: "a level, such as Z")) { $0.unit?.dimension == .length }
        }
        if let base = fields["level-base"], fields["level"] == nil {
            base.refuse(Phrase(zh: "没有 level，基值没有用处。", en: "there is no level for it."), Phrase(zh: "补上 level，或删去它。", en: "Name the level, or remove it."))
        }
        return HourlySets(rain: rain, level: level, levelBase: fields["level-base"]?.base("-500 m", "9000 m", guess: "m") ?? 0)
    }

    private func one(of elements: [BureauElement], _ entry: Entry, _ what: Phrase, _ fits: (ElementTable.Row) -> Bool) -> Int? {
        guard let code = entry.text() else { return nil }
        if let index = elements.firstIndex(where: { $0.row.code == code }), fits(elements[index].row) { return index }
        if ElementTable.row(code: code).map(fits) == true {
            entry.refuse(Phrase(zh: "elements 里没有 \(code)。", en: "\(code) is not among the elements."),
                         Phrase(zh: "在 elements 里写上它取自哪个测点。", en: "Say under elements which point it comes from."))
        } else {
            entry.refuse(Phrase(zh: "“\(quoted(code))”不行：这里要\(what.zh)。", en: "\(quoted(code)) cannot be it: this is \(what.en)."),
                         Phrase(zh: "写要素代码。", en: "Write the element's code."))
        }
        return nil
    }

    // MARK: A center

    private func readCenter(_ tag: String, _ entry: Entry, _ report: BureauReport) {
        let keys = ["center", "password", "host", "port", "serial", "baud", "form", "mode", "answer-within", "heartbeat", "frame"]
        guard let fields = entry.fields(keys) else { return }
        let addressDue = Phrase(zh: "写上中心站地址，如 center: 1。", en: "Give the center's address, such as center: 1.")
        let center = fields.required("center", addressDue)?.integer(1...255)
        let password = bureauPassword(fields)
        let (line, foundEnd) = (bureauLine(fields), linkEnd(fields))
        guard let end = foundEnd, let center, let password, let station = report.station, let category = report.category else { return }
        let identity = StationPlan.Identity(station: station, center: UInt8(clamping: center), password: password, category: category,
                                            version: "Tidegate \(label.tag)")
        do {
            let plan = try StationPlan(identity: identity, line: line, points: report.elements.map(\.reported), clock: clock,
                                       timedHours: report.timedHours, hourly: report.hourly, extraApart: report.extraApart)
            waterBureau.append(BureauSheet(tag: tag, end: end, plan: plan, sources: report.elements.map(\.source)))
        } catch {
            if self.report.isClean { entry.refuse(error.phrase, Phrase(zh: "见 docs/sl651.zh.md。", en: "See docs/sl651.md.")) }
        }
    }

    private func bureauPassword(_ fields: Fields) -> UInt16? {
        let due = Phrase(zh: "写上 4 位十六进制密码，如 password: \"1234\"。", en: "Give its 4 hexadecimal digits, such as password: \"1234\".")
        guard let entry = fields.required("password", due), let word = entry.text() else { return nil }
        if word.utf8.count == 4, word.allSatisfy(\.isHexDigit), let password = UInt16(word, radix: 16) { return password }
        entry.refuse(Phrase(zh: "密码应为 4 位十六进制数字。", en: "a password has 4 hexadecimal digits."), due)
        return nil
    }

    private func linkEnd(_ fields: Fields) -> LinkEnd? {
        if let serial = fields["serial"] {
            for key in ["host", "port"] {
                fields[key]?.refuse(Phrase(zh: "已写了串口 serial。", en: "there is a serial port already."),
                                    Phrase(zh: "二者留一。", en: "Keep one of the two."))
            }
            return lonelySerial(serial, fields)
        }
        fields["baud"]?.refuse(Phrase(zh: "网络没有波特率。", en: "a network has no baud."), Phrase(zh: "请删除，或写 serial。", en: "Remove it, or name a serial port."))
        let due = Phrase(zh: "写 host 与 port，或 serial 与 baud。", en: "Give host and port, or serial and baud.")
        let (host, port) = (fields.required("host", due)?.host(), fields.required("port", due)?.integer(1...65_535))
        guard let host, let port else { return nil }
        return .tcp(host: host, port: UInt16(clamping: port))
    }

    private func bureauLine(_ fields: Fields) -> StationPlan.Line {
        let form = fields["form"]?.word(["hex": FrameForm.hex, "ascii": .ascii]) ?? .hex
        let isConfirmed = fields["mode"]?.word(["M1": false, "M2": true]) ?? true
        let within = fields["answer-within"]?.duration("1 s", "600 s", guess: "s")
        if !isConfirmed, let entry = fields["answer-within"] {
            entry.refuse(Phrase(zh: "M1 模式没有应答。", en: "in mode M1 nobody answers."), Phrase(zh: "删去它，或用 mode: M2。", en: "Remove it, or write mode: M2."))
        }
        let beat = fields["heartbeat"].map { $0.isNone ? nil : $0.duration("1 s", "255 s", guess: "s") } ?? .seconds(40)
        return StationPlan.Line(form: form, answerWithin: isConfirmed ? within ?? .seconds(30) : nil, isKept: true, heartbeat: beat,
                                frameAtMost: fields["frame"]?.integer(80...4096) ?? 256)
    }
}

/// What of `water-bureau:` holds for every center.
private struct BureauReport {
    let station: StationAddress?
    let category: UInt8?
    let elements: [BureauElement]
    let timedHours: Int?
    let hourly: HourlySets?
    let extraApart: Duration
}
