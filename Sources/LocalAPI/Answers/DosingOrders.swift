import Language
import ProcessImage
import Quantities

/// Orders about fertilising: as the audit keeps them, and what is said when they are done.
extension SiteTables {
    func dosingText(of kind: Command.Kind) -> String {
        switch kind {
        case .fertigate(let zone, let amount, let recipe):
            "run \(tag(of: .zone(zone))) \(amount.text.en) recipe \(recipes[recipe.offset].tag)"
        case .stopDosing(let unit): "dose stop \(tag(of: .dosingUnit(unit)))"
        case .disableDosing(let subject): "dose disable \(tag(of: subject))"
        case .enableDosing(let subject): "dose enable \(tag(of: subject))"
        case .flush(let zone): "flush \(tag(of: .zone(zone)))"
        case .setTank(let tank, let volume): "tank set \(tag(of: .tank(tank))) \(volume.liters) L"
        case .calibrateChannel(let channel, let time): "calibrate channel \(tag(of: .channel(channel))) \(time.components.seconds) s"
        case .calibrateStrokes(let channel, let strokes): "calibrate channel \(tag(of: .channel(channel))) \(strokes) strokes"
        case .acceptCylinder(let channel, let volume):
            "calibrate channel \(tag(of: .channel(channel))) --measured \(volume.liters * 1000) mL"
        case .tune(let unit, let loop): "dose tune \(tag(of: .dosingUnit(unit))) \(loop)"
        case .acceptTuning(let unit): "dose tune --accept \(tag(of: .dosingUnit(unit)))"
        default: "\(kind)"
        }
    }
}

extension Orders {
    func dosingDone(_ kind: Command.Kind) -> Phrase {
        switch kind {
        case .fertigate: Phrase(zh: "{about} 开始灌溉施肥", en: "{about} starts watering with its recipe")
        case .stopDosing: Phrase(zh: "{about} 停止施肥，继续灌清水冲洗", en: "{about} doses no more; clear water goes on")
        case .disableDosing: Phrase(zh: "{about} 施肥已停用，直到 tidegate dose enable", en: "dosing of {about} is disabled until tidegate dose enable")
        case .enableDosing: Phrase(zh: "{about} 施肥已启用", en: "dosing of {about} is enabled")
        case .flush: Phrase(zh: "{about} 开始冲洗", en: "{about} is being flushed")
        case .setTank(_, let volume):
            Phrase(zh: "{about} 记为 {volume} L", en: "{about} holds {volume} L now").filled(["volume": Phrase(volume.liters, decimals: 1)])
        case .calibrateChannel, .calibrateStrokes: Phrase(zh: "{about} 开始动作，请看量筒", en: "{about} moves; watch the cylinder")
        case .acceptCylinder: Phrase(zh: "{about} 已采用量筒读数", en: "{about} is calibrated by what the cylinder showed")
        case .tune: Phrase(zh: "{about} 开始整定", en: "{about} begins to tune")
        case .acceptTuning: Phrase(zh: "{about} 采用整定结果", en: "{about} uses what its tuning found")
        default: Phrase(zh: "{about} 已执行", en: "{about}: done")
        }
    }
}
