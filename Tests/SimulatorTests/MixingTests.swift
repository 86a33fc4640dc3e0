import Foundation
@testable import Simulator
import Testing

@Suite("Mixing of stock and water") struct MixingTests {
    /// Raw water of a well in Shandong: 0.6 mS/cm, 4 eq/m3 of alkalinity, pH 7.6.
    static let raw = Solution(conductivity: 0.6, alkalinity: 4, pH: 7.6)
    /// At 10 L/m3 it adds 1.6 mS/cm.
    static let stock = Solution(conductivity: 160.6)
    /// 1 eq/L of a strong acid.
    static let acid = Solution(conductivity: 0.6, alkalinity: -1000)

    private func line(_ form: MixingPlant.Form = .inline(pipe: 0.033),
                      probes: [(kind: WaterProbe.Kind, lag: Double)] = [(.conductivity, 0), (.pH, 0)],
                      tank: Double = 1) -> MixingPlant {
        MixingPlant(form, raw: Self.raw, channels: [DosingChannel(stock: Self.stock, capacity: 0.3, tank: tank),
                                                    DosingChannel(stock: Self.acid, capacity: 0.12, tank: tank)], probes: probes)
    }

    /// Turns it for a time at 12 m3/h.
    private func run(_ plant: inout MixingPlant, seconds: Double, flow: Double = 12, stock: Double = 0, acid: Double = 0) {
        for _ in 0..<Int((seconds * 10).rounded()) { plant.advance(0.1, flow: flow) { $0 == 0 ? stock : acid } }
    }

    @Test func `our logarithm is the library's`() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<10_000 {
            let x = pow(10, random.between(-15, 3))
            #expect(abs(Logarithm.decimal(x) - log10(x)) <= 4e-15 * max(abs(log10(x)), 1))
        }
        #expect(Logarithm.decimal(1) == 0)
    }

    /// alkalinity (eq/m3), carbon (mol/m3), pH: the same constants, solved in Python by halving on the scale of pH.
    static let waters = [(0.0, 0.0, 6.997410), (2, 2, 8.317879), (1, 2, 6.352259), (4, 4.3, 7.467503), (0.2, 4.3, 5.059718),
                         (4, 2, 10.741425), (-1, 0, 3.0), (-2, 3, 2.698825)]

    @Test(arguments: waters)
    func `the pH of water by its alkalinity and carbon`(alkalinity: Double, carbon: Double, expected: Double) {
        let solution = Solution(conductivity: 1, alkalinity: alkalinity, carbon: carbon)
        #expect(abs(solution.pH - expected) < 1e-5, "\(solution.pH)")
    }

    @Test(arguments: [5.0, 5.8, 6.352, 7, 7.6, 8.3, 9.5])
    func `water that is described by its pH has that pH`(pH: Double) {
        #expect(abs(Solution(conductivity: 0.6, alkalinity: 4, pH: pH).pH - pH) < 1e-9)
    }

    @Test func `acid works through the alkalinity slowly, and falls through when it is gone`() {
        func pH(_ acid: Double) -> Double { Self.raw.mixed(with: Self.acid, share: acid / 1000).pH }
        #expect(pH(1) > 6.7 && pH(2) > 6.2 && pH(3) > 5.7 && pH(3.5) > 5.3)
        #expect(pH(5) < 3.2)
        #expect(pH(4.2) - pH(4.0) < -0.4, "the last drop counts")
    }

    @Test func `the mix has raw water's conductivity and each feed's by its share, a pipe's time later`() {
        var plant = line()
        // 0.12 of 300 … 0.4 of 300 L/h into 12 m3/h is 10 L/m3.
        run(&plant, seconds: 9.5, stock: 0.4)
        #expect(abs(plant.shown(0) - 0.6) < 0.05)
        run(&plant, seconds: 3, stock: 0.4)
        #expect(abs(plant.shown(0) - (0.6 + 160 * 0.12 / 12.12)) < 0.05, "\(plant.shown(0))")
        run(&plant, seconds: 20, stock: 0.4)
        #expect(abs(plant.shown(0) - (0.6 + 160 * 0.12 / 12.12)) < 1e-3)
    }

    @Test(arguments: [MixingPlant.Form.inline(pipe: 0.033), .inline(pipe: 0.5, mixer: 0.02), .tank(0.2)])
    func `salt that went in comes out, all of it`(form: MixingPlant.Form) {
        var plant = line(form), out = 0.0
        var random = SeededRandom(seed: 7)
        for step in 0..<40_000 {
            let flow = random.between(4, 16), drive = step < 10_000 && step % 50 < 20 ? 1.0 : 0
            let before = plant.channels[0].given
            plant.advance(0.1, flow: flow) { $0 == 0 ? drive : 0 }
            out += (plant.here.conductivity - 0.6) * (flow * 0.1 / 3600 + plant.channels[0].given - before)
        }
        #expect(abs(out / (160 * plant.channels[0].given) - 1) < 1e-6, "\(out / (160 * plant.channels[0].given))")
        #expect(plant.channels[0].given > 0.01)
    }

    @Test func `what is dosed into standing water goes on as concentrate when the water moves`() {
        var plant = line()
        run(&plant, seconds: 60, flow: 0, stock: 1)
        #expect(abs(plant.shown(0) - 0.6) < 1e-9, "it stands at the injection point")
        var most = 0.0
        for _ in 0..<200 {
            run(&plant, seconds: 0.1)
            most = max(most, plant.shown(0))
        }
        #expect(most > 20, "\(most)")
    }

    @Test func `a leaking injector drips when it is off, a blocked one gives nothing, an empty tank gives air`() {
        var plant = line(tank: 0.001)
        plant.channels[0].isLeaking = true
        run(&plant, seconds: 30)
        #expect(abs(plant.shown(0) - (0.6 + 160 * 0.015 / 12.015)) < 1e-3)
        plant.channels[0].isLeaking = false
        plant.channels[0].isBlocked = true
        run(&plant, seconds: 30, stock: 1)
        #expect(abs(plant.shown(0) - 0.6) < 1e-3)
        plant.channels[0].isBlocked = false
        run(&plant, seconds: 60, stock: 1)
        #expect(plant.channels[0].left == 0 && abs(plant.channels[0].given - 0.001) < 1e-12)
        #expect(abs(plant.shown(0) - 0.6) < 1e-3)
        plant.channels[0].refill(to: 0.5)
        run(&plant, seconds: 60, stock: 1)
        #expect(plant.shown(0) > 4)
    }

    @Test func `a metering pump gives one stroke each time its contact closes`() {
        var channel = DosingChannel(stock: Self.stock, capacity: 0.02, stroke: 1e-6, tank: 1)
        for _ in 0..<100 {
            for drive in [1.0, 1, 1, 0, 0] { _ = channel.advance(0.1, drive: drive) }
        }
        #expect(abs(channel.given - 100e-6) < 1e-12)
    }

    @Test func `probes follow with their lag, and are wrong as they are told`() {
        var plant = line(.tank(0.01), probes: [(.conductivity, 5), (.conductivity, 5), (.pH, 3), (.pH, 3)])
        run(&plant, seconds: 120, stock: 0.4, acid: 0.3)
        let (ec, pH) = (plant.here.conductivity, plant.here.pH)
        #expect(abs(plant.shown(0) - ec) < 1e-3 && abs(plant.shown(2) - pH) < 1e-3 && ec > 2 && pH < 6.1)
        plant.probes[1].fault = .fouled(0.3)
        plant.probes[3].fault = .broken
        #expect(abs(plant.shown(1) - ec * 0.7) < 1e-3 && plant.shown(3).isNaN)
        plant.probes[1].fault = .dry
        plant.probes[3].fault = .drifting(perHour: 0.6)
        run(&plant, seconds: 600, stock: 0.4, acid: 0.3)
        #expect(plant.shown(1) == 0 && abs(plant.shown(3) - (pH + 0.1)) < 1e-3)
        plant.probes[0].fault = .stuck
        plant.probes[1].fault = nil
        plant.probes[3].fault = nil
        plant.swap(0, 2)
        run(&plant, seconds: 120)
        #expect(abs(plant.shown(2) - ec) < 1e-3, "stuck, and shown for the other")
        #expect(abs(plant.shown(0) - 7.6) < 1e-2 && abs(plant.shown(1) - 0.6) < 1e-2 && abs(plant.shown(3) - 7.6) < 1e-2)
    }
}
