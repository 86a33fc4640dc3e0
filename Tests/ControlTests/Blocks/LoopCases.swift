import Foundation
import Testing

/// The loops that other programs have computed: see `Cases/README.md`.
enum LoopCases {
    struct Discrete: Decodable {
        struct Plant: Decodable {
            let a: Double, b: Double, nd: Int, x0: Double, bias: Double, dt: Double
        }

        struct Gains: Decodable {
            let Kp: Double, Ki: Double, Kd: Double
            let limits: [Double]
            let deadband: Double?
        }

        let name: String
        let plant: Plant
        let pid: Gains
        /// t, setpoint, measured, output, integral.
        let rows: [[Double]]
    }

    struct Linear: Decodable {
        let K: Double, tau: Double, Kp: Double, Ki: Double
        let overshoot_pct: Double
        let t: [Double], y: [Double]
    }

    private struct File<Case: Decodable>: Decodable { let cases: [Case] }

    static func discrete() throws -> [Discrete] { try load("pid_discrete_simple_pid.json") }
    static func linear() throws -> [Linear] { try load("pi_linear_step_python_control.json") }

    private static func load<Case: Decodable>(_ name: String) throws -> [Case] {
        let data = try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Cases/\(name)"))
        return try JSONDecoder().decode(File<Case>.self, from: data).cases
    }

    /// Told when `TIDEGATE_SHOW_DEVIATIONS` is set.
    static func tell(_ what: String, _ deviation: Double) {
        guard ProcessInfo.processInfo.environment["TIDEGATE_SHOW_DEVIATIONS"] != nil else { return }
        print("deviation \(what): \(deviation)")
    }
}

/// First order with dead time, by its exact solution over a step of constant output.
struct LagPlant {
    let gain: Double
    private(set) var value: Double
    private let rest: Double
    private let keep: Double
    private var onTheWay: [Double]

    init(gain: Double, lag: Double, deadSteps: Int = 0, rest: Double = 0, step: Double) {
        self.gain = gain
        self.rest = rest
        value = rest
        keep = exp(-step / lag)
        onTheWay = Array(repeating: 0, count: deadSteps)
    }

    mutating func advance(_ output: Double) {
        onTheWay.append(output)
        let arrives = onTheWay.removeFirst()
        value = rest + (value - rest) * keep + gain * arrives * (1 - keep)
    }
}
