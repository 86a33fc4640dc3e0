import Agronomy
import ArgumentParser
import Foundation
import Language
import Quantities
import Site

struct AgroOxygen: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "oxygen",
            abstract: Phrase(zh: "溶氧饱和值、饱和度与盐度校正", en: "saturation of oxygen, per cent of it, correction for salt").said,
            discussion: Phrase(
                zh: "列：temp_c；可有 salinity_psu（缺省 0，淡水）, pressure_atm（缺省 1）, do_mg_l（水里实际的溶氧）, do_pct（饱和度）, do_shown_mg_l（探头按盐度 0 显示的读数）。结果：do_sat_mg_l；有 do_mg_l 时 do_sat_pct；有 do_pct 时 do_from_pct_mg_l；有 do_shown_mg_l 时 do_corrected_mg_l。盐度只校正一次：探头里已写盐度的，读数就是 do_mg_l。",
                en: "Columns: temp_c; as far as there are salinity_psu (else 0, fresh water), pressure_atm (else 1), do_mg_l (what the water holds), do_pct (of saturation), do_shown_mg_l (what a probe left at salinity 0 shows). Results: do_sat_mg_l; do_sat_pct of do_mg_l; do_from_pct_mg_l of do_pct; do_corrected_mg_l of do_shown_mg_l. Correct for salt once: a probe that was told the salinity shows do_mg_l.").said)
    }

    @OptionGroup var options: AgroOptions

    func run() throws {
        let added = ["do_sat_mg_l", "do_sat_pct", "do_from_pct_mg_l", "do_corrected_mg_l"]
        try AgroTable.run(options, adding: added) { (row) throws(RowRefused) in
            let water = Temperature.celsius(try row.number("temp_c", -2...45))
            let salinity = Salinity.psu(try row.maybe("salinity_psu", 0...50) ?? 0)
            let air = DissolvedOxygen.atmosphere * (try row.maybe("pressure_atm", 0.5...1.18) ?? 1)
            let content = 0.0...60.0
            let full = DissolvedOxygen.saturation(at: water, salinity, air: air)
            let held = try row.maybe("do_mg_l", content).map { Density.milligramsPerLiter($0) }
            let part = try row.maybe("do_pct", 0...400).map { Fraction.percent($0) }
            let shown = try row.maybe("do_shown_mg_l", content).map { UncorrectedOxygen(shown: .milligramsPerLiter($0)) }
            let values = [full?.milligramsPerLiter,
                          held.flatMap { DissolvedOxygen.saturated($0, at: water, salinity, air: air)?.percent },
                          part.flatMap { part in full.map { ($0 * part.base).milligramsPerLiter } },
                          shown.flatMap { $0.corrected(for: salinity, at: water)?.milligramsPerLiter }]
            return values.map { $0.map { CSVRow.shown($0) } ?? "" }
        }
    }
}

struct AgroGrowth: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "growth",
            abstract: Phrase(zh: "鱼的生长：特定生长率、热量生长系数、饲料系数", en: "growth of fish: SGR, TGC, FCR").said,
            discussion: Phrase(
                zh: "列：w0_g, w1_g, days；可有 mean_temp_c（算热量生长系数）, feed_g_per_fish_per_day（算饲料系数）。结果：SGR_pct_per_day, TGC_x1000_g（Iwama–Tautz 约定：1000×(W2^⅓−W1^⅓)/积温，克）, weight_gain_pct, FCR。",
                en: "Columns: w0_g, w1_g, days; as far as there are mean_temp_c (for TGC) and feed_g_per_fish_per_day (for FCR). Results: SGR_pct_per_day, TGC_x1000_g (as Iwama and Tautz: 1000 (W2^⅓ − W1^⅓)/ΣT in grams), weight_gain_pct, FCR.").said)
    }

    @OptionGroup var options: AgroOptions

    func run() throws {
        let weights = 0.001...1e6
        try AgroTable.run(options, adding: ["SGR_pct_per_day", "TGC_x1000_g", "weight_gain_pct", "FCR"]) { (row) throws(RowRefused) in
            let days = try row.number("days", 0.01...10_000)
            let from = Mass.grams(try row.number("w0_g", weights)), to = Mass.grams(try row.number("w1_g", weights))
            guard let span = GrowthSpan(from: from, to: to, days: days) else {
                throw row.refused("w0_g", Phrase(zh: "体重和天数都要大于 0", en: "weights and days must be above 0"), Phrase(zh: "请核对这三列", en: "Check these three columns"))
            }
            let water = try row.maybe("mean_temp_c", -2...45), feed = try row.maybe("feed_g_per_fish_per_day", 0...1e5)
            return [CSVRow.shown(span.specificRate.percent),
                    water.flatMap { span.thermalCoefficient(warmth: $0 * days) }.map { CSVRow.shown($0.timesThousandGrams) } ?? "",
                    CSVRow.shown(span.gain.percent),
                    feed.flatMap { span.conversion(feed: .grams($0 * days)) }.map { CSVRow.shown($0) } ?? ""]
        }
    }
}

struct AgroRation: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "ration",
            abstract: Phrase(zh: "日投喂量与分餐", en: "feed of a day and its meals").said,
            discussion: Phrase(
                zh: "列：fish_count, mean_weight_g, feed_rate_fraction（日投喂率，0.012 即 1.2 %）, meal_split（各餐份额，如 \"[0.2, 0.3, 0.3, 0.2]\"，不必凑成 1）。结果：biomass_kg, daily_feed_kg, meals_kg。",
                en: "Columns: fish_count, mean_weight_g, feed_rate_fraction (a day; 0.012 is 1.2 %), meal_split (shares of the meals, such as \"[0.2, 0.3, 0.3, 0.2]\", which need not sum to 1). Results: biomass_kg, daily_feed_kg, meals_kg.").said)
    }

    @OptionGroup var options: AgroOptions

    func run() throws {
        try AgroTable.run(options, adding: ["biomass_kg", "daily_feed_kg", "meals_kg"]) { (row) throws(RowRefused) in
            let count = try row.number("fish_count", 0...1e9)
            let biomass = FishStock.biomass(count: count, mean: .grams(try row.number("mean_weight_g", 0...1e6)))
            let daily = FishStock.dailyFeed(biomass, rate: Fraction(base: try row.number("feed_rate_fraction", 0...0.3)))
            let meals = MealSplit.meals(daily, shares: try row.shares())
            return [CSVRow.shown(biomass.kilograms), CSVRow.shown(daily.kilograms),
                    "[" + meals.map { CSVRow.shown($0.kilograms) }.joined(separator: ", ") + "]"]
        }
    }
}

extension CSVRow {
    fileprivate func shares() throws(RowRefused) -> [Double] {
        let text = text(["meal_split"]) ?? "[1]"
        let shares = (try? JSONDecoder().decode([Double].self, from: Data(text.utf8))) ?? []
        guard (1...24).contains(shares.count), shares.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw refused("meal_split", Phrase(zh: "“\(text.prefix(40))”不是各餐份额", en: "\"\(text.prefix(40))\" is no list of shares"),
                          Phrase(zh: "写成 [0.4, 0.3, 0.3] 这样的一列正数，最多 24 餐", en: "Write numbers above 0, such as [0.4, 0.3, 0.3], 24 meals at most"))
        }
        return shares
    }
}

struct AgroFeedTable: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "feed-table",
            abstract: Phrase(zh: "按体重和水温查日投喂率", en: "feed rate by weight and temperature of the water").said,
            discussion: Phrase(
                zh: "列：temp_C（或 temp_c），weight_g；或 weight_g_from 与 weight_g_to（查这一档）。虹鳟表（Leitritz 与 Lewis 1980）：feed_pct_body_weight_per_day 是表上印的数，水温不在表上的行时留空；feed_flag 标出疑似印错的两格；feed_pct_used 是控制用的数：对体重取对数双线性插值，错格用邻格修正，超出表的水温不给数，绝不外推。",
                en: "Columns: temp_C (or temp_c) and weight_g, or weight_g_from and weight_g_to of a class. The trout chart of Leitritz and Lewis 1980: feed_pct_body_weight_per_day is what is printed, empty between the rows of the chart; feed_flag marks the two cells that look misprinted; feed_pct_used is what control reckons with: bilinear in the logarithm of the weight and in temperature, the two cells mended from their neighbours, and nothing outside the chart's temperatures.").said)
    }

    @Option(help: .said(zh: "鱼种文件，如 configs/species/hybrid-grouper.yaml；缺省用虹鳟表", en: "a species file such as configs/species/hybrid-grouper.yaml; the trout chart when left out",
                        valueName: Phrase(zh: "文件", en: "file")))
    var species: String?

    @OptionGroup var options: AgroOptions

    func run() throws {
        let species = try species.map { try Species.load(path: $0) }
        try AgroTable.run(options, adding: ["feed_pct_body_weight_per_day", "feed_pct_used", "feed_flag"]) { (row) throws(RowRefused) in
            let water = Temperature.celsius(try row.number(NumberColumn("temp_C", "temp_c", range: -2...45)))
            let weight = try row.fishWeight()
            let printed = species == nil ? TroutChart.printed(weight, at: water) : nil
            return [printed.map { CSVRow.shown($0.rate.percent) } ?? "",
                    (species?.ration ?? TroutChart.table).rate(weight, at: water).map { CSVRow.shown($0.percent) } ?? "",
                    printed?.isMisprint == true ? "misprint" : ""]
        }
    }
}

extension CSVRow {
    /// One weight, or the middle of a class of the chart.
    fileprivate func fishWeight() throws(RowRefused) -> Mass {
        let weights = 0.0...1e6
        if let weight = try maybe("weight_g", 0.001...1e6) { return .grams(weight) }
        let low = try number("weight_g_from", weights)
        if let place = TroutChart.bounds.firstIndex(where: { abs($0 - low) < 1e-3 }) { return TroutChart.middles[place] }
        guard let high = try maybe("weight_g_to", weights), high > low else { return .grams(max(low, 0.001)) }
        return .grams(low > 0 ? (low * high).squareRoot() : high / 2)
    }
}
