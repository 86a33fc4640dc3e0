import Agronomy
import Language
import Quantities

/// One crop as `configs/crops/NAME.yaml` has it: its figures, each line with source and confidence.
struct CropFile {
    let tag: String
    let name: Phrase
    let crop: Crop
    let salt: SaltTolerance?

    private static let keys = ["crop", "name", "region", "planted", "stages", "kc", "kcb", "height", "roots", "depletion", "salt"]

    /// Reports what is wrong and goes on with any valid figure, like every reader of files.
    init?(_ root: Entry, tag: String) {
        guard let fields = root.fields(Self.keys) else { return nil }
        let due = Phrase(zh: "参照 configs/crops 里的文件写上。", en: "Give it as the files of configs/crops do.")
        let named = fields.required("crop", due)?.tag()
        if let named, named != tag {
            fields["crop"]?.refuse(Phrase(zh: "文件名是 \(tag)，里面写的是 \(named)。", en: "the file is \(tag), but it says \(named)."),
                                   Phrase(zh: "两处写成一样。", en: "Make them the same."))
        }
        self.tag = tag
        name = fields["name"]?.name() ?? Phrase(verbatim: tag)
        _ = fields["region"]?.name()
        _ = fields["planted"]?.text()
        let stages = fields.required("stages", due)?.sourced(["initial", "development", "middle", "late"])
        let single = fields.required("kc", due)?.sourced(["initial", "middle", "end"])
        let basal = fields.required("kcb", due)?.sourced(["initial", "middle", "end"])
        let height = fields.required("height", due)?.sourced(["initial", "most"])
        let roots = fields.required("roots", due)?.sourced(["initial", "most"])
        let depletion = fields.required("depletion", due)?.sourced(["fraction"])
        guard let stages, let single, let basal, let height, let roots, let depletion else { return nil }
        crop = Crop(
            stages: CropStages(initial: stages.days("initial"), development: stages.days("development"), middle: stages.days("middle"),
                               late: stages.days("late")),
            single: single.coefficients, basal: basal.coefficients,
            heightInitial: height.length("initial", "0 m", "20 m"), heightMaximum: height.length("most", "0 m", "20 m"),
            rootsInitial: roots.length("initial", "0.05 m", "5 m"), rootsMaximum: roots.length("most", "0.05 m", "5 m"),
            depletionFraction: depletion.number("fraction", 0.1, 0.9))
        salt = fields["salt"]?.sourced(["threshold", "slope", "yield-response"]).map { salt in
            SaltTolerance(threshold: salt.fields["threshold"]?.quantity("0 dS/m", "20 dS/m", guess: "dS/m") ?? .zero,
                          slope: salt.number("slope", 0, 100), yieldResponse: salt.number("yield-response", 0.1, 5))
        }
    }
}

extension Sourced {
    fileprivate var coefficients: CropCoefficients {
        CropCoefficients(initial: number("initial", 0, 2), middle: number("middle", 0, 2), end: number("end", 0, 2))
    }
}
