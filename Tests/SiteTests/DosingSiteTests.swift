import Agronomy
import Control
import Foundation
import Language
import ProcessImage
import Quantities
import Scan
import Testing
@testable import Site

/// Tanks, channels, recipes and what programs make of them.
@Suite struct DosingSiteTests {
    private static let head = """
        site: dosing
        place: { latitude: 36.88, longitude: 118.74, elevation: 23 m, time-zone: Asia/Shanghai }
        board: simulated
        emergency-stop: none
        buses:
          probes: { modbus: rtu, port: RS485-1 }
        devices:
          ec-1: { profile: generic-ec, bus: probes, unit: 1, every: 1 s }
          ph-1: { profile: boqu-phg2091, bus: probes, unit: 2, every: 1 s }
        meters:
          FT-1: { pulses: P1, each: 1 L }
        outputs:
          P-1: { line: R1, is: pump, safe: off, at-most: 8 h }
          V-1: { line: R2, is: valve, safe: closed, at-most: 3 h, travel: 4 s }
          D-A: { line: R3, is: doser, safe: off, at-most: 1 h }
          D-B: { line: R4, is: doser, safe: off, at-most: 1 h }
          D-C: { line: R5, is: doser, safe: off, at-most: 1 h }
        water:
          well: { pump: P-1, meter: FT-1, capacity: 20 m3/h }
        zones:
          east: { valve: V-1, area: 2 mu, flow: 10 m3/h, pipe-fill: 300 L, advance: 5 min }
        tanks:
          T-A: { capacity: 500 L, holds: [calcium], adds: 0.2 mS/cm, stock: [{ grade: 15-0-0, dissolved: 100 g/L }, { grade: 13-0-46, dissolved: 50 g/L }] }
          T-B: { capacity: 500 L, holds: [sulfate], adds: 0.2 mS/cm, stock: [{ grade: 0-52-34, dissolved: 40 g/L }] }
          T-C: { capacity: 200 L, acid: { is: nitric, strength: 20 % } }
        dosing:
          head:
            volume: 20 L
            least-flow: 2 m3/h
            raw: { ec: 0.6 mS/cm, alkalinity: 3 eq/m3 }
            probes: { ec: ec-1.ec, ph: ph-1.ph }
            ec: { range: 0.3 .. 3.2 mS/cm }
            channels:
              A: { tank: T-A, output: D-A, gives: 300 L/h, at-most: { per-m3: 20 L, per-run: 90 L, per-day: 400 L } }
              B: { tank: T-B, output: D-B, gives: 300 L/h, at-most: { per-m3: 20 L, per-day: 400 L } }
              acid: { tank: T-C, output: D-C, stroke: 2 mL, at-most: { per-m3: 2 L, per-hour: 15 L, per-day: 60 L } }

        """

    private func site(_ recipe: String, program: String = "zones: { east: 4 m3 }\nstart: 06:00") throws -> Site {
        let recipes = "recipes:\n  r:\n" + recipe.split(separator: "\n").map { "    \($0)\n" }.joined()
        let programs = "programs:\n  p:\n    recipe: r\n" + program.split(separator: "\n").map { "    \($0)\n" }.joined()
        return try Project.site(Self.head + recipes + programs)
    }

    private func refused(_ recipe: String, program: String = "zones: { east: 4 m3 }\nstart: 06:00") -> String {
        do {
            _ = try site(recipe, program: program)
            return ""
        } catch {
            return (error as? SiteRefused)?.text(in: .english) ?? "\(error)"
        }
    }

    private func mode(_ text: String) throws -> DoseMode {
        try site("channels: { A: \(text) }").scan.control.fertigation.recipes[0].parts[0].mode
    }

    @Test func `the amounts people write, each for what it means`() throws {
        #expect(try mode("40 L") == .quantity(.liters(40)))
        #expect(try mode("15 min") == .time(.minutes(15)))
        #expect(try mode("5 L/m3") == .ratio(Fraction(base: 0.005)))
        #expect(try mode("\"1:200\"") == .ratio(Fraction(base: 0.005)))
        guard case .ratio(let ratio) = try mode("50 mL each 10 L") else { return #expect(Bool(false), "a ratio") }
        #expect(abs(ratio.base - 0.005) < 1e-12)
        guard case .perArea(let depth) = try mode("20 L/mu") else { return #expect(Bool(false), "by the area") }
        #expect(abs(depth.volume(on: .mu(3)).liters - 60) < 1e-9)
    }

    /// T-A holds 150 g of product in a litre: 15 + 6.5 g of N, 23 g of K2O.
    @Test func `product and nutrients become stock by the labels of the tank, elements apart from oxides`() throws {
        func litersPerMu(_ text: String) throws -> Double {
            guard case .perArea(let depth) = try mode(text) else { return -1 }
            return depth.volume(on: .mu(1)).liters
        }
        #expect(abs(try litersPerMu("3 kg/mu") - 20) < 1e-9)
        #expect(abs(try litersPerMu("N 0.43 kg/mu") - 20) < 1e-9)
        #expect(abs(try litersPerMu("K2O 0.46 kg/mu") - 20) < 1e-9)
        #expect(abs(try litersPerMu("K 0.46 kg/mu") - 20 / 0.8301) < 0.01)
        guard case .ratio(let ratio) = try mode("N 107.5 ppm") else { return #expect(Bool(false), "by the water") }
        #expect(abs(ratio.base - 0.005) < 1e-12)
        #expect(try mode("N 107.5 mg/L") == .ratio(ratio))
    }

    @Test func `set-points, shares and phases`() throws {
        let plan = try site("ec: 2.2 mS/cm\nph: 5.8\npre-water: 20 %\nflush: 30 %\nchannels: { A: 1, B: 1.5, acid: ph }").scan.control.fertigation
        let recipe = plan.recipes[0]
        #expect(recipe.ec == .mix(.decisiemensPerMeter(2.2)) && recipe.ph == .pH(5.8))
        #expect(recipe.parts.map(\.mode) == [.ec(share: 1), .ec(share: 1.5), .ph])
        #expect(recipe.phases == ThreePhase(before: .percent(20), after: .percent(30)))
        #expect(try site("ec: raw + 1.6 mS/cm\nchannels: { A: 1 }").scan.control.fertigation.recipes[0].ec == .feed(.decisiemensPerMeter(1.6)))
        let acid = try #require(AcidSolution(.nitric, strength: .percent(20)))
        #expect(plan.tanks[2].normality == acid.normality && plan.tanks[2].contents == [.acid])
        #expect(plan.tanks[1].contents == [.sulfate, .phosphate], "phosphate follows from the label")
        #expect(plan.channels.map(\.reaction) == [.ec, .ec, .acid] && plan.pipes == [PipeNeeds(fill: .liters(300), advance: .minutes(5))])
        #expect(plan.channels[2].drive == .pulses(on: .milliseconds(200), off: .milliseconds(300)) && plan.channels[0].ceilings.inWater == Fraction(base: 0.02))
        #expect(plan.units[0].raw.alkalinity == .perCubicMeter(3) && plan.units[0].probes.ec != nil && plan.units[0].probes.ecWitness == nil)
    }

    @Test func `what a program wants of its recipe`() throws {
        let plan = try site("channels: { A: 5 L/m3 }", program: "zones: { east: 4 m3 }\nstart: 06:00\ntoo-short: clear-water").scan.control
        #expect(plan.programs[0].recipe == ProgramRecipe(RecipeIndex(0), tooShort: .clearWater))
        #expect(refused("channels: { A: 5 L/m3 }", program: "zones: { east: 4 m3 }\nstart: 06:00\nsoak: { run: 8 min, rest: 20 min }").contains("cannot soak"))
        #expect(refused("channels: { A: 5 L/m3 }", program: "zones: { east: 4 m3 }\nstart: 06:00\ntoo-short: more").contains("too-short"))
    }

    @Test(arguments: [
        ("channels: { A: 25 L/m3 }", "more than its ceiling"), ("channels: { A: 95 L }", "more than its ceiling"),
        ("channels: { A: 50 L/mu }", "more than its ceiling of 90.00 L a run"), ("channels: { A: 1 }", "there is no EC to share"),
        ("ec: 2 mS/cm\nchannels: { A: 5 L/m3 }", "no channel with a share"), ("ph: 5.8\nchannels: { A: 5 L/m3 }", "no channel says ph"),
        ("channels: { acid: ph }", "there is no pH to keep"), ("channels: { C: 1 }", "is not a channel here"),
        ("channels: { A: 5 L/m2 }", "not an amount of stock"), ("channels: { B: N 3 kg/mu }", "none of this nutrient"),
        ("ph: 5.8\nchannels: { B: ph }", "does not say what it does to the pH"), ("pre-water: 60 %\nflush: 40 %\nchannels: { A: 5 L/m3 }", "less than 10 %"),
        ("channels: { A: 80 L }", "would need"),
    ])
    func `what cannot be is refused with what to do`(recipe: String, text: String) {
        #expect(refused(recipe).contains(text), "\(refused(recipe))")
    }

    @Test func `acid and alkali do not keep one pH together`() throws {
        let head = Self.head.replacing("holds: [sulfate], adds: 0.2 mS/cm,", with: "holds: none, alkali: 500 eq/m3,")
        let recipes = "recipes:\n  r:\n    ph: 6\n    channels: { B: ph, acid: ph }\n"
        let path = try scratchFile(Array((head + recipes).utf8))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let said = refusal(of: path, boards: Project.path("boards"), profiles: Project.path("configs/profiles"))
        #expect(said.contains("acid and alkali would work against each other"), "\(said)")
    }

    @Test func `acid and hypochlorite are refused in one tank and in one recipe`() {
        for (file, text) in [("tanks", "T-4.holds: in one tank chlorine gas forms"), ("recipes", "recipes.deadly: acid with bleach: chlorine gas forms")] {
            #expect(refusal(of: Project.path("configs/refused/\(file).yaml"), boards: Project.path("boards"), profiles: Project.path("configs/profiles")).contains(text))
        }
    }

    @Test func `a run that does not reach is told beforehand with how much it lacks`() throws {
        let site = try site("channels: { A: 5 L/m3 }", program: "zones: { east: 10 min }\nstart: 06:00")
        // 1.67 m3 in quarters and a half, against 0.3 m3 of pipes and twice 0.83 m3 of advance.
        let notice = try #require(site.notices.first { $0.what.en.contains("are added each time") })
        #expect(notice.what.en.contains("0.42 m3"))
        let never = try self.site("channels: { A: 5 L/m3 }", program: "zones: { east: 10 min }\nstart: 06:00\ntoo-short: skip")
        #expect(never.notices.contains { $0.what.en.contains("it is always skipped") })
    }

    @Test func `a table that does not add up is told, and what the recipe gives beside it, and nothing is mended`() throws {
        let site = try site("nutrients: { N: 0.43 kg/mu, P2O5: 0 kg/mu, K2O: 0.5 kg/mu, sum: 1.03 kg/mu }\nchannels: { A: 20 L/mu }")
        let sheet = site.recipes[0]
        #expect(sheet.table.map(\.en) == [
            "plan for each mu: N 0.43, P2O5 0.00 (P 0.00), K2O 0.50 (K 0.42) kg, 0.93 kg together",
            "its sum says 1.03, +0.10 off: the three count, nothing was mended", "the recipe differs from the plan: K2O −0.04",
        ])
        #expect(sheet.parts[0].gives.en == "20.00 L/mu" && sheet.parts[0].holds?.en.contains("3.00 kg of product") == true)
        #expect(site.notices.contains { $0.what.en.contains("add up to 0.93 kg/mu") })
    }

    @Test func `the shipped example has what it says`() throws {
        let site = try load(Project.path("configs/example-fertigation.yaml"))
        let plan = site.scan.control.fertigation
        #expect(plan.units.count == 1 && plan.channels.count == 3 && plan.tanks.count == 3 && plan.recipes.count == 2)
        #expect(plan.units[0].probes.ecWitness != nil && plan.units[0].probes.phWitness != nil && plan.units[0].raw.probe != nil)
        #expect(plan.channels.map { $0.meter != nil } == [true, true, false])
        #expect(site.recipes[1].table.contains { $0.en.contains("1.68") && $0.en.contains("+0.02 off") })
        #expect(site.scan.control.programs.map { $0.recipe?.recipe } == [RecipeIndex(0), nil])
    }
}
