import Interlocks
import ProcessImage
import Quantities
import Scan
@testable import Simulator

/// A control that has lost its mind: it demands what a test says, whatever the image shows. Interlocks, field, records and
/// restarts are the real ones; so what does not happen in such a world, the interlocks have held.
final class MadControl: VirtualProcess {
    typealias Wants = (Instant) -> [OutputIndex: OutputLevel]

    private var image: InputImage
    private var demands: Demands
    private var interlocks: Interlocks
    private var buffer = RecordBuffer(capacity: 2_048)
    private var field: VirtualFieldPort
    private var records: VirtualRecords
    private let inbox: CommandInbox
    private let wants: Wants
    private var recorded: [Permitted?]
    private let hasZones: Bool

    init(_ life: VirtualLife, _ wants: @escaping Wants) {
        image = InputImage(tables: life.plan.tables)
        demands = Demands(outputs: life.plan.tables.outputs)
        interlocks = Interlocks(plan: life.plan.interlocks, restored: life.restored)
        field = life.field
        records = life.records
        inbox = life.inbox
        recorded = life.plan.tables.outputs.map { _ in nil }
        self.wants = wants
        hasZones = !life.plan.tables.zones.isEmpty
    }

    func run(at now: Instant, wall: WallTime, lateness: Duration) {
        buffer.clear()
        image.begin(now: now, wall: wall)
        inbox.latch(into: &image, &buffer)
        field.latch(into: &image)
        image.latchLedger(durableThrough: records.ledgerDurableThrough, isWritable: records.ledgerIsWritable)
        demands.reset()
        // A life begins with everything safe, and with a run, as every other does.
        if image.scan == 1, hasZones { buffer.ledger(.runStarted(RunID(rawValue: 1), ZoneIndex(0), .manual(1), planned: .nothing)) }
        for (output, level) in image.scan == 1 ? [:] : wants(now) { demands[output] = Demand(level, because: .manual(1)) }
        interlocks.judge(demands, image, &buffer)
        field.commit(interlocks.outputs, at: now)
        for number in recorded.indices where recorded[number] != interlocks.outputs[OutputIndex(number)] {
            let permitted = interlocks.outputs[OutputIndex(number)]
            recorded[number] = permitted
            buffer.append(.output(OutputIndex(number), permitted.level, permitted.cause))
        }
        for number in 0..<buffer.count {
            records.push(Record(scan: image.scan, instant: now, wall: wall, body: buffer[number]))
        }
    }
}

extension World {
    /// A world in which such a control rules, from the moment it was built.
    convenience init(_ farm: GuardedFarm, believed: GuardedFarm? = nil, seed: UInt64 = 1, faults: FaultRates = .none,
                     commandsEvery: Duration? = nil, layout: FieldLayout? = nil, sabotage: Sabotage? = nil,
                     wants: @escaping MadControl.Wants) {
        self.init(plan: farm.plan, believed: believed?.plan, layout: layout, seed: seed, startUnix: SampleFarm.startUnix, faults: faults,
                  commandsEvery: commandsEvery, isProven: true, sabotage: sabotage) { MadControl($0, wants) }
    }

    /// Which of the invariants of dosing were broken.
    var brokenOfDosing: [Int] { violations.broken.filter { (8...11).contains($0) } }
}
