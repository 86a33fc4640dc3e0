@testable import Control
import Quantities
import Testing

@Suite("PID") struct PIDTests {
    private func pid(_ gains: PID.Gains = .init(proportional: 8, integral: 0.35), _ action: LoopAction = .raises, deadband: Double = 0,
                     mostRate: Double? = nil) -> PID {
        PID(gains, action, limits: Bounds(0, 100), deadband: deadband, mostRate: mostRate, nominalStep: .seconds(1))
    }

    private func block(_ loop: LoopCases.Discrete, _ action: LoopAction = .raises) -> PID {
        PID(.init(proportional: loop.pid.Kp, integral: loop.pid.Ki, derivative: loop.pid.Kd), action,
            limits: Bounds(loop.pid.limits[0], loop.pid.limits[1]), deadband: loop.pid.deadband ?? 0,
            nominalStep: .seconds(loop.plant.dt))
    }

    @Test func `five loops of simple-pid, step by step`() throws {
        let loops = try LoopCases.discrete()
        #expect(loops.count == 5)
        for loop in loops {
            var pid = block(loop), worst = 0.0
            for row in loop.rows {
                let output = pid.step(setpoint: row[1], measured: row[2], over: .seconds(loop.plant.dt))
                worst = max(worst, abs(output - row[3]), abs(pid.integral - row[4]))
            }
            LoopCases.tell("\(loop.name), outputs and integrals", worst)
            #expect(worst <= 1e-6, "\(loop.name): \(worst)")
        }
    }

    @Test func `the same loops closed by the plant itself`() throws {
        // What the file's descriptions call disturbances: an error of the measured value from a time on.
        let disturbances = ["pi_deadband": (120.0, -0.2), "do_aeration": (600.0, -0.8)]
        for loop in try LoopCases.discrete() {
            var pid = block(loop), x = loop.plant.x0, worst = 0.0
            var onTheWay = Array(repeating: 0.0, count: loop.plant.nd)
            for row in loop.rows {
                let disturbance = disturbances[loop.name].map { row[0] >= $0.0 ? $0.1 : 0 } ?? 0
                let measured = x + loop.plant.bias + disturbance
                onTheWay.append(pid.step(setpoint: row[1], measured: measured, over: .seconds(loop.plant.dt)))
                worst = max(worst, abs(measured - row[2]), abs(pid.output - row[3]))
                x = loop.plant.a * x + loop.plant.b * onTheWay.removeFirst()
            }
            LoopCases.tell("\(loop.name), closed", worst)
            #expect(worst <= 1e-6, "\(loop.name): \(worst)")
        }
    }

    @Test func `a loop whose output lowers the value is the mirror of one whose output raises it`() throws {
        for loop in try LoopCases.discrete() {
            var raises = block(loop), lowers = block(loop, .lowers)
            for row in loop.rows {
                let output = raises.step(setpoint: row[1], measured: row[2], over: .seconds(loop.plant.dt))
                #expect(lowers.step(setpoint: -row[1], measured: -row[2], over: .seconds(loop.plant.dt)) == output)
            }
        }
    }

    @Test func `three loops without limits are those of python-control`() throws {
        for loop in try LoopCases.linear() {
            var pid = PID(.init(proportional: loop.Kp, integral: loop.Ki), limits: Bounds(-1e9, 1e9), nominalStep: .milliseconds(10))
            var plant = LagPlant(gain: loop.K, lag: loop.tau, step: 0.01), worst = 0.0, most = 0.0, step = 0
            for (time, expected) in zip(loop.t, loop.y) {
                while Double(step) * 0.01 < time - 1e-9 {
                    plant.advance(pid.step(setpoint: 1, measured: plant.value, over: .milliseconds(10)))
                    most = max(most, plant.value)
                    step += 1
                }
                worst = max(worst, abs(plant.value - expected))
            }
            LoopCases.tell("python-control K \(loop.K) τ \(loop.tau)", worst)
            #expect(worst <= 0.01)
            #expect(abs((max(most, 1) - 1) * 100 - loop.overshoot_pct) <= 1)
        }
    }

    @Test(arguments: [IntegratorHold.lowFlow, .badProbe, .atLimit, .backwash, .settling])
    func `each reason keeps the integral still, and is told`(reason: IntegratorHold) {
        var pid = pid()
        pid.step(setpoint: 2, measured: 1, over: .seconds(1))
        let before = pid.integral
        pid.step(setpoint: 2, measured: 1, over: .seconds(1), hold: reason)
        #expect(pid.integral == before && pid.held == reason)
        pid.step(setpoint: 2, measured: 1, over: .seconds(1))
        #expect(pid.integral > before && pid.held == [])
    }

    @Test func `inside the deadband the output rests, and that is told`() {
        var pid = pid(deadband: 0.1)
        pid.step(setpoint: 2, measured: 1, over: .seconds(1))
        let integral = pid.integral
        #expect(pid.step(setpoint: 2, measured: 1.95, over: .seconds(1)) == integral)
        #expect(pid.held == .deadband)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a number that is none, or none at all, holds the output, says so, and leaves no trace`(wrong: Double) {
        for spoiled in 0..<3 {
            var pid = pid(.init(proportional: 8, integral: 0.35, derivative: 2)), twin = pid
            for measured in [1.0, 1.1, 1.2] {
                pid.step(setpoint: 2, measured: measured, over: .seconds(1))
                twin.step(setpoint: 2, measured: measured, over: .seconds(1))
            }
            let held = pid.output
            pid.step(setpoint: spoiled == 0 ? wrong : 2, measured: spoiled == 1 ? wrong : (spoiled == 2 ? nil : 1.2), over: .seconds(1))
            #expect(pid.output == held && pid.held.contains(.badProbe) && pid.integral == twin.integral)
            pid.step(setpoint: 2, measured: 1.2, over: .seconds(1))
            twin.step(setpoint: 2, measured: 1.2, over: .seconds(1))
            #expect(pid.output == twin.output)
        }
    }

    @Test func `numbers at the end of their range never leave the limits`() {
        var pid = pid(.init(proportional: 1e300, integral: 1e300, derivative: 1e300))
        for measured in [1e308, -1e308, 1e308, 0, .leastNonzeroMagnitude, -1e308] {
            for setpoint in [1e308, -1e308, 0] {
                let output = pid.step(setpoint: setpoint, measured: measured, over: .seconds(1))
                #expect((0...100).contains(output) && (0...100).contains(pid.integral))
            }
        }
    }

    @Test func `a step of more than five times the usual integrates nothing, nor does one backwards`() {
        var pid = pid()
        pid.step(setpoint: 2, measured: 1, over: .seconds(1))
        let before = pid.integral
        for step in [Duration.seconds(6), .hours(3), .zero, .seconds(-1)] {
            pid.step(setpoint: 2, measured: 1, over: step)
            #expect(pid.integral == before && pid.held == .gap)
        }
        pid.step(setpoint: 2, measured: 1, over: .seconds(5))
        #expect(pid.integral > before)
    }

    @Test func `from manual to automatic without a bump`() {
        for hand in [5.0, 37, 80] {
            var pid = pid()
            for _ in 0..<30 { pid.follow(hand, setpoint: 2, measured: 1.6) }
            let first = pid.step(setpoint: 2, measured: 1.6, over: .seconds(1))
            #expect(abs(first - hand) <= 0.35 * 0.4 + 1e-9, "by no more than one step integrates: \(first) after \(hand)")
        }
    }

    @Test func `the output moves no faster than its rate, and does not wind up meanwhile`() {
        var pid = pid(.init(proportional: 40, integral: 4), mostRate: 2), before = 0.0
        for _ in 0..<10 {
            let output = pid.step(setpoint: 2, measured: 0, over: .seconds(1))
            #expect(output - before <= 2 + 1e-9)
            before = output
        }
        #expect(pid.integral == 0 && pid.held == .atLimit)
        for _ in 0..<60 { pid.step(setpoint: 2, measured: 0, over: .seconds(1)) }
        #expect(pid.output == 100)
    }
}

@Suite("Tuning of loops") struct TuningTests {
    private let model = ProcessModel(gain: 0.04, lag: .seconds(20), deadTime: .seconds(4))

    @Test func `lambda and SIMC by their formulas`() {
        // Kc = τ / (K (λ + θ)), Ti = τ, λ = 12 s.
        #expect(abs(model.lambdaTuning().proportional - 20 / (0.04 * 16)) < 1e-9)
        #expect(abs(model.lambdaTuning().integral - 1 / (0.04 * 16)) < 1e-9)
        // τc = θ: Kc = τ / (K 2 θ), Ti = min(τ, 8 θ).
        #expect(abs(model.simcTuning().proportional - 20 / (0.04 * 8)) < 1e-9)
        #expect(abs(model.simcTuning().integral - 20 / (0.04 * 8) / 20) < 1e-9)
        let slow = ProcessModel(gain: -0.04, lag: .seconds(200), deadTime: .seconds(4))
        #expect(abs(slow.simcTuning().integral - 200 / (0.04 * 8) / 32) < 1e-9)
        #expect(slow.action == .lowers)
    }

    @Test func `a process that cannot be told is not steered`() {
        for model in [ProcessModel(gain: 0, lag: .seconds(20), deadTime: .seconds(4)),
                      ProcessModel(gain: 1, lag: .zero, deadTime: .zero), ProcessModel(gain: .nan, lag: .seconds(1), deadTime: .zero)] {
            #expect(model.lambdaTuning() == PID.Gains(proportional: 0, integral: 0))
        }
    }

    @Test func `tuned by lambda a loop comes to its setpoint without overshoot, though the dead time is twice the believed`() {
        for dead in [40, 80] {
            var pid = PID(model.lambdaTuning(), limits: Bounds(0, 100), nominalStep: .milliseconds(100))
            var plant = LagPlant(gain: 0.04, lag: 20, deadSteps: dead, rest: 0.6, step: 0.1), most = 0.0
            for _ in 0..<3000 {
                plant.advance(pid.step(setpoint: 2.2, measured: plant.value, over: .milliseconds(100)))
                most = max(most, plant.value)
            }
            #expect(abs(plant.value - 2.2) < 0.01 && most < 2.2 + 0.1 * 1.6)
        }
    }
}
