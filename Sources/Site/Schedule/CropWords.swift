import Agronomy
public import Control
public import Language

/// What a zone's water is reckoned with, as people read it.
extension WaterPlan {
    public var stagesText: Phrase {
        let stages = rootZone.crop.stages, days = [stages.initial, stages.development, stages.middle, stages.late].map { "\($0)" }
        return Phrase(zh: days.joined(separator: "、") + " 天", en: days.joined(separator: ", ") + " days")
    }

    /// Coefficients at the beginning, in the middle and at the end.
    public var singleText: Phrase { rootZone.crop.single.text }
    public var basalText: Phrase { rootZone.crop.basal.text }
}

extension CropCoefficients {
    fileprivate var text: Phrase {
        Phrase(verbatim: [initial, middle, end].map { Phrase($0, decimals: 2).en }.joined(separator: ", "))
    }
}
