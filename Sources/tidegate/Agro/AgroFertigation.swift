import Agronomy
import ArgumentParser
import Foundation
import Language
import Quantities

struct AgroThreePhase: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "three-phase",
            abstract: Phrase(zh: "水-肥-水三段：各段水量、注肥时间与速率", en: "water, fertiliser, water: volumes, time and rate of the dose").said,
            discussion: Phrase(
                zh: "列：total_volume_m3, flow_m3_h, stock_litres_to_inject；可有 pre_pct、post_pct（前后清水占比，缺省各 25）, fill_m3（充满管道的水量）, advance_s（水从注肥点走到最远滴头的时间）, may_add_m3（最多允许加多少水，缺省 0）, injector_min_L_h 与 injector_max_L_h（注肥器能注的范围）。管道需要的比分到的多时，加水补足；不许加则拒绝并说明。结果：pre_m3, fert_m3, post_m3, fert_duration_s, injection_rate_L_h, injection_ratio_pct_of_flow。",
                en: "Columns: total_volume_m3, flow_m3_h, stock_litres_to_inject; as far as there are pre_pct and post_pct (share of clear water before and after, else 25 each), fill_m3 (to fill the pipes), advance_s (from the injection point to the last emitter), may_add_m3 (most water to add, else 0), injector_min_L_h and injector_max_L_h (what the injector can give). Where the pipes need more than the shares give, water is added; where it may not be, the row is refused. Results: pre_m3, fert_m3, post_m3, fert_duration_s, injection_rate_L_h, injection_ratio_pct_of_flow.").said)
    }

    @OptionGroup var options: AgroOptions

    func run() throws {
        let added = ["pre_m3", "fert_m3", "post_m3", "fert_duration_s", "injection_rate_L_h", "injection_ratio_pct_of_flow"]
        try AgroTable.run(options, adding: added) { (row) throws(RowRefused) in
            let split = try row.split()
            return [split.before.cubicMeters, split.dose.cubicMeters, split.after.cubicMeters, split.doseTime.seconds,
                    split.injection.litersPerHour, split.ratio.percent].map { CSVRow.shown($0) }
        }
    }
}

extension CSVRow {
    fileprivate func split() throws(RowRefused) -> FertigationSplit {
        let part = 0.0...100.0, water = 0.0...1e6
        let shares = ThreePhase(before: .percent(try maybe("pre_pct", part) ?? ThreePhase.usual.before.percent),
                                after: .percent(try maybe("post_pct", part) ?? ThreePhase.usual.after.percent))
        let needs = PipeNeeds(fill: .cubicMeters(try maybe("fill_m3", water) ?? 0),
                              advance: .seconds(try maybe("advance_s", 0...86_400) ?? 0))
        let flow = Flow.cubicMetersPerHour(try number("flow_m3_h", 0...10_000))
        let rate = 0.0...100_000
        let least = Flow.litersPerHour(try maybe("injector_min_L_h", rate) ?? 0)
        let injector = try maybe("injector_max_L_h", rate).map { (least: least, most: Flow.litersPerHour($0)) }
        let fit = shares.split(.cubicMeters(try number("total_volume_m3", water)), at: flow,
                               stock: .liters(try number("stock_litres_to_inject", water)), needs: needs,
                               mayAdd: .cubicMeters(try maybe("may_add_m3", water) ?? 0), injector: injector)
        switch fit {
        case .fits(let split), .extended(let split, by: _): return split
        case .refused(let why): throw refused(why)
        }
    }

    private func refused(_ why: FertigationRefusal) -> RowRefused {
        switch why {
        case .nothingToShare:
            refused("total_volume_m3", Phrase(zh: "水量、流量、肥液都要大于 0", en: "water, flow and stock must all be more than nothing"),
                    Phrase(zh: "请核对这三列", en: "Check these three columns"))
        case .noShareForDose:
            refused("pre_pct", Phrase(zh: "前后清水加起来占满了，没有留给施肥的水", en: "clear water before and after leave nothing for the dose"),
                    Phrase(zh: "两项之和要小于 100", en: "Together they must be less than 100"))
        case .needsMoreWater(let more, let allowed):
            refused("total_volume_m3", Phrase(zh: "充管、施肥、冲洗还差 \(CSVRow.shown(more.cubicMeters)) m3 水，只许加 \(CSVRow.shown(allowed.cubicMeters)) m3", en: "filling, dosing and flushing lack \(CSVRow.shown(more.cubicMeters)) m3; \(CSVRow.shown(allowed.cubicMeters)) m3 may be added"),
                    Phrase(zh: "加大灌水量，或放宽 may_add_m3", en: "Give more water, or allow more in may_add_m3"))
        case .injection(let rate, let least, let most):
            refused("stock_litres_to_inject", Phrase(zh: "要注 \(CSVRow.shown(rate.litersPerHour)) L/h，注肥器只能 \(CSVRow.shown(least.litersPerHour)) … \(CSVRow.shown(most.litersPerHour)) L/h", en: "needs \(CSVRow.shown(rate.litersPerHour)) L/h; the injector gives \(CSVRow.shown(least.litersPerHour)) … \(CSVRow.shown(most.litersPerHour)) L/h"),
                    Phrase(zh: "把肥液稀释或配浓，或换注肥器", en: "Make the stock weaker or stronger, or take another injector"))
        }
    }
}

struct AgroNutrients: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "nutrients",
            abstract: Phrase(zh: "养分与肥料用量、氧化物与元素、浓度与稀释", en: "nutrients and products, oxides and elements, contents and dilution").said,
            discussion: Phrase(
                zh: "每行用得上的列就算：pct（肥料养分含量 %）与 nutrient_kg（纯量）、product_kg（实物量）或 ppm 加 volume_L；density_kg_L 把公斤换成升；n_kg_mu, p2o5_kg_mu, k2o_kg_mu 与表上印的 sum_kg_mu 对照，只报差额，不改表；stock_g_L（母液浓度）与 dilution（1 份母液兑几份水）。这些值也可以写成 inputs 列里的一段 JSON。结果：product_kg, nutrient_kg, litre, sum_computed_kg_mu, sum_difference_kg_mu, p_kg_mu, k_kg_mu, mix_mg_L。",
                en: "Each row is computed as far as its columns go: pct (of nutrient in the product) with nutrient_kg, product_kg, or ppm and volume_L; density_kg_L turns kg into litres; n_kg_mu, p2o5_kg_mu, k2o_kg_mu beside a printed sum_kg_mu, whose difference is shown and never mended; stock_g_L and dilution (parts of water to one of stock). The values may also stand as JSON in a column named inputs. Results: product_kg, nutrient_kg, litre, sum_computed_kg_mu, sum_difference_kg_mu, p_kg_mu, k_kg_mu, mix_mg_L.").said)
    }

    @OptionGroup var options: AgroOptions

    func run() throws {
        let added = ["product_kg", "nutrient_kg", "litre", "sum_computed_kg_mu", "sum_difference_kg_mu", "p_kg_mu", "k_kg_mu",
                     "mix_mg_L"]
        try AgroTable.run(options, adding: added) { (row) throws(RowRefused) in
            let row = row.unfoldingInputs()
            let values = try row.product() + row.dressing() + [row.mix()]
            guard values.contains(where: { $0 != nil }) else {
                throw row.refused("pct", Phrase(zh: "没有可算的列", en: "nothing here can be computed"),
                                  Phrase(zh: "至少给出：pct 与 nutrient_kg；或 product_kg 与 density_kg_L；或 n_kg_mu, p2o5_kg_mu, k2o_kg_mu；或 stock_g_L 与 dilution", en: "Give at least pct with nutrient_kg, or product_kg with density_kg_L, or n_kg_mu, p2o5_kg_mu, k2o_kg_mu, or stock_g_L with dilution"))
            }
            return values.map { $0.map { CSVRow.shown($0) } ?? "" }
        }
    }
}

extension CSVRow {
    /// product_kg, nutrient_kg, litre.
    fileprivate func product() throws(RowRefused) -> [Double?] {
        let mass = 0.0...1e9
        let share = try maybe("pct", 0.001...100).map { Fraction.percent($0) }
        let volume = try maybe(NumberColumn("volume_L", range: 0...1e12)).map { Volume.liters($0) }
        let content = try maybe(NumberColumn("ppm", "mg_L", range: 0...1e6)).map { Density.milligramsPerLiter($0) }
        var nutrient = try maybe("nutrient_kg", mass).map { Mass.kilograms($0) }
        if nutrient == nil, let content, let volume { nutrient = content.mass(in: volume) }
        var product = try maybe(NumberColumn("product_kg", "kg", range: mass)).map { Mass.kilograms($0) }
        if let share {
            product = product ?? nutrient.map { $0 * (1 / share.base) }
            nutrient = nutrient ?? product.map { $0 * share.base }
        }
        let density = try maybe(NumberColumn("density_kg_L", "density", range: 0.3...3))
            .map { Density.gramsPerCubicCentimeter($0) }
        let litre = density.flatMap { density in product.map { density.volume(of: $0).liters } }
        return [share == nil && litre == nil ? nil : product?.kilograms, nutrient?.kilograms, litre]
    }

    /// sum_computed_kg_mu, sum_difference_kg_mu, p_kg_mu, k_kg_mu.
    fileprivate func dressing() throws(RowRefused) -> [Double?] {
        func amount(_ name: String) throws(RowRefused) -> MassPerArea? { try maybe(name, 0...10_000).map { .kilogramsPerMu($0) } }
        let all = try [amount("n_kg_mu"), amount("p2o5_kg_mu"), amount("k2o_kg_mu")]
        guard all.contains(where: { $0 != nil }) else { return [nil, nil, nil, nil] }
        let row = NutrientRow(nitrogen: all[0] ?? .zero, phosphate: all[1] ?? .zero, potash: all[2] ?? .zero, printedSum: try amount("sum_kg_mu"))
        return [row.sum.kilogramsPerMu, row.difference?.kilogramsPerMu,
                Nutrient.phosphate.amount(row.phosphate, as: .phosphorus)?.kilogramsPerMu,
                Nutrient.potash.amount(row.potash, as: .potassium)?.kilogramsPerMu]
    }

    /// mix_mg_L.
    fileprivate func mix() throws(RowRefused) -> Double? {
        guard let stock = try maybe("stock_g_L", 0...2000), let parts = try maybe("dilution", 0.1...100_000) else { return nil }
        return Dilution(oneTo: parts)?.mix(of: .gramsPerLiter(stock)).milligramsPerLiter
    }

    /// Numbers that stand as JSON in the column `inputs` count as columns of their own.
    fileprivate func unfoldingInputs() -> CSVRow {
        guard let text = text(["inputs"]),
              let found = try? JSONDecoder().decode([String: NumberOrElse].self, from: Data(text.utf8)) else { return self }
        return adding(found.compactMapValues(\.number).mapValues { String($0) })
    }
}

/// A value of which only a number is used.
private struct NumberOrElse: Decodable {
    let number: Double?
    init(from decoder: any Decoder) throws { number = try? decoder.singleValueContainer().decode(Double.self) }
}
