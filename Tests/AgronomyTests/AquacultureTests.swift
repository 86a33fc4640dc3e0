import Agronomy
import Foundation
import Quantities
import Testing

@Suite struct DissolvedOxygenTests {
    @Test func `Benson and Krause over temperature, salt and pressure`() throws {
        var worst = Worst("oxygen, Benson and Krause, mg/L"), garcia = Worst("oxygen, Garcia and Gordon, mg/L")
        for row in try Cases.rows("do_saturation_benson_krause_grid.csv") {
            let full = try #require(DissolvedOxygen.saturation(at: .celsius(row.number("temp_c")), .psu(row.number("salinity_psu")),
                                                               air: DissolvedOxygen.atmosphere * (try row.number("pressure_atm"))))
            for column in ["do_sat_mg_l_USGS2011", "do_sat_mg_l_wql_GreenCarritt"] {
                worst.add(full.milligramsPerLiter, try row.number(column), at: "line \(row.line) \(column)")
            }
            if let other = row.maybe("do_sat_mg_l_gsw_GarciaGordon") { garcia.add(full.milligramsPerLiter, other, at: "line \(row.line)") }
        }
        worst.expect(within: 0.005)
        garcia.expect(within: 0.005)
    }

    @Test func `the printed table of EN 25814, fresh and with its term for salt`() throws {
        var cold = Worst("EN 25814 below 16 °C, mg/L"), warm = Worst("EN 25814 from 16 °C, mg/L"), salt = Worst("EN 25814 with salt, mg/L")
        for row in try Cases.rows("do_saturation_EN25814_published.csv") {
            let celsius = try row.number("temp_c"), printed = try row.number("L_mg_per_l_at_1atm_S0"), slope = try row.number("K_mg_per_l_per_gkg_salt")
            let fresh = try #require(DissolvedOxygen.saturation(at: .celsius(celsius), .zero)).milligramsPerLiter
            guard celsius >= 16 else { cold.add(fresh, printed, at: "\(celsius) °C"); continue }
            warm.add(fresh, printed, at: "\(celsius) °C")
            // K is a straight line through what is curved: it holds in nearly fresh water, and is 0.17 off between there and the sea.
            let sea = try #require(DissolvedOxygen.saturation(at: .celsius(celsius), .psu(2))).milligramsPerLiter
            salt.add(sea, printed - 2 * slope, at: "\(celsius) °C")
        }
        // One decimal is printed there, and 12.5 at 6 °C for 12.448.
        cold.expect(within: 0.052)
        warm.expect(within: 0.01)
        salt.expect(within: 0.02)
    }

    @Test func `per cent and mg/L are each other's way back, and salt is corrected for once`() throws {
        let water = Temperature.celsius(20), sea = Salinity.psu(31)
        let full = try #require(DissolvedOxygen.saturation(at: water, sea))
        #expect(abs(full.milligramsPerLiter - 7.57) < 0.01)
        let half = try #require(DissolvedOxygen.saturated(full * 0.5, at: water, sea))
        #expect(abs(half.percent - 50) < 1e-9)
        let shown = UncorrectedOxygen(shown: .milligramsPerLiter(9.09))
        let held = try #require(shown.corrected(for: sea, at: water))
        #expect(abs(held.milligramsPerLiter - 7.57) < 0.01)
        #expect(shown.corrected(for: .zero, at: water) == shown.shown)
    }

    @Test func `what no water is has no saturation`() {
        for wrong in [-3, 60, Double.nan, .infinity] { #expect(DissolvedOxygen.saturation(at: .celsius(wrong), .zero) == nil) }
        for wrong in [-1, 60, Double.nan] { #expect(DissolvedOxygen.saturation(at: .celsius(20), .psu(wrong)) == nil) }
        for wrong in [0, Double.nan] { #expect(DissolvedOxygen.saturation(at: .celsius(20), .zero, air: .kilopascals(wrong)) == nil) }
        for wrong in [-0.1, Double.nan, .infinity] { #expect(DissolvedOxygen.saturated(.milligramsPerLiter(wrong), at: .celsius(20), .zero) == nil) }
    }
}

@Suite struct GrowthTests {
    /// By value or by part, whichever is less: the file has six decimals.
    private func off(_ value: Double, _ expected: Double) -> Double { min(abs(value - expected), abs(value / expected - 1)) }

    @Test func `published weights give the file's SGR, TGC, gain and FCR`() throws {
        var worst = Worst("growth, absolute or relative")
        for row in try Cases.rows("growth_sgr_tgc_fcr.csv") {
            let days = try row.number("days")
            let span = try #require(GrowthSpan(from: .grams(row.number("w0_g")), to: .grams(row.number("w1_g")), days: days))
            worst.add(off(span.specificRate.percent, try row.number("SGR_pct_per_day")), 0, at: "line \(row.line) SGR")
            worst.add(off(span.compoundRate.percent, try row.number("daily_growth_coefficient_pct(compound)")), 0, at: "line \(row.line) compound")
            worst.add(span.gain.base, try row.number("weight_gain_pct") / 100, at: "line \(row.line) gain")
            guard let water = row.maybe("mean_temp_c"), let feed = row.maybe("feed_g_per_fish_per_day") else { continue }
            let coefficient = try #require(span.thermalCoefficient(warmth: water * days))
            worst.add(off(coefficient.timesThousandGrams, try row.number("TGC_x1000_g")), 0, at: "line \(row.line) TGC")
            // Feed has nine decimals, FCR two: it is shown again to within half of the last.
            let conversion = try #require(span.conversion(feed: .grams(feed * days)))
            #expect(abs(conversion - (try row.number("FCR"))) <= 1e-6, "line \(row.line)")
        }
        worst.expect(within: 1e-6)
    }

    private struct Projections: Decodable {
        struct Case: Decodable {
            let w0_g: Double, tgc_x1000: Double, days: Int, daily_temp_c: [Double], degree_days: Double, w_final_g: Double, SGR_equiv: Double
        }

        let cases: [Case]
    }

    @Test func `weights ahead by the thermal coefficient, day by day and at once`() throws {
        var worst = Worst("projection, relative")
        for (number, expected) in try Cases.json("tgc_projection.json", as: Projections.self).cases.enumerated() {
            let growth = ThermalGrowth(timesThousandGrams: expected.tgc_x1000)
            let atOnce = growth.weight(from: .grams(expected.w0_g), warmth: expected.degree_days)
            let byDay = expected.daily_temp_c.reduce(Mass.grams(expected.w0_g)) { growth.weight(from: $0, warmth: $1) }
            worst.add(atOnce.grams / expected.w_final_g, 1, at: "case \(number) at once")
            worst.add(byDay.grams / expected.w_final_g, 1, at: "case \(number) day by day")
            let span = try #require(GrowthSpan(from: .grams(expected.w0_g), to: atOnce, days: Double(expected.days)))
            worst.add(off(span.specificRate.percent, expected.SGR_equiv), 0, at: "case \(number) SGR")
        }
        worst.expect(within: 1e-6)
    }

    @Test func `nothing grows from nothing, and cold beyond all measure leaves nothing`() {
        #expect(GrowthSpan(from: .zero, to: .grams(1), days: 1) == nil)
        #expect(GrowthSpan(from: .grams(1), to: .grams(2), days: 0) == nil)
        #expect(GrowthSpan(from: .grams(2), to: .grams(1), days: 1)?.conversion(feed: .grams(3)) == nil)
        #expect(ThermalGrowth(timesThousandGrams: 2.5).weight(from: .grams(1), warmth: -1e6) == .zero)
    }
}

@Suite struct RationTests {
    @Test func `the trout chart gives its printed cells back, and flags two of them`() throws {
        var flagged = 0, count = 0
        for row in try Cases.rows("feed_rate_leitritz_lewis1980_trout.csv") {
            let low = try row.number("weight_g_from"), water = Temperature.celsius(try row.number("temp_C"))
            let weight = Mass.grams(row.maybe("weight_g_to").map { ($0 + low) / 2 } ?? low * 2)
            let cell = try #require(TroutChart.printed(weight, at: water), "line \(row.line)")
            let printed = try row.number("feed_pct_body_weight_per_day")
            #expect(abs(cell.rate.percent - printed) < 1e-9, "line \(row.line)")
            if try !row.text("flag").isEmpty { #expect(cell.isMisprint, "line \(row.line)") }
            let middle = TroutChart.middles[try row.whole("size_class") - 1]
            let used = try #require(TroutChart.table.rate(middle, at: water))
            // The file has temperatures of three decimals, so not quite the row's own.
            if cell.isMisprint { #expect(abs(used.percent - printed) > 0.05) } else { #expect(abs(used.percent - printed) < 0.001, "line \(row.line)") }
            flagged += cell.isMisprint ? 1 : 0
            count += 1
        }
        #expect(count == 187 && flagged == 2)
    }

    @Test func `between the cells the rate stays between its neighbours, and without the misprints it falls with weight and rises with warmth`() throws {
        let table = TroutChart.table
        var least = 1.0
        for warm in stride(from: 2.3, through: 19.9, by: 0.37) {
            var last = 1.0
            for step in 0...80 {
                let weight = 0.05 * exp(Double(step) * 0.12)
                let rate = try #require(table.rate(.grams(weight), at: .celsius(warm))).base
                #expect(rate <= last + 1e-12, "\(weight) g at \(warm) °C")
                let hotter = try #require(table.rate(.grams(weight), at: .celsius(min(warm + 0.37, 20)))).base
                #expect(hotter >= rate - 1e-12, "\(weight) g at \(warm) °C")
                last = rate
                least = min(least, rate)
            }
        }
        #expect(least >= 0.004)
    }

    @Test func `outside its temperatures a table has no rate, and beyond its weights the outermost`() throws {
        let table = try #require(RationTable(weights: [.grams(10), .grams(100)], temperatures: [.celsius(8), .celsius(16)],
                                             rates: [.percent(2), .percent(1), .percent(4), .percent(2)]))
        #expect(table.rate(.grams(10), at: .celsius(16.02)) == nil && table.rate(.grams(10), at: .celsius(7.9)) == nil)
        #expect(table.rate(.grams(1), at: .celsius(8)) == .percent(2) && table.rate(.grams(5000), at: .celsius(16)) == .percent(2))
        let middle = try #require(table.rate(.grams(1000.0.squareRoot()), at: .celsius(12)))
        #expect(abs(middle.percent - 2.25) < 1e-12)
        for wrong in [0, -1, Double.nan, .infinity] { #expect(table.rate(.grams(wrong), at: .celsius(8)) == nil) }
        #expect(table.rate(.grams(10), at: .celsius(.nan)) == nil)
        #expect(RationTable(weights: [.grams(10)], temperatures: [.celsius(8)], rates: [.percent(2), .percent(1)]) == nil)
        #expect(RationTable(weights: [.grams(10), .grams(10)], temperatures: [.celsius(8)], rates: [.percent(2), .percent(1)]) == nil)
        #expect(RationTable(weights: [.grams(10)], temperatures: [.celsius(8)], rates: [.percent(40)]) == nil)
    }

    @Test func `stock, day and meals of the file`() throws {
        var worst = Worst("rations, relative")
        for row in try Cases.rows("ration_arithmetic.csv") {
            let biomass = FishStock.biomass(count: try row.number("fish_count"), mean: .grams(try row.number("mean_weight_g")))
            let daily = FishStock.dailyFeed(biomass, rate: Fraction(base: try row.number("feed_rate_fraction")))
            worst.add(biomass.kilograms / (try row.number("biomass_kg")), 1, at: "line \(row.line) biomass")
            worst.add(daily.kilograms / (try row.number("daily_feed_kg")), 1, at: "line \(row.line) day")
            func list(_ column: String) throws -> [Double] { try JSONDecoder().decode([Double].self, from: Data(row.text(column).utf8)) }
            let meals = MealSplit.meals(daily, shares: try list("meal_split")), expected = try list("meals_kg")
            #expect(meals.count == expected.count)
            for (meal, kilograms) in zip(meals, expected) { worst.add(meal.kilograms / kilograms, 1, at: "line \(row.line) meal") }
        }
        worst.expect(within: 1e-6)
        #expect(MealSplit.meals(.kilograms(1), shares: [0.5, 0]).isEmpty && MealSplit.meals(.kilograms(1), shares: []).isEmpty)
    }

    @Test func `salmon eat their fill from 42 % at 7 °C and from 76 % at 19 °C, and nothing at their limit`() throws {
        let appetite = try #require(OxygenAppetite.salmon)
        #expect(appetite.share(at: .percent(42), .celsius(7)) == .percent(100) && appetite.share(at: .percent(24), .celsius(7)) == .zero)
        #expect(appetite.share(at: .percent(76), .celsius(19)) == .percent(100) && appetite.share(at: .percent(40), .celsius(25)) == .zero)
        #expect(abs(appetite.share(at: .percent(45.5), .celsius(13)).percent - 50) < 1e-9)
        #expect(appetite.share(at: Fraction(base: .nan), .celsius(13)) == .zero)
    }
}
