import Language

/// One program on a few lines: for `programs` and for `check`.
struct ProgramSheet {
    let name: Phrase
    var next: String?
    let starts: Phrase
    let limits: Phrase?
    /// In order.
    let gives: [(zone: Phrase, text: Phrase)]
    var adjusted: Phrase?

    var lines: [String] {
        let title = painted(name.said, .strong)
        let head = next.map { Phrase(zh: "\(title)  下次 \($0)", en: "\(title)  next \($0)").said } ?? title
        let rows = [
            (Phrase(zh: "启动", en: "starts"), starts), (Phrase(zh: "条件", en: "if"), limits),
            (Phrase(zh: "水量", en: "gives"), given), (Phrase(zh: "调整", en: "adjusted"), adjusted),
        ]
        return [head] + rows.flatMap { title, text in text.map { sheetRow(title, $0) } ?? [] }
    }

    /// Zones that get the same are told together.
    private var given: Phrase? {
        var groups: [(text: Phrase, zones: [Phrase])] = []
        for (zone, text) in gives {
            if groups.last?.text == text {
                groups[groups.count - 1].zones.append(zone)
            } else {
                groups.append((text, [zone]))
            }
        }
        guard !groups.isEmpty else { return nil }
        return Phrase(zh: groups.map { "\($0.zones.map(\.zh).joined(separator: "、")) \($0.text.zh)" }.joined(separator: "；"),
                      en: groups.map { "\($0.zones.map(\.en).joined(separator: ", ")): \($0.text.en)" }.joined(separator: "; "))
    }
}
