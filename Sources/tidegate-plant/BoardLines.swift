import Field
import ProcessImage
import Quantities
import Simulator

/// The simulated board's lines between plant and guard: relays and valves in, switches and meter contacts out.
struct BoardLines {
    private let farm: Farm
    private let client: SimulatedLinesClient
    private var meters: [(line: String, total: PointIndex, train: PulseTrain)] = []
    private var switches: [(line: String, point: PointIndex)] = []
    private let outputs: [String: OutputIndex]
    /// Lines that move a valve by a pulse, with the level they put it to.
    private let pulsed: [String: (output: OutputIndex, level: OutputLevel)]
    private var turnedAt = Instant.never
    private var pulsedAt = Instant.never

    /// The guard is looked for, and switches are looked at, at least this often.
    private static let pace: Duration = .milliseconds(5)
    /// While meters turn, so that an edge is told soon after it came.
    private static let meteringPace: Duration = .milliseconds(2)

    init(farm: Farm, folder: String) {
        self.farm = farm
        client = SimulatedLinesClient(runDirectory: folder)
        let lines = farm.field.lines
        outputs = Dictionary(lines.outputs.filter { $0.latch == nil }.map { ($0.address.name, $0.output) },
                             uniquingKeysWith: { first, _ in first })
        let pulsed = lines.outputs.flatMap { line in
            line.latch.map { [(line.address.name, (line.output, OutputLevel.on)), ($0.close.name, (line.output, .off))] } ?? []
        }
        self.pulsed = Dictionary(pulsed, uniquingKeysWith: { first, _ in first })
        for input in lines.inputs {
            switch input.use {
            case .level(let point, _): switches.append((input.address.name, point))
            case .pulses(let total, _, _, let each, _):
                meters.append((input.address.name, total, PulseTrain(each: each)))
                // A contact at rest is open, and is seen so from the start.
                client.drive(input: input.address.name, false)
            }
        }
    }

    /// Tells the guard what the farm's contacts do and does what it orders.
    /// - Returns: how long nothing needs to be told.
    mutating func turn(at now: Instant) -> Duration {
        for (line, point) in switches { client.drive(input: line, farm.plant.value(of: point) != 0) }
        for index in meters.indices { pulse(index, at: now) }
        turnedAt = now
        client.turn { name, level in
            if let output = outputs[name] { farm.plant.set(level ? .on : .off, of: output) }
            if level, let valve = pulsed[name] { farm.plant.set(valve.level, of: valve.output) }
        }
        return now - pulsedAt < .seconds(2) ? BoardLines.meteringPace : BoardLines.pace
    }

    /// Every change of a meter's contact since the last turn, spread over the time that passed.
    private mutating func pulse(_ index: Int, at now: Instant) {
        let meter = meters[index]
        let unit = farm.tables.points[meter.total.offset].unit
        let total = Volume(base: unit.toBase(farm.plant.value(of: meter.total)))
        let levels = meters[index].train.levels(until: total)
        if !levels.isEmpty { pulsedAt = now }
        let gap = min(now - turnedAt, .seconds(1)) / max(levels.count, 1)
        for (number, level) in levels.enumerated() {
            client.drive(input: meter.line, level, at: now + (.zero - gap * (levels.count - 1 - number)))
        }
    }
}
