import Language

// What people and spreadsheets see of a season.
extension SeasonReport {
    func show(withPlan: Bool, seconds: Double) {
        if withPlan {
            planTable.lines.forEach { say($0) }
            say()
        }
        if !zones.isEmpty {
            zoneTable.withoutEmpty.lines.forEach { say($0) }
            say()
        }
        reasonLines.forEach { say($0) }
        for table in [recipeTable, cageTable, motorTable, waitTable] where !table.rows.isEmpty {
            table.withoutEmpty.lines.forEach { say($0) }
            say()
        }
        alertLines.forEach { say($0) }
        totals.flatMap { hung(" ", $0.said) }.forEach { say($0) }
        say(Phrase(zh: " 用时 \(Format.number(seconds, decimals: 1)) 秒", en: " took \(Format.number(seconds, decimals: 1)) s"))
    }

    private func name(_ number: Int) -> String { names[number].said }

    var zoneTable: Table {
        var table = Table([.text(zh: "分区", en: "zone"), .number(zh: "启动", en: "starts"), .number(zh: "灌了", en: "runs"), .number(zh: "天", en: "days"),
                           .number(zh: "水量 m3", en: "water m3"), .number(zh: "m3/亩", en: "m3/mu"), .number(zh: "mm", en: "mm"),
                           .number(zh: "雨 mm", en: "rain mm"), .number(zh: "用水 mm", en: "used mm"), .number(zh: "受旱天", en: "dry days")])
        for (number, zone) in zones.enumerated() {
            table.add(.init(name(number)), .init("\(zone.starts)"), .init("\(zone.runs)"), .init("\(zone.days)"),
                      .init(Format.number(zone.volumeM3, decimals: 1)), .init(Format.perMu(zone.volumeM3, areaM2: zone.areaM2)),
                      .init(Format.number(zone.depth, decimals: 0)), .init(Format.number(zone.rainMm, decimals: 0)),
                      .init(Format.number(zone.actualEtMm, decimals: 0)),
                      .init(zone.dryDays.map { "\($0)" } ?? "–", zone.dryDays ?? 0 > 0 ? .warning : nil))
        }
        return table
    }

    /// Zones that say the same are named together.
    var reasonGroups: [(zones: String, text: String)] {
        let comma = Phrase(zh: "，", en: ", ").said
        var groups: [(text: String, zones: [String])] = []
        for (number, zone) in zones.enumerated() where !zone.skipped.isEmpty || !zone.short.isEmpty {
            let skipped = zone.skipped.map(\.text).joined(separator: comma), short = zone.short.map(\.text).joined(separator: comma)
            let text = [
                skipped.isEmpty ? "" : Phrase(zh: "未灌：", en: "no water: ").said + skipped,
                short.isEmpty ? "" : Phrase(zh: "少灌：", en: "cut short: ").said + short,
            ].filter { !$0.isEmpty }.joined(separator: Phrase(zh: "；", en: "; ").said)
            if let place = groups.firstIndex(where: { $0.text == text }) {
                groups[place].zones.append(name(number))
            } else {
                groups.append((text, [name(number)]))
            }
        }
        return groups.map { (zones: $0.zones.joined(separator: comma), text: $0.text) }
    }

    private var reasonLines: [String] {
        let lines = reasonGroups.flatMap { hung(" ", $0.zones).map { painted($0, .strong) } + hung("   ", $0.text) }
        return lines.isEmpty ? [] : lines + [""]
    }

    private var totals: [Phrase] {
        let runs = zones.reduce(0) { $0 + $1.runs }, starts = zones.reduce(0) { $0 + $1.starts }
        let total = Format.number(totalM3, decimals: 1), wash = Format.number(backwashM3, decimals: 1)
        let other = Format.number(otherM3, decimals: 1)
        guard !zones.isEmpty else { return [Phrase(zh: "从 \(from) 起 \(days) 天", en: "\(days) days from \(from)"), weatherWords] }
        return [Phrase(zh: "从 \(from) 起 \(days) 天：\(starts) 次决定，灌 \(runs) 次，共 \(total) m3；另冲洗过滤器 \(wash) m3，其他 \(other) m3",
                       en: "\(days) days from \(from): \(starts) decisions, \(runs) runs, \(total) m3; besides, filters \(wash) m3, other \(other) m3"),
                weatherWords]
    }

    var weatherWords: Phrase {
        switch weather {
        case "station": Phrase(zh: "天气表当气象站", en: "the weather played the station")
        case "forecast": Phrase(zh: "天气表只当预报（没有气象站：蒸散不高于月均、雨不少于月均）", en: "the weather played the forecast (no station: no more ET and no less rain than the averages)")
        case "typical": Phrase(zh: "按平常年景，没有用天气表", en: "a typical year: no weather file was given")
        default: Phrase(zh: "站点不用天气", en: "the site uses no weather")
        }
    }

    private var planTable: Table {
        var table = Table([.text(zh: "时间", en: "time"), .text(zh: "程序", en: "program"), .text(zh: "分区", en: "zone"), .number(zh: "m3", en: "m3"), .text(zh: "依据", en: "reasons")])
        for step in plan {
            table.add(.init(step.time), .init(step.program), .init(step.zone), .init(Format.number(step.volumeM3, decimals: 2)),
                      .init(step.text))
        }
        return table
    }

    // MARK: For spreadsheets

    var zoneRows: [[String]] {
        let header = ["zone", "starts", "runs", "days", "volume_m3", "m3_per_mu", "depth_mm", "rain_mm", "et_mm", "dry_days", "skipped",
                      "short"]
        return [header] + zones.map { zone in
            [zone.tag, "\(zone.starts)", "\(zone.runs)", "\(zone.days)", Format.number(zone.volumeM3, decimals: 3),
             Format.perMu(zone.volumeM3, areaM2: zone.areaM2), Format.number(zone.depth, decimals: 1),
             Format.number(zone.rainMm, decimals: 1), Format.number(zone.actualEtMm, decimals: 1), zone.dryDays.map { "\($0)" } ?? "",
             zone.skipped.map(\.text).joined(separator: "; "), zone.short.map(\.text).joined(separator: "; ")]
        }
    }

    var planRows: [[String]] {
        [["time", "program", "zone", "volume_m3", "outcome", "reasons"]] + plan.map {
            [$0.time, $0.program, $0.zone, Format.number($0.volumeM3, decimals: 3), $0.outcome ?? "", $0.text]
        }
    }
}
