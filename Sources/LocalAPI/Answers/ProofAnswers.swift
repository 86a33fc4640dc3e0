import Journal
import Language
import ProcessImage
import Quantities

/// `GET /v1/proofs`: which outputs somebody has seen to do what their names say, and what is seen of each now.
extension Context {
    /// Asks the records; waits for the disk.
    func proofs(_ live: LiveSnapshot) throws -> ProofsReply {
        let proofs = try journal.proofs()
        let outputs = tables.outputs.indices.map { index in
            proof(OutputIndex(index), live, proofs.first { $0.output == OutputIndex(index) })
        }
        return ProofsReply(required: requiresProof, outputs: outputs)
    }

    private func proof(_ output: OutputIndex, _ live: LiveSnapshot, _ proof: OutputProof?) -> ProofReply {
        let water = supply.indices.contains(output.offset) ? supply[output.offset] : WaterPoints()
        return ProofReply(
            output: tables.label(of: .output(output)), kind: "\(tables.outputs[output.offset].kind)",
            wiring: tables.outputs[output.offset].wiring, isProven: live.proven[output.offset], provenAt: proof.map { time($0.at) },
            provenBy: proof?.author, seen: proof?.text, isOn: live.outputs[output.offset].level.isOn,
            why: WireText(tables.text(of: live.outputs[output.offset].cause)),
            differs: live.alarms.contains { $0.id == AlarmID(.tripReadback, .output(output)) && $0.state != .returned },
            flowM3h: water.flow.flatMap { value($0, live) }, pressureKPa: water.pressure.flatMap { value($0, live) })
    }

    /// In the base unit of what the point measures; `nil` unless it is good.
    private func value(_ point: PointIndex, _ live: LiveSnapshot) -> Double? {
        let reading = live.readings[point.offset]
        return reading.quality == .good ? tables.points[point.offset].unit.toBase(reading.recorded) : nil
    }
}

/// What must be so before a zone may be started: by name, as `doctor` and `why` tell it.
struct ArmingCheck {
    let text: Phrase
    /// Keeps programs from starting, and lets people.
    var holdsProgramsOnly = false
}

extension Context {
    /// What keeps a zone from being started now; nothing: it is armed.
    func unarmed(_ zone: ZoneIndex, _ live: LiveSnapshot) -> [ArmingCheck] {
        let outputs = outputs(of: zone)
        var checks: [ArmingCheck] = []
        let unproven = outputs.filter { requiresProof && !live.proven[$0.offset] }.map { tables.outputs[$0.offset].tag }
        if !unproven.isEmpty {
            let tags = unproven.joined(separator: ", ")
            checks.append(ArmingCheck(text: Phrase(zh: "未验证：\(tags)；逐个 tidegate prove", en: "not proven: \(tags); for each: tidegate prove")))
        }
        checks += holdingAlarms(zone, live).map { alarm in
            ArmingCheck(text: Phrase(zh: "跳停未复位：{text}", en: "a trip stands: {text}").filled(["text": tables.text(of: TripID(alarm.id.kind.trip ?? .readback, alarm.id.subject))]))
        }
        let stale = points(of: outputs).filter { live.readings[$0.offset].quality != .good }.map { tables.points[$0.offset].tag }
        if !stale.isEmpty {
            let tags = stale.joined(separator: ", ")
            checks.append(ArmingCheck(text: Phrase(zh: "读数不可用：\(tags)", en: "no fresh reading: \(tags)")))
        }
        if !live.wall.isTrusted {
            checks.append(ArmingCheck(text: Phrase(zh: "时钟未校准（只影响程序）", en: "the clock is not trusted (programs only)"), holdsProgramsOnly: true))
        }
        if !live.ledgerIsWritable {
            checks.append(ArmingCheck(text: Phrase(zh: "台账写不进（只影响程序）", en: "the ledger cannot be written (programs only)"), holdsProgramsOnly: true))
        }
        return checks
    }

    /// The zone's valve, and the pump and master valve of its source.
    private func outputs(of zone: ZoneIndex) -> [OutputIndex] {
        let water = zones[zone.offset]
        return water.valves + [water.masterValve, water.pump].compactMap(\.self)
    }

    private func points(of outputs: [OutputIndex]) -> [PointIndex] {
        let all = outputs.filter { supply.indices.contains($0.offset) }.flatMap { output -> [PointIndex] in
            [supply[output.offset].flow, supply[output.offset].pressure, supply[output.offset].level].compactMap(\.self)
        }
        return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func armingCheck(_ live: LiveSnapshot) -> DoctorReply.Check? {
        guard !zones.isEmpty else { return nil }
        let unarmed = tables.zones.indices.map { ZoneIndex($0) }.filter { !self.unarmed($0, live).isEmpty }
        guard let first = unarmed.first, let check = self.unarmed(first, live).first else {
            return .init(check: "arming", state: "ok", text: WireText(Phrase(zh: "各分区都可启动", en: "every zone may be started")))
        }
        let tags = unarmed.map { tables.zones[$0.offset].tag }.joined(separator: ", ")
        let text = Phrase(zh: "不能启动的分区：\(tags)（{first}）", en: "zones that may not be started: \(tags) ({first})").filled(["first": check.text])
        return .init(check: "arming", state: check.holdsProgramsOnly ? "warning" : "bad", text: WireText(text),
                     remedy: WireText(Phrase(zh: "逐区看：tidegate why 分区；未验证的输出：tidegate prove", en: "See each: tidegate why ZONE. Outputs that are not proven: tidegate prove")))
    }
}
