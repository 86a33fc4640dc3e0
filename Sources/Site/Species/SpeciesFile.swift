import Agronomy
import Language
import Quantities

/// One species as `configs/species/NAME.yaml` has it: its figures, each line with source and confidence.
struct SpeciesFile {
    let tag: String
    let name: Phrase
    let species: Species

    private static let keys = ["species", "name", "ration", "growth", "conversion", "water", "oxygen", "appetite"]

    /// Reports what is wrong and goes on with any valid figure, like every reader of files.
    init?(_ root: Entry, tag: String) {
        guard let fields = root.fields(Self.keys) else { return nil }
        let due = Phrase(zh: "参照 configs/species 里的文件写上。", en: "Give it as the files of configs/species do.")
        let named = fields.required("species", due)?.tag()
        if let named, named != tag {
            fields["species"]?.refuse(Phrase(zh: "文件名是 \(tag)，里面写的是 \(named)。", en: "the file is \(tag), but it says \(named)."),
                                      Phrase(zh: "两处写成一样。", en: "Make them the same."))
        }
        self.tag = tag
        name = fields["name"]?.name() ?? Phrase(verbatim: tag)
        let ration = fields.required("ration", due)?.rationTable()
        let growth = fields["growth"]?.sourced(["tgc"]).map { ThermalGrowth(timesThousandGrams: $0.number("tgc", 0.1, 10)) }
        let conversion = fields.required("conversion", due)?.sourced(["fcr"])?.number("fcr", 0.5, 10)
        let water = fields.required("water", due)?.feedingTemperatures()
        let oxygen = fields.required("oxygen", due)?.oxygenLimits()
        let appetite = fields["appetite"].map { $0.oxygenAppetite() }
        guard let ration, let conversion, let water, let oxygen else { return nil }
        species = Species(ration: ration, growth: growth, conversion: conversion, water: water, oxygen: oxygen, appetite: appetite ?? nil)
    }
}

extension Entry {
    fileprivate func feedingTemperatures() -> FeedingTemperatures? {
        guard let line = sourced(["cold-stop", "cold-reduce", "warm-reduce", "warm-stop"]) else { return nil }
        func degrees(_ key: String) -> Temperature? { line.quantity(key, "-2 degC", "45 degC", guess: "degC") }
        guard let coldStop = degrees("cold-stop"), let coldReduce = degrees("cold-reduce"), let warmReduce = degrees("warm-reduce"),
              let warmStop = degrees("warm-stop") else { return nil }
        let water = FeedingTemperatures(coldStop: coldStop, coldReduce: coldReduce, warmReduce: warmReduce, warmStop: warmStop)
        if water == nil { refuseOrder("cold-stop ≤ cold-reduce < warm-reduce ≤ warm-stop") }
        return water
    }

    fileprivate func oxygenLimits() -> OxygenLimits? {
        guard let line = sourced(["resume", "reduce", "stop", "emergency"]) else { return nil }
        func content(_ key: String) -> Density? { line.quantity(key, "0.5 mg/L", "15 mg/L", guess: "mg/L") }
        guard let resume = content("resume"), let reduce = content("reduce"), let stop = content("stop"),
              let emergency = content("emergency") else { return nil }
        let oxygen = OxygenLimits(resume: resume, reduce: reduce, stop: stop, emergency: emergency)
        if oxygen == nil { refuseOrder("resume ≥ reduce ≥ stop > emergency, resume > stop") }
        return oxygen
    }

    /// Where appetite begins to fall with the saturation, and where it ends, at two temperatures.
    fileprivate func oxygenAppetite() -> OxygenAppetite? {
        guard let line = sourced(["cold", "warm"]) else { return nil }
        guard let cold = line.knot("cold"), let warm = line.knot("warm") else { return nil }
        let appetite = OxygenAppetite(cold: cold, warm: warm)
        if appetite == nil { refuseOrder("cold.at < warm.at, limiting < full") }
        return appetite
    }

    fileprivate func refuseOrder(_ order: String) {
        refuse(Phrase(zh: "数值的次序不对。", en: "the figures are not in order."), Phrase(zh: "应满足：\(order)。", en: "They keep: \(order)."))
    }
}

extension Sourced {
    fileprivate func knot(_ key: String) -> OxygenAppetite.Knot? {
        let due = Phrase(zh: "写成 { at: 7 degC, limiting: 24 %, full: 42 % }。", en: "Write { at: 7 degC, limiting: 24 %, full: 42 % }.")
        guard let fields = fields.required(key, due)?.fields(["at", "limiting", "full"]),
              let water: Temperature = fields.required("at", due)?.quantity("-2 degC", "45 degC", guess: "degC"),
              let limiting: Fraction = fields.required("limiting", due)?.quantity("1 %", "120 %", guess: "%"),
              let full: Fraction = fields.required("full", due)?.quantity("1 %", "120 %", guess: "%") else { return nil }
        return OxygenAppetite.Knot(water: water, limiting: limiting, full: full)
    }
}
