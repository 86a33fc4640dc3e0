import Control
import Field
import Interlocks
import Language
import ProcessImage
import Quantities
import Scan
import Site

/// What a site in order comes to, on about a screen.
struct SiteSummary {
    private let site: Site
    private var tables: SiteTables { site.tables }

    init(_ site: Site) { self.site = site }

    func show() {
        say(heading)
        say(counts)
        show(outputs, unless: tables.outputs.isEmpty)
        show(setpoints, unless: tables.setpoints.isEmpty)
        show(zones, unless: tables.zones.isEmpty)
        show(gates, unless: tables.gates.isEmpty)
        showPrograms()
        DosingSummary(site).show()
        show(lines, unless: !site.field.buses.contains { $0.lineShare != nil })
        let records = RecordSummary(site)
        say()
        say(records.kept)
        for line in records.wear.lines { say(line) }
        say(records.supposing)
        if let upstream = RecordSummary.upstream(site) { say(upstream) }
        guard !site.notices.isEmpty else { return }
        say()
        say(Phrase(zh: "请留意：", en: "Worth knowing:"))
        for notice in site.notices { say(notice.text(in: Console.current.language)) }
    }

    private func show(_ table: Table, unless isEmpty: Bool) {
        guard !isEmpty else { return }
        say()
        for line in table.lines { say(line) }
    }

    private func showPrograms() {
        guard !tables.programs.isEmpty else { return }
        let words = ProgramWords(tables, site.scan.control)
        say()
        for (label, program) in zip(tables.programs, site.scan.control.programs) {
            let sheet = ProgramSheet(name: label.name, starts: words.starts(program), limits: words.limits(program),
                                     gives: program.steps.map { (tables.zones[$0.zone.offset].name, words.gives($0)) })
            for line in sheet.lines { say(line) }
        }
        showLimits(words)
    }

    /// No-water windows and quotas, a line each.
    private func showLimits(_ words: ProgramWords) {
        let windows = zip(tables.windows, site.scan.control.windows).map { label, window in
            Phrase(zh: "停灌时段 \(label.name.zh)：\(words.window(window).zh)", en: "no-water window \(label.name.en): \(words.window(window).en)")
        }
        let quotas = zip(tables.quotas, site.scan.control.quotas).map { label, quota in
            Phrase(zh: "用水指标 \(label.name.zh)：\(quota.limit.text.zh)", en: "quota \(label.name.en): \(quota.limit.text.en)")
        }
        guard !windows.isEmpty || !quotas.isEmpty else { return }
        say()
        for line in windows + quotas { say(line) }
    }

    private var heading: Phrase {
        Phrase(zh: "\(site.path) 检查通过：\(tables.site.name.zh)（\(tables.site.tag)）",
               en: "\(site.path) is in order: \(tables.site.name.en) (\(tables.site.tag))")
    }

    private var counts: Phrase {
        let (points, devices, outputs) = (tables.points.count, tables.devices.count, tables.outputs.count)
        let period = site.scan.period.text
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        return Phrase(zh: "扫描 \(period)，测点 \(points)，设备 \(devices)，输出 \(outputs)，分区 \(tables.zones.count)，程序 \(tables.programs.count)",
                      en: ["scan \(period)", count(points, "point"), count(devices, "device"), count(outputs, "output"),
                           count(tables.zones.count, "zone"), count(tables.programs.count, "program")].joined(separator: ", "))
    }

    // MARK: Tables

    private var gates: Table {
        var table = Table([.text(zh: "闸门", en: "gate"), .text(zh: "升", en: "up"), .text(zh: "降", en: "down"), .text(zh: "控制", en: "keeps"),
                           .text(zh: "允许人工下达", en: "people may order")])
        for (label, gate) in zip(tables.gates, site.scan.control.gates) {
            table.add(.init(label.name), .init(tables.outputs[gate.raise.offset].tag), .init(tables.outputs[gate.lower.offset].tag),
                      .init(gate.goal.text), .init(gate.orders.words))
        }
        return table
    }

    private var outputs: Table {
        var table = Table([.text(zh: "输出", en: "output"), .text(zh: "驱动", en: "drives"), .text(zh: "接在", en: "wired to"),
                           .text(zh: "安全状态", en: "safe"), .text(zh: "最长", en: "at most"), .text(zh: "租约由谁持有", en: "lease held by")])
        for (index, output) in tables.outputs.enumerated() {
            let lease = site.leases[index]
            table.add(.init(output.tag), .init(output.kind.shortName), .init(wiring(OutputIndex(index))), .init(safeWord(output)),
                      .init(output.maximumOn.text), .init(lease.text, lease.isHeld ? nil : .warning))
        }
        return table
    }

    private var setpoints: Table {
        var table = Table([.text(zh: "给定", en: "set-point"), .text(zh: "给什么", en: "sets"), .text(zh: "属于", en: "of"), .text(zh: "写到", en: "written to"),
                           .text(zh: "范围", en: "range"), .text(zh: "安全值", en: "safe"), .text(zh: "每秒最多", en: "per second"),
                           .text(zh: "租约由谁持有", en: "lease held by")])
        for (setpoint, lease) in zip(tables.setpoints, site.setpointLeases) {
            func number(_ value: Double) -> String { Phrase(value, decimals: value == value.rounded() ? 0 : 2).en }
            table.add(.init(setpoint.tag), .init(setpoint.kind.shortName),
                      .init(setpoint.output.map { tables.outputs[$0.offset].tag } ?? "–"), .init(setpoint.wiring),
                      .init("\(number(setpoint.range.lowerBound)) .. \(number(setpoint.range.upperBound)) \(setpoint.unit.symbol)"),
                      .init(number(setpoint.safe)), .init("+\(number(setpoint.risePerSecond)) −\(number(setpoint.fallPerSecond))"),
                      .init(lease.text, lease.isHeld ? nil : .warning))
        }
        return table
    }

    private func wiring(_ output: OutputIndex) -> String {
        if let line = site.field.lines.outputs.first(where: { $0.output == output }) {
            return line.latch.map { "\(line.address.name), \($0.close.name)" } ?? line.address.name
        }
        for bridge in site.field.bridges {
            if let relay = bridge.relays.first(where: { $0.output == output }) { return "\(relay.name) (\(bridge.tag))" }
        }
        for device in site.field.buses.flatMap(\.devices) {
            guard let drive = device.outputs.first(where: { $0.output == output }) else { continue }
            return "\(device.tag) \(drive.table.rawValue) \(drive.address)"
        }
        return "–"
    }

    private func safeWord(_ output: OutputDefinition) -> Phrase {
        switch (output.kind.isValve, output.safe) {
        case (true, .off): Phrase(zh: "关", en: "closed")
        case (true, .on): Phrase(zh: "开", en: "open")
        case (false, .off): Phrase(zh: "停", en: "off")
        case (false, .on): Phrase(zh: "开", en: "on")
        }
    }

    private var zones: Table {
        var table = Table([.text(zh: "分区", en: "zone"), .text(zh: "阀", en: "valve"), .text(zh: "水源", en: "source"),
                           .number(zh: "流量", en: "flow"), .text(zh: "名称", en: "name")])
        for (number, (label, plan)) in zip(tables.zones, site.scan.control.zones).enumerated() {
            let followers = site.scan.control.followers.filter { $0.zone.offset == number }.map(\.valve)
            let valves = ([plan.valve] + followers).map { tables.outputs[$0.offset].tag }.joined(separator: ", ")
            table.add(.init(label.tag), .init(valves), .init(tables.sources[plan.source.offset].tag),
                      .init(plan.nominalFlow?.text ?? "–"), .init(label.name))
        }
        return table
    }

    private var lines: Table {
        var table = Table([.text(zh: "串行总线", en: "serial bus"), .text(zh: "参数", en: "setting"), .number(zh: "设备", en: "devices"),
                           .number(zh: "轮询占用", en: "taken by polls")])
        for bus in site.field.buses {
            guard case .serial(_, let settings) = bus.transport, let share = bus.lineShare else { continue }
            table.add(.init(bus.tag), .init(settings.text), .init("\(bus.devices.count)"),
                      .init("\(Int((min(share, 99) * 100).rounded())) %", share > 0.7 ? .warning : nil))
        }
        return table
    }
}

extension LeaseHolder {
    fileprivate var isHeld: Bool {
        switch self {
        case .guardProcess, .bridge, .relayWatchdog, .relayAutoOff: true
        case .signedOff, .nobody: false
        }
    }
}

extension GateBounds {
    fileprivate var words: Phrase {
        let flow = "\(number(self.flow.least.cubicMetersPerSecond)) .. \(number(self.flow.most.cubicMetersPerSecond)) m3/s"
        let opening = "\(number(self.opening.least.meters)) .. \(number(self.opening.most.meters)) m"
        let level = self.level.map { "\(number($0.least.meters)) .. \(number($0.most.meters)) m" }
        return Phrase(zh: (level.map { "水位 \($0)，" } ?? "") + "流量 \(flow)，开度 \(opening)",
                      en: (level.map { "level \($0), " } ?? "") + "flow \(flow), opening \(opening)")
    }
}

private func number(_ value: Double) -> String { Format.number(value, decimals: 2) }
