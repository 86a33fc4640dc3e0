@testable import Control
import Foundation
import Quantities
@testable import Simulator
import Testing

/// The blocks of control on the plant: stock by the flow, corrected by a PI on the conductivity; acid likewise on the pH.
private struct DosingLoop {
    enum Drive { case speed, pulses }

    var plant: MixingPlant
    private var ec: PID
    private var pH: PID
    private var valves: [PulseWidth]
    private let drive: Drive
    private var meter = 0.0

    /// m3/h of a channel that is on all the time.
    private static let capacity = [0.3, 0.12]
    private static let scan = Duration.milliseconds(100)

    /// - Parameters:
    ///   - stock, acid: what one L/m3 of each does to the value that it steers, from which the loops are tuned.
    init(_ form: MixingPlant.Form, _ drive: Drive, stock: ProcessModel, acid: ProcessModel) {
        plant = MixingPlant(form, raw: MixingTests.raw,
                            channels: [DosingChannel(stock: MixingTests.stock, capacity: Self.capacity[0], tank: 10),
                                       DosingChannel(stock: MixingTests.acid, capacity: Self.capacity[1], tank: 10)],
                            probes: [(.conductivity, 2), (.pH, 3)])
        self.drive = drive
        ec = PID(stock.lambdaTuning(), stock.action, limits: Bounds(0, 25), deadband: 0.02, nominalStep: Self.scan)
        pH = PID(acid.lambdaTuning(), acid.action, limits: Bounds(0, 8), deadband: 0.05, mostRate: 0.2, nominalStep: Self.scan)
        valves = Array(repeating: PulseWidth(cycle: .seconds(3)), count: 2)
    }

    mutating func scan(flow: Double, ec wantedEC: Double, pH wantedPH: Double) {
        // The meter follows within two seconds.
        meter += (flow - meter) * 0.1 / 2.1
        let liters = [ec.step(setpoint: wantedEC, measured: plant.shown(0), over: Self.scan),
                      pH.step(setpoint: wantedPH, measured: plant.shown(1), over: Self.scan)]
        var shares = [0.0, 0.0]
        for index in 0..<2 {
            let ratio = VolumeRatio(Fraction(base: liters[index] / 1000))
            shares[index] = ratio.share(at: .cubicMetersPerHour(meter), of: Flow(base: Self.capacity[index])).share
            if drive == .pulses { shares[index] = valves[index].step(shares[index], over: Self.scan) ? 1 : 0 }
        }
        plant.advance(0.1, flow: flow) { shares[$0] }
    }
}

@Suite("Dosing loops on the mixing plant") struct DosingLoopTests {
    /// What one form of plant does with its loops over 40 minutes: started from raw water, flow stepped by 20 % or 40 % each five
    /// minutes, raw water 0.2 mS/cm saltier from half an hour on.
    private func judge(_ name: String, _ loop: consuming DosingLoop) {
        var settled = Deviation(), kicked = Deviation(), beyond = Deviation()
        let flows = [12.0, 14.4, 12, 9.6, 12, 14.4, 9.6, 12]
        for step in 0..<24_000 {
            if step == 18_000 { loop.plant.raw = Solution(conductivity: 0.8, alkalinity: 4, pH: 7.6) }
            loop.scan(flow: flows[step / 3000], ec: 2.2, pH: 5.8)
            let ec = loop.plant.shown(0) - 2.2, pH = loop.plant.shown(1) - 5.8
            if step < 3000 {
                beyond.add(ec: max(ec, 0), pH: min(pH, 0))
            } else if step % 3000 >= 600, !(18_000..<20_000).contains(step) {
                settled.add(ec: ec, pH: pH)
            } else {
                kicked.add(ec: ec, pH: pH)
            }
        }
        if ProcessInfo.processInfo.environment["TIDEGATE_SHOW_DEVIATIONS"] != nil {
            print("deviation \(name): settled \(settled), after a step \(kicked), overshoot EC \(beyond.ec / 1.6) pH \(beyond.pH / 1.8)")
        }
        #expect(settled.ec <= 0.1 && settled.pH <= 0.2, "settled: \(settled)")
        #expect(beyond.ec < 0.16 && beyond.pH < 0.18, "a tenth of the way from 0.6 to 2.2 mS/cm, and from 7.6 to 5.8: \(beyond)")
        #expect(kicked.ec < 0.5 && kicked.pH < 0.5, "not even a step comes to where dosing has to stop: \(kicked)")
    }

    private struct Deviation {
        private(set) var ec = 0.0
        private(set) var pH = 0.0

        mutating func add(ec: Double, pH: Double) {
            self.ec = max(self.ec, abs(ec))
            self.pH = max(self.pH, abs(pH))
        }
    }

    @Test func `in the main with ten seconds on the way, by pumps of variable speed`() {
        let onTheWay = Duration.seconds(10)
        judge("in line", DosingLoop(.inline(pipe: 0.0333, mixer: 0.005), .speed,
                                    stock: ProcessModel(gain: 0.16, lag: .seconds(3.5), deadTime: onTheWay),
                                    acid: ProcessModel(gain: -0.6, lag: .seconds(4.5), deadTime: onTheWay)))
    }

    @Test func `in a mixing tank, by slow pulses of valves`() {
        judge("tank", DosingLoop(.tank(0.1), .pulses,
                                 stock: ProcessModel(gain: 0.16, lag: .seconds(32), deadTime: .seconds(5)),
                                 acid: ProcessModel(gain: -0.6, lag: .seconds(33), deadTime: .seconds(5))))
    }

    @Test func `a probe that gives no number lets neither loop move`() {
        var loop = DosingLoop(.tank(0.1), .speed, stock: ProcessModel(gain: 0.16, lag: .seconds(32), deadTime: .seconds(5)),
                              acid: ProcessModel(gain: -0.6, lag: .seconds(33), deadTime: .seconds(5)))
        for _ in 0..<6000 { loop.scan(flow: 12, ec: 2.2, pH: 5.8) }
        let before = loop.plant.channels.map(\.given)
        for index in loop.plant.probes.indices { loop.plant.probes[index].fault = .broken }
        for _ in 0..<6000 { loop.scan(flow: 12, ec: 2.2, pH: 5.8) }
        let after = loop.plant.channels.map(\.given)
        // What they give goes on as it was: 10 L/m3 and 3 L/m3 of 2 m3.
        #expect(abs((after[0] - before[0]) * 1000 - 20) < 2 && abs((after[1] - before[1]) * 1000 - 6) < 1.5)
    }
}
