import Journal
import Language
import ProcessImage
import Quantities

/// Net cages as people see them: from the live state alone, so that they are told while the disk hangs.
extension Context {
    func cages(_ live: LiveSnapshot) -> [CageReply] {
        zip(tables.cages.indices, live.cages).map { number, status in
            let oxygen = status.oxygen
            return CageReply(
                cage: tables.label(of: .cage(CageIndex(number))), state: oxygen.name,
                oxygenMgL: oxygen.worst.isFinite ? oxygen.worst : nil, stagesOn: Int(oxygen.stages), isUnproven: oxygen.isUnproven,
                sirenSounds: oxygen.siren, stock: status.stock.map {
                    .init(count: $0.count, meanG: $0.mean.kilograms * 1000, biomassKg: $0.biomass.kilograms)
                })
        }
    }
}

extension OxygenStatus {
    /// See `CageReply.state`.
    fileprivate var name: String {
        isEmergency ? "emergency" : isLow ? "low" : isBlind || !worst.isFinite ? "unknown" : isFull ? "full" : "enough"
    }
}
