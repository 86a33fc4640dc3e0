import Agronomy
import Foundation
import Quantities
import Testing

@Suite struct ThreePhaseTests {
    private let water = Volume.cubicMeters(20), flow = Flow.cubicMetersPerHour(20), stock = Volume.liters(100)

    private func fits(_ fit: FertigationFit) throws -> FertigationSplit {
        guard case .fits(let split) = fit else { throw Unexpected(text: "\(fit)") }
        return split
    }

    private struct Unexpected: Error { let text: String }

    @Test func `quarter, half, quarter of ten irrigations`() throws {
        var worst = Worst("three phases, relative")
        for row in try Cases.rows("three_phase_fertigation_cases.csv") {
            let flow = Flow.cubicMetersPerHour(try row.number("flow_m3_h"))
            let split = try fits(ThreePhase.usual.split(.cubicMeters(row.number("total_volume_m3")), at: flow,
                                                        stock: .liters(row.number("stock_litres_to_inject"))))
            let pairs = [("pre_m3", split.before.cubicMeters), ("fert_m3", split.dose.cubicMeters), ("post_m3", split.after.cubicMeters),
                         ("fert_duration_s", split.doseTime.seconds), ("injection_rate_L_h", split.injection.litersPerHour),
                         ("injection_ratio_pct_of_flow", split.ratio.percent)]
            for (column, value) in pairs { worst.add(value / (try row.number(column)), 1, at: "line \(row.line) \(column)") }
        }
        worst.expect(within: 1e-6)
    }

    @Test func `pipes that need more than their share get it, and the irrigation grows by what was missing`() throws {
        // Half an hour at 20 m3/h is 10 m3: the flush lacks 5; filling lacks 1.
        let needs = PipeNeeds(fill: .cubicMeters(6), advance: .minutes(30))
        let fit = ThreePhase.usual.split(water, at: flow, stock: stock, needs: needs, mayAdd: .cubicMeters(6))
        guard case .extended(let split, let by) = fit else { return #expect(Bool(false), "\(fit)") }
        #expect(by.cubicMeters == 6 && split.total.cubicMeters == 26)
        #expect(split.before.cubicMeters == 6 && split.dose.cubicMeters == 10 && split.after.cubicMeters == 10)
        #expect(ThreePhase.usual.split(water, at: flow, stock: stock, needs: needs, mayAdd: .cubicMeters(5.9))
            == .refused(.needsMoreWater(.cubicMeters(6), allowed: .cubicMeters(5.9))))
    }

    @Test func `whatever fits, each phase has what the pipes need and the three are the whole`() throws {
        for total in stride(from: 1.0, through: 60, by: 3.7) {
            for minutes in [0, 5, 20, 45] {
                let needs = PipeNeeds(fill: .cubicMeters(2), advance: .minutes(minutes))
                let fit = ThreePhase.usual.split(.cubicMeters(total), at: flow, stock: stock, needs: needs, mayAdd: .cubicMeters(15))
                let split: FertigationSplit
                switch fit {
                case .fits(let found): split = found
                case .extended(let found, let by):
                    split = found
                    #expect(by > .zero && by <= .cubicMeters(15) && abs(found.total.cubicMeters - total - by.cubicMeters) < 1e-9)
                case .refused(let why):
                    guard case .needsMoreWater(let more, _) = why else { return #expect(Bool(false), "\(why)") }
                    #expect(more > .cubicMeters(15))
                    continue
                }
                let advance = flow.volume(over: needs.advance)
                #expect(split.before >= needs.fill && split.dose >= advance && split.after >= advance)
                #expect(split.total.cubicMeters >= total - 1e-9)
            }
        }
    }

    @Test func `what cannot be shared out is refused with its reason`() {
        func why(_ fit: FertigationFit) -> FertigationRefusal? { if case .refused(let why) = fit { why } else { nil } }
        for wrong in [0, -1, Double.nan, .infinity] {
            #expect(why(ThreePhase.usual.split(Volume(base: wrong), at: flow, stock: stock)) == .nothingToShare)
            #expect(why(ThreePhase.usual.split(water, at: Flow(base: wrong), stock: stock)) == .nothingToShare)
            #expect(why(ThreePhase.usual.split(water, at: flow, stock: Volume(base: wrong))) == .nothingToShare)
        }
        #expect(why(ThreePhase(before: .percent(60), after: .percent(40)).split(water, at: flow, stock: stock)) == .noShareForDose)
        #expect(why(ThreePhase(before: .percent(-1), after: .percent(40)).split(water, at: flow, stock: stock)) == .noShareForDose)
        #expect(why(ThreePhase.usual.split(water, at: Flow(base: 1e-9), stock: stock)) == .nothingToShare)
        let small = (least: Flow.litersPerHour(5), most: Flow.litersPerHour(150))
        #expect(why(ThreePhase.usual.split(water, at: flow, stock: stock, injector: small))
            == .injection(.litersPerHour(200), outside: small.least, small.most))
    }
}

@Suite struct NutrientTests {
    @Test func `worked examples of fertiliser`() throws {
        var count = 0
        for row in try Cases.rows("fertigation_published_examples.csv") {
            let input = try JSONDecoder().decode([String: Input].self, from: Data(row.text("inputs").utf8))
            let expected = try JSONDecoder().decode([String: Double].self, from: Data(row.text("expected").utf8))
            func given(_ key: String) throws -> Double { try #require(input[key]?.number) }
            let value: Double
            switch try row.text("kind") {
            case "fert_kg_to_litre":
                value = Density.gramsPerCubicCentimeter(try given("density")).volume(of: .kilograms(try given("kg"))).liters
            case "fert_from_nutrient":
                let grade = try #require(FertiliserGrade(nitrogen: .percent(try given("pct")), phosphate: .zero, potash: .zero))
                value = try #require(grade.product(for: Mass.kilograms(given("nutrient_kg")), of: .nitrogen)).kilograms
            case "ppm_to_product":
                let grade = try #require(FertiliserGrade(nitrogen: .percent(try given("pct")), phosphate: .zero, potash: .zero))
                let water = Volume.liters(try given("volume_L"))
                let mass = try #require(grade.product(for: .milligramsPerLiter(given("ppm")), of: .nitrogen, in: water))
                value = mass.grams / 28.349_523
            case let other: throw Unjudged(kind: other)
            }
            #expect(try abs(value - #require(expected.values.first)) <= row.number("abs_tol"), "\(value)")
            count += 1
        }
        #expect(count == 3)
    }

    private struct Unjudged: Error { let kind: String }
    private struct Input: Decodable {
        let number: Double?
        init(from decoder: any Decoder) throws { number = try? decoder.singleValueContainer().decode(Double.self) }
    }

    @Test func `oxides and elements there and back, and never across`() throws {
        let phosphorus = try #require(Nutrient.phosphate.amount(Mass.kilograms(1), as: .phosphorus))
        #expect(abs(phosphorus.kilograms - 0.4364) < 5e-5)
        let potassium = try #require(Nutrient.potash.amount(MassPerArea.kilogramsPerMu(1), as: .potassium))
        #expect(abs(potassium.kilogramsPerMu - 0.8301) < 5e-5)
        #expect(abs(try #require(Nutrient.potassium.amount(potassium, as: .potash)).kilogramsPerMu - 1) < 1e-12)
        #expect(Nutrient.potash.amount(Mass.kilograms(1), as: .phosphorus) == nil)
        #expect(Nutrient.nitrogen.amount(Mass.kilograms(1), as: .potash) == nil)
    }

    @Test func `a label, what is in it and what of it is needed`() throws {
        let grade = try #require(FertiliserGrade(nitrogen: .percent(20), phosphate: .percent(20), potash: .percent(20)))
        #expect(abs(grade.nutrient(.phosphorus, in: MassPerArea.kilogramsPerMu(10)).kilogramsPerMu - 0.8728) < 1e-3)
        #expect(abs(try #require(grade.product(for: MassPerArea.kilogramsPerMu(3), of: .nitrogen)).kilogramsPerMu - 15) < 1e-9)
        let urea = try #require(FertiliserGrade(nitrogen: .percent(46), phosphate: .zero, potash: .zero))
        #expect(urea.product(for: Mass.kilograms(1), of: .potash) == nil)
        #expect(FertiliserGrade(nitrogen: .percent(50), phosphate: .percent(40), potash: .percent(20)) == nil)
        #expect(FertiliserGrade(nitrogen: .percent(-1), phosphate: .zero, potash: .zero) == nil)
        #expect(FertiliserGrade(nitrogen: Fraction(base: .nan), phosphate: .zero, potash: .zero) == nil)
    }

    @Test func `a printed sum that does not hold is shown, not mended`() throws {
        // The extension table of processed tomato prints 5.2 beside 3.4, 1.0 and 0.7.
        func row(_ sum: Double?) -> NutrientRow {
            NutrientRow(nitrogen: .kilogramsPerMu(3.4), phosphate: .kilogramsPerMu(1), potash: .kilogramsPerMu(0.7), printedSum: sum.map { .kilogramsPerMu($0) })
        }
        let difference = try #require(row(5.2).difference)
        #expect(abs(row(5.2).sum.kilogramsPerMu - 5.1) < 1e-9 && abs(difference.kilogramsPerMu - 0.1) < 1e-9)
        #expect(row(5.2).printedSum == .kilogramsPerMu(5.2) && row(nil).difference == nil)
        #expect(abs(NutrientRow.total(of: [row(5.2), row(nil)]).sum.kilogramsPerMu - 10.2) < 1e-9)
    }

    @Test func `one to a hundred is one part in a hundred and one`() throws {
        let dilution = try #require(Dilution(oneTo: 100))
        let stock = Mass.kilograms(20.2).dissolved(in: .liters(100))
        #expect(abs(stock.gramsPerLiter - 202) < 1e-9 && Mass.kilograms(1).dissolved(in: .zero) == .zero)
        #expect(abs(dilution.mix(of: stock).milligramsPerLiter - 2000) < 1e-9)
        #expect(abs(dilution.stock(for: .milligramsPerLiter(2000)).gramsPerLiter - 202) < 1e-9)
        #expect(abs(dilution.stockPerWater.percent - 1) < 1e-12)
        #expect(Dilution(oneTo: 0) == nil && Dilution(oneTo: .nan) == nil && Dilution(oneTo: -3) == nil)
    }
}

@Suite struct WaterChemistryTests {
    @Test func `conductivity is compensated to 25 degrees`() throws {
        let warm = try #require(UncompensatedConductivity(millisiemensPerCentimeter: 2.42).at25(.celsius(35.5)))
        #expect(abs(warm.decisiemensPerMeter - 2) < 1e-9)
        #expect(UncompensatedConductivity(millisiemensPerCentimeter: 2).at25(.celsius(25)) == .decisiemensPerMeter(2))
        for wrong in [-5, 80, Double.nan] { #expect(UncompensatedConductivity(millisiemensPerCentimeter: 2).at25(.celsius(wrong)) == nil) }
        #expect(UncompensatedConductivity(millisiemensPerCentimeter: .nan).at25(.celsius(20)) == nil)
    }

    @Test func `what the feed must add is the rest over raw water, and never less than nothing`() {
        let target = Conductivity.decisiemensPerMeter(2.2)
        #expect(abs((target.feed(over: .decisiemensPerMeter(0.6))?.decisiemensPerMeter ?? .nan) - 1.6) < 1e-12)
        #expect(target.feed(over: .decisiemensPerMeter(2.3)) == nil)
    }

    @Test func `acid for water of known alkalinity`() {
        let alkalinity = Equivalents.asBicarbonate(.milligramsPerLiter(244))
        #expect(abs(alkalinity.perCubicMeter - 4) < 0.01)
        #expect(abs(Equivalents.asCalciumCarbonate(.milligramsPerLiter(200)).perCubicMeter - 4) < 0.01)
        #expect(abs(alkalinity.acidDemand(leaving: .perCubicMeter(0.75)).perCubicMeter - 3.25) < 0.01)
        #expect(abs(alkalinity.acidDemand(neutralising: .percent(80)).perCubicMeter - 3.2) < 0.01)
        #expect(Equivalents.perCubicMeter(0.5).acidDemand(leaving: .perCubicMeter(1)) == .zero)
    }

    /// Premier Tech Horticulture, "Acid choices for reducing water alkalinity", table 1: fluid ounces in 100 US gallons that
    /// take off 50 ppm of CaCO3. (Its phosphoric acid is reckoned with more than its first proton, at another pH.)
    @Test(arguments: [(Acid.nitric, 67.0, 0.87), (.sulfuric, 35, 1.42)])
    func `acid by strength, as growers are told it`(acid: Acid, percent: Double, ounces: Double) throws {
        let solution = try #require(AcidSolution(acid, strength: .percent(percent)))
        let volume = solution.volume(for: .asCalciumCarbonate(.milligramsPerLiter(50)), in: .liters(378.541))
        #expect(abs(volume.liters * 1000 / 29.5735 / ounces - 1) < 0.02, "\(volume.liters)")
    }

    @Test func `molarity of phosphoric acid by its strength`() throws {
        // As given for 85, 75 and 30 %: 14.65, 12.08 and 3.61 mol/L.
        for (percent, expected) in [(85.0, 14.65), (75, 12.08), (30, 3.614)] {
            let solution = try #require(AcidSolution(.phosphoric, strength: .percent(percent)))
            #expect(abs(solution.normality.perLiter / expected - 1) < 0.002, "\(solution.normality.perLiter)")
        }
    }

    @Test(arguments: Acid.allCases) func `a stronger acid is stronger, and none is stronger than its table`(acid: Acid) {
        var last = Equivalents.zero
        for percent in stride(from: 1.0, through: 70, by: 1) {
            guard let solution = AcidSolution(acid, strength: .percent(percent)) else { return #expect(Bool(false), "\(percent) %") }
            #expect(solution.normality > last)
            last = solution.normality
        }
        for wrong in [0, -1, 99.9, Double.nan] { #expect(AcidSolution(acid, strength: .percent(wrong)) == nil) }
    }

    @Test func `what must not meet undiluted`() {
        #expect(Incompatibility.between(.calcium, .sulfate) == .gypsum && Incompatibility.between(.sulfate, .calcium) == .gypsum)
        #expect(Incompatibility.between(.calcium, .phosphate) == .calciumPhosphate)
        #expect(Incompatibility.between(.iron, .phosphate) == .ironPhosphate)
        #expect(Incompatibility.between(.hypochlorite, .acid) == .chlorineGas && Incompatibility.chlorineGas.isDangerous)
        #expect(Incompatibility.between(.calcium, .acid) == nil && !Incompatibility.gypsum.isDangerous)
        // Tanks A and B of a greenhouse, and A with A.
        let a: Set<Constituent> = [.calcium, .ammonium], b: Set<Constituent> = [.sulfate, .phosphate, .magnesium]
        #expect(Incompatibility.between(a, b) == [.gypsum, .calciumPhosphate] && Incompatibility.between(a, a).isEmpty)
        for one in Constituent.allCases { #expect(Incompatibility.between(one, one) == nil) }
    }
}
