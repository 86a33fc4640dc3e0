import ProcessImage
import Quantities

/// An output that an installer looks at: on for a bounded time, alone, or with the water of one zone where that is what
/// shows it.
struct Proof: BitwiseCopyable {
    let output: OutputIndex
    let command: UInt64
    /// The zone that waters for it; `nil`: the output moves alone until `until`.
    let zone: ZoneIndex?
    let until: Instant
}

/// A proof is ordered, refused and stopped as a run is; only what is not proven yet need not be.
extension IrrigationControl {
    /// With water where pump and master valve above it are proven, and for a pump with a zone that is; else alone and dry. A doser is
    /// not water's to move: `FertigationControl` does it, as a dose.
    mutating func prove(_ output: OutputIndex, for time: Duration, _ command: UInt64, _ image: borrowing InputImage,
                        _ records: inout RecordBuffer) {
        for number in 0..<dosers.count where dosers[number] == output { return }
        guard time > .zero, output.offset < image.outputCount else {
            records.ledger(.commandDone(command, .refusedNothingToDo))
            return
        }
        guard proof == nil, isIdle else {
            records.ledger(.commandDone(command, .refusedBusy))
            return
        }
        let time = min(time, Limits.proofMax)
        if let zone = zoneThatShows(output, image) {
            proof = Proof(output: output, command: command, zone: zone, until: .notDue)
            _ = enqueue(RunOrder(zone: zone, amount: .time(time), cause: .manual(command), obeysWindows: false), image.now, &records)
            zones[zone].unanswered = command
        } else if case .trip? = image.verdict(of: output).hold {
            records.ledger(.commandDone(command, .refusedByTrip))
        } else {
            proof = Proof(output: output, command: command, zone: nil, until: image.now + time)
            records.ledger(.commandDone(command, .done))
        }
    }

    private var isIdle: Bool {
        for number in 0..<zones.count where zones[number].hand != nil { return false }
        return true
    }

    private func zoneThatShows(_ output: OutputIndex, _ image: borrowing InputImage) -> ZoneIndex? {
        for number in 0..<zones.count {
            let zone = ZoneIndex(number)
            let source = sourcePlans[zonePlans[zone].source]
            let isPump = source.pump == output
            guard isPump || isValve(output, of: zone) else { continue }
            let lacks = isPump ? verdict(of: zone, image).lacksProof : lacksProof(source.pump, image)
            let isReady = !lacks && !lacksProof(source.masterValve, image)
            if isReady, zones[zone].trip == nil { return zone }
        }
        return nil
    }

    /// Ends the proof when its zone is done or its time is over, and demands the output until then.
    mutating func demandProof(_ image: borrowing InputImage, _ demands: inout Demands) {
        guard let proof else { return }
        if let zone = proof.zone {
            if zones[zone].hand?.cause != .manual(proof.command) { self.proof = nil }
        } else if image.now >= proof.until {
            self.proof = nil
        } else {
            demands[proof.output] = Demand(demands[proof.output].level.isOn ? .off : .on, because: .manual(proof.command))
        }
    }

    /// The output of a zone's water that nobody has proven; a run for its proof needs none.
    func unproven(_ zone: ZoneIndex, for cause: Cause, _ image: borrowing InputImage) -> Cause? {
        if let proof, proof.zone == zone, cause == .manual(proof.command) { return nil }
        let source = sourcePlans[zonePlans[zone].source]
        let isLacking = verdict(of: zone, image).lacksProof || lacksProof(source.pump, image) || lacksProof(source.masterValve, image)
        return isLacking ? .interlock(.notProven) : nil
    }

    private func lacksProof(_ output: OutputIndex?, _ image: borrowing InputImage) -> Bool {
        output.map { image.verdict(of: $0).lacksProof } ?? false
    }
}
