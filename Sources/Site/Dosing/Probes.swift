import Control
import Language
import ProcessImage
import Quantities

/// Probes behind the mixing point as they were read; the second is the witness of the first.
struct ProbesDraft {
    var ec: [PointIndex] = []
    var ph: [PointIndex] = []
    /// Named, though perhaps refused.
    var namesEC = false
    var namesPH = false
    /// Of the water, where the EC probes do not compensate by themselves.
    var temperature: PointIndex?
    var perDegree = Fraction.percent(2)
    var ecApart = Conductivity.decisiemensPerMeter(0.3)
    var phApart = Acidity.pH(0.4)
}

/// The water before anything is dosed, as it was read.
struct RawDraft {
    var probe: PointIndex?
    var conductivity = Conductivity.zero
    var alkalinity: Equivalents?
    var left = Equivalents.perCubicMeter(0.75)
}

/// What a loop and its alarms were read as. Plain numbers: mS/cm or pH.
struct LoopDraft {
    /// Outside of it for `rangeFor` dosing stops.
    var range: ClosedRange<Double>?
    var rangeFor = Duration.seconds(30)
    /// Below it nothing is dosed at all, in the same scan.
    var cut: Double?
    var stopsWater = false
    var settings: LoopSettings
}

extension SiteReader {
    // MARK: Probes

    func probes(_ entry: Entry?) -> ProbesDraft {
        var draft = ProbesDraft()
        guard let fields = entry?.fields(["ec", "ph", "temperature", "per-degree", "ec-apart", "ph-apart"]) else { return draft }
        (draft.namesEC, draft.namesPH) = (fields["ec"] != nil, fields["ph"] != nil)
        draft.ec = pair(fields["ec"], .conductivity)
        draft.ph = pair(fields["ph"], .acidity)
        draft.temperature = fields["temperature"].flatMap { measured($0, .temperature) }
        draft.perDegree = fields["per-degree"]?.quantity("1 %", "3 %", guess: "%") ?? draft.perDegree
        draft.ecApart = fields["ec-apart"]?.quantity("0.05 mS/cm", "2 mS/cm", guess: "mS/cm") ?? draft.ecApart
        draft.phApart = fields["ph-apart"]?.number(0.1, 2).map { .pH($0) } ?? draft.phApart
        if let entry = fields["temperature"], fields["ec"] == nil {
            entry.refuse(Phrase(zh: "没有 EC 探头要补偿。", en: "there is no EC probe to compensate."), Phrase(zh: "写上 ec，或删去它。", en: "Name it in ec:, or remove this."))
        }
        return draft
    }

    /// One probe, or two in the same water.
    private func pair(_ entry: Entry?, _ dimension: Dimension) -> [PointIndex] {
        guard let entry else { return [] }
        let entries = entry.phrases()
        let points = entries.compactMap { entry in point(entry).flatMap { measures(entry, $0, dimension) ? $0 : nil } }
        if entries.count > 2 || points.count == 2 && points[0] == points[1] {
            entry.refuse(Phrase(zh: "这里写一支探头，或互相核对的两支。", en: "one probe stands here, or two that watch each other."),
                         Phrase(zh: "写成 [测点一, 测点二]。", en: "Write [ONE, TWO]."))
            return []
        }
        if entries.count == 1, !points.isEmpty {
            entry.notice(Phrase(zh: "只有一支探头，它漂了没有谁能发现。", en: "a single probe has no witness: nobody notices when it drifts."),
                         Phrase(zh: "装第二支，写成 [测点一, 测点二]；至少每周用标准液核对。", en: "Put in a second, [ONE, TWO]; check it against a standard each week at least."))
        }
        return points
    }

    // MARK: Raw water

    func raw(_ entry: Entry?) -> RawDraft {
        var draft = RawDraft()
        guard let fields = entry?.fields(["ec", "otherwise", "alkalinity", "leaves"]) else { return draft }
        if let entry = fields["ec"] {
            if case .word(let word) = entry.value, word.first?.isNumber == true {
                draft.conductivity = entry.quantity("0 mS/cm", "10 mS/cm", guess: "mS/cm") ?? .zero
            } else {
                draft.probe = point(entry).flatMap { measures(entry, $0, .conductivity) ? $0 : nil }
                let due = Phrase(zh: "写上探头读不到时按多少算，如 otherwise: 0.6 mS/cm。", en: "Say what counts while the probe cannot be read, such as otherwise: 0.6 mS/cm.")
                draft.conductivity = fields.required("otherwise", due)?.quantity("0 mS/cm", "10 mS/cm", guess: "mS/cm") ?? .zero
            }
        }
        draft.alkalinity = fields["alkalinity"]?.quantity("0 eq/m3", "30 eq/m3", guess: "eq/m3")
        draft.left = fields["leaves"]?.quantity("0 eq/m3", "5 eq/m3", guess: "eq/m3") ?? draft.left
        return draft
    }

    // MARK: Loops

    private static let loopKeys = ["range", "for", "then", "deadband", "off-by", "off-for"]

    /// - Parameter isNeeded: there is a probe, so what it may show has to be said.
    func loop(_ entry: Entry?, _ dimension: Dimension, isNeeded: Bool, _ unit: Fields) -> LoopDraft {
        let isEC = dimension == .conductivity
        let usual: LoopSettings = isEC ? .ec : .ph
        var draft = LoopDraft(range: isEC ? nil : 5...7.5, cut: isEC ? nil : 4.5, settings: usual)
        let due = Phrase(zh: "写上报警范围，如 ec: { range: 0.4 .. 3.2 mS/cm }；超出就停肥。", en: "Say what is still right, such as ec: { range: 0.4 .. 3.2 mS/cm }; outside of it dosing stops.")
        guard let entry = isEC && isNeeded ? unit.required("ec", due) : entry,
              let fields = entry.fields(Self.loopKeys + (isEC ? [] : ["cut"])) else { return draft }
        guard isNeeded else {
            entry.refuse(Phrase(zh: "没有写这种探头，用不上。", en: "means nothing without such a probe."), Phrase(zh: "写进 probes，或删去它。", en: "Name the probe in probes:, or remove this."))
            return draft
        }
        draft.range = isEC ? fields.required("range", due)?.conductivityRange() : fields["range"]?.acidityRange() ?? draft.range
        draft.rangeFor = fields["for"]?.duration("5 s", "10 min", guess: "s") ?? draft.rangeFor
        draft.stopsWater = fields["then"]?.word(["clear-water": false, "stop": true]) ?? false
        draft.cut = fields["cut"]?.number(3, 6) ?? draft.cut
        if let cut = draft.cut, let range = draft.range, cut >= range.lowerBound, let entry = fields["cut"] ?? fields["range"] {
            entry.refuse(Phrase(zh: "立即停的 pH \(plain(cut)) 不低于报警下限 \(plain(range.lowerBound))。", en: "the pH that cuts at once, \(plain(cut)), is not below the range of the alarm."),
                         Phrase(zh: "一般 cut: 4.5，range 从 5.0 起。", en: "Usually cut: 4.5 and a range from 5.0."))
        }
        draft.settings = settings(fields, usual, isEC)
        return draft
    }

    private func settings(_ fields: Fields, _ usual: LoopSettings, _ isEC: Bool) -> LoopSettings {
        let deadband: Double? = isEC ? fields["deadband"]?.base("0 mS/cm", "0.5 mS/cm", guess: "mS/cm") : fields["deadband"]?.number(0, 0.5)
        let band: Double? = isEC ? fields["off-by"]?.base("0.05 mS/cm", "3 mS/cm", guess: "mS/cm") : fields["off-by"]?.number(0.1, 3)
        return LoopSettings(deadband: deadband ?? usual.deadband, model: usual.model, trim: usual.trim, rise: usual.rise,
                            band: band ?? usual.band, bandFor: fields["off-for"]?.duration("10 s", "30 min", guess: "s") ?? usual.bandFor)
    }
}

extension Entry {
    fileprivate func conductivityRange() -> ClosedRange<Double>? {
        guard let range = measureRange(guess: "mS/cm") else { return nil }
        if range.unit.dimension == .conductivity, range.low >= 0, range.base.upperBound <= 20 { return range.base }
        refuse(Phrase(zh: "\(range.text) 不是可用的 EC 范围。", en: "\(range.text) is no range of EC."), Phrase(zh: "写成 0.4 .. 3.2 mS/cm。", en: "Write 0.4 .. 3.2 mS/cm."))
        return nil
    }

    fileprivate func acidityRange() -> ClosedRange<Double>? {
        guard let range = range() else { return nil }
        if range.lowerBound >= 3, range.upperBound <= 10 { return range }
        refuse(Phrase(zh: "pH \(plain(range.lowerBound)) … \(plain(range.upperBound)) 不合情理。", en: "a pH of \(plain(range.lowerBound)) … \(plain(range.upperBound)) makes no sense here."),
               Phrase(zh: "写成 5.0 .. 7.5。", en: "Write 5.0 .. 7.5."))
        return nil
    }
}
