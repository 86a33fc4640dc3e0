import Journal
import Language
import ProcessImage
import Quantities

/// What the last start decided about a zone, told from the live state or from the ledger.
extension Context {
    /// The reason that decided: what stood against the water, or what called for it. `nil`: nothing but the clock did.
    func decisive(_ findings: [Finding]) -> Finding? {
        findings.first { $0.effect == .skips } ?? findings.first { $0.matter.isMeasured && $0.isKnown }
    }

    /// Of a zone that waters or waits for a program: the reason that called for it, beside the program.
    func reason(of zone: LiveSnapshot.Zone) -> Phrase? {
        guard let weighed = zone.weighed, zone.status.cause == .program(weighed.program), let finding = decisive(zone.findings),
              finding.effect != .skips else { return nil }
        return tables.text(of: finding)
    }

    /// Of an idle zone: why today's last start gave it nothing.
    func skipped(_ zone: LiveSnapshot.Zone, now: WallTime) -> Phrase? {
        let today = tables.clock.local(unixSeconds: now.unixSeconds).date
        guard zone.status.phase == .idle, zone.weighed?.date == today,
              let finding = decisive(zone.findings), finding.effect == .skips else { return nil }
        let moment = Phrase(verbatim: String(time(zone.weighedAt).description.dropFirst(11).prefix(5)))
        return Phrase(zh: "{at} 未灌：{reason}", en: "not at {at}: {reason}").filled(["at": moment, "reason": tables.text(of: finding)])
    }

    /// One line for each start that was weighed: its program and its reasons in order.
    func lines(of findings: [FindingRow]) -> [(at: WallTime, text: Phrase)] {
        var lines: [(at: WallTime, text: Phrase)] = []
        var rest = findings[...]
        while let first = rest.first {
            let own = rest.prefix { $0.isOfSameStart(as: first) }
            rest = rest.dropFirst(own.count)
            lines.append((first.at, chain(Array(own), program: first.program)))
        }
        return lines
    }

    private func chain(_ rows: [FindingRow], program tag: String) -> Phrase {
        let program = tables.programs.first { $0.tag == tag }?.name ?? Phrase(verbatim: tag)
        return Phrase(zh: "程序 {program}：{reasons}", en: "program {program}: {reasons}").filled([
            "program": program,
            "reasons": Phrase(zh: rows.map(\.text.zh).joined(separator: "；"), en: rows.map(\.text.en).joined(separator: "; ")),
        ])
    }

    /// The newest decision when it gave the zone nothing.
    func skip(in findings: [FindingRow]) -> FindingRow? {
        guard let first = findings.first else { return nil }
        return findings.first { $0.effect == .skips && $0.isOfSameStart(as: first) }
    }
}

extension FindingRow {
    fileprivate func isOfSameStart(as other: FindingRow) -> Bool {
        program == other.program && date == other.date && number == other.number
    }
}

extension Matter {
    fileprivate var isMeasured: Bool {
        switch self {
        case .depletion, .soil, .rain, .forecastRain, .wind, .temperature, .radiation, .point, .deficit, .etSinceIrrigation: true
        default: false
        }
    }
}
